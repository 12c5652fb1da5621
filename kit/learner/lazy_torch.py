"""torch takes seconds to import: where nobody needs it, it is not imported.

A run needs it if an exercise that was asked for is about tensors; the judge then imports it once, before it forks. No
other module that a check passes through imports torch by itself, but for those on which `is_tensor` opens the door.
"""

import ast
import contextlib
import functools
import importlib
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from kit.course.manifest import Exercise


def is_tensor(value: object) -> bool:
    """Whether a value is a tensor, which it cannot be before somebody has imported torch."""
    if "torch" not in sys.modules:
        return False
    from kit.learner.tensors import Tensor  # not torch.Tensor, where a learner's code may have put something else

    return isinstance(value, Tensor)


def needs_torch(exercise: Exercise, path: Path) -> bool:
    """Whether torch is needed to judge this file of the exercise."""
    return source_needs_torch(exercise, _source(path))


def source_needs_torch(exercise: Exercise, source: bytes) -> bool:
    """The same of a file that is not written anywhere.

    A file that names torch, or imports what may import it in its turn, would otherwise do so while its time and memory
    are measured and the fence is closed.
    """
    return exercise.tensors or b"torch" in source or not imported_by(source) <= sys.stdlib_module_names


def _source(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@functools.lru_cache(maxsize=32)
def imported_by(source: bytes) -> frozenset[str]:
    """The first part of the name of each module that a file imports; nothing if it is no Python."""
    try:
        with warnings.catch_warnings(action="ignore"):  # Python's, about escapes such as \d
            statements = [*_statements(ast.parse(source).body)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    names = {alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in statements if isinstance(node, ast.ImportFrom)}
    return frozenset(name.split(".")[0] for name in names)


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """These statements and those inside them; the expressions, which are most of a file, are passed over."""
    for node in body:
        yield node
        for part in ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, part, ()))


SLOW = {  # modules that take seconds to import, by words in files that use them
    "torch._dynamo": (b"torch.func", b"functorch", b"torch.compile", b"_dynamo", b"import func", b"vmap", b"jacrev"),
    "torch._inductor.config": (b"use_deterministic_algorithms",),
    "matplotlib.pyplot": (b"matplotlib",),  # the first time it makes a list of fonts, by a program and in a file
}
SECONDS_TO_LOAD = 60.0  # at most
IMPORTED_ANYWAY = {"torch", "numpy", "kit", "math"}
TIMES_FOR_IMPORTS = 4  # how much longer than a call the import of a file may take that imports other packages


def loaded_before(path: Path) -> list[str]:
    """The slow modules that a file uses; they are loaded before its time begins and before there is a wall."""
    source = _source(path)
    return [module for module, words in SLOW.items() if any(word in source for word in words)]


def load_before(path: Path) -> None:
    """Load them; of one that is not installed the file itself will say so."""
    for module in loaded_before(path):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def seconds_to_import(path: Path, seconds: float) -> float:
    """How long the import of a learner's file may take if a call may take `seconds`."""
    others = imported_by(_source(path)) - IMPORTED_ANYWAY - sys.stdlib_module_names
    return seconds * (TIMES_FOR_IMPORTS if others else 1)


def load_torch() -> None:
    """Import torch and what learner processes have of the kit for tensors, so that forks of this process have both."""
    import torch

    import kit.given
    import kit.learner.cost
    import kit.learner.forbidden
    import kit.learner.tensors
    import kit.pairs  # noqa: F401
    from kit.learner.dispatcher import in_python, operators

    operators()
    in_python()
    torch.set_num_threads(1)
