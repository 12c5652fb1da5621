import pytest
import torch
from hypothesis import given

import ex12_save_load
from assertions import assert_raises, assert_same, fail_unless
from docstring_examples import assert_keeps_examples_there
from plain_strategies import integers, seeds
from probes.ex12_save_load import (
    NAME,
    content_in,
    loaded,
    loaded_from_nowhere,
    loaded_plain,
    refused,
    saved,
    saved_tied,
    stranger_let_in,
    written,
)
from probes.training import outputs_of
from strategies import ACCELERATORS, DEVICES, net_state, whole

on_each_device = pytest.mark.parametrize("device", DEVICES)
as_text_or_path = pytest.mark.parametrize("as_text", [True, False], ids=["str", "Path"])
ENDS = {name: [(saved_on, load_on) for saved_on in ("cpu", name) for load_on in ("cpu", name)] for name in ACCELERATORS}
ALL_ENDS = dict.fromkeys(ends for own in ENDS.values() for ends in own)  # "cpu to cpu" once
from_each_device_to_each = pytest.mark.parametrize("ends", ALL_ENDS, ids=" to ".join)
STATE, IMAGES = net_state(7), whole(8, (5, 2, 1, 2))


def assert_same_state(got, want, where):
    """Named tensors, those and no others, with the same bits."""
    fail_unless(isinstance(got, dict), f"{where}: {got}", "want a state_dict")
    missing, extra = [name for name in want if name not in got], [str(name) for name in got if name not in want]
    what = f"{where} lacks {few_of(missing)}; it has {few_of(extra)} that the model has not"
    fail_unless(not missing + extra, what, "want all of model.state_dict(), buffers too, and nothing else")
    for name, tensor in want.items():
        assert_same(got[name], tensor, f"this is {name} in {where}")


def assert_stands_on(report, device, because):
    what = f"the model stands on {' and '.join(report['devices'])}, want {device}"
    fail_unless(report["devices"] == [device], what, f"{because}; accel is the kit's pretend GPU")


def few_of(names):
    return ", ".join(names[:3]) + ", …" * (len(names) > 3) or "nothing"


def load(ends, weights=STATE, **more):
    accelerator = next((device for device in ends if device != "cpu"), "cpu")
    where = {"accelerator": more.pop("accelerator", accelerator)}
    data = None if "state" in more else ex12_save_load.run_apart(written, ends[0], weights, **where)
    return ex12_save_load.run(loaded, *ends, data, IMAGES, **where, **more)


def content_of(report):
    """What is in the file, read by another process than the one that wrote it."""
    report["content"]  # what the learner's process has read: by this known mistakes are compared
    return ex12_save_load.run_apart(content_in, report.get("bytes"))


def test_save_weights_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex12_save_load, "save_weights")


@as_text_or_path
@pytest.mark.parametrize("name", [NAME, "weights"])
def test_save_weights_writes_one_file_at_the_path(as_text, name):
    names = ex12_save_load.run(saved, "cpu", STATE, as_text=as_text, name=name)["names"]
    assert_same(names, [name], f"the path ends in {name}; this is what is in the folder afterwards")


@on_each_device
def test_save_weights_writes_the_state_dict_and_nothing_else(device):
    report = ex12_save_load.run(saved, device, STATE, accelerator=device)
    assert_same_state(content_of(report), STATE, "the file")


@on_each_device
def test_save_weights_replaces_an_older_file(device):
    report = ex12_save_load.run(saved, device, STATE, accelerator=device, over=net_state(9))
    assert_same_state(content_of(report), STATE, "the file")
    assert_same(report["names"], [NAME], "this is what is in the folder after a second model was saved there")


def test_save_weights_writes_shared_weights_under_each_of_their_names():
    names = ex12_save_load.run(saved_tied)
    want = ["0.bias", "0.scale", "0.weight", "1.bias", "1.scale", "1.weight"]
    assert_same(names, want, "want every name of model.state_dict()")


@on_each_device
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_save_weights_leaves_the_model_as_and_where_it_is(device, training):
    report = ex12_save_load.run(saved, device, STATE, accelerator=device, training=training)
    assert_stands_on(report, device, "saving leaves it where it is")
    assert_same(report["training"], training, "this is model.training after it was saved")
    assert_same_state(report["state"], STATE, "the model after it was saved")


def test_load_weights_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex12_save_load, "load_weights")


@on_each_device
def test_load_weights_returns_the_model_that_it_was_given(device):
    report = load(("cpu", device))
    fail_unless(report["same"], f"the answer is a {report['kind']}, and not the model", "want the model that was given")


@from_each_device_to_each
@pytest.mark.parametrize("stands_there", [False, True], ids=["a model on the CPU", "a model on the device"])
def test_load_weights_puts_the_model_on_the_device(ends, stands_there):
    saved_on, device = ends
    because = f"the file was saved on {saved_on}, and load_weights was asked for {device}"
    assert_stands_on(load(ends, stands_there=stands_there), device, because)


@from_each_device_to_each
def test_load_weights_brings_back_every_bit(ends):
    assert_same_state(load(ends)["state"], STATE, "the model that was loaded")


@on_each_device
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_load_weights_gives_a_model_in_eval_mode(device, training):
    in_train_mode = load(("cpu", device), training=training)["training"]
    because = "ready to predict: dropout and batch norm must not act as in training"
    fail_unless(not in_train_mode, f"in train mode: {', '.join(in_train_mode)}", because)


@pytest.mark.parametrize("accelerator", ACCELERATORS)
@given(way=integers(0, 3), seed=seeds)
def test_load_weights_gives_the_predictions_that_were_saved(accelerator, way, seed):
    got = load(ENDS[accelerator][way], net_state(seed), accelerator=accelerator)["outputs"]
    assert_same(got, outputs_of(net_state(seed), IMAGES), "these are the outputs of the model that was loaded")


@as_text_or_path
def test_load_weights_takes_a_path_as_text_or_path(as_text):
    assert_same_state(load(("cpu", "cpu"), as_text=as_text)["state"], STATE, "the model that was loaded")


@from_each_device_to_each
def test_load_weights_reads_what_save_weights_wrote(ends):
    got = load(ends, state=STATE)["outputs"]
    assert_same(got, outputs_of(STATE, IMAGES), "these are the outputs of the model that was saved and loaded")


@as_text_or_path
def test_load_weights_refuses_a_path_without_a_file(as_text):
    assert_raises(FileNotFoundError, lambda: ex12_save_load.run(loaded_from_nowhere, as_text), NAME)


@pytest.mark.parametrize(("changes", "culprit", "because"), [
    ({"fc.bias": None}, "fc.bias", "the file has no fc.bias"),
    ({"norm.running_var": None}, "norm.running_var", "the file has no norm.running_var"),
    ({"fc2.weight": torch.ones(2, 3)}, "fc2.weight", "the model has no fc2.weight"),
    ({"fc.weight": torch.ones(3, 5)}, "fc.weight", "fc.weight is (3, 5) in the file, (3, 4) in the model"),
    ({"fc.weight": torch.ones(1, 4)}, "fc.weight", "fc.weight is (1, 4) in the file, (3, 4) in the model"),
    ({"fc.bias": torch.ones(1)}, "fc.bias", "fc.bias is (1,) in the file, (3,) in the model"),
])  # fmt: skip
def test_load_weights_refuses_the_file_of_another_network(changes, culprit, because):
    content = {name: tensor for name, tensor in {**STATE, **changes}.items() if tensor is not None}
    types, message = ex12_save_load.run(refused, content)
    raised = f"raised {types[0]}" if types else "raised nothing"
    fail_unless({"RuntimeError", "ValueError"} & {*types}, f"{raised}, want RuntimeError or ValueError", because)
    fail_unless(culprit in message, f"the message does not name {culprit}: {message}", because)


@pytest.mark.parametrize("source", ["nn.Linear(3, 2)", "nn.BatchNorm1d(2, affine=False)", "nn.ReLU()"])
def test_load_weights_takes_models_without_buffers_and_without_parameters(source):
    report = ex12_save_load.run(loaded_plain, source)
    assert_same(report["same"], [], f"these tensors of {source} are not what was saved")
    fail_unless(not report["training"], f"{source} is in train mode", "want a model that is ready to predict")


def test_load_weights_runs_no_code_from_the_file():
    because = "a pickled object in the file was brought to life: leave weights_only at True"
    fail_unless(not ex12_save_load.run(stranger_let_in, STATE), "code from the file was run", because)
