"""What is known of the exercises in a folder: what their files hold, and how their functions stand."""

import contextlib
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.course.manifest import Exercise, exercises
from kit.course.stubs import stub_of
from kit.learner.imported_files import imported_files, read
from kit.watch.changes import changed


@dataclass(frozen=True)
class Source:
    """What a verdict hangs on."""

    own: bytes | None  # the exercise's file; None if it is not there
    imported: dict[Path, bytes]  # the files beside it that it imports


class Progress:
    """Sources as they were when they were last read, and standings as they were last judged."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.sources: dict[Exercise, Source] = {}
        self.judged: dict[Exercise, Source] = {}
        self.standings: dict[Exercise, dict[str, str]] = {}  # function -> verdict, of what was judged
        self.passed: list[tuple[Exercise, str]] = []  # functions that were done, the last one last
        self.read()

    def path(self, exercise: Exercise) -> Path:
        """The learner's file."""
        return self.folder / f"{exercise.name}.py"

    def read(self) -> tuple[list[Exercise], list[Exercise]]:
        """Read all files; returns the exercises whose own file has changed, and those that import one that has."""
        before = self.sources
        self.sources = {e: Source(read(self.path(e)), imported_files(self.path(e))) for e in exercises()}
        new = [e for e in exercises() if e in before and self.sources[e] != before[e]]
        own = [e for e in new if self.sources[e].own != before[e].own]
        return own, [e for e in new if e not in own]

    def changed_functions(self, exercise: Exercise) -> list[str]:
        """The functions that differ from what was judged last; none where the whole file is concerned."""
        now, before = self.sources[exercise], self.judged.get(exercise)
        if before is None or now.own is None or now.imported != before.imported:
            return []
        return changed(before.own, now.own, exercise.functions)

    def is_stub(self, exercise: Exercise) -> bool:
        """Whether nothing has been written yet, so that there is nothing to judge."""
        return self.sources[exercise].own == stub_bytes(exercise)

    def note(self, exercise: Exercise, source: Source, standings: dict[str, str], first: Sequence[str] = ()) -> None:
        """A round over this source has ended; what was judged first is what a person works at, and passed last."""
        self.judged[exercise], self.standings[exercise] = source, standings
        done = [function for function in standings if standings[function] == "done"]
        passed = [(exercise, f) for f in (*(f for f in done if f not in first), *reversed(first)) if f in done]
        self.passed = [each for each in self.passed if each not in passed] + passed

    def standings_of(self, exercise: Exercise) -> dict[str, str]:
        """How its functions stand; nothing if that is not known of what the files hold now."""
        is_known = exercise in self.judged and self.judged[exercise] == self.sources[exercise]
        return self.standings[exercise] if is_known else {}

    def is_done(self, exercise: Exercise) -> bool:
        """Whether all of it is known to be done."""
        standings = self.standings_of(exercise)
        return all(standings.get(function) == "done" for function in exercise.functions)

    def following(self, exercise: Exercise) -> Exercise | None:
        """The next exercise that is not known to be done, after the last one from the first on; it may be this one.

        From one of the lecture's, what goes beyond it comes after all others.
        """
        at = exercises().index(exercise) + 1
        order = sorted((*exercises()[at:], *exercises()[:at]), key=lambda e: e.beyond > exercise.beyond)
        return next((e for e in order if not self.is_done(e)), None)

    def last_passed(self) -> tuple[Exercise, str] | None:
        """The function that was the last to pass, of those that still are done."""
        return next(((e, f) for e, f in reversed(self.passed) if self.standings_of(e).get(f) == "done"), None)


@functools.cache
def stub_bytes(exercise: Exercise) -> bytes | None:
    """The stub of an exercise; None if its solution is not there."""
    with contextlib.suppress(OSError):
        return stub_of(exercise.solution.read_text(encoding="utf-8")).encode()
    return None
