from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex04_padding_stride
from assertions import assert_raises, assert_same, assert_same_gradients
from docstring_examples import assert_keeps_examples
from kit.given import pair
from plain_strategies import ints_or_pairs, seeds
from probes.ex04_padding_stride import gradients
from strategies import correlate2d_calls, odd_tensors, tensors, whole

sides = st.integers(1, 5)
images = tensors(sides, sides)
paddings = ints_or_pairs(0, 3)
SIGNED = [torch.float32, torch.float64, torch.bfloat16, torch.int64]


def pad2d(image, padding):
    """PyTorch's answer; it wants left, right, above, below."""
    ph, pw = pair(padding)
    return F.pad(image, (pw, pw, ph, ph))


def correlate2d(image, kernel, stride=1, padding=0):
    """PyTorch's answer for one image and one kernel."""
    return F.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]


pytorch = SimpleNamespace(pad2d=pad2d, correlate2d=correlate2d)


def assert_gradients_flow(function, arguments, seed):
    grad_output = whole(seed, getattr(pytorch, function)(**arguments).shape)
    got = ex04_padding_stride.run(gradients, function, arguments, grad_output)
    want = gradients(pytorch, function, arguments, grad_output)
    assert_same_gradients(got, want, "want as much of it as PyTorch passes on")


def test_pad2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex04_padding_stride, "pad2d")


@given(image=images | odd_tensors(sides, sides), padding=paddings)
def test_pad2d_equals_pytorch(image, padding):
    ph, pw = pair(padding)
    because = f"want {ph} rows above and as many below, {pw} columns left and as many right"
    assert_same(ex04_padding_stride.pad2d(image, padding), pad2d(image, padding), because)


@given(image=images, padding=paddings)
def test_pad2d_adds_nothing_but_zeros_and_keeps_the_image_in_the_middle(image, padding):
    (h, w), (ph, pw) = image.shape, pair(padding)
    padded = ex04_padding_stride.pad2d(image, padding)
    assert_same(padded[ph : ph + h, pw : pw + w], image, "want the image in the middle")
    assert_same(padded.abs().sum(), image.abs().sum(), "the frame is zeros, so sums stay what they were")


@given(image=images, first=paddings, second=paddings)
def test_pad2d_twice_is_pad2d_by_the_sum(image, first, second):
    total = tuple(a + b for a, b in zip(pair(first), pair(second), strict=True))
    once = ex04_padding_stride.pad2d(image, total)
    twice = ex04_padding_stride.pad2d(ex04_padding_stride.pad2d(image, first), second)
    assert_same(twice, once, f"padding by {first}, then by {second}, is padding by {total}")


@given(image=images, padding=paddings, dtype=st.sampled_from([*SIGNED, torch.uint8]))
def test_pad2d_keeps_the_dtype(image, padding, dtype):
    image = image.abs().to(dtype)
    assert_same(ex04_padding_stride.pad2d(image, padding), pad2d(image, padding))


@given(image=images, padding=paddings, seed=seeds)
def test_pad2d_passes_gradients_on_as_pytorch_does(image, padding, seed):
    assert_gradients_flow("pad2d", {"image": image, "padding": padding}, seed)


@pytest.mark.parametrize(("padding", "number"), [(-1, -1), ((0, -1), -1), ((-1, 5), -1), ((0, -2), -2)])
def test_pad2d_refuses_negative_padding(padding, number):
    assert_raises(ValueError, lambda: ex04_padding_stride.pad2d(torch.ones(4, 5), padding), number)


def test_correlate2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex04_padding_stride, "correlate2d")


@given(call=correlate2d_calls())
def test_correlate2d_equals_pytorch(call):
    assert_same(ex04_padding_stride.correlate2d(**vars(call)), correlate2d(**vars(call)))


@given(call=correlate2d_calls())
def test_correlate2d_without_stride_and_padding_takes_single_steps_and_pads_nothing(call):
    image, kernel = pad2d(call.image, call.padding), call.kernel
    because = "stride is 1 and padding 0 when they are not given"
    assert_same(ex04_padding_stride.correlate2d(image, kernel), correlate2d(image, kernel), because)


@given(call=correlate2d_calls())
def test_correlate2d_with_padding_is_correlate2d_of_an_image_framed_in_zeros(call):
    ph, pw = pair(call.padding)
    explicit = ex04_padding_stride.correlate2d(pad2d(call.image, call.padding), call.kernel, stride=call.stride)
    because = f"want what {ph} rows and {pw} columns of zeros on each side of the image give"
    assert_same(ex04_padding_stride.correlate2d(**vars(call)), explicit, because)


@given(call=correlate2d_calls())
def test_correlate2d_with_a_stride_keeps_every_nth_row_and_column(call):
    sh, sw = pair(call.stride)
    dense = ex04_padding_stride.correlate2d(call.image, call.kernel, padding=call.padding)
    because = f"want rows 0, {sh}, … and columns 0, {sw}, … of the answer with stride 1"
    assert_same(ex04_padding_stride.correlate2d(**vars(call)), dense[::sh, ::sw], because)


@given(call=correlate2d_calls())
def test_correlate2d_has_as_many_answers_as_the_kernel_has_places_to_begin(call):
    sizes = zip(call.image.shape, call.kernel.shape, pair(call.stride), pair(call.padding), strict=True)
    begins = [range(0, n + 2 * p - f + 1, s) for n, f, s, p in sizes]
    got = ex04_padding_stride.correlate2d(**vars(call))
    because = f"windows begin at the rows {list(begins[0])} and the columns {list(begins[1])} of the padded image"
    assert_same(tuple(got.shape), tuple(map(len, begins)), because)


@given(image=images, kh=st.sampled_from([1, 3, 5]), kw=st.sampled_from([1, 3, 5]))
def test_correlate2d_with_an_identity_kernel_and_same_padding_gives_the_image_back(image, kh, kw):
    kernel = torch.zeros(kh, kw, dtype=image.dtype)
    kernel[kh // 2, kw // 2] = 1
    got = ex04_padding_stride.correlate2d(image, kernel, padding=(kh // 2, kw // 2))
    assert_same(got, image, "the kernel is 1 in its middle and 0 elsewhere, so want the image itself")


@given(call=correlate2d_calls(), dtype=st.sampled_from(SIGNED))
def test_correlate2d_keeps_the_dtype(call, dtype):
    cast = {**vars(call), "image": call.image.to(dtype), "kernel": call.kernel.to(dtype)}
    assert_same(ex04_padding_stride.correlate2d(**cast), correlate2d(**vars(call)).to(dtype))


@pytest.mark.parametrize(("n", "padding", "stride", "want"), [(6, 0, 1, 4), (8, 0, 1, 6), (5, 1, 1, 5), (5, 1, 2, 3)])
def test_correlate2d_with_a_3x3_kernel_has_the_sizes_of_the_lecture(n, padding, stride, want):
    got = ex04_padding_stride.correlate2d(torch.ones(n, n), torch.ones(3, 3), stride=stride, padding=padding)
    because = f"{n}x{n} is padded to {n + 2 * padding}x{n + 2 * padding}, and the stride is {stride}"
    assert_same(tuple(got.shape), (want, want), because)


@pytest.mark.parametrize(("padding", "side"), [(0, [1, 2, 3, 3, 2, 1]), (1, [2, 3, 3, 3, 3, 2])])
def test_correlate2d_uses_the_centre_of_the_image_more_often_than_its_corners(padding, side):
    call, side = {"image": torch.zeros(6, 6), "kernel": torch.ones(3, 3), "padding": padding}, torch.tensor(side) * 1.0
    places = torch.ones(4 + 2 * padding, 4 + 2 * padding)
    got = ex04_padding_stride.run(gradients, "correlate2d", call, places)["image"]
    because = f"with padding {padding} want in how many windows each pixel is: this is the gradient of their sum"
    assert_same(got, torch.outer(side, side), because)


@pytest.mark.parametrize(
    ("image", "kernel", "stride", "padding"),
    [
        ((7, 9), (2, 3), (2, 1), (1, 0)),
        ((5, 9), (3, 3), 2, 1),
        ((5, 8), (3, 2), (1, 3), (0, 1)),
        ((10, 11), (3, 4), (2, 3), (0, 1)),
    ],
)
def test_correlate2d_is_right_in_larger_sizes(image, kernel, stride, padding):
    call = {"image": whole(0, image), "kernel": whole(1, kernel), "stride": stride, "padding": padding}
    assert_same(ex04_padding_stride.correlate2d(**call), correlate2d(**call))


@given(call=correlate2d_calls(), seed=seeds)
def test_correlate2d_passes_gradients_on_as_pytorch_does(call, seed):
    assert_gradients_flow("correlate2d", vars(call), seed)


@pytest.mark.parametrize(
    ("stride", "padding", "number"),
    [
        (0, 0, 0),
        ((1, 0), 1, 0),
        ((0, 2), 1, 0),
        ((2, -1), 0, -1),
        (-2, 1, -2),
        (1, -1, -1),
        (2, (0, -2), -2),
        ((1, 2), (-2, 3), -2),
    ],
)
def test_correlate2d_refuses_a_stride_below_1_and_negative_padding(stride, padding, number):
    call = {"image": torch.ones(5, 6), "kernel": torch.ones(2, 1), "stride": stride, "padding": padding}
    assert_raises(ValueError, lambda: ex04_padding_stride.correlate2d(**call), number)


@pytest.mark.parametrize(
    ("image", "kernel", "padding", "numbers"),
    [
        ((3, 6), (4, 2), (0, 1), (3, 4)),
        ((6, 2), (3, 5), (2, 1), (4, 5)),
        ((1, 1), (4, 4), 1, (3, 4)),
    ],
)
def test_correlate2d_refuses_a_kernel_that_does_not_fit_into_the_padded_image(image, kernel, padding, numbers):
    image, kernel = torch.ones(image), torch.ones(kernel)
    assert_raises(ValueError, lambda: ex04_padding_stride.correlate2d(image, kernel, padding=padding), *numbers)
