"""Limits on time and memory, from inside a learner process; the judge has a time limit of its own."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from kit.learner.budget import STEP, Budget

MOST_THREADS = 256  # of a process that root starts, since that is to be the only one of its user
MOST_OF_A_USER = 4096  # processes and threads, otherwise


class TimedOut(BaseException):
    """Raised in a learner's code when its time is up; no Exception, so that a plain `except` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimedOut in the code inside when its time is up, again and again."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    budget = Budget(seconds)

    def look(_signal: int, _frame: object) -> None:
        if budget.look() <= 0:
            raise TimedOut

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, min(STEP, seconds), STEP)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def limit_resources(memory: int, limit_address_space: bool) -> None:
    """Limit memory, files and processes of this process, where the platform can.

    CUDA's driver reserves more address space than there is memory; beside it the limit is on what is written to.
    """
    with contextlib.suppress(ImportError, OSError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        kind = resource.RLIMIT_AS if limit_address_space else resource.RLIMIT_DATA
        threads = MOST_THREADS if os.geteuid() == 0 else MOST_OF_A_USER
        limits = {kind: most, resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 256, resource.RLIMIT_NPROC: threads}
        for limit, value in limits.items():
            _, hard = resource.getrlimit(limit)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(limit, (value, value))
