"""What crosses between the judge and a learner process: plain data in frames, never pickle.

A value becomes a tree that JSON can write plus the raw bytes of its tensors, in order. A frame is two lengths, the
tree and the bytes. Everything that arrives is checked before it is used, since the other side runs a learner's code.
"""

import json
import math
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kit.learner.budget import STEP, Budget
from kit.learner.lazy_torch import is_tensor

LENGTHS = struct.Struct(">II")
LARGEST_TREE = 1 << 20  # bytes
LARGEST_BODY = 1 << 26  # bytes
AT_ONCE = 1 << 16  # bytes: most frames arrive in one piece
MOST_DIMENSIONS = 16
MOST_BITS = 2048  # of an int: 617 digits; Python's limit for their text cannot be set below 640
PLAIN = frozenset({type(None), bool, int, float, str})
CONTAINERS = {"list": list, "tuple": tuple, "dict": dict}


class MalformedError(Exception):
    """What arrived is not a value, or is larger than a value may be."""


@dataclass(frozen=True)
class Foreign:
    """Stands for a value that does not cross: all that is known of it is the name of its type."""

    type_name: str


def pack(value: object) -> tuple[object, bytes]:
    """Turn a value into a tree for JSON and the bytes of its tensors."""
    chunks: list[bytes] = []
    return _plant(value, chunks), b"".join(chunks)


def _plant(value: object, chunks: list[bytes]) -> object:
    kind = type(value)
    if kind is int and value.bit_length() > MOST_BITS:
        return {"foreign": f"int of {value.bit_length()} bits"}
    if kind in PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [_plant(item, chunks) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_plant(key, chunks), _plant(item, chunks)] for key, item in dict.items(value)]}
    if is_tensor(value):
        from kit.learner.tensors import as_it_lies, crosses, to_bytes

        if crosses(value):
            dtype, shape = str(value.dtype).removeprefix("torch."), list(value.shape)
            if layout := as_it_lies(value):
                memory, strides, offset = layout
                chunks.append(memory)
                return {"laid out": [dtype, shape, strides, offset, len(memory)]}
            chunks.append(to_bytes(value))
            return {"tensor": [dtype, shape]}
    return {"foreign": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")}


def unpack(tree: object, body: bytes | bytearray) -> object:
    """Turn what `pack` made back into the value; raises MalformedError if anything does not fit."""
    try:
        value, end = _grow(tree, body, 0)
    except (AttributeError, TypeError, ValueError, KeyError, RecursionError, RuntimeError) as error:
        raise MalformedError(f"not a value: {error}") from error
    if end != len(body):
        raise MalformedError(f"{len(body) - end} bytes too many")
    return value


def _grow(tree: object, body: bytes | bytearray, start: int) -> tuple[object, int]:
    if type(tree) in PLAIN:
        return tree, start
    ((kind, content),) = tree.items()
    if kind == "foreign":
        return Foreign(str(content)[:100]), start
    if kind == "tensor":
        return _grow_tensor(*content, body, start)
    if kind == "laid out":
        return _grow_laid_out(*content, body, start)
    if kind == "dict":
        content = [{"tuple": pair} for pair in content]
    items = []
    for branch in content:
        item, start = _grow(branch, body, start)
        items.append(item)
    return CONTAINERS[kind](items), start


def _grow_tensor(dtype_name: str, shape: list[int], body: bytes | bytearray, start: int) -> tuple[object, int]:
    from kit.learner.tensors import DTYPES, from_bytes

    dtype = DTYPES[dtype_name]
    if len(shape) > MOST_DIMENSIONS or any(type(side) is not int or side < 0 for side in shape):
        raise ValueError(f"shape {shape}")
    end = start + math.prod(shape) * dtype.itemsize
    if end > len(body):
        raise ValueError(f"{len(body) - start} bytes for a tensor of shape {shape}")
    return from_bytes(body[start:end], dtype, shape), end


def _grow_laid_out(dtype_name: str, shape: list, strides: list, offset: int, length: int, body, start: int):
    from kit.learner.tensors import DTYPES, laid_out

    numbers = [*shape, *strides, offset, length]
    if len(shape) > MOST_DIMENSIONS or len(strides) != len(shape) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError(f"layout {shape} {strides}")
    if start + length > len(body):
        raise ValueError(f"{len(body) - start} bytes for a tensor of {length}")
    if math.prod(shape) * DTYPES[dtype_name].itemsize > LARGEST_BODY:  # one number may stand at all places
        raise ValueError(f"a tensor of shape {shape} is too large")
    return laid_out(body[start : start + length], DTYPES[dtype_name], shape, strides, offset), start + length


class Channel:
    """Frames over a socket: a header of JSON and a body of bytes, each below its limit, each within a budget."""

    def __init__(self, sock: socket.socket, waits_for_ever: bool = False):
        self.sock = sock
        sock.settimeout(None if waits_for_ever else STEP)
        self.arrived = bytearray()  # and not read yet
        self.lock = threading.Lock()  # a thread that a learner left running may print while an answer is sent

    def send(self, header: dict, body: bytes = b"", budget: Budget | None = None) -> None:
        """Send one frame; raises TimeoutError when the other side has used up its budget without taking it."""
        text = json.dumps(header).encode()
        rest = memoryview(LENGTHS.pack(len(text), len(body)) + text + body)
        with self.lock:
            while rest:
                rest = rest[self._patiently(lambda rest=rest: self.sock.send(rest), budget) :]

    def receive(self, budget: Budget | None = None) -> tuple[dict, bytearray]:
        """Receive one frame; raises TimeoutError, EOFError when the other side is gone, or MalformedError."""
        text_length, body_length = LENGTHS.unpack(self._read(LENGTHS.size, budget))
        if text_length > LARGEST_TREE or body_length > LARGEST_BODY:
            raise MalformedError(f"an answer of {text_length + body_length:,} bytes is too large")
        text, body = self._read(text_length, budget), self._read(body_length, budget)
        try:
            header = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise MalformedError(f"not a frame: {error}") from error
        if not isinstance(header, dict):
            raise MalformedError("not a frame: no header")
        return header, body

    def _read(self, length: int, budget: Budget | None) -> bytearray:
        while len(self.arrived) < length:
            piece = self._patiently(lambda: self.sock.recv(AT_ONCE), budget)
            if not piece:
                raise EOFError("the other side is gone")
            self.arrived += piece
        data = self.arrived[:length]
        del self.arrived[:length]
        return data

    def _patiently(self, act: Callable, budget: Budget | None) -> object:
        """Send or receive; what has arrived is read before anybody looks at the time."""
        while True:
            try:
                return act()
            except TimeoutError:
                if budget and budget.look() <= 0:
                    raise
