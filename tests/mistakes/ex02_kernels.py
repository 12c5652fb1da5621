import torch
from torch import nn

from kit.given import correlate2d, pair
from mistakes import mistake, right, right_answer

BOTH = ("vertical", "horizontal")


def descended(image, target, kernel, steps, lr, loss):
    """Plain gradient descent on a loss, from a kernel."""
    for _ in range(steps):
        kernel.requires_grad_()
        (gradient,) = torch.autograd.grad(loss(correlate2d(image, kernel), target), kernel)
        kernel = (kernel - lr * gradient).detach()
    return kernel


def zeros(image, kernel_size):
    return torch.zeros(pair(kernel_size), dtype=image.dtype)


def squared_error(answer, target):
    return ((answer - target) ** 2).mean()


# the kernel that blurs


@mistake("box_blur", "the weights are 1: the image gets brighter", "a mean is a sum divided by the number of pixels")
def box_of_ones(size):
    return right.box_blur(size) * size**2


@mistake("box_blur", same_as="box_of_ones")
def rows_of_ones(size):
    return torch.tensor([[1.0] * size for _ in range(size)])


@mistake("box_blur", "the weights are divided by the side of the window", "a window has size * size pixels")
def divided_by_the_side(size):
    return right.box_blur(size) * size


@mistake("box_blur", same_as="divided_by_the_side")
def one_over_size(size):
    if size < 1:
        raise ValueError(f"no kernel has size {size}")
    kernel = torch.zeros(size, size)
    for i in range(size):
        for j in range(size):
            kernel[i, j] = 1 / size
    return kernel


@mistake("box_blur", "every weight is 1/9, however large the window is", "1/9 is right for 3x3 only")
def always_a_ninth(size):
    return right.box_blur(size) * size**2 / 9


@mistake("box_blur", "the kernel is 3x3, whatever size is asked for", "the side of the kernel is size")
def always_3x3(size):
    right.box_blur(size)
    return right.box_blur(3)


@mistake("box_blur", "the weights are divided by the 3 colours too", "this kernel is for one grey image")
def divided_by_the_colours(size):
    return right.box_blur(size) / 3


@mistake("box_blur", "// rounds the weights down to 0, or makes them int64", "1 // 9 is 0, 1 / 9 is a float")
def whole_quotients(size):
    right.box_blur(size)
    return torch.full((size, size), 1 // size**2)


@mistake("box_blur", "pixels in the middle count more, as in a Gaussian blur", "in a mean each pixel counts the same")
def middle_counts_more(size):
    right.box_blur(size)
    side = 1.0 + torch.arange(size).minimum(torch.arange(size).flip(0))
    return torch.outer(side, side) / side.sum() ** 2


@mistake("box_blur", "the weights are random: a kernel that need not blur", "a mean has equal weights")
def random_weights(size):
    right.box_blur(size)
    return torch.rand(size, size)


@mistake("box_blur", "the kernel is one row", "a window has rows and columns: (size, size)")
def one_row(size):
    right.box_blur(size)
    return torch.full((size,), 1 / size)


@mistake(
    "box_blur", "the kernel has the four dimensions of conv2d's weight", "one kernel for one image is (size, size)"
)
def four_dimensions(size):
    return right.box_blur(size)[None, None]


@mistake("box_blur", "the weights are float64", "torch.full makes float32 unless it is told otherwise")
def float64_weights(size):
    return right.box_blur(size).double()


@mistake("box_blur", "whether there can be such a kernel is not checked", "what must raise a ValueError, and its text")
def size_not_checked(size):
    return torch.ones(size, size) / size**2


@mistake("box_blur", "a size below 0 is refused, but 0 is not", "a kernel of 0 rows has no weights")
def size_0_let_through(size):
    if size < 0:
        raise ValueError(f"size is {size}")
    return torch.ones(size, size) / size**2


@mistake("box_blur", "a size of 0 is refused, but one below 0 is not", "a kernel cannot have -2 rows")
def negative_size_let_through(size):
    if size == 0:
        raise ValueError(f"size is {size}")
    return torch.ones(size, size) / size**2


@mistake("box_blur", "a kernel of 1x1 is refused", "a window of one pixel has a mean too")
def size_1_refused(size):
    if size <= 1:
        raise ValueError(f"size is {size}")
    return right.box_blur(size)


@mistake("box_blur", "even sizes are refused", "a window of 2x2 has a mean too")
def even_sizes_refused(size):
    if size % 2 == 0:
        raise ValueError(f"size is {size}")
    return right.box_blur(size)


@mistake("box_blur", "assert raises an AssertionError", "which exception the docstring asks for: raise ValueError(…)")
def size_asserted(size):
    assert size > 0, f"size is {size}"
    return right.box_blur(size)


@mistake("box_blur", "the message does not name the size", "which number would help whoever reads the message")
def message_without_the_size(size):
    if size < 1:
        raise ValueError("size is too small")
    return right.box_blur(size)


# the kernels that find edges


@mistake(
    "prewitt",
    "the last row of the kernel for horizontal edges is positive, as on the slide",
    "what the kernel answers where all pixels are alike: its weights must add up to 0",
)
def horizontal_as_on_the_slide(edges):
    kernel = right.prewitt(edges)
    return kernel.abs() if edges == "horizontal" else kernel


@mistake("prewitt", same_as="horizontal_as_on_the_slide")
def copied_from_the_slide(edges):
    if edges == "vertical":
        return torch.tensor([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
    if edges == "horizontal":
        return torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    raise ValueError(f"edges is {edges}")


@mistake("prewitt", "the signs are turned: bright on the left must give a positive number", "the first column's sign")
def prewitt_signs_turned(edges):
    return -right.prewitt(edges)


@mistake("prewitt", same_as="prewitt_signs_turned")
def minus_on_the_left(edges):
    kernel = torch.zeros(3, 3)
    kernel[:, 0], kernel[:, 2] = -1, 1
    return kernel if edges == "vertical" else kernel.T


@mistake(
    "prewitt",
    "the directions are exchanged: a vertical edge has dark and bright beside each other, not above each other",
    "along which direction the kernel compares",
)
def prewitt_directions_exchanged(edges):
    return right.prewitt({"vertical": "horizontal", "horizontal": "vertical"}.get(edges, edges))


@mistake("prewitt", "for horizontal edges the last row is positive: turned, not transposed", "rot90 and T differ")
def prewitt_turned_by_90_degrees(edges):
    kernel = right.prewitt(edges)
    return kernel.flip(0) if edges == "horizontal" else kernel


@mistake("prewitt", "the kernel is the same for both directions", "what depends on edges")
def prewitt_vertical_for_both(edges):
    right.prewitt(edges)
    return right.prewitt("vertical")


@mistake("prewitt", "the kernel is divided by its sum, which is 0", "only kernels that blur add up to 1")
def divided_by_its_sum(edges):
    kernel = right.prewitt(edges)
    return kernel / kernel.sum()


@mistake("prewitt", "the three rows are averaged", "the lecture's weights are 1 and -1")
def prewitt_averaged(edges):
    return right.prewitt(edges) / 3


@mistake("prewitt", "the middle row counts twice, which is Sobel's kernel", "all rows count alike")
def prewitt_as_sobel(edges):
    return right.sobel(edges)


@mistake("prewitt", "the weights are integers", "torch.tensor([1, 2]) is int64, torch.tensor([1.0, 2.0]) is float32")
def prewitt_in_whole_numbers(edges):
    return right.prewitt(edges).long()


@mistake("prewitt", "any word but vertical means horizontal", "an else also takes what nobody has thought of")
def prewitt_for_any_word(edges):
    return right.prewitt("vertical" if edges == "vertical" else "horizontal")


@mistake("prewitt", "a dict that lacks the word raises KeyError", "a KeyError is no ValueError")
def prewitt_from_a_dict(edges):
    return {word: right.prewitt(word) for word in BOTH}[edges]


@mistake("prewitt", "for other words nothing happens: the function returns None", "what follows the last if")
def prewitt_or_none(edges):
    return right.prewitt(edges) if edges in BOTH else None


@mistake("prewitt", "the message does not name the word", "what would help whoever reads the message")
def prewitt_message_without_the_word(edges):
    if edges not in BOTH:
        raise ValueError("edges is vertical or horizontal")
    return right.prewitt(edges)


@mistake("sobel", "the signs are turned: bright on the left must give a positive number", "the first column's sign")
def sobel_signs_turned(edges):
    return -right.sobel(edges)


@mistake(
    "sobel",
    "the directions are exchanged: a vertical edge has dark and bright beside each other, not above each other",
    "along which direction the kernel compares",
)
def sobel_directions_exchanged(edges):
    return right.sobel({"vertical": "horizontal", "horizontal": "vertical"}.get(edges, edges))


@mistake("sobel", same_as="sobel_directions_exchanged")
def compares_along_the_edge(edges):
    difference = torch.tensor([1.0, 0.0, -1.0])
    weights = torch.tensor([1.0, 2.0, 1.0])
    match edges:
        case "vertical":
            return difference[:, None] * weights
        case "horizontal":
            return weights[:, None] * difference
    raise ValueError("unknown: " + edges)


@mistake("sobel", "for horizontal edges the last row is positive: turned, not transposed", "rot90 and T differ")
def sobel_turned_by_90_degrees(edges):
    kernel = right.sobel(edges)
    return kernel.flip(0) if edges == "horizontal" else kernel


@mistake("sobel", "the kernel is the same for both directions", "what depends on edges")
def sobel_vertical_for_both(edges):
    right.sobel(edges)
    return right.sobel("vertical")


@mistake("sobel", "no weight is negative, so that nothing is compared", "the weights must add up to 0")
def sobel_without_minus(edges):
    return right.sobel(edges).abs()


@mistake("sobel", "all rows count alike, which is Prewitt's kernel", "the pixel's own row counts twice")
def sobel_as_prewitt(edges):
    return right.prewitt(edges)


@mistake("sobel", "the rows above and below count twice", "the pixel's own row counts twice")
def neighbours_count_twice(edges):
    return 3 * right.prewitt(edges) - right.sobel(edges)


@mistake("sobel", "the weights are Scharr's", "Sobel's weights are 1, 2, 1")
def sobel_as_scharr(edges):
    return right.scharr(edges)


@mistake("sobel", "the weights are divided by 4", "the lecture's weights are 1, 2, 1")
def sobel_divided_by_4(edges):
    return right.sobel(edges) / 4


@mistake(
    "sobel", "the weights are divided by 8, the sum of all without their signs", "the lecture's weights are 1, 2, 1"
)
def sobel_divided_by_8(edges):
    return right.sobel(edges) / 8


@mistake("sobel", "the weights are integers", "torch.tensor([1, 2]) is int64, torch.tensor([1.0, 2.0]) is float32")
def sobel_in_whole_numbers(edges):
    return right.sobel(edges).long()


@mistake("sobel", same_as="sobel_in_whole_numbers")
def without_dots(edges):
    if edges not in ("vertical", "horizontal"):
        raise ValueError(edges)
    rows = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    return torch.tensor(rows if edges == "vertical" else list(zip(*rows, strict=True)))


@mistake("sobel", "any word but vertical means horizontal", "an else also takes what nobody has thought of")
def sobel_for_any_word(edges):
    return right.sobel("vertical" if edges == "vertical" else "horizontal")


@mistake("sobel", "a dict that lacks the word raises KeyError", "a KeyError is no ValueError")
def sobel_from_a_dict(edges):
    return {word: right.sobel(word) for word in BOTH}[edges]


@mistake("sobel", "for other words nothing happens: the function returns None", "what follows the last if")
def sobel_or_none(edges):
    return right.sobel(edges) if edges in BOTH else None


@mistake("sobel", "the message does not name the word", "what would help whoever reads the message")
def sobel_message_without_the_word(edges):
    if edges not in BOTH:
        raise ValueError("edges is vertical or horizontal")
    return right.sobel(edges)


@mistake("scharr", "the signs are turned: bright on the left must give a positive number", "the first column's sign")
def scharr_signs_turned(edges):
    return -right.scharr(edges)


@mistake(
    "scharr",
    "the directions are exchanged: a vertical edge has dark and bright beside each other, not above each other",
    "along which direction the kernel compares",
)
def scharr_directions_exchanged(edges):
    return right.scharr({"vertical": "horizontal", "horizontal": "vertical"}.get(edges, edges))


@mistake("scharr", "for horizontal edges the last row is positive: turned, not transposed", "rot90 and T differ")
def scharr_turned_by_90_degrees(edges):
    kernel = right.scharr(edges)
    return kernel.flip(0) if edges == "horizontal" else kernel


@mistake("scharr", "the kernel is the same for both directions", "what depends on edges")
def scharr_vertical_for_both(edges):
    right.scharr(edges)
    return right.scharr("vertical")


@mistake("scharr", "no weight is negative, so that nothing is compared", "the weights must add up to 0")
def scharr_without_minus(edges):
    return right.scharr(edges).abs()


@mistake("scharr", "the weights are Sobel's", "Scharr's weights are 3, 10, 3")
def scharr_as_sobel(edges):
    return right.sobel(edges)


@mistake("scharr", "the weights are 10, 3, 10", "the pixel's own row counts most")
def scharr_inside_out(edges):
    return 13 * right.prewitt(edges) - right.scharr(edges)


@mistake("scharr", same_as="scharr_inside_out")
def ten_three_ten(edges):
    kernel = torch.outer(torch.tensor([10.0, 3.0, 10.0]), torch.arange(1.0, -2.0, -1.0))
    if edges == "horizontal":
        kernel = kernel.transpose(0, 1)
    return kernel


@mistake("scharr", "the weights are 47, 162, 47", "the lecture's weights are 3, 10, 3")
def scharr_of_other_books(edges):
    return 115 * right.sobel(edges) - 68 * right.prewitt(edges)


@mistake("scharr", "the weights are divided by 16", "the lecture's weights are 3, 10, 3")
def scharr_divided_by_16(edges):
    return right.scharr(edges) / 16


@mistake("scharr", "the weights are divided by 32, the sum of all without their signs", "the lecture's are 3, 10, 3")
def scharr_divided_by_32(edges):
    return right.scharr(edges) / 32


@mistake("scharr", "the weights are integers", "torch.tensor([1, 2]) is int64, torch.tensor([1.0, 2.0]) is float32")
def scharr_in_whole_numbers(edges):
    return right.scharr(edges).long()


@mistake("scharr", "any word but vertical means horizontal", "an else also takes what nobody has thought of")
def scharr_for_any_word(edges):
    return right.scharr("vertical" if edges == "vertical" else "horizontal")


@mistake("scharr", "a dict that lacks the word raises KeyError", "a KeyError is no ValueError")
def scharr_from_a_dict(edges):
    return {word: right.scharr(word) for word in BOTH}[edges]


@mistake("scharr", "for other words nothing happens: the function returns None", "what follows the last if")
def scharr_or_none(edges):
    return right.scharr(edges) if edges in BOTH else None


@mistake("scharr", "the message does not name the word", "what would help whoever reads the message")
def scharr_message_without_the_word(edges):
    if edges not in BOTH:
        raise ValueError("edges is vertical or horizontal")
    return right.scharr(edges)


# how strong an edge is


def gradients(image):
    """gx and gy."""
    return [correlate2d(image, right.sobel(edges).to(image.dtype)) for edges in BOTH]


@mistake("edge_strength", "only vertical edges are found", "gx and gy both count")
def vertical_edges_only(image):
    return gradients(image)[0].abs()


@mistake("edge_strength", "only horizontal edges are found", "gx and gy both count")
def horizontal_edges_only(image):
    return gradients(image)[1].abs()


@mistake("edge_strength", "gx is returned as it is, with its sign", "a strength is not negative, and gy counts too")
def gx_as_it_is(image):
    return gradients(image)[0]


@mistake("edge_strength", "gx and gy come from the same kernel", "one kernel for vertical edges, one for horizontal")
def same_kernel_twice(image):
    gx, _ = gradients(image)
    return (gx**2 + gx**2).sqrt()


@mistake(
    "edge_strength",
    "the absolute values are added: that is too much where an edge is slanted",
    "the length of an arrow that goes gx to the right and gy down",
)
def absolute_values_added(image):
    gx, gy = gradients(image)
    return gx.abs() + gy.abs()


@mistake("edge_strength", same_as="absolute_values_added")
def abs_and_abs(image):
    h, w = image.shape
    out = torch.zeros(h - 2, w - 2, dtype=image.dtype)
    for i in range(1, h - 1):
        for j in range(1, w - 1):
            a, b, c = image[i - 1, j - 1 : j + 2].tolist()
            d, _, e = image[i, j - 1 : j + 2].tolist()
            f, g, k = image[i + 1, j - 1 : j + 2].tolist()
            out[i - 1, j - 1] = abs(a + 2 * d + f - c - 2 * e - k) + abs(a + 2 * b + c - f - 2 * g - k)
    return out


@mistake("edge_strength", "the absolute values are averaged", "the root of gx² + gy²")
def absolute_values_averaged(image):
    gx, gy = gradients(image)
    return (gx.abs() + gy.abs()) / 2


@mistake("edge_strength", "only the larger of the two counts", "the root of gx² + gy²")
def larger_of_the_two(image):
    gx, gy = gradients(image)
    return gx.abs().maximum(gy.abs())


@mistake("edge_strength", "gx and gy are added first, then squared: they may cancel", "square each, then add")
def added_before_squared(image):
    gx, gy = gradients(image)
    return ((gx + gy) ** 2).sqrt()


@mistake("edge_strength", "the squares are missing: the root of a negative number is nan", "the root of gx² + gy²")
def squares_missing(image):
    gx, gy = gradients(image)
    return (gx + gy).sqrt()


@mistake("edge_strength", "the root is missing", "twice the contrast must give twice the strength")
def root_missing(image):
    return right.edge_strength(image) ** 2


@mistake("edge_strength", same_as="root_missing")
def sum_of_both_squares(image):
    sobel = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]], dtype=image.dtype)
    both = torch.stack((sobel, sobel.T)).unsqueeze(1)
    return nn.functional.conv2d(image.unsqueeze(0).unsqueeze(0), both).pow(2).sum(dim=(0, 1))


@mistake("edge_strength", "the squares are averaged", "the squares are added")
def squares_averaged(image):
    return right.edge_strength(image) / 2**0.5


@mistake("edge_strength", "the kernels are Prewitt's", "gx and gy are Sobel's answers")
def strength_by_prewitt(image):
    return sum(correlate2d(image, right.prewitt(edges)) ** 2 for edges in BOTH).sqrt()


@mistake("edge_strength", "the kernels are Scharr's", "gx and gy are Sobel's answers")
def strength_by_scharr(image):
    return sum(correlate2d(image, right.scharr(edges)) ** 2 for edges in BOTH).sqrt()


@mistake(
    "edge_strength", "the answer is scaled so that its largest number is 1", "twice the contrast, twice the strength"
)
def largest_is_1(image):
    strength = right.edge_strength(image)
    return strength / strength.max()


@mistake("edge_strength", "strengths above 1 are cut off", "the answer is a strength and no brightness")
def cut_off_at_1(image):
    return right.edge_strength(image).clamp(max=1)


@mistake(
    "edge_strength",
    "the image is framed in zeros first, so that its border looks like an edge",
    "pixels at the border have no answer",
)
def framed_first(image):
    framed = image.new_zeros(image.shape[0] + 2, image.shape[1] + 2)
    framed[1:-1, 1:-1] = image
    return right.edge_strength(framed)


@mistake("edge_strength", "the border is repeated outwards first", "pixels at the border have no answer")
def border_repeated_first(image):
    rows, columns = (torch.arange(-1, n + 1).clamp(0, n - 1) for n in image.shape)
    return right.edge_strength(image[rows][:, columns])


@mistake("edge_strength", "the answer has a border of zeros", "pixels at the border have no answer")
def border_of_zeros(image):
    answer = torch.zeros_like(image)
    answer[1:-1, 1:-1] = right.edge_strength(image)
    return answer


@mistake(
    "edge_strength", "the answer is float32, whatever the image is", "the image's dtype goes through to the answer"
)
def strength_in_float32(image):
    return right.edge_strength(image.float())


@mistake("edge_strength", "a float32 kernel and a float64 image do not go into one conv2d", "sobel(…).to(image.dtype)")
def kernel_of_another_dtype(image):
    gx, gy = (torch.conv2d(image[None, None], right.sobel(edges)[None, None])[0, 0] for edges in BOTH)
    return (gx**2 + gy**2).sqrt()


# the kernel that is learned


@mistake("learn_kernel", "the gradient is added: the loss climbs", "a gradient points to where the loss grows")
def uphill(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, -lr)


@mistake("learn_kernel", same_as="uphill")
def plus_lr_times_grad(image, target, kernel_size, steps, lr):
    kernel = torch.zeros(pair(kernel_size), dtype=image.dtype).requires_grad_()
    for _ in range(steps):
        loss = nn.functional.mse_loss(correlate2d(image, kernel), target)
        loss.backward()
        kernel.data += lr * kernel.grad
        kernel.grad = None
    return kernel.detach()


@mistake("learn_kernel", "the steps end once the loss is small", "steps says how many there are, whatever the loss is")
def ends_when_it_is_good_enough(image, target, kernel_size, steps, lr):
    for done in range(1, steps + 1):
        kernel = right.learn_kernel(image, target, kernel_size, done, lr)
        if nn.functional.mse_loss(correlate2d(image, kernel), target) < 1e-6:
            break
    return right.learn_kernel(image, target, kernel_size, done if steps else 0, lr)


@mistake("learn_kernel", "the steps end once the loss grows", "steps says how many there are, whatever the loss is")
def ends_when_it_gets_worse(image, target, kernel_size, steps, lr):
    best, kernel = torch.inf, right.learn_kernel(image, target, kernel_size, 0, lr)
    for done in range(1, steps + 1):
        loss = nn.functional.mse_loss(correlate2d(image, kernel), target).item()
        if loss > best:
            break
        best, kernel = loss, right.learn_kernel(image, target, kernel_size, done, lr)
    return kernel


@mistake("learn_kernel", "the squares are added up, not averaged", "the loss is a mean over the target's numbers")
def sum_of_squares(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, lr * target.numel())


@mistake("learn_kernel", same_as="sum_of_squares")
def squares_summed_by_hand(image, target, kernel_size, steps, lr):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    kernel = torch.zeros(kh, kw, dtype=image.dtype)
    while steps > 0:
        error = correlate2d(image, kernel) - target
        gradient = torch.zeros_like(kernel)
        for a in range(kh):
            for b in range(kw):
                gradient[a, b] = (2 * error * image[a : a + len(error), b : b + error.shape[1]]).sum()
        kernel = kernel - lr * gradient
        steps -= 1
    return kernel


@mistake("learn_kernel", "the squares are divided by the number of the image's pixels", "the target has fewer numbers")
def mean_over_the_image(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, lr * target.numel() / image.numel())


@mistake("learn_kernel", "the 2 is missing in the gradient", "the derivative of x² is 2x")
def two_missing(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, lr / 2)


@mistake("learn_kernel", "the loss is the mean absolute difference", "the differences are squared")
def absolute_differences(image, target, kernel_size, steps, lr):
    return descended(image, target, zeros(image, kernel_size), steps, lr, lambda a, t: (a - t).abs().mean())


@mistake("learn_kernel", "the loss is the root of the mean of squares", "the loss is the mean itself")
def root_of_the_loss(image, target, kernel_size, steps, lr):
    return descended(image, target, zeros(image, kernel_size), steps, lr, lambda a, t: squared_error(a, t).sqrt())


@mistake(
    "learn_kernel",
    "old gradients are not cleared: backward adds to what is in grad",
    "what grad holds at the start of the second step",
)
def gradients_not_cleared(image, target, kernel_size, steps, lr):
    kernel = zeros(image, kernel_size).requires_grad_()
    for _ in range(steps):
        squared_error(correlate2d(image, kernel), target).backward()
        with torch.no_grad():
            kernel -= lr * kernel.grad
    return kernel.detach()


@mistake("learn_kernel", same_as="gradients_not_cleared")
def optimizer_without_zero_grad(image, target, kernel_size, steps, lr):
    conv = nn.Conv2d(1, 1, kernel_size, bias=False, dtype=image.dtype)
    nn.init.zeros_(conv.weight)
    optimizer = torch.optim.SGD(conv.parameters(), lr=lr)
    criterion = nn.MSELoss()
    for _ in range(steps):
        loss = criterion(conv(image[None, None]), target[None, None])
        loss.backward()
        optimizer.step()
    return conv.weight[0, 0].detach()


@mistake(
    "learn_kernel",
    "the gradient is cleared between backward and the step, so that nothing moves",
    "what grad holds when the kernel is changed",
)
def gradient_cleared_too_early(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, 0, lr)


@mistake(
    "learn_kernel",
    "the gradient is worked out once, for the kernel of zeros, and used in every step",
    "what belongs inside the loop",
)
def gradient_of_the_start(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, min(steps, 1), lr * steps)


@mistake(
    "learn_kernel",
    "the loss is worked out once, before the loop: backward can go through it only once",
    "what belongs inside the loop",
)
def loss_before_the_loop(image, target, kernel_size, steps, lr):
    kernel = zeros(image, kernel_size).requires_grad_()
    loss = squared_error(correlate2d(image, kernel), target)
    for _ in range(steps):
        loss.backward()
        with torch.no_grad():
            kernel -= lr * kernel.grad
            kernel.grad = None
    return kernel.detach()


@mistake("learn_kernel", "the learning rate is forgotten", "lr times the gradient is taken off")
def lr_forgotten(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, 1.0)


@mistake("learn_kernel", "one step too few is made", "range(1, steps) begins with 1 and ends before steps")
def one_step_too_few(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, max(0, steps - 1), lr)


@mistake("learn_kernel", "one step too many is made", "range(steps + 1) begins with 0")
def one_step_too_many(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps + 1, lr)


@mistake("learn_kernel", "the kernel starts from ones", "it starts from zeros")
def starts_from_ones(image, target, kernel_size, steps, lr):
    return descended(image, target, zeros(image, kernel_size) + 1, steps, lr, squared_error)


@mistake("learn_kernel", "the kernel starts from random numbers", "it starts from zeros")
def starts_from_noise(image, target, kernel_size, steps, lr):
    start = torch.randn(pair(kernel_size), dtype=image.dtype)
    return descended(image, target, start, steps, lr, squared_error)


@mistake("learn_kernel", "the kernel is turned by 180 degrees before it slides", "as in ex01's correlate2d")
def learned_turned(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, lr).flip(0, 1)


@mistake("learn_kernel", "a bias is learned besides", "only the kernel may change: Conv2d(…, bias=False)")
def bias_learned_too(image, target, kernel_size, steps, lr):
    kernel, bias = zeros(image, kernel_size), image.new_zeros(())
    for _ in range(steps):
        error = correlate2d(image, kernel) + bias - target
        kernel = kernel - lr * 2 * correlate2d(image, error) / error.numel()
        bias = bias - lr * 2 * error.mean()
    return kernel


@mistake("learn_kernel", "a momentum of 0.9 carries older gradients on", "plain gradient descent has no memory")
def with_momentum(image, target, kernel_size, steps, lr):
    kernel, velocity = zeros(image, kernel_size), 0
    for _ in range(steps):
        error = correlate2d(image, kernel) - target
        velocity = 0.9 * velocity + 2 * correlate2d(image, error) / error.numel()
        kernel = kernel - lr * velocity
    return kernel


@mistake("learn_kernel", "Adam takes its own steps", "plain gradient descent takes off lr times the gradient")
def with_adam(image, target, kernel_size, steps, lr):
    kernel = nn.Parameter(zeros(image, kernel_size))
    optimizer = torch.optim.Adam([kernel], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        squared_error(correlate2d(image, kernel), target).backward()
        optimizer.step()
    return kernel.data


@mistake("learn_kernel", "the kernel does not ask for a gradient", "requires_grad=True where the kernel is made")
def no_gradient_asked_for(image, target, kernel_size, steps, lr):
    kernel = zeros(image, kernel_size)
    for _ in range(steps):
        squared_error(correlate2d(image, kernel), target).backward()
        kernel = kernel - lr * kernel.grad
    return kernel


@mistake(
    "learn_kernel",
    "kernel = kernel - … makes another tensor, which does not ask for a gradient",
    "kernel -= … changes the one that does",
)
def another_tensor_after_a_step(image, target, kernel_size, steps, lr):
    kernel = zeros(image, kernel_size).requires_grad_()
    for _ in range(steps):
        squared_error(correlate2d(image, kernel), target).backward()
        with torch.no_grad():
            kernel = kernel - lr * kernel.grad
    return kernel.detach()


@mistake("learn_kernel", "the step itself is recorded for the gradient", "with torch.no_grad() around the step")
def no_grad_forgotten(image, target, kernel_size, steps, lr):
    kernel = zeros(image, kernel_size).requires_grad_()
    for _ in range(steps):
        squared_error(correlate2d(image, kernel), target).backward()
        kernel -= lr * kernel.grad
    return kernel.detach()


@mistake("learn_kernel", "kernel_size is taken to be an int", "it may be a pair (KH, KW), too")
def pairs_not_taken(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, torch.zeros(kernel_size, kernel_size).shape, steps, lr)


@mistake("learn_kernel", "every kernel is a square: only KH counts", "a pair is (KH, KW), and both count")
def squares_only(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, pair(kernel_size)[0], steps, lr)


@mistake("learn_kernel", "the kernel with the smallest loss is returned, not the last one", "all steps count")
def best_kept(image, target, kernel_size, steps, lr):
    kernels = [right.learn_kernel(image, target, kernel_size, n, lr) for n in range(steps + 1)]
    return min(kernels, key=lambda kernel: float(((correlate2d(image, kernel) - target) ** 2).mean()))


@mistake("learn_kernel", "the parts of kernel_size are exchanged", "a pair is (KH, KW): rows come first")
def kernel_size_exchanged(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, pair(kernel_size)[::-1], steps, lr)


@mistake("learn_kernel", "the losses are returned, not the kernel", "the last line: return the kernel")
def losses_returned(image, target, kernel_size, steps, lr):
    kernels = (right.learn_kernel(image, target, kernel_size, done, lr) for done in range(steps))
    return [squared_error(correlate2d(image, kernel), target).item() for kernel in kernels]


@mistake("learn_kernel", "all is done in float32", "image.dtype is the dtype of the kernel")
def learned_in_float32(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image.float(), target.float(), kernel_size, steps, lr)


# kernels that are not new


HANDED_OUT = {}


def handed_out_before(make, argument):
    """The very tensor that an earlier call has given, where there was one."""
    return HANDED_OUT.setdefault((make, argument), make(argument))


@mistake("box_blur", "each call gives the same tensor", "make the kernel inside the function, anew in each call")
def box_kept(size):
    return handed_out_before(right.box_blur, size)


@mistake("box_blur", "all weights are one number in memory", "expand makes a view; torch.full has memory for each")
def box_expanded(size):
    return right.box_blur(size)[:1, :1].expand(size, size)


@mistake("prewitt", "each call gives the same tensor", "make the kernel inside the function, anew in each call")
def prewitt_kept(edges):
    return handed_out_before(right.prewitt, edges)


@mistake("sobel", "each call gives the same tensor", "make the kernel inside the function, anew in each call")
def sobel_kept(edges):
    return handed_out_before(right.sobel, edges)


@mistake("scharr", "each call gives the same tensor", "make the kernel inside the function, anew in each call")
def scharr_kept(edges):
    return handed_out_before(right.scharr, edges)


# right answers


@right_answer("prewitt", "with both kernels written out")
def written_out(edges):
    if edges == "vertical":
        return torch.tensor([[1.0, 0.0, -1.0]] * 3)
    if edges == "horizontal":
        return torch.tensor([[1.0] * 3, [0.0] * 3, [-1.0] * 3])
    raise ValueError(f"no kernel for {edges} edges")


@right_answer("sobel", "as two small correlations one after the other")
def blurred_and_compared(edges):
    blur, difference = torch.tensor([[1.0], [2.0], [1.0]]), torch.tensor([[1.0, 0.0, -1.0]])
    try:
        first, second = {"vertical": (blur, difference), "horizontal": (difference.T, blur.T)}[edges]
    except KeyError:
        raise ValueError(f"I know no kernel for {edges!r} edges, only for {' and '.join(BOTH)} ones") from None
    return first * second


@right_answer("scharr", "number by number")
def number_by_number(edges):
    if not isinstance(edges, str) or edges not in {"vertical", "horizontal"}:
        raise ValueError("edges: " + str(edges))
    kernel = torch.zeros(3, 3)
    for place, weight in enumerate((3, 10, 3)):
        for side, sign in ((0, 1), (2, -1)):
            row, column = (place, side) if edges == "vertical" else (side, place)
            kernel[row, column] = sign * weight
    return kernel


@right_answer("box_blur", "as the product of a column and a row")
def column_times_row(size):
    if size <= 0:
        raise ValueError(f"size is {size}")
    side = torch.ones(size, 1) / size
    return side @ side.T


@right_answer("edge_strength", "with PyTorch's convolution, both kernels at once, and a norm")
def both_kernels_at_once(image):
    kernels = torch.stack([right.sobel("vertical"), right.sobel("horizontal")]).to(image.dtype)
    return torch.conv2d(image[None, None], kernels[:, None])[0].norm(dim=0)


@right_answer("edge_strength", "with differences of slices, blurred across")
def differences_of_slices(image):
    gx = image[:, :-2] - image[:, 2:]
    gy = image[:-2] - image[2:]
    return torch.hypot(gx[:-2] + 2 * gx[1:-1] + gx[2:], gy[:, :-2] + 2 * gy[:, 1:-1] + gy[:, 2:])


@right_answer("learn_kernel", "with a parameter and PyTorch's optimizer")
def with_an_optimizer(image, target, kernel_size, steps, lr):
    kernel = torch.nn.Parameter(torch.zeros(pair(kernel_size), dtype=image.dtype))
    optimizer = torch.optim.SGD([kernel], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(correlate2d(image, kernel), target).backward()
        optimizer.step()
    return kernel.data


@right_answer("learn_kernel", "by recursion, with the gradient worked out by hand")
def gradient_by_hand(image, target, kernel_size, steps, lr):
    if steps == 0:
        return image.new_zeros(pair(kernel_size))
    kernel = gradient_by_hand(image, target, kernel_size, steps - 1, lr)
    error = correlate2d(image, kernel) - target
    return kernel - lr * 2 / error.numel() * correlate2d(image, error)


@right_answer("box_blur", "ones, divided by how many they are")
def ones_divided(size):
    if size <= 0:
        raise ValueError(f"size {size}")
    ones = torch.ones((size, size))
    return ones.div(ones.sum())


@right_answer("prewitt", "looked up in a dictionary")
def looked_up(edges):
    down = [[1.0, 0.0, -1.0]] * 3
    kernels = {"vertical": down, "horizontal": [list(column) for column in zip(*down, strict=True)]}
    if edges not in kernels:
        raise ValueError(f"{edges!r} is none of {list(kernels)}")
    return torch.tensor(kernels[edges])


@right_answer("sobel", "a helper makes the kernel by broadcasting")
def broadcast(edges):
    def kernel(down, across):
        return torch.tensor(down)[:, None] * torch.tensor(across)[None, :]

    smooth, differ = [1.0, 2.0, 1.0], [1.0, 0.0, -1.0]
    if edges == "vertical":
        return kernel(smooth, differ)
    if edges != "horizontal":
        raise ValueError(f"edges={edges!r}")
    return kernel(differ, smooth)


@right_answer("edge_strength", "with torch.hypot")
def with_hypot(image):
    return torch.hypot(
        *(correlate2d(image, right.sobel(edges).to(image.dtype)) for edges in ("horizontal", "vertical"))
    )


@right_answer("learn_kernel", "by recursion over the steps, with backward")
def one_step_and_the_rest(image, target, kernel_size, steps, lr, start=None):
    if start is None:
        start = image.new_zeros(pair(kernel_size))
    if steps == 0:
        return start
    kernel = start.clone().requires_grad_()
    loss = (correlate2d(image, kernel) - target).square().mean()
    loss.backward()
    return one_step_and_the_rest(image, target, kernel_size, steps - 1, lr, (kernel - lr * kernel.grad).detach())
