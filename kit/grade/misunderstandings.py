"""What a class got wrong, counted: by cause, or where there is no name for it, by answers that are alike."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

AT_FAULT = ("wrong", "crashed", "not allowed", "too slow", "cannot import")  # verdicts that say something
OF_A_FILE = ("cannot import", "too slow", "not allowed")  # those that all functions of a file may share
WHOLE_FILE = "the whole file"


@dataclass(frozen=True)
class Example:
    """One call, what came of it and what should have."""

    call: str
    got: str
    want: str
    account: str


@dataclass(frozen=True)
class Tried:
    """A call that one answer of each group was asked: what this group's gives, and what the others make of it."""

    call: str
    got: str
    want: str
    asked: int  # people with another mistake in the same function
    failing: int  # those of them who fail at this call too
    alike: int  # those of them whose wrong answer is the same


@dataclass(frozen=True)
class Misunderstanding:
    """What several have in common: a cause, or a wrong answer."""

    exercise: str
    function: str
    sentence: str
    look: str
    is_named: bool
    number: int  # of people
    example: Example
    tried: Tried | None = None  # what the others make of the example


@dataclass(frozen=True)
class Case:
    """A function of somebody's that is not done: what the record says of it, and of its exercise."""

    exercise: dict
    function: dict

    @property
    def failure(self) -> dict:
        """See kit.grade.record."""
        return self.function["failure"]


def misunderstandings(records: list[dict], tried: dict[tuple, Tried] | None = None) -> list[Misunderstanding]:
    """All of them, by exercise and function as in the course, those that most people have first.

    Calls that were tried, see kit.grade.telling_apart, are better examples than those at which somebody has failed.
    """
    found = []
    for about, own in grouped(records).items():
        best = {key: tried[*about, key] for key in own if (*about, key) in (tried or {})}
        found += _of_function(*about, {key: [case.failure for case in cases] for key, cases in own.items()}, best)
    return found


def grouped(records: list[dict]) -> dict[tuple[str, str], dict[tuple, list[Case]]]:
    """Of each function the groups of those who have made the same mistake; then those of files that fail as a whole."""
    groups: dict[tuple[str, str], dict[tuple, list[Case]]] = {}
    for exercise in (exercise for made in records for exercise in made["exercises"] if exercise["found"]):
        for name in [*(function["function"] for function in exercise["functions"]), WHOLE_FILE]:
            groups.setdefault((exercise["exercise"], name), {})
        for function in _once(exercise["functions"]):
            if function["verdict"] in AT_FAULT:
                own = groups[exercise["exercise"], function["function"]]
                own.setdefault(_alike(function), []).append(Case(exercise, function))
    return {about: groups[about] for about in sorted(groups, key=lambda about: about[0]) if groups[about]}


def _once(functions: list[dict]) -> list[dict]:
    """The functions; one entry where none can be judged, for the same reason."""
    reasons = {(function["verdict"], function.get("failure", {}).get("account")) for function in functions}
    is_whole = len(functions) > 1 and len(reasons) == 1 and functions[0]["verdict"] in OF_A_FILE
    return [functions[0] | {"function": WHOLE_FILE}] if is_whole else functions


def _alike(function: dict) -> tuple:
    """What is the same for those who have made the same mistake. All were asked the same questions."""
    failure = function["failure"]
    if failure["cause"]:
        return "", failure["cause"]["sentence"]
    if function["function"] == WHOLE_FILE:
        return function["verdict"], _first_words(failure["account"])
    return function["verdict"], failure["check"], failure["call"], failure["got"], _first_words(failure["account"])


def _first_words(text: str) -> str:
    return text.partition(":")[0]


def _of_function(exercise: str, function: str, own: dict, best: dict) -> list[Misunderstanding]:
    shown = {key: _example(failures, _calls(own, key)) for key, failures in own.items()}
    shown |= {key: Example(each.call, each.got, each.want, "") for key, each in best.items()}
    found = []
    for key, failures in own.items():
        cause = failures[0]["cause"]
        sentence = cause["sentence"] if cause else failures[0]["account"] or key[0]
        look = cause["look"] if cause else failures[0]["seen"] or failures[0]["when"] or failures[0]["because"]
        about = sentence, look, bool(cause), len(failures), shown[key], best.get(key)
        found.append(Misunderstanding(exercise, function, *about))
    return sorted(found, key=lambda each: (-each.number, each.sentence))


def _calls(own: dict[tuple, list[dict]], key: tuple) -> set[str]:
    """The calls at which others fail."""
    return {failure["call"] for other, failures in own.items() if other != key for failure in failures}


def _example(failures: list[dict], others: Iterable[str]) -> Example:
    """The call that tells these people best from all others: at which only they fail, most of them, and a short one."""
    counts = Counter((f["call"], f["got"], f["want"], f["account"]) for f in failures)
    best = min(counts, key=lambda each: (not each[0], each[0] in others, -counts[each], len(each[0]), each))
    return Example(*best)
