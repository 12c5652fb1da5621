"""Hints come one at a time, cost nothing that was written, and are not the answer."""

import ast
import json
import sys

import pytest

import processes
from kit.commands import hint
from kit.course.manifest import exercises, shortest_name

FUNCTIONS = [(exercise, function) for exercise in exercises() for function in exercise.functions]


@pytest.fixture
def given(tmp_path, monkeypatch):
    """The file that counts the hints, in a place of the test's own; there is none yet."""
    monkeypatch.setattr(hint, "GIVEN", tmp_path / "out" / "hints.json")
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    return tmp_path / "out" / "hints.json"


def numbers(capsys):
    """Which hints stand on the screen."""
    lines = capsys.readouterr().out.splitlines()
    return [line.partition(": hint ")[2] for line in lines if ": hint " in line]


def test_each_call_gives_the_next_hint_and_after_the_last_they_begin_anew(given, capsys):
    for _ in range(4):
        assert hint.main(["conv2d"]) == 0
    screen = capsys.readouterr().out
    heads = [line for line in screen.splitlines() if line.startswith("ex05_conv2d, conv2d: hint ")]
    assert [head[-6:] for head in heads] == ["1 of 3", "2 of 3", "3 of 3", "1 of 3"]
    assert screen.count("Still stuck? python -m kit.hint conv2d") == 3
    assert screen.count("That was the last; they begin anew with python -m kit.hint conv2d") == 1


def test_functions_of_one_name_are_counted_apart(given, capsys):
    hint.main(["ex01.correlate2d"])
    hint.main(["ex04.correlate2d"])
    hint.main(["ex01.correlate2d"])
    screen = capsys.readouterr().out
    assert "ex04_padding_stride, correlate2d: hint 1 of 3" in screen
    assert "python -m kit.hint ex04.correlate2d" in screen
    assert "ex01_correlate, correlate2d: hint 2 of 3" in screen


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Which function? For example: python -m kit.hint conv2d"),
        (["conv2d", "sobel"], "Unrecognized arguments: sobel; --help lists what can be chosen."),
        (["konv2d"], "There is no exercise or function called 'konv2d'. Did you mean 'conv2d'?"),
        (["correlate2d"], "There is more than one correlate2d: ex01.correlate2d, ex04.correlate2d."),
        (["ex05"], "Which function of ex05_conv2d? correlate_volume, stack_filters, conv2d."),
        (["5"], "Which function of ex05_conv2d? correlate_volume, stack_filters, conv2d."),
    ],
)
def test_what_names_no_single_function_gets_one_sentence_and_status_2(given, capsys, words, sentence):
    with pytest.raises(SystemExit) as ended:
        hint.main(words)
    assert ended.value.code == 2
    assert tuple(capsys.readouterr()) == ("", f"{sentence}\n")
    assert not given.exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[1]", b"3", b'{"ex05.conv2d": "x"}', b'{"ex05.conv2d": true}']
)
def test_a_broken_file_is_begun_anew(given, capsys, content):
    given.parent.mkdir()
    given.write_bytes(content)
    hint.main(["conv2d"])
    hint.main(["conv2d"])
    assert numbers(capsys) == ["1 of 3", "2 of 3"]


def test_a_number_that_is_no_hints_loses_nothing_of_the_others(given, capsys):
    given.parent.mkdir()
    given.write_text(json.dumps({"ex01.correlate2d": 2, "ex05.conv2d": -7, "ex06.subsample": None}))
    hint.main(["conv2d"])
    hint.main(["ex01.correlate2d"])
    assert numbers(capsys) == ["3 of 3", "3 of 3"]
    assert json.loads(given.read_text()) == {"ex01.correlate2d": 3, "ex05.conv2d": 3}


@pytest.mark.parametrize("in_the_way", ["out", "out/hints.json"])
def test_where_nothing_can_be_written_the_first_hint_is_given_again(given, capsys, in_the_way):
    (given.parent if in_the_way == "out" else given).mkdir(parents=True)
    if in_the_way == "out":
        given.parent.rmdir()
        given.parent.write_text("a file")
    hint.main(["conv2d"])
    hint.main(["conv2d"])
    assert numbers(capsys) == ["1 of 3", "1 of 3"]


def test_each_function_has_three_hints_and_a_note():
    for exercise in exercises():
        assert list(exercise.hints) == list(exercise.notes) == list(exercise.functions)
        assert all(len(hints) == len(set(hints)) == 3 for hints in exercise.hints.values())
        assert all(text.endswith(".") or text.endswith("?") for hints in exercise.hints.values() for text in hints)


@pytest.mark.parametrize(("exercise", "function"), FUNCTIONS, ids=lambda x: getattr(x, "id", x))
def test_no_hint_holds_what_the_model_answer_returns(exercise, function):
    body = ast.parse(exercise.solution.read_text()).body
    own = next(node for node in body if getattr(node, "name", None) == function)
    answers = [n.value for n in ast.walk(own) if isinstance(n, ast.Return) and n.value]
    given = "".join(exercise.hints[function]).replace(" ", "")
    for answer in answers:
        assert f"return{ast.unparse(answer)}".replace(" ", "") not in given
        assert isinstance(answer, ast.Name) or ast.unparse(answer).replace(" ", "") not in given


@pytest.mark.parametrize("called_by", ["nox", "python"])
def test_every_hint_fits_into_80_columns(given, capsys, monkeypatch, called_by):
    if called_by == "nox":
        monkeypatch.setenv("NOX_CURRENT_SESSION", "hint")
    for exercise, function in FUNCTIONS:
        for _ in range(3):
            hint.main([shortest_name(exercise, function)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 9 * len(FUNCTIONS)
    assert [line for line in lines if len(line) > 80] == []


def test_hints_need_no_installed_package():
    command = [sys.executable, "-S", "-m", "kit.hint", "correlate2d"]  # -S: no site-packages
    done = processes.run(*command)
    assert (done.returncode, done.stderr[:27]) == (2, "There is more than one corr")
