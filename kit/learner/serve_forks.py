"""The life of the fork server: it forks learner processes on request, ends them on request, and all when it is left.

python -m kit.learner.serve_forks DESCRIPTOR BASE [torch]   # as a clean process: a socket that it inherits, a folder
"""

import contextlib
import faulthandler
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from kit.learner import messages, wall
from kit.learner.lazy_torch import load_torch
from kit.learner.orphans import end_orphans, take_orphans
from kit.learner.process import end_with_parent
from kit.learner.worker import Job, work_for

KIT_FAILED = 70  # exit status of a learner process that failed outside the learner's code


def serve(sock: socket.socket) -> None:
    """Answer requests until the judge hangs up, then end this process and every one that it has forked."""
    pids: set[int] = set()
    try:
        os.setsid()  # Ctrl-C in the terminal is for the judge, which then hangs up
        faulthandler.disable()
        _silence_and_close_all_but(sock.fileno())
        take_orphans()
        wall.prepare()
        gc.freeze()
        _answer_requests(sock, pids)
    except (EOFError, OSError):
        pass  # the judge has gone, perhaps before it was answered
    finally:
        _end_groups(pids)
        wall.clear_away()
        os._exit(0)


def _answer_requests(sock: socket.socket, pids: set[int]) -> None:
    ahead = _fork_ahead(pids)
    while True:
        request, descriptors = messages.receive(sock)
        if "job" in request:
            if isinstance(ahead, str):  # there may be room by now
                ahead = _fork_ahead(pids)
            messages.send(sock, _start(request, descriptors[0], ahead))
            ahead = _fork_ahead(pids)
        elif "end all" in request:
            _end_groups(pids)
            ahead = _fork_ahead(pids)
            messages.send(sock, {"number": request["end all"]})
        else:
            pids.discard(request["end"])
            messages.send(sock, {"number": _end_group(request["end"], pids)})


@dataclass
class _Ahead:
    """A process forked before it was asked for, since forking takes a hundredth of a second; it waits for its job."""

    pid: int
    sock: socket.socket


def _start(request: dict, descriptor: int, ahead: _Ahead | str) -> dict:
    """Give a process its job and its channel to the judge; the reply has its id, or says why there is none."""
    if isinstance(ahead, str):
        os.close(descriptor)
        return {"error": ahead}
    messages.send(ahead.sock, request["job"], (descriptor,))
    os.close(descriptor)
    ahead.sock.close()
    return {"number": ahead.pid}


def _fork_ahead(pids: set[int]) -> _Ahead | str:
    """A process that waits; in its place the reason, where the system has none left."""
    try:
        ours, theirs = messages.pair()
    except OSError as error:
        return refusal(error)
    try:
        pid = os.fork()
    except OSError as error:
        ours.close()
        theirs.close()
        return refusal(error)
    if pid == 0:
        status = KIT_FAILED
        try:
            os.setsid()
            end_with_parent()
            _silence_and_close_all_but(theirs.fileno())
            _wait_and_work(theirs)
            status = 0
        except OSError:  # its channel is closed: the judge, who hears of that too, may or may not have killed it by now
            signal.raise_signal(signal.SIGKILL)
        finally:
            os._exit(status)
    theirs.close()
    pids.add(pid)
    return _Ahead(pid, ours)


def refusal(error: OSError) -> str:
    """What the judge is told where the system refuses."""
    return f"no learner process can be started: {error.strerror}"


def _wait_and_work(sock: socket.socket) -> None:
    wall.make_own_folder()
    try:
        job, descriptors = messages.receive(sock)
    except EOFError:
        return
    sock.close()
    work_for(socket.socket(fileno=descriptors[0]), Job(**job))


def _end_groups(pids: set[int]) -> None:
    while pids:
        _end_group(pids.pop(), pids)


def _silence_and_close_all_but(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    for number in _open_descriptors():
        if number not in (0, 1, 2, descriptor):
            with contextlib.suppress(OSError):  # the one that listed the folder is closed by now
                os.close(number)


def _open_descriptors() -> Iterable[int]:
    try:
        return map(int, os.listdir("/dev/fd"))
    except OSError:  # there is no /proc
        return range(os.sysconf("SC_OPEN_MAX"))


def _end_group(pid: int, others: set[int]) -> int:
    """Kill a process group and the orphans that left it; returns how its leader ended."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)  # it has not reached setsid yet, or waits to be collected
    _, status = os.waitpid(pid, 0)
    end_orphans(others)
    wall.clear_away(pid)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Serve as an interpreter of its own."""
    wall.base = sys.argv[2] or None
    if sys.argv[3:] == ["torch"]:
        load_torch()
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
