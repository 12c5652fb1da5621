"""Which small input tells those who have made a mistake from all others: it is tried, not guessed.

One answer of each group, and the model answer, are asked the calls at which members of the groups have failed; where
these do not do, calls like them.
"""

import contextlib
import json
import math
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kit.course.manifest import Exercise, exercises
from kit.grade import record
from kit.grade.forks import lay_out
from kit.grade.misunderstandings import Case, Tried, grouped
from kit.grade.part import Part
from kit.grade.pasted import read_call
from kit.learner.call import Call, ChangedInputError, LearnerError, NoAnswer, RecordedCall
from kit.learner.fork_server import CleanForkServer
from kit.learner.lazy_torch import is_tensor
from kit.learner.process import StartError
from kit.learner.stand_in import Learner
from kit.learner.workers import Limits
from kit.verdict.inputs import inputs_of
from kit.verdict.values import show_call, show_value
from kit.verdict.variations import Variations

ANSWERS = "answers.json"  # beside the copies of what was judged: what they answered, so that nobody is asked twice
MOST_GROUPS = 12  # of one function, those with most people
MOST_CALLS = 3  # of one group
MOST_MORE, MOST_TRIES = 30, 200  # calls of one function beside those
LONGEST = 120  # characters of such a call
LIMITS = Limits(call=2.0, exercise=20.0)
RAISES = "raises "
FAILED = ("wrong", "crashed")  # verdicts that a single call may show


def tell_apart(records: list[dict], files: Path) -> dict[tuple, Tried]:
    """The best call for each group, by exercise, function and the group's key; `files` has the copies."""
    found: dict[tuple, Tried] = {}
    with _Asking(files) as asking:
        for (exercise, function), groups in grouped(records).items():
            own = {key: cases for key, cases in groups.items() if cases[0].function["verdict"] in FAILED}
            most = dict(sorted(own.items(), key=lambda item: -len(item[1]))[:MOST_GROUPS])
            try:
                best = _of_function(asking, next(e for e in exercises() if e.name == exercise), function, most)
            except Exception:  # of what a stranger has answered; the report stands without a call for it
                best = {}
            found |= {(exercise, function, key): tried for key, tried in best.items()}
    return found


def _of_function(asking: "_Asking", exercise: Exercise, function: str, groups: dict) -> dict[tuple, Tried]:
    calls = [*dict.fromkeys(call for cases in groups.values() for call in _calls(cases))]
    found = _best(asking, exercise, groups, calls)
    if len(groups) > 1 and not all(key in found and found[key].alike == found[key].failing == 0 for key in groups):
        found = _best(asking, exercise, groups, [*calls, *_more(exercise, function, calls)])
    return found


def _best(asking: "_Asking", exercise: Exercise, groups: dict, calls: list[str]) -> dict[tuple, Tried]:
    """For each group the call at which it fails, and of the others as few as can be; of several the shortest."""
    want = asking.answers(exercise, {}, calls)
    got = {key: asking.answers(exercise, _shortest(cases), calls) for key, cases in groups.items()}
    sizes = {key: len(cases) for key, cases in groups.items()}
    found = {}
    for key in groups:
        failed = [call for call in calls if call in want and got[key].get(call, want[call]) != want[call]]
        tried = [_tried(call, key, want, got, sizes) for call in failed]
        if tried:
            found[key] = min(tried, key=_how_bad)
    return found


def _how_bad(tried: Tried) -> tuple:
    """The better the smaller: an answer of their own, of which others are right, to a call that has an answer."""
    return tried.alike, tried.want.startswith(RAISES), tried.failing, len(tried.call), tried.call


def _tried(call: str, key: tuple, want: dict, got: dict, sizes: dict) -> Tried:
    others = [other for other in sizes if other != key and call in got[other]]
    failing = [other for other in others if got[other][call] != want[call]]
    alike = [other for other in failing if got[other][call] == got[key][call]]
    counts = (sum(sizes[other] for other in own) for own in (others, failing, alike))
    return Tried(call, got[key][call], want[call], *counts)


def _calls(cases: list[Case]) -> list[str]:
    """The calls at which most of them failed, the short ones first."""
    counts = Counter(case.failure["call"] for case in cases if read_call(case.failure["call"]))
    return sorted(counts, key=lambda call: (-counts[call], len(call), call))[:MOST_CALLS]


def _more(exercise: Exercise, function: str, calls: list[str]) -> list[str]:
    """Calls like these, with a part of one in another or a number that is next to one; always the same ones."""
    make, genes, found = Variations(exercise, function), [], {}
    for name, arguments, keywords in filter(None, map(read_call, calls)):
        inputs = inputs_of(exercise, RecordedCall({"function": name}, tuple(arguments), keywords))
        if inputs and (own := make.genes(inputs)):
            genes.append(own)
    for number in range(MOST_TRIES if genes else 0):
        one = genes[number % len(genes)]
        other = make.between(one, genes[(number // len(genes)) % len(genes)])
        if recorded := make.call(other):
            text = show_call(Call(function, recorded.args, tuple(recorded.kwargs.items())))
            if len(text) <= LONGEST and read_call(text):
                found[text] = None
                genes.append(other)
        if len(found) >= MOST_MORE:
            break
    return [*found]


def _shortest(cases: list[Case]) -> dict[str, str]:
    """The files of one of them, by their hashes."""
    return min((case.exercise["files"] for case in cases), key=lambda files: (len(files), sorted(files.values())))


class _Asking:
    """Asks answers in processes of their own, and keeps what they say."""

    def __init__(self, files: Path):
        self.files, self.known, self.opened, self.starter = files, {}, contextlib.ExitStack(), None
        with contextlib.suppress(OSError, ValueError):
            self.known = dict(json.loads((files / ANSWERS).read_text(encoding="utf-8")))
        self.used: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "_Asking":
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()
        if self.used and self.used != self.known:
            record.write(self.files / ANSWERS, json.dumps(self.used, indent=0, sort_keys=True) + "\n")

    def answers(self, exercise: Exercise, hashes: dict[str, str], calls: list[str]) -> dict[str, str]:
        """What is answered to these calls, as text; no files stand for the model answer. What fails is left out."""
        key = record.sha256(json.dumps([exercise.name, hashes, record.kit_digest()], sort_keys=True).encode())
        known = self.used.setdefault(key, dict(self.known.get(key, {})))
        if missing := [call for call in calls if call not in known]:
            with contextlib.suppress(OSError, StartError, NoAnswer), self._learner(exercise, hashes) as learner:
                for call in missing:
                    if (answer := ask(learner, call)) is not None:
                        known[call] = answer
        return {call: known[call] for call in calls if call in known}

    @contextlib.contextmanager
    def _learner(self, exercise: Exercise, hashes: dict[str, str]) -> Iterator[Learner]:
        if self.starter is None:
            self.starter = self.opened.enter_context(contextlib.closing(CleanForkServer()))
        with tempfile.TemporaryDirectory(prefix="convkata-") as top:
            os.chmod(top, 0o711)  # learner processes may be other users
            path = exercise.solution
            if hashes:
                contents = {name: (self.files / f"{digest}.py").read_bytes() for name, digest in hashes.items()}
                lay_out(Part(exercise, contents), Path(top, "submission"))
                path = Path(top, "submission", f"{exercise.name}.py")
            learner = Learner(exercise, path, self.starter, LIMITS)
            try:
                yield learner
            finally:
                with contextlib.suppress(StartError):
                    learner.end()


def ask(learner: Learner, text: str) -> str | None:
    """The answer to a call, as text that is the same for answers that count as the same; None if there is none."""
    name, arguments, keywords = read_call(text)
    learner.about = name
    try:
        return show_value(_rounded(getattr(learner, name)(*arguments, **keywords)))
    except ChangedInputError as error:
        return error.what
    except LearnerError as error:
        return RAISES + (error.account.types[0] if error.account.types else "an error")
    except NoAnswer as error:
        return error.account.message if error.account.word == "crashed" else None


def _rounded(value: object) -> object:
    """Without what another order of adding changes."""
    if is_tensor(value):
        return value.round(decimals=6) + 0 if value.is_floating_point() else value
    if isinstance(value, float) and math.isfinite(value):
        return round(value, 6) + 0
    if isinstance(value, list | tuple):
        return type(value)(map(_rounded, value))
    return value
