"""Which files beside an exercise it imports, directly or through one another: its verdict hangs on them too."""

import ast
import functools
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)  # what ast.parse raises of a file


def read(path: Path) -> bytes | None:
    """What a file holds; None if it is not there."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def imported_files(path: Path) -> dict[Path, bytes]:
    """The files in the folder of `path`, and in packages there, that its import runs, but for itself; with contents."""
    found, unread = {path: read(path)}, [path]
    beside = {name.removesuffix(".py") for name in os.listdir(path.parent)} if found[path] else {}
    while unread:
        file = unread.pop()
        names = names_in(found[file] or b"", file.relative_to(path.parent).parent.parts)
        for name in [name for name in names if name.split(".")[0] in beside]:  # most are of other packages
            new = [each for each in _files(name, path.parent) if each not in found]
            found |= {each: read(each) for each in new}
            unread += new
    return {file: source for file, source in found.items() if file != path}


@functools.lru_cache(maxsize=200)  # at each save most files are as they were
def names_in(source: bytes, package: tuple[str, ...] = ()) -> frozenset[str]:
    """The dotted names that may stand for modules in the imports of a file, which lies in `package`.

    A word in quotation marks may be one too: importlib.import_module("my_helpers").
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # Python's, about escapes such as \d
            nodes = [*ast.walk(ast.parse(source))]
    except NO_PYTHON:
        return frozenset()
    return frozenset(name for node in nodes for name in _names(node, package))


def _names(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else ()
        base = ".".join([*above, *filter(None, [node.module])])
        yield base
        yield from (f"{base}.{alias.name}".strip(".") for alias in node.names)  # each may be a module
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 100:
        yield node.value


def _files(name: str, top: Path) -> Iterator[Path]:
    """The files that importing a dotted name runs, as far as they are below `top`: those of its packages too."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for count in range(1, len(parts) + 1):
        module = top.joinpath(*parts[:count])
        yield from (file for file in (module.with_suffix(".py"), module / "__init__.py") if file.is_file())
