"""Nobody can type into a learner process: code that stops at a breakpoint there is told how to get a prompt."""

import io
import os
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from kit.course.manifest import exercises


class NoPromptError(Exception):
    """Raised in a learner's code that waits for somebody to type."""


class NoInput(io.TextIOBase):
    """Stands for stdin, which pdb.set_trace and input read from."""

    def readline(self, *_: object) -> NoReturn:
        """Refuse."""
        refuse_prompt()

    read = readlines = __next__ = readline


def take_input_away() -> None:
    """Let breakpoint() and whatever reads from stdin raise NoPromptError, from now on."""
    sys.stdin = NoInput()
    sys.modules.pop("pdb", None)  # pytest, if this is a fork of it, has put a set_trace of its own there
    if os.environ.get("PYTHONBREAKPOINT") != "0":  # which says that breakpoints are passed over
        sys.breakpointhook = refuse_prompt


def refuse_prompt(*_args: object, **_kwargs: object) -> NoReturn:
    """Say how to get a prompt in the function that runs."""
    command = "nox -s exercises --" if "NOX_CURRENT_SESSION" in os.environ else "pytest"
    line = " ".join(filter(None, [command, function_of(sys._getframe(1)), "--in-process -s"]))
    raise NoPromptError(f"nobody can type here; for a prompt:\n{line}")


def function_of(frame: FrameType | None) -> str:
    """ex05.conv2d for a frame in that function, or in what it calls; ex05 for one in the rest of its file."""
    part = ""
    while frame:
        stem, name = Path(frame.f_code.co_filename).stem, frame.f_code.co_qualname.split(".")[0]
        for exercise in exercises():
            if exercise.name == stem:
                part = f"{exercise.id}.{name}" if name in exercise.checks else part or exercise.id
        frame = frame.f_back
    return part
