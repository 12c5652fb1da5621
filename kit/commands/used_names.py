"""What a function of a file uses of the same file, and what of that would give away a function that is not done."""

import ast
import tokenize
from collections.abc import Iterable
from pathlib import Path

from kit.course.manifest import Exercise


def read_source(path: Path) -> str:
    """The text of a file, which may say at its top how it is encoded."""
    with tokenize.open(path) as file:
        return file.read()


def definitions(text: str) -> dict[str, ast.stmt]:
    """What is defined at the top of a file, by name."""
    return {name: node for node in ast.parse(text).body for name in _names(node)}


def _names(statement: ast.stmt) -> list[str]:
    """What a statement at the top of a file defines; imports are no news."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    targets = ast.walk(statement) if isinstance(statement, ast.Assign | ast.AnnAssign) else ()
    return [node.id for node in targets if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def used(nodes: dict[str, ast.stmt], function: str, others: Iterable[str]) -> list[str]:
    """The function's name, and those that it uses directly or through one another, but for the others."""
    names = [function]
    for name in names:  # grows while it is gone through
        mentioned = {node.id for node in ast.walk(nodes[name]) if isinstance(node, ast.Name)}
        names += [n for n in nodes if n in mentioned and n not in (*names, *others)]
    return names


def helpers(exercise: Exercise) -> dict[str, set[str]]:
    """For each function of an exercise, what the model answer has beside it for its sake."""
    nodes = definitions(read_source(exercise.solution))
    return {f: {*used(nodes, f, exercise.functions)} - {f} for f in exercise.functions if f in nodes}


def sharing_helpers(exercise: Exercise, function: str) -> list[str]:
    """The other functions of an exercise for which the model answer uses a helper of this function too."""
    own = helpers(exercise)
    return [f for f in own if f != function and own[f] & own.get(function, set())]


def giveaways(exercise: Exercise, function: str, not_done: Iterable[str]) -> dict[str, str]:
    """The helpers of the model answer to a function that one that is not done needs as well, each with that one."""
    own = helpers(exercise)
    return {helper: other for other in not_done for helper in own.get(other, set()) & own.get(function, set())}
