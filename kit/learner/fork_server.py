"""The judge's side of the fork server: a small process that does nothing but fork learner processes.

It has what a learner process needs (torch too, if the exercise does), one thread, and has run no operation of torch. So
forking it is safe and takes hundredths of a second. Its other side is kit.learner.serve_forks.
"""

import contextlib
import functools
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from dataclasses import asdict

from kit.learner import messages, wall
from kit.learner.process import LearnerProcess, StartError
from kit.learner.protocol import Channel
from kit.learner.serve_forks import serve
from kit.learner.wall.privileges import harmless_environment
from kit.learner.worker import PID_BYTES, Job

SECONDS_TO_END = 10  # that a process which was asked to end may take
SECONDS_TO_ANSWER = 120  # at most, to a request: one that is stopped must not stop the judge


class ForkServer:
    """Starts learner processes by forks of a process that was forked from this one.

    Make it before the first operation of torch and before any thread.
    """

    name = "in forked processes"
    seconds_to_start = 0.0  # beyond what a call may take

    def __init__(self) -> None:
        self.sock, other = messages.pair()
        self.sock.settimeout(SECONDS_TO_ANSWER)
        self.base = wall.new_base()
        try:
            self._launch(other)
        except OSError:  # the system allows no more processes
            wall.remove_base(self.base)
            raise
        other.close()

    def _launch(self, other: socket.socket) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            self.sock.close()
            wall.base = self.base
            serve(other)

    def start(self, job: Job) -> LearnerProcess:
        """Start a learner process for the job; raises StartError if none can be started."""
        ours, theirs = socket.socketpair()
        try:
            pid = self._ask({"job": asdict(job)}, (theirs.fileno(),))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return LearnerProcess(pid, Channel(ours), lambda: self._ask({"end": pid}))

    def _ask(self, request: dict, descriptors: tuple[int, ...] = ()) -> int:
        try:
            messages.send(self.sock, request, descriptors)
            reply, _ = messages.receive(self.sock)
        except (EOFError, OSError) as error:
            raise StartError("the fork server has ended before its time") from error
        if "error" in reply:
            raise StartError(reply["error"])
        return reply["number"]

    def end_all(self) -> None:
        """End every learner process, in place of a judge that was ended in the middle of its work."""
        token = secrets.randbits(62)
        messages.send(self.sock, {"end all": token})
        while messages.receive(self.sock)[0].get("number") != token:
            pass  # an answer to the other judge

    def disconnect(self) -> None:
        """Leave it to the process that this one was forked from."""
        self.sock.close()

    def close(self) -> None:
        """End every learner process and the fork server itself."""
        self.sock.close()
        os.waitpid(self.pid, 0)
        wall.remove_base(self.base)  # if it was killed


class CleanForkServer(ForkServer):
    """The same as an interpreter of its own, where this process must not be forked, since it has threads already."""

    name = "in processes forked from a clean one"
    seconds_to_start = 60.0  # until the first one is there: the server may still be importing torch

    def _launch(self, other: socket.socket) -> None:
        environment = harmless_environment()
        torch = ["torch"] * ("torch" in sys.modules)  # as a fork would have it
        command = [sys.executable, "-P", "-m", "kit.learner.serve_forks", str(other.fileno()), self.base or "", *torch]
        nowhere = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        self.process = subprocess.Popen(command, env=environment, pass_fds=(other.fileno(),), **nowhere)
        self.pid = self.process.pid

    def close(self) -> None:
        """End every learner process and the fork server itself."""
        self.sock.close()
        self.process.wait()
        wall.remove_base(self.base)


class FreshInterpreters:
    """Starts each learner process as a new interpreter: the same behaviour without fork, seconds slower."""

    name = "in fresh processes, seconds each"
    seconds_to_start = 60.0  # at most, to import torch

    def start(self, job: Job) -> LearnerProcess:
        """Start a learner process for the job; it calls back on a local port and shows a password."""
        password, base = secrets.token_bytes(16), wall.new_base()
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(self.seconds_to_start)
            try:
                process = self._launch(server.getsockname()[1], password, job, base)
                end = functools.partial(self._end, process, base)
                sock = self._accept(server, password)
                pid = int.from_bytes(sock.recv(PID_BYTES, socket.MSG_WAITALL))
                return LearnerProcess(pid, Channel(sock), end)
            except OSError as error:  # TimeoutError is one
                wall.remove_base(base)
                raise StartError(f"no learner process can be started: {error.strerror or error}") from error

    def _launch(self, port: int, password: bytes, job: Job, base: str | None) -> subprocess.Popen:
        environment = harmless_environment()
        command = [sys.executable, "-P", "-m", "kit.learner.worker"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, env=environment, start_new_session=True, **pipes)
        message = {"port": port, "password": password.hex(), "job": asdict(job), "torch": "torch" in sys.modules}
        message["base"] = base
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.close()
        return process

    def _accept(self, server: socket.socket, password: bytes) -> socket.socket:
        while True:
            sock, _ = server.accept()
            sock.settimeout(5)
            if sock.recv(16, socket.MSG_WAITALL) == password:
                return sock
            sock.close()

    def _end(self, process: subprocess.Popen, base: str | None) -> int:
        process.terminate()  # it ends what it has forked, and what that has left
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(SECONDS_TO_END)
            wall.remove_base(base)
            return status
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):  # all of it has ended
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        status = process.wait()
        wall.remove_base(base)
        return status

    def close(self) -> None:
        """Nothing is kept between learner processes."""
