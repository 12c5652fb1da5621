"""torch takes seconds to import: where nobody needs it, it is not imported.

A run needs it if an exercise that was asked for is about tensors; the judge then imports it once, before it forks. No
other module that a check passes through imports torch by itself, but for those on which `is_tensor` opens the door.
"""

import ast
import sys
import warnings
from pathlib import Path

from kit.course.manifest import Exercise


def is_tensor(value: object) -> bool:
    """Whether a value is a tensor, which it cannot be before somebody has imported torch."""
    if "torch" not in sys.modules:
        return False
    from kit.learner.tensors import Tensor  # not torch.Tensor, where a learner's code may have put something else

    return isinstance(value, Tensor)


def needs_torch(exercise: Exercise, path: Path) -> bool:
    """Whether torch is needed to judge this file of the exercise.

    A file that names torch, or imports what may import it in its turn, would otherwise do so while its time and memory
    are measured and the fence is closed.
    """
    try:
        source = path.read_bytes()
    except OSError:
        source = b""
    return exercise.tensors or b"torch" in source or not imported_by(source) <= sys.stdlib_module_names


def imported_by(source: bytes) -> set[str]:
    """The first part of the name of each module that a file imports; nothing if it is no Python."""
    try:
        with warnings.catch_warnings(action="ignore"):  # Python's, about escapes such as \d
            nodes = [*ast.walk(ast.parse(source))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in names}


def load_torch() -> None:
    """Import torch and what learner processes have of the kit for tensors, so that forks of this process have both."""
    import torch

    import kit.learner.cost
    import kit.learner.forbidden
    import kit.learner.tensors  # noqa: F401

    torch.set_num_threads(1)
