from collections import OrderedDict
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import ex08_net
from assertions import assert_close, assert_raises, assert_same, assert_same_kind, fail_unless
from docstring_examples import assert_keeps_examples_there
from plain_strategies import seeds
from probes import ex08_net as probes
from strategies import ACCELERATORS

NET = ["conv1", "act1", "pool1", "conv2", "act2", "pool2", "fc1", "act3", "fc2"]
LENET5 = ["conv1", "pool1", "conv2", "pool2", "fc1", "fc2", "output"]
WITHOUT_PARAMETERS = ("act", "pool")
PARAMETERS = {  # by the names of their layers, in the order of the network
    net: [
        f"{layer}.{kind}" for layer in layers if not layer.startswith(WITHOUT_PARAMETERS) for kind in ("weight", "bias")
    ]
    for net, layers in (("Net", NET), ("LeNet5", LENET5))
}
VARIANTS = [{"in_channels": 3, "n_classes": 10}, {"in_channels": 1, "n_classes": 2}]
MORE_VARIANTS = [*VARIANTS, {"in_channels": 4, "n_classes": 12}]
OTHER_SIZES = [(4, 3, 48, 48), (1, 3, 64, 64), (4, 3, 16, 16)]  # each a multiple of 512 numbers after pool2
NOT_32 = [(25, 3, 28, 28), (1, 3, 52, 52)]  # each a multiple of 400 numbers after pool2
SCALE = 1e3  # of the sums of products in a network, whose rounding may differ


def named(**layers):
    return nn.Sequential(OrderedDict(layers))


def net():
    """The lecture's network by PyTorch."""
    return named(
        **{"conv1": nn.Conv2d(3, 16, 3, padding=1), "act1": nn.Tanh(), "pool1": nn.MaxPool2d(2)},
        **{"conv2": nn.Conv2d(16, 8, 3, padding=1), "act2": nn.Tanh(), "pool2": nn.MaxPool2d(2)},
        **{"flatten": nn.Flatten(), "fc1": nn.Linear(512, 32), "act3": nn.Tanh(), "fc2": nn.Linear(32, 2)},
    )


def lenet5(in_channels=3, n_classes=10):
    """The table's network by PyTorch."""
    return named(
        **{"conv1": nn.Conv2d(in_channels, 8, 5), "act1": nn.Tanh(), "pool1": nn.MaxPool2d(2)},
        **{"conv2": nn.Conv2d(8, 16, 5), "act2": nn.Tanh(), "pool2": nn.MaxPool2d(2), "flatten": nn.Flatten()},
        **{"fc1": nn.Linear(400, 120), "act3": nn.Tanh(), "fc2": nn.Linear(120, 84), "act4": nn.Tanh()},
        **{"output": nn.Linear(84, n_classes)},
    )


PYTORCH = SimpleNamespace(Net=net, LeNet5=lenet5)


def images_of(variant, n):
    return (n, variant["in_channels"], 32, 32)


def assert_has_parameters(name, want, *arguments):
    """The numbers of weights and biases, layer by layer; the arguments come by position."""
    got, _ = in_order(*ex08_net.run(probes.sizes, name, *arguments), PARAMETERS[name])
    found = "a layer is found if __init__ sets it as self.…: not in a list, nor made in forward"
    call = f"{name}({', '.join(map(str, arguments))})"
    assert_same(got, want, found if len(got) < len(want) else f"so many numbers has each parameter of {call}")


def assert_names_parameters(name):
    """The keys of the state_dict, by which weights are saved and loaded."""
    _, got = in_order(*ex08_net.run(probes.sizes, name), PARAMETERS[name])
    assert_same(got, PARAMETERS[name], "these names are the keys of the state_dict: the layers' attributes")


def in_order(sizes, names, wanted):
    """The same in the order of the network, where all names are the wanted ones; __init__ may have another order."""
    if sorted(names) != sorted(wanted) or len(sizes) != len(names):
        return sizes, names
    return [sizes[names.index(name)] for name in wanted], wanted


def assert_calls_its_layers(name, layers, shape, **arguments):
    """Every layer is there, and forward uses it as a module, so that hooks see it."""
    told = ex08_net.run(probes.layers_called, name, shape, layers, **arguments)
    if missing := told["missing"]:
        fail_unless(False, f"there is no layer {' or '.join(missing)}, only {', '.join(told['there'])}")
    unused = told["unused"]
    because = "write self.conv1(out), not self.conv1.forward(out) or F.conv2d, and every layer in its place"
    fail_unless(not unused, f"forward does not call {', '.join(unused)}", because)


def assert_returns(name, shape, n_classes, arguments=()):
    """A tensor with a row for each image."""
    got = ex08_net.run(probes.outputs, name, 0, shape, **dict(arguments))
    because = f"forward must return {n_classes} numbers for each of {shape[0]} images, in the dtype of the images"
    assert_same_kind(got, torch.empty(shape[0], n_classes, dtype=torch.float64), because)


def assert_gives_logits(name, seed, shape, last, **arguments):
    """The answers follow the last layer's biases, whatever these are."""
    distance, allowed = ex08_net.run(probes.beyond_its_bias, name, seed, shape, last, **arguments)
    biases = ", ".join(str(-100 * (k + 1)) for k in range(len(allowed)))
    because = f"want the numbers of {last} as they are: no softmax, ReLU or tanh after it, since the loss takes logits"
    what = f"with biases {biases} in {last}, an answer is {distance.max().item():.0f} away from its bias"
    fail_unless((distance <= allowed + 1e-6).all(), what, because)


def assert_equals_pytorch(name, seed, shape, **arguments):
    """The answers of nn.Sequential with the same layers and weights."""
    got = ex08_net.run(probes.outputs, name, seed, shape, **arguments)
    elsewhere = ("device", "accelerator", "channels_last")
    also_here = {key: value for key, value in arguments.items() if key not in elsewhere}
    want = probes.outputs(PYTORCH, name, seed, shape, **also_here)
    assert_close(got, want, SCALE, lambda: where_it_differs(name, seed, shape, **also_here))


def where_it_differs(name, seed, shape, **arguments):
    """The first layer that gets or gives other numbers than the same one in nn.Sequential."""
    got = ex08_net.look(probes.layers_seen, name, seed, shape, **arguments)
    want, before = probes.layers_seen(PYTORCH, name, seed, shape, **arguments), "the images"
    for layer in (layer for layer in want if layer in got):
        if not is_close(got[layer][0], want[layer][0]):
            return f"{layer} is the first layer that gets other numbers: what happens between {before} and {layer}?"
        if not is_close(got[layer][1], want[layer][1]):
            return f"{layer} is the first layer that gives other numbers, from the right ones: how was it made?"
        before = layer
    return f"all layers up to {before} give the right numbers: what happens after it?"


def is_close(got, want):
    """Whether two tensors are the same up to rounding."""
    return got.shape == want.shape and bool(((got - want).abs() <= 1e-9).all())


def assert_has_pytorchs_gradients(name, seed, shape, **arguments):
    """Every parameter is reached by backward."""
    got = ex08_net.run(probes.gradients, name, seed, shape, **arguments)
    for key, want in probes.gradients(PYTORCH, name, seed, shape, **arguments).items():
        because = f"this is the gradient of {key}: is its layer used once, and nothing detached?"
        fail_unless(
            got.get(key) is not None, f"no gradient arrives at {key}", "is its layer used, and nothing detached?"
        )
        assert_close(got.get(key), want, SCALE, because)


def assert_refuses(name, shape, **arguments):
    """Images of another size must not become other samples."""
    n, _, h, w = shape
    because = (
        f"this is the shape for {n} images of {h} × {w}: does each image give fc1 all its numbers, and no others'?"
    )
    assert_raises(Exception, lambda: ex08_net.run(probes.output_shape, name, shape, **arguments), because=because)


def assert_shares_nothing(name):
    """Training one network leaves another as it was."""
    shared = ex08_net.run(probes.shared, name)
    because = f"make the layers in __init__: those of the class itself are the same ones in every {name}()"
    fail_unless(not shared, f"two networks share {', '.join(shared)}", because)


def assert_switches_modes(name, **arguments):
    """eval() and train() reach every layer."""
    hidden, modes = ex08_net.run(probes.modes, name, **arguments)
    what = f"self.{' and self.'.join(hidden)} hides nn.Module's own"
    fail_unless(not hidden, what, "choose another name for the attribute")
    because = "eval() must switch every layer's `training` off, and train() on again"
    fail_unless(not any(modes["eval"]) and all(modes["train"]), f"after eval() and train(): {modes}", because)


def test_net_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex08_net, "Net")


def test_net_has_the_18090_parameters_of_the_lecture():
    assert_has_parameters("Net", [432, 16, 1152, 8, 16384, 32, 64, 2])


def test_net_names_its_parameters_as_the_lecture_does():
    assert_names_parameters("Net")


def test_net_calls_each_of_its_nine_layers():
    assert_calls_its_layers("Net", NET, (2, 3, 32, 32))


def test_net_leaves_train_and_eval_as_they_are():
    assert_switches_modes("Net")


@pytest.mark.parametrize("n", [1, 3])
def test_net_returns_two_numbers_for_each_image(n):
    assert_returns("Net", (n, 3, 32, 32), 2)


@pytest.mark.parametrize("n", [1, 3])
def test_net_in_eval_mode_answers_the_same_again(n):
    got, again = ex08_net.run(probes.in_eval_mode, "Net", 0, (n, 3, 32, 32))
    assert_same(got, again, "the same batch was given twice in eval mode")


@pytest.mark.parametrize("seed", [0, 1])
def test_net_answers_as_the_one_whose_state_dict_it_was_given(seed):
    first, second = ex08_net.run(probes.copied, "Net", seed, (2, 3, 32, 32))
    assert_same(second, first, "load_state_dict made the second a copy: what is not in the state_dict gets lost")


def test_net_has_parameters_of_its_own():
    assert_shares_nothing("Net")


@pytest.mark.parametrize("seed", range(3))
def test_net_gives_logits(seed):
    assert_gives_logits("Net", seed, (2, 3, 32, 32), "fc2")


@given(seed=seeds, n=st.sampled_from([1, 3]), training=st.booleans())
def test_net_equals_the_same_layers_in_sequence(seed, n, training):
    assert_equals_pytorch("Net", seed, (n, 3, 32, 32), training=training)


@pytest.mark.parametrize("n", [1, 3])
def test_net_passes_gradients_to_every_parameter(n):
    assert_has_pytorchs_gradients("Net", 0, (n, 3, 32, 32))


@pytest.mark.parametrize("shape", OTHER_SIZES)
def test_net_refuses_images_of_another_size(shape):
    assert_refuses("Net", shape)


@pytest.mark.parametrize("n", [1, 2])
def test_net_takes_images_in_channels_last_layout(n):
    assert_equals_pytorch("Net", 0, (n, 3, 32, 32), channels_last=True)


@pytest.mark.parametrize("device", ACCELERATORS)
def test_net_works_on_another_device(device):
    assert_equals_pytorch("Net", 1, (2, 3, 32, 32), device=device, accelerator=device)


def test_lenet5_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex08_net, "LeNet5")


def test_lenet5_has_the_62958_parameters_of_the_table():
    assert_has_parameters("LeNet5", [600, 8, 3200, 16, 48000, 120, 10080, 84, 840, 10])


def test_lenet5_takes_other_numbers_of_channels_and_classes():
    assert_has_parameters("LeNet5", [200, 8, 3200, 16, 48000, 120, 10080, 84, 168, 2], 1, 2)


def test_lenet5_names_its_parameters_as_the_table_does():
    assert_names_parameters("LeNet5")


def test_lenet5_calls_each_of_its_layers():
    assert_calls_its_layers("LeNet5", LENET5, (2, 3, 32, 32))


def test_lenet5_leaves_train_and_eval_as_they_are():
    assert_switches_modes("LeNet5")


@pytest.mark.parametrize("variant", VARIANTS)
def test_lenet5_returns_a_number_for_each_class_of_each_image(variant):
    assert_returns("LeNet5", images_of(variant, 1), variant["n_classes"], variant)


@pytest.mark.parametrize("variant", VARIANTS)
def test_lenet5_answers_as_the_one_whose_state_dict_it_was_given(variant):
    first, second = ex08_net.run(probes.copied, "LeNet5", 0, images_of(variant, 2), **variant)
    assert_same(second, first, "load_state_dict made the second a copy: what is not in the state_dict gets lost")


def test_lenet5_has_parameters_of_its_own():
    assert_shares_nothing("LeNet5")


@pytest.mark.parametrize("variant", VARIANTS)
def test_lenet5_gives_logits(variant):
    assert_gives_logits("LeNet5", 0, images_of(variant, 2), "output", **variant)


@given(seed=seeds, n=st.sampled_from([1, 3]), variant=st.sampled_from(MORE_VARIANTS), training=st.booleans())
def test_lenet5_equals_the_same_layers_in_sequence(seed, n, variant, training):
    assert_equals_pytorch("LeNet5", seed, images_of(variant, n), training=training, **variant)


@pytest.mark.parametrize("variant", VARIANTS)
def test_lenet5_passes_gradients_to_every_parameter(variant):
    assert_has_pytorchs_gradients("LeNet5", 0, images_of(variant, 2), **variant)


@pytest.mark.parametrize("shape", NOT_32)
def test_lenet5_refuses_images_of_another_size(shape):
    assert_refuses("LeNet5", shape)


@pytest.mark.parametrize("variant", VARIANTS)
def test_lenet5_takes_images_in_channels_last_layout(variant):
    assert_equals_pytorch("LeNet5", 0, images_of(variant, 2), channels_last=True, **variant)


@pytest.mark.parametrize("device", ACCELERATORS)
def test_lenet5_works_on_another_device(device):
    assert_equals_pytorch("LeNet5", 1, (2, 3, 32, 32), device=device, accelerator=device)
