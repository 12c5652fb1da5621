from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex13_backward
from assertions import assert_close, assert_raises, assert_same, assert_same_kind, assert_same_parts
from docstring_examples import assert_keeps_examples
from kit.given import pad2d, pair
from plain_strategies import ints_or_pairs, seeds
from probes.gradients import gradients
from strategies import conv2d_backward_calls, conv2d_from_seed, max_pool2d_backward_calls, pool_from_seed, whole

DTYPES = [torch.float32, torch.float64]
SIZES = [  # that tell many wrong answers apart
    conv2d_from_seed(2, 3, 7, 9, 4, 2, 3, stride=(2, 1), padding=(1, 0)),
    conv2d_from_seed(1, 2, 5, 9, 2, 3, 3, stride=2, padding=1),
    conv2d_from_seed(2, 3, 5, 8, 5, 3, 2, stride=(1, 3), padding=(0, 1)),
    conv2d_from_seed(1, 2, 8, 7, 3, 2, 1, stride=(3, 2), padding=(2, 1)),
    conv2d_from_seed(4, 5, 6, 7, 6, 4, 5, stride=1, padding=(1, 2)),
]
POOLS = [
    pool_from_seed(2, 3, 7, 9, (3, 2), stride=(2, 1), padding=0),
    pool_from_seed(1, 2, 6, 8, (2, 4), stride=(1, 3), padding=0),
    pool_from_seed(1, 3, 9, 8, 2, stride=(3, 4), padding=0),
    pool_from_seed(2, 2, 16, 17, 2, stride=None, padding=0),
    pool_from_seed(4, 5, 6, 7, (4, 5), stride=1, padding=0),
]


def changed(call, **arguments):
    """The arguments of a call with some of them changed."""
    return {**vars(call), **arguments}


def by_autograd(grad_output, input, weight, stride=1, padding=0):
    """What autograd gives, by name."""
    call = {"input": input, "weight": weight, "bias": weight.new_zeros(len(weight)), "stride": stride}
    found = gradients(F, "conv2d", {**call, "padding": padding}, grad_output)
    return {f"grad_{name}": found[name] for name in ("input", "weight", "bias")}


def pooled_by_autograd(grad_output, input, kernel_size, stride=None):
    call = {"input": input, "kernel_size": kernel_size, "stride": stride}
    return gradients(F, "max_pool2d", call, grad_output)["input"]


def convolved(call, **arguments):
    arguments = changed(call, **arguments)
    return F.conv2d(arguments["input"], arguments["weight"], None, arguments["stride"], arguments["padding"])


def parts(answer, call):
    """The three gradients of the learner's answer, each of the shape and dtype that it must have."""
    kinds = {"grad_input": call.input, "grad_weight": call.weight, "grad_bias": call.weight[:, 0, 0, 0]}
    assert_same_parts(answer, kinds, compare=assert_same_kind)
    return answer


def backward(call, **arguments):
    """The three gradients of a call with some of its arguments changed, by name."""
    call = SimpleNamespace(**changed(call, **arguments))
    answer = parts(ex13_backward.conv2d_backward(**vars(call)), call)
    return dict(zip(("grad_input", "grad_weight", "grad_bias"), answer, strict=True))


def inner(one, other):
    """The sum of all products, in the dtype of both."""
    return (one * other).sum()


def test_conv2d_backward_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex13_backward, "conv2d_backward")


@given(call=conv2d_backward_calls())
def test_conv2d_backward_equals_autograd(call):
    assert_same_parts(ex13_backward.conv2d_backward(**vars(call)), by_autograd(**vars(call)))


@given(place=st.integers(0, 5), seed=seeds)
def test_conv2d_backward_of_a_single_1_gives_the_filter_and_the_window(place, seed):
    image, weight, (i, j) = whole(seed, (1, 2, 4, 4)), whole(seed + 1, (2, 2, 3, 2)), divmod(place, 3)
    grad_output = torch.zeros(1, 2, 2, 3, dtype=torch.float64)
    grad_output[0, 1, i, j] = 1
    want = by_autograd(grad_output, image, weight)
    because = f"only answer [0, 1, {i}, {j}] counts: its pixels get filter 1 as it is, filter 1 gets its window"
    assert_same_parts(ex13_backward.conv2d_backward(grad_output, image, weight), want, because)


@given(call=conv2d_backward_calls(), seed=seeds)
def test_conv2d_backward_is_the_adjoint_of_conv2d_in_the_input(call, seed):
    other = whole(seed, call.input.shape)
    grad_input = backward(call)["grad_input"]
    because = "⟨conv2d(x), grad_output⟩ = ⟨x, grad_input⟩ must hold for every x"
    assert_same(inner(other, grad_input), inner(convolved(call, input=other), call.grad_output), because)


@given(call=conv2d_backward_calls(), seed=seeds)
def test_conv2d_backward_is_the_adjoint_of_conv2d_in_the_weight(call, seed):
    other = whole(seed, call.weight.shape)
    grad_weight = backward(call)["grad_weight"]
    because = "⟨conv2d(input, w), grad_output⟩ = ⟨w, grad_weight⟩ must hold for every w"
    assert_same(inner(other, grad_weight), inner(convolved(call, weight=other), call.grad_output), because)


@given(call=conv2d_backward_calls())
def test_conv2d_backward_adds_up_each_map_for_its_bias(call):
    because = "a bias is in every number of its map, in every sample: want their gradients' sum"
    assert_same(backward(call)["grad_bias"], call.grad_output.sum((0, 2, 3)), because)


@given(call=conv2d_backward_calls(), seed=seeds)
def test_conv2d_backward_is_linear_in_grad_output(call, seed):
    other = whole(seed, call.grad_output.shape)
    got = ex13_backward.conv2d_backward(**changed(call, grad_output=2 * call.grad_output - other))
    one, two = backward(call), backward(call, grad_output=other)
    want = {name: 2 * one[name] - two[name] for name in one}
    assert_same_parts(got, want, "twice one gradient minus another gives twice the one's answer minus the other's")


@given(call=conv2d_backward_calls())
def test_conv2d_backward_cuts_off_what_the_padding_would_get(call):
    (ph, pw), (h, w) = pair(call.padding), call.input.shape[2:]
    want = backward(call, input=pad2d(call.input, (ph, pw)), padding=0)
    want["grad_input"] = want["grad_input"][:, :, ph : ph + h, pw : pw + w]
    because = f"want the middle of what an image framed in {ph} rows and {pw} columns of zeros gets"
    assert_same_parts(ex13_backward.conv2d_backward(**vars(call)), want, because)


@given(seed=seeds, stride=st.sampled_from([2, 3, (3, 2), (1, 3)]))
def test_conv2d_backward_gives_0_to_pixels_between_the_windows(seed, stride):
    image, weight = whole(seed, (1, 2, 5, 6)), whole(seed + 1, (2, 2, 1, 1)).abs() + 1
    grad_output = whole(seed + 2, F.conv2d(image, weight, None, stride).shape)
    want = by_autograd(grad_output, image, weight, stride)
    because = f"windows of one pixel, {stride} apart, leave pixels out: those get 0"
    assert_same_parts(ex13_backward.conv2d_backward(grad_output, image, weight, stride), want, because)


@given(call=conv2d_backward_calls())
def test_conv2d_backward_gives_each_sample_its_own_and_adds_up_over_them_for_the_weights(call):
    samples = zip(call.grad_output.split(1), call.input.split(1), strict=True)
    alone = [backward(call, grad_output=gradient, input=image) for gradient, image in samples]
    want = {name: sum(each[name] for each in alone) for name in ("grad_weight", "grad_bias")}
    want = {"grad_input": torch.cat([each["grad_input"] for each in alone]), **want}
    because = "want each sample's own gradient, and the sum over samples for weight and bias"
    assert_same_parts(ex13_backward.conv2d_backward(**vars(call)), want, because)


@given(call=conv2d_backward_calls(), dtype=st.sampled_from(DTYPES))
def test_conv2d_backward_keeps_the_dtype(call, dtype):
    cast = {name: value.to(dtype) if torch.is_tensor(value) else value for name, value in vars(call).items()}
    assert_same_parts(ex13_backward.conv2d_backward(**cast), by_autograd(**cast), f"the call came in {dtype}")


@pytest.mark.parametrize("call", SIZES)
def test_conv2d_backward_equals_autograd_on_sizes_that_tell_mistakes_apart(call):
    call = {name: value for name, value in vars(call).items() if name != "bias"}
    call["grad_output"] = whole(9, F.conv2d(**call).shape)
    assert_same_parts(ex13_backward.conv2d_backward(**call), by_autograd(**call))


@given(seed=seeds)
def test_conv2d_backward_is_right_for_larger_float32_images(seed):
    generator = torch.Generator().manual_seed(seed)
    shapes = {"grad_output": (2, 4, 6, 5), "input": (2, 3, 11, 14), "weight": (4, 3, 5, 3)}
    call = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
    call |= {"stride": (2, 3), "padding": (2, 1)}
    want, size = by_autograd(**call), by_autograd(**{k: v.abs() if torch.is_tensor(v) else v for k, v in call.items()})
    scale = max(part.max().item() for part in size.values())
    got = ex13_backward.conv2d_backward(**call)
    assert_same_parts(got, want, "", lambda part, wanted, because: assert_close(part, wanted, scale, because))


@pytest.mark.parametrize(
    ("grad_output", "input", "weight", "padding", "numbers"),
    [
        ((1, 2, 2, 3), (1, 3, 3, 4), (2, 4, 2, 2), 0, (3, 4)),
        ((1, 2, 3, 2), (1, 4, 4, 3), (2, 1, 2, 2), 0, (1, 4)),  # which would broadcast, as the next four would
        ((1, 2, 3, 2), (1, 1, 4, 3), (2, 3, 2, 2), 0, (1, 3)),
        ((1, 1, 3, 3), (1, 1, 4, 4), (2, 1, 2, 2), 0, (1, 2)),
        ((1, 2, 3, 3), (2, 1, 4, 4), (2, 1, 2, 2), 0, (1, 2)),
        ((1, 2, 1, 1), (1, 1, 4, 4), (2, 1, 2, 2), 0, (1, 3)),
        ((1, 2, 3, 2), (1, 1, 3, 4), (2, 1, 2, 2), 0, (3, 2)),  # as many numbers in another shape
        ((1, 2, 5, 4), (1, 1, 4, 4), (2, 1, 2, 2), 0, (5, 3)),
        ((1, 2, 3, 7), (1, 1, 4, 4), (2, 1, 2, 2), (0, 1), (7, 5)),
        ((2, 3, 3, 3), (2, 1, 4, 4), (4, 1, 2, 2), 0, (3, 4)),
        ((3, 1, 3, 3), (2, 1, 4, 4), (1, 1, 2, 2), 0, (3, 2)),
    ],
)
def test_conv2d_backward_refuses_what_does_not_fit(grad_output, input, weight, padding, numbers):
    call = [torch.ones(shape) for shape in (grad_output, input, weight)]
    assert_raises(ValueError, lambda: ex13_backward.conv2d_backward(*call, padding=padding), *numbers)


def test_max_pool2d_backward_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex13_backward, "max_pool2d_backward")


@given(call=max_pool2d_backward_calls())
def test_max_pool2d_backward_equals_autograd(call):
    assert_same(ex13_backward.max_pool2d_backward(**vars(call)), pooled_by_autograd(**vars(call)))


@given(kernel_size=ints_or_pairs(1, 3), stride=st.none() | ints_or_pairs(1, 3), level=st.sampled_from([0, 1, -2]))
def test_max_pool2d_backward_of_a_plain_image_gives_all_to_the_first_pixel_of_each_window(kernel_size, stride, level):
    image = torch.full((1, 1, 4, 5), level, dtype=torch.float64)
    grad_output = torch.ones_like(F.max_pool2d(image, kernel_size, stride))
    want = pooled_by_autograd(grad_output, image, kernel_size, stride)
    because = f"all pixels are {level}: of equal numbers the first one wins, row by row"
    assert_same(ex13_backward.max_pool2d_backward(grad_output, image, kernel_size, stride), want, because)


@given(call=max_pool2d_backward_calls())
def test_max_pool2d_backward_loses_nothing_and_adds_nothing(call):
    got = ex13_backward.max_pool2d_backward(**vars(call))
    assert_same_kind(got, call.input)
    because = "in each channel of each sample as much arrives as was given"
    assert_same(got.sum((2, 3)), call.grad_output.sum((2, 3)), because)


@given(seed=seeds, place=st.integers(0, 11), kernel_size=st.sampled_from([2, 3, (2, 3), (3, 1)]))
def test_max_pool2d_backward_adds_up_where_windows_overlap(seed, place, kernel_size):
    image = torch.zeros(1, 1, 3, 4, dtype=torch.float64)
    image[0, 0, place // 4, place % 4] = 9
    grad_output = whole(seed, F.max_pool2d(image, kernel_size, 1).shape)
    want = pooled_by_autograd(grad_output, image, kernel_size, 1)
    because = "the bright pixel is the largest of several windows: it adds up what they give"
    assert_same(ex13_backward.max_pool2d_backward(grad_output, image, kernel_size, 1), want, because)


@given(seed=seeds, kernel_size=ints_or_pairs(1, 2), stride=st.sampled_from([3, (3, 4), (4, 3)]))
def test_max_pool2d_backward_gives_0_to_pixels_in_no_window(seed, kernel_size, stride):
    image = whole(seed, (1, 1, 6, 7))
    grad_output = whole(seed + 1, F.max_pool2d(image, kernel_size, stride).shape).abs() + 1
    want = pooled_by_autograd(grad_output, image, kernel_size, stride)
    because = f"windows of {kernel_size}, {stride} apart, leave pixels out: those get 0"
    assert_same(ex13_backward.max_pool2d_backward(grad_output, image, kernel_size, stride), want, because)


@given(call=max_pool2d_backward_calls(), seed=seeds)
def test_max_pool2d_backward_is_linear_in_grad_output(call, seed):
    other = whole(seed, call.grad_output.shape)
    got = ex13_backward.max_pool2d_backward(**changed(call, grad_output=2 * call.grad_output - other))
    want = 2 * ex13_backward.max_pool2d_backward(**vars(call))
    want = want - ex13_backward.max_pool2d_backward(**changed(call, grad_output=other))
    assert_same(got, want, "twice one gradient minus another gives twice the one's answer minus the other's")


@given(call=max_pool2d_backward_calls())
def test_max_pool2d_backward_looks_at_each_channel_by_itself(call):
    channels = zip(call.grad_output.split(1, 1), call.input.split(1, 1), strict=True)
    alone = [ex13_backward.max_pool2d_backward(**changed(call, grad_output=g, input=x)) for g, x in channels]
    because = "want what each channel gives alone"
    assert_same(ex13_backward.max_pool2d_backward(**vars(call)), torch.cat(alone, 1), because)


@pytest.mark.parametrize("kernel_size", [2, 3, (2, 3), (3, 1)])
def test_max_pool2d_backward_without_a_stride_puts_windows_side_by_side(kernel_size):
    image = whole(0, (1, 2, 6, 8))
    grad_output = whole(1, F.max_pool2d(image, kernel_size).shape)
    want = pooled_by_autograd(grad_output, image, kernel_size)
    because = f"windows of {kernel_size} move on by {kernel_size} when no stride is given"
    assert_same(ex13_backward.max_pool2d_backward(grad_output, image, kernel_size), want, because)


@given(call=max_pool2d_backward_calls(), dtype=st.sampled_from(DTYPES))
def test_max_pool2d_backward_keeps_the_dtype(call, dtype):
    dark = call.input - 2**20  # darker than what a search for the largest may begin with
    cast = changed(call, grad_output=call.grad_output.to(dtype), input=dark.to(dtype))
    assert_same(ex13_backward.max_pool2d_backward(**cast), pooled_by_autograd(**cast), f"the call came in {dtype}")


@pytest.mark.parametrize("call", POOLS)
def test_max_pool2d_backward_is_right_for_larger_images(call):
    call = changed(call, grad_output=whole(9, F.max_pool2d(**vars(call)).shape))
    del call["padding"]
    assert_same(ex13_backward.max_pool2d_backward(**call), pooled_by_autograd(**call))


@pytest.mark.parametrize(
    ("grad_output", "input", "kernel_size", "numbers"),
    [
        ((1, 1, 3, 2), (1, 1, 4, 6), 2, (3, 2)),  # as many numbers in another shape
        ((1, 1, 2, 4), (1, 1, 4, 6), 2, (4, 3)),
        ((1, 3, 2, 2), (1, 2, 4, 4), 2, (3, 2)),
        ((2, 1, 1, 2), (3, 1, 3, 6), 3, (2, 3)),
        *(((1, 1, 1, 1), (1, 1, 4, 4), 2, (1, 2)), ((1, 1, 2, 2), (3, 1, 4, 4), 2, (1, 3))),  # which would broadcast
        ((1, 1, 2, 2), (1, 3, 4, 4), 2, (1, 3)),
    ],
)
def test_max_pool2d_backward_refuses_a_gradient_of_another_shape(grad_output, input, kernel_size, numbers):
    call = torch.ones(grad_output), torch.ones(input), kernel_size
    assert_raises(ValueError, lambda: ex13_backward.max_pool2d_backward(*call), *numbers)
