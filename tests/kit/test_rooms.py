"""The rooms of kit/ and the imports between them: from top to bottom only, as kit/README.md says."""

import ast

import pytest

from kit.course.manifest import ROOT

FLOORS = [  # each room may import from rooms of the floors below its own
    {"bench", "see"},
    {"gallery"},
    {"watch", "grade", "training"},
    {"judge", "commands"},
    {"verdict", "pictures"},
    {"learner"},
    {"course", "given", "pairs"},
]
LEVEL = {room: level for level, floor in enumerate(FLOORS) for room in floor}
FILES = sorted(path.relative_to(ROOT / "kit") for path in (ROOT / "kit").rglob("*.py"))
MODULES = {".".join(["kit", *path.with_suffix("").parts]).removesuffix(".__init__") for path in FILES}
DOORS = [path for path in FILES if len(path.parts) == 1 and path.stem not in ("__init__", "given", "pairs")]
INSIDE = [path for path in FILES if len(path.parts) > 1]


def rooms_imported_by(path):
    """The rooms of the kit that a file imports from, at its top or inside a function."""
    tree = ast.parse((ROOT / "kit" / path).read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != "kit"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "kit":
            names += [f"kit.{alias.name}" for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("kit.")}


@pytest.mark.parametrize("path", INSIDE, ids=str)
def test_a_room_imports_only_from_the_floors_below(path):
    own = path.parts[0]
    others = rooms_imported_by(path) - {own}
    assert others <= LEVEL.keys()
    assert all(LEVEL[other] > LEVEL[own] for other in others), f"{path} imports from {', '.join(sorted(others))}"


@pytest.mark.parametrize("path", DOORS, ids=str)
def test_a_module_beside_the_rooms_only_starts_what_is_in_one(path):
    assert len(rooms_imported_by(path)) == 1
    assert len((ROOT / "kit" / path).read_text(encoding="utf-8").splitlines()) <= 10


def test_no_two_modules_of_a_room_import_each_other_in_a_circle():
    imports = {module_name(path): modules_imported_by(path) for path in FILES}
    circles = [" -> ".join(circle) for name in imports if (circle := circle_from(name, imports, (name,)))]
    assert circles == []


def module_name(path):
    return ".".join(["kit", *path.with_suffix("").parts]).removesuffix(".__init__")


def modules_imported_by(path):
    tree = ast.parse((ROOT / "kit" / path).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            below = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES
            found |= below or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def circle_from(name, imports, way):
    """The names on a way of imports that leads back to where it began; None if there is none."""
    for other in sorted(imports[name] & imports.keys()):
        if other == way[0]:
            return (*way, other)
        if other not in way and (circle := circle_from(other, imports, (*way, other))):
            return circle
    return None
