"""A class made from the known answers: the same for the same seed. Tests grade thirty of it, the bench a thousand.

nox -s bench -- --students 1000
"""

import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from kit.course.manifest import ROOT, Exercise, find
from kit.course.mistakes import answers
from kit.learner import wall

HOSTILE = (  # what follows a right answer; none of it may cost a neighbour a point
    "import os\nos._exit(0)",
    "while True: pass",
    "raise SystemExit(0)",
    "import ctypes\nctypes.CDLL(None).write(3, b'{}', 2)",
    "import os, ctypes\nctypes.CDLL(None).kill(os.getppid(), 0)\nos.close(3)",
    "open('conftest.py', 'w').write('raise SystemExit')",
)
NAMES = ("{} (1).py", "{}-2.py", "{} - Kopie.py")  # what browsers and people make of a file's name


def make_class(folder: Path, number: int, seed: int, exercise: Exercise) -> dict[str, str]:
    """Write so many submissions; returns for the name of each record what kind it is."""
    drawn, kinds = random.Random(seed), {}
    folder.mkdir(parents=True)
    for count in range(number):
        kind = [*KINDS][count] if count < len(KINDS) else drawn.choice([*KINDS])
        kinds[KINDS[kind](folder, f"p{count:04}", exercise, drawn)] = kind
    return kinds


def _put(folder: Path, name: str, source: str) -> None:
    """No two files are the same, since what is the same is judged once."""
    folder.mkdir()
    (folder / name).write_text(f"{source}\n# of {folder.name}\n", encoding="utf-8")


def _solution(exercise: Exercise) -> str:
    return exercise.solution.read_text(encoding="utf-8")


def right(folder: Path, who: str, exercise: Exercise, _: random.Random) -> str:
    """The solution, in a plain folder."""
    _put(folder / who, f"{exercise.name}.py", _solution(exercise))
    return who


def wrong(folder: Path, who: str, exercise: Exercise, drawn: random.Random) -> str:
    """A known mistake, in a folder as Moodle names it."""
    known = [answer for answer in answers(exercise) if not answer.is_right]
    _put(folder / f"{who}_{who[1:]}_assignsubmission_file_", f"{exercise.name}.py", drawn.choice(known).source)
    return f"{who}_{who[1:]}"


def nothing(folder: Path, who: str, _: Exercise, drawn: random.Random) -> str:
    """No exercise file: an empty folder, or a text."""
    (folder / who).mkdir()
    if drawn.random() < 0.5:
        (folder / who / "notes.txt").write_text("I was ill.", encoding="utf-8")
    return who


def hostile(folder: Path, who: str, exercise: Exercise, drawn: random.Random) -> str:
    """A right answer that does harm when it is imported."""
    _put(folder / who, f"{exercise.name}.py", f"{_solution(exercise)}\n{drawn.choice(HOSTILE)}")
    return who


def late(folder: Path, who: str, exercise: Exercise, _: random.Random) -> str:
    """The solution in a zip that came late, as Canvas names it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        about = zipfile.ZipInfo(f"kata/exercises/{exercise.name}.py")  # with a date that is always the same
        archive.writestr(about, f"{_solution(exercise)}\n# of {who}\n")
    (folder / f"{who}_LATE_{who[1:]}_7_kata.zip").write_bytes(packed.getvalue())
    return f"{who}_{who[1:]}"


def misnamed(folder: Path, who: str, exercise: Exercise, drawn: random.Random) -> str:
    """The solution under a name that is not quite that of the exercise."""
    _put(folder / who, drawn.choice(NAMES).format(exercise.name), _solution(exercise))
    return who


KINDS: dict[str, Callable[[Path, str, Exercise, random.Random], str]] = {
    each.__name__: each for each in (right, wrong, nothing, hostile, late, misnamed)
}


def measure(number: int, name: str = "ex03") -> str:
    """Grade such a class, and say how long it took and how much memory the first process had early and late."""
    exercise = find(name)[0][0]
    with tempfile.TemporaryDirectory() as top:
        make_class(Path(top, "class"), number, 1, exercise)
        command = [sys.executable, "-m", "kit.grade", str(Path(top, "class")), "--out", str(Path(top, "out"))]
        no_wall = ["--no-wall"] if wall.what_is_missing() else []
        begin, sizes = time.perf_counter(), []
        with subprocess.Popen([*command, *no_wall], cwd=ROOT, stdout=subprocess.DEVNULL) as grading:
            while grading.poll() is None:
                sizes.append(_mebibytes(grading.pid))
                time.sleep(0.5)
        seconds = time.perf_counter() - begin
    part = max(1, len(sizes) // 4)
    early, later = (statistics.median(each) for each in (sizes[part : 2 * part] or sizes, sizes[-part:]))
    return (
        f"{number} students, {exercise.name}: {seconds:.0f} s, {60 * number / seconds:.0f} in a minute; "
        f"memory {early:.0f} MiB in the second quarter, {later:.0f} MiB in the last"
    )


def _mebibytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
