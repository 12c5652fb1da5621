"""From the words of a command line to what is asked: exercises with their functions, the folder, and pytest's paths."""

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from kit.course import manifest
from kit.course.manifest import ROOT, Exercise

TESTS = ROOT / "tests"
OWN_TESTS = TESTS / "kit"


@dataclass
class Asked:
    """What a command line asks for."""

    functions: dict[Exercise, list[str]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)  # for pytest
    folders: set[Path] = field(default_factory=set)  # in which exercise files were named
    by_hand: bool = False  # whether single checks were named


def what_is_asked(words: list[str], everything: bool, root: Path) -> Asked:
    """Read the words: ex05, conv2d, a path to an exercise, a test file or a node id; raises ValueError for others.

    `everything` means that no word was given; `root` is the project as pytest sees it, perhaps through a link.
    """
    asked = Asked()
    for word in [str(TESTS)] if everything else words:
        _add(asked, word, root)
    asked.paths = list(dict.fromkeys(asked.paths))
    return asked


def _add(asked: Asked, word: str, root: Path) -> None:
    place, _, part = word.partition("::")
    path = Path(os.path.realpath(place))
    if not path.exists():
        found = manifest.find(word)
    elif path.is_relative_to(OWN_TESTS) or (path.is_relative_to(TESTS) and part):
        found = [(exercise, None) for exercise in manifest.exercises() if exercise.test_file == path]
        asked.paths.append("::".join([_from_here(path, root), *([part] if part else [])]))
        asked.by_hand |= bool(part and found)
        return _ask(asked, found)
    elif path.is_relative_to(TESTS) or path in TESTS.parents:
        found = [(exercise, None) for exercise in manifest.exercises() if exercise.test_file.is_relative_to(path)]
    else:
        found = _at(path, part)
        asked.folders.add(path if path.is_dir() else path.parent)
    if not found:
        raise ValueError(f"There is nothing to judge in {word!r}.")
    asked.paths += [_from_here(exercise.test_file, root) for exercise, _ in found]
    return _ask(asked, found)


def _at(path: Path, part: str) -> list[tuple[Exercise, str | None]]:
    """The exercise whose file this is, or one of its functions; of a folder, all exercises."""
    by_name = {exercise.name: exercise for exercise in manifest.exercises()}
    if path.is_dir():
        check_folder(path)
        return [(exercise, None) for exercise in by_name.values()]
    if path.stem not in by_name or path.suffix != ".py":
        raise ValueError(f"{path.name} is no exercise. What is judged has names like {next(iter(by_name))}.py.")
    return manifest.find(f"{path.stem}.{part}" if part else path.stem)


def _ask(asked: Asked, found: list[tuple[Exercise, str | None]]) -> None:
    for exercise, function in found:
        functions = [function] if function else list(exercise.checks)
        asked.functions[exercise] = [
            f for f in exercise.checks if f in {*asked.functions.get(exercise, ()), *functions}
        ]


def _from_here(file: Path, root: Path) -> str:
    """A path as pytest takes it: below `root`, and without the brackets that a folder above may have in its name."""
    seen = root / file.relative_to(ROOT)
    return os.path.relpath(seen if seen.exists() and seen.samefile(file) else file)


def folder_to_judge(named: Path | None, solutions: bool, beside: set[Path]) -> Path:
    """The folder that the options name, or in which exercise files were named; raises ValueError if it has none."""
    if named is None and not solutions and beside:
        if len(beside) > 1:
            raise ValueError(f"One folder is judged at a time, not {' and '.join(sorted(map(str, beside)))}.")
        return beside.pop()
    folder = named or ROOT / ("solutions" if solutions else "exercises")
    if not folder.is_dir():
        raise ValueError(f"There is no folder {str(folder)!r}.")
    check_folder(folder)
    return folder.resolve()


def command_for(folder: Path) -> str:
    """What to type to have this folder judged again, up to the name of an exercise."""
    options = {ROOT / "exercises": "", ROOT / "solutions": " --solutions"}
    option = options.get(folder, f" {shlex.quote(f'--folder={folder}')}")
    session = os.environ.get("NOX_CURRENT_SESSION")
    if session == "exercises":
        return f"nox -s exercises --{option}"
    return f"nox -s {session} --" if session else f"pytest{option}"


def check_folder(folder: Path) -> None:
    """Raise ValueError if no exercise file is there, and say in which folder below it there are some."""
    names = [f"{exercise.name}.py" for exercise in manifest.exercises()]
    if any((folder / name).exists() for name in names):
        return
    below = next((path.parent for path in sorted(folder.glob("*/ex*.py")) if path.name in names), None)
    there = f" Judge one folder at a time, for example: {shlex.quote(f'--folder={below}')}" if below else ""
    raise ValueError(f"There is no exercise file, such as {names[0]}, in {str(folder)!r}.{there}")
