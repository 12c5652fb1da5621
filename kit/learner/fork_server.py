"""Where learner processes come from: a small process that does nothing but fork.

It has what the judge has loaded, torch too if that is needed, one thread, and has run no operation of torch. So forking
it is safe and takes hundredths of a second. Where the platform cannot fork safely, `FreshInterpreters` does the same in
seconds.
"""

import contextlib
import ctypes
import faulthandler
import gc
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.protocol import Channel
from kit.learner.worker import Job, work_for

KIT_FAILED = 70  # exit status of a learner process that failed outside the learner's code
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): orphans of this process come back to it


class LearnerProcess:
    """A running learner process: a channel to it, and its end."""

    def __init__(self, channel: Channel, end: object):
        self.channel = channel
        self._end = end

    def end(self) -> int:
        """Kill it with all that it started; returns its exit status, negative for a signal, as in subprocess."""
        self.channel.sock.close()
        return self._end()


def can_fork() -> bool:
    """Whether this process may be forked: on Linux, with one thread. macOS starts threads of its own."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


class ForkServer:
    """Forks learner processes on request. Make it before the first operation of torch and before any thread."""

    name = "in forked processes"
    seconds_to_start = 0.0

    def __init__(self) -> None:
        self.sock, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self.sock.close()
            _run(other)
        other.close()

    def start(self, job: Job) -> LearnerProcess:
        """Start a learner process for the job."""
        ours, theirs = socket.socketpair()
        socket.send_fds(self.sock, [json.dumps(asdict(job)).encode()], [theirs.fileno()])
        theirs.close()
        pid = json.loads(self.sock.recv(64))
        return LearnerProcess(Channel(ours), lambda: self._end(pid))

    def _end(self, pid: int) -> int:
        self.sock.send(json.dumps({"end": pid}).encode())
        return json.loads(self.sock.recv(64))

    def end_all(self) -> None:
        """End every learner process, in place of a judge that was ended in the middle of its work."""
        token = secrets.token_hex(8)
        self.sock.send(json.dumps({"end all": token}).encode())
        while json.loads(self.sock.recv(64)) != token:
            pass  # an answer to the other judge

    def close(self) -> None:
        """End every learner process and the fork server itself."""
        self.sock.close()
        os.waitpid(self.pid, 0)


def _run(sock: socket.socket) -> None:
    """The life of the fork server: fork on request, end on request, end all when the judge is gone."""
    pids: set[int] = set()
    try:
        os.setsid()  # Ctrl-C in the terminal is for the judge, which then hangs up
        faulthandler.disable()
        _silence_and_close_all_but(sock.fileno())
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
        gc.freeze()
        _serve(sock, pids)
    except ConnectionError:
        pass  # the judge has gone before it was answered
    finally:
        _end_groups(pids)
        os._exit(0)


def _serve(sock: socket.socket, pids: set[int]) -> None:
    ahead = _fork_ahead(pids)
    while True:
        message, descriptors, _, _ = socket.recv_fds(sock, 1 << 16, 1)
        if not message:
            return
        request = json.loads(message)
        if descriptors:
            sock.send(json.dumps(ahead.take(message, descriptors[0])).encode())
            ahead = _fork_ahead(pids)
        elif "end all" in request:
            _end_groups(pids)
            ahead = _fork_ahead(pids)
            sock.send(json.dumps(request["end all"]).encode())
        else:
            pids.discard(request["end"])
            sock.send(json.dumps(_end_group(request["end"], pids)).encode())


@dataclass
class _Ahead:
    """A process forked before it was asked for, since forking takes a hundredth of a second; it waits for its job."""

    pid: int
    sock: socket.socket

    def take(self, job: bytes, descriptor: int) -> int:
        """Give it its job and its channel to the judge; returns its id."""
        socket.send_fds(self.sock, [job], [descriptor])
        os.close(descriptor)
        self.sock.close()
        return self.pid


def _fork_ahead(pids: set[int]) -> _Ahead:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        status = KIT_FAILED
        try:
            os.setsid()
            _silence_and_close_all_but(theirs.fileno())
            _wait_and_work(theirs)
            status = 0
        finally:
            os._exit(status)
    theirs.close()
    pids.add(pid)
    return _Ahead(pid, ours)


def _wait_and_work(sock: socket.socket) -> None:
    message, descriptors, _, _ = socket.recv_fds(sock, 1 << 16, 1)
    sock.close()
    if descriptors:
        work_for(socket.socket(fileno=descriptors[0]), Job(**json.loads(message)))


def _end_groups(pids: set[int]) -> None:
    while pids:
        _end_group(pids.pop(), pids)


def _silence_and_close_all_but(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in (0, 1, 2, descriptor):
            with contextlib.suppress(OSError):  # the one that listed the folder is closed by now
                os.close(int(name))


def _end_group(pid: int, others: set[int]) -> int:
    """Kill a process group and the orphans that left it; returns how its leader ended."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)  # it has not reached setsid yet, or waits to be collected
    _, status = os.waitpid(pid, 0)
    while strays := _children() - others:
        for stray in strays:
            os.kill(stray, signal.SIGKILL)
            os.waitpid(stray, 0)
    return os.waitstatus_to_exitcode(status)


def _children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


class FreshInterpreters:
    """Starts each learner process as a new interpreter: the same behaviour without fork, seconds slower."""

    name = "in fresh processes, seconds each"
    seconds_to_start = 60.0  # at most, to import torch

    def start(self, job: Job) -> LearnerProcess:
        """Start a learner process for the job; it calls back on a local port and shows a password."""
        password = secrets.token_bytes(16)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(self.seconds_to_start)
            process = self._launch()
            message = {"port": server.getsockname()[1], "password": password.hex(), "job": asdict(job)}
            message["torch"] = "torch" in sys.modules  # as a fork would have it
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.close()
            while True:
                sock, _ = server.accept()
                sock.settimeout(5)
                if sock.recv(16, socket.MSG_WAITALL) == password:
                    return LearnerProcess(Channel(sock), lambda: self._end(process))
                sock.close()

    def _launch(self) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-P", "-m", "kit.learner.worker"]
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere, env=environment, start_new_session=True
        )

    def _end(self, process: subprocess.Popen) -> int:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):  # all of it has ended
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        return process.wait()

    def close(self) -> None:
        """Nothing is kept between learner processes."""
