"""Judges one function again, and keeps what there is to see of its first failure."""

from dataclasses import dataclass, replace
from pathlib import Path

from kit.course.manifest import Exercise
from kit.judge.judge import Judge
from kit.judge.one_function import judge_one
from kit.learner.call import Call, RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.learner.stand_in import Learner
from kit.verdict.diagnosis import Diagnosis, agree
from kit.verdict.record import Check

MOST_ASKED = 12  # calls of the failed check that the model answer is asked for, the last one first


@dataclass(frozen=True)
class Seen:
    """A failure, and the call in it that was answered otherwise than by the model answer."""

    check: Check
    diagnosis: Diagnosis
    asked: RecordedCall | None = None  # None if every answer was right by itself, or none was given
    right: RecordedCall | None = None
    other: RecordedCall | None = None  # the same call with numbers that tell windows apart, to the same function
    other_right: RecordedCall | None = None

    @property
    def call(self) -> Call | None:
        """The call that is drawn."""
        if self.asked is None or self.asked is self.check.calls[-1]:
            return self.check.call
        return Call(self.asked.header.get("function", ""), self.asked.args, tuple(self.asked.kwargs.items()))


def first_failure(exercise: Exercise, function: str, folder: Path) -> Seen | str:
    """The first failure of a function, or the sentence that says why there is none to see."""
    return judge_one(exercise, function, folder, look_at)


def look_at(judge: Judge, failure: Check) -> Seen:
    """What there is to see of a failure, as long as those can be asked who know the answer."""
    if failure.word in ("not started", "cannot import"):
        return Seen(failure, Diagnosis())
    seen, oracle = Seen(failure, judge.diagnosis(failure)), judge.oracle(failure.exercise)
    for asked in failure.calls[: -MOST_ASKED - 1 : -1]:
        right = oracle.repeat(asked, "right")
        if not agree(right, asked):
            other = with_other_numbers(judge, failure, asked)
            other_right = other and oracle.repeat(other, "right")
            return replace(seen, asked=asked, right=right, other=other, other_right=other_right)
    return seen


def with_other_numbers(judge: Judge, failure: Check, asked: RecordedCall) -> RecordedCall | None:
    """The learner's answer to the same call with numbers that no two windows have in common.

    Hypothesis leaves a call with many zeros, from which nobody could tell which window an answer comes from.
    """
    tensors = [value for value in (*asked.args, *asked.kwargs.values()) if is_tensor(value)]
    if "probe" in asked.header or not tensors or not is_tensor(asked.value):
        return None
    kwargs = {name: numbered(value) for name, value in asked.kwargs.items()}
    question = replace(asked, args=tuple(map(numbered, asked.args)), kwargs=kwargs, value=None)
    limits = replace(judge.limits, call=min(1.0, judge.limits.call))
    learner = Learner(failure.exercise, judge.learners[failure.exercise].path, judge.starters[0], limits)
    try:
        return learner.repeat(question)
    finally:
        learner.end()


def numbered(value: object) -> object:
    """A tensor of this shape and dtype with whole numbers from 1 to 97 in an order of no pattern."""
    if not is_tensor(value) or value.is_complex() or not value.numel():
        return value
    import torch

    numbers = torch.arange(1, value.numel() + 1)
    return ((numbers * numbers * 31 + numbers * 17) % 97 + 1).reshape(value.shape).to(value.dtype)
