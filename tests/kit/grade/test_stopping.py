"""Ctrl-C stops grading whenever it comes, and the same command goes on from there."""

import contextlib
import json
import os
import signal
import sys

import pytest
from made import RIGHT, write, wrong
from test_grading import NO_WALL, grade_class, records

import processes
from kit.grade import stopping
from kit.grade.merging import without_seconds
from kit.grade.stopping import SAID, held_back, listen, stop_if_asked

INTERRUPTED = (130, -signal.SIGINT)  # Python's own way, where the exception has gone through an exec
GRADE = """
import os, signal, sys, time
from kit.grade.__main__ import main

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)

{before}
sys.exit(main(sys.argv[1:]))
"""
WHILE_COLLECTING = """
import pytest
run = pytest.main

class Interrupting:
    def pytest_collectstart(self):
        interrupt()

pytest.main = lambda command, plugins: run(command, [*plugins, Interrupting()])
"""
SWALLOWED_WHILE_DRAWING = """
from kit.grade import grading

def draw(*_):
    try:
        interrupt()
    except KeyboardInterrupt:
        pass

grading.draw_examples = draw
"""
IN_A_NEW_FORK = """
fork = os.fork

def forked():
    pid = fork()
    if pid == 0:
        os.kill(os.getpid(), signal.SIGINT)
    return pid

os.fork = forked
"""


@pytest.fixture
def listening():
    """In this process, until the test is over."""
    before = {number: signal.getsignal(number) for number in stopping.SIGNALS}
    listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_what_was_swallowed_is_raised_at_the_next_step(listening):
    stop_if_asked()
    for number in stopping.SIGNALS:
        listen()
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        with pytest.raises(KeyboardInterrupt):
            stop_if_asked()


def test_a_signal_that_is_held_back_comes_later(listening):
    seen = []
    with contextlib.suppress(KeyboardInterrupt), held_back():
        os.kill(os.getpid(), signal.SIGINT)
        seen.append(stopping.is_asked)
    assert [*seen, stopping.is_asked] == [False, True]


def test_a_signal_that_was_ignored_stays_so(listening, monkeypatch):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listen()
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def grade_with(tmp_path, before):
    """Grade a class of one in a process in which something happens first."""
    write(tmp_path / "class/ana", ex03_output_size=RIGHT)
    command = [sys.executable, "-c", GRADE.format(before=before), tmp_path / "class", "--out", tmp_path / "out"]
    done = processes.run(*map(str, [*command, "--examples", 15, "--seed", 1, *NO_WALL]), timeout=60)
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("before", ["interrupt()", WHILE_COLLECTING, SWALLOWED_WHILE_DRAWING])
def test_an_early_interrupt_is_not_lost(tmp_path, before):
    if before == "interrupt()":
        before = "from kit.grade import commands, cohort\ncohort.entries = lambda folder: interrupt()"
    status, said = grade_with(tmp_path, before)
    assert said.endswith(f"{SAID}\n")
    assert said.count("\n") == 2
    assert status in INTERRUPTED


@pytest.mark.slow
def test_a_judge_that_is_interrupted_at_once_does_not_go_on_as_its_parent(tmp_path):
    status, said = grade_with(tmp_path, IN_A_NEW_FORK)
    assert (status, said) == (1, "")
    (made,) = records(tmp_path / "out").values()
    assert made["not_judged"] == 4


@pytest.mark.slow
def test_who_is_interrupted_before_anything_is_loaded_gets_no_traceback(tmp_path):
    code = (
        "from kit.grade import stopping as s; s.listen_early(); import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    )
    done = processes.run(sys.executable, "-c", code)
    assert (done.returncode, done.stderr) == (130, f"{SAID}\n")


@pytest.mark.slow
def test_an_interrupted_class_has_the_records_of_one_that_was_not(tmp_path):
    people = {"ana": RIGHT, "bo": wrong().source, "cy": wrong(1).source, "di": "while True: pass\n", "ed": "def f(:\n"}
    people |= {f"z{i}": f"{RIGHT}\n# {i}\n" for i in range(4)}
    for name, source in people.items():
        write(tmp_path / "class" / name, ex03_output_size=source)
    about = ["--seed", "1", "--seconds", "1", "--partial"]
    for count, jobs in enumerate((1, 3)):
        assert grade_class(tmp_path / "class", tmp_path / f"whole{count}", *about, "--jobs", jobs)[0] == 0
    command = [sys.executable, "-m", "kit.grade", tmp_path / "class", "--out", tmp_path / "parts", "--examples", 15]
    for number in range(1, 4):
        with processes.start(*map(str, [*command, *NO_WALL, *about]), stderr=-1) as grading:
            while len(records(tmp_path / "parts")) < number and grading.poll() is None:
                pass
            grading.send_signal(signal.SIGINT)
            grading.communicate(timeout=60)
    assert grade_class(tmp_path / "class", tmp_path / "parts", *about)[0] == 0
    assert [path.name for path in (tmp_path / "parts").glob(".new-*")] == []
    texts = [text_of_records(tmp_path / name) for name in ("whole0", "whole1", "parts")]
    assert texts[0] == texts[1] == texts[2]
    assert len(texts[0]) == len(people)


def text_of_records(out):
    """The bytes of records, times apart."""
    return {name: json.dumps(without_seconds(made)) for name, made in records(out).items()}
