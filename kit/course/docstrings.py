"""What the docstrings of the solutions promise; they are read there, and nothing is imported."""

import ast
import doctest
import functools
import re
from collections.abc import Iterator

from kit.course.manifest import Exercise


@functools.cache
def docstrings(exercise: Exercise) -> dict[str, str]:
    """The docstring of each function and class of an exercise."""
    source = exercise.solution.read_text(encoding="utf-8")
    found = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return {function: ast.get_docstring(found[function]) for function in exercise.checks}


def examples(exercise: Exercise, function: str) -> list[doctest.Example]:
    """The examples of a docstring, in order; each has a source, and perhaps what is wanted of it."""
    return doctest.DocTestParser().get_examples(docstrings(exercise)[function])


PARTS = ("Shape:", "Raises:", "Not allowed:", "Lecture:", "Source:")
END = re.compile(r"(?<=[.?!])\s+(?=[A-Z0-9\"'])")  # of a sentence


def sentences(exercise: Exercise, function: str) -> list[str]:
    """What a docstring promises: sentences, rows of a table, shape and errors; no examples and slides."""
    parts = [""]
    for line in map(str.strip, _without_examples(docstrings(exercise)[function])):
        if not line or line.startswith((*PARTS, "|")):
            parts.append("")
        parts[-1] = f"{parts[-1]} {line}".strip()
    promised = [part for part in parts if part and not part.startswith(PARTS[2:])]
    return [sentence for part in promised for sentence in END.split(part)]


def _without_examples(text: str) -> Iterator[str]:
    """The lines of a docstring; an example ends at an empty line."""
    in_example = False
    for line in text.splitlines():
        in_example = line.strip().startswith(">>>") or (in_example and bool(line.strip()))
        yield "" if in_example else line
