from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex05_conv2d
from assertions import assert_close, assert_raises, assert_same, assert_same_gradients
from docstring_examples import assert_keeps_examples
from kit.given import pair
from plain_strategies import seeds
from probes.ex05_conv2d import gradients
from strategies import conv2d_calls, conv2d_from_seed, whole

DTYPES = [torch.float32, torch.float64, torch.int64]


def valid(volume, weight, bias=None):
    """PyTorch's answer for one volume without padding or stride."""
    return F.conv2d(volume[None], weight, bias)[0]


PYTORCH = SimpleNamespace(
    correlate_volume=lambda volume, kernel: valid(volume, kernel[None])[0], stack_filters=valid, conv2d=F.conv2d
)


def assert_passes_gradients_on(function, arguments, seed):
    """Each argument gets the gradient that it has with PyTorch."""
    grad_output = whole(seed, getattr(PYTORCH, function)(**arguments).shape)
    got = ex05_conv2d.run(gradients, function, arguments, grad_output)
    want = gradients(PYTORCH, function, arguments, grad_output)
    assert_same_gradients(got, want, "want as much of it as PyTorch passes on")


def in_dtype(call, dtype):
    """The arguments of a call with larger numbers, unless they are for float32, and the same in another dtype."""
    large = 1 if dtype == torch.float32 else 2**26 + 1  # more digits than float32 has
    scaled = {**vars(call), "input": call.input * large}
    return scaled, {name: value.to(dtype) if torch.is_tensor(value) else value for name, value in scaled.items()}


def test_correlate_volume_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex05_conv2d, "correlate_volume")


@given(call=conv2d_calls(max_stride=1, max_padding=0))
def test_correlate_volume_equals_pytorch(call):
    volume, kernel = call.input[0], call.weight[0]
    assert_same(ex05_conv2d.correlate_volume(volume, kernel), valid(volume, kernel[None])[0])


@pytest.mark.parametrize(("kh", "kw"), [(4, 5), (6, 2)])
def test_correlate_volume_is_right_for_larger_kernels(kh, kw):
    call = conv2d_from_seed(1, 5, 8, 7, 1, kh, kw, stride=1, padding=0)
    volume, kernel = call.input[0], call.weight[0]
    assert_same(ex05_conv2d.correlate_volume(volume, kernel), valid(volume, kernel[None])[0])


@given(call=conv2d_calls(max_stride=1, max_padding=0))
def test_correlate_volume_adds_up_over_channels(call):
    volume, kernel = call.input[0], call.weight[0]
    single = [ex05_conv2d.correlate_volume(volume[c : c + 1], kernel[c : c + 1]) for c in range(len(volume))]
    because = "want the sum of what each channel gives alone"
    assert_same(ex05_conv2d.correlate_volume(volume, kernel), sum(single), because)


@pytest.mark.parametrize(
    ("volume", "kernel", "numbers"),
    [
        *(((2, 4, 4), (3, 2, 2), (2, 3)), ((4, 3, 3), (3, 2, 2), (4, 3)), ((1, 3, 5), (1, 4, 2), (3, 4))),
        *(((1, 5, 3), (1, 2, 4), (3, 4)), ((2, 1, 1), (2, 1, 2), (1, 2))),
        *(((3, 4, 4), (1, 2, 2), (1, 3)), ((1, 4, 4), (3, 2, 2), (1, 3))),  # which would broadcast
    ],
)
def test_correlate_volume_refuses_what_does_not_fit(volume, kernel, numbers):
    assert_raises(ValueError, lambda: ex05_conv2d.correlate_volume(torch.ones(volume), torch.ones(kernel)), *numbers)


@given(call=conv2d_calls(max_stride=1, max_padding=0), dtype=st.sampled_from(DTYPES))
def test_correlate_volume_keeps_the_dtype_and_computes_in_it(call, dtype):
    scaled, cast = in_dtype(call, dtype)
    want = valid(scaled["input"][0], scaled["weight"][:1])[0].to(dtype)
    assert_same(ex05_conv2d.correlate_volume(cast["input"][0], cast["weight"][0]), want)


@given(call=conv2d_calls(max_stride=1, max_padding=0), seed=seeds)
def test_correlate_volume_passes_gradients_on_as_pytorch_does(call, seed):
    arguments = {"volume": call.input[0], "kernel": call.weight[0]}
    assert_passes_gradients_on("correlate_volume", arguments, seed)


def test_stack_filters_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex05_conv2d, "stack_filters")


@given(call=conv2d_calls(max_stride=1, max_padding=0))
def test_stack_filters_equals_pytorch(call):
    got = ex05_conv2d.stack_filters(call.input[0], call.weight, bias=call.bias)
    assert_same(got, valid(call.input[0], call.weight, call.bias))


def test_stack_filters_makes_a_map_of_each_of_sixteen_filters():
    volume, weight = whole(0, (1, 1, 2)), whole(1, (16, 1, 1, 1))
    because = "16 filters give 16 maps, 0 to 15: range(16), where the lecture has range(0, 15)"
    assert_same(ex05_conv2d.stack_filters(volume, weight), valid(volume, weight), because)


@given(call=conv2d_calls(max_stride=1, max_padding=0), places=st.permutations(range(3)))
def test_stack_filters_in_another_order_gives_maps_in_that_order(call, places):
    order = [place for place in places if place < len(call.weight)]
    maps = ex05_conv2d.stack_filters(call.input[0], call.weight)
    because = f"the filters came in the order {order}, so want the maps in that order"
    assert_same(ex05_conv2d.stack_filters(call.input[0], call.weight[order]), maps[order], because)


@pytest.mark.parametrize(("kh", "kw"), [(4, 5), (6, 2)])
def test_stack_filters_is_right_for_larger_kernels(kh, kw):
    call = conv2d_from_seed(1, 5, 8, 7, 5, kh, kw, stride=1, padding=0)
    assert_same(ex05_conv2d.stack_filters(call.input[0], call.weight, call.bias), F.conv2d(**vars(call))[0])


@given(call=conv2d_calls(max_stride=1, max_padding=0, bias=True))
def test_stack_filters_adds_each_bias_once_to_its_map(call):
    without = ex05_conv2d.stack_filters(call.input[0], call.weight)
    got = ex05_conv2d.stack_filters(call.input[0], call.weight, bias=call.bias)
    because = f"with bias {call.bias.tolist()} want that much more in each map than without"
    assert_same(got - without, call.bias[:, None, None].expand_as(without), because)


@given(call=conv2d_calls(max_stride=1, max_padding=0), dtype=st.sampled_from(DTYPES))
def test_stack_filters_keeps_the_dtype_and_computes_in_it(call, dtype):
    scaled, cast = in_dtype(call, dtype)
    want = valid(scaled["input"][0], scaled["weight"], scaled["bias"]).to(dtype)
    assert_same(ex05_conv2d.stack_filters(cast["input"][0], cast["weight"], bias=cast["bias"]), want)


@pytest.mark.parametrize(
    ("volume", "weight", "numbers"),
    [
        *(((2, 4, 4), (5, 3, 2, 2), (2, 3)), ((1, 3, 5), (2, 1, 4, 2), (3, 4)), ((1, 5, 3), (2, 1, 2, 4), (3, 4))),
        *(((3, 4, 4), (2, 1, 2, 2), (1, 3)), ((1, 4, 4), (2, 3, 2, 2), (1, 3))),
    ],
)
def test_stack_filters_refuses_what_does_not_fit(volume, weight, numbers):
    assert_raises(ValueError, lambda: ex05_conv2d.stack_filters(torch.ones(volume), torch.ones(weight)), *numbers)


@given(call=conv2d_calls(max_stride=1, max_padding=0), seed=seeds)
def test_stack_filters_passes_gradients_on_as_pytorch_does(call, seed):
    arguments = {"volume": call.input[0], "weight": call.weight, "bias": call.bias}
    assert_passes_gradients_on("stack_filters", arguments, seed)


def test_conv2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex05_conv2d, "conv2d")


@given(call=conv2d_calls())
def test_conv2d_equals_pytorch(call):
    assert_same(ex05_conv2d.conv2d(**vars(call)), F.conv2d(**vars(call)))


@given(call=conv2d_calls(bias=True, as_many_filters_as_columns=True))
def test_conv2d_gives_each_map_its_bias_when_it_has_as_many_columns_as_maps(call):
    assert_same(ex05_conv2d.conv2d(**vars(call)), F.conv2d(**vars(call)), "the bias belongs to maps, not to columns")


@given(call=conv2d_calls(max_kernel=1, max_stride=1, max_padding=0))
def test_conv2d_with_a_1x1_kernel_mixes_channels_only(call):
    mixed = torch.einsum("oc,nchw->nohw", call.weight[:, :, 0, 0], call.input)
    because = "with a 1x1 kernel each pixel's channels are multiplied by the matrix of weights"
    assert_same(ex05_conv2d.conv2d(call.input, call.weight), mixed, because)


@given(call=conv2d_calls())
def test_conv2d_with_padding_is_conv2d_of_an_image_framed_in_zeros(call):
    ph, pw = pair(call.padding)
    n, c, h, w = call.input.shape
    framed = torch.zeros(n, c, h + 2 * ph, w + 2 * pw, dtype=call.input.dtype)
    framed[:, :, ph : ph + h, pw : pw + w] = call.input
    explicit = ex05_conv2d.conv2d(framed, call.weight, call.bias, stride=call.stride)
    assert_same(ex05_conv2d.conv2d(**vars(call)), explicit, f"want what {ph} rows and {pw} columns of zeros give")


@given(call=conv2d_calls())
def test_conv2d_with_a_stride_keeps_every_nth_row_and_column(call):
    sh, sw = pair(call.stride)
    dense = ex05_conv2d.conv2d(**{**vars(call), "stride": 1})
    because = f"want rows 0, {sh}, … and columns 0, {sw}, … of the answer with stride 1"
    assert_same(ex05_conv2d.conv2d(**vars(call)), dense[:, :, ::sh, ::sw], because)


@given(call=conv2d_calls(max_stride=1, max_padding=0), channel=st.integers(0, 2))
def test_conv2d_of_a_single_bright_pixel_shows_the_kernel_turned(call, channel):
    _, c_in, kh, kw = call.weight.shape
    channel %= c_in
    impulse = torch.zeros(1, c_in, 2 * kh - 1, 2 * kw - 1, dtype=torch.float64)
    impulse[0, channel, kh - 1, kw - 1] = 1
    turned = call.weight[:, channel].flip(1, 2)[None]
    assert_same(ex05_conv2d.conv2d(impulse, call.weight), turned, f"one pixel of channel {channel} is 1, the rest 0")


@given(call=conv2d_calls(max_stride=1, max_padding=0), down=st.integers(0, 4), right=st.integers(0, 4))
def test_conv2d_of_a_moved_image_is_the_answer_moved(call, down, right):
    h, w = (n - f + 1 for n, f in zip(call.input.shape[2:], call.weight.shape[2:], strict=True))
    down, right = down % h, right % w
    before = ex05_conv2d.conv2d(**vars(call))[:, :, : h - down, : w - right]
    moved = ex05_conv2d.conv2d(**{**vars(call), "input": call.input.roll((down, right), (2, 3))})[:, :, down:, right:]
    because = f"want the answer for the image before it was moved by {down} down and {right} to the right"
    assert_same(moved, before, because)


@given(call=conv2d_calls())
def test_conv2d_judges_each_sample_of_a_batch_alone(call):
    batch = torch.cat([call.input, call.input.flip(3)])
    alone = [ex05_conv2d.conv2d(**{**vars(call), "input": sample[None]}) for sample in batch]
    assert_same(ex05_conv2d.conv2d(**{**vars(call), "input": batch}), torch.cat(alone), "want each sample's own answer")


@given(call=conv2d_calls(), dtype=st.sampled_from(DTYPES))
def test_conv2d_keeps_the_dtype_and_computes_in_it(call, dtype):
    scaled, cast = in_dtype(call, dtype)
    assert_same(ex05_conv2d.conv2d(**cast), F.conv2d(**scaled).to(dtype))


@given(call=conv2d_calls(), seed=seeds)
def test_conv2d_passes_gradients_on_as_pytorch_does(call, seed):
    assert_passes_gradients_on("conv2d", vars(call), seed)


@pytest.mark.parametrize(
    "call",
    [
        conv2d_from_seed(2, 3, 7, 9, 4, 2, 3, stride=(2, 1), padding=(1, 0)),
        conv2d_from_seed(1, 2, 5, 9, 2, 3, 3, stride=2, padding=1),
        conv2d_from_seed(2, 3, 5, 8, 5, 3, 2, stride=(1, 3), padding=(0, 1)),
        conv2d_from_seed(4, 5, 6, 6, 6, 4, 5, stride=1, padding=0),
    ],
)
def test_conv2d_equals_pytorch_on_sizes_that_tell_mistakes_apart(call):
    assert_same(ex05_conv2d.conv2d(**vars(call)), F.conv2d(**vars(call)))


@given(seed=seeds)
def test_conv2d_is_right_for_larger_float32_images(seed):
    call = vars(conv2d_from_seed(2, 3, 11, 14, 4, 5, 3, seed=seed, stride=(2, 3), padding=(2, 1)))
    generator = torch.Generator().manual_seed(seed)
    call = {k: torch.randn(v.shape, generator=generator) if torch.is_tensor(v) else v for k, v in call.items()}
    scale = F.conv2d(**{k: v.abs() if torch.is_tensor(v) else v for k, v in call.items()}).max().item()
    assert_close(ex05_conv2d.conv2d(**call), F.conv2d(**call), scale)


@pytest.mark.parametrize(
    ("input", "weight", "padding", "numbers"),
    [
        ((1, 2, 4, 4), (1, 3, 2, 2), 0, (2, 3)),
        ((1, 3, 4, 4), (2, 1, 2, 2), 0, (1, 3)),  # which would broadcast, and so would this
        ((1, 1, 4, 4), (2, 3, 2, 2), 0, (1, 3)),
        ((1, 1, 3, 6), (1, 1, 4, 2), (0, 1), (3, 4)),
        ((1, 1, 6, 3), (1, 1, 2, 6), (2, 1), (5, 6)),
    ],
)
def test_conv2d_refuses_what_does_not_fit(input, weight, padding, numbers):
    call = {"input": torch.ones(input), "weight": torch.ones(weight), "padding": padding}
    assert_raises(ValueError, lambda: ex05_conv2d.conv2d(**call), *numbers)
