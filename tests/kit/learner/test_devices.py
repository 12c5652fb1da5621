"""Each accelerator has learner processes of its own, and the judge's process never starts CUDA. No GPU is needed."""

import json
import os
import sys
from collections import defaultdict

import pytest
import torch

from kit.learner import devices
from kit.learner.process import StartError
from processes import run, run_pytest

pytestmark = pytest.mark.slow

PLUGIN = """
import json, os, sys, time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import torch
from kit.learner import devices, wall, worker

file, build = None, wall.build

def note(**facts):
    print(json.dumps(facts | {{"pid": os.getpid()}}), file=file or open({notes!r}, "a"), flush=True)

def open_and_build(*arguments, **more):
    global file
    file = open({notes!r}, "a")  # which cannot be opened from behind the wall
    build(*arguments, **more)

wall.build = open_and_build

{code}
"""

ANOTHER = """
devices.real_accelerators = lambda: ("cpu:0",)  # what can be told from the CPU by its name alone
answer = worker.Worker.answer

def answer_and_note(self, header, body):
    reply = answer(self, header, body)
    has_pretend = torch._C._get_privateuse1_backend_name() == devices.PRETEND
    note(asked=header.get("accelerator", devices.CPU), has_pretend=has_pretend)
    return reply

worker.Worker.answer = answer_and_note
"""


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """Run pytest with a plugin; gives status, screen, and what the plugin noted."""

    def run(code, *arguments):
        notes = tmp_path / "notes"
        (tmp_path / "noting.py").write_text(PLUGIN.format(notes=str(notes), code=code))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        status, screen = run_pytest("--solutions", "-p", "noting", *arguments)
        return status, screen, [json.loads(line) for line in notes.read_text().splitlines()]

    return run


def test_no_process_that_has_had_the_pretend_accelerator_is_asked_about_another(noted):
    _, screen, notes = noted(ANOTHER, "ex08", "ex10", "ex11", "ex12.save_weights")
    asked, pretend = defaultdict(set), defaultdict(bool)
    for each in notes:
        asked[each["pid"]].add(each["asked"])
        pretend[each["pid"]] |= each["has_pretend"]
    assert {*map(frozenset, asked.values())} == {*map(frozenset, [["cpu"], ["accel"], ["cpu:0"]])}
    assert {pid for pid in asked if pretend[pid]} == {pid for pid in asked if asked[pid] == {"accel"}}
    assert "done: pick_device, training_loop" in screen


SLOW_TO_START = """
devices.real_accelerators = lambda: (devices.CUDA,)

def warm_up():
    note(what="warm")
    time.sleep(1.5)

devices._warm_up = warm_up
picked = worker.Worker.answer

def answer_and_note(self, header, body):
    note(what=header.get("accelerator", devices.CPU))
    return picked(self, header, body)

worker.Worker.answer = answer_and_note
"""


def test_an_accelerator_is_started_where_it_is_asked_about_and_not_in_the_learners_time(noted):
    _, screen, notes = noted(SLOW_TO_START, "ex10.pick_device", "ex10.training_loop", "--seconds=0.7")
    assert "done: pick_device" in screen  # which has 0.7 s for a call, and 0.5 s of grace
    warm = [note["pid"] for note in notes if note["what"] == "warm"]
    assert len(warm) == len({*warm})
    assert {*warm} == {note["pid"] for note in notes if note["what"] == devices.CUDA}
    assert {note["pid"] for note in notes if note["what"] == devices.PRETEND}.isdisjoint(warm)


LOOKED = """
devices.DRIVERS = (sys.executable,)  # which is there
torch.cuda.is_available = lambda: note(what="asked")
"""


def test_whether_there_is_a_gpu_is_asked_once_in_a_process_that_ends(noted):
    code = LOOKED + "torch.version.cuda = '13.0'\nnote(what='judge')"
    status, screen, notes = noted(code, "ex11.predict", "ex08.Net")
    judge, *asked = notes
    assert status == 0, screen
    assert [note["what"] for note in asked] == ["asked"]
    assert asked[0]["pid"] != judge["pid"]
    assert "in forked processes" in screen


def test_a_build_of_torch_without_cuda_asks_nobody(noted):
    code = LOOKED + "torch.version.cuda = torch.version.hip = None\nnote(what='judge')"
    status, _, notes = noted(code, "ex11.predict")
    assert status == 0
    assert [note["what"] for note in notes] == ["judge"]


@pytest.mark.parametrize(("answer", "there"), [(1, ()), (0, ("cuda",))])
def test_cuda_counts_as_there_if_a_small_sum_on_it_is_right(monkeypatch, answer, there):
    monkeypatch.setattr(devices, "DRIVERS", (os.curdir,))
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(devices, "cuda_works", lambda: not answer)
    monkeypatch.setattr(devices, "can_fork", lambda: True)
    assert devices.real_accelerators.__wrapped__() == there


def test_a_driver_that_fails_is_no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", lambda *_, **__: exec("raise RuntimeError('no CUDA-capable device')"))
    assert not devices.cuda_works()


def test_a_process_that_has_had_the_pretend_accelerator_refuses_cuda(monkeypatch):
    monkeypatch.setattr(devices, "here", devices.PRETEND)
    with pytest.raises(StartError, match="ask for one check alone"):
        devices.use(devices.CUDA)


THREAD = "import threading\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"


def test_a_judge_with_threads_forks_learner_processes_from_a_clean_process(noted):
    status, screen, _ = noted(f"{THREAD}note(what='judge')", "ex03", "ex05")
    assert status == 0, screen
    assert "in processes forked from a clean one" in screen


CLEAN_SLATE = """
import os, sys, torch
from kit.learner import devices, worker

told, devices.here = os.dup(1), sys.argv[1]
process = object.__new__(worker.Worker)
process.channel, process.home, process.nowhere = None, os.getcwd(), os.open(os.devnull, os.O_RDWR)
process.clean_slate()
os.write(told, str(torch.are_deterministic_algorithms_enabled()).encode())
"""


@pytest.mark.parametrize(("here", "fills"), [(devices.CPU, "True"), (devices.PRETEND, "True"), (devices.CUDA, "False")])
def test_unset_memory_is_filled_where_torch_does_not_warn_of_it(here, fills):
    done = run(sys.executable, "-c", CLEAN_SLATE, here)
    assert (done.stdout, done.stderr) == (fills, "")
