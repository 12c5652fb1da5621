"""From a wrong answer to the name of the mistake: the known mistakes are asked what they would have answered.

Each is asked the same questions, over several drawn inputs. A name is said only if exactly one of them answers as the
learner's code did; none or several, and nothing is said.
"""

import itertools
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from kit.call import Heard, Told
from kit.course import Exercise
from kit.learner import Learner
from kit.mistakes import Answer, all_in_one, mistakes
from kit.nursery import FreshInterpreters, Nursery
from kit.record import Check, Record
from kit.signature import signature

MOST_OF_A_CHECK = 12  # calls of a check that held; of the check that is explained, all that were kept
LOW_PRECISION = {torch.float32, torch.float16, torch.bfloat16}
EXPLAINED = ("wrong", "crashed", "not allowed")


@dataclass(frozen=True)
class Diagnosis:
    """What can be said of a wrong answer beyond its difference from the right one."""

    pattern: str = ""
    mistake: Answer | None = None


class Witness:
    """A process in which the solution and every known mistake of an exercise answer the learner's calls."""

    def __init__(self, exercise: Exercise, starter: Nursery | FreshInterpreters):
        self.exercise, self.starter = exercise, starter
        self.folder = tempfile.TemporaryDirectory(prefix="convkata-")
        self.path = Path(self.folder.name) / f"{exercise.name}.py"
        self.path.write_text(all_in_one(exercise), encoding="utf-8")
        self.learner = Learner(exercise, self.path, starter)

    def repeat(self, heard: Heard, place: str) -> Heard:
        """What comes of a call if it is made to `right`, or to the mistake as_NAME."""
        if self.learner.final:
            self.learner = Learner(self.exercise, self.path, self.starter)
        return self.learner.repeat(heard, place)

    def end(self) -> None:
        """End the process and remove its file."""
        self.learner.end()
        self.folder.cleanup()


def diagnose(record: Record, failure: Check, witness: Witness) -> Diagnosis:
    """Say what is known of a failed check; nothing if the learner's code gave no answer to compare."""
    if failure.word not in EXPLAINED or not failure.heard:
        return Diagnosis()
    known = mistakes(failure.exercise, failure.function)
    pattern = _pattern(failure, witness) if failure.word == "wrong" else ""
    return Diagnosis(pattern, name_mistake(record, failure, witness, known))


def name_mistake(record: Record, failure: Check, witness: Witness, known: list[Answer]) -> Answer | None:
    """The one known mistake that did the same in the failed check and wherever the learner's code held.

    It must also give the numbers that the learner's code gave in other failed checks. What probes tell there belongs
    to another side of the matter, such as the devices, and only decides between two names.
    """
    own = [c for c in record.checks if (c.exercise, c.function) == (failure.exercise, failure.function)]
    shown = [h for c in own if c.name == failure.name and c.word != "done" for h in reversed(c.heard)]
    held = [h for c in own if c.word == "done" for h in a_few(c) if h.account is None]
    others = [h for c in own if c.name != failure.name and c.word != "done" for h in a_few(c)]
    plain = [h for h in others if "function" in h.header]
    told = [h for h in others if "probe" in h.header]

    def fitting(among: list[Answer], calls: list[Heard], alike: Callable) -> list[Answer]:
        return [m for m in among if all(alike(witness.repeat(heard, f"as_{m.name}"), heard) for heard in calls)]

    names = fitting(fitting(fitting(known, shown, agree), held, agree), plain, agree_in_numbers)
    if len(names) > 1:
        names = fitting(names, told, agree)
    return names[0] if len(names) == 1 else None


def a_few(check: Check) -> tuple[Heard, ...]:
    """Some of a check's calls, from its first on; the same ones if it has no others."""
    return check.heard[:: max(1, len(check.heard) // MOST_OF_A_CHECK)]


def _pattern(failure: Check, witness: Witness) -> str:
    pairs = []
    for heard in failure.heard:
        right = witness.repeat(heard, "right")
        if heard.account is None and right.account is None and not agree(heard, right):
            pairs.append((heard.value, right.value))
    gradients = [pair for pair in pairs if all(isinstance(side, dict) for side in pair)]
    if gradients and all(_is_gradient_missing(*pair) for pair in gradients):
        return "no gradient arrives: item, tolist, detach and torch.tensor break the graph"
    return signature(pairs)


def _is_gradient_missing(got: dict, want: dict) -> bool:
    return any(got.get(name) is None and isinstance(grad, Tensor) for name, grad in want.items())


def agree(one: Heard, other: Heard) -> bool:
    """Whether two calls ended alike: with the same answer up to rounding, or with the same complaint.

    Of what a probe told, that counts which was looked at in the other one.
    """
    if one.changed or other.changed:
        return one.changed == other.changed
    if one.account and other.account:
        return _signs(one) == _signs(other)
    return one.account is other.account and alike(*_looked_at(one.value, other.value))


def agree_in_numbers(one: Heard, other: Heard) -> bool:
    """Whether the answers of two calls are not different numbers; complaints and dtypes are another matter."""
    if one.account or other.account or one.changed or other.changed:
        return True
    if isinstance(one.value, Tensor) and isinstance(other.value, Tensor):
        return one.value.shape == other.value.shape and _close(one.value, other.value)
    return alike(one.value, other.value)


def _looked_at(one: object, other: object) -> tuple[object, object]:
    if isinstance(one, Told) and isinstance(other, Told) and other.looked_at:
        return tuple({name: side.get(name) for name in sorted(other.looked_at)} for side in (one, other))
    return one, other


def _signs(heard: Heard) -> tuple:
    """What of a complaint must be the same. The words of a ValueError are the learner's own."""
    account = heard.account
    if account.word == "not allowed":
        return (account.word,)
    kind = account.types[:1]
    return account.word, kind, "" if kind == ("ValueError",) else account.message


def alike(one: object, other: object) -> bool:
    """Whether two values are the same up to rounding, types included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        return one.dtype == other.dtype and one.shape == other.shape and _close(one, other)
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9) or (one != one and other != other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(itertools.starmap(alike, zip(one, other, strict=True)))
    if isinstance(one, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    return one == other


def _close(one: Tensor, other: Tensor) -> bool:
    rounding = 1e-4 if {one.dtype, other.dtype} & LOW_PRECISION else 1e-9
    scale = max(1.0, float(other.double().nan_to_num(0, 0, 0).abs().max())) if other.numel() else 1.0
    return torch.allclose(one.double(), other.double(), rounding, rounding * scale, equal_nan=True)
