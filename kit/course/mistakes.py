"""Reads tests/mistakes/: known wrong answers to an exercise, and right ones, each as a complete file.

A block of such a file takes the place of one of the solution's functions. Put below the solution's own source it makes
a file such as a learner might hand in; all blocks below one solution make a file that knows every answer at once.
"""

import ast
import functools
from dataclasses import dataclass

from kit.course.manifest import ROOT, Exercise

RIGHT = "import types as _types\nright = _types.SimpleNamespace(**globals())\n"


@dataclass(frozen=True)
class Answer:
    """An answer that is known to be wrong, or right."""

    exercise: Exercise
    function: str  # that it takes the place of
    name: str
    sentence: str  # the misunderstanding, or how this right answer differs from the solution
    look: str  # what to look at
    is_right: bool
    same_as: str  # the name of the answer that has the same misunderstanding, or nothing
    before: str  # the solution's source, and what the blocks of this file have in common
    block: str  # its own source

    @property
    def source(self) -> str:
        """The complete file."""
        return f"{self.before}\n{self.block}\n\n{self.function} = {self.name}\n"


@functools.cache
def answers(exercise: Exercise) -> tuple[Answer, ...]:
    """All known answers to an exercise, in the order of its file."""
    path = ROOT / "tests" / "mistakes" / f"{exercise.name}.py"
    if not path.exists():
        return ()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    blocks = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list]
    common = "\n".join(ast.unparse(node) for node in body if node not in blocks and not _is_marker(node))
    solution = exercise.solution.read_text(encoding="utf-8")
    found: dict[str, Answer] = {}
    for node in blocks:
        answer = _answer(exercise, node, f"{solution}\n\n{RIGHT}{common}\n", found)
        found[answer.name] = answer
    return tuple(found.values())


def mistakes(exercise: Exercise, function: str) -> list[Answer]:
    """The wrong answers to one function, each misunderstanding once."""
    return [a for a in answers(exercise) if a.function == function and not a.is_right and not a.same_as]


@functools.cache
def all_in_one(exercise: Exercise) -> str:
    """The source of a file in which `right` has the solution's functions and `as_NAME` those of the answer NAME."""
    known = answers(exercise)
    if not known:
        return exercise.solution.read_text(encoding="utf-8") + f"\n\n{RIGHT}"
    places = [f"as_{a.name} = _types.SimpleNamespace(**vars(right) | {{{a.function!r}: {a.name}}})" for a in known]
    return "\n\n".join([known[0].before, *(a.block for a in known), *places, ""])


def _is_marker(node: ast.stmt) -> bool:
    """The import of names that stand for nothing outside tests/mistakes/."""
    return isinstance(node, ast.ImportFrom) and node.module == "mistakes"


def _answer(exercise: Exercise, node: ast.FunctionDef | ast.ClassDef, before: str, found: dict[str, Answer]) -> Answer:
    (decorator,) = node.decorator_list
    function, *sentences = [ast.literal_eval(argument) for argument in decorator.args]
    same_as = next((ast.literal_eval(k.value) for k in decorator.keywords if k.arg == "same_as"), "")
    if same_as:
        sentences = [found[same_as].sentence, found[same_as].look]
    sentence, look = (*sentences, "")[:2]
    node.decorator_list = []
    is_right = decorator.func.id == "right_answer"
    name, block = node.name, ast.unparse(node)
    if isinstance(node, ast.ClassDef):  # the name of the class stands in PyTorch's messages
        node.name = function
        block = f"{ast.unparse(node)}\n\n{name} = {function}"
    return Answer(exercise, function, name, sentence, look, is_right, same_as, before, block)
