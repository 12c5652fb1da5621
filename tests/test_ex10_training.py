import math
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex10_training
from assertions import assert_close, assert_moved, assert_same, fail_unless, kind_of
from docstring_examples import assert_keeps_examples_there
from probes.ex10_training import picked_device, trained
from probes.training import labels_turned
from strategies import ACCELERATORS, DEVICES, REALLY_HERE, labelled, net_state, trainings

IN_ORDER = ["forward", "backward", "step"]
PARAMETERS = ["norm.weight", "norm.bias", "fc.weight", "fc.bias"]
on_each_device = pytest.mark.parametrize("device", DEVICES)
beside_each_accelerator = pytest.mark.parametrize("accelerator", ACCELERATORS)


def example(**changes):
    """Eight samples in batches of 3, 3 and 2, for two epochs."""
    images, labels = labelled(1, 8)
    call = {"state": net_state(1), "images": images, "labels": labels, "batch_size": 3, "n_epochs": 2, "lr": 0.125}
    return {**call, **changes}


def train(device, call):
    return ex10_training.run(trained, device, accelerator=device, **call)


def train_beside(accelerator, on_it, call):
    """A training on the accelerator, or on the CPU of the same process."""
    return ex10_training.run(trained, accelerator if on_it else "cpu", accelerator=accelerator, **vars(call))


def replayed(call, turn=0):
    """Gradient descent written out: the parameters after each step, and the loss of each batch."""
    pairs = zip(call.images.split(call.batch_size), call.labels.split(call.batch_size), strict=True)
    return descent(call, [[*pairs]] * call.n_epochs, turn)


def descent(call, epochs, turn=0):
    """The same for the batches of each epoch."""
    weights, losses = [{name: call.state[name] for name in PARAMETERS}], []
    for number, batches in enumerate(epochs):
        for images, labels in batches:
            leaves = {name: p.detach().requires_grad_() for name, p in weights[-1].items()}
            losses.append(cross_entropy(leaves, images, labels_turned(labels, number * turn), turn))
            gradients = torch.autograd.grad(losses[-1], list(leaves.values()))
            stepped = [p.detach() - call.lr * g for p, g in zip(leaves.values(), gradients, strict=True)]
            weights.append(dict(zip(PARAMETERS, stepped, strict=True)))
    return weights[1:], [loss.item() for loss in losses]


def cross_entropy(parameters, images, labels, turn=0):
    """The mean loss of the network in probes/training.py, in train mode."""
    norm_weight, norm_bias, fc_weight, fc_bias = (p for p in parameters.values())
    centred = images - images.mean((0, 2, 3), keepdim=True)
    normed = centred / (centred.square().mean((0, 2, 3), keepdim=True) + 0.25).sqrt()
    outputs = (normed * norm_weight[:, None, None] + norm_bias[:, None, None]).flatten(1) @ fc_weight.T + fc_bias
    shares = labels if labels.is_floating_point() else F.one_hot(labels, 3)  # (N, K)
    return -(shares * outputs.roll(turn, 1).log_softmax(1)).sum(1).mean()


def assert_means(history, losses):
    """The mean of each epoch's losses."""
    for i, (got, own) in enumerate(zip(history, losses, strict=True)):
        because = f"the batches of epoch {i + 1} had the losses {', '.join(f'{loss:.4f}' for loss in own)}"
        fail_unless(type(got) is float, f"history[{i}] is {kind_of(got)}, want a plain float", because)
        mean = sum(own) / len(own)
        fail_unless(math.isclose(got, mean, rel_tol=1e-6), f"history[{i}] is {got:.6f}, want {mean:.6f}", because)


def why(events):
    if "old" in events:
        return "gradients add up until they are emptied: do so once for each batch"
    if "without" in events:
        return "a step needs the gradients of its batch: want backward before it, and nothing emptied in between"
    return "want every batch of the loader in every epoch, and each once"


def test_pick_device_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex10_training, "pick_device")


@pytest.mark.parametrize(("cuda", "mps"), [(True, False), (False, True), (True, True), (False, False)])
def test_pick_device_prefers_cuda_to_mps_to_the_cpu(cuda, mps):
    kind, device = ex10_training.run(picked_device, cuda, mps, accelerator=REALLY_HERE)
    machine = f"this machine has {'CUDA' if cuda else 'no CUDA'} and {'MPS' if mps else 'no MPS'}"
    fail_unless(kind == "device", f"the answer is {kind} {device}, want torch.device", machine)
    assert_same(device, "cuda" if cuda else "mps" if mps else "cpu", machine)


@on_each_device
def test_training_loop_moves_images_labels_and_model_to_the_device(device):
    assert_moved(train(device, example())["stayed"], device)


@beside_each_accelerator
@given(on_it=st.booleans(), call=trainings())
def test_training_loop_gives_the_labels_to_loss_fn_as_they_are(accelerator, on_it, call):
    call.n_epochs = 1
    got = train_beside(accelerator, on_it, call)["labels"]
    for i, want in enumerate(call.labels.split(call.batch_size)[: len(got)]):
        assert_same(got[i], want, f"these are the labels of batch {i + 1}, which loss_fn was given")


@beside_each_accelerator
@given(on_it=st.booleans(), call=trainings())
def test_training_loop_makes_one_step_for_each_batch_from_its_own_gradients(accelerator, on_it, call):
    call.has_gradients = False  # whoever takes gradients by hand may leave old ones where they are
    events = train_beside(accelerator, on_it, call)["events"]
    batches = -(-len(call.images) // call.batch_size)
    for i in range(0, call.n_epochs * batches * 3, 3):
        got, last = events[i : i + 3], ", ".join(events[i : i + 4])
        where = f"epoch {i // 3 // batches + 1}, batch {i // 3 % batches + 1} of {batches}"
        fail_unless(got == IN_ORDER, f"{where}: {last or 'nothing'}\nwant {', '.join(IN_ORDER)}", why(last))
    extra = events[call.n_epochs * batches * 3 :]
    fail_unless(not extra, f"after the last batch: {', '.join(extra)}", "want nothing more")


@beside_each_accelerator
@given(on_it=st.booleans(), call=trainings())
def test_training_loop_takes_the_steps_of_gradient_descent(accelerator, on_it, call):
    got, (want, _) = train_beside(accelerator, on_it, call)["weights"], replayed(call)
    fail_unless(len(got) == len(want), f"the optimizer made {len(got)} steps, want {len(want)}")
    for i, (weights, right) in enumerate(zip(got, want, strict=True)):
        for name in PARAMETERS:
            because = f"this is {name} after step {i + 1}; want the one before minus {call.lr} times its gradient"
            assert_close(weights[name], right[name], 100, because)


@beside_each_accelerator
@given(on_it=st.booleans(), call=trainings())
def test_training_loop_returns_the_mean_loss_of_each_epoch(accelerator, on_it, call):
    history, losses = train_beside(accelerator, on_it, call)["history"], replayed(call)[1]
    batches = len(losses) // call.n_epochs
    assert_same(kind_of(history), "list", f"want one loss for each of {call.n_epochs} epochs")
    fail_unless(
        len(history) == call.n_epochs, f"got {len(history)} losses, want one for each of {call.n_epochs} epochs"
    )
    assert_means(history, [losses[i : i + batches] for i in range(0, len(losses), batches)])


def test_training_loop_begins_in_train_mode_when_the_model_arrives_in_eval_mode():
    modes = train("cpu", example(arrives="eval"))["modes"]
    because = "it arrived in eval mode: want model.train()"
    fail_unless({*modes} == {"train"}, f"the model went forward in {modes[0]} mode", because)


def test_training_loop_is_in_train_mode_again_after_somebody_validates_between_epochs():
    modes = train("cpu", example(n_epochs=3, validates=True))["modes"]
    because = "a validation after each epoch leaves it in eval mode: want model.train() at the start of every epoch"
    first = next((i for i, mode in enumerate(modes) if mode != "train"), 0)
    fail_unless({*modes} == {"train"}, f"the model was in {modes[first]} mode in batch {first + 1} of 9", because)


def test_training_loop_with_learning_rate_0_changes_no_bit():
    call = example(lr=0.0)
    after = train("cpu", call)["after"]
    for name in PARAMETERS:
        assert_same(after[name], call["state"][name], f"this is {name}; steps of length 0 leave it as it is")


@pytest.mark.parametrize("frozen", PARAMETERS)
def test_training_loop_moves_only_what_is_trainable(frozen):
    call = example(frozen=frozen)
    after = train("cpu", call)["after"]
    stayed = [name for name in PARAMETERS if torch.equal(after[name], call["state"][name])]
    fail_unless(stayed == [frozen], f"unchanged after training: {stayed}", f"want [{frozen!r}], which is frozen")


@pytest.mark.parametrize(("n_epochs", "lr"), [(0, 0.125), (1, 0.125), (4, 0.125), (4, 5.0), (4, 0.0)])
def test_training_loop_goes_through_the_loader_once_for_each_epoch(n_epochs, lr):
    report = train("cpu", example(n_epochs=n_epochs, lr=lr))  # with 5.0 the loss rises, with 0.0 it stays
    fail_unless(len(report["seen"]) == 3 * n_epochs, f"{len(report['seen'])} batches were used, want {3 * n_epochs}")
    fail_unless(isinstance(report["history"], list), f"the answer is {kind_of(report['history'])}, want list")
    assert_same(len(report["history"]), n_epochs, f"want one loss for each of {n_epochs} epochs")


def test_training_loop_takes_a_shuffled_loader_in_a_new_order_in_each_epoch():
    images = torch.arange(32.0, dtype=torch.float64).reshape(8, 2, 1, 2)
    report = train("cpu", example(images=images, n_epochs=3, shuffle=True))
    times, orders = report["times"], report["orders"]
    fail_unless(times == 3, f"the loader was gone through {times} times in 3 epochs", "it shuffles anew each time")
    because = "for each epoch, this is the first one that had its order: is a seed set in the loop?"
    assert_same(orders, [0, 1, 2], because)
    call = SimpleNamespace(**example(images=images))
    numbers = [batch[:, 0, 0, 0].long() // 4 for batch in report["seen"]]
    assert_same(sorted(torch.cat(numbers).tolist()), sorted([*range(8)] * 3), "these are the images of all epochs")
    batches = [(images[own], call.labels[own]) for own in numbers]
    losses = descent(call, [batches[:3], batches[3:6], batches[6:]])[1]
    assert_means(report["history"], [losses[:3], losses[3:6], losses[6:]])


@on_each_device
@given(turn=st.integers(1, 2), call=trainings(), ways=st.tuples(st.booleans(), st.booleans()))
def test_training_loop_trains_a_model_that_notices_where_and_how_it_is_trained(device, turn, call, ways):
    more = {"arrives": "eval" if ways[0] else "train", "validates": ways[1], "turn": turn}
    report, (weights, losses) = train(device, {**vars(call), **more}), replayed(call, turn)
    batches, history = len(losses) // call.n_epochs, report["history"]
    is_list = kind_of(history) == "list" and len(history) == call.n_epochs
    fail_unless(is_list, "the answer is no list with a loss for each epoch")
    assert_means(history, [losses[i : i + batches] for i in range(0, len(losses), batches)])
    because = "after the last step; the model's scores are others in eval mode, and the labels in each epoch"
    for name in PARAMETERS:
        assert_close(report["after"][name], weights[-1][name], 100, f"this is {name} {because}")


def test_training_loop_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex10_training, "training_loop")
