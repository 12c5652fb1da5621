"""Judges one function again, and keeps what there is to see of its first failure."""

from dataclasses import dataclass, replace
from pathlib import Path

from kit.course.manifest import Exercise
from kit.judge.judge import Judge
from kit.judge.one_function import AllDone, judge_one
from kit.learner.call import Call, RecordedCall
from kit.learner.stand_in import Learner
from kit.see.questions import questions
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
    others: tuple[tuple[RecordedCall, RecordedCall], ...] = ()  # made for the picture, each with the right answer

    @property
    def call(self) -> Call | None:
        """The call that is drawn."""
        if self.asked is None or self.asked is self.check.calls[-1]:
            return self.check.call
        return Call(self.asked.header.get("function", ""), self.asked.args, tuple(self.asked.kwargs.items()))


def first_failure(exercise: Exercise, function: str, folder: Path) -> Seen | AllDone:
    """The first failure of a function, if there is one."""
    return judge_one(exercise, function, folder, look_at)


def look_at(judge: Judge, failure: Check) -> Seen:
    """What there is to see of a failure, as long as those can be asked who know the answer."""
    if failure.word in ("not started", "cannot import"):
        return Seen(failure, Diagnosis())
    seen = Seen(failure, judge.diagnosis(failure))
    if failure.exercise.free:  # the answer is drawn, which no other one is right beside
        return seen
    oracle = judge.oracle(failure.exercise)
    for asked in failure.calls[: -MOST_ASKED - 1 : -1]:
        right = oracle.repeat(asked, "right")
        if not agree(right, asked):
            seen = replace(seen, asked=asked, right=right)
            break
    others = answers(judge, failure, questions(failure, seen.asked))
    return replace(seen, others=tuple((other, oracle.repeat(other, "right")) for other in others))


def answers(judge: Judge, failure: Check, asking: list[RecordedCall]) -> list[RecordedCall]:
    """The learner's answers to the calls that are made for the picture; none after one that gave no answer in time."""
    limits, found = replace(judge.limits, call=min(1.0, judge.limits.call)), []
    learner = Learner(failure.exercise, judge.learners[failure.exercise].path, judge.starters[0], limits)
    try:
        for call in asking:
            found.append(learner.repeat(call))
            if found[-1].account and found[-1].account.word == "too slow":
                break
    finally:
        learner.end()
    return found
