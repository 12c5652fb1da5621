"""Seconds that a process could use: it ran or slept, and was neither stopped nor waiting for a processor.

A clock on the wall also counts a closed lid, a paused container and fifteen neighbours, none of which is the learner's
doing.
"""

import time
from pathlib import Path

STEP = 0.1  # seconds from one look to the next
LONGEST_GAP = 2.5 * STEP  # between two looks, if nobody was stopped in between


class Budget:
    """Counts what a process uses of the seconds it is given; `pid` is that of another process, None of this one.

    Somebody has to look every STEP seconds. What is over sooner costs no look at the process.
    """

    def __init__(self, seconds: float, pid: int | None = None):
        self.seconds, self._pid = seconds, pid
        self._used, self._time = 0.0, time.monotonic()
        self._scheduled: tuple[float, float] | None = None  # at the last look

    def used(self) -> float:
        """The seconds that have been used."""
        return self._used + min(time.monotonic() - self._time, LONGEST_GAP)

    def look(self) -> float:
        """Count the time since the last look, and return how many seconds are left."""
        now, scheduled = time.monotonic(), self._read()
        ran, waited = (b - a for a, b in zip(self._scheduled or scheduled, scheduled, strict=True))
        # A long operation in C keeps a process from looking, so what it ran counts even after a long gap.
        self._used += max(0.0, min(now - self._time, LONGEST_GAP) - waited, ran)
        self._time, self._scheduled = now, scheduled
        return self.seconds - self._used

    def _read(self) -> tuple[float, float]:
        """How long the process has run, and has waited for a processor; nothing where the system does not tell."""
        try:
            ran, waited, _ = Path(f"/proc/{self._pid or 'self'}/schedstat").read_text().split()
        except (OSError, ValueError):
            return 0.0, 0.0
        return int(ran) / 1e9, int(waited) / 1e9
