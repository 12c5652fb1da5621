"""Readers of command-line options that answer nonsense with one sentence and exit status 2."""

import argparse
import math
import sys
from collections.abc import Callable

import torch


def at_least(least: int) -> Callable[[str], int]:
    """A reader of whole numbers."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to 999999999")
        return int(text)

    return read


def above_zero(text: str) -> float:
    """A reader of numbers above 0; inf and nan are none."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def device_here(text: str) -> torch.device:
    """A reader of devices that this machine has."""
    here = {"cpu": 1}
    if torch.accelerator.is_available():
        here[torch.accelerator.current_accelerator().type] = torch.accelerator.device_count()
    try:
        device = torch.device(text)
    except (RuntimeError, UnicodeError):
        device = torch.device("meta")  # which no machine has
    if (device.index or 0) >= here.get(device.type, 0):
        raise argparse.ArgumentTypeError(f"there is no device {text!r} here; there is {' and '.join(here)}")
    return device


def complain(sentence: str, status: int) -> int:
    """Say it on stderr; returns the status."""
    print(sentence, file=sys.stderr)
    return status
