"""One submission, one record: a JSON file that says all, with record.schema.json. Views are functions of records."""

import contextlib
import functools
import hashlib
import json
import os
import platform
import subprocess
import tempfile
from fractions import Fraction
from importlib import metadata
from pathlib import Path

from kit.course.manifest import ROOT, Exercise, exercises
from kit.grade.part import Part
from kit.grade.reading import Submission
from kit.judge.kept import CODE, SETTINGS
from kit.learner import wall

VERSION = 1
PROFILE = "grading"  # of Hypothesis: as fresh-seed, with the number of examples that is asked for
EXERCISE_SECONDS = 60.0  # for all calls of an exercise: the model answers take a twentieth
NOT_THERE = "no file of this exercise was handed in"
PACKAGES = ("torch", "numpy", "hypothesis", "pytest")
WITHOUT_SHARE = ("not allowed", "not judged", "not started", "cannot import")  # no points for checks that held


@functools.cache
def kit_digest() -> str:
    """A hash of the kit's code, checks and settings: what a verdict hangs on beside the submission."""
    digest = hashlib.sha256()
    for file in sorted({file for pattern in (*CODE, *SETTINGS) for file in ROOT.glob(pattern)}):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@functools.cache
def kit_commit() -> str:
    """The commit of the kit, with a + if its files differ from it; "" where there is no git."""
    try:
        commit = _git("rev-parse", "HEAD")
        return commit + "+" * bool(_git("status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def judged_with(seed: int, examples: int, seconds: float, memory: float, folder: Path) -> dict:
    """All that verdicts hang on, the submission apart; what has the same gives the same."""
    return {
        "profile": PROFILE,
        "seed": seed,
        "examples": examples,
        "limits": {"call_seconds": seconds, "exercise_seconds": EXERCISE_SECONDS, "memory_gib": memory},
        "wall": wall.name(folder).removeprefix(wall.HEADING),
        "kit": {"version": metadata.version("convkata") if _is_installed() else "", "digest": kit_digest()},
        "versions": {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}},
    }


def _is_installed() -> bool:
    try:
        return bool(metadata.version("convkata"))
    except metadata.PackageNotFoundError:
        return False


def not_handed_in(exercise: Exercise) -> dict:
    """What is found in a part that is not there."""
    functions = [
        {
            "function": function,
            "verdict": "not started",
            "checks": {"held": 0, "planned": planned},
            "failure": failure(NOT_THERE),
        }
        for function, planned in exercise.checks.items()
    ]
    return {"functions": functions, "seconds": 0.0}


def lost(exercise: Exercise, why: str) -> dict:
    """What is found in a part whose judge did not come back: nothing that is the learner's."""
    found = not_handed_in(exercise)
    for function in found["functions"]:
        function |= {"verdict": "not judged", "failure": failure(f"the kit could not judge: {why}")}
    return found


def failure(account: str) -> dict:
    """The failure of a function to which no call was made."""
    texts = ("check", "because", "call", "got", "want", "seen", "when", "source")
    return {**dict.fromkeys(texts, ""), "account": account, "line": None, "cause": None, "card": account}


def record_of(who: dict, submission: Submission, found: dict[str, dict], about: dict, partial: bool) -> dict:
    """The record: who, verdicts, points, files, and how it was judged. `found` is by the names of exercises."""
    entries = [_exercise(part, found[part.exercise.name], submission, about, partial) for part in submission.parts]
    functions = [f for entry in entries for f in entry["functions"]]
    return {
        "record": VERSION,
        "submission": who,
        "points": _number(sum(_exact(part.exercise, found[part.exercise.name], partial) for part in submission.parts)),
        "max_points": sum(e.points for e in exercises()),
        "partial": partial,
        "done": sum(f["verdict"] == "done" for f in functions),
        "functions": len(functions),
        "not_judged": sum(f["verdict"] == "not judged" for f in functions),
        "problems": submission.problems,
        "hints": submission.hints,
        "exercises": entries,
        "judged_with": about,
        "commit": kit_commit(),
        "seconds": round(sum(entry["seconds"] for entry in entries), 3),
    }


def _exercise(part: Part, found: dict, submission: Submission, about: dict, partial: bool) -> dict:
    functions = [
        {
            **function,
            "points": _number(share(part.exercise, function, partial)),
            "max_points": _number(Fraction(part.exercise.points, len(part.exercise.checks))),
        }
        for function in found["functions"]
    ]
    return {
        "exercise": part.exercise.name,
        "title": part.exercise.title,
        "points": _number(_exact(part.exercise, found, partial)),
        "max_points": part.exercise.points,
        "found": submission.found.get(part.exercise.name, ""),
        "files": part.hashes(),
        "key": part.key(about),
        "functions": functions,
        "seconds": found["seconds"],
    }


def share(exercise: Exercise, function: dict, partial: bool) -> Fraction:
    """The points of one function: its share of the exercise, all or nothing, or with `partial` by checks that held."""
    whole = Fraction(exercise.points, len(exercise.checks))
    if function["verdict"] == "done":
        return whole
    if not partial or function["verdict"] in WITHOUT_SHARE:
        return Fraction(0)
    return whole * Fraction(function["checks"]["held"], function["checks"]["planned"])


def _exact(exercise: Exercise, found: dict, partial: bool) -> Fraction:
    return sum((share(exercise, function, partial) for function in found["functions"]), Fraction(0))


def _number(points: Fraction) -> float | int:
    """As JSON has it: at most four places behind the point."""
    return int(points) if points.denominator == 1 else round(float(points), 4)


def sha256(content: bytes) -> str:
    """The hash by which files are named."""
    return hashlib.sha256(content).hexdigest()


def dumps(record: dict) -> str:
    """The text of a record: the same for the same record."""
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> None:
    """Write a text so that others see it whole, as it was or as it is now."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, content: bytes) -> None:
    """The same for bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.replace(name, path)
    except BaseException:  # Ctrl-C too
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def load(path: Path) -> dict:
    """Read a record. Raises ValueError with a sentence for a file that is none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise ValueError(f"{path} is no record: it is no JSON.") from None
    if not isinstance(record, dict) or record.get("record") != VERSION:
        raise ValueError(f"{path} is no record of version {VERSION}.")
    return record
