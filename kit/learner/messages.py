"""Short messages between the judge and its fork server: a line of JSON, with open descriptors beside it.

There is never more than one on its way: each request is answered before the next. On Linux a message arrives whole or
not at all, even if the judge is killed while it reads; macOS has no sockets of this kind between processes.
"""

import json
import socket
import sys

KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
LONGEST = 1 << 16  # bytes


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends for messages."""
    return socket.socketpair(socket.AF_UNIX, KIND)


def send(sock: socket.socket, message: dict, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message and open descriptors; raises OSError when the other side is gone."""
    socket.send_fds(sock, [json.dumps(message).encode() + b"\n"], list(descriptors))


def receive(sock: socket.socket) -> tuple[dict, list[int]]:
    """Receive one message and its descriptors; raises EOFError when the other side is gone."""
    text, descriptors, _, _ = socket.recv_fds(sock, LONGEST, 1)
    while not text.endswith(b"\n"):
        piece = sock.recv(LONGEST)
        if not piece:
            raise EOFError("the other side is gone")
        text += piece
    return json.loads(text), descriptors
