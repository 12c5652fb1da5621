"""How long a function takes is told, and decides about nothing."""

import re

import pytest

from kit.course.manifest import find
from kit.learner.call import Account, NoAnswer
from kit.verdict.speed import speed_in_words
from processes import run_pytest

EX14 = find("ex14")[0][0]


class Timed:
    """A learner that is told what to report, or to raise."""

    has_ended = False

    def __init__(self, report):
        self.report = report

    def run(self, probe, function):
        assert (probe.__name__, function) == ("speed", "conv2d")
        if isinstance(self.report, Exception):
            raise self.report
        return self.report

    def end(self):
        self.has_ended = True


@pytest.mark.parametrize(
    ("report", "sentences"),
    [
        (
            {"ratio": 1.94, "images": 64},
            ["ex14.conv2d takes 1.9 times as long as PyTorch's own, for 64 images of 32 × 32 × 32"],
        ),
        (
            {"ratio": 71, "images": 1},
            ["ex14.conv2d takes 71.0 times as long as PyTorch's own, for 1 image of 32 × 32 × 32"],
        ),
        ({"ratio": "[red]"}, []),
        ({"ratio": None, "images": 1}, []),
        ([], []),
        (7, []),
        (NoAnswer(Account("too slow")), []),
        (NoAnswer(Account("crashed")), []),
    ],
)
def test_what_is_told_of_a_speed(report, sentences):
    learner = Timed(report)
    assert speed_in_words(EX14, learner) == sentences
    assert learner.has_ended


def test_a_function_that_cannot_be_timed_is_done_all_the_same(tmp_path):
    source = EX14.solution.read_text(encoding="utf-8")
    refusing = (
        "\n\ndef conv2d(input, *rest, **named):\n    assert len(input) < 8\n    return right(input, *rest, **named)\n"
    )
    (tmp_path / f"{EX14.name}.py").write_text(f"{source}\n\nright = conv2d{refusing}", encoding="utf-8")
    status, screen = run_pytest("ex14", folder=tmp_path)
    assert status == 0
    assert "takes" not in screen


def test_the_board_tells_the_speed_of_what_is_done_and_of_nothing_else(tmp_path):
    status, screen = run_pytest("--solutions", "ex14")
    assert status == 0
    told = re.findall(
        r"^ex14\.conv2d takes \d+\.\d times as long as PyTorch's own, for \d+ images?", screen, re.MULTILINE
    )
    assert len(told) == 1
    (tmp_path / f"{EX14.name}.py").write_text("def im2col(*_): pass\n\ndef conv2d(*_): pass\n", encoding="utf-8")
    assert "takes" not in run_pytest("ex14", folder=tmp_path)[1]
