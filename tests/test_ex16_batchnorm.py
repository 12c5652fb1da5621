from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import ex16_batchnorm
from assertions import assert_close, assert_raises, assert_same, assert_same_gradients, fail_unless
from docstring_examples import assert_keeps_examples_there
from plain_strategies import seeds
from probes import ex16_batchnorm as probes
from strategies import ACCELERATORS, batch_norms, norm_state, tensors, whole

SCALE = 1e3  # a channel whose numbers are alike is divided by sqrt(eps), and so is its rounding
SHAPES = [(40000,), (200, 200), (20, 25, 10, 8)]
RATES = [0.1, 0.3, 0.5, 0.8]
REMEMBERED = ["running_mean", "running_var", "num_batches_tracked"]


def both_sides(probe, *arguments, **more):
    """What a probe tells of the learner's layer and of PyTorch's."""
    got = ex16_batchnorm.run(probe, *arguments, accelerator=more.get("device", "cpu"), **more)
    return got, probe(nn, *arguments, **{key: value for key, value in more.items() if key != "device"})


def assert_answers(call, modes, because, scale=SCALE, **more):
    """The last answer is PyTorch's."""
    got, want = both_sides(probes.passed, call.arguments, call.state, call.batches, modes, **more)
    assert_close(got["answers"][-1], want["answers"][-1], scale, because)


def assert_remembers(call, modes, names, because):
    """What is remembered after the batches is what PyTorch's layer remembers."""
    got, want = both_sides(probes.passed, call.arguments, call.state, call.batches, modes)
    for name in names:
        about = f"this is {name} after {len(call.batches)} batches in {modes[-1]} mode: {because}"
        compare = assert_same if want["remembered"][name].dtype == torch.int64 else partial(assert_close, scale=9)
        compare(got["remembered"].get(name), want["remembered"][name], because=about)


def assert_has_gradients(call, mode, seed):
    """The gradients of x, weight and bias are autograd's through PyTorch's layer."""
    batch = call.batches[0]
    grad_output = whole(seed, batch.shape)
    got = ex16_batchnorm.run(probes.gradients, call.arguments, call.state, batch, mode, grad_output)
    # PyTorch 2.15's own backward is wrong for (1, 2, 1, 2) whose last dimension comes first in memory.
    dense = batch.contiguous()
    want = probes.gradients(nn, call.arguments, call.state, dense, mode, grad_output)
    because = "mean and variance depend on x in train mode, and only there"
    assert_same_gradients(got, want, because, partial(assert_close, scale=1e4))


def in_train_mode(call):
    return ["train"] * len(call.batches)


def test_batchnorm2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex16_batchnorm, "BatchNorm2d")


@pytest.mark.parametrize("num_features", [1, 3])
def test_batchnorm2d_begins_with_the_parameters_and_buffers_of_pytorch(num_features):
    got, want = both_sides(probes.made, "BatchNorm2d", num_features=num_features)
    fail_unless(got["base"] == "Module", f"the class is a subclass of PyTorch's {got['base']}", "nn.Module is allowed")
    for kind in ("parameters", "buffers"):
        assert_same(sorted(got[kind]), sorted(want[kind]), f"these are the {kind}, which training and saving rest on")
    assert_same(sorted(got["state"]), sorted(want["state"]), "these are the keys of the state_dict")
    for name, value in {**want["parameters"], **want["buffers"]}.items():
        because = f"this is {name} of a fresh layer"
        assert_same({**got["parameters"], **got["buffers"]}[name], value, because)


@given(call=batch_norms())
def test_batchnorm2d_normalises_each_channel_in_train_mode(call):
    call.state, call.batches = None, call.batches[:1]
    assert_answers(call, ["train"], "want mean 0 and variance 1 in each channel, over batch, rows and columns")


@given(call=batch_norms())
def test_batchnorm2d_scales_and_shifts_each_channel(call):
    call.batches = call.batches[:1]
    weight, bias = call.state["weight"].tolist(), call.state["bias"].tolist()
    assert_answers(call, ["train"], f"the channels' weights are {weight} and their biases {bias}")


@given(call=batch_norms(as_many_channels_as_columns=True))
def test_batchnorm2d_has_a_weight_for_each_channel_and_not_for_each_column(call):
    call.batches = call.batches[:1]
    weight, bias = call.state["weight"].tolist(), call.state["bias"].tolist()
    assert_answers(call, ["train"], f"the channels' weights are {weight} and their biases {bias}")


@given(call=batch_norms())
def test_batchnorm2d_uses_in_eval_mode_what_it_remembers(call):
    call.batches = call.batches[:1]
    mean, var = call.state["running_mean"].tolist(), call.state["running_var"].tolist()
    assert_answers(call, ["eval"], f"it remembers the means {mean} and the variances {var}")


@given(call=batch_norms())
def test_batchnorm2d_uses_in_train_mode_the_batch_alone(call):
    assert_answers(call, in_train_mode(call), "what was seen before must not matter in train mode")


@given(call=batch_norms())
def test_batchnorm2d_remembers_the_means_of_batches(call):
    because = "want (1 - momentum) * old + momentum * mean of the batch"
    assert_remembers(call, in_train_mode(call), ["running_mean"], because)


@given(call=batch_norms())
def test_batchnorm2d_remembers_the_variances_of_batches(call):
    because = "want (1 - momentum) * old + momentum * variance of the batch, divided by n - 1"
    assert_remembers(call, in_train_mode(call), ["running_var"], because)


@given(call=batch_norms())
def test_batchnorm2d_counts_the_batches(call):
    assert_remembers(call, in_train_mode(call), ["num_batches_tracked"], "want 5 from before, and one more for each")


@given(call=batch_norms())
def test_batchnorm2d_remembers_nothing_in_eval_mode(call):
    modes = ["eval"] * len(call.batches)
    assert_remembers(call, modes, REMEMBERED, "eval mode leaves it as it was")


@given(call=batch_norms())
def test_batchnorm2d_goes_from_train_to_eval(call):
    call.state, modes = None, ["train"] * (len(call.batches) - 1) + ["eval"]
    assert_answers(call, modes, "want what it remembers of the batches before")


@given(call=batch_norms(), mean=st.integers(-3, 3).filter(bool))
def test_batchnorm2d_comes_nearer_to_a_mean_that_stays(call, mean):
    call.state, call.batches = None, [torch.full_like(call.batches[0], mean)] * 3
    momentum = call.arguments.get("momentum", 0.1)
    got = ex16_batchnorm.run(probes.passed, call.arguments, None, call.batches, in_train_mode(call))
    want = torch.full((call.arguments["num_features"],), mean * (1 - (1 - momentum) ** 3), dtype=torch.float64)
    because = f"three batches of mean {mean}, from 0, leave (1 - momentum)³ of the distance"
    assert_close(got["remembered"].get("running_mean"), want, 9, because)


@given(call=batch_norms(), seed=seeds)
def test_batchnorm2d_passes_gradients_in_train_mode(call, seed):
    assert_has_gradients(call, "train", seed)


@given(call=batch_norms(), seed=seeds)
def test_batchnorm2d_passes_gradients_in_eval_mode(call, seed):
    assert_has_gradients(call, "eval", seed)


@given(seed=seeds, n=st.integers(2, 4))
def test_batchnorm2d_trains_batch_after_batch(seed, n):
    about = {"num_features": 2}, [whole(seed + i, (n, 2, 3, 2)) for i in range(3)]
    got, want = both_sides(probes.trained, *about)
    fail_unless(not got["graphs"], f"{' and '.join(got['graphs'])} remember how they were made", "want numbers alone")
    for name in ("weight", "bias"):
        assert_close(got[name], want[name], SCALE, f"this is {name} after three steps of a training")


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 3, 1, 1)])
def test_batchnorm2d_refuses_a_single_number_in_train_mode(shape):
    because = "a channel with one number has no variance to learn from"
    about = {"num_features": shape[1]}, shape, "train"
    assert_raises(ValueError, lambda: ex16_batchnorm.run(probes.one_number_each, *about), 1, because=because)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 3, 1, 1)])
def test_batchnorm2d_takes_a_single_number_in_eval_mode(shape):
    got = ex16_batchnorm.run(probes.one_number_each, {"num_features": shape[1]}, shape, "eval")
    assert_same(got, shape, "in eval mode mean and variance are known already")


@given(call=batch_norms(), mode=st.sampled_from(["train", "eval"]))
def test_batchnorm2d_keeps_the_dtype(call, mode):
    call.batches = call.batches[:1]
    assert_answers(call, [mode], "want the dtype of x", scale=10 * SCALE, dtype="float32")


@given(call=batch_norms(), mode=st.sampled_from(["train", "eval"]))
def test_batchnorm2d_leaves_the_batch_as_it_was(call, mode):
    told = ex16_batchnorm.run(probes.passed, call.arguments, call.state, call.batches, [mode] * len(call.batches))
    fail_unless(not any(told["changed"]), f"the call changed its batch in {mode} mode", "x belongs to the caller")


@given(call=batch_norms())
def test_batchnorm2d_takes_bright_images(call):
    bright = [call.batches[0] + 10**6]
    told = ex16_batchnorm.run(probes.passed, call.arguments, call.state, bright, ["train"])
    want = probes.passed(nn, call.arguments, call.state, call.batches[:1], ["train"])["answers"][0]
    because = "a million more in each pixel changes no distance from the mean"
    assert_close(told["answers"][0], want, 1e9, because)  # a million, rounded and divided by sqrt(eps)


@pytest.mark.parametrize("momentum", [0.1, 0.5])
def test_batchnorm2d_is_right_for_larger_batches(momentum):
    generator = torch.Generator().manual_seed(0)
    batches = [torch.randn(8, 5, 7, 9, generator=generator, dtype=torch.float64) * 3 + 1 for _ in range(4)]
    about = {"num_features": 5, "momentum": momentum}, norm_state(3, 5), batches, ["train", "train", "train", "eval"]
    got, want = both_sides(probes.passed, *about)
    for one, other in zip(got["answers"], want["answers"], strict=True):
        assert_close(one, other, SCALE, "want PyTorch's answers for 8 images of 7 × 9 with 5 channels")


@pytest.mark.parametrize("device", ACCELERATORS)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_batchnorm2d_works_on_another_device(device, mode):
    about = {"num_features": 2}, norm_state(1, 2), [whole(2, (2, 2, 3, 4))], [mode]
    got, want = both_sides(probes.passed, *about, device=device)
    assert_close(got["answers"][0], want["answers"][0], SCALE, "want what the CPU gives")


def test_dropout_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex16_batchnorm, "Dropout")


@pytest.mark.parametrize("p", [-0.1, 1.1, 2, -1])
def test_dropout_refuses_what_is_no_probability(p):
    because = "a probability is from 0 to 1"
    assert_raises(ValueError, lambda: ex16_batchnorm.run(probes.refused, "Dropout", p=p), p, because=because)


def test_dropout_has_nothing_to_learn_or_save():
    told = ex16_batchnorm.run(probes.made, "Dropout")
    fail_unless(
        told["base"] == "Module", f"the class is a subclass of PyTorch's {told['base']}", "nn.Module is allowed"
    )
    assert_same(told["state"], [], "these are the keys of the state_dict, of which Dropout needs none")


@pytest.mark.parametrize("p", RATES)
def test_dropout_drops_nothing_in_eval_mode(p):
    told = ex16_batchnorm.run(probes.dropped, {"p": p}, SHAPES[1], "eval")
    assert_same(told["factors"], [1.0], "in eval mode nothing is dropped, and nothing has to be made up for")


@given(x=tensors(st.integers(1, 3), st.integers(1, 4)), p=st.sampled_from([0, 1]))
def test_dropout_gives_x_in_eval_mode(x, p):
    told = ex16_batchnorm.run(probes.given_back, {"p": p}, x, "eval")
    assert_same(told["answer"], x, "in eval mode nothing is dropped, and nothing has to be made up for")


@pytest.mark.parametrize("p", RATES)
def test_dropout_sets_to_zero_or_divides_by_1_minus_p(p):
    told = ex16_batchnorm.run(probes.dropped, {"p": p}, SHAPES[0])
    want = [0.0, round(1 / (1 - p), 6)]
    assert_same(
        told["factors"], want, f"each number is 0 or divided by {1 - p:.1f}; these factors were found, up to four"
    )


@pytest.mark.parametrize("p", RATES)
def test_dropout_drops_with_probability_p(p):
    told = ex16_batchnorm.run(probes.dropped, {"p": p}, SHAPES[0])
    assert_same(told["kept"], round(1 - p, 1), f"this share of 200000 numbers was kept; p is {p}")


def test_dropout_drops_every_second_number_by_itself():
    told = ex16_batchnorm.run(probes.dropped, {}, SHAPES[0])
    assert_same(told["kept"], 0.5, "this share of 200000 numbers was kept by Dropout()")


@pytest.mark.parametrize("shape", SHAPES)
def test_dropout_decides_for_each_number_by_itself(shape):
    told = ex16_batchnorm.run(probes.dropped, {"p": 0.5}, shape)
    assert_same(told["shape"], shape, "want the shape of x")
    along = " and ".join(f"{i}" for i in told["together"])
    fail_unless(not along, f"numbers that differ in dimension {along} alone fare alike", "each has a chance of its own")


@pytest.mark.parametrize("p", RATES)
def test_dropout_decides_anew_in_each_call(p):
    told = ex16_batchnorm.run(probes.dropped, {"p": p}, SHAPES[1])
    again, other = told["again"], told["other layer"]
    fail_unless(not again, "two calls dropped the same numbers", "chance decides anew in each call")
    fail_unless(not other, "another layer dropped the same numbers", "chance decides anew in each call")


def test_dropout_drops_now_more_and_now_fewer():
    told = ex16_batchnorm.run(probes.dropped, {"p": 0.5}, SHAPES[1])
    fail_unless(not told["as many"], "each call dropped the same count of numbers", "each has a chance of its own")


@given(x=tensors(st.integers(1, 3), st.integers(1, 4)), p=st.sampled_from([0, 1, 0.0, 1.0]))
def test_dropout_keeps_all_with_p_0_and_none_with_p_1(x, p):
    told = ex16_batchnorm.run(probes.given_back, {"p": p}, x, "train")
    assert_same(told["answer"], x * (1 - p), f"with p={p} chance has no say")


@pytest.mark.parametrize("p", RATES)
def test_dropout_passes_gradients_to_what_was_kept(p):
    told = ex16_batchnorm.run(probes.dropped_gradient, {"p": p}, SHAPES[1], "train")
    arrives, as_the_answer, factors = told["arrives"], told["as the answer"], told["factors"]
    fail_unless(arrives, "no gradient arrives at x", "it was cut off by detach, no_grad or item")
    fail_unless(as_the_answer, "gradients arrive at other numbers than were kept", "dropped ones get 0")
    assert_same(factors, [0.0, round(1 / (1 - p), 6)], "these gradients were found, up to four")


def test_dropout_lets_no_gradient_through_with_p_1():
    told = ex16_batchnorm.run(probes.dropped_gradient, {"p": 1.0}, SHAPES[1], "train")
    factors = told["factors"] or [0.0]  # none at all is as good
    assert_same(factors, [0.0], "with p=1 nothing is kept, so want a gradient of 0 at each number; these were found")


def test_dropout_passes_gradients_to_all_in_eval_mode():
    told = ex16_batchnorm.run(probes.dropped_gradient, {"p": 0.5}, SHAPES[1], "eval")
    assert_same(told["factors"], [1.0], "these gradients were found in eval mode, up to four")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_keeps_the_dtype(dtype):
    told = ex16_batchnorm.run(probes.dropped, {"p": 0.5}, SHAPES[1], dtype=dtype)
    assert_same(told["dtype"], dtype, "want the dtype of x")


def test_dropout_repeats_itself_after_manual_seed():
    told = ex16_batchnorm.run(probes.seeded, {"p": 0.5}, SHAPES[1])
    fail_unless(
        told["repeats"], "after the same torch.manual_seed other numbers were dropped", "ask PyTorch for chance"
    )
    fail_unless(told["differs"], "after another torch.manual_seed the same were dropped", "set no seed of your own")


@pytest.mark.parametrize("shape", SHAPES)
def test_dropout_leaves_its_input_as_it_was(shape):
    untouched = ex16_batchnorm.run(probes.left_alone, {"p": 0.5}, shape)
    fail_unless(untouched, "the call changed x", "x belongs to the caller: want a new tensor")


@pytest.mark.parametrize("device", ACCELERATORS)
def test_dropout_works_on_another_device(device):
    told = ex16_batchnorm.run(probes.dropped, {"p": 0.5}, SHAPES[1], device=device, accelerator=device)
    assert_same(told["factors"], [0.0, 2.0], "these factors were found on the device")
