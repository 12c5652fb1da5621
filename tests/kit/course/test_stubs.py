"""Stubs are the solutions without their bodies, and docstrings tell the truth."""

import ast
import doctest
import importlib.util

import pytest

from kit.course.manifest import ROOT, exercises
from kit.course.stubs import stub_of, write_stubs

NAMES = [exercise.name for exercise in exercises()]


def load(folder, name):
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", ROOT / folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_stubs_are_the_generated_ones(tmp_path):
    changed, _ = write_stubs(tmp_path)
    assert len(changed) == len(NAMES) > 0
    committed = {path.name: path.read_text() for path in (ROOT / "exercises").glob("*.py")}
    assert {path.name: path.read_text() for path in tmp_path.glob("*.py")} == committed


def test_writing_stubs_again_changes_nothing(tmp_path):
    write_stubs(tmp_path)
    assert write_stubs(tmp_path) == ([], [])


@pytest.mark.parametrize(
    "written", ["def f():\n    return 1\n", "def f(:\n", "x = 1\nclass C:\n    y = 2\n    def g(self): return 1\n"]
)
def test_what_a_learner_wrote_is_left_alone(tmp_path, written):
    target = tmp_path / f"{NAMES[0]}.py"
    target.write_text(written)
    _, left = write_stubs(tmp_path)
    assert left == [target]
    assert target.read_text() == written


@pytest.mark.parametrize("name", NAMES)
def test_every_body_of_a_stub_raises_not_implemented_error(name):
    tree = ast.parse((ROOT / "exercises" / f"{name}.py").read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        assert ast.unparse(function.body[-1]) == "raise NotImplementedError"
        assert len(function.body) <= 2


def test_a_comment_in_a_stub_is_kept_in_a_backup(tmp_path, monkeypatch):
    write_stubs(tmp_path)
    target = tmp_path / f"{NAMES[0]}.py"
    written = target.read_text() + "# my idea\n"
    target.write_text(written)
    monkeypatch.setattr("kit.course.stubs.ROOT", fake_root(tmp_path))
    write_stubs(tmp_path)
    assert [path.read_text() for path in (tmp_path / "root/out/backups").iterdir()] == [written]


def fake_root(tmp_path):
    """A root with the real solutions and a place for backups."""
    (tmp_path / "root").mkdir()
    (tmp_path / "root/solutions").symlink_to(ROOT / "solutions")
    return tmp_path / "root"


def test_a_stub_keeps_docstrings_and_drops_bodies_and_private_helpers():
    solution = '''"""Title."""

import math


def f(x: int) -> int:
    """Say.

    More.
    """
    y = x
    return _help(y)


def _help(y):
    return y


class C:
    """A class."""

    def __init__(self):
        super().__init__()
        self.x = 1
'''
    assert (
        stub_of(solution)
        == '''"""Title."""

import math


def f(x: int) -> int:
    """Say.

    More.
    """
    raise NotImplementedError


class C:
    """A class."""

    def __init__(self):
        raise NotImplementedError
'''
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_in_the_docstrings_are_true(name):
    failed, attempted = doctest.testmod(load("solutions", name))
    assert (failed, attempted > 0) == (0, True)


@pytest.mark.parametrize("name", NAMES)
def test_every_docstring_has_shape_or_raises_an_example_and_a_slide(name):
    module = load("solutions", name)
    exercise = next(e for e in exercises() if e.name == name)
    for function in exercise.functions:
        text = getattr(module, function).__doc__
        assert text.splitlines()[0].endswith("."), function
        assert ("Source: " if exercise.beyond else "Lecture: ") in text, function
        assert ">>> " in text, function
