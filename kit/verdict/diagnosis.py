"""From a wrong answer to the name of the mistake: the known mistakes are asked what they would have answered.

Each is asked the same questions, over several drawn inputs. A name is said only if exactly one of them answers as the
learner's code did; none or several, and nothing is said.
"""

import itertools
import math
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kit.course.manifest import Exercise
from kit.course.mistakes import Answer, all_in_one, mistakes
from kit.learner.call import ProbeResult, RecordedCall
from kit.learner.fork_server import ForkServer, FreshInterpreters
from kit.learner.lazy_torch import is_tensor
from kit.learner.protocol import pack
from kit.learner.stand_in import EVERYTHING, Learner
from kit.verdict.complaints import Complaint, explain
from kit.verdict.patterns import signature
from kit.verdict.record import Check, Record

SHOWN = (24, 16)  # calls of the check that is explained, and such of probes, that a mistake must fit
HELD = (6, 4)  # of each other check
# What differs from one learner's code to the next: names of temporary files, and of what was looked for first.
ACCIDENTS = re.compile(r"[\w.-]*(?:/[\w.-]+)+|(?<=has no attribute )'\w+'|(?<=^name )'\w+'(?= is not defined)")
NUMBER = re.compile(r"\d+")
EXPLAINED = ("wrong", "crashed", "not allowed")


@dataclass(frozen=True)
class Diagnosis:
    """What can be said of a wrong answer beyond its difference from the right one."""

    pattern: str = ""
    mistake: Answer | Complaint | None = None
    when: str = ""  # after what, or on which inputs, where it is on some only


class Oracle:
    """A process in which the solution and every known mistake of an exercise answer the learner's calls."""

    def __init__(self, exercise: Exercise, starter: ForkServer | FreshInterpreters):
        self.exercise, self.starter = exercise, starter
        self.folder = tempfile.TemporaryDirectory(prefix="convkata-")
        self.path = Path(self.folder.name) / f"{exercise.name}.py"
        self.path.write_text(all_in_one(exercise), encoding="utf-8")
        self.learner = Learner(exercise, self.path, starter)
        self.known: dict[
            tuple[int, str], tuple[RecordedCall, RecordedCall]
        ] = {}  # both, so that the first keeps its identity

    def repeat(self, recorded: RecordedCall, place: str) -> RecordedCall:
        """What comes of a call if it is made to `right`, or to the mistake as_NAME."""
        if (id(recorded), place) not in self.known:
            if EVERYTHING in self.learner.final:
                self.learner = Learner(self.exercise, self.path, self.starter)
            self.known[id(recorded), place] = recorded, self.learner.repeat(recorded, place)
        return self.known[id(recorded), place][1]

    def end(self) -> None:
        """End the process and remove its file."""
        self.learner.end()
        self.folder.cleanup()


def diagnose(record: Record, failure: Check, oracle: Oracle) -> Diagnosis:
    """Say what is known of a failed check; nothing if the learner's code gave no answer to compare."""
    if failure.word not in EXPLAINED or not failure.calls:
        return Diagnosis()
    known = mistakes(failure.exercise, failure.function)
    is_compared = failure.word == "wrong" and not failure.exercise.free
    pattern = _pattern(record, failure, oracle) if is_compared else ""
    return Diagnosis(pattern, name_mistake(record, failure, oracle, known) or explain(failure))


def name_mistake(record: Record, failure: Check, oracle: Oracle, known: list[Answer]) -> Answer | None:
    """The one known mistake that did the same in the failed check, and wherever else the function was called."""
    questions = _questions(record, failure)
    fitting = [m for m in _fitting(questions, oracle, known) if _is_seen(questions.shown, oracle, m)]
    return _the_only_one(questions, oracle, fitting)


@dataclass(frozen=True)
class _Questions:
    """The calls that a mistake must fit: of the check that is shown, of those that held, of others that failed."""

    shown: list[RecordedCall]
    held: list[RecordedCall]
    others: list[RecordedCall]


def _questions(record: Record, failure: Check) -> _Questions:
    own = [c for c in record.checks if (c.exercise, c.function) == (failure.exercise, failure.function)]
    shown = [h for c in own if c.name == failure.name and c.word != "done" for h in a_few(c, SHOWN)]
    held = [h for c in own if c.word == "done" for h in a_few(c)]
    others = [h for c in own if c.name != failure.name and c.word != "done" for h in a_few(c)]
    return _Questions(sorted(shown, key=_tells_apart, reverse=True), held, others)


def _fitting(questions: _Questions, oracle: Oracle, known: list[Answer]) -> list[Answer]:
    """The mistakes that answer as the learner's code did; most of them are struck out by the first call.

    Where the learner's code held, complaints may be worded otherwise; in other failed checks only numbers are
    compared, since somebody who made this mistake may also have forgotten to look at what does not fit.
    """
    stages = (questions.shown, agree), (questions.held, agree_where_it_held), (questions.others, agree_in_numbers)
    for calls, as_they_did in stages:
        known = [m for m in known if all(as_they_did(oracle.repeat(h, f"as_{m.name}"), h) for h in calls)]
    return known


def _is_seen(shown: list[RecordedCall], oracle: Oracle, mistake: Answer) -> bool:
    """Whether the check that is shown could see the mistake: one that is right there is not why the check failed.

    So mistakes in a message explain no number.
    """
    pairs = [(oracle.repeat(h, "right"), oracle.repeat(h, f"as_{mistake.name}"), h) for h in shown]
    return any(_differ_as_seen(right, wrong, recorded) for right, wrong, recorded in pairs)


def _differ_as_seen(right: RecordedCall, wrong: RecordedCall, recorded: RecordedCall) -> bool:
    if right.account and wrong.account and right.account.types != wrong.account.types:
        return True
    if right.account and wrong.account:
        wanted, told, own = (_told_of_the_call(side, recorded) for side in (right, wrong, recorded))
        return bool(wanted - told) and wanted & told <= own
    if right.account or wrong.account or right.changed or wrong.changed:
        return not agree(right, wrong)
    (one, _), (other, _) = (_looked_at(side.value, recorded.value) for side in (right, wrong))
    (tree, numbers), (other_tree, other_numbers) = pack(one), pack(other)
    return repr(tree) != repr(other_tree) or numbers != other_numbers  # to the last digit, and 4.0 is no 4


def _told_of_the_call(complaint: RecordedCall, recorded: RecordedCall) -> set[str]:
    """The numbers in a complaint, and which words of the call it repeats; all else is put as everybody likes."""
    text = complaint.account.message if complaint.account else ""
    words = [word for word in (*recorded.args, *recorded.kwargs.values()) if isinstance(word, str)]
    return {*NUMBER.findall(text), *(word for word in words if word in text)}


def _the_only_one(questions: _Questions, oracle: Oracle, names: list[Answer]) -> Answer | None:
    """One of several is left if what differs in a complaint, or in a dtype, tells them apart."""
    if len(names) > 1:
        names = [m for m in names if all(agree(oracle.repeat(h, f"as_{m.name}"), h) for h in questions.others)]
    return names[0] if len(names) == 1 else None


def _tells_apart(recorded: RecordedCall) -> float:
    """How many numbers an answer has for each second that it takes."""
    return numbers_of(recorded.value) / recorded.seconds if recorded.seconds else 0.0


def numbers_of(value: object) -> int:
    """How many numbers a value holds, in tensors or by themselves."""
    if is_tensor(value):
        return value.numel()
    if isinstance(value, dict):
        value = [*value.values()]
    return sum(map(numbers_of, value)) if isinstance(value, list | tuple) else 1


def a_few(check: Check, most: tuple[int, int] = HELD) -> tuple[RecordedCall, ...]:
    """Some calls of a check, the last one among them; fewer where each is a whole training."""
    count = most[any("probe" in recorded.header for recorded in check.calls)]
    return check.calls[:: -max(1, -(-len(check.calls) // count))]


def _pattern(record: Record, failure: Check, oracle: Oracle) -> str:
    """What is true of all wrong answers to this function, or at least of those in the failed check."""
    pairs = _wrong_answers(a_few(failure, SHOWN), oracle)
    is_about_gradients = failure.calls[-1].header.get("probe") == "gradients"
    gradients = [pair for pair in pairs if is_about_gradients and all(isinstance(side, dict) for side in pair)]
    if gradients and all(_is_gradient_missing(*pair) for pair in gradients):
        return "no gradient arrives: item, tolist, detach and torch.tensor break the graph"
    own = [c for c in record.checks if (c.exercise, c.function) == (failure.exercise, failure.function)]
    others = [_wrong_answers(_calls_of_function(c), oracle) for c in own if c.word == "wrong" and c is not failure]
    together = [pairs + [pair for other in others for pair in other], *(pairs + other for other in others), pairs]
    return next((sentence for each in together if (sentence := signature(each))), "")


def _calls_of_function(check: Check) -> list[RecordedCall]:
    return [recorded for recorded in a_few(check) if "function" in recorded.header]


def _wrong_answers(calls: Iterable[RecordedCall], oracle: Oracle) -> list[tuple[object, object]]:
    """Got and want, wherever they differ."""
    pairs = [(recorded, oracle.repeat(recorded, "right")) for recorded in calls]
    answered = [pair for pair in pairs if not any(recorded.account or recorded.changed for recorded in pair)]
    return [(recorded.value, right.value) for recorded, right in answered if not agree(right, recorded)]


def _is_gradient_missing(got: dict, want: dict) -> bool:
    return any(got.get(name) is None and is_tensor(grad) for name, grad in want.items())


def agree(one: RecordedCall, other: RecordedCall) -> bool:
    """Whether two calls ended alike: with the same answer up to rounding, or with the same complaint.

    Of what a probe told, that counts which was looked at in the other one.
    """
    if one.changed or other.changed:
        return one.changed == other.changed
    if one.account and other.account:
        return _signs(one) == _signs(other)
    return one.account is other.account and alike(*_looked_at(one.value, other.value))


def agree_where_it_held(one: RecordedCall, other: RecordedCall) -> bool:
    """The same, for a call whose outcome was right; how a complaint is worded does not matter then."""
    if one.account and other.account:
        return _signs(one)[:2] == _signs(other)[:2]
    return agree(one, other)


def agree_in_numbers(one: RecordedCall, other: RecordedCall) -> bool:
    """Whether two calls gave the same numbers; complaints, dtypes and gradients are another matter."""
    if one.account or other.account or one.changed or other.changed or one.header.get("probe") == "gradients":
        return True
    if is_tensor(one.value) and is_tensor(other.value):
        return _close(one.value, other.value)
    return alike(*_looked_at(one.value, other.value))


def _looked_at(one: object, other: object) -> tuple[object, object]:
    if isinstance(one, ProbeResult) and isinstance(other, ProbeResult):
        names = sorted(other.looked_at) or dict.fromkeys([*one, *other])  # of both: the learner's may lack one
        return tuple({name: side.get(name) for name in names} for side in (one, other))  # get() counts as no look
    return one, other


def _signs(recorded: RecordedCall) -> tuple:
    """What of a complaint must be the same. The words of a ValueError are the learner's own."""
    account = recorded.account
    if account.word == "not allowed":
        return account.word, "numpy" in account.message.lower()
    kind = account.types[:1]
    return account.word, kind, "" if kind == ("ValueError",) else ACCIDENTS.sub("…", account.message)


def alike(one: object, other: object) -> bool:
    """Whether two values are the same up to rounding, types included."""
    if type(one) is not type(other):
        return False
    if is_tensor(one):
        return one.dtype == other.dtype and _close(one, other)
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9) or (one != one and other != other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(itertools.starmap(alike, zip(one, other, strict=True)))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    return one == other


def _close(one: object, other: object) -> bool:
    from kit.learner.tensors import close

    return close(one, other)
