"""The record of one run: which checks were planned, which were made, and the verdict on each function."""

from dataclasses import dataclass, field

from kit.course.manifest import Exercise
from kit.learner.call import Call, RecordedCall


@dataclass(frozen=True)
class Check:
    """One check that was made, and what came of it: "done" or another of the seven verdicts."""

    exercise: Exercise
    function: str
    name: str  # of the test: test_conv2d_equals_pytorch
    word: str
    account: str = ""  # what is the case
    because: str = ""  # why it should be otherwise
    values: tuple[object, object] | None = None  # got and want, where two values were compared
    call: Call | None = None
    lines: tuple[tuple[int, str], ...] = ()  # of the learner's file
    printed: str = ""
    calls: tuple[RecordedCall, ...] = ()  # calls that were made for it


@dataclass(frozen=True)
class Standing:
    """How one function stands: its verdict, with its first failure, and how many of its checks held."""

    exercise: Exercise
    function: str
    word: str
    held: int
    planned: int
    failure: Check | None


@dataclass
class Record:
    """What was asked for, and what has been made of it."""

    asked: dict[Exercise, list[str]]
    by_hand: bool = False  # single checks were asked for by their node ids: they alone are planned
    checks: list[Check] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # why a check that was planned was not made

    def standing(self, exercise: Exercise, function: str) -> Standing:
        """Judge one function by the checks that were made; done only on a positive record."""
        made = [c for c in self.checks if c.exercise == exercise and c.function == function]
        failure = next((c for c in made if c.word != "done"), None)
        failed = {c.name for c in made if c.word != "done"}
        held, planned = len({c.name for c in made} - failed), exercise.checks[function]
        word = failure.word if failure else "done" if held >= planned else "not judged"
        return Standing(exercise, function, word, held, planned, failure)

    def standings(self) -> list[Standing]:
        """How everything that was asked for stands, in the order of the course."""
        return [standing for exercise in self.asked for standing in self.standings_of(exercise)]

    def standings_of(self, exercise: Exercise) -> list[Standing]:
        """How what was asked for of one exercise stands."""
        return [self.standing(exercise, function) for function in self.asked[exercise]]

    def first_failure(self) -> Check | None:
        """The failure to show: the first in the order of the course, of what has been started if anything has."""
        failures = [s.failure for s in self.standings() if s.failure]
        return next((f for f in failures if f.word != "not started"), next(iter(failures), None))

    def counts_as_done(self) -> bool:
        """Whether every planned check was made and held."""
        if self.left_out or any(check.word != "done" for check in self.checks):
            return False
        return bool(self.checks) and (self.by_hand or all(s.word == "done" for s in self.standings()))
