"""What the kit's commands have in common: one sentence and status 2 for what makes no sense."""

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from kit.course.manifest import ROOT, Exercise, UnknownNameError, find


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong with the command, and nothing else; status 2."""

    def error(self, message: str) -> NoReturn:
        """See argparse."""
        if message.startswith("the following arguments are required: "):
            example = message.rpartition(": ")[2].split(",")[0]
            kind = "exercise" if example.startswith("ex") else "function"
            self.exit(2, f"Which {kind}? For example: {self.prog} {example}\n")
        self.exit(2, f"{message[0].upper()}{message[1:]}; --help lists what can be chosen.\n")


def at_least(least: int) -> Callable[[str], int]:
    """A reader of options that are whole numbers."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to 999999999")
        return int(text)

    return read


def above_zero(text: str) -> float:
    """A reader of options that are numbers above 0; inf and nan are none."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def refuse(sentence: str) -> NoReturn:
    """End the program with a sentence and status 2."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def find_function(word: str) -> tuple[Exercise, str]:
    """The one function that a word names; ends the program if there is none, or more than one."""
    try:
        found = find(word)
    except UnknownNameError as error:
        refuse(str(error))
    if found[0][1] is None:
        refuse(f"Which function of {found[0][0].name}? {', '.join(found[0][0].functions)}.")
    if len(found) > 1:
        refuse(f"There is more than one {word}: {', '.join(f'{e.id}.{f}' for e, f in found)}.")
    return found[0]


def command_line(what: str) -> str:
    """How to call one of the kit's commands, in the way in which this one was called."""
    return f"nox -s {what} --" if "NOX_CURRENT_SESSION" in os.environ else f"python -m kit.{what}"


def shown(path: Path) -> str:
    """A path as short as it can be."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
