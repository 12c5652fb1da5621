"""A watch that runs, as a learner has it, and how long it lets a learner wait."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kit.bench.answers import touched
from kit.course.manifest import ROOT, Exercise, exercises
from kit.learner.wall.folder import PREFIX

TROUBLE = ("The judge has ended", "The kit itself has failed")
MEBIBYTE = 1 << 20
LONGEST_WAIT = 60  # seconds
BUSY = 50  # ticks of processor time: what a learner process has used that is in the middle of an endless loop


class Watched:
    """A watch that runs, and a folder in which files are saved."""

    def __init__(self, folder: Path):
        self.folder, self.saves = folder, 0
        self.private = tempfile.TemporaryDirectory(prefix="convkata-")  # where the learner processes may write
        shutil.copytree(ROOT / "exercises", folder, ignore=shutil.ignore_patterns("__pycache__"))
        command, pipe = [sys.executable, "-m", "kit.watch", f"--folder={folder}"], subprocess.PIPE
        env = os.environ | {"TMPDIR": self.private.name}
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True)
        self.wait("Begin with")
        self.rest()

    def wait(self, *beginnings: str) -> None:
        """Wait for a line that begins in one of these ways."""
        while not (line := self.process.stdout.readline()).startswith(beginnings):
            if not line or line.startswith(TROUBLE):
                raise RuntimeError(line or "watch has ended")

    def rest(self) -> None:
        """Wait until it has nothing to do."""
        before = None
        while (now := cpu_ticks(self.process.pid)) != before:
            before = now
            time.sleep(0.5)

    def save(self, exercise: Exercise, source: str) -> None:
        """Save a file as an editor does."""
        new = self.folder / "new"
        new.write_text(source, encoding="utf-8")
        new.replace(self.folder / f"{exercise.name}.py")

    def begin(self, exercise: Exercise, source: str) -> None:
        """Have a whole file judged, so that the next save changes one function of it."""
        self.save(exercise, source)
        self.wait(f"{exercise.name}  ")  # the board
        self.rest()

    def seconds_to(self, marks: list[tuple[str, ...]], exercise: Exercise, function: str, source: str) -> list[float]:
        """Seconds from a save to lines that begin like these, one after the other."""
        self.saves += 1
        source = touched(source, function, self.saves)
        begin = time.perf_counter()
        self.save(exercise, source)
        seconds = []
        for beginnings in marks:
            self.wait(*beginnings)
            seconds.append(time.perf_counter() - begin)
        self.wait(f"{exercise.name}  ")  # the board
        self.rest()
        return seconds

    def memory(self) -> dict[str, float]:
        """MiB of the judge and of a learner process: what is theirs alone, and shared pages by their share."""
        self.save(exercises()[0], "while True:\n    pass\n")
        return {"judge": mebibytes(self.process.pid), "learner": mebibytes(self._learner())}

    def _learner(self) -> int:
        """The pid of the learner process that is busy; the names of their private folders begin with their pids."""
        end = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < end:
            for folder in Path(self.private.name).glob(f"{PREFIX}*/*-*"):
                pid = int(folder.name.partition("-")[0])
                if Path(f"/proc/{pid}").exists() and cpu_ticks(pid) >= BUSY:
                    return pid
            time.sleep(0.1)
        raise TimeoutError("no learner process is busy")

    def end(self) -> None:
        """End it."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.private.cleanup()


def cpu_ticks(pid: int) -> int:
    """Processor time of a process so far."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def mebibytes(pid: int) -> float:
    """Proportional set size of a process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / MEBIBYTE
