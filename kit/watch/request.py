"""What watch asks a judge, and a judge that is a new interpreter, for where there is no fork."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

from kit.course.manifest import ROOT, Exercise
from kit.watch.json_lines import Lines


@dataclasses.dataclass(frozen=True)
class Request:
    """What a round of judging is about."""

    names: list[str]  # of exercises
    first: list[str]  # functions to judge before the others
    width: int  # of the screen
    in_colour: bool


class Fresh:
    """Starts rounds as new interpreters."""

    def __init__(self, folder: Path):
        self.folder = folder

    def start(self, request: Request) -> Lines:
        """Start a judge, which takes seconds."""
        asked = dataclasses.asdict(request)
        code = f"from kit.watch.warm_judge import judge_once; judge_once({str(self.folder)!r}, {asked!r})"
        command, pipe = [sys.executable, "-c", code], subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stdin=subprocess.DEVNULL, start_new_session=True)
        return Lines(os.dup(process.stdout.fileno()), lambda: _end(process))

    def prepare(self, _exercise: Exercise) -> bool:
        """There is nothing to prepare."""
        return False

    def forget(self) -> None:
        """There is nothing to forget."""


def _end(process: subprocess.Popen) -> None:
    """Let a judge end its learner processes, and itself."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
