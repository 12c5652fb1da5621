"""A fence around a learner's code: what an exercise forbids, and the folders that hold the answers.

It keeps honest work honest and is no wall: Python code that wants to climb it can. It watches what is called, not what
is written, so every spelling of a forbidden function counts: torch, torch.nn, aliases, torch.ops.aten.
"""

import os
import re
import sys
import traceback
from pathlib import Path

from torch.overrides import TorchFunctionMode

from kit.course import ROOT

CLOSED = (ROOT / "solutions", ROOT / "tests")
# What course.toml may forbid. The patterns are matched against PyTorch's names; methods are called "Tensor.name".
FORBIDDEN = {
    "convolution": r"_?(mkldnn_|slow_|thnn_|cudnn_|miopen_)?conv.*|unfold|fold|im2col|col2im|fft_.*",
    "pooling": r".*pool[123]d.*",
    "padding": r"(.*_)?pad(_nd|[123]d)?",
    "numpy": r"Tensor\.(numpy|__array__|__dlpack__)",
}
PROCESS_EVENTS = {
    *("os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec", "os.spawn", "os.kill", "os.killpg"),
    *("subprocess.Popen", "pty.spawn"),
}


class NotAllowedError(Exception):
    """Raised inside a learner's code when it does what is not allowed; the fence remembers it if it is caught."""


class Fence:
    """Remembers the first thing in a learner's code that is not allowed, and stops it there."""

    def __init__(self) -> None:
        self.broken: str | None = None

    def refuse(self, sentence: str) -> None:
        """Remember the sentence, so that catching the exception does not help, and raise it."""
        self.broken = self.broken or sentence
        raise NotAllowedError(sentence)

    def close_folders(self, except_file: Path) -> None:
        """From here on, for the life of this process, refuse to open files in CLOSED or to start processes."""
        closed = tuple(os.path.realpath(folder) + os.sep for folder in CLOSED)
        own = os.path.realpath(except_file)
        allowed = {own, os.path.dirname(own)}  # importing a neighbour lists the folder
        allowed |= {frame.f_code.co_filename for frame, _ in traceback.walk_stack(None)}  # tracebacks quote them

        def watch(event: str, args: tuple) -> None:
            if event in PROCESS_EVENTS:
                self.refuse("starting or stopping another process")
            elif event in ("open", "os.listdir", "os.scandir") and isinstance(args[0], str | bytes | os.PathLike):
                path = os.path.realpath(os.fsdecode(args[0]))
                if (path + os.sep).startswith(closed) and path not in allowed and not _is_cache_of(path, own):
                    self.refuse(f"reading {Path(path).parent.name}/{Path(path).name}")

        sys.addaudithook(watch)


def _is_cache_of(path: str, source: str) -> bool:
    return Path(path).parent.name == "__pycache__" and Path(path).name.startswith(Path(source).stem + ".")


class ForbiddenCalls(TorchFunctionMode):
    """While active, refuses PyTorch's functions of the given kinds, keys of FORBIDDEN."""

    def __init__(self, kinds: tuple[str, ...], fence: Fence):
        super().__init__()
        self.fence = fence
        self.pattern = re.compile("|".join(FORBIDDEN[kind] for kind in kinds))
        self.allowed: set[object] = set()  # so that each function's name is looked at once

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """See torch.overrides.TorchFunctionMode."""
        if func not in self.allowed:
            name = torch_name(func)
            if self.pattern.fullmatch(name):
                self.fence.refuse(f"calling PyTorch's {name}")
            self.allowed.add(func)
        return func(*args, **kwargs) if kwargs else func(*args)


def torch_name(func: object) -> str:
    """The name of one of PyTorch's functions without its overload: "conv2d", "Tensor.unfold"."""
    name = getattr(func, "__name__", "").split(".")[0]
    is_method = hasattr(func, "__objclass__") or getattr(func, "__qualname__", "").startswith("Tensor.")
    return f"Tensor.{name}" if is_method else name
