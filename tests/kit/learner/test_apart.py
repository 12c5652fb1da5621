"""What the judge can look at itself it does not ask of a learner's process, which could make it up."""

import pytest
import torch

from kit.learner.call import LearnerError, ProbeResult
from probes.ex12_save_load import content_in, loaded, saved, written
from processes import run_pytest
from strategies import net_state, whole

pytestmark = pytest.mark.slow

DOES_NOTHING = """
import torch

P = None

def saved(module, device, state, as_text=False, training=True, over=None):
    about = {"training": training, "devices": [device], "state": state}
    return {**about, "names": ["weights.pt"], "content": state}

def loaded(module, saved_on, load_on, state, images, **_):
    about = {"kind": "Net", "same": True, "devices": [load_on], "training": []}
    return {**about, "state": state, "outputs": P.Net(state).eval()(images).detach()}

def saved_tied(module): return ["0.bias", "0.scale", "0.weight", "1.bias", "1.scale", "1.weight"]
def loaded_plain(module, source): return {"same": [], "training": False}
def stranger_let_in(module, state): return False

def answer(worker, header, body):
    global P
    P = worker.probes
    for function in (saved, loaded, saved_tied, loaded_plain, stranger_let_in):
        if hasattr(P, function.__name__):
            setattr(P, function.__name__, function)
    return honest(worker, header, body)

for Worker in object.__subclasses__():
    if Worker.__module__ == "kit.learner.worker" and hasattr(Worker, "answer"):
        Worker.answer, honest = answer, Worker.answer

def save_weights(model, path): pass
def load_weights(model, path, device): return model.to(device).eval()
"""


def test_a_file_that_does_nothing_and_replaces_the_probes_is_not_done(tmp_path):
    (tmp_path / "ex12_save_load.py").write_text(DOES_NOTHING)
    status, screen = run_pytest("ex12", folder=tmp_path)
    assert status == 1
    assert "0 of 2 functions done" in screen


def test_a_probe_that_is_run_apart_has_no_learners_code_beside_it(make_learner):
    learner = make_learner(DOES_NOTHING, name="ex12_save_load")
    state, images = net_state(7), whole(8, (5, 2, 1, 2))
    data = learner.run_apart(written, "cpu", state)
    content = learner.run_apart(content_in, data)
    assert all(torch.equal(content[name], tensor) for name, tensor in state.items())
    report = learner.run(saved, "cpu", state)
    assert isinstance(report, ProbeResult)
    assert (
        learner.run_apart(content_in, report.get("bytes"))
        == "torch.load(weights_only=True) refuses it: FileNotFoundError"
    )
    assert [call.header["probe"] for call in learner.calls] == ["saved"]
    with pytest.raises(LearnerError):  # there is no state to be made up from
        learner.run(loaded, "cpu", "cpu", data, images)


def test_what_a_stranger_sends_as_a_file_is_read_by_another_process(make_learner):
    learner = make_learner("def save_weights(model, path): pass", name="ex12_save_load")
    for data in (None, torch.zeros(9, dtype=torch.uint8), torch.ones(2), "x"):
        assert str(learner.run_apart(content_in, data)).startswith("torch.load(weights_only=True) refuses it")
