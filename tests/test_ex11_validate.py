import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ex11_validate
from assertions import assert_moved, assert_same, fail_unless, kind_of
from docstring_examples import assert_keeps_examples, assert_keeps_examples_there
from plain_strategies import seeds
from probes.ex11_validate import predicted, validated
from probes.training import outputs_of
from strategies import ACCELERATORS, DEVICES, labelled, net_state, tensors, validations, whole

on_each_device = pytest.mark.parametrize("device", DEVICES)
MIXED = ["eval, but dropout in train", "train, but batch norm in eval"]
in_each_mode = pytest.mark.parametrize("arrives", ["train", "eval", *MIXED])
sides = st.integers(1, 4)
SEVEN, FOUR = labelled(1, 7), labelled(3, 4)


def first_largest(outputs):
    """The class of the largest score, in plain Python."""
    return torch.tensor([row.index(max(row)) for row in outputs.tolist()])


def shares(call):
    """How many of its samples a network gets right: {"train": (right, all), "val": (right, all)}."""
    right = {}
    for name in ("train", "val"):
        images, labels = getattr(call, name)
        right[name] = int((first_largest(outputs_of(call.state, images)) == labels).sum()), len(labels)
    return right


def assert_accuracies(answer, right, why=""):
    """Plain floats, each the share of the samples that are right."""
    fail_unless(type(answer) is dict, f"the answer is {kind_of(answer)}, want dict")
    fail_unless(set(answer) == {"train", "val"}, f"the keys are {list(answer)}, want 'train' and 'val'")
    for name, (correct, total) in right.items():
        got = answer[name]
        because = f"{correct} of {total} samples are right{why and ': '}{why}"
        fail_unless(type(got) is float, f"the {name} accuracy is a {kind_of(got)}, want a plain float", because)
        is_right = abs(got - correct / total) < 1e-6
        fail_unless(is_right, f"the {name} accuracy is {got}, want {correct / total:.6g}", because)


def examine(device, state=None, train=SEVEN, val=FOUR, accelerator=None, **more):
    """A validation on the device, in a process that has it or another accelerator."""
    about = device, state or net_state(4), train, val
    return ex11_validate.run(validated, *about, accelerator=accelerator or device, **more)


@given(outputs=tensors(sides, sides))
def test_predict_gives_the_class_of_the_largest_score(outputs):
    assert_same(ex11_validate.predict(outputs), first_largest(outputs), "want one class for each row")


@given(outputs=st.integers(2, 4).flatmap(lambda side: tensors(side, side)))
def test_predict_looks_along_the_classes_when_there_are_as_many_samples(outputs):
    assert_same(ex11_validate.predict(outputs), first_largest(outputs), "rows are samples, columns are classes")


@given(seed=seeds, n=st.integers(1, 40), k=st.integers(2, 40))
def test_predict_takes_the_first_of_equal_scores(seed, n, k):
    outputs = whole(seed, (n, k)).clamp(-1, 1)
    assert_same(ex11_validate.predict(outputs), first_largest(outputs), "of equal scores the first one counts")


@given(outputs=tensors(sides, sides))
def test_predict_keeps_its_answer_when_all_scores_change_alike(outputs):
    want = ex11_validate.predict(outputs)
    for other in (outputs - 10, outputs * 0.125, outputs.softmax(1), outputs * 20):
        assert_same(ex11_validate.predict(other), want, "what was largest is still largest")


@given(outputs=tensors(sides, sides))
def test_predict_takes_large_scores(outputs):
    want = ex11_validate.predict(outputs)
    assert_same(ex11_validate.predict(outputs * 1000), want, "want the classes for scores a thousandth as large")


@given(seed=seeds, n=st.integers(1, 5))
def test_predict_judges_each_sample_alone(seed, n):
    outputs = whole(seed, (n, 3))
    alone = torch.cat([ex11_validate.predict(row[None]) for row in outputs])
    assert_same(ex11_validate.predict(outputs), alone, "want what each row gives as a batch of one")


@on_each_device
def test_predict_answers_on_the_device_of_the_outputs(device):
    outputs = whole(7, (3, 4))
    told = ex11_validate.run(predicted, device, outputs, accelerator=device)
    assert_same(told["answer"], first_largest(outputs), f"the outputs are on {device}")
    what = f"the outputs are on {device}, the answer is on {told['device']}"
    fail_unless(told["device"] == device, what, "whoever compares it with labels has these on the device too")


def test_predict_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex11_validate, "predict")


def test_validate_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex11_validate, "validate")


@on_each_device
def test_validate_moves_images_labels_and_model_to_the_device(device):
    assert_moved(examine(device)["stayed"], device)


@on_each_device
@in_each_mode
def test_validate_runs_every_layer_in_eval_mode(device, arrives):
    modes = examine(device, arrives=arrives)["modes"]
    because = f"the model arrived in {arrives} mode; dropout and batch norm must not act as in training"
    fail_unless(not any(modes), f"a layer was in train mode in {sum(modes)} of {len(modes)} batches", because)


@pytest.mark.parametrize("accelerator", ACCELERATORS)
@given(on_it=st.booleans(), call=validations())
def test_validate_counts_right_answers_over_all_samples(accelerator, on_it, call):
    device = accelerator if on_it else "cpu"
    assert_accuracies(examine(device, accelerator=accelerator, **vars(call))["answer"], shares(call))


@on_each_device
@pytest.mark.parametrize(("right", "wrong"), [("train", "val"), ("val", "train")])
def test_validate_keeps_train_and_val_apart(device, right, wrong):
    images = whole(5, (6, 2, 1, 2))
    classes = first_largest(outputs_of(net_state(4), images))
    sets = {right: (images, classes), wrong: (images, (classes + 1) % 3)}
    assert_accuracies(examine(device, **sets)["answer"], {right: (6, 6), wrong: (0, 6)})


@on_each_device
@pytest.mark.parametrize("batch_size", [1, 3, 20])
def test_validate_does_not_depend_on_batches_or_their_order(device, batch_size):
    images, labels = whole(6, (20, 2, 1, 2)), torch.arange(20) // 7  # sorted by class
    order = torch.randperm(20, generator=torch.Generator().manual_seed(batch_size))
    in_order = examine(device, train=(images, labels), val=FOUR, batch_size=5)["answer"]
    mixed = examine(device, train=(images[order], labels[order]), val=FOUR, batch_size=batch_size)["answer"]
    assert_same(mixed, in_order, f"want the same for the same samples, mixed and in batches of {batch_size}")


@on_each_device
@in_each_mode
def test_validate_leaves_the_model_in_the_mode_in_which_it_came(device, arrives):
    report = examine(device, arrives=arrives)
    because = "want the mode that model.training said before"
    left = "train" if report["training"] else "eval"
    came = arrives.split(",")[0]
    fail_unless(left == came, f"the model came in {came} mode and is left in {left} mode", because)
    allowed = {name: {was, came == "train"} for name, was in report["layers before"].items()}
    others = [name for name, training in report["layers"].items() if training not in allowed[name]]
    fail_unless(not others, f"the model is in {came} mode again, but not {', '.join(others)}", because)


@on_each_device
def test_validate_leaves_parameters_buffers_and_gradients_alone(device):
    report = examine(device)
    for name, want in net_state(4).items():
        assert_same(report["state"][name], want, f"this is {name}; a validation is no training")
    trainable = [name for name in report["gradients"] if name != "norm.bias"]
    assert_same(report["trainable"], trainable, "these are trainable afterwards; norm.bias was frozen before")
    for name, got in report["gradients"].items():
        fail_unless(got is not None, f"the gradient of {name} is gone", "a validation empties nothing")
        assert_same(got, torch.full_like(net_state(4)[name], 7), f"this is the gradient of {name}, which was 7")


@on_each_device
def test_validate_builds_no_graph(device):
    report = examine(device)
    graphs = f"the outputs of {sum(report['graphs'])} of {len(report['graphs'])} batches remember how they were made"
    fail_unless(not any(report["graphs"]), graphs, "nothing here needs a gradient: want torch.no_grad()")
    fail_unless(report["autograd"], "gradients are off after the call", "want them off inside only")


@on_each_device
@pytest.mark.parametrize("as_list", [True, False])
def test_validate_goes_through_each_loader_once(device, as_list):
    report = examine(device, as_list=as_list)
    assert_same(report["times"], [1, 1], "these are the times that train_loader and val_loader were gone through")
    assert_same(len(report["modes"]), 5, "these are the batches that the model saw: 3 for training, 2 for validation")


@on_each_device
@given(seed=seeds, turn=st.integers(1, 2), arrives=st.sampled_from(["train", "eval", "eval, but dropout in train"]))
def test_validate_asks_a_model_that_notices_where_and_how_it_is_asked(device, seed, turn, arrives):
    train, val = (labelled_for_turns(seed + i) for i in range(2))
    answer = examine(device, train=train, val=val, arrives=arrives, as_list=bool(seed % 2), turn=turn)["answer"]
    because = "the model gives other scores in train mode, with a graph and elsewhere, and labels are right once"
    right = {name: (count_right(*data, turn), len(data[1])) for name, data in (("train", train), ("val", val))}
    assert_accuracies(answer, right, because)


def labelled_for_turns(seed):
    """Seven images for net_state(4), of whose labels other numbers are right if its scores are turned or not."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(7, 2, 1, 2, dtype=torch.float64, generator=generator)
    turns = torch.randperm(3, generator=generator)[[0, 1, 1, 2, 2, 2, 2]]
    return images, (outputs_of(net_state(4), images).argmax(1) + turns) % 3


def count_right(images, labels, turn):
    """How many labels are those of the classes with the largest score, if these are turned."""
    return int(((outputs_of(net_state(4), images).argmax(1) + turn) % 3 == labels).sum())
