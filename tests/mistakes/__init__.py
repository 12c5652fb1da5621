"""Known wrong answers, one file for each exercise, and a few right ones written another way.

A mistake is a function or class that takes the place of the solution's, with a sentence that names the
misunderstanding and one on what to look at. `right` stands for the solution, so that most mistakes are one line:

    @mistake("conv2d", "the stride of the rows is used for the columns too", "a stride may be a pair")
    def one_stride_for_both(input, weight, bias=None, stride=1, padding=0):
        return right.conv2d(input, weight, bias, pair(stride)[0], padding)

These files are read and never imported: `answers` cuts each block out and puts it below the solution's own source,
which makes a complete file such as a learner might hand in.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

from kit.course import ROOT, Exercise

HERE = Path(__file__).parent
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
    source: str  # the complete file


def answers(exercise: Exercise) -> list[Answer]:
    """All known answers to an exercise, in the order of its file."""
    path = HERE / f"{exercise.name}.py"
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    solution = (ROOT / "solutions" / path.name).read_text(encoding="utf-8")
    body = ast.parse(text).body
    blocks = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list]
    common = "\n".join(ast.unparse(node) for node in body if node not in blocks and not _is_ours(node))
    return [_answer(exercise, node, f"{solution}\n\n{RIGHT}{common}\n") for node in blocks]


def _is_ours(node: ast.stmt) -> bool:
    """The import of this package's names, which stand for nothing outside."""
    return isinstance(node, ast.ImportFrom) and node.module == "mistakes"


def _answer(exercise: Exercise, node: ast.FunctionDef | ast.ClassDef, before: str) -> Answer:
    (decorator,) = node.decorator_list
    function, *sentences = [ast.literal_eval(argument) for argument in decorator.args]
    node.decorator_list = []
    source = f"{before}\n{ast.unparse(node)}\n\n{function} = {node.name}\n"
    is_right = decorator.func.id == "right_answer"
    sentence, look = (*sentences, "")[:2]
    return Answer(exercise, function, node.name, sentence, look, is_right, source)


def mistake(function: str, sentence: str, look: str):
    """Mark a wrong answer: what it takes the place of, the misunderstanding, what to look at."""


def right_answer(function: str, sentence: str):
    """Mark a right answer: what it takes the place of, how it differs from the solution."""


right = None  # in the complete file: the solution's functions by name
