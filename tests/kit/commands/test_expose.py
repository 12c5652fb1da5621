"""`nox -s expose`: the latest mistake that was put away comes back, and an input shows it or does not."""

import sys

import pytest
import torch

import processes
from kit.commands import earlier, ninth
from kit.course.manifest import ROOT, find
from kit.learner.call import Account, RecordedCall

EX03, EX18 = find("ex03")[0][0], find("ex18")[0][0]
STUB = (ROOT / "exercises" / "ex03_output_size.py").read_text(encoding="utf-8")
ROUNDS = "return round((n + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1"
WRONG = STUB.replace("raise NotImplementedError", ROUNDS, 1)
RIGHT = (ROOT / "solutions" / "ex03_output_size.py").read_text(encoding="utf-8")
TAKEN = "n, kernel_size, stride, padding, dilation"
STAMP = "2026-11-24T21-10-00-000001"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Folders of the test's own for what was put away, and for the exercise."""
    for module in (earlier, ninth):
        monkeypatch.setattr(module, "BACKUPS", tmp_path / "backups")
    monkeypatch.setattr(ninth, "EXERCISES", tmp_path / "exercises")
    for name in ("backups", "exercises"):
        (tmp_path / name).mkdir()
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    return tmp_path


def put_away(folders, stamp, source, name="ex03_output_size"):
    path = folders / "backups" / f"{name}.{stamp}.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    return path


def test_the_latest_mistake_is_found_whatever_else_lies_there(folders):
    put_away(folders, "2026-11-23T09-00-00-000000", WRONG)
    path = put_away(folders, STAMP, WRONG)
    put_away(folders, "2026-11-25T09-00-00-000000", RIGHT)
    put_away(folders, "2026-11-26T09-00-00-000000", STUB)
    put_away(folders, "2026-11-26T10-00-00-000000", "def f(:")
    put_away(folders, "2026-11-26T11-00-00-000000", b"\xff\xfe")
    put_away(folders, "notes", WRONG)
    put_away(folders, STAMP, "def f(): return 1", name="ex99_other")
    found = earlier.latest_mistake()
    assert found == earlier.Earlier(EX03, "conv_output_size", path)
    assert found.when == "Tuesday, 24 November, 21:10"


@pytest.mark.parametrize(
    ("word", "is_plain"),
    [
        *(("ex05.conv2d", True), ("trace_sizes", True), ("sobel", True), ("ex13.conv2d_backward", True)),
        *(("count_parameters", False), ("Net", False), ("training_loop", False), ("lenet5_1998", False)),
    ],
)
def test_a_mistake_comes_back_only_where_an_input_can_be_written_down(word, is_plain):
    assert earlier._takes_plain_data(*find(word)[0]) == is_plain


def test_where_nothing_is_kept_a_sentence_says_how_to_keep_something(folders, capsys):
    with pytest.raises(SystemExit) as ended:
        ninth.main([])
    assert ended.value.code == 2
    assert "No mistake of yours is kept in " in capsys.readouterr().err


def test_it_is_shown_and_then_judged(folders, capsys, monkeypatch):
    path = put_away(folders, STAMP, WRONG)
    monkeypatch.setattr(ninth, "latest_mistake", lambda: earlier.Earlier(EX03, "conv_output_size", path))
    own = folders / "exercises" / "ex18_expose.py"
    own.write_text((ROOT / "exercises" / own.name).read_text(encoding="utf-8"), encoding="utf-8")
    assert ninth.main([]) == 1
    screen = capsys.readouterr().out
    assert "This was yours on Tuesday, 24 November, 21:10 (" in screen
    assert f"    {ROUNDS}\n" in screen
    assert "Write expose_9() into" in screen
    with own.open("a", encoding="utf-8") as file:
        file.write("\n\ndef expose_9():\n    return 4, 1, 2\n")
    assert ninth.main([]) == 0
    assert capsys.readouterr().out.endswith("\nExposed: yours gave 3, and right is 2.\n")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return 1 / 0", "expose_9() gives no input: ZeroDivisionError: division by zero."),
        ("return 7", "expose_9() gives 7, want the arguments of a call, as a tuple or a dict."),
        ("return {3: 4}", f"expose_9() has the names [3], and conv_output_size takes {TAKEN}."),
        ("return {'paste_': 4}", f"expose_9() has the names ['paste_'], and conv_output_size takes {TAKEN}."),
        ("raise NotImplementedError", "expose_9() gives no input: not started."),
    ],
)
def test_what_is_no_input_gets_a_sentence(folders, body, sentence):
    path = put_away(folders, STAMP, WRONG)
    (folders / "exercises" / "ex18_expose.py").write_text(f"def expose_9():\n    {body}\n", encoding="utf-8")
    assert ninth.asked(earlier.Earlier(EX03, "conv_output_size", path), EX18) == (False, sentence)


def outcome(value=None, kind="", changed=""):
    account = Account("crashed", "no", (kind, "Exception")) if kind else None
    return RecordedCall({"function": "f"}, (), {}, value=value, account=account, changed=changed)


REFUSES, MISSES = outcome(kind="ValueError"), outcome(kind="TypeError")
CHANGES = outcome(2, changed="the call changed its a")


@pytest.mark.parametrize(
    ("right", "yours", "is_exposed", "sentence"),
    [
        (outcome(2), outcome(3), True, "Exposed: yours gave 3, and right is 2."),
        (outcome(2), outcome(2), False, "Both give 2: no mistake shows here."),
        (outcome(2), MISSES, True, "Exposed: yours gave TypeError (no), and right is 2."),
        (REFUSES, outcome(2), True, "Exposed: yours gave 2, and right is ValueError (no)."),
        (REFUSES, REFUSES, False, "Both give ValueError (no): no mistake shows here."),
        (MISSES, outcome(2), False, "The right one does not take this input: no"),
        (outcome(2), CHANGES, True, "Exposed: yours gave an answer, but the call changed its a, and right is 2."),
    ],
)  # fmt: skip
def test_outcomes_are_compared_as_a_judge_would(right, yours, is_exposed, sentence):
    assert ninth.verdict(right, yours, (3,)) == (is_exposed, sentence)


def test_the_size_of_an_input_is_told():
    is_exposed, sentence = ninth.verdict(outcome(2), outcome(3), {"image": torch.ones(2, 3), "stride": 2})
    assert (is_exposed, sentence.partition(":")[0]) == (True, "Exposed, with 6 numbers in its tensors")


def test_outcomes_that_are_long_stand_below_each_other():
    right, yours = outcome(torch.eye(5)), outcome(torch.ones(5, 5))
    _, sentence = ninth.verdict(right, yours, (torch.ones(2, 3),))
    heading, one, other = sentence.splitlines()
    assert heading == "Exposed, with 6 numbers in its tensors:"
    assert one == "  yours  torch.ones(5, 5)"
    assert other.startswith("  right  torch.tensor([[1., 0., 0., 0., 0.], ")


def test_another_word_gets_one_sentence():
    done = processes.run(sys.executable, "-m", "kit.expose", "conv2d")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
