"""Judges parts side by side, each in a fork of the warm judge, and ends those that do not end by themselves."""

import json
import os
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from kit.grade.part import Part
from kit.grade.stopping import held_back, stop_if_asked
from kit.grade.verdicts import FOLDER, live_and_judge
from kit.judge.judge import Judge
from kit.learner import wall
from kit.learner.process import can_fork

MOST_SECONDS = 900  # for one exercise of one submission, whatever happens; its calls have limits of their own
MOST_BYTES = 4 << 20  # that a judge may say of one part
GONE = "its judge ended before its time"
ENDLESS = f"its judge was ended after {MOST_SECONDS // 60} minutes"


class ThreadsError(Exception):
    """This process cannot be forked any more."""


@dataclass
class Running:
    """A judge at work."""

    part: Part
    pid: int
    reading: int
    place: str
    until: float
    said: bytearray

    def fileno(self) -> int:
        """See multiprocessing.connection.wait."""
        return self.reading


class Forks:
    """At most `number` judges at a time."""

    def __init__(self, items: list[pytest.Item], judge: Judge, number: int, most_seconds: float = MOST_SECONDS):
        self.items, self.judge, self.number, self.most_seconds = items, judge, number, most_seconds
        self.top = tempfile.mkdtemp(prefix="convkata-grading-")
        os.chmod(self.top, 0o711)  # learner processes may be other users, who pass through and see nothing
        self.running: list[Running] = []

    def judge_all(self, waiting: deque[Part]) -> Iterator[tuple[Part, dict]]:
        """What is found in each part, as it is found: {"functions", "seconds"}, or {"lost": why}.

        Parts may be added while one goes through what was found.
        """
        while waiting or self.running:
            stop_if_asked()
            while waiting and len(self.running) < self.number:
                self.running.append(self._start(waiting.popleft()))
            yield from self._collect()

    def _start(self, part: Part) -> Running:
        if not can_fork():
            raise ThreadsError(
                "Grading forks its judges, which this system or a thread in this process does not allow."
            )
        place = tempfile.mkdtemp(dir=self.top)
        os.chmod(place, 0o711)
        lay_out(part, Path(place) / FOLDER)
        reading, writing = os.pipe()
        with held_back():
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                live_and_judge(self.items, self.judge, part, Path(place), writing)
        os.close(writing)
        return Running(part, pid, reading, place, time.monotonic() + self.most_seconds, bytearray())

    def _collect(self) -> Iterator[tuple[Part, dict]]:
        for one in wait(self.running, timeout=1.0) if self.running else ():
            piece = os.read(one.reading, 1 << 16)
            one.said += piece
            if not piece or len(one.said) > MOST_BYTES:
                yield one.part, self._end(one, GONE)
        for one in [one for one in self.running if time.monotonic() > one.until]:
            yield one.part, self._end(one, ENDLESS)

    def _end(self, one: Running, otherwise: str) -> dict:
        """Wait for a judge that has said all, or kill it."""
        os.kill(one.pid, signal.SIGKILL)  # what it forked ends with it
        os.waitpid(one.pid, 0)
        os.close(one.reading)
        self.running.remove(one)
        wall.remove_base(one.place)
        try:
            return json.loads(one.said)
        except ValueError:
            return {"lost": otherwise}

    def close(self) -> None:
        """End what still runs, and remove what it left."""
        for one in list(self.running):
            self._end(one, GONE)
        wall.remove_base(self.top)


def lay_out(part: Part, folder: Path) -> None:
    """Write the files of a part into a new folder, which every user may read: its path is a secret."""
    for name, content in part.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        each.chmod(0o755)
