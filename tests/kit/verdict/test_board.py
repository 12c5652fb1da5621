"""What a person reads, word by word."""

import pytest
import torch

from kit.course.manifest import Exercise, exercises, find
from kit.course.mistakes import Answer
from kit.learner.call import Call
from kit.verdict.board import Report
from kit.verdict.diagnosis import Diagnosis
from kit.verdict.record import Check, Record
from kit.verdict.values import harmless, show_call, show_value

EX03, EX05 = find("ex03")[0][0], find("ex05")[0][0]
SIZES = list(EX03.checks)


@pytest.fixture
def folder(tmp_path):
    """Two exercise files whose lines are known."""
    (tmp_path / "ex03_output_size.py").write_text("\n\ndef conv_output_size(n): pass\n\ndef same_padding(k): pass\n")
    (tmp_path / "ex05_conv2d.py").write_text("def conv2d(input): pass\n")
    return tmp_path


def screen(record, folder, capsys, monkeypatch, **about):
    monkeypatch.setenv("COLUMNS", "80")
    Report(record, folder, "nox -s exercises --", **about).write()
    lines = capsys.readouterr().out.replace(f"{folder}/", "").splitlines()
    return [line.rstrip() for line in lines]


def checks(function, word="done", count=None, **about):
    exercise = EX03 if function in EX03.checks else EX05
    names = ["is_right", *(f"is_right_in_case_{i}" for i in range(2, 20))][: count or exercise.checks[function]]
    return [Check(exercise, function, f"test_{function}_{name}", word, **about) for name in names]


def test_nothing_done(folder, capsys, monkeypatch):
    record = Record({EX03: SIZES}, checks=[c for f in SIZES for c in checks(f, "not started", 1)])
    assert screen(record, folder, capsys, monkeypatch) == [
        "Nothing is done yet (0 of 4 functions).",
        "Begin with conv_output_size: ex03_output_size.py:3",
        "Read its docstring, replace the raise, then: nox -s exercises -- ex03",
        "A hint: nox -s hint -- conv_output_size",
    ]


def test_everything_done(folder, capsys, monkeypatch):
    record = Record({EX03: SIZES}, checks=[c for f in SIZES for c in checks(f)])
    assert record.counts_as_done()
    assert screen(record, folder, capsys, monkeypatch) == [
        "ex03_output_size  4/4  done: conv_output_size, same_padding, trace_sizes,",
        "                       receptive_field",
        "",
        "4 of 4 functions done",
        "your code beside the model answer: nox -s compare -- receptive_field",
        "next: ex04_padding_stride, Padding and stride: nox -s exercises -- ex04",
    ]


def test_after_the_last_exercise_comes_the_training(folder, capsys, monkeypatch):
    last = exercises()[-1]
    names = {f: [f"test_{f}_{i}" for i in range(count)] for f, count in last.checks.items()}
    made = [Check(last, f, name, "done") for f in names for name in names[f]]
    *_, end = screen(Record({last: list(last.checks)}, checks=made), folder, capsys, monkeypatch)
    assert end == "next: train a network with your own parts: nox -s train -- --mine"


@pytest.fixture
def one_more(monkeypatch):
    """The lecture's exercises, and one that goes beyond them."""
    more = Exercise("ex99_more", "More", 60, 1, {"more": 1}, beyond=True)
    course = (*(e for e in exercises() if not e.beyond), more)
    monkeypatch.setattr("kit.course.manifest.exercises", lambda: course)
    monkeypatch.setattr("kit.verdict.board.exercises", lambda: course)
    return more


def all_checks(exercise, word="done"):
    return [Check(exercise, f, f"test_{f}_{i}", word) for f, count in exercise.checks.items() for i in range(count)]


def test_after_the_last_exercise_of_the_lecture_it_says_so(folder, capsys, monkeypatch, one_more):
    last = find("ex12")[0][0]
    record = Record({last: list(last.checks)}, checks=all_checks(last))
    *_, graders, train, end = screen(record, folder, capsys, monkeypatch)
    assert graders == "graders draw other examples; so does: nox -s exercises -- --hypothesis-profile=fresh-seed"
    assert train == "next: train a network with your own parts: nox -s train -- --mine"
    assert end == "the lecture ends here; one more goes beyond it: nox -s exercises -- ex99"


def test_who_has_done_the_lecture_is_told_what_more_there_is(folder, capsys, monkeypatch, one_more):
    checks = [*all_checks(EX03), *all_checks(one_more, "not started")]
    record = Record({EX03: SIZES, one_more: ["more"]}, checks=checks)
    *_, count, end, following = screen(record, folder, capsys, monkeypatch)
    assert count == "4 of 5 functions done, about 60 minutes to go"
    assert end == "the lecture ends here; one more goes beyond it"
    assert following.startswith("next: more, ")


def test_minutes_beyond_the_lecture_are_told_by_themselves(folder, capsys, monkeypatch, one_more):
    first = next(iter(EX03.checks.values()))
    checks = [*all_checks(EX03)[:first], *all_checks(one_more, "not started")]
    *_, count, following = screen(Record({EX03: SIZES, one_more: ["more"]}, checks=checks), folder, capsys, monkeypatch)
    assert count == "1 of 5 functions done, about 20 minutes to go, and 60 beyond the lecture"
    assert following.startswith("next: same_padding")


def test_within_what_goes_beyond_the_lecture_nothing_ends(folder, capsys, monkeypatch, one_more):
    made = [*all_checks(one_more, "wrong")]
    lines = screen(Record({one_more: ["more"]}, checks=made), folder, capsys, monkeypatch)
    assert lines[-2] == "0 of 1 functions done, about 60 minutes to go"
    assert not any("lecture" in line for line in lines)


def test_a_wrong_answer(folder, capsys, monkeypatch):
    call = Call("same_padding", (3,))
    about = {"account": "the answer differs", "because": "want the same size", "values": (3, 1)}
    wrong = checks("same_padding", "wrong", 1, **about, call=call, printed="k = 3\n\x1b[1m")
    record = Record({EX03: SIZES}, checks=[*checks(SIZES[0]), *wrong, *checks(SIZES[2], "not started")])
    assert screen(record, folder, capsys, monkeypatch) == [
        "ex03_output_size  1/4  done: conv_output_size; wrong: same_padding;",
        "                       not started: trace_sizes; not judged: receptive_field",
        "",
        "wrong: ex03_output_size, same padding is right",
        "  same_padding(3)",
        "  the answer differs",
        "  got  3   want 1",
        "  printed | k = 3",
        "  printed | \\x1b[1m",
        "  want the same size",
        "  ex03_output_size.py:5",
        "  again: nox -s exercises -- ex03.same_padding",
        "  hint: nox -s hint -- same_padding",
        "",
        "1 of 4 functions done, about 20 minutes to go",
        "next: same_padding, ex03_output_size.py:5",
    ]


def test_a_wrong_answer_whose_mistake_is_known(folder, capsys, monkeypatch):
    got, want = torch.zeros(2, 3, 4), torch.zeros(2, 3, 4)
    want[1, 2, 0] = 0.5
    call = Call("conv2d", (), (("input", torch.ones(1, 2)), ("stride", (1, 2))))
    failure = checks(
        "conv2d", "wrong", 1, call=call, account="1 of 24 numbers differ", because="unsaid", values=(got, want)
    )
    mistake = Answer(EX05, "conv2d", "m", "the stride is one for both", "a stride may be a pair", False, "", "", "")
    record = Record({EX05: ["conv2d"]}, checks=failure)
    known = Diagnosis("right in the interior, wrong at the border", mistake)
    assert screen(record, folder, capsys, monkeypatch, diagnose=lambda _: known)[2:14] == [
        "wrong: ex05_conv2d, conv2d is right",
        "  conv2d(input=torch.tensor([[1., 1.]]), stride=(1, 2))",
        "  1 of 24 numbers differ",
        "  got                    want   in brackets: [1, 2, 0]",
        "     0    0    0    0       0    0    0    0",
        "     0    0    0    0       0    0    0    0",
        "    [0]   0    0    0    [0.5]   0    0    0",
        "  seen:  right in the interior, wrong at the border",
        "  cause: the stride is one for both",
        "  look:  a stride may be a pair",
        "  ex05_conv2d.py:1",
        "  again: nox -s exercises -- ex05.conv2d   hint: nox -s hint -- conv2d",
    ]


@pytest.mark.parametrize(
    ("word", "account", "lines"),
    [
        ("crashed", "KeyError: 'no [red]'", ((1, "raise KeyError"),)),
        ("not allowed", "calling PyTorch's conv2d", ((1, "return F.conv2d(input)"),)),
        ("too slow", "no answer after 5 s", ((1, "while True: pass"),)),
        ("cannot import", "SyntaxError: invalid syntax", ((1, "def conv2d(:"),)),
    ],
)
def test_a_call_without_an_answer(folder, capsys, monkeypatch, word, account, lines):
    call = Call("conv2d", (), (("input", torch.ones(1, 2)),))
    failure = checks("conv2d", word, 1, account=account, call=call, lines=lines)
    record = Record({EX05: ["conv2d"]}, checks=failure)
    assert screen(record, folder, capsys, monkeypatch) == [
        f"ex05_conv2d  0/1  {word}: conv2d",
        "",
        f"{word}: ex05_conv2d, conv2d is right",
        "  conv2d(input=torch.tensor([[1., 1.]]))",
        f"  {account}",
        f"  ex05_conv2d.py:1  {lines[0][1]}",
        "  again: nox -s exercises -- ex05.conv2d   hint: nox -s hint -- conv2d",
        "",
        "0 of 1 functions done, about 20 minutes to go",
        "next: conv2d, ex05_conv2d.py:1",
    ]


@pytest.mark.parametrize(
    ("checks_made", "left_out"),
    [
        ([], []),
        (checks("same_padding")[:-1], []),
        (checks("same_padding", count=1) * 5, []),  # five cases of one check are one check
        (checks("same_padding"), ["test_same_padding_is_right was skipped"]),
        (checks("same_padding") + checks("same_padding", "not judged", 1), []),
    ],
)
def test_less_than_every_planned_check_is_not_done(checks_made, left_out):
    assert not Record({EX03: ["same_padding"]}, checks=checks_made, left_out=left_out).counts_as_done()


def test_a_single_check_asked_for_by_name_is_all_that_is_planned():
    made = checks("same_padding")[:1]
    picked = {"by_hand": True, "planned": {(EX03, "same_padding", made[0].name): None}}
    assert Record({EX03: SIZES}, checks=made, **picked).counts_as_done()
    assert not Record({EX03: SIZES}, **picked).counts_as_done()
    assert not Record({EX03: SIZES}, checks=checks("same_padding", "wrong", 1), **picked).counts_as_done()


def test_what_was_not_asked_for_is_not_counted(folder, capsys, monkeypatch):
    made = checks("same_padding")[:1]
    record = Record({EX03: SIZES}, checks=made, planned={(EX03, "same_padding", made[0].name): None}, deselected=9)
    assert not record.counts_as_done()
    assert screen(record, folder, capsys, monkeypatch) == [
        "ex03_output_size  1/1  held: same_padding (1 of its 3 checks)",
        "",
        "1 of 1 checks asked for held",
        "all of its checks: nox -s exercises -- ex03",
    ]


def test_a_run_that_was_stopped_tells_what_it_knows(folder, capsys, monkeypatch):
    made = [*checks(SIZES[0]), *checks("same_padding")[:1]]
    planned = {(EX03, f, c.name): None for f in SIZES for c in checks(f)}
    record = Record({EX03: SIZES}, checks=made, planned=planned, stopped=True)
    lines = screen(record, folder, capsys, monkeypatch)
    assert lines[0].startswith(f"ex03_output_size  {len(made)}/{len(planned)}  ")
    assert "not judged: same_padding, trace_sizes" in " ".join(" ".join(lines).split())
    assert f"{len(made)} of {len(planned)} checks asked for held, then it was stopped" in lines
    assert not any("minutes" in line for line in lines)


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([[1.0, 2.5], [-0.0, float("nan")]]),
        torch.tensor([[1.0, 2.0]], dtype=torch.float64),
        torch.tensor([1, 2]),
        torch.tensor([-1e20, 1e20, 16777216.0, 0.1]),
        torch.tensor(3, dtype=torch.uint8),
        torch.tensor(True),
        torch.ones(0, 2),
        torch.zeros(2, 0, 3, dtype=torch.int64),
        torch.tensor([float("inf")], dtype=torch.float16),
        [1, (2.5, None)],
        {"a": "b"},
    ],
)
def test_a_value_on_the_card_can_be_pasted(value):
    again = eval(show_value(value), {"torch": torch})
    if not torch.is_tensor(value):
        assert again == value
    else:
        assert (again.dtype, again.shape) == (value.dtype, value.shape)
        assert torch.equal(again.nan_to_num(5), value.nan_to_num(5))


def test_a_large_value_is_named_by_its_shape():
    assert show_value(torch.zeros(50, 50)) == "<tensor of shape (50, 50), torch.float32>"
    assert len(show_value(list(range(1000)))) < 200
    assert show_call(Call("f", (1,), (("x", "a"),))) == "f(1, x='a')"


def test_control_characters_and_commands_of_ci_are_shown_harmlessly():
    assert harmless("a\tb\x1b[31m\r\n##[error]é") == "a\\tb\\x1b[31m\\r\n## [error]é"


MADE = {
    "nothing": [c for f in SIZES for c in checks(f, "not started", 1)],
    "a wrong answer": [*checks(SIZES[0]), *checks(SIZES[1], "wrong", 1)],
    "everything": [c for f in SIZES for c in checks(f)],
}


@pytest.mark.parametrize("made", MADE)
def test_brackets_in_a_command_stay_wherever_it_is_said(folder, capsys, monkeypatch, made):
    command = "pytest '--folder=300 Abgaben [late]'"
    monkeypatch.setenv("COLUMNS", "200")
    Report(Record({EX03: SIZES}, checks=MADE[made]), folder, command).write()
    lines = capsys.readouterr().out.splitlines()
    said = [line for line in lines if "--folder" in line]
    assert said
    assert all(command in line for line in said)


COMMANDS_OF_RUNNERS = {
    "  ::error::x": "  : :error::x",
    "a\n::set-output name=x::y": "a\n: :set-output name=x::y",
    "x ##[group]y": "x ## [group]y",
    "##vso[task.setvariable variable=x]y": "## vso[task.setvariable variable=x]y",
    "1 ##teamcity[testFailed name='x']": "1 ## teamcity[testFailed name='x']",
    "travis_fold:start:x": "travis_fold :start:x",
    "section_start:1:x": "section_start :1:x",
    "+++ x": " +++ x",
    "a :: b, 1 - 2, x[::2], # # [1]": "a :: b, 1 - 2, x[::2], # # [1]",
}


@pytest.mark.parametrize("text", COMMANDS_OF_RUNNERS)
def test_a_command_for_a_ci_runner_becomes_plain_text(text):
    assert harmless(text) == COMMANDS_OF_RUNNERS[text]
