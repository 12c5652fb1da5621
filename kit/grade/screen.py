"""What a person sees while submissions are graded, and of a single one in the end."""

import sys
import time
from pathlib import Path


class Progress:
    """How many parts are judged, and how long the rest may take, on the last line of a terminal."""

    def __init__(self) -> None:
        self.is_live, self.last = sys.stderr.isatty(), 0.0

    def __call__(self, done: int, total: int, left: float) -> None:
        """Tell it, at most twice a second, or twice a minute where lines stay."""
        now = time.monotonic()
        if now - self.last < (0.5 if self.is_live else 30):
            return
        self.last = now
        minutes = f"{left / 60:.0f} minutes" if left > 90 else f"{left:.0f} seconds"
        line = f"{done} of {total} exercise files judged, about {minutes} left"
        print(*(["\r", line, " "] if self.is_live else [line, "\n"]), sep="", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self.is_live and self.last:
            print(file=sys.stderr)


def tell(made: dict, path: Path) -> None:
    """One submission on the screen."""
    for problem in made["problems"]:
        print(f"note: {problem}")
    for exercise in made["exercises"]:
        words = [f"{f['function']} {f['verdict']}" for f in exercise["functions"] if f["verdict"] != "done"]
        rest = f"  {', '.join(words)}" if words and exercise["found"] else "  not handed in" if words else ""
        print(f"{exercise['exercise']:22}{exercise['points']:5g} of {exercise['max_points']}{rest}")
    print(f"{made['points']:g} of {made['max_points']:g} points; {made['done']} of {made['functions']} functions done")
    print(f"the record: {path}")
