"""Processes whose parent has ended: where the system can do that, they come to one that ends them."""

import ctypes
import os
import signal
import sys
from pathlib import Path

from kit.learner.process import end_with_parent

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): orphans of this process come back to it


def take_orphans() -> None:
    """From now on those that this process's children leave behind become its own children."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def end_orphans(others: set[int]) -> None:
    """End every child but these, and what they leave in their turn."""
    while strays := _children() - others:
        for stray in strays:
            os.kill(stray, signal.SIGKILL)
            os.waitpid(stray, 0)


def _children() -> set[int]:
    """The processes whose parent this one is, orphans too where the system gives them to it."""
    try:
        return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
    except OSError:  # only Linux has this file, and only where /proc is mounted
        return set()


def go_on_in_a_child() -> None:
    """Return in a child of this process, which waits for it, ends what it leaves, and ends as it did."""
    if sys.platform != "linux":
        return
    take_orphans()
    pid = os.fork()
    if pid == 0:
        end_with_parent()
        return
    signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGKILL))
    _, status = os.waitpid(pid, 0)
    end_orphans(set())
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
