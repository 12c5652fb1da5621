"""Verdicts that need not be found again: of a function that is done in files that are as they were, and of a stub.

A verdict is kept under a key of all that it hangs on. The board says which verdicts were kept; `--all` finds all anew.
"""

import contextlib
import hashlib
import json
import os
import platform
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, Exercise, exercises
from kit.course.stubs import stub_of
from kit.judge import neighbours
from kit.judge.asking import Asked
from kit.judge.starters import must_be_alone
from kit.learner.devices import DRIVERS
from kit.learner.imported_files import imported_files, read
from kit.verdict.record import Check, Record

EXERCISES = ROOT / "exercises"
FOLDER = ROOT / ".cache" / "verdicts"
CODE = ("kit/**/*.py", "kit/**/*.toml", "tests/*.py", "tests/probes/*.py", "tests/mistakes/*.py", "solutions/*.py")
SETTINGS = ("conftest.py", "pyproject.toml")
MORE = (  # options that ask for something else than the board, or for a part of the checks
    *("in_process", "collectonly", "keyword", "markexpr", "lf", "failedfirst", "deselect", "ignore", "ignore_glob"),
    *("verbose", "xmlpath", "durations", "hypothesis_profile", "hypothesis_seed", "inifilename", "all", "require_wall"),
)


def may_be_used(config: pytest.Config, asked: Asked, folder: Path) -> bool:
    """Whether a learner asks how far they are; graders, editors and the kit's makers want every check made."""
    if folder != EXERCISES.resolve() or config.option.folder is not None or os.environ.get("CI"):
        return False
    if asked.by_hand or len(asked.paths) > len(asked.functions):  # single checks, or the kit's own tests as well
        return False
    if any(getattr(config.option, name, None) for name in MORE) or must_be_alone(config.option):
        return False
    return not (neighbours.look_at_reports(config) or neighbours.run_checks_themselves(config))


class Kept:
    """What is known of the exercises that were asked for, before anything is judged."""

    def __init__(self, asked: dict[Exercise, list[str]], options: tuple):
        self.asked, self.options = asked, options
        self.keys = keys(asked, options)
        self.done = {exercise: self._load(exercise) for exercise in asked}
        self.verdicts = {about: verdict for exercise in asked for about, verdict in self._known_of(exercise)}

    def to_judge(self) -> dict[Exercise, list[str]]:
        """What was asked for and is not known."""
        left = {e: [f for f in functions if (e, f) not in self.verdicts] for e, functions in self.asked.items()}
        return {exercise: functions for exercise, functions in left.items() if functions}

    def keep(self, record: Record) -> None:
        """Keep what is done, if nothing has changed since it was judged."""
        if record.left_out or record.is_partial:
            return
        done = {e: [s.function for s in record.standings_of(e) if s.word == "done"] for e in record.asked}
        new = [exercise for exercise in done if {*done[exercise]} - {*self.done[exercise]}]
        now = keys(new, self.options) if new else {}
        for exercise in new:
            if now[exercise] == self.keys[exercise]:
                functions = [f for f in exercise.checks if f in {*self.done[exercise], *done[exercise]}]
                with contextlib.suppress(OSError):  # a checkout may be read-only
                    _write(_place(exercise), {"key": now[exercise], "done": functions})

    def _known_of(self, exercise: Exercise) -> Iterator[tuple[tuple[Exercise, str], Check | None]]:
        """The verdicts that are known, as a record has them: None stands for "done"."""
        is_untouched = _text(_path(exercise)) == _stub(exercise)
        for function in self.asked[exercise]:
            if is_untouched:
                yield (exercise, function), not_started(exercise, function)
            elif function in self.done[exercise]:
                yield (exercise, function), None

    def _load(self, exercise: Exercise) -> list[str]:
        try:
            kept = json.loads(_place(exercise).read_text(encoding="utf-8"))
            return [f for f in exercise.checks if f in kept["done"]] if kept["key"] == self.keys[exercise] else []
        except (OSError, ValueError, LookupError, TypeError):  # not there, or damaged
            return []


def keys(asked: Iterable[Exercise], options: tuple) -> dict[Exercise, str]:
    """For each exercise a key of everything that a verdict on it hangs on."""
    found, common = {}, surroundings(options)
    for exercise in asked:
        path, digest = _path(exercise), common.copy()
        for file in (path, *imported_files(path)):
            _add(digest, file)
        found[exercise] = digest.hexdigest()
    return found


def surroundings(options: tuple) -> "hashlib._Hash":
    """All that the verdicts on every exercise hang on: checks, kit, packages, machine, options, files beside them."""
    digest = hashlib.sha256(repr((options, sys.version, platform.platform(), sys.flags.optimize)).encode())
    here = ROOT.stat()  # what somebody hands in with a cache of its own is judged anew
    digest.update(repr((here.st_dev, here.st_ino, [path for path in DRIVERS if os.path.exists(path)])).encode())
    for folder in dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")):
        with contextlib.suppress(OSError):  # the name of such a folder has the version of its package
            digest.update(repr(sorted(name for name in os.listdir(folder) if name.endswith("-info"))).encode())
    for file in sorted({file for pattern in (*CODE, *SETTINGS) for file in ROOT.glob(pattern)}):
        _add(digest, file)
    for file in _others():
        with contextlib.suppress(OSError):  # it has just been removed
            about = file.stat()
            digest.update(repr((str(file), about.st_size, about.st_mtime_ns)).encode())
    return digest


def not_started(exercise: Exercise, function: str) -> Check:
    """The verdict on a function that is nothing but its stub, as a check would find it."""
    lines = _text(_path(exercise)).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith((f"def {function}(", f"class {function}(")))
    end = next((n for n in range(start, len(lines)) if lines[n].strip() == "raise NotImplementedError"), start)
    return Check(exercise, function, function, "not started", lines=((end + 1, lines[end].strip()),))


def _others() -> list[Path]:
    """What else lies beside the exercises and may be read by them, such as a file of numbers; it may be large."""
    names = {f"{exercise.name}.py" for exercise in exercises()}
    visible = [p for p in sorted(EXERCISES.rglob("[!._]*")) if not any(part[0] == "." for part in _below(p))]
    return [path for path in visible if path.is_file() and path.name not in names and "__pycache__" not in _below(path)]


def _below(path: Path) -> tuple[str, ...]:
    return path.relative_to(EXERCISES).parts


def _add(digest: "hashlib._Hash", file: Path) -> None:
    source = read(file)
    digest.update(f"{file}\0{-1 if source is None else len(source)}\0".encode())
    digest.update(source or b"")


def _path(exercise: Exercise) -> Path:
    return EXERCISES / f"{exercise.name}.py"


def _place(exercise: Exercise) -> Path:
    return FOLDER / f"{exercise.name}.json"


def _stub(exercise: Exercise) -> str | None:
    """What stands in exercises/ before a learner begins; None where there are no solutions to make it from."""
    source = read(ROOT / "solutions" / f"{exercise.name}.py")
    return stub_of(source.decode()) if source else None


def _text(path: Path) -> str:
    return (read(path) or b"").decode(errors="replace")


def _write(path: Path, value: dict) -> None:
    """Write a file that others may be reading: they see it whole, as it was or as it is now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        json.dump(value, file)
    os.replace(file.name, path)
