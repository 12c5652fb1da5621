"""What only trainings are asked on the command line, and how they end."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def device_here(text: str) -> "torch.device":
    """A reader of devices that this machine has."""
    import torch  # only where a device is named: this takes seconds

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
