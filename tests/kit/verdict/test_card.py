"""A card stays small whatever is on it, and the call on it can be made again."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.course.manifest import find
from kit.course.mistakes import mistakes
from kit.learner.call import Call
from kit.verdict import card as cards
from kit.verdict.card import MOST_LINES, opening, rest
from kit.verdict.diagnosis import Diagnosis
from kit.verdict.record import Check

EX01, EX05 = find("ex01")[0][0], find("ex05")[0][0]
KNOWN = [mistake for exercise in (EX01, EX05) for name in exercise.functions for mistake in mistakes(exercise, name)]
COMMANDS = ["pytest", "nox -s exercises --"]
WORDS = ["wrong", "not started", "not allowed", "crashed", "too slow", "cannot import", "not judged"]

texts = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "::error::x",
        "##[error]x",
        "a\n\n::warning::b\n" * 9,
        "word " * 99,
        "::error::x " * 40,
        "x" * 999,
        "\x1b[2J\r",
        "漢字 " * 60,
    ]
)
values = texts | st.integers() | st.lists(texts, max_size=3)
values |= st.sampled_from([torch.randn(40, 50), torch.zeros(2, 3), torch.tensor(1e-30).double(), None])
calls = st.builds(
    Call,
    st.just("conv2d"),
    st.tuples(values),
    st.tuples(st.tuples(st.just("weight"), values), st.tuples(st.just("b"), values)),
)
checks = st.builds(
    Check,
    exercise=st.just(EX05),
    function=st.just("conv2d"),
    name=st.sampled_from(["test_conv2d_is_right", "test_conv2d_" + "is_right_" * 20]),
    word=st.sampled_from(WORDS),
    account=texts,
    because=texts,
    values=st.none() | st.tuples(values, values),
    call=st.none() | calls,
    lines=st.just(()) | st.tuples(st.tuples(st.integers(1, 9999), texts)),
    printed=texts,
)


@pytest.fixture(scope="module", autouse=True)
def root(tmp_path_factory):
    """A project of the tests' own, so that no call is kept in the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "ROOT", tmp_path_factory.mktemp("root"))
        yield cards.ROOT


def lines_of(check, diagnosis=None, command="pytest", width=100, folder="exercises"):
    lines = opening(check, width)
    about = cards.ROOT / folder, command, width, MOST_LINES - len(lines)
    return [*lines, *rest(check, diagnosis or Diagnosis(), *about)]


@settings(deadline=None, derandomize=True)
@given(check=checks, pattern=texts, when=texts, named=st.none() | st.sampled_from(KNOWN),
       command=st.sampled_from(COMMANDS), width=st.integers(80, 200),
       folder=st.sampled_from(["exercises", "a/long/way/down" * 3]))  # fmt: skip
def test_a_card_has_at_most_12_lines_of_100_columns_and_commands_nobody(
    check, pattern, when, named, command, width, folder
):
    lines = lines_of(check, Diagnosis(pattern, named, when), command, width, folder)
    assert 3 <= len(lines) <= 12
    assert max(line.cell_len for line in lines) <= min(width, 100)
    assert all(line.plain.isprintable() for line in lines)
    assert not any(line.plain.lstrip().startswith("::") or "##[" in line.plain for line in lines)
    assert lines[0].plain.startswith(f"{check.word}: ex05_conv2d, ")
    assert "hint: " in lines[-1].plain


@pytest.mark.parametrize("mistake", KNOWN, ids=lambda mistake: f"{mistake.exercise.id}-{mistake.name}")
def test_cause_and_pattern_of_every_mistake_have_room_beside_call_and_values(mistake):
    call = Call(mistake.function, (torch.arange(12.0).reshape(3, 4), torch.zeros(2, 2)))
    values = torch.zeros(3, 3), torch.ones(3, 3)
    check = Check(mistake.exercise, mistake.function, "test_x", "wrong", "9 of 9 numbers differ", "why", values, call)
    screen = "\n".join(line.plain for line in lines_of(check, Diagnosis("a pattern", mistake), width=80))
    for part in ("got", f"{mistake.function}(torch.tensor(", "9 of 9", f"cause: {mistake.sentence[:40]}", "look:  "):
        assert part in screen


def test_on_which_inputs_it_fails_stands_below_what_is_seen_and_gives_way_to_a_cause():
    call, values = (
        Call("conv2d", (torch.arange(12.0).reshape(3, 4), torch.zeros(2, 2))),
        (torch.zeros(3, 3), torch.ones(3, 3)),
    )
    check = Check(EX05, "conv2d", "test_x", "wrong", "9 of 9 numbers differ", "why", values, call, printed="a\nb\nc")
    when = "when: C is 3 or more (14 calls failed; 31 others held)"
    alone = [line.plain.strip() for line in lines_of(check, Diagnosis("", None, when), width=80)]
    assert when in alone
    beside = [line.plain.strip() for line in lines_of(check, Diagnosis("a pattern", KNOWN[0], when), width=80)]
    assert f"cause: {KNOWN[0].sentence}"[:40] in "\n".join(beside)
    assert when not in beside


def run(lines, function="f"):
    """What a function is called with if these lines are pasted."""
    recorded = []
    source = "\n".join(line.plain[2:] for line in lines)
    exec(source, {"torch": torch, function: lambda *args, **kwargs: recorded.append((args, kwargs))})
    return recorded[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_call_too_large_to_paste_is_kept_and_made_again_by_the_lines_shown(root, monkeypatch, command):
    args, kwargs = (
        (torch.randn(2, 3, 9, 9), ["##[x]", torch.ones(4)]),
        {"bias": None, "weight": torch.randn(200).double()},
    )
    check = Check(EX05, "conv2d", "test_x", "wrong", "unequal", call=Call("f", args, tuple(kwargs.items())))
    lines = lines_of(check, command=command)[1:4]
    monkeypatch.chdir(root)
    got_args, got_kwargs = run(lines)
    assert torch.equal(got_args[0], args[0])
    assert torch.equal(got_args[1][1], args[1][1])
    assert got_kwargs["bias"] is None
    assert torch.equal(got_kwargs["weight"], kwargs["weight"])
    assert lines[2].plain.startswith("  # <tensor of shape (2, 3, 9, 9), torch.float32>, ['## [x]', ")


@pytest.mark.parametrize(("word", "is_kept"), [("word-with-hyphens", False), ("a word with gaps " * 4, True)])
def test_a_call_over_several_lines_can_be_pasted(root, monkeypatch, word, is_kept):
    monkeypatch.chdir(root)
    args = torch.arange(16.0).reshape(4, 4), word
    check = Check(EX05, "conv2d", "test_x", "wrong", call=Call("f", args, (("stride", (1, 2)),)))
    lines = lines_of(check, width=80)[1:-2]
    assert 1 < len(lines) <= 3
    assert lines[0].plain.startswith("  args, kwargs = torch.load(") == is_kept
    got, kwargs = run(lines)
    assert torch.equal(got[0], args[0])
    assert (got[1], kwargs) == (word, {"stride": (1, 2)})


@pytest.mark.parametrize("in_the_way", ["out", "out/call_of_f.pt"])
def test_where_a_call_cannot_be_kept_its_beginning_is_shown(tmp_path, monkeypatch, in_the_way):
    monkeypatch.setattr(cards, "ROOT", tmp_path)
    if in_the_way == "out":
        (tmp_path / "out").write_text("a file")
    else:
        (tmp_path / in_the_way).mkdir(parents=True)
    check = Check(EX05, "conv2d", "test_x", "wrong", call=Call("f", (torch.zeros(50, 50), 3)))
    assert lines_of(check)[1].plain == "  f(<tensor of shape (50, 50), torch.float32>, 3)"


def test_a_path_outside_the_project_stays_whole(tmp_path):
    folder = tmp_path / ("long" * 30)
    check = Check(EX05, "conv2d", "test_x", "wrong", lines=((7, "return input + weight + bias + 1"),))
    where = lines_of(check, folder=folder)[1].plain
    assert where.startswith(f"  {folder}/ex05_conv2d.py:7  return input + weight")
