"""The record of one run: which checks were planned, which were made, and the verdict on each function."""

from dataclasses import dataclass, field

from kit.course.manifest import Exercise
from kit.learner.call import Call, RecordedCall

CheckKey = tuple[Exercise, str, str]  # a check by its exercise, its function and its name: the same for all cases


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
    calls: tuple[RecordedCall, ...] = ()  # that were made for it
    case: str = ""  # of a test that has several: test_conv2d_keeps_the_dtype[int32]


@dataclass(frozen=True)
class Standing:
    """How one function stands: its verdict, with its first failure, and how many of its checks held."""

    exercise: Exercise
    function: str
    word: str  # of a verdict; "held" if only a part of its checks was asked for, and all of that part held
    held: int
    asked: int  # how many of its checks were asked for
    planned: int  # how many it has
    failure: Check | None
    is_kept: bool = False  # the verdict is known from an earlier run, or since nothing was written


@dataclass
class Record:
    """What was asked for, and what has been made of it."""

    asked: dict[Exercise, list[str]]
    by_hand: bool = False  # single checks were asked for by their node ids
    checks: list[Check] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # why a check that was planned was not made
    planned: dict[CheckKey, None] | None = None  # checks that were collected and not deselected, in order; None: all
    deselected: int = 0  # checks left out by -k, --lf and the like
    stopped: bool = False  # by Ctrl-C
    kept: dict[tuple[Exercise, str], Check | None] = field(default_factory=dict)  # known without checks; None: done

    @property
    def is_partial(self) -> bool:
        """Whether fewer checks were asked for than the functions have, or fewer made than were asked for."""
        return self.by_hand or self.deselected > 0 or self.stopped

    def standing(self, exercise: Exercise, function: str) -> Standing:
        """Judge one function by the checks that were made; done only on a positive record."""
        if (exercise, function) in self.kept:
            return self._kept_standing(exercise, function)
        made = [c for c in self.checks if c.exercise == exercise and c.function == function]
        failure = next((c for c in made if c.word != "done"), None)
        failed = {c.name for c in made if c.word != "done"}
        held, planned = len({c.name for c in made} - failed), exercise.checks[function]
        asked = planned if self.planned is None else len(self._asked_of(exercise, function))
        word = failure.word if failure else "done" if held >= planned else "not judged"
        if word == "not judged" and self.is_partial and held >= asked > 0:
            word = "held"
        return Standing(exercise, function, word, held, asked, planned, failure)

    def _kept_standing(self, exercise: Exercise, function: str) -> Standing:
        failure, planned = self.kept[exercise, function], exercise.checks[function]
        word, held = (failure.word, 0) if failure else ("done", planned)
        return Standing(exercise, function, word, held, planned, planned, failure, is_kept=True)

    def _asked_of(self, exercise: Exercise, function: str) -> list[CheckKey]:
        return [key for key in self.planned if key[:2] == (exercise, function)]

    def standings(self) -> list[Standing]:
        """How everything that was asked for stands, in the order of the course."""
        return [standing for exercise in self.asked for standing in self.standings_of(exercise)]

    def standings_of(self, exercise: Exercise) -> list[Standing]:
        """How what was asked for of one exercise stands."""
        standings = [self.standing(exercise, function) for function in self.asked[exercise]]
        return [s for s in standings if s.asked or not self.is_partial]

    def first_failure(self) -> Check | None:
        """The failure to show: the first in the order of the course, of what has been started if anything has."""
        failures = [s.failure for s in self.standings() if s.failure]
        return next((f for f in failures if f.word != "not started"), next(iter(failures), None))

    def failure_of(self, exercise: Exercise, case: str) -> Check | None:
        """The failure of one case of a check."""
        return next((c for c in self.checks if (c.exercise, c.case) == (exercise, case) and c.word != "done"), None)

    def counts_as_done(self) -> bool:
        """Whether every planned check was made and held; checks that were picked by hand are planned alone."""
        if self.left_out or self.deselected or self.stopped or any(check.word != "done" for check in self.checks):
            return False
        good = ("done", "held") if self.by_hand else ("done",)
        return bool(self.checks or self.kept) and all(s.word in good for s in self.standings())
