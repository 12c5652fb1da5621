"""Puts the stub of an exercise back: shows what is taken away, and keeps all of it in a dated backup."""

import difflib
import os
import shlex
from pathlib import Path

from kit.commands.options import OneSentenceParser, command_line, refuse, shown
from kit.course.manifest import ROOT, Exercise, UnknownNameError, find
from kit.course.stubs import back_up, stub_of
from kit.verdict.harmless import harmless
from kit.verdict.terminal import on_any_terminal

MOST_LINES = 40  # of what is taken away
EXERCISES = ROOT / "exercises"


def reset(exercise: Exercise) -> None:
    """Put the stub back, once the file that stands there is safe."""
    path = EXERCISES / f"{exercise.name}.py"
    stub = stub_of((ROOT / "solutions" / path.name).read_text(encoding="utf-8"))
    written = path.read_bytes() if path.exists() else None
    if written == stub.encode():
        print(f"{shown(path)} is the stub already.")
        return
    if written is not None:
        copy = back_up(path)
        show_loss(stub, written.decode(errors="replace"))
        print(f"Your file is kept as {shown(copy)}.")
        print(f"To have it back: {shlex.join(['cp', str(shown(copy)), str(shown(path))])}")
    put(path, stub)
    print(f"{shown(path)} is the stub again.")


def show_loss(stub: str, written: str) -> None:
    """Print the lines in which a file differs from its stub."""
    pair = written.splitlines(), stub.splitlines()
    lines = [harmless(line.expandtabs()) for line in difflib.unified_diff(*pair, n=0, lineterm="")][2:]  # no names
    print("\n".join(["Taken away (-) and put back (+):" if lines else "Only line ends differ.", *lines[:MOST_LINES]]))
    if len(lines) > MOST_LINES:
        print(f"… {len(lines) - MOST_LINES} lines more")


def put(path: Path, text: str) -> None:
    """Write a file at once: whoever reads it finds the old text or the new one."""
    half = path.with_name(f".{path.name}.new")
    try:
        half.write_bytes(text.encode())  # with \n at the line ends on every system, as it is committed
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Reset the exercises that are named; nothing at all if one of the names makes no sense."""
    parser = OneSentenceParser(command_line("reset"), description="Put the stub of an exercise back.")
    parser.add_argument("exercises", nargs="+", metavar="ex05", help="which exercise")
    words = parser.parse_args(arguments).exercises
    try:
        found = [find(word)[0] for word in words]
    except UnknownNameError as error:
        refuse(str(error))
    for exercise, function in found:
        if function:
            refuse(f"{function} is one function; a whole exercise is reset: {command_line('reset')} {exercise.id}")
    try:
        for exercise in dict.fromkeys(exercise for exercise, _ in found):
            reset(exercise)
    except OSError as error:
        refuse(f"Nothing more was reset: {error.strerror}: {error.filename}")
    return 0
