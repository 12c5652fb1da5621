"""Finds a mistake that the learner once made, in what was put away in out/backups."""

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

from kit.course.manifest import ROOT, Exercise, exercises
from kit.course.stubs import is_stub
from kit.verdict.inputs import signature

BACKUPS = ROOT / "out" / "backups"
STAMP = "%Y-%m-%dT%H-%M-%S-%f"  # behind the exercise's name in that of a backup
MOST_JUDGED = 5  # backups, the latest first; each takes seconds
PLAIN = {"Tensor", "int", "float", "bool", "str", "tuple", "list"}  # what an argument may be made of


@dataclass(frozen=True)
class Earlier:
    """A function as the learner once had it, which was wrong."""

    exercise: Exercise
    function: str
    path: Path

    @property
    def when(self) -> str:
        """The day and the minute in which it was put away."""
        return f"{datetime.strptime(self.path.stem.partition('.')[2], STAMP):%A, %d %B, %H:%M}"


def latest_mistake() -> Earlier | None:
    """The mistake in the latest backup that has one of which an input can tell."""
    for exercise, path in _backups()[:MOST_JUDGED]:
        for function in _wrong(exercise, path):
            if _takes_plain_data(exercise, function):
                return Earlier(exercise, function, path)
    return None


def _backups() -> list[tuple[Exercise, Path]]:
    """What was put away and is no stub, the latest first."""
    by_name, found = {exercise.name: exercise for exercise in exercises() if not exercise.free}, []
    for path in BACKUPS.glob("*.py"):
        name, _, stamp = path.stem.partition(".")
        try:
            when = datetime.strptime(stamp, STAMP)
            if name in by_name and not is_stub(path.read_text(encoding="utf-8")):
                found.append((when, name, path))
        except (OSError, ValueError):  # somebody has put a file of their own there
            continue
    return [(by_name[name], path) for _, name, path in sorted(found, reverse=True)]


def _wrong(exercise: Exercise, path: Path) -> list[str]:
    """The functions of a backup that are wrong, in the order of the exercise; judged in a process of their own."""
    with as_exercise(exercise, path.read_bytes()) as folder:
        report = folder / "report.xml"
        words = [exercise.id, f"--folder={folder}", f"--junitxml={report}", f"--rootdir={ROOT}", "-pno:cacheprovider"]
        environment = {**os.environ, "PYTEST_ADDOPTS": ""}
        subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, env=environment, capture_output=True)
        cases = ElementTree.parse(report).iter("testcase") if report.exists() else ()
        failed = [case for case in cases if case.find("failure") is not None]
        wrong = {exercise.function_of(_name(c)) for c in failed if c.find("failure").get("message").startswith("wrong")}
    return [function for function in exercise.functions if function in wrong]


def _name(case: ElementTree.Element) -> str:
    return case.get("name").partition("[")[0]


def _takes_plain_data(exercise: Exercise, function: str) -> bool:
    """Whether its arguments can be written down, as tensors and numbers can and networks cannot."""
    kinds = parameters(exercise, function).values()
    named = {each.id if isinstance(each, ast.Name) else each.attr for kind in kinds for each in _names(kind)}
    return bool(kinds) and named <= PLAIN


def parameters(exercise: Exercise, function: str) -> dict[str, ast.expr]:
    """What a function takes by name, with the annotations; of a class nothing."""
    found = signature(exercise, function)
    return {name: each.annotation for name, each in found.parameters.items()} if found else {}


def _names(kind: ast.expr) -> list[ast.Name | ast.Attribute]:
    return [node for node in ast.walk(kind) if isinstance(node, ast.Name | ast.Attribute)]


@contextmanager
def as_exercise(exercise: Exercise, source: bytes) -> Iterator[Path]:
    """A folder in which a source stands as the file of an exercise."""
    with tempfile.TemporaryDirectory(prefix="convkata-") as folder:
        (Path(folder) / f"{exercise.name}.py").write_bytes(source)
        yield Path(folder)
