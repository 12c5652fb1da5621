"""How long a learner waits who has changed nothing, or one exercise, in a copy of the project."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from kit.course.manifest import ROOT

NOTHING, CHANGED, SAME = "kept: nothing written yet", "kept: one exercise changed", "kept: all as it was"
AIMS = {NOTHING: 0.4, CHANGED: 1.5, SAME: 0.4}


def copy_checkout(folder: Path) -> Path:
    """Copy what judging needs into a new folder: all but the kit's own tests; returns the folder."""
    for name in ("kit", "tests", "solutions", "exercises"):
        without = shutil.ignore_patterns("__pycache__", *(["kit"] if name == "tests" else []))
        shutil.copytree(ROOT / name, folder / name, ignore=without)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


class Learner:
    """A copy of the project whose owner has solved all of it, and has been judged once.

    Of the exercises it is `changed` that is changed; `asked` is what is asked for, everything if it is empty.
    """

    def __init__(self, folder: Path, changed: str = "ex05_conv2d", asked: tuple[str, ...] = ()):
        self.folder, self.changed, self.asked = folder, folder / "exercises" / f"{changed}.py", asked
        copy_checkout(folder)
        self._write(ROOT / "solutions")
        self._seconds()

    def seconds(self, number: int) -> dict[str, float]:
        """Seconds of each run of a round."""
        return {state: self._seconds() for state in self.states(number)}

    def states(self, number: int) -> Iterator[str]:
        """Lay out the files for each run of a round; the last one finds what the run before it has judged."""
        self._write(ROOT / "exercises")
        yield NOTHING
        self._write(ROOT / "solutions")
        with self.changed.open("a", encoding="utf-8") as file:
            file.write(f"\n# {number}\n")
        yield CHANGED
        yield SAME

    def _write(self, source: Path) -> None:
        shutil.rmtree(self.folder / "exercises", ignore_errors=True)
        shutil.copytree(source, self.folder / "exercises", ignore=shutil.ignore_patterns("__pycache__"))

    def _seconds(self) -> float:
        """Of one run, without the settings by which a caller of the bench would have all judged anew."""
        without = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_ADDOPTS")}
        command, begin = [sys.executable, "-m", "pytest", *self.asked], time.perf_counter()
        done = subprocess.run(command, cwd=self.folder, env=without, stdout=subprocess.DEVNULL)
        assert done.returncode in (0, 1), f"pytest ended with {done.returncode}"
        return time.perf_counter() - begin
