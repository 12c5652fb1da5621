"""Code that stops at a breakpoint, where nobody can type, is told how to get a prompt."""

import sys

import pexpect
import pytest

from kit.course.manifest import ROOT
from kit.learner.call import LearnerError, NoAnswer
from processes import environment

ASKING = {
    "breakpoint": "breakpoint()",
    "pdb": "import pdb; pdb.set_trace()",
    "input": "input('? ')",
    "stdin": "import sys; sys.stdin.read()",
    "a line of stdin": "import sys; next(sys.stdin)",
}
CODE = """
def _helper(x):
    {asking}
    return x

def correlate2d(image, kernel):
    return _helper(image)

def elsewhere(x):
    return _helper(x)

class Net:
    def __init__(self):
        _helper(self)
"""


def complaint(call, *args):
    with pytest.raises(LearnerError) as caught:
        call(*args)
    assert caught.value.account.word == "crashed"
    assert caught.value.account.types[0] == "NoPromptError"
    return caught.value.account.message


@pytest.mark.parametrize("starter", ["forked", "fresh"])
@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
def test_whatever_waits_for_somebody_to_type_says_how_to_get_a_prompt(make_learner, monkeypatch, asking, starter):
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    learner = make_learner(CODE.format(asking=asking), name="ex01_correlate", starter=starter)
    end = "nobody can type here; for a prompt:\npytest {} --in-process -s"
    assert complaint(learner.correlate2d, 1, 2) == end.format("ex01.correlate2d")
    assert complaint(learner.elsewhere, 1) == end.format("ex01")


def test_a_class_of_the_exercise_is_named(make_learner):
    learner = make_learner(CODE.format(asking="breakpoint()"), name="ex08_net")
    assert "ex08.Net --in-process -s" in complaint(learner.Net)


def test_under_nox_the_line_is_one_for_nox(make_learner, monkeypatch):
    monkeypatch.setenv("NOX_CURRENT_SESSION", "watch")
    learner = make_learner(CODE.format(asking="breakpoint()"), name="ex01_correlate", starter="fresh")
    assert "nox -s exercises -- ex01.correlate2d --in-process -s" in complaint(learner.correlate2d, 1, 2)


def test_at_the_top_of_the_file(make_learner):
    learner = make_learner("breakpoint()\n", name="ex01_correlate")
    with pytest.raises(NoAnswer) as caught:
        learner.correlate2d(1, 2)
    assert caught.value.account.word == "cannot import"
    assert "ex01 --in-process -s" in caught.value.account.message


def test_breakpoints_that_are_switched_off_stay_so(make_learner, monkeypatch):
    monkeypatch.setenv("PYTHONBREAKPOINT", "0")
    learner = make_learner(CODE.format(asking="breakpoint()"), name="ex01_correlate", starter="fresh")
    assert learner.correlate2d(1, 2) == 1


def test_the_line_that_is_named_gives_a_prompt(tmp_path):
    source = "def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):\n    breakpoint()\n    return n\n"
    (tmp_path / "ex03_output_size.py").write_text(source)
    line = ["-m", "pytest", "ex03.conv_output_size", "--in-process", "-s", f"--folder={tmp_path}"]
    pytest_run = pexpect.spawn(sys.executable, line, cwd=ROOT, env=environment(), encoding="utf-8", timeout=60)
    pytest_run.expect(r"\(Pdb\) ")
    pytest_run.sendline("p 40 + n * 0 + 2")
    pytest_run.expect("42")
    pytest_run.close(force=True)
