"""Learners made from a few lines of code, and trainings of a few pictures, for the tests of the kit itself."""

import os
import shutil
import textwrap

import pytest

import browser as real_browser
import processes
from kit.course.manifest import ROOT, Exercise
from kit.learner.fork_server import CleanForkServer, ForkServer, FreshInterpreters
from kit.learner.lazy_torch import load_torch
from kit.learner.process import can_fork
from kit.learner.stand_in import Learner
from kit.learner.workers import DEFAULT_LIMITS
from kit.training import __main__ as train
from kit.training import session
from side_by_side import SideBySide

for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
    os.environ[name] = ""  # these tests say the same beside a GPU; nox -s bench -- --gpu uses it
os.environ.pop("NOX_CURRENT_SESSION", None)  # it changes the commands that are said
processes.handle_signals_by_default()
load_torch()
STARTERS = {"fresh": FreshInterpreters()}


def start_fork_server():
    """Begin with one that is of this process alone, while it has one thread."""
    if "forked" in STARTERS:
        STARTERS.pop("forked").disconnect()
    if can_fork():
        STARTERS["forked"] = ForkServer()


start_fork_server()

ERRORS = (
    r"error:::(kit|test_|processes|accelerating|watched|browser|assertions|strategies|probes|mistakes)",
    "error::pytest.PytestUnraisableExceptionWarning",
    "error::pytest.PytestUnhandledThreadExceptionWarning",
)


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes seconds, so that it is run beside others of its file")
    config.pluginmanager.register(SideBySide(config, start_fork_server))


def pytest_collection_modifyitems(items):
    """What the kit's code and tests warn of is an error in these tests; what other packages warn of is theirs."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "kit"):
            for each in ERRORS:
                item.add_marker(pytest.mark.filterwarnings(each))


def pytest_sessionfinish():
    for starter in STARTERS.values():
        starter.close()


@pytest.fixture
def make_learner(tmp_path):
    """A function that writes code into a file and gives the learner that stands for it."""
    learners = []

    def make(code, forbidden=(), starter="forked", name="ex99_sample", limits=DEFAULT_LIMITS, function="f"):
        path = tmp_path / f"{name}.py"
        if code is not None:
            path.write_bytes(code if isinstance(code, bytes) else textwrap.dedent(code).encode())
        exercise = Exercise(name, "a sample", 1, 1, {function: 1}, tuple(forbidden))
        if starter == "clean":
            STARTERS["clean"] = STARTERS.get("clean") or CleanForkServer()
        learners.append(Learner(exercise, path, STARTERS[starter], limits))
        return learners[-1]

    yield make
    for learner in learners:
        learner.end()


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """A function that trains the copies of the solutions in a folder of the test's own."""
    shutil.copytree(ROOT / "solutions", tmp_path / "exercises")
    monkeypatch.setattr(session, "ROOT", tmp_path)

    def run(*arguments, out="out"):
        status = train.main([*arguments, "--out", str(tmp_path / out)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A real browser, which shows one page after the other."""
    yield from real_browser.started(tmp_path_factory.mktemp("profile"))
