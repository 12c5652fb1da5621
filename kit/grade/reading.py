"""Finds what is judged in a submission: its exercise files, wherever they lie, and the modules that these import.

Nothing else is taken: no conftest.py, no pytest.ini, no bytecode, no results. Links are not followed.
"""

import codecs
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kit.course.manifest import exercises
from kit.grade import archives
from kit.grade.archives import LARGEST, LARGEST_ARCHIVE, RefusedError, is_archive, members, shown
from kit.grade.names import exercise_in
from kit.grade.part import Part
from kit.learner.imported_files import imported_files
from kit.verdict.harmless import harmless

PASSED_BY = {  # folders in which no submission lies: of tools, and of the kit itself
    *("solutions", "tests", "kit", "__pycache__", "__MACOSX", "node_modules", "site-packages", "venv", "env", "out"),
    "build",
}
HINTS = "out/hints.json"  # which hints a learner has asked for, as that folder itself tells
NEVER_TAKEN = ("conftest.py", "sitecustomize.py", "usercustomize.py")  # a judge or Python could take them for its own
MOST_ENTRIES = 20_000  # of a folder
MOST_PYTHON = 16 << 20  # bytes of all Python files of a submission


@dataclass
class Submission:
    """What is judged of a submission, and what there is to say about the rest."""

    parts: list[Part]
    found: dict[str, str] = field(default_factory=dict)  # exercise -> where its file lay
    problems: list[str] = field(default_factory=list)
    hints: dict[str, int] = field(default_factory=dict)  # "ex05.conv2d" -> how many were asked for


def read_submission(path: Path) -> Submission:
    """Read a folder, an archive or a single file. What is refused becomes a problem, never an error."""
    return read_files([("", path)] if path.is_dir() else [(path.name, path)])


def read_files(named: list[tuple[str, Path]]) -> Submission:
    """Read folders, archives and files, each under the name that it has in the submission."""
    problems: list[str] = []
    files = dict(_read_all(_each(named, problems), problems))
    hints = [files.pop(name) for name in [*files] if name.endswith(HINTS)]
    python = {name: content for name, content in files.items() if content is not None}
    submission = submission_of(python, problems, [*files])
    submission.hints = hints_in(hints[0]) if hints else {}
    return submission


def hints_in(content: bytes) -> dict[str, int]:
    """The hints that a learner's folder tells of; what makes no sense is left out."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    most = {
        f"{exercise.id}.{function}": len(hints)
        for exercise in exercises()
        for function, hints in exercise.hints.items()
    }
    found = {name: told.get(name) for name in most} if isinstance(told, dict) else {}
    return {name: min(count, most[name]) for name, count in found.items() if type(count) is int and count > 0}


def submission_of(files: dict[str, bytes], problems: list[str], names: Iterable[str] = ()) -> Submission:
    """Choose among Python files, which are named by their paths in the submission; the names are those of all files."""
    total = sum(map(len, files.values()))
    if total > MOST_PYTHON:
        problems.append(f"All Python files together have {total >> 20} MiB, more than {MOST_PYTHON >> 20} MiB.")
        files = {}
    candidates: dict[str, list[str]] = {}
    for name in files:
        if exercise := exercise_in(PurePosixPath(name).name):
            candidates.setdefault(exercise, []).append(name)
    parts, found = [], {}
    for exercise in exercises():
        own = sorted(candidates.get(exercise.name, ()), key=_rank)
        if own:
            found[exercise.name] = own[0]
            problems += [*_others(own, files), *_unreadable(own[0], files[own[0]])]
        parts.append(Part(exercise, _with_imports(exercise.name, own[0], files) if own else {}))
    if not found:
        problems.append(f"There is no exercise file in it, such as {exercises()[0].name}.py.{_near(names)}")
    return Submission(parts, found, [" ".join(harmless(problem).split()) for problem in problems])


def _rank(name: str) -> tuple:
    """The best place for an exercise file comes first: a folder exercises/, high up; then as a person would sort."""
    path = PurePosixPath(name)
    return "exercises" not in path.parts[:-1], exercise_in(path.name) != path.stem, len(path.parts), name


def _others(names: list[str], files: dict[str, bytes]) -> list[str]:
    different = [name for name in names[1:] if files[name] != files[names[0]]]
    if not different:
        return []
    return [f"{shown(names[0])} is judged, and not {' nor '.join(map(shown, different[:3]))}."]


def _unreadable(name: str, content: bytes) -> list[str]:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return [f"{shown(name)} is saved as UTF-16, and Python reads UTF-8: save it as UTF-8."] if is_utf16 else []


def _near(names: Iterable[str]) -> str:
    own = sorted({PurePosixPath(name).name for name in names} - {""})
    return f" It holds {', '.join(map(shown, own[:5]))}{' and more' * (len(own) > 5)}." if own else ""


def _with_imports(exercise: str, name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The file of an exercise under its own name, with the files beside it that it imports."""
    here = PurePosixPath(name).parent
    with tempfile.TemporaryDirectory(prefix="convkata-") as top:
        for other, content in files.items():
            path = PurePosixPath(other)
            if path.is_relative_to(here) and path.name not in NEVER_TAKEN and _is_importable(path.relative_to(here)):
                _write(Path(top) / path.relative_to(here), content)
        own = Path(top) / f"{exercise}.py"
        _write(own, files[name])
        beside = {each.relative_to(top).as_posix(): content for each, content in imported_files(own).items()}
    return {
        f"{exercise}.py": files[name],
        **{key: content for key, content in sorted(beside.items()) if content is not None},
    }


def _is_importable(path: PurePosixPath) -> bool:
    return all(part.isidentifier() for part in path.with_suffix("").parts)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError:  # a name that this system does not have, or a file where another one has a folder
        return


def _each(named: list[tuple[str, Path]], problems: list[str]) -> Iterator[tuple[str, Path]]:
    """The files in all of these, with their names in the submission."""
    for name, path in named:
        if path.is_dir() and not path.is_symlink():
            yield from ((f"{name}/{below}".strip("/"), each) for below, each in _walk(path, problems))
        else:
            yield name, path


def _walk(top: Path, problems: list[str]) -> Iterator[tuple[str, Path]]:
    """The files of a folder that may matter, in an order of their own, without following a link."""
    count = 0
    for folder, folders, names in os.walk(top):
        if Path(folder, HINTS).is_file():
            names.append(HINTS)
        folders[:] = sorted(f for f in folders if f not in PASSED_BY and not f.startswith("."))
        for name in sorted(names):
            count += 1
            if count > MOST_ENTRIES:
                problems.append(f"It holds more than {MOST_ENTRIES} files; the rest is left out.")
                return
            yield Path(folder, name).relative_to(top).as_posix(), Path(folder, name)


def _read_all(paths: Iterator[tuple[str, Path]], problems: list[str]) -> Iterator[tuple[str, bytes | None]]:
    """The names of all files, and what the Python files hold."""
    for name, path in paths:
        is_python = name.lower().endswith((".py", HINTS))
        if name.lower().endswith(archives.OTHER_ENDINGS) and not is_archive(name):
            problems.append(f"{shown(name)} cannot be read: what can be is {', '.join(archives.ENDINGS)}.")
        elif not is_python and not is_archive(name):
            yield name, None
        else:
            try:
                content = read_plainly(path, LARGEST if is_python else LARGEST_ARCHIVE)
                yield from [(name, content)] if is_python else _unpacked(name, content)
            except RefusedError as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(f"{shown(name)} cannot be read: {error.strerror}.")


def _unpacked(name: str, content: bytes) -> list[tuple[str, bytes | None]]:
    """The files of an archive, but for those in folders that are passed by; their paths begin with its name."""
    inside = [(path, text) for path, text in members(name, content, (".py", HINTS)) if not path.endswith("/")]
    found = [(PurePosixPath(path.replace("\\", "/")), text) for path, text in inside]
    return [
        (f"{name}/{path}", text)
        for path, text in found
        if path.as_posix().endswith(HINTS)
        or (
            not any(part in PASSED_BY or part[0] == "." for part in path.parts[:-1])
            and not path.name.startswith(("._", ".DS_Store"))
        )
    ]


def read_plainly(path: Path, most: int) -> bytes:
    """The contents of a file that is one, and no link, pipe or device. Raises RefusedError and OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink():
        raise RefusedError(f"{shown(path.name)} is a link, which is not followed.")
    with open(os.open(path, flags), "rb") as file:
        if not path.is_file():
            raise RefusedError(f"{shown(path.name)} is no file.")
        content = file.read(most + 1)
    if len(content) > most:
        raise RefusedError(f"{shown(path.name)} is larger than {most >> 20} MiB.")
    return content
