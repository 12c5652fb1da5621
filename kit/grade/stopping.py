"""Ctrl-C, and SIGTERM, by which a cluster says that time is up, stop grading wherever they come.

What they raise may come to nothing where it is raised: in a destructor, in a module in C that is imported and takes any
failure for a missing package. So they are remembered, and asked for at each step.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SAID = "\nStopped. What is graded is kept; the same command goes on from there."
STATUS = 130
is_asked = False


def _stop(_number: int, _frame: FrameType | None) -> None:
    global is_asked
    is_asked = True
    raise KeyboardInterrupt


def _stop_at_once(_number: int, _frame: FrameType | None) -> None:
    os.write(2, f"{SAID}\n".encode())
    os._exit(STATUS)


def listen_early() -> None:
    """From now on end at once: nothing is begun yet, and whoever is being imported would swallow an exception."""
    _listen(_stop_at_once)


def listen() -> None:
    """From now on raise KeyboardInterrupt, and remember it."""
    global is_asked
    is_asked = False
    _listen(_stop)


def _listen(handler: object) -> None:
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # a shell ignores SIGINT for what runs in the background
            signal.signal(number, handler)


def stop_if_asked() -> None:
    """Raise what was swallowed."""
    if is_asked:
        raise KeyboardInterrupt


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Signals come when the block is left: a fork must not go on as its parent because of one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
