"""A running learner process, however it was started, and whether this process may fork one."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

from kit.learner.protocol import Channel

PDEATHSIG = 1  # PR_SET_PDEATHSIG of prctl(2): a signal when the parent ends


class StartError(Exception):
    """No learner process could be started; that is no fault of the learner's code."""


class LearnerProcess:
    """A running learner process: a channel to it, and its end."""

    def __init__(self, pid: int, channel: Channel, end: Callable[[], int]):
        self.pid, self.channel = pid, channel
        self._end = end

    def end(self) -> int:
        """Kill it with all that it started; returns its exit status, negative for a signal, as in subprocess."""
        self.channel.sock.close()
        return self._end()


def can_fork() -> bool:
    """Whether this process may be forked: on Linux, if it is known to have one thread. macOS starts threads itself."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:  # there is no /proc
        return False


def end_with_parent() -> None:
    """From now on this process is killed when its parent ends, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGKILL)
