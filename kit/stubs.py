"""Stubs from solutions: the same file with the bodies replaced by `raise NotImplementedError`."""

import ast
from pathlib import Path

from kit.course import ROOT, exercises


def stub_of(source: str) -> str:
    """The stub of a solution's source: docstrings stay, bodies go, and so do functions and constants named _x."""
    lines = source.splitlines()
    tree = ast.parse(source)
    for start, end, replacement in sorted(_cuts(tree.body), reverse=True):
        lines[start:end] = replacement
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _cuts(body: list[ast.stmt]) -> list[tuple[int, int, list[str]]]:
    """Which lines to replace by what: (first, after the last, new lines)."""
    cuts = []
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            cuts += _cuts(node.body)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("_") and not node.name.startswith("__"):
            cuts.append((_first_line(node) - 1, node.end_lineno + 2, []))
        elif isinstance(node, ast.FunctionDef):
            cuts.append(_cut_of_body(node))
    return cuts


def _cut_of_body(function: ast.FunctionDef) -> tuple[int, int, list[str]]:
    has_docstring = ast.get_docstring(function) is not None
    start = function.body[0].end_lineno if has_docstring else function.body[0].lineno - 1
    indent = " " * function.body[0].col_offset
    return start, function.end_lineno, [f"{indent}raise NotImplementedError"]


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def write_stubs(folder: Path) -> list[Path]:
    """Write the stub of every exercise into a folder, for the kit's makers; returns the files that changed."""
    changed = []
    for exercise in exercises():
        solution = ROOT / "solutions" / f"{exercise.name}.py"
        target = folder / f"{exercise.name}.py"
        stub = stub_of(solution.read_text(encoding="utf-8"))
        if not target.exists() or target.read_text(encoding="utf-8") != stub:
            target.write_text(stub, encoding="utf-8")
            changed.append(target)
    return changed


if __name__ == "__main__":
    for path in write_stubs(ROOT / "exercises"):
        print(f"wrote {path.relative_to(ROOT)}")
