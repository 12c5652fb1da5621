"""Fork servers from a clean interpreter: the judge is in nobody's memory, and nobody is left when it has gone."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

import processes
from kit.course.manifest import ROOT, Exercise
from kit.learner.clean_servers import CleanServers
from kit.learner.process import StartError
from kit.learner.stand_in import Learner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there fork servers can be forked by another")

LOOKING = """
import gc, os, sys, weakref

def asked(look): return weakref.finalize(asked, look)()  # in the name of a library, which may look

def modules(*names): return [name for name in names if name in sys.modules]

def functions():
    gc.unfreeze()
    return sorted({str(each.__module__).split(".")[0] for each in asked(gc.get_objects) if type(each) is type(modules)})

def above():
    frame, names = asked(sys._getframe), []
    while frame := frame.f_back: names.append(frame.f_globals["__name__"])
    return [name for name in names if name != __name__]

def parents(): return os.getppid(), "HUSH" in os.environ
"""


def wait_for_the_end(pids):
    """It comes a moment after a process has let go of its socket."""
    while any(map(processes.is_running, pids)):
        time.sleep(0.01)


@pytest.fixture
def servers(monkeypatch):
    monkeypatch.setenv("HUSH", "secret")
    made = CleanServers(has_torch=False)
    yield made
    made.close()


@pytest.fixture
def make(servers, tmp_path):
    """A function that gives a learner with a fork server of its own."""
    learners = []

    def make(code):
        path = tmp_path / f"ex9{len(learners)}_sample.py"
        path.write_text(code)
        learners.append(Learner(Exercise(path.stem, "a sample", 1, 1, {"f": 1}, ()), path, servers.fork_server()))
        return learners[-1]

    yield make
    for learner in learners:
        learner.workers.starter.close()


def test_nothing_of_the_judge_is_in_the_memory_of_a_learner_process(make):
    learner = make(LOOKING)
    assert learner.modules("pytest", "hypothesis", __name__, "kit.judge", "kit.grade") == []
    assert not {"pytest", "_pytest", "hypothesis", __name__} & {*learner.functions()}
    assert set(learner.above()) <= {"__main__", "runpy", "kit.learner.worker", "kit.learner.serve_forks"}
    assert learner.parents() == (learner.workers.starter.pid, False)


def test_each_has_a_fork_server_of_its_own_and_goes_with_it(make, servers):
    one, other = make(LOOKING), make(LOOKING)
    pids = [learner.parents()[0] for learner in (one, other)]
    assert pids[0] != pids[1]
    begun = processes.descendants(servers.process.pid)
    one.workers.starter.close()
    wait_for_the_end(pids[:1])
    assert not Path(one.workers.starter.base or "/nowhere").exists()
    assert other.parents()[0] == pids[1]
    other.workers.starter.close()
    servers.close()
    wait_for_the_end(begun)


def test_a_fork_server_that_is_gone_can_start_nobody(make):
    learner = make(LOOKING)
    learner.parents()
    os.kill(learner.workers.starter.pid, signal.SIGKILL)
    with pytest.raises(StartError):
        learner.end()
    with pytest.raises(StartError):
        learner.parents()


LEFT = """
import os, sys
from kit.learner.clean_servers import CleanServers
servers = CleanServers(has_torch=False)
print(servers.fork_server().pid, servers.process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_all_end_with_a_judge_that_is_killed():
    done = processes.run(sys.executable, "-c", LEFT, env={"PYTHONPATH": str(ROOT)})
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2, done.stderr
    wait_for_the_end(pids)
