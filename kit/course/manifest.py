"""Reads the manifest, course.toml: which exercises there are, in which order, with which functions."""

import difflib
import functools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = Path(__file__).with_name("course.toml")
IN_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class UnknownNameError(ValueError):
    """No exercise and no function has this name."""


@dataclass(frozen=True, eq=False)  # there is one object for each exercise
class Exercise:
    """One exercise: its name is the name of its file in exercises/, solutions/ and (after test_) tests/."""

    name: str
    title: str
    minutes: int
    points: int
    checks: dict[str, int]  # function -> number of checks planned for it in tests/
    forbidden: tuple[str, ...] = ()
    tensors: bool = True  # whether it is about tensors; one that is not is judged without torch
    beyond: bool = False  # whether it goes beyond the lecture; these stand after all others
    free: bool = False  # whether many answers are right, so that none is compared with the model answer
    speed: str = ""  # the function whose time is told beside PyTorch's own, by the probe `speed`
    hints: dict[str, list[str]] = field(default_factory=dict)  # function -> what helps, the least first
    notes: dict[str, str] = field(default_factory=dict)  # function -> how the model answer may differ from a learner's

    @property
    def functions(self) -> tuple[str, ...]:
        """Its functions and classes, in order."""
        return tuple(self.checks)

    @property
    def id(self) -> str:
        """The short name: ex05."""
        return self.name.split("_")[0]

    @property
    def test_file(self) -> Path:
        """Where its checks stand."""
        return ROOT / "tests" / f"test_{self.name}.py"

    @property
    def solution(self) -> Path:
        """Where its model answers stand."""
        return ROOT / "solutions" / f"{self.name}.py"

    def function_of(self, test_name: str) -> str | None:
        """The function that a test is about: test_conv2d_equals_pytorch -> conv2d. The longest name wins."""
        fitting = [f for f in self.checks if f"{test_name}_".startswith(f"test_{f.lower()}_")]
        return max(fitting, key=len, default=None)


@functools.cache
def exercises() -> tuple[Exercise, ...]:
    """All exercises in the order of the course."""
    entries = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["exercise"]
    return tuple(Exercise(**entry | {"forbidden": tuple(entry.get("forbidden", ()))}) for entry in entries)


def end_of_the_lecture() -> str:
    """Where whoever wants the lecture only may stop, and how many exercises there are for the others."""
    count = sum(exercise.beyond for exercise in exercises())
    number = IN_WORDS[count] if count < len(IN_WORDS) else str(count)
    return f"the lecture ends here; {number} more {'goes' if count == 1 else 'go'} beyond it"


def find(word: str) -> list[tuple[Exercise, str | None]]:
    """What a person means by ex05, 5, ex05_conv2d, conv2d or ex05.conv2d: exercises, each with a function or None.

    A bare name that the lecture's exercises have is none of those beyond it. Raises UnknownNameError with the nearest
    name.
    """
    wanted = word.strip().removesuffix(".py")
    exercise_part, _, function_part = wanted.rpartition(".")
    found = []
    for exercise in exercises():
        if wanted in (exercise.id, exercise.name, exercise.id.removeprefix("ex").lstrip("0")):
            found.append((exercise, None))
        elif function_part in exercise.checks and exercise_part in ("", exercise.id, exercise.name):
            found.append((exercise, function_part))
    if not found:
        raise UnknownNameError(f"There is no exercise or function called {word!r}.{_nearest(wanted)}")
    return [(e, f) for e, f in found if not e.beyond] or found


def shortest_name(exercise: Exercise, function: str) -> str:
    """What to type for a function: its name, after that of its exercise if another has one of that name."""
    return function if find(function) == [(exercise, function)] else f"{exercise.id}.{function}"


def _nearest(word: str) -> str:
    names = {n.lower(): n for e in exercises() for n in (e.id, e.name, *e.checks)}
    close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return (
        f" Did you mean {names[close[0]]!r}?" if close else f" There are {exercises()[0].id} to {exercises()[-1].id}."
    )
