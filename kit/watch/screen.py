"""What watch prints itself, between the reports of a judge."""

import os
import sys
import time

from kit.verdict.terminal import columns

WIDEST = 100  # columns


class Screen:
    """Standard output, with a little colour where it is a terminal; its width is looked up each time."""

    def __init__(self) -> None:
        self.in_colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    @property
    def width(self) -> int:
        """Columns to write in."""
        return min(columns(), WIDEST)

    def write(self, text: str) -> None:
        """Write text as it is."""
        print(text, end="", flush=True)

    def say(self, text: str, style: str = "") -> None:
        """Write a line."""
        self.write(f"{self.styled(text, style)}\n")

    def styled(self, text: str, style: str) -> str:
        """Text in one of the terminal's styles: 1 is bold, 2 is dim."""
        return f"\x1b[{style}m{text}\x1b[m" if style and self.in_colour else text

    def rule(self, about: str) -> None:
        """A line between one verdict and the next."""
        clock = time.strftime("%H:%M:%S")
        room = self.width - len(clock) - 8
        about = about if len(about) <= room else f"{about[: room - 1]}…"
        self.say(f"\n── {about} {'─' * (room + 2 - len(about))} {clock}", "2")
