"""Stubs from solutions: the same file with the bodies replaced by `raise NotImplementedError`."""

import ast
import shutil
import sys
from datetime import datetime
from pathlib import Path

from kit.course.manifest import ROOT, exercises


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


def is_stub(source: str) -> bool:
    """Whether a file holds no code of a learner: it is its own stub."""
    try:
        return stub_of(source) == source
    except SyntaxError:
        return False


def unwritten(source: str) -> set[str]:
    """The functions of a file that raise NotImplementedError and do nothing else, as a stub does."""
    found = set()
    for node in ast.parse(source).body:
        body = getattr(node, "body", [])
        if isinstance(node, ast.FunctionDef) and isinstance(body[-1], ast.Raise) and len(body) <= 2:
            found |= {node.name} if "NotImplementedError" in ast.unparse(body[-1]) else set()
    return found


def write_stubs(folder: Path) -> tuple[list[Path], list[Path]]:
    """Write the stub of every exercise into a folder, for the kit's makers.

    Returns the files that changed and those that were left alone because somebody has written code in them.
    """
    changed, left = [], []
    for exercise in exercises():
        solution, target = ROOT / "solutions" / f"{exercise.name}.py", folder / f"{exercise.name}.py"
        if not solution.exists():
            continue
        stub = stub_of(solution.read_text(encoding="utf-8"))
        present = target.read_bytes().decode(errors="replace") if target.exists() else ""
        if present and not is_stub(present):
            left.append(target)
        elif present != stub:
            if present:
                back_up(target)  # a comment that somebody wrote into a stub is work too
            target.write_text(stub, encoding="utf-8")
            changed.append(target)
    return changed, left


def back_up(path: Path) -> Path:
    """Copy a file into out/backups/ under its name and the time; returns the copy."""
    folder = ROOT / "out" / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{path.stem}.{datetime.now():%Y-%m-%dT%H-%M-%S-%f}.py"
    shutil.copy2(path, copy)
    return copy


def main() -> int:
    """Write the stubs into exercises/ and say which; status 1 if one could not be written."""
    changed, left = write_stubs(ROOT / "exercises")
    for path in changed:
        print(f"wrote {path.relative_to(ROOT)}")
    for path in left:
        print(f"left alone, since it holds code: {path.relative_to(ROOT)}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
