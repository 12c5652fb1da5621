"""How a run is asked for: by names, paths and folders, from any place in the project; else a sentence helps."""

import shutil

import pytest

from kit.commands import nox_hooks
from kit.course.manifest import ROOT, exercises, find
from kit.judge.asking import folder_to_judge, what_is_asked
from processes import run_pytest

pytestmark = pytest.mark.slow

EX05 = find("ex05")[0][0]


def asked(*words, here=ROOT, monkeypatch=None):
    """What these words ask for, typed in a folder: functions by the name of their exercise."""
    if monkeypatch:
        monkeypatch.chdir(here)
    found = what_is_asked([*words], not words, ROOT)
    return {exercise.name: functions for exercise, functions in found.functions.items()}


WHOLE = {"ex05_conv2d": list(EX05.checks)}


@pytest.mark.parametrize(
    ("here", "word"),
    [
        (".", "ex05"),
        (".", "5"),
        (".", "exercises/ex05_conv2d.py"),
        (".", "./exercises/../exercises/ex05_conv2d.py"),
        (".", str(ROOT / "exercises" / "ex05_conv2d.py")),
        (".", "solutions/ex05_conv2d.py"),
        (".", "tests/test_ex05_conv2d.py"),
        ("exercises", "ex05_conv2d.py"),
        ("exercises", "ex05"),
        ("tests", "test_ex05_conv2d.py"),
        ("kit/judge", "../../exercises/ex05_conv2d.py"),
    ],
)
def test_many_ways_lead_to_one_exercise(monkeypatch, here, word):
    assert asked(word, here=ROOT / here, monkeypatch=monkeypatch) == WHOLE


@pytest.mark.parametrize("word", ["conv2d", "ex05.conv2d", "exercises/ex05_conv2d.py::conv2d"])
def test_and_to_one_function(monkeypatch, word):
    assert asked(word, here=ROOT, monkeypatch=monkeypatch) == {"ex05_conv2d": ["conv2d"]}


@pytest.mark.parametrize("word", ["exercises", "exercises/", "tests", ".", "solutions/"])
def test_a_folder_is_the_whole_course(monkeypatch, word):
    assert list(asked(word, here=ROOT, monkeypatch=monkeypatch)) == [e.name for e in exercises()]


def test_the_kits_own_tests_are_no_exercise(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = what_is_asked(["tests/kit/judge"], False, ROOT)
    assert (found.functions, found.paths) == ({}, ["tests/kit/judge"])


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("README.md", "README.md is no exercise"),
        ("kit/given.py", "given.py is no exercise"),
        ("data", "There is no exercise file"),
        ("tests/mistakes", "There is nothing to judge in 'tests/mistakes'"),
        ("conv2", "Did you mean 'conv2d'"),
        ("xyzzy", f"There are ex01 to {exercises()[-1].id}"),
    ],
)
def test_what_is_no_exercise_gets_a_sentence(monkeypatch, word, sentence):
    monkeypatch.chdir(ROOT)
    with pytest.raises(ValueError, match=sentence):
        what_is_asked([word], False, ROOT)


def test_a_path_to_a_file_means_the_folder_in_which_it_lies(monkeypatch, tmp_path):
    shutil.copy(ROOT / "solutions" / "ex05_conv2d.py", tmp_path)
    monkeypatch.chdir(ROOT)
    found = what_is_asked([str(tmp_path / "ex05_conv2d.py")], False, ROOT)
    assert folder_to_judge(None, False, found.folders) == tmp_path


def test_only_one_folder_is_judged_at_a_time(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = what_is_asked(["exercises/ex05_conv2d.py", "solutions/ex03_output_size.py"], False, ROOT)
    with pytest.raises(ValueError, match="One folder is judged at a time"):
        folder_to_judge(None, False, found.folders)


def test_a_folder_of_submissions_says_which_folder_to_judge(tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "Müller, Jürg [late]")
    with pytest.raises(ValueError, match=r"Judge one folder at a time, for example: '--folder=.*late"):
        folder_to_judge(tmp_path, False, set())
    with pytest.raises(ValueError, match="There is no exercise file"):
        folder_to_judge(ROOT / "data", False, set())


@pytest.mark.parametrize(("here", "words"), [("exercises", []), ("exercises", ["ex03_output_size.py"]), ("kit", [])])
def test_pytest_judges_from_anywhere_inside_the_project(here, words):
    status, screen = run_pytest(*words, cwd=ROOT / here)
    assert status == 1
    assert "Nothing is done yet" in screen
    assert f"of {4 if words else sum(len(e.functions) for e in exercises())} functions" in screen


@pytest.mark.parametrize(
    ("typed", "handed_on"),
    [
        (["--folder", "../a b", "ex05"], ["--folder=../a b", "ex05"]),
        (["--folder=x", "ex05"], ["--folder=x", "ex05"]),
        (["ex05", "--folder"], ["ex05", "--folder"]),
        (["--folder", "-v"], ["--folder", "-v"]),
    ],
)
def test_nox_hands_on_a_folder_that_follows_its_option_after_a_space(typed, handed_on):
    """pytest by itself takes such a folder for the project's, before it knows the option."""
    assert nox_hooks.joined(typed) == handed_on
