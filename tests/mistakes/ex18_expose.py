"""Known wrong answers to ex18, and right ones that are other inputs, or the same in another form."""

import torch
from torch import nn

from kit import pairs
from mistakes import mistake, right_answer


@mistake(
    "expose_1",
    "the kernel is square, as most are: rows for columns is no slip there",
    "a kernel with more columns than rows",
)
def square_kernel():
    return torch.ones(1, 1), torch.ones(1, 1)


@mistake(
    "expose_1",
    "the image is wide, but the kernel is square",
    "it is the kernel's sides that are mixed up",
)
def wide_image_only():
    return torch.ones(1, 3), torch.ones(1, 1)


@mistake("expose_1", "the product that is left out is 0", "a last column of the kernel that counts")
def last_product_is_zero():
    return torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 1.0]])


@mistake("expose_1", "the input is right, but larger than it must be", "what can be left out of it")
def too_large():
    return torch.arange(20.0).reshape(4, 5), torch.ones(2, 3)


@mistake("expose_1", "the kernel is larger than the image", "right_1 must take the input: the kernel has to fit")
def kernel_does_not_fit():
    return torch.ones(1, 1), torch.ones(1, 3)


@mistake("expose_1", "image and kernel are exchanged", "the order of the parameters: image, kernel")
def exchanged():
    return torch.ones(1, 1), torch.ones(1, 2)


@mistake("expose_1", "the answer is what wrong_1 gives, not what it is given", "return the arguments of a call")
def what_comes_out():
    return torch.tensor([[1.0]])


@mistake("expose_1", "image and kernel are lists of lists", "torch.tensor around the numbers")
def lists_of_numbers():
    return [[1.0, 1.0]], [[1.0, 1.0]]


@mistake("expose_1", "both have four dimensions, as for conv2d", "right_1 takes (H, W) and (KH, KW)")
def four_dimensions():
    return torch.ones(1, 1, 1, 2), torch.ones(1, 1, 1, 2)


@mistake("expose_1", "pixels are so large that right_1 gives infinity", "numbers that can be multiplied and added")
def infinite():
    return torch.tensor([[1e30, 1e30]]), torch.tensor([[1e30, 1e30]])


@mistake("expose_1", "both are without a number", "a sum of nothing is 0 for both")
def empty():
    return torch.ones(1, 0), torch.ones(1, 0)


@mistake("expose_1", "nothing is returned", "return image, kernel")
def returns_nothing():
    torch.ones(1, 2), torch.ones(1, 2)


@mistake("expose_1", "wrong_1 is called here, which is the judge's part", "return what it would be called with")
def calls_it_itself():
    return pairs.wrong_1(torch.ones(1, 2), torch.ones(1, 2)) != pairs.right_1(torch.ones(1, 2), torch.ones(1, 2))


@mistake("expose_1", "the answer is a sentence about the input", "the arguments themselves, as a tuple")
def says_it_in_words():
    return "a kernel that is not square"


@mistake("expose_1", "names of the dict are not the parameters' own", "def right_1(image, kernel)")
def other_names():
    return {"input": torch.ones(1, 2), "weight": torch.ones(1, 2)}


@mistake("expose_1", "it is a generator, which gives nothing before it is asked", "return in place of yield")
def generator():
    yield torch.ones(1, 2)
    yield torch.ones(1, 2)


@mistake("expose_1", "kernels are a layer of PyTorch", "a tensor of two dimensions")
def a_layer():
    return torch.ones(1, 2), nn.Conv2d(1, 1, (1, 2))


@mistake("expose_1", "pixels are nan, of which nobody can say that they differ", "numbers")
def not_a_number():
    return torch.full((1, 2), float("nan")), torch.ones(1, 2)


@mistake(
    "expose_2",
    "the stride fits, as with most layers: nothing is left to be rounded",
    "n - kernel_size must leave a remainder",
)
def stride_fits():
    return 3, 1, 2


@mistake("expose_2", "stride 1 leaves no remainder", "a larger stride")
def stride_1():
    return 3, 2, 1


@mistake("expose_2", "the fraction is a half, which round takes to the even neighbour 0", "round(0.5), round(1.5)")
def a_half():
    return 3, 2, 2


@mistake("expose_2", "the fraction is below a half, and both round it down", "a fraction above a half")
def below_a_half():
    return 3, 2, 3


@mistake("expose_2", "the fraction is one and a half, but n is larger than it must be", "2 / 3 is above a half too")
def one_and_a_half():
    return 4, 1, 2


@mistake("expose_2", "the kernel is larger than n", "right_2 must take the input")
def larger_than_n():
    return 2, 3, 3


@mistake("expose_2", "the kernel has no pixel", "right_2 must take the input")
def no_kernel():
    return 2, 0, 3


@mistake("expose_2", "the stride is 0", "right_2 must take the input")
def no_stride():
    return 3, 1, 0


@mistake("expose_2", "the numbers are floating-point ones", "3 in place of 3.0")
def floats():
    return 3.0, 1.0, 3.0


@mistake("expose_2", "the numbers are tensors", "plain whole numbers")
def tensors_for_numbers():
    return torch.tensor(3), torch.tensor(1), torch.tensor(3)


@mistake("expose_2", "the order is that of PyTorch's layers: kernel_size, stride, n", "right_2(n, kernel_size, stride)")
def another_order():
    return 1, 3, 3


@mistake("expose_2", "a padding is given too", "right_2 has three parameters")
def with_padding():
    return 3, 1, 3, 0


@mistake("expose_3", "the padding is 1, as in most tests", "which paddings are allowed besides")
def padding_of_1():
    return torch.ones(1, 1), 1


@mistake("expose_3", "the padding is large, but not of another kind", "which end of a slice is no end")
def padding_of_9():
    return torch.ones(1, 1), 9


@mistake("expose_3", "the pixel is 0, like what it is laid upon", "a pixel whose loss is seen")
def pixel_of_0():
    return torch.zeros(1, 1), 0


@mistake("expose_3", "the padding is negative", "right_3 must take the input")
def negative_padding():
    return torch.ones(1, 1), -1


@mistake("expose_3", "the padding is a pair", "right_3 takes an int")
def padding_pair():
    return torch.ones(1, 1), (0, 0)


@mistake("expose_3", "the padding is as large as the memory", "small numbers show as much as large ones")
def huge_padding():
    return torch.ones(1, 1), 10**6


@mistake("expose_3", "the padding is right, and the image larger than it must be", "a single pixel is an image")
def larger_image():
    return torch.ones(2, 2), 0


@mistake("expose_3", "the image is a number", "an image has rows and columns: (1, 1)")
def pixel_without_sides():
    return torch.tensor(1.0), 0


@mistake("expose_3", "the padding is False", "0 is a number, False is none")
def padding_of_false():
    return torch.ones(1, 1), False


@mistake("expose_4", "there is one image, whose mean is the mean of all", "a batch of two")
def one_image():
    return (torch.tensor([1.0, 2.0]).reshape(1, 1, 1, 2),)


@mistake("expose_4", "the two images are alike, and so are their means", "images of different brightness")
def the_same_twice():
    return (torch.ones(2, 1, 1, 1),)


@mistake("expose_4", "there are two channels, but one image", "the first dimension counts the images")
def two_channels():
    return (torch.tensor([1.0, 2.0]).reshape(1, 2, 1, 1),)


@mistake("expose_4", "the tensor is not in a tuple", "(images,): the comma makes the tuple")
def no_tuple():
    return torch.tensor([0.0, 1.0]).reshape(2, 1, 1, 1)


@mistake("expose_4", "the brackets are there, but the comma is missing", "(images,): the comma makes the tuple")
def no_comma():
    return (torch.tensor([1.0, 2.0]).reshape(2, 1, 1, 1))  # fmt: skip


@mistake("expose_4", "the batch has no channels", "(N, C, H, W)")
def no_channels():
    return (torch.tensor([0.0, 1.0]).reshape(2, 1, 1),)


@mistake("expose_4", "the images are two arguments", "one tensor with a dimension of two")
def two_arguments():
    return torch.zeros(1, 1, 1), torch.ones(1, 1, 1)


@mistake("expose_4", "the images are larger than they must be", "one pixel is an image")
def large_images():
    return (torch.arange(24.0).reshape(2, 3, 2, 2),)


@mistake("expose_5", "the dtype is float32, in which differences may be negative", "the dtype of pictures in files")
def float_image():
    return (torch.tensor([[1.0, 0.0]]),)


@mistake("expose_5", "numbers are large, but float32 has room for them", "the dtype of pictures in files")
def large_floats():
    return (torch.tensor([[255.0, 0.0]]),)


@mistake("expose_5", "the dtype is int64, which has negative numbers", "torch.uint8, the dtype of pictures")
def int64_image():
    return (torch.tensor([[1, 0]]),)


@mistake("expose_5", "pixels rise from left to right, so no difference is negative", "the larger number on the left")
def rising():
    return (torch.tensor([[0, 255]], dtype=torch.uint8),)


@mistake("expose_5", "the image has one column, and no neighbours", "right_5 must take the input")
def one_column():
    return (torch.tensor([[1], [0]], dtype=torch.uint8),)


@mistake("expose_5", "the image has three dimensions", "(H, W), without channels")
def with_channel():
    return (torch.tensor([[[1, 0]]], dtype=torch.uint8),)


@mistake("expose_5", "the numbers are complex", "real numbers")
def complex_image():
    return (torch.tensor([[1j, 0]]),)


@mistake("expose_5", "the tensor is not in a tuple, nor under its name", "(image,): the comma makes the tuple")
def image_without_tuple():
    return torch.tensor([[1, 0]], dtype=torch.uint8)


@mistake("expose_5", "more pixels than are needed", "two neighbours are enough")
def three_columns():
    return (torch.tensor([[2, 1, 0]], dtype=torch.uint8),)


@mistake("expose_6", "the pixel is positive, which no zero beats", "a pixel below zero")
def positive_pixel():
    return torch.ones(1, 1), 2, 1


@mistake("expose_6", "the pixel is negative, but nothing is padded", "a padding")
def nothing_padded():
    return -torch.ones(1, 1), 1, 0


@mistake("expose_6", "the pixel is zero, which is not below zero", "a pixel below zero")
def zero_pixel():
    return torch.zeros(1, 1), 2, 1


@mistake("expose_6", "the padding is more than half the kernel", "right_6 takes at most kernel_size // 2")
def padding_too_large():
    return -torch.ones(1, 1), 3, 2


@mistake("expose_6", "kernel and padding are exchanged", "right_6(image, kernel_size, padding)")
def kernel_for_padding():
    return -torch.ones(1, 1), 1, 2


@mistake("expose_6", "the kernel is larger than the padded image", "right_6 must take the input")
def kernel_too_large():
    return -torch.ones(1, 1), 5, 1


@mistake("expose_6", "the image is larger than it must be", "one pixel")
def larger_than_a_pixel():
    return -torch.ones(2, 3), 3, 1


@mistake("expose_6", "the pixel is minus infinity, which right_6 gives back", "finite numbers that are below zero")
def minus_infinity():
    return torch.full((1, 1), float("-inf")), 2, 1


@mistake("expose_6", "the kernel is a pair", "right_6 takes an int")
def kernel_pair():
    return -torch.ones(1, 1), (2, 2), 1


@mistake("expose_7", "there is one call, and nothing to remember", "a list of two calls")
def one_call():
    return [(torch.ones(1, 1),)]


@mistake("expose_7", "both images are the same, so that the first answer suits the second", "two different images")
def same_image_twice():
    return [(torch.ones(1, 1),), (torch.ones(1, 1),)]


@mistake("expose_7", "the images have different shapes, under which each is found by itself", "two images of one shape")
def different_shapes():
    return [(torch.zeros(1, 1),), (torch.ones(1, 2),)]


@mistake("expose_7", "the images differ, but their mean does not", "two images of different brightness")
def same_mean():
    return [(torch.tensor([[0.0, 1.0]]),), (torch.tensor([[1.0, 0.0]]),)]


@mistake("expose_7", "the list has tensors and not calls", "(image,): the comma makes the tuple")
def list_of_tensors():
    return [torch.zeros(1, 1), torch.ones(1, 1)]


@mistake("expose_7", "both images are the arguments of one call", "[(first,), (second,)]")
def both_in_one_call():
    return [(torch.zeros(1, 1), torch.ones(1, 1))]


@mistake("expose_7", "the memory is handed in with the call", "what wrong_7 keeps is its own affair")
def memory_handed_in():
    return [(torch.ones(1, 1), {torch.Size([1, 1]): torch.tensor(0.0)})]


@mistake("expose_7", "it is a single call, not in a list", "[(first,), (second,)]")
def call_without_list():
    return (torch.ones(1, 1),)


@mistake("expose_7", "the list is empty", "[(first,), (second,)]")
def no_call():
    return []


@mistake("expose_7", "a third call is made, where two are enough", "two calls")
def three_calls():
    return [(torch.zeros(1, 1),), (torch.ones(1, 1),), (torch.ones(1, 1),)]


@mistake("expose_8", "the image has one row, which is its own neighbour", "two rows")
def one_row():
    return (torch.tensor([[0.0, 1.0]]),)


@mistake("expose_8", "the brighter pixel is above, in the first row anyway", "the brighter pixel below")
def brighter_above():
    return (torch.tensor([[1.0], [0.0]]),)


@mistake("expose_8", "the borders are dark, as those of digits are", "a last row that is not dark")
def dark_borders():
    return (torch.tensor([[0.0], [1.0], [0.0]]),)


@mistake("expose_8", "both rows are alike", "a last row that is brighter than the first")
def rows_alike():
    return (torch.ones(2, 1),)


@mistake("expose_8", "the slip shows, but with more pixels than it takes", "the first and the last row are enough")
def row_between():
    return (torch.tensor([[0.0], [0.0], [1.0]]),)


@mistake("expose_8", "the image is a column without columns", "(H, W): two pairs of brackets")
def one_dimension():
    return (torch.tensor([0.0, 1.0]),)


@mistake("expose_8", "the image is a NumPy array", "torch.tensor")
def numpy_array():
    return (torch.tensor([[0.0], [1.0]]).numpy(),)


@mistake("expose_8", "the tensor is not in a tuple", "(image,): the comma makes the tuple")
def bare_tensor():
    return torch.tensor([[0.0], [1.0]])


@mistake("expose_8", "the last row is nan", "a number that is larger than the one above")
def nan_below():
    return (torch.tensor([[0.0], [float("nan")]]),)


@right_answer("expose_1", "a dict, and a kernel whose first column is 0")
def by_names():
    return {"kernel": torch.tensor([[0, 1]]), "image": torch.tensor([[5, -2]])}


@right_answer("expose_1", "a tall kernel, for which wrong_1 looks for columns that are not there")
def tall_kernel():
    return torch.ones(2, 1), torch.ones(2, 1)


@right_answer("expose_1", "a list, views and float64")
def views():
    numbers = torch.arange(8.0, dtype=torch.float64)
    return [numbers[1:3].unsqueeze(0), numbers[4:].reshape(2, 2).T[:1]]


@right_answer("expose_1", "parameters, which need a gradient")
def parameters():
    return nn.Parameter(torch.ones(1, 2)), nn.Parameter(torch.ones(1, 2))


@right_answer("expose_2", "found by trying, and returned by name")
def by_trying():
    tried = [(n, k, s) for n in range(1, 4) for k in range(1, n + 1) for s in range(1, 9)]
    differing = [each for each in tried if pairs.right_2(*each) != pairs.wrong_2(*each)]
    return dict(zip(("n", "kernel_size", "stride"), differing[0], strict=True))


@right_answer("expose_3", "a negative pixel")
def negative_pixel():
    return torch.tensor([[-3.0]]), 0


@right_answer("expose_4", "whole numbers")
def whole_images():
    return (torch.tensor([7, -7])[:, None, None, None],)


@right_answer("expose_4", "drawn anew each time, and always two different images")
def drawn():
    return (torch.rand(2, 1, 1, 1).cumsum(0) + torch.tensor([0.0, 1.0])[:, None, None, None],)


@right_answer("expose_5", "true and false, which PyTorch does not subtract")
def booleans():
    return (torch.tensor([[True, False]]),)


@right_answer("expose_5", "int8, whose range is left upwards")
def int8_image():
    return {"image": torch.tensor([[-100, 100]], dtype=torch.int8)}


@right_answer("expose_6", "kernel 3 in place of 2")
def kernel_of_3():
    return torch.tensor([[-0.5]]), 3, 1


@right_answer("expose_7", "calls as dicts, in a tuple")
def calls_by_name():
    return {"image": torch.tensor([[3.0]])}, {"image": torch.tensor([[4.0]])}


@right_answer("expose_8", "two negative pixels of whole numbers")
def negative_rows():
    return [torch.tensor([[-2], [-1]])]
