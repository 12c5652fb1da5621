"""How learner processes are started on this machine, and by how many judges side by side."""

import contextlib
import os
import sys
from collections.abc import Iterator

from kit.learner.clean_servers import CleanServers
from kit.learner.fork_server import CleanForkServer, ForkServer, FreshInterpreters
from kit.learner.process import can_fork

MOST_JUDGES = 8  # side by side
ALONE = {  # options that stop at a failure, look into it, or show what is said: one check after the other
    *("maxfail", "usepdb", "trace", "setuponly", "setupshow", "setupplan", "collectonly", "stepwise"),
}


def starters_for(option: object, alone: bool) -> list[ForkServer | FreshInterpreters]:
    """One for each judge that works beside others; to be made before the first operation of torch."""
    if option.fresh_interpreters:
        return [FreshInterpreters()]
    if not can_fork():
        return [CleanForkServer() if sys.platform == "linux" or option.fork_server else FreshInterpreters()]
    return fork_servers(1 if alone or must_be_alone(option) else min(cores(), MOST_JUDGES))


clean: CleanServers | None = None  # from which fork servers come, where strangers are graded


@contextlib.contextmanager
def from_a_clean_interpreter(has_torch: bool) -> Iterator[None]:
    """While active, fork servers are forked from a clean interpreter instead of this process."""
    global clean
    clean = CleanServers(has_torch) if sys.platform == "linux" else None
    try:
        yield
    finally:
        if clean:
            clean.close()
        clean = None


def fork_servers(number: int) -> list[ForkServer | FreshInterpreters]:
    """As many fork servers as the system allows; where it allows none, new interpreters may still be started."""
    servers = []
    for _ in range(number):
        try:
            servers.append(clean.fork_server() if clean else ForkServer())
        except OSError:
            break
    return servers or [FreshInterpreters()]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def must_be_alone(option: object) -> bool:
    """Whether options ask for one check after the other."""
    return any(getattr(option, name, False) for name in ALONE) or getattr(option, "capture", "") == "no"
