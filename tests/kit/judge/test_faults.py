"""What the system refuses, and what ends before its time, is survived; none of it is the learner's fault."""

import os
import re
import shutil
import signal
import sys
import time

import pytest

from kit.course.manifest import ROOT
from kit.learner import serve_forks
from kit.learner.fork_server import ForkServer
from kit.learner.worker import Job
from processes import children, descendants, run_pytest, say_running, start, who_runs

pytestmark = pytest.mark.slow

REFUSING = """
import errno, os, socket
from multiprocessing import connection

os.environ["OPENBLAS_NUM_THREADS"] = "1"
left = {allowed}

def sometimes(work):
    def tried(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return work(*args, **kwargs)
    return tried

{refused} = sometimes({refused})
import kit.judge.starters
kit.judge.starters.cores = lambda: 2
"""


@pytest.fixture
def refusing(tmp_path, monkeypatch):
    """Judge the model answers where the system refuses something from a certain time on."""

    def run(refused, allowed, *arguments):
        (tmp_path / "refusing.py").write_text(REFUSING.format(refused=refused, allowed=allowed))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        return run_pytest("--solutions", "-p", "refusing", *arguments, timeout=120)

    return run


@pytest.mark.parametrize("allowed", range(3, 6))
def test_with_fewer_processes_fewer_judges_find_the_same(refusing, allowed):
    """Two fork servers take two forks, each of them forks one ahead, and then come the judges."""
    status, screen = refusing("os.fork", allowed, "ex03", "ex07")
    assert status == 0, screen
    assert "9 of 9 functions done" in screen


def test_a_fork_that_was_refused_is_tried_again_when_it_is_needed(monkeypatch):
    """The process that waits for a job could not be forked; by then another one has ended."""
    refusals = iter([OSError(11, "Resource temporarily unavailable")])
    fork_ahead = serve_forks._fork_ahead

    def refused_once(pids):
        return next((serve_forks.refusal(error) for error in refusals), None) or fork_ahead(pids)

    monkeypatch.setattr(serve_forks, "_fork_ahead", refused_once)
    server = ForkServer()
    try:
        process = server.start(
            Job(
                "no_file.py", "no_probes.py", [], [], seconds=1.0, import_seconds=1.0, memory=1 << 30, accelerator="cpu"
            )
        )
        assert process.channel.receive()[0]["word"] == "crashed"  # there is no such file
        process.end()
    finally:
        server.close()


def test_without_a_single_fork_learner_processes_are_new_interpreters(refusing):
    status, screen = refusing("os.fork", 0, "ex03")
    assert status == 0, screen
    assert "in fresh processes" in screen


@pytest.mark.parametrize("allowed", range(2))
def test_without_pipes_one_judge_does_it_all(refusing, allowed):
    status, screen = refusing("os.pipe", allowed, "ex03", "ex07")
    assert status == 0, screen


def test_a_fork_server_that_can_fork_nothing_is_not_the_learners_fault(refusing):
    status, screen = refusing("os.fork", 1, "ex03.same_padding")
    assert status == 1
    assert "not judged: same_padding" in screen
    assert "no learner process can be started: Resource temporarily unavailable" in " ".join(screen.split())
    assert "Traceback" not in screen


def test_a_fork_server_that_is_gone_is_not_the_learners_fault(tmp_path):
    submission = tmp_path / "exercises"
    shutil.copytree(ROOT / "solutions", submission)
    running, slow = submission / "running", "import time\n\n\ndef same_padding(kernel_size):\n"
    slow += f"    {say_running(running)}\n    time.sleep(4)\n    return kernel_size // 2\n"
    with open(submission / "ex03_output_size.py", "a") as file:
        file.write(f"\n\n{slow}")
    command = [sys.executable, "-m", "pytest", f"--folder={submission}", "ex03.same_padding", "-x"]
    judge = start(*command, stdout=-1, stderr=-1)
    while not who_runs(running):
        assert judge.poll() is None
        time.sleep(0.01)
    (server,) = children(judge.pid)
    os.kill(server, signal.SIGKILL)
    screen = " ".join(judge.communicate(timeout=60)[0].split())
    assert judge.returncode == 1
    assert "not judged: same_padding" in screen
    assert not re.search("wrong|crashed|Traceback", screen)
    assert descendants(judge.pid) == []


def test_a_judge_that_is_stopped_and_continued_finds_nothing_slow(tmp_path):
    """The judge waits for an answer while it is stopped, longer than a call may take; the learner process goes on."""
    submission = tmp_path / "exercises"
    shutil.copytree(ROOT / "solutions", submission)
    running = submission / "running"
    work = f"    {say_running(running)}\n    time.sleep(0.2)\n    return right(kernel_size)\n"
    with open(submission / "ex03_output_size.py", "a") as file:
        file.write(f"\n\nimport time\n\nright = same_padding\n\n\ndef same_padding(kernel_size):\n{work}")
    command = [sys.executable, "-m", "pytest", f"--folder={submission}", "ex03.same_padding", "-x", "--seconds=0.6"]
    judge = start(*command, stdout=-1, stderr=-1, start_new_session=True)
    while not who_runs(running):
        assert judge.poll() is None
        time.sleep(0.01)
    for _ in range(2):
        os.killpg(judge.pid, signal.SIGSTOP)
        time.sleep(2)
        os.killpg(judge.pid, signal.SIGCONT)
        time.sleep(0.3)
    screen = judge.communicate(timeout=60)[0]
    assert judge.returncode == 0, screen
