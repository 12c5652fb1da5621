"""Fork servers for grading, forked from a clean interpreter: nothing of the judge is in a learner process's memory.

A fork of the judge has all in it that the judge has loaded: checks, examples, known mistakes, its environment.

python -m kit.learner.clean_servers DESCRIPTOR [torch]   # the clean interpreter: a socket that it inherits
"""

import gc
import os
import signal
import socket
import subprocess
import sys

from kit.learner import messages, wall
from kit.learner.fork_server import ForkServer
from kit.learner.huge_pages import use_huge_pages
from kit.learner.lazy_torch import load_torch
from kit.learner.process import end_with_parent
from kit.learner.serve_forks import serve
from kit.learner.wall.privileges import harmless_environment

SECONDS_TO_END = 20  # that a fork server or the clean interpreter may take


class CleanServers:
    """The clean interpreter. Forks of the process that has made it may ask for fork servers side by side."""

    def __init__(self, has_torch: bool):
        self.sock, other = messages.pair()
        command = [sys.executable, "-P", "-m", "kit.learner.clean_servers", str(other.fileno()), *["torch"] * has_torch]
        nowhere = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        self.process = subprocess.Popen(command, env=harmless_environment(), pass_fds=(other.fileno(),), **nowhere)
        other.close()

    def fork_server(self) -> "CleanlyForked":
        """A new fork server, which ends with the process that has asked for it."""
        return CleanlyForked(self.sock)

    def close(self) -> None:
        """End it."""
        self.sock.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class CleanlyForked(ForkServer):
    """A fork server that is no child of this process."""

    name = "in processes forked from a clean one"

    def __init__(self, asking: socket.socket):
        self.asking = asking
        super().__init__()

    def _launch(self, other: socket.socket) -> None:
        messages.send(self.asking, {"base": self.base}, (other.fileno(),))
        other.close()
        self.pid = messages.receive(self.sock)[0]["number"]

    def close(self) -> None:
        """End every learner process and the fork server itself."""
        try:
            self.sock.settimeout(SECONDS_TO_END)
            self.sock.shutdown(socket.SHUT_WR)
            while self.sock.recv(messages.LONGEST):  # until it has ended
                pass
        except OSError:
            pass
        self.sock.close()
        wall.remove_base(self.base)


def main() -> None:
    """Fork a fork server for each request, until nobody is there to ask."""
    os.setsid()
    end_with_parent()
    if sys.argv[2:] == ["torch"]:
        load_torch()
    wall.prepare()
    gc.freeze()
    use_huge_pages()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that have ended are collected by the kernel
    asked = socket.socket(fileno=int(sys.argv[1]))
    while True:
        request, descriptors = messages.receive(asked)
        sock = socket.socket(fileno=descriptors[0])
        try:
            pid = os.fork()
        except OSError:  # who has asked hears that the other side is gone
            sock.close()
            continue
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            end_with_parent()
            wall.base = request["base"]
            messages.send(sock, {"number": os.getpid()})
            serve(sock)
        sock.close()


if __name__ == "__main__":
    try:
        main()
    except (EOFError, OSError):
        os._exit(0)
