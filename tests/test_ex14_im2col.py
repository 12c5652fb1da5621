import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex14_im2col
from assertions import assert_close, assert_raises, assert_same, assert_same_gradients, fail_unless
from docstring_examples import assert_keeps_examples
from kit.given import pad2d, pair
from plain_strategies import seeds
from probes.ex14_im2col import gradients, torch_calls
from strategies import conv2d_calls, conv2d_from_seed, whole

DTYPES = [torch.float32, torch.float64, torch.int64]
SIZES = [  # that tell many wrong answers apart
    conv2d_from_seed(2, 3, 7, 9, 4, 2, 3, stride=(2, 1), padding=(1, 0)),
    conv2d_from_seed(1, 2, 5, 9, 2, 3, 3, stride=2, padding=1),
    conv2d_from_seed(2, 3, 5, 8, 5, 3, 2, stride=(1, 3), padding=(0, 1)),
    conv2d_from_seed(2, 2, 6, 6, 2, 3, 3, stride=1, padding=1),
    conv2d_from_seed(4, 5, 6, 7, 6, 4, 5, stride=1, padding=(1, 2)),
]


def windows_call(call):
    """The arguments of im2col that a convolution's input asks for."""
    kernel_size = tuple(call.weight.shape[2:])
    return {"input": call.input, "kernel_size": kernel_size, "stride": call.stride, "padding": call.padding}


def unfolded(input, kernel_size, stride=1, padding=0):
    """PyTorch's columns, in float64 and then in the dtype of the input."""
    return F.unfold(input.double(), kernel_size, padding=padding, stride=stride).to(input.dtype)


def in_dtype(call, dtype):
    """The arguments of a call with larger numbers, unless they are for float32, and the same in another dtype."""
    large = 1 if dtype == torch.float32 else 2**26 + 1  # more digits than float32 has
    scaled = {**vars(call), "input": call.input * large}
    return scaled, {name: value.to(dtype) if torch.is_tensor(value) else value for name, value in scaled.items()}


def assert_calls_do_not_grow(function, small, large):
    """The number of PyTorch's operations is the same for a larger image."""
    found = ex14_im2col.run(torch_calls, function, small, large)
    sizes = [" × ".join(map(str, call["input"].shape[2:])) for call in (small, large)]
    counts = [found.get("small"), found.get("large")]  # get() tells the kit that nothing hangs on their size
    what = f"{counts[0]} torch calls for an image of {sizes[0]}, {counts[1]} for one of {sizes[1]}"
    because = "the number of calls must not grow with the image: no Python loop over its pixels, rows or windows"
    fail_unless(not found["grows"], what, because)


def test_im2col_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex14_im2col, "im2col")


@given(call=conv2d_calls())
def test_im2col_equals_unfold(call):
    call = windows_call(call)
    assert_same(ex14_im2col.im2col(**call), unfolded(**call))


@given(call=conv2d_calls(max_padding=0))
def test_im2col_writes_each_window_as_a_column(call):
    numbered = torch.arange(call.input.numel(), dtype=torch.float64).reshape(call.input.shape)  # no two pixels alike
    call = {**windows_call(call), "input": numbered}
    because = "column by column: channel after channel, in each the window's rows; windows row by row"
    assert_same(ex14_im2col.im2col(**call), unfolded(**call), because)


@given(call=conv2d_calls())
def test_im2col_with_padding_is_im2col_of_an_image_framed_in_zeros(call):
    (ph, pw), call = pair(call.padding), windows_call(call)
    explicit = ex14_im2col.im2col(**{**call, "input": pad2d(call["input"], (ph, pw)), "padding": 0})
    because = f"want what an image framed in {ph} rows and {pw} columns of zeros gives"
    assert_same(ex14_im2col.im2col(**call), explicit, because)


@given(call=conv2d_calls())
def test_im2col_puts_the_channels_below_each_other(call):
    call = windows_call(call)
    alone = [ex14_im2col.im2col(**{**call, "input": channel}) for channel in call["input"].split(1, dim=1)]
    because = "want the columns of the first channel, below them those of the next"
    assert_same(ex14_im2col.im2col(**call), torch.cat(alone, 1), because)


@given(call=conv2d_calls(), dtype=st.sampled_from(DTYPES))
def test_im2col_keeps_the_dtype(call, dtype):
    scaled, cast = in_dtype(call, dtype)
    want = unfolded(scaled["input"], tuple(call.weight.shape[2:]), call.stride, call.padding).to(dtype)
    assert_same(ex14_im2col.im2col(**{**windows_call(call), "input": cast["input"]}), want)


@given(call=conv2d_calls(), seed=seeds)
def test_im2col_passes_gradients_on_as_unfold_does(call, seed):
    call = windows_call(call)
    grad_output = whole(seed, unfolded(**call).shape)
    leaf = call["input"].clone().requires_grad_()
    (unfolded(**{**call, "input": leaf}) * grad_output).sum().backward()
    got = ex14_im2col.run(gradients, "im2col", call, grad_output)
    assert_same_gradients(got, {"input": leaf.grad}, "a pixel gets what all of its windows have for it")


@pytest.mark.parametrize("call", SIZES)
def test_im2col_equals_unfold_on_sizes_that_tell_mistakes_apart(call):
    call = windows_call(call)
    assert_same(ex14_im2col.im2col(**call), unfolded(**call))


@pytest.mark.parametrize(("kernel_size", "stride", "padding"), [(3, 1, 1), ((2, 3), (2, 1), 0)])
def test_im2col_takes_no_more_calls_for_a_larger_image(kernel_size, stride, padding):
    rest = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    small, large = ({"input": whole(0, (2, 2, h, w)), **rest} for h, w in ((6, 7), (26, 29)))
    assert_calls_do_not_grow("im2col", small, large)


@pytest.mark.parametrize(
    ("shape", "kernel_size", "padding", "numbers"),
    [((1, 1, 4, 7), (5, 2), 0, (5, 4)), ((1, 2, 6, 3), (2, 8), (0, 2), (8, 7)), ((1, 1, 1, 9), (6, 2), (2, 1), (6, 5))],
)
def test_im2col_refuses_a_window_that_does_not_fit(shape, kernel_size, padding, numbers):
    assert_raises(ValueError, lambda: ex14_im2col.im2col(torch.ones(shape), kernel_size, padding=padding), *numbers)


def test_conv2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex14_im2col, "conv2d")


@given(call=conv2d_calls())
def test_conv2d_equals_pytorch(call):
    assert_same(ex14_im2col.conv2d(**vars(call)), F.conv2d(**vars(call)))


@given(call=conv2d_calls(bias=True, as_many_filters_as_columns=True))
def test_conv2d_gives_each_map_its_bias_when_it_has_as_many_columns_as_maps(call):
    assert_same(ex14_im2col.conv2d(**vars(call)), F.conv2d(**vars(call)), "the bias belongs to maps, not to columns")


@given(call=conv2d_calls(max_kernel=1, max_stride=1, max_padding=0))
def test_conv2d_with_a_1x1_kernel_mixes_channels_only(call):
    mixed = torch.einsum("oc,nchw->nohw", call.weight[:, :, 0, 0], call.input)
    because = "with a 1x1 kernel each pixel's channels are multiplied by the matrix of weights"
    assert_same(ex14_im2col.conv2d(call.input, call.weight), mixed, because)


@given(call=conv2d_calls(max_stride=1, max_padding=0), channel=st.integers(0, 2))
def test_conv2d_of_a_single_bright_pixel_shows_the_kernel_turned(call, channel):
    _, c_in, kh, kw = call.weight.shape
    channel %= c_in
    impulse = torch.zeros(1, c_in, 2 * kh - 1, 2 * kw - 1, dtype=torch.float64)
    impulse[0, channel, kh - 1, kw - 1] = 1
    turned = call.weight[:, channel].flip(1, 2)[None]
    assert_same(ex14_im2col.conv2d(impulse, call.weight), turned, f"one pixel of channel {channel} is 1, the rest 0")


@given(call=conv2d_calls())
def test_conv2d_judges_each_sample_of_a_batch_alone(call):
    batch = torch.cat([call.input, call.input.flip(3)])
    alone = [ex14_im2col.conv2d(**{**vars(call), "input": sample[None]}) for sample in batch]
    assert_same(ex14_im2col.conv2d(**{**vars(call), "input": batch}), torch.cat(alone), "want each sample's own answer")


@given(call=conv2d_calls(), dtype=st.sampled_from(DTYPES))
def test_conv2d_keeps_the_dtype_and_computes_in_it(call, dtype):
    scaled, cast = in_dtype(call, dtype)
    assert_same(ex14_im2col.conv2d(**cast), F.conv2d(**scaled).to(dtype))


@given(call=conv2d_calls(), seed=seeds)
def test_conv2d_passes_gradients_on_as_pytorch_does(call, seed):
    grad_output = whole(seed, F.conv2d(**vars(call)).shape)
    got = ex14_im2col.run(gradients, "conv2d", vars(call), grad_output)
    want = gradients(F, "conv2d", vars(call), grad_output)
    assert_same_gradients(got, want, "want as much of it as PyTorch passes on")


@pytest.mark.parametrize("call", SIZES)
def test_conv2d_equals_pytorch_on_sizes_that_tell_mistakes_apart(call):
    assert_same(ex14_im2col.conv2d(**vars(call)), F.conv2d(**vars(call)))


@given(seed=seeds)
def test_conv2d_is_right_for_larger_float32_images(seed):
    call = vars(conv2d_from_seed(2, 3, 11, 14, 4, 5, 3, seed=seed, stride=(2, 3), padding=(2, 1)))
    generator = torch.Generator().manual_seed(seed)
    call = {k: torch.randn(v.shape, generator=generator) if torch.is_tensor(v) else v for k, v in call.items()}
    scale = F.conv2d(**{k: v.abs() if torch.is_tensor(v) else v for k, v in call.items()}).max().item()
    assert_close(ex14_im2col.conv2d(**call), F.conv2d(**call), scale)


@pytest.mark.parametrize(("stride", "padding"), [(1, 1), ((2, 1), 0)])
def test_conv2d_takes_no_more_calls_for_a_larger_image(stride, padding):
    rest = {"weight": whole(1, (3, 2, 2, 3)), "bias": whole(2, (3,)), "stride": stride, "padding": padding}
    small, large = ({"input": whole(0, (2, 2, h, w)), **rest} for h, w in ((6, 7), (26, 29)))
    assert_calls_do_not_grow("conv2d", small, large)


@pytest.mark.parametrize(
    ("input", "weight", "padding", "numbers"),
    [
        ((1, 2, 4, 4), (1, 3, 2, 2), 0, (2, 3)),
        ((1, 3, 4, 4), (2, 1, 2, 2), 0, (1, 3)),
        ((1, 1, 4, 4), (2, 3, 2, 2), 0, (1, 3)),
        ((1, 1, 3, 6), (1, 1, 4, 2), (0, 1), (3, 4)),
        ((1, 1, 6, 3), (1, 1, 2, 6), (2, 1), (5, 6)),
    ],
)
def test_conv2d_refuses_what_does_not_fit(input, weight, padding, numbers):
    call = {"input": torch.ones(input), "weight": torch.ones(weight), "padding": padding}
    assert_raises(ValueError, lambda: ex14_im2col.conv2d(**call), *numbers)
