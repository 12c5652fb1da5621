"""Grades submissions: what is judged already, or identical, is not judged again; records are written as they come."""

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from kit.course.manifest import Exercise, exercises
from kit.grade import record
from kit.grade.cohort import Entry
from kit.grade.forks import Forks
from kit.grade.part import Part
from kit.grade.reading import Submission
from kit.grade.stopping import stop_if_asked
from kit.judge.items import EXERCISE
from kit.judge.judge import Judge
from kit.judge.starters import from_a_clean_interpreter
from kit.judge.warm import draw_examples, with_warm_judge
from kit.learner.lazy_torch import source_needs_torch

if TYPE_CHECKING:
    from kit.grade.cluster import Cluster

FILES = ".files"  # the folder beside the records in which what was judged is kept, by its hash
WORTH_DRAWING = 3  # so many parts of an exercise, and its examples are drawn once for all


@dataclass
class Options:
    """How to grade."""

    seed: int
    examples: int = 100
    seconds: float = 5.0
    memory: float = 4.0
    partial: bool = False
    jobs: int = 1
    dask: str | None = None  # the address of a cluster, or "" for one on this machine

    def judged_with(self, folder: Path) -> dict:
        """See kit.grade.record."""
        return record.judged_with(self.seed, self.examples, self.seconds, self.memory, folder)

    def for_pytest(self) -> dict[str, object]:
        """What the warm judge is told by its options."""
        limits = {"seconds": self.seconds, "memory": self.memory}
        return {"hypothesis-profile": record.PROFILE, "hypothesis-seed": self.seed, **limits}


@dataclass
class Work:
    """What is known and what is missing."""

    about: dict
    known: dict[str, dict] = field(default_factory=dict)  # by the keys of parts
    missing: dict[str, Part] = field(default_factory=dict)
    submissions: dict[str, tuple[Entry, Submission, set[str]]] = field(default_factory=dict)  # with missing keys


def grade(
    entries: Iterable[Entry],
    out: Path,
    options: Options,
    known: dict[str, dict],
    tell: Callable[[int, int, float], None] = lambda *_: None,
    keep: Callable[[dict], None] = lambda _: None,
) -> None:
    """Write a record for each entry into `out`, and hand it to `keep`; `tell` hears how far it has come."""
    out.mkdir(parents=True, exist_ok=True)
    work = Work(options.judged_with(out), dict(known))
    for entry in entries:
        stop_if_asked()
        submission = entry.read()
        keys = {part.key(work.about): part for part in submission.parts}
        work.known |= {key: record.not_handed_in(part.exercise) for key, part in keys.items() if not part.is_there}
        new = {key: part for key, part in keys.items() if key not in work.known}
        work.missing |= new
        work.submissions[entry.name] = entry, submission, {*new}
    writer = _Writer(work, out, options, keep)
    writer.write_what_is_ready()
    if work.missing:
        _judge(work, writer, options, tell)


def _judge(work: Work, writer: "_Writer", options: Options, tell: Callable[[int, int, float], None]) -> None:
    settings.register_profile(record.PROFILE, max_examples=options.examples, derandomize=False)
    asked = {part.exercise: None for part in work.missing.values()}
    drawn = worth_drawing(work.missing.values())

    def loop(items: list[pytest.Item], judge: Judge) -> None:
        draw_examples([item for item in items if item.stash[EXERCISE] in drawn], judge)
        _collect(Forks(items, judge, options.jobs), work, writer, tell)

    if options.dask is None:
        with from_a_clean_interpreter(any(map(needs_torch, work.missing.values()))):
            with_warm_judge(loop, [exercise for exercise in exercises() if exercise in asked], options.for_pytest())
        return
    from kit.grade.cluster import Cluster

    how = {
        "asked": [e.name for e in asked],
        "drawn": [e.name for e in drawn],
        "options": vars(options) | {"dask": None},
    }
    _collect(Cluster(options.dask, options.jobs, how, work.about, record.kit_commit()), work, writer, tell)


def needs_torch(part: Part) -> bool:
    """Whether torch has to be there before a learner process imports the files of this part."""
    return any(source_needs_torch(part.exercise, content) for content in part.files.values())


def _collect(engine: "Forks | Cluster", work: Work, writer: "_Writer", tell: Callable[[int, int, float], None]) -> None:
    """Have the engine judge what is missing, and write records as it comes."""
    begin, total = time.monotonic(), len(work.missing)
    waiting, again = deque(work.missing.values()), set()
    with contextlib.closing(engine):
        for part, found in engine.judge_all(waiting):
            key = part.key(work.about)
            if _is_lost(found) and key not in again:  # a busy machine may be at fault; it gets a second chance
                again.add(key)
                waiting.append(part)
                continue
            work.known[key] = record.lost(part.exercise, found["lost"]) if "lost" in found else found
            del work.missing[key]
            writer.write_what_is_ready(key)
            done = total - len(work.missing)
            tell(done, total, (time.monotonic() - begin) / done * len(work.missing))


def _is_lost(found: dict) -> bool:
    return "lost" in found or any(function["verdict"] == "not judged" for function in found["functions"])


def worth_drawing(parts: Iterable[Part]) -> list[Exercise]:
    """The exercises of which there are enough parts."""
    counts = Counter(part.exercise for part in parts)
    return [exercise for exercise, count in counts.items() if count >= WORTH_DRAWING]


class _Writer:
    """Writes the record of a submission as soon as all of its parts are known."""

    def __init__(self, work: Work, out: Path, options: Options, keep: Callable[[dict], None]):
        self.work, self.out, self.options, self.keep = work, out, options, keep

    def write_what_is_ready(self, new: str | None = None) -> None:
        """Write records for which nothing is missing, now that this is known too."""
        for name, (entry, submission, missing) in list(self.work.submissions.items()):
            missing.discard(new)
            if not missing:
                del self.work.submissions[name]
                self._write(entry, submission)

    def _write(self, entry: Entry, submission: Submission) -> None:
        about = self.work.about
        found = {part.exercise.name: self.work.known[part.key(about)] for part in submission.parts}
        made = record.record_of(entry.who(), submission, found, about, self.options.partial)
        path, text = self.out / f"{entry.name}.json", record.dumps(made)
        for part in submission.parts:
            for name, digest in part.hashes().items():
                kept = self.out / FILES / f"{digest}.py"
                if not kept.exists():
                    record.write_bytes(kept, part.files[name])
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            record.write(path, text)
        self.keep(made)
