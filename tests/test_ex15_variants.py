from functools import partial
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import ex15_variants
from assertions import assert_close, assert_raises, assert_same, assert_same_gradients
from docstring_examples import assert_keeps_examples, assert_keeps_examples_there
from kit.given import pair
from plain_strategies import ints_or_pairs, seeds
from probes import ex15_variants as probes
from strategies import ACCELERATORS, conv_transpose2d_calls, grouped_calls, whole

DTYPES = [torch.float32, torch.float64, torch.int64]
LARGER = [  # N C H W, C_out KH KW, stride, padding, dilation, groups
    ((2, 6, 11, 9), (4, 3, 2), (2, 1), (1, 0), (2, 3), 2),
    ((1, 4, 7, 12), (8, 2, 3), (1, 3), (0, 2), (3, 2), 4),
    ((2, 3, 9, 8), (5, 3, 3), 2, 1, 2, 1),
    ((1, 6, 6, 7), (6, 1, 4), 1, (0, 1), (1, 2), 3),
    ((4, 5, 6, 7), (6, 4, 5), 1, (1, 2), 1, 1),
]
LARGER_TRANSPOSED = [  # N C H W, C_out KH KW, stride, padding
    ((2, 3, 5, 4), (4, 3, 2), (2, 1), (1, 0)),
    ((1, 4, 3, 6), (2, 4, 3), (3, 2), (0, 1)),
    ((2, 2, 4, 4), (2, 3, 3), 2, 1),
    ((4, 5, 3, 4), (6, 4, 5), 1, (1, 2)),
    ((1, 3, 3, 2), (5, 2, 2), 3, 0),  # gaps between what is painted
]
LAYERS = [
    *(((2, 3, 5, 6), (3, 4, 3, 1)), ((1, 2, 4, 4), (2, 5, (2, 3), 0)), ((2, 4, 5, 3), (4, 2, (3, 1), (0, 1)))),
    *(((3, 1, 3, 4), (1, 3, 2, (1, 0))), ((2, 3, 4, 5), (3, 3, 3, 1))),  # the last one leaves the shape as it is
]


def named(layer):
    return dict(zip(("in_channels", "out_channels", "kernel_size", "padding"), layer, strict=True))


def reference(in_channels, out_channels, kernel_size, padding=0):
    """The layer that is asked for, by PyTorch."""
    layer = nn.Module()
    layer.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, 1, padding, groups=in_channels, bias=False)
    layer.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
    layer.forward = lambda x: layer.pointwise(layer.depthwise(x))
    return layer


REFERENCE = SimpleNamespace(DepthwiseSeparable=reference)


def changed(call, **arguments):
    """The arguments of a call with some of them changed."""
    return {**vars(call), **arguments}


def cast(call, dtype):
    """The arguments of a call with all tensors in another dtype."""
    return {name: v.to(dtype) if torch.is_tensor(v) else v for name, v in vars(call).items()}


def from_seed(sizes, filters, in_weight, *more):
    """Arguments in sizes that tell many wrong answers apart."""
    image, bias = whole(0, sizes), whole(2, filters[:1])
    return {"input": image, "weight": whole(1, in_weight), "bias": bias, **dict(more)}


def assert_gradients(name, call, seed):
    """What PyTorch's own backward gives."""
    grad_output = whole(seed, getattr(F, name)(**vars(call)).shape)
    got = ex15_variants.run(probes.gradients, name, vars(call), grad_output)
    want = probes.gradients(F, name, vars(call), grad_output)
    assert_same_gradients(got, want, "want what PyTorch's backward gives")


def test_conv2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex15_variants, "conv2d")


@given(call=grouped_calls())
def test_conv2d_equals_pytorch(call):
    assert_same(ex15_variants.conv2d(**vars(call)), F.conv2d(**vars(call)))


@given(call=grouped_calls(dilation=1, groups=1))
def test_conv2d_without_holes_and_groups_is_the_one_of_ex05(call):
    call = {name: value for name, value in vars(call).items() if name not in ("dilation", "groups")}
    assert_same(ex15_variants.conv2d(**call), F.conv2d(**call), "dilation and groups are 1 unless they are given")


@given(call=grouped_calls(groups=1))
def test_conv2d_with_dilation_is_one_whose_filters_have_zeros_between(call):
    (kh, kw), (dh, dw) = call.weight.shape[2:], pair(call.dilation)
    holes = torch.zeros(*call.weight.shape[:2], dh * (kh - 1) + 1, dw * (kw - 1) + 1, dtype=torch.float64)
    holes[:, :, ::dh, ::dw] = call.weight
    want = ex15_variants.conv2d(**changed(call, weight=holes, dilation=1))
    because = f"want what a filter of {holes.shape[2]} × {holes.shape[3]} with zeros in its holes gives"
    assert_same(ex15_variants.conv2d(**vars(call)), want, because)


@given(call=grouped_calls(dilation=1))
def test_conv2d_in_groups_is_as_many_convolutions_side_by_side(call):
    parts = zip(call.input.chunk(call.groups, 1), call.weight.chunk(call.groups), strict=True)
    more = {"stride": call.stride, "padding": call.padding}
    want = torch.cat([ex15_variants.conv2d(image, weight, **more) for image, weight in parts], 1)
    because = f"want what {call.groups} blocks of channels give alone, one after the other"
    assert_same(ex15_variants.conv2d(**changed(call, bias=None)), want, because)


@given(seed=seeds, c=st.integers(1, 4), times=st.integers(1, 3))
def test_conv2d_with_a_group_for_each_channel_keeps_channels_apart(seed, c, times):
    image, weight = whole(seed, (2, c, 3, 4)), whole(seed + 1, (c * times, 1, 2, 2))
    image[:, 1:] = 0
    got = ex15_variants.conv2d(image, weight, groups=c)
    because = f"all channels but the first are black: only the first {times} maps may see anything"
    assert_same(got, F.conv2d(image, weight, groups=c), because)


@given(call=grouped_calls(), seed=seeds)
def test_conv2d_passes_gradients_on_as_pytorch_does(call, seed):
    assert_gradients("conv2d", call, seed)


@given(call=grouped_calls(), dtype=st.sampled_from(DTYPES))
def test_conv2d_keeps_the_dtype(call, dtype):
    assert_same(ex15_variants.conv2d(**cast(call, dtype)), F.conv2d(**vars(call)).to(dtype), "want the input's dtype")


@pytest.mark.parametrize(("sizes", "filters", "stride", "padding", "dilation", "groups"), LARGER)
def test_conv2d_is_right_for_larger_images(sizes, filters, stride, padding, dilation, groups):
    c_out, kh, kw = filters
    weight = (c_out, sizes[1] // groups, kh, kw)
    more = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    call = from_seed(sizes, filters, weight, *more.items())
    assert_same(ex15_variants.conv2d(**call), F.conv2d(**call))


@pytest.mark.parametrize(
    ("c", "weight", "groups"),
    [
        *((5, (4, 2, 1, 1), 2), (3, (2, 2, 2, 2), 1), (4, (6, 4, 1, 1), 3), (2, (2, 3, 2, 1), 1)),
        *((1, (2, 3, 1, 2), 1), (2, (4, 2, 2, 1), 2), (4, (2, 1, 1, 2), 2)),  # which would broadcast
    ],
)
def test_conv2d_refuses_channels_that_do_not_fit_the_filters(c, weight, groups):
    image, weight = torch.ones(2, c, 4, 5), torch.ones(weight)
    assert_raises(ValueError, lambda: ex15_variants.conv2d(image, weight, groups=groups), c)


@pytest.mark.parametrize(("c_out", "groups"), [(3, 2), (2, 4), (7, 3)])
def test_conv2d_refuses_filters_that_do_not_make_groups(c_out, groups):
    image, weight = torch.ones(1, 2 * groups, 3, 4), torch.ones(c_out, 2, 1, 2)
    assert_raises(ValueError, lambda: ex15_variants.conv2d(image, weight, groups=groups), groups)


@pytest.mark.parametrize(
    ("kernel", "padding", "dilation", "side"),
    [((3, 1), 0, 2, 4), ((1, 3), 0, (1, 3), 6), ((2, 4), 1, (2, 3), 8)],  # 5 rows, 7 and 10 columns
)
def test_conv2d_refuses_a_filter_whose_holes_reach_over_the_edge(kernel, padding, dilation, side):
    image, weight = torch.ones(1, 1, 4, 6), torch.ones(1, 1, *kernel)
    assert_raises(ValueError, lambda: ex15_variants.conv2d(image, weight, None, 1, padding, dilation), side)


def test_depthwiseseparable_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex15_variants, "DepthwiseSeparable", probes.docstring_example_of_layers)


@pytest.mark.parametrize("layer", [layer for _, layer in LAYERS])
def test_depthwiseseparable_has_two_convolutions_without_bias(layer):
    in_channels, out_channels, kernel_size, _ = layer
    got = ex15_variants.run(probes.told, *layer)
    want = {
        "depthwise.weight": [in_channels, 1, *pair(kernel_size)],
        "pointwise.weight": [out_channels, in_channels, 1, 1],
    }
    assert_same(dict(got), want, "these are the shapes by name in the state_dict")


def test_depthwiseseparable_does_not_pad_by_itself():
    got = ex15_variants.run(probes.outputs, 0, (1, 2, 4, 5), {"in_channels": 2, "out_channels": 3, "kernel_size": 3})
    assert_same(tuple(got.shape), (1, 3, 2, 3), "this is the shape for 4 × 5 pixels, a kernel of 3 and no padding")


@pytest.mark.parametrize(("shape", "layer"), LAYERS)
def test_depthwiseseparable_equals_pytorchs_layers(shape, layer):
    for seed in range(3):
        got = ex15_variants.run(probes.outputs, seed, shape, named(layer))
        want = probes.outputs(REFERENCE, seed, shape, named(layer))
        assert_close(got, want, 1e3, "want pointwise(depthwise(x)) by PyTorch, with the same weights")


@pytest.mark.parametrize(("shape", "layer"), LAYERS)
def test_depthwiseseparable_passes_gradients_to_both(shape, layer):
    got = ex15_variants.run(probes.layer_gradients, 0, shape, named(layer))
    want = probes.layer_gradients(REFERENCE, 0, shape, named(layer))
    assert_same_gradients(got, want, "is nothing detached?", partial(assert_close, scale=1e3))


@pytest.mark.parametrize(("shape", "layer"), LAYERS[:2])
def test_depthwiseseparable_keeps_the_dtype(shape, layer):
    got = ex15_variants.run(probes.outputs, 0, shape, named(layer), dtype="float32")
    want = probes.outputs(REFERENCE, 0, shape, named(layer), dtype="float32")
    assert_close(got, want, 1e3, "want the dtype of x")


@pytest.mark.parametrize("device", ACCELERATORS)
def test_depthwiseseparable_works_on_another_device(device):
    shape, layer = LAYERS[0]
    got = ex15_variants.run(probes.outputs, 0, shape, named(layer), device=device, accelerator=device)
    assert_close(got, probes.outputs(REFERENCE, 0, shape, named(layer)), 1e3, "want what the CPU gives")


def test_conv_transpose2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex15_variants, "conv_transpose2d")


@given(call=conv_transpose2d_calls())
def test_conv_transpose2d_equals_pytorch(call):
    assert_same(ex15_variants.conv_transpose2d(**vars(call)), F.conv_transpose2d(**vars(call)))


@given(seed=seeds, kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)), stride=ints_or_pairs(1, 3))
def test_conv_transpose2d_of_a_single_pixel_paints_the_filter(seed, kernel, stride):
    weight = whole(seed, (1, 2, *kernel))
    got = ex15_variants.conv_transpose2d(torch.full((1, 1, 1, 1), 2.0, dtype=torch.float64), weight, stride=stride)
    assert_same(got, 2 * weight, "a pixel of 2 paints twice the filter, not turned, whatever the stride")


@given(call=conv_transpose2d_calls(bias=False), seed=seeds)
def test_conv_transpose2d_is_the_adjoint_of_the_convolution(call, seed):
    painted = ex15_variants.conv_transpose2d(**vars(call))
    x = whole(seed, painted.shape)
    want = (F.conv2d(x, call.weight, None, call.stride, call.padding) * call.input).sum()
    because = f"with x = {x.tolist()}: the sum of conv_transpose2d(y) * x is the sum of y * conv2d(x)"
    assert_same((painted * x).sum(), want, because)


@given(call=conv_transpose2d_calls(bias=False))
def test_conv_transpose2d_is_cut_by_padding(call):
    ph, pw = pair(call.padding)
    full = ex15_variants.conv_transpose2d(**changed(call, padding=0))
    want = full[:, :, ph : full.shape[2] - ph, pw : full.shape[3] - pw]
    because = f"want the answer without padding, {ph} rows and {pw} columns cut off each side"
    assert_same(ex15_variants.conv_transpose2d(**vars(call)), want, because)


@given(call=conv_transpose2d_calls(bias=True))
def test_conv_transpose2d_adds_the_bias_once_to_every_pixel(call):
    without = ex15_variants.conv_transpose2d(**changed(call, bias=None))
    because = f"the maps' biases are {call.bias.tolist()}, once in each pixel, painted or not"
    assert_same(ex15_variants.conv_transpose2d(**vars(call)), without + call.bias[:, None, None], because)


@given(call=conv_transpose2d_calls(), seed=seeds)
def test_conv_transpose2d_passes_gradients_on_as_pytorch_does(call, seed):
    assert_gradients("conv_transpose2d", call, seed)


@given(call=conv_transpose2d_calls(), dtype=st.sampled_from(DTYPES))
def test_conv_transpose2d_keeps_the_dtype(call, dtype):
    want = F.conv_transpose2d(**vars(call)).to(dtype)
    assert_same(ex15_variants.conv_transpose2d(**cast(call, dtype)), want, "want the input's dtype")


@pytest.mark.parametrize(("sizes", "filters", "stride", "padding"), LARGER_TRANSPOSED)
def test_conv_transpose2d_is_right_for_larger_images(sizes, filters, stride, padding):
    c_out, kh, kw = filters
    more = ("stride", stride), ("padding", padding)
    call = from_seed(sizes, filters, (sizes[1], c_out, kh, kw), *more)
    assert_same(ex15_variants.conv_transpose2d(**call), F.conv_transpose2d(**call))


@pytest.mark.parametrize(("c", "weight"), [(3, (2, 3, 2, 2)), (2, (1, 2, 1, 2)), (1, (4, 1, 2, 2))])
def test_conv_transpose2d_refuses_a_weight_for_other_channels(c, weight):
    image = torch.ones(1, c, 3, 2)
    assert_raises(ValueError, lambda: ex15_variants.conv_transpose2d(image, torch.ones(weight)), c)


@given(seed=seeds, sides=st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_conv_transpose2d_paints_at_neighbouring_places_by_default(seed, sides):
    image, weight = whole(seed, (1, 2, *sides)), whole(seed + 1, (2, 3, 2, 3))
    want = F.conv_transpose2d(image, weight)
    assert_same(ex15_variants.conv_transpose2d(image, weight), want, "stride is 1 and padding 0 unless they are given")
