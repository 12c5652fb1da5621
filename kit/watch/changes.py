"""Which functions of an exercise file a save has changed."""

import ast

from kit.learner.imported_files import NO_PYTHON


def changed(before: bytes | None, after: bytes, functions: tuple[str, ...]) -> list[str]:
    """The functions whose code differs, in order; none where the whole file is concerned.

    A change outside of them, to an import, a constant or a helper, may concern any of them. Comments do not count.
    """
    try:
        old, new = _by_name(before or b"", functions), _by_name(after, functions)
    except NO_PYTHON:
        return []
    if old.get("") != new.get(""):
        return []
    return [name for name in functions if old.get(name) != new.get(name)]


def _by_name(source: bytes, functions: tuple[str, ...]) -> dict[str, list[str]]:
    """What the file says of each function, and under "" all the rest."""
    found: dict[str, list[str]] = {}
    for node in ast.parse(source).body:
        name = getattr(node, "name", "")
        found.setdefault(name if name in functions else "", []).append(ast.dump(node))
    return found
