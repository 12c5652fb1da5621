import math
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import ex07_parameters
from assertions import assert_same, assert_same_type
from docstring_examples import assert_keeps_examples, assert_keeps_examples_there
from kit.given import pair
from plain_strategies import conv2d_layers, network_sources
from probes.ex07_parameters import count, count_twice

NAMES = ["Input", "Conv1", "Pool1", "Conv2", "Pool2", "FC1", "FC2", "Output"]
sides = st.integers(1, 9)
TORCH = SimpleNamespace(count_parameters=lambda model: sum(p.numel() for p in model.parameters() if p.requires_grad))


def numbers_in(module):
    return sum(parameter.numel() for parameter in module.parameters())


def lecture_network(in_channels):
    """The layers of the lecture's table, to be looked at and not to be trained."""
    features = [nn.Conv2d(in_channels, 8, 5), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.MaxPool2d(2)]
    return [*features, nn.Sequential(nn.Flatten(), nn.Linear(400, 120)), nn.Linear(120, 84), nn.Linear(84, 10)]


def test_conv2d_parameters_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex07_parameters, "conv2d_parameters")


@pytest.mark.parametrize(
    ("in_channels", "out_channels", "kernel_size", "parameters"),
    [
        *((3, 10, 3, 280), (10, 20, 5, 5020), (20, 40, 5, 20040), (3, 8, 5, 608), (8, 16, 5, 3216), (1, 6, 5, 156)),
    ],
)
def test_conv2d_parameters_of_the_lectures_layers(in_channels, out_channels, kernel_size, parameters):
    assert_same(ex07_parameters.conv2d_parameters(in_channels, out_channels, kernel_size), parameters)


@given(layer=conv2d_layers())
def test_conv2d_parameters_equals_what_pytorch_makes(layer):
    conv = nn.Conv2d(**layer)
    shapes = " and ".join(f"a {name} of shape {tuple(value.shape)}" for name, value in conv.named_parameters())
    assert_same(ex07_parameters.conv2d_parameters(**layer), numbers_in(conv), f"nn.Conv2d makes {shapes}")


@given(layer=conv2d_layers(), more=st.integers(1, 9))
def test_conv2d_parameters_counts_every_filter_alike(layer, more):
    wider = {**layer, "out_channels": layer["out_channels"] + more}
    want = numbers_in(nn.Conv2d(**layer)) + numbers_in(nn.Conv2d(**{**layer, "out_channels": more}))
    because = f"want what {layer['out_channels']} filters have and {more} more"
    assert_same(ex07_parameters.conv2d_parameters(**wider), want, because)


@given(layer=conv2d_layers())
def test_conv2d_parameters_of_a_kernel_as_large_as_the_image_are_those_of_a_linear_layer(layer):
    kh, kw = pair(layer["kernel_size"])
    features = layer["in_channels"] * kh * kw
    linear = nn.Linear(features, layer["out_channels"], layer["bias"])
    because = f"each filter looks at all {features} numbers of a {layer['in_channels']} × {kh} × {kw} image"
    assert_same(ex07_parameters.conv2d_parameters(**layer), numbers_in(linear), because)


def test_linear_parameters_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex07_parameters, "linear_parameters")


@pytest.mark.parametrize(
    ("in_features", "out_features", "parameters"),
    [
        *((400, 120, 48120), (120, 84, 10164), (84, 10, 850), (512, 32, 16416), (32, 2, 66)),
    ],
)
def test_linear_parameters_of_the_lectures_layers(in_features, out_features, parameters):
    assert_same(ex07_parameters.linear_parameters(in_features, out_features), parameters)


@given(in_features=sides, out_features=sides, bias=st.booleans())
def test_linear_parameters_equals_what_pytorch_makes(in_features, out_features, bias):
    linear = nn.Linear(in_features, out_features, bias=bias)
    shapes = " and ".join(f"a {name} of shape {tuple(value.shape)}" for name, value in linear.named_parameters())
    got = ex07_parameters.linear_parameters(in_features, out_features, bias=bias)
    assert_same(got, numbers_in(linear), f"nn.Linear makes {shapes}")


def test_lenet5_table_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex07_parameters, "lenet5_table")


def test_lenet5_table_has_the_lectures_rows():
    table = ex07_parameters.lenet5_table()
    assert_same_type(table, [], "want a list of rows")
    for row in table:
        assert_same_type(row, (), f"want a tuple (name, activation shape, activation size, parameters), not {row}")
    assert_same([row[0] for row in table], NAMES, "a row begins with its name")


@pytest.mark.parametrize("in_channels", [3, 1, 4])
def test_lenet5_table_has_the_shapes_that_the_network_gives(in_channels):
    maps = torch.zeros(1, in_channels, 32, 32)
    shapes = [tuple(maps[0].shape)]
    for layer in lecture_network(in_channels):
        maps = layer(maps)
        shapes.append(tuple(maps[0].shape))
    assert_column(1, in_channels, shapes, "activation shape")
    for row in ex07_parameters.lenet5_table(in_channels):
        for side in row[1]:
            assert_same_type(side, 0, f"{row[0]} has the shape {row[1]}: its sides are ints, so divide with //")


@pytest.mark.parametrize("in_channels", [3, 1, 4])
def test_lenet5_table_has_the_product_of_each_shape_as_its_size(in_channels):
    shapes = [row[1] for row in ex07_parameters.lenet5_table(in_channels)]
    assert_column(2, in_channels, [math.prod(shape) for shape in shapes], "activation size")


@pytest.mark.parametrize("in_channels", [3, 1, 4])
def test_lenet5_table_has_the_parameters_that_the_network_has(in_channels):
    parameters = [0, *(numbers_in(layer) for layer in lecture_network(in_channels))]
    assert_column(3, in_channels, parameters, "number of parameters")


def test_lenet5_table_corrects_the_lecture():
    table = ex07_parameters.lenet5_table()
    assert_same(
        table[1], ("Conv1", (8, 28, 28), 6272, 608), "28 · 28 · 8 = 6272; 5 · 5 · 3 weights and a bias, 8 times"
    )
    assert_same(table[3], ("Conv2", (16, 10, 10), 1600, 3216), "5 · 5 · 8 weights and a bias, 16 times")
    assert_same(sum(row[3] for row in table), 62958, "this is the total of all parameters")


def assert_column(column, in_channels, wanted, what):
    """One column of the table, row by row."""
    table = ex07_parameters.lenet5_table(in_channels)
    for name, row, want in zip(NAMES, table, wanted, strict=True):
        assert_same(row[column], want, f"this is the {what} of {name} with in_channels={in_channels}")


def test_lenet5_1998_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex07_parameters, "lenet5_1998")


def test_lenet5_1998_names_its_six_layers():
    layers = ex07_parameters.lenet5_1998()
    assert_same_type(layers, {}, "want a dict from names to numbers")
    assert_same(sorted(layers), ["C1", "C3", "C5", "F6", "S2", "S4"])


@pytest.mark.parametrize(
    ("layer", "parameters", "because"),
    [
        ("C1", 156, "6 maps, each with 5 · 5 weights and a bias"),
        ("S2", 12, "6 maps, each with one weight and one bias"),
        ("C3", 1516, "6 · 3 + 9 · 4 + 1 · 6 = 60 kernels of 5 · 5 weights, and one bias for each of 16 maps"),
        ("S4", 32, "16 maps, each with one weight and one bias"),
        ("C5", 48120, "120 maps, each with 16 · 5 · 5 weights and a bias"),
        ("F6", 10164, "84 outputs, each with 120 weights and a bias"),
    ],
)
def test_lenet5_1998_counts_each_layer(layer, parameters, because):
    assert_same(ex07_parameters.lenet5_1998()[layer], parameters, f"{layer} has {because}")


def test_lenet5_1998_learns_60000_numbers():
    assert_same(sum(ex07_parameters.lenet5_1998().values()), 60000, "this is the sum over all layers")


def test_count_parameters_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex07_parameters, "count_parameters")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("model = nn.Linear(3, 4)", 16),
        ("model = nn.ReLU()", 0),
        ("model = nn.Linear(3, 3).eval()", 12),
        ("model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)).eval()\nmodel[1].train()", 18),
        (
            "model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(16, 8, 3), nn.Linear(512, 32), nn.Linear(32, 2))",
            18090,
        ),
        (
            "model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 3), nn.ModuleList([nn.Linear(1, 1)])))",
            17,
        ),
        ("model = nn.Module()\nmodel.scale = nn.Parameter(torch.tensor(2.0))", 1),
        ("model = nn.Sequential(nn.Linear(2, 2))\nmodel.scale = nn.Parameter(torch.ones(3))", 9),
    ],
)
def test_count_parameters_of_known_networks(source, parameters):
    assert_count(source, parameters, "")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("a = nn.Linear(3, 3)\nmodel = nn.Sequential(a, nn.ReLU(), a)", 12),
        ("a, b = nn.Linear(3, 3), nn.Linear(3, 3)\nb.weight = a.weight\nmodel = nn.Sequential(a, b)", 15),
        ("a = nn.Sequential(nn.Conv2d(2, 2, 3))\nmodel = nn.ModuleDict({'here': a, 'there': a[0]})", 38),
    ],
)
def test_count_parameters_counts_a_shared_one_once(source, parameters):
    assert_count(source, parameters, "a parameter that is used in two places is still one")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("model = nn.Sequential(nn.BatchNorm2d(3), nn.BatchNorm2d(3))", 12),
        (
            "model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))\nmodel[1].load_state_dict(model[0].state_dict())",
            24,
        ),
    ],
)
def test_count_parameters_counts_equal_ones_each(source, parameters):
    assert_count(source, parameters, "two parameters with the same numbers in them are two: training changes each")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))\nmodel[0].requires_grad_(False)", 10),
        ("model = nn.Linear(3, 4)\nmodel.bias.requires_grad_(False)", 12),
        ("model = nn.Conv2d(3, 8, 5)\nmodel.requires_grad_(False)", 0),
    ],
)
def test_count_parameters_leaves_frozen_ones_out(source, parameters):
    assert_count(source, parameters, "training does not change a parameter whose requires_grad is False")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("model = nn.BatchNorm2d(5)", 10),
        ("model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, affine=False))", 6),
        ("model = nn.Linear(2, 2)\nmodel.register_buffer('mean', torch.zeros(7))", 6),
    ],
)
def test_count_parameters_leaves_buffers_out(source, parameters):
    assert_count(source, parameters, "a buffer, such as a running mean, is saved with the weights but not trained")


@given(source=network_sources())
def test_count_parameters_is_right_for_any_network(source):
    assert_count(source, count(TORCH, source), "each trainable parameter once")


@given(source=network_sources())
def test_count_parameters_only_looks(source):
    before, after, trainable = ex07_parameters.run(count_twice, source)
    want_before, want_after, want_trainable = count_twice(TORCH, source)
    assert_same(trainable, want_trainable, f"which parameters are trainable, after counting in\n{source}")
    assert_same((before, after), (want_before, want_after), f"before and after freezing every other one in\n{source}")


def assert_count(source, parameters, because):
    """The learner's count for the network that the lines of `source` build."""
    assert_same(ex07_parameters.run(count, source), parameters, f"{because}\nthe network:\n{source}".strip())
