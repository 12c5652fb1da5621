import itertools
from functools import partial
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex06_pooling
from assertions import assert_close, assert_raises, assert_same, assert_same_gradients
from docstring_examples import assert_keeps_examples
from kit.given import pair
from plain_strategies import ints_or_pairs, seeds
from probes.ex06_pooling import gradients
from strategies import odd_tensors, pool_calls, pool_from_seed, tensors, whole

DTYPES = [torch.float32, torch.float64]
IMAGES = tensors(st.integers(1, 2), st.integers(1, 2), st.integers(1, 6), st.integers(1, 6))
LARGER = [
    pool_from_seed(2, 3, 7, 9, (3, 2), stride=(2, 1), padding=(1, 0)),
    pool_from_seed(1, 2, 5, 8, (2, 4), stride=(1, 3), padding=(0, 2)),
    pool_from_seed(2, 8, 33, 32, 2, stride=None, padding=0),
    pool_from_seed(1, 4, 32, 32, 3, stride=2, padding=1),
    pool_from_seed(4, 6, 7, 6, (2, 5), stride=1, padding=0),
    pool_from_seed(1, 2, 6, 7, (6, 7), stride=2, padding=3),  # more than 2, of which twice and square are alike
]
TOO_MUCH = [  # shape, kernel_size, padding, numbers
    *(((1, 1, 2, 2), 2, 2, (2,)), ((1, 2, 4, 3), 3, 2, (2, 3)), ((1, 1, 5, 6), (4, 3), (2, 2), (2, 3))),
    *(((2, 1, 3, 3), 1, 1, (1,)), ((1, 1, 4, 5), (5, 2), (3, 0), (3, 5))),
]
TOO_LARGE = [((1, 1, 4, 7), (5, 2), 0, (5, 4)), ((1, 2, 6, 3), (2, 4), 0, (3, 4)), ((1, 1, 1, 9), (6, 2), (2, 1), (6,))]


def changed(call, **arguments):
    """The arguments of a call with some of them changed."""
    return {**vars(call), **arguments}


def every_nth(input, stride):
    sh, sw = pair(stride)
    return input[:, :, ::sh, ::sw]


def distinct(seed, shape):
    """Every number once, so that each window has one largest."""
    order = torch.randperm(torch.Size(shape).numel(), generator=torch.Generator().manual_seed(seed))
    return order.double().reshape(shape) - 20


def test_max_pool2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex06_pooling, "max_pool2d")


@given(call=pool_calls())
def test_max_pool2d_equals_pytorch(call):
    assert_same(ex06_pooling.max_pool2d(**vars(call)), F.max_pool2d(**vars(call)))


@given(call=pool_calls(), darker=st.sampled_from([10, 10**4, 10**12]))
def test_max_pool2d_is_darker_by_as_much_as_the_image(call, darker):
    want = F.max_pool2d(**vars(call)) - darker
    because = f"an image darker by {darker} must give an answer darker by {darker}: padding must never win"
    assert_same(ex06_pooling.max_pool2d(**changed(call, input=call.input - darker)), want, because)


@pytest.mark.parametrize("dtype", [*DTYPES, torch.int64, torch.int32])
def test_max_pool2d_of_the_darkest_image_is_as_dark(dtype):
    darkest = -torch.inf if dtype.is_floating_point else torch.iinfo(dtype).min
    image, want = torch.full((1, 1, 3, 3), darkest, dtype=dtype), torch.full((1, 1, 2, 2), darkest, dtype=dtype)
    because = f"every pixel is {darkest}: padding must not win against that either"
    assert_same(ex06_pooling.max_pool2d(image, 2, padding=1), want, because)


@pytest.mark.parametrize("kernel_size", [2, 3, (2, 3), (3, 1)])
def test_max_pool2d_without_a_stride_puts_windows_side_by_side(kernel_size):
    image = whole(0, (1, 2, 6, 8))
    because = f"windows of {kernel_size} move on by {kernel_size} when no stride is given"
    assert_same(ex06_pooling.max_pool2d(image, kernel_size), F.max_pool2d(image, kernel_size), because)


@given(call=pool_calls())
def test_max_pool2d_pools_each_channel_by_itself(call):
    alone = [ex06_pooling.max_pool2d(**changed(call, input=channel)) for channel in call.input.split(1, dim=1)]
    assert_same(ex06_pooling.max_pool2d(**vars(call)), torch.cat(alone, 1), "want what each channel gives alone")


@given(call=pool_calls())
def test_max_pool2d_commutes_with_an_increasing_function(call):
    want = ex06_pooling.max_pool2d(**vars(call)) ** 3
    because = "the largest cube must be the cube of the largest number"
    assert_same(ex06_pooling.max_pool2d(**changed(call, input=call.input**3)), want, because)


@given(call=pool_calls(may_pad=False))
def test_max_pool2d_is_not_linear_but_gives_minus_the_smallest_for_minus_the_image(call):
    kernel_size = pair(call.kernel_size)
    stride = kernel_size if call.stride is None else pair(call.stride)
    windows = call.input.unfold(2, kernel_size[0], stride[0]).unfold(3, kernel_size[1], stride[1])
    because = "the image is minus another one: its largest numbers are minus the other's smallest"
    assert_same(ex06_pooling.max_pool2d(**changed(call, input=0 - call.input)), 0 - windows.amin((4, 5)), because)


@given(call=pool_calls(), seed=seeds)
def test_max_pool2d_is_monotone(call, seed):
    brighter = call.input + whole(seed, call.input.shape).abs()
    got = ex06_pooling.max_pool2d(**changed(call, input=brighter))
    because = "no pixel became darker, so no answer may"
    assert_same(got.maximum(ex06_pooling.max_pool2d(**vars(call))), got, because)


@given(call=pool_calls(may_pad=False))
def test_max_pool2d_is_at_least_the_average(call):
    got, averages = ex06_pooling.max_pool2d(**vars(call)), F.avg_pool2d(**vars(call))
    because = f"the averages of the same windows are {averages.tolist()}"
    assert_same(got.maximum(averages - 1e-9), got, because)


@given(input=IMAGES, stride=ints_or_pairs(1, 3))
def test_max_pool2d_of_single_pixels_leaves_them_as_they_are(input, stride):
    because = f"in a window of one pixel that pixel is the largest; want rows and columns 0, {stride}, …"
    assert_same(ex06_pooling.max_pool2d(input, 1, stride), every_nth(input, stride), because)


@given(call=pool_calls(), pixel=st.integers(0, 71))
def test_max_pool2d_keeps_nan(call, pixel):
    places = list(itertools.product(*map(range, call.input.shape)))
    call.input[places[pixel % len(places)]] = torch.nan
    because = "one pixel is nan: so is the answer of every window that holds it, and of no other"
    assert_same(ex06_pooling.max_pool2d(**vars(call)), F.max_pool2d(**vars(call)), because)


@given(call=pool_calls(), dtype=st.sampled_from([*DTYPES, torch.int64, torch.int32]))
def test_max_pool2d_keeps_the_dtype(call, dtype):
    got = ex06_pooling.max_pool2d(**changed(call, input=call.input.to(dtype)))
    assert_same(got, F.max_pool2d(**vars(call)).to(dtype))


@pytest.mark.parametrize("large", [2**24 + 1, -(2**24) - 1, 2**53 + 1, 2**62])
@given(call=pool_calls())
def test_max_pool2d_of_large_whole_numbers_is_exact(call, large):
    want = F.max_pool2d(**vars(call)).to(torch.int64) + large
    because = f"every pixel is about {large}, which no float has to the last digit: want torch.int64 all the way"
    assert_same(ex06_pooling.max_pool2d(**changed(call, input=call.input.to(torch.int64) + large)), want, because)


@given(call=pool_calls(), seed=seeds)
def test_max_pool2d_passes_gradients_on_as_pytorch_does(call, seed):
    call = changed(call, input=distinct(seed, call.input.shape))
    grad_output = whole(seed, F.max_pool2d(**call).shape)
    got = ex06_pooling.run(gradients, "max_pool2d", call, grad_output)
    want = gradients(F, "max_pool2d", call, grad_output)
    assert_same_gradients(got, want, "only the largest pixel of a window gets it")


@pytest.mark.parametrize("call", LARGER)
def test_max_pool2d_is_right_for_larger_images(call):
    assert_same(ex06_pooling.max_pool2d(**vars(call)), F.max_pool2d(**vars(call)))


@pytest.mark.parametrize(("shape", "kernel_size", "padding", "numbers"), TOO_MUCH)
def test_max_pool2d_refuses_padding_of_more_than_half_a_window(shape, kernel_size, padding, numbers):
    assert_raises(ValueError, lambda: ex06_pooling.max_pool2d(torch.ones(shape), kernel_size, 1, padding), *numbers)


@pytest.mark.parametrize(("shape", "kernel_size", "padding", "numbers"), TOO_LARGE)
def test_max_pool2d_refuses_a_window_that_does_not_fit(shape, kernel_size, padding, numbers):
    assert_raises(
        ValueError, lambda: ex06_pooling.max_pool2d(torch.ones(shape), kernel_size, padding=padding), *numbers
    )


def test_avg_pool2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex06_pooling, "avg_pool2d")


@given(call=pool_calls())
def test_avg_pool2d_equals_pytorch(call):
    assert_close(ex06_pooling.avg_pool2d(**vars(call)), F.avg_pool2d(**vars(call)), scale=3)


@pytest.mark.parametrize("kernel_size", [2, 3, (2, 3), (3, 1)])
def test_avg_pool2d_without_a_stride_puts_windows_side_by_side(kernel_size):
    image = whole(0, (1, 2, 6, 8))
    because = f"windows of {kernel_size} move on by {kernel_size} when no stride is given"
    assert_close(ex06_pooling.avg_pool2d(image, kernel_size), F.avg_pool2d(image, kernel_size), 3, because)


@given(call=pool_calls())
def test_avg_pool2d_counts_the_zeros_around_the_image(call):
    ph, pw = pair(call.padding)
    n, c, h, w = call.input.shape
    framed = torch.zeros(n, c, h + 2 * ph, w + 2 * pw, dtype=call.input.dtype)
    framed[:, :, ph : ph + h, pw : pw + w] = call.input
    want = ex06_pooling.avg_pool2d(**changed(call, input=framed, padding=0))
    because = f"want the averages of an image that has {ph} rows and {pw} columns of zeros around it"
    assert_close(ex06_pooling.avg_pool2d(**vars(call)), want, 3, because)


@given(call=pool_calls())
def test_avg_pool2d_is_a_convolution_of_each_channel_alone(call):
    c, (kh, kw) = call.input.shape[1], pair(call.kernel_size)
    weight = torch.ones(c, 1, kh, kw, dtype=torch.float64)
    stride = call.stride or (kh, kw)
    sums = F.conv2d(call.input, weight, stride=stride, padding=call.padding, groups=c)
    because = f"want each channel's own sums over {kh} × {kw} pixels, divided by {kh * kw}"
    assert_close(ex06_pooling.avg_pool2d(**vars(call)), sums / (kh * kw), 3, because)


@given(call=pool_calls(), seed=seeds)
def test_avg_pool2d_is_linear(call, seed):
    other = whole(seed, call.input.shape)
    want = 2 * ex06_pooling.avg_pool2d(**vars(call)) - ex06_pooling.avg_pool2d(**changed(call, input=other))
    got = ex06_pooling.avg_pool2d(**changed(call, input=2 * call.input - other))
    assert_close(got, want, 9, "twice an image minus another gives twice the one's averages minus the other's")


@given(call=pool_calls(), dtype=st.sampled_from(DTYPES))
def test_avg_pool2d_keeps_the_dtype(call, dtype):
    cast = changed(call, input=call.input.to(dtype))
    assert_close(ex06_pooling.avg_pool2d(**cast), F.avg_pool2d(**cast), 3)


@given(call=pool_calls(), seed=seeds)
def test_avg_pool2d_passes_gradients_on_as_pytorch_does(call, seed):
    grad_output = whole(seed, F.avg_pool2d(**vars(call)).shape)
    got = ex06_pooling.run(gradients, "avg_pool2d", vars(call), grad_output)
    want = gradients(F, "avg_pool2d", vars(call), grad_output)
    assert_same_gradients(got, want, "every pixel of a window gets its share", partial(assert_close, scale=9))


@pytest.mark.parametrize("call", LARGER)
def test_avg_pool2d_is_right_for_larger_images(call):
    assert_close(ex06_pooling.avg_pool2d(**vars(call)), F.avg_pool2d(**vars(call)), scale=3)


@pytest.mark.parametrize(("shape", "kernel_size", "padding", "numbers"), TOO_MUCH)
def test_avg_pool2d_refuses_padding_of_more_than_half_a_window(shape, kernel_size, padding, numbers):
    assert_raises(ValueError, lambda: ex06_pooling.avg_pool2d(torch.ones(shape), kernel_size, 1, padding), *numbers)


@pytest.mark.parametrize(("shape", "kernel_size", "padding", "numbers"), TOO_LARGE)
def test_avg_pool2d_refuses_a_window_that_does_not_fit(shape, kernel_size, padding, numbers):
    assert_raises(
        ValueError, lambda: ex06_pooling.avg_pool2d(torch.ones(shape), kernel_size, padding=padding), *numbers
    )


def test_subsample_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex06_pooling, "subsample")


@given(input=IMAGES, stride=ints_or_pairs(1, 4))
def test_subsample_keeps_every_nth_row_and_column(input, stride):
    numbered = torch.arange(input.numel(), dtype=input.dtype).reshape(input.shape)  # no two pixels alike
    sh, sw = pair(stride)
    rows, columns = list(range(0, input.shape[2], sh)), list(range(0, input.shape[3], sw))
    because = f"want the rows {rows} and of these the columns {columns}"
    assert_same(ex06_pooling.subsample(numbered, stride), numbered[:, :, rows][:, :, :, columns], because)


@given(seed=seeds, stride=ints_or_pairs(1, 3))
def test_subsample_of_a_convolution_is_the_strided_convolution(seed, stride):
    image, weight = whole(seed, (2, 2, 7, 6)), whole(seed + 1, (3, 2, 3, 2))
    because = f"want what PyTorch's convolution gives with stride={stride}"
    assert_same(ex06_pooling.subsample(F.conv2d(image, weight), stride), F.conv2d(image, weight, None, stride), because)


@given(input=IMAGES, dtype=st.sampled_from([*DTYPES, torch.int64, torch.int32]))
def test_subsample_keeps_the_dtype(input, dtype):
    assert_same(ex06_pooling.subsample(input.to(dtype), (1, 2)), every_nth(input, (1, 2)).to(dtype))


@given(input=odd_tensors(1, 1, st.integers(1, 6), st.integers(1, 6)), stride=ints_or_pairs(1, 4))
def test_subsample_keeps_what_is_no_number(input, stride):
    assert_same(ex06_pooling.subsample(input, stride), every_nth(input, stride), "inf and nan are kept as they are")


@given(input=IMAGES, stride=ints_or_pairs(1, 3), seed=seeds)
def test_subsample_passes_gradients_to_the_pixels_it_kept(input, stride, seed):
    call, grad_output = {"input": input, "stride": stride}, whole(seed, every_nth(input, stride).shape)
    got = ex06_pooling.run(gradients, "subsample", call, grad_output)
    want = gradients(SimpleNamespace(subsample=every_nth), "subsample", call, grad_output)
    assert_same_gradients(got, want, "a pixel that was kept gets its own, the others get 0")
