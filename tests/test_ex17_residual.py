from functools import partial
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import ex17_residual
from assertions import assert_close, assert_raises, assert_same, assert_same_gradients, assert_same_kind, fail_unless
from docstring_examples import assert_keeps_examples_there
from plain_strategies import seeds
from probes import ex17_residual as probes
from strategies import ACCELERATORS

MODES = ["train", "eval"]
SCALE = 1e5  # of sums of products in a network with batch norms, whose rounding may differ
OTHER_SIZES = [(4, 3, 16, 16), (1, 3, 64, 64), (4, 3, 48, 48)]  # each a multiple of 64 numbers a channel after pooling
UNIT = "in units of sqrt(2 / (9 * n_chans))"
BEGINNING = {  # what a probe tells of a new network: in words, and as it should be
    "mean": (f"the mean of the convolutions' weights {UNIT}", 0.0),
    "deviation": (f"the standard deviation of the convolutions' weights {UNIT}", 1.0),
    "within one deviation": ("the share of the weights that are nearer to 0 than one deviation", 0.7),
    "batch_norm.weight": ("the weights of the blocks' batch norms, up to three", [0.5]),
    "batch_norm.bias": ("the biases of the blocks' batch norms, up to three", [0.0]),
}
EACH_STATE = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
modes_of_call = st.sampled_from(MODES)
block_shapes = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(2, 5))  # N, C, H, W
networks = st.sampled_from([(2, 1), (3, 2), (2, 3), (1, 0)])  # n_chans, n_blocks


class Block(nn.Module):
    """The block that is asked for."""

    def __init__(self, n_chans):
        super().__init__()
        self.conv = nn.Conv2d(n_chans, n_chans, 3, padding=1, bias=False)
        self.batch_norm = nn.BatchNorm2d(n_chans)

    def forward(self, x):
        return F.relu(self.batch_norm(self.conv(x))) + x


class Deep(nn.Module):
    """The network that is asked for."""

    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, n_chans, 3, padding=1)
        self.resblocks = nn.Sequential(*[Block(n_chans) for _ in range(n_blocks)])
        self.fc1, self.fc2 = nn.Linear(64 * n_chans, 32), nn.Linear(32, 2)

    def forward(self, x):
        out = F.max_pool2d(self.resblocks(F.max_pool2d(F.relu(self.conv1(x)), 2)), 2)
        return self.fc2(F.relu(self.fc1(out.flatten(1))))


REFERENCE = SimpleNamespace(ResBlock=Block, NetResDeep=Deep)


def names_of_block(before=""):
    return [f"{before}conv.weight", *(f"{before}batch_norm.{name}" for name in EACH_STATE)]


def assert_equals_reference(name, seed, shape, mode, because="", **more):
    """The answer of the same layers by PyTorch, with the same weights."""
    got = ex17_residual.run(probes.outputs, name, seed, shape, mode, accelerator=more.get("device", "cpu"), **more)
    here = {key: value for key, value in more.items() if key not in ("device", "channels_last")}
    want = probes.outputs(REFERENCE, name, seed, shape, mode, **here)
    assert_close(got, want, SCALE, because or f"want what PyTorch's layers give in {mode} mode, with the same weights")


def assert_has_gradients(name, seed, shape, mode, **arguments):
    """The gradients of x and of each parameter are those of PyTorch's layers."""
    got = ex17_residual.run(probes.gradients, name, seed, shape, mode, **arguments)
    want = probes.gradients(REFERENCE, name, seed, shape, mode, **arguments)
    assert_same_gradients(got, want, "is nothing detached?", partial(assert_close, scale=1e7))


def assert_begins_as_told(told):
    """Convolutions from the normal distribution of the docstring, and batch norms with 0.5 and 0."""
    told = {name: told[name] for name in (*BEGINNING, "apart")}  # all at once, so that a mistake is known by all of it
    for name, (what, want) in BEGINNING.items():
        fail_unless(told[name] == want, f"{what}: {told[name]}, want {want}", "the table in the docstring says how")


def assert_switches_modes(name, **arguments):
    """eval() and train() reach every layer."""
    hidden, modes = ex17_residual.run(probes.modes, name, **arguments)
    fail_unless(not hidden, f"self.{' and self.'.join(hidden)} hides nn.Module's own", "choose another name")
    because = "eval() must switch every layer's `training` off, and train() on again"
    fail_unless(not any(modes["eval"]) and all(modes["train"]), f"after eval() and train(): {modes}", because)


def test_resblock_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex17_residual, "ResBlock")


@pytest.mark.parametrize("n_chans", [1, 3])
def test_resblock_has_a_convolution_without_bias_and_a_batch_norm(n_chans):
    told = ex17_residual.run(probes.told, "ResBlock", n_chans)
    assert_same(told["names"], sorted(names_of_block()), "these are the keys of the state_dict")
    assert_same(told["parameters"], 9 * n_chans**2 + 2 * n_chans, f"so many numbers are trained in ResBlock({n_chans})")


def test_resblock_begins_as_told():
    assert_begins_as_told(ex17_residual.run(probes.beginning, "ResBlock", n_chans=32))


@given(seed=seeds, shape=block_shapes)
def test_resblock_gives_x_if_batch_norm_multiplies_by_zero(seed, shape):
    told = ex17_residual.run(probes.without_effect, seed, shape)
    assert_same(told["answer"], told["x"], "batch norm gives zeros here, and relu of zeros plus x is x")


@given(seed=seeds, shape=block_shapes)
def test_resblock_only_adds(seed, shape):
    told = ex17_residual.run(probes.added, seed, shape)
    assert_same_kind(told["added"], torch.empty(shape, dtype=torch.float64), "want the shape of x")
    least = told["added"].min().item()
    fail_unless(least > -1e-9, f"the answer is less than x by up to {-least:.3g}", "a ReLU's answer is added to x")


@given(seed=seeds, shape=block_shapes)
def test_resblock_leaves_x_as_it_was(seed, shape):
    told = ex17_residual.run(probes.added, seed, shape)
    fail_unless(told["unchanged"], "the call changed x", "x belongs to the caller: out + x, no x += out")


@given(seed=seeds, shape=block_shapes, mode=modes_of_call)
def test_resblock_equals_the_same_layers_by_pytorch(seed, shape, mode):
    assert_equals_reference("ResBlock", seed, shape, mode, n_chans=shape[1])


@given(seed=seeds, shape=block_shapes, mode=modes_of_call)
def test_resblock_passes_gradients_both_ways(seed, shape, mode):
    assert_has_gradients("ResBlock", seed, shape, mode, n_chans=shape[1])


def test_resblock_leaves_train_and_eval_as_they_are():
    assert_switches_modes("ResBlock", n_chans=2)


@pytest.mark.parametrize("mode", MODES)
def test_resblock_keeps_the_dtype(mode):
    because = "want the dtype of x"
    assert_equals_reference("ResBlock", 0, (2, 3, 4, 5), mode, because, n_chans=3, dtype="float32")


@pytest.mark.parametrize("device", ACCELERATORS)
def test_resblock_works_on_another_device(device):
    assert_equals_reference("ResBlock", 1, (2, 3, 4, 5), "train", n_chans=3, device=device)


def test_netresdeep_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex17_residual, "NetResDeep")


@pytest.mark.parametrize("n_blocks", [1, 3, 10, 100])
def test_netresdeep_has_parameters_for_each_block(n_blocks):
    told = ex17_residual.run(probes.told, "NetResDeep", 32, n_blocks)
    want = 66530 + 9280 * n_blocks
    because = f"so many numbers are trained: 66530 outside of the blocks, and 9280 in each of the {n_blocks}"
    assert_same(told["parameters"], want, because)


def test_netresdeep_has_32_channels_and_10_blocks_by_default():
    told = ex17_residual.run(probes.told, "NetResDeep")
    assert_same(told["parameters"], 159330, "so many numbers are trained in NetResDeep()")


@pytest.mark.parametrize(("n_chans", "n_blocks"), [(4, 1), (2, 3)])
def test_netresdeep_takes_channels_and_blocks_in_this_order(n_chans, n_blocks):
    told = ex17_residual.run(probes.told, "NetResDeep", n_chans, n_blocks)
    want = 28 * n_chans + n_blocks * (9 * n_chans**2 + 2 * n_chans) + 32 * (64 * n_chans + 1) + 66
    assert_same(told["parameters"], want, f"so many numbers are trained in NetResDeep({n_chans}, {n_blocks})")


@pytest.mark.parametrize("n_blocks", [2, 0])
def test_netresdeep_names_its_parameters_block_by_block(n_blocks):
    told = ex17_residual.run(probes.told, "NetResDeep", n_chans=2, n_blocks=n_blocks)
    outside = [f"{layer}.{kind}" for layer in ("conv1", "fc1", "fc2") for kind in ("weight", "bias")]
    blocks = [name for i in range(n_blocks) for name in names_of_block(f"resblocks.{i}.")]
    because = "these are the keys of the state_dict; blocks go by their place"
    assert_same(told["names"], sorted(outside + blocks), because)


def test_netresdeep_begins_as_told():
    told = ex17_residual.run(probes.beginning, "NetResDeep", n_chans=16, n_blocks=4)
    assert_begins_as_told(told)
    fail_unless(told["apart"], "two blocks begin with the same weights", "each block draws its own: no copies of one")


def test_netresdeep_leaves_train_and_eval_as_they_are():
    assert_switches_modes("NetResDeep", n_chans=2, n_blocks=2)


@pytest.mark.parametrize("n", [1, 3])
def test_netresdeep_returns_two_numbers_for_each_image(n):
    got = ex17_residual.run(probes.outputs, "NetResDeep", 0, (n, 3, 32, 32), "eval", n_chans=2, n_blocks=2)
    assert_same_kind(got, torch.empty(n, 2, dtype=torch.float64), f"want two logits for each of {n} images")


@given(seed=seeds, n=st.sampled_from([1, 3]), size=networks, mode=modes_of_call)
def test_netresdeep_equals_the_same_layers_by_pytorch(seed, n, size, mode):
    n_chans, n_blocks = size
    assert_equals_reference("NetResDeep", seed, (n, 3, 32, 32), mode, n_chans=n_chans, n_blocks=n_blocks)


@pytest.mark.parametrize("seed", range(3))
def test_netresdeep_gives_logits(seed):
    about = "NetResDeep", seed, (2, 3, 32, 32), "fc2"
    distance, allowed = ex17_residual.run(probes.beyond_its_bias, *about, n_chans=2, n_blocks=1)
    what = f"with biases -100, -200 in fc2, an answer is {distance.max().item():.0f} away from its bias"
    largest = 100 * allowed  # fc1's answers are not bounded by 1, as those of a tanh are
    fail_unless((distance <= largest).all(), what, "want the numbers of fc2 as they are: the loss takes logits")


@pytest.mark.parametrize("mode", MODES)
def test_netresdeep_passes_gradients_to_every_parameter(mode):
    assert_has_gradients("NetResDeep", 0, (2, 3, 32, 32), mode, n_chans=2, n_blocks=2)


def test_netresdeep_lets_gradients_through_100_blocks():
    reaches = ex17_residual.run(probes.reaches_the_first_layer, 4, 100)
    fail_unless(reaches is not None, "no gradient arrives at conv1", "nothing may be detached on the way")
    fail_unless(reaches, "behind 100 blocks the gradient of conv1 is lost or boundless", "each block adds x once")


@pytest.mark.parametrize("shape", OTHER_SIZES)
def test_netresdeep_refuses_images_of_another_size(shape):
    n, _, h, w = shape
    because = (
        f"this is the shape for {n} images of {h} × {w}: does each image give fc1 all its numbers, and no others'?"
    )
    arguments = {"n_chans": 2, "n_blocks": 1}
    assert_raises(
        Exception, lambda: ex17_residual.run(probes.output_shape, "NetResDeep", shape, **arguments), because=because
    )


def test_netresdeep_answers_as_the_one_whose_state_dict_it_was_given():
    first, second = ex17_residual.run(probes.copied, "NetResDeep", 0, (2, 3, 32, 32), n_chans=2, n_blocks=2)
    assert_same(second, first, "load_state_dict made the second a copy: what is not in the state_dict gets lost")


@pytest.mark.parametrize("n", [1, 2])
def test_netresdeep_takes_images_in_channels_last_layout(n):
    about = {"n_chans": 2, "n_blocks": 2, "channels_last": True}
    assert_equals_reference("NetResDeep", 0, (n, 3, 32, 32), "train", **about)


@pytest.mark.parametrize("device", ACCELERATORS)
def test_netresdeep_works_on_another_device(device):
    assert_equals_reference("NetResDeep", 1, (2, 3, 32, 32), "eval", n_chans=2, n_blocks=2, device=device)
