"""What the docstrings of the solutions promise; they are read there, and nothing is imported."""

import ast
import doctest
import functools

from kit.course.manifest import ROOT, Exercise


@functools.cache
def docstrings(exercise: Exercise) -> dict[str, str]:
    """The docstring of each function and class of an exercise."""
    source = (ROOT / "solutions" / f"{exercise.name}.py").read_text(encoding="utf-8")
    found = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return {function: ast.get_docstring(found[function]) for function in exercise.checks}


def examples(exercise: Exercise, function: str) -> list[doctest.Example]:
    """The examples of a docstring, in order; each has a source, and perhaps what is wanted of it."""
    return doctest.DocTestParser().get_examples(docstrings(exercise)[function])
