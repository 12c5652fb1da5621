"""Judges side by side find what one alone finds, and what speed hangs on: imports, forks, numbers of examples."""

import json
import os
import re
import shutil
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure

from kit.course.manifest import ROOT, exercises
from kit.judge.failures import Failures
from kit.judge.pickles import unwrap, wrap
from kit.judge.replay import draw, judge_on
from processes import run_pytest

pytestmark = pytest.mark.slow

PLUGIN = """
import functools, json, os, signal, sys

FIRST = os.getpid()
os.environ["OPENBLAS_NUM_THREADS"] = "1"

def note(**facts):
    with open({notes!r}, "a") as file:
        print(json.dumps(facts | {{"first": os.getpid() == FIRST}}), file=file)

{code}
import kit.judge.starters
kit.judge.starters.cores = lambda: {cores}
"""


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """Run pytest with a plugin, on a machine of so many cores; gives status, screen, and what the plugin noted."""

    def run(code, *arguments, cores=2, folder=None):
        notes = tmp_path / f"notes_{cores}"
        name = f"noting_{cores}"  # bytecode is kept by the second: a file written twice in it would count once
        (tmp_path / f"{name}.py").write_text(PLUGIN.format(cores=cores, notes=str(notes), code=code))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        fresh = code is IMPORTS_AND_FORKS
        status, screen = run_pytest(*arguments, "-p", name, folder=folder, fresh=fresh)
        return status, screen, [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []

    return run


@pytest.fixture
def mixed(tmp_path):
    """A folder with right answers, wrong ones, a stub and a file that cannot be imported."""
    folder = tmp_path / "exercises"
    shutil.copytree(ROOT / "exercises", folder)
    for name in ("ex01_correlate", "ex07_parameters"):
        shutil.copy(ROOT / "solutions" / f"{name}.py", folder)
    wrong = "\n\ndef same_padding(kernel_size):\n    return kernel_size\n"
    (folder / "ex03_output_size.py").write_text((ROOT / "solutions/ex03_output_size.py").read_text() + wrong)
    (folder / "ex02_kernels.py").write_text("def box_blur(:\n")
    return folder


ASKED = ["ex01", "ex02", "ex03", "ex04", "ex07"]


def cases(path):
    """Of each check its name, and how it ended."""
    return sorted(
        f"{case.get('classname')} {case.get('name')} {[(part.tag, part.get('message')) for part in case]}"
        for case in ElementTree.parse(path).iter("testcase")
    )


@pytest.mark.parametrize("asked", [ASKED, ["ex03"]])
def test_judges_side_by_side_find_what_one_alone_finds(noted, mixed, tmp_path, asked):
    seen = {}
    for cores in (1, 3):
        file = tmp_path / f"{cores}.xml"
        status, screen, _ = noted("", *asked, f"--junitxml={file}", cores=cores, folder=mixed)
        seen[cores] = status, screen.replace(str(file), ""), cases(file)  # which pytest 8 names
    assert seen[3] == seen[1]
    assert re.search("ex03_output_size +3/4  done", seen[3][1])


IMPORTS_AND_FORKS = """
class Watching:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            note(what="import")

sys.meta_path.insert(0, Watching())
os.register_at_fork(after_in_parent=lambda: note(what="fork"))
"""


def test_one_import_of_torch_and_few_forks_for_a_whole_run(noted):
    status, screen, notes = noted(IMPORTS_AND_FORKS, "--solutions", "ex01", "ex03")
    assert status == 0, screen
    assert [note["first"] for note in notes if note["what"] == "import"] == [True]
    forks = [note["first"] for note in notes if note["what"] == "fork"]
    assert sum(forks) == 4  # a fork server and a judge for each core
    assert len(forks) - sum(forks) == 4  # each fork server one ahead, and one for each learner that was asked for


def test_an_exercise_without_tensors_gets_torch_only_if_its_file_may_import_it(noted, tmp_path):
    source = (ROOT / "solutions/ex03_output_size.py").read_text()
    tensor = "import torch\n\n\ndef same_padding(kernel_size):\n    return torch.tensor(kernel_size // 2)\n"
    for name, code, imports in (("without", "", []), ("with", tensor, [True])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ex03_output_size.py").write_text(f"{source}\n\n{code}")
        _, screen, notes = noted(IMPORTS_AND_FORKS, "ex03", cores=2 + len(imports), folder=tmp_path / name)
        assert [note["first"] for note in notes if note["what"] == "import"] == imports
        assert screen.partition("judges ")[2].startswith(f"{tmp_path / name}/ {name} ")
    assert "the answer is Tensor, want int" in screen


def test_with_one_core_there_is_no_other_judge(noted):
    _, _, notes = noted(IMPORTS_AND_FORKS, "--solutions", "ex03", cores=1)
    assert sum(note["first"] for note in notes if note["what"] == "fork") == 1  # the fork server


WHO = """
def pytest_runtest_call(item):
    note(name=item.originalname)
"""


@pytest.mark.parametrize("option", ["-x", "--maxfail=1", "-s", "--in-process", "--fresh-interpreters", "--setup-show"])
def test_what_asks_for_one_check_after_the_other_gets_it(noted, mixed, option):
    _, screen, notes = noted(WHO, "ex03.same_padding", option, folder=mixed)
    assert all(note["first"] for note in notes)
    assert len(notes) == (1 if option in ("-x", "--maxfail=1") else 15), screen


def test_otherwise_every_check_is_made_once_and_by_others(noted):
    _, screen, notes = noted(WHO, "--solutions", "ex03.same_padding")
    assert [note["first"] for note in notes] == [False] * 15, screen


DIES = """
def pytest_runtest_call(item):
    if item.name == "test_trace_sizes_follows_the_lectures_example":
        os.kill(os.getpid(), signal.SIGKILL)
"""


EXAMPLES = """
def pytest_runtest_teardown(item):
    judge = item.config.pluginmanager.get_plugin("convkata")
    if hasattr(item.obj, "hypothesis"):
        note(name=item.originalname, examples=judge.examples.count)
"""


def test_every_property_of_a_right_answer_is_judged_on_twenty_examples(noted):
    _, _, notes = noted(EXAMPLES, "--solutions", "ex05")
    assert len(notes) == 20
    assert {one["examples"] for one in notes} == {20}


def test_of_one_function_only_the_first_failure_is_shrunk(noted, tmp_path):
    wrong = """

def conv2d(input, *args, _right=conv2d, **kwargs):
    return _right(input.flip(3) if input.is_floating_point() else input, *args, **kwargs)
"""
    (tmp_path / "own").mkdir()
    source = (ROOT / "solutions/ex05_conv2d.py").read_text() + wrong
    (tmp_path / "own/ex05_conv2d.py").write_text(source)
    _, screen, notes = noted(EXAMPLES, "ex05.conv2d", cores=1, folder=tmp_path / "own")
    assert "wrong: ex05_conv2d, conv2d equals pytorch" in screen
    first, *others = (one["examples"] for one in notes)
    assert first > 20 >= max(others)


def test_what_has_failed_is_known_to_forks():
    (exercise, *_) = exercises()
    keys = [(exercise, "f", "first"), (exercise, "g", "other"), (exercise, "f", "second"), (exercise, "f", "second")]
    failures = Failures(keys)
    assert not failures.any_before(keys[2])
    if (pid := os.fork()) == 0:
        failures.mark(keys[0])
        os._exit(0)
    os.waitpid(pid, 0)
    assert failures.any_before(keys[2])
    assert not failures.any_before(keys[0])
    assert not failures.any_before(keys[1])
    assert not Failures(keys).any_before(keys[2])


@pytest.mark.parametrize("asked", [["ex01", "ex03", "ex07"], ["ex03"]])
def test_what_a_judge_had_not_told_before_it_died_is_not_done(noted, asked):
    status, screen, _ = noted(DIES, "--solutions", *asked)
    assert status == 1
    assert "its judge ended before its time" in screen
    assert "not judged: " in screen
    assert "trace_sizes" in screen.partition("not judged: ")[2]
    if "ex01" in asked:
        assert "ex01_correlate    2/2  done" in screen


DRAWN = """
import pytest
from kit.judge.replay import draw

drawn, judged = {}, {}

def pytest_collection_finish(session):
    for item in session.items:
        drawn[item.nodeid] = draw(item)

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item):
    handle = getattr(item.obj, "hypothesis", None)
    if handle is None or drawn[item.nodeid] is None:
        return (yield)
    inner, judged = handle.inner_test, []
    @functools.wraps(inner)
    def look(**arguments):
        judged.append({name: arguments[name] for name in drawn[item.nodeid][0]})
        return inner(**arguments)
    handle.inner_test = look
    try:
        return (yield)
    finally:
        handle.inner_test = inner
        note(name=item.name, same=repr(judged) == repr(drawn[item.nodeid]), count=len(judged))
"""


def test_what_is_drawn_beforehand_is_what_hypothesis_draws(noted):
    status, screen, notes = noted(DRAWN, "--solutions", "ex01", "ex03", "ex09", "ex11", cores=1)
    assert status == 0, screen
    assert len(notes) > 20
    assert all(note["same"] for note in notes)
    assert all(note["count"] >= 15 for note in notes)


@pytest.mark.parametrize(
    "tensor",
    [
        *(torch.arange(6.0).reshape(2, 3).t(), torch.tensor([[1, 2]])[:, ::2], torch.empty(0, 3), torch.tensor(True)),
        *(torch.tensor([1 + 2j]).conj().imag, torch.ones(2, dtype=torch.bfloat16), torch.ones(2, requires_grad=True)),
    ],
)
def test_any_tensor_goes_from_judge_to_judge(tensor):
    got = unwrap(wrap(tensor))
    assert (got.dtype, got.shape) == (tensor.dtype, tensor.shape)
    assert torch.equal(got, tensor)


def test_an_exercise_that_goes_from_judge_to_judge_stays_the_same_object():
    assert unwrap(wrap({"of": exercises()[3]})) == {"of": exercises()[3]}


def property_of(check, examples=20):
    """A property as pytest has it, and the list of examples on which it is judged."""
    seen = []

    @settings(max_examples=examples, derandomize=True, database=None)
    @given(n=st.integers(0, 1000))
    def test(n):
        seen.append(n)
        check(n)

    return SimpleNamespace(obj=test), seen


def test_an_example_that_was_drawn_is_judged_once():
    item, seen = property_of(lambda _: None)
    drawn = draw(item)
    assert seen == []
    judge_on(item, drawn, lambda: pytest.fail("nothing is to be forgotten"))
    item.obj()
    assert seen == [each["n"] for each in drawn]
    assert len(seen) == 20


def test_hypothesis_shrinks_what_fails_and_what_came_before_is_forgotten():
    def check(n):
        assert n < 10, f"got {n}"

    forgotten = []
    item, seen = property_of(check)
    judge_on(item, draw(item), lambda: forgotten.append([*seen]))
    with pytest.raises(AssertionError, match=r"got 10\b"):
        item.obj()
    assert len(forgotten) == 1
    assert forgotten[0][-1] >= 10 > max(forgotten[0][:-1], default=0)


def test_a_failure_that_does_not_come_again_counts_and_is_one_of_an_answer_that_changes():
    answers = iter([False])

    def check(_):
        assert next(answers, True), "at the first call only"

    item, seen = property_of(check)
    judge_on(item, draw(item), lambda: None)
    with pytest.raises(FlakyFailure) as caught:
        item.obj()
    (error,) = caught.value.exceptions
    assert str(error).startswith("at the first call only")
    assert len(seen) == 21  # all of them once more


def test_what_draws_while_it_runs_is_not_drawn_beforehand():
    @settings(max_examples=5, database=None)
    @given(data=st.data())
    def test(data):
        data.draw(st.integers())

    assert draw(SimpleNamespace(obj=test)) is None
    assert draw(SimpleNamespace(obj=lambda: None)) is None
