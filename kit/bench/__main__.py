"""Measures how long a person waits, each figure beside `python -c "import torch"` in the same run.

Writes out/bench.md and out/bench.json. It needs fork, and a machine that does nothing else meanwhile.
"""

import ast
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kit.commands.options import OneSentenceParser, at_least, command_line
from kit.course.manifest import ROOT, Exercise, exercises, find
from kit.course.mistakes import Answer, mistakes
from kit.verdict.terminal import on_any_terminal

COLD = {name: ([name], 1.25) for name in ("ex01", "ex03", "ex05", "ex10")} | {"all solutions": ([], 3.0)}  # and aims
SAVED = ("ex01.correlate2d", "ex05.conv2d", "ex10.training_loop")
SAVE_AIM = 0.08
WHOLE_CARD = "its whole card"
SUBMISSIONS, SUBMISSION_SECONDS = 20, 3.0  # as an aim, 20 in a minute
TROUBLE = ("The judge has ended", "The kit itself has failed")
FAILED = ("wrong:", "crashed:", "not allowed:")
MEBIBYTE = 1 << 20


class Watched:
    """A watch that runs, and a folder in which files are saved."""

    def __init__(self, folder: Path):
        self.folder, self.saves = folder, 0
        shutil.copytree(ROOT / "exercises", folder, ignore=shutil.ignore_patterns("__pycache__"))
        command, pipe = [sys.executable, "-m", "kit.watch", f"--folder={folder}"], subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
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
        exercise, told = exercises()[0], self.folder / "pid"
        self.save(exercise, f"import os\nopen({str(told)!r}, 'w').write(str(os.getpid()))\nwhile True:\n    pass\n")
        while not (told.exists() and told.read_text()):
            time.sleep(0.1)
        return {"judge": mebibytes(self.process.pid), "learner": mebibytes(int(told.read_text()))}

    def end(self) -> None:
        """End it."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def touched(source: str, function: str, number: int) -> str:
    """The same program, with one statement more that does nothing."""
    tree = ast.parse(source)
    node = next(n for n in tree.body if getattr(n, "name", "") == function)
    node.body.insert(1, ast.Expr(ast.Constant(number)))
    return ast.unparse(ast.fix_missing_locations(tree))


def with_mistake(answer: Answer) -> str:
    """The solution, and below it a mistake under the name of the function."""
    tree, (wrong,) = ast.parse(answer.before), ast.parse(answer.block).body
    wrong.name = answer.function
    tree.body.append(wrong)
    return ast.unparse(tree)


def cpu_ticks(pid: int) -> int:
    """Processor time of a process so far."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def mebibytes(pid: int) -> float:
    """Proportional set size of a process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / MEBIBYTE


def timed(*command: str) -> float:
    """How many seconds a command takes."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def measure(rounds: int) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds of each figure, interleaved, as many times as there are rounds; and memory."""
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as top:
        watched = Watched(Path(top, "exercises"))
        for name in SAVED:
            watched.begin(find(name)[0][0], right_answer(name))
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", flush=True)
            for name, value in (cold() | saved(watched, number)).items():
                seconds.setdefault(name, []).append(value)
        memory = watched.memory()
        watched.end()
        seconds["submission, warm"] = submissions(Path(top, "submissions"))
    return seconds, memory


def cold() -> dict[str, float]:
    """Seconds of an import of torch, and of runs of pytest that find nothing warm."""
    runs = {f"cold: {name}": timed("-m", "pytest", "--solutions", *words) for name, (words, _) in COLD.items()}
    return {"import torch": timed("-c", "import torch")} | runs


def saved(watched: Watched, number: int) -> dict[str, float]:
    """Seconds from a save to the verdict on a right answer and on a known mistake, and to the end of its card."""
    found = {}
    for name in SAVED:
        ((exercise, function),) = find(name)
        known = mistakes(exercise, function)
        wrong = with_mistake(known[number % len(known)])
        right = watched.seconds_to([(f"done: {function},",)], exercise, function, right_answer(name))
        verdict_and_place = watched.seconds_to([FAILED, (f"  {watched.folder}",)], exercise, function, wrong)
        for what, seconds in zip(("right", "wrong", WHOLE_CARD), right + verdict_and_place, strict=True):
            found[f"saved: {name}, {what}"] = seconds
    return found


def right_answer(name: str) -> str:
    """The solution, with what the known mistakes of its exercise have in common."""
    ((exercise, function),) = find(name)
    return mistakes(exercise, function)[0].before


def submissions(folder: Path) -> list[float]:
    """Seconds for each of several whole submissions, judged by one warm judge; every third has a wrong answer."""
    shutil.copytree(ROOT / "solutions", folder)
    code = f"from kit.bench.__main__ import judge_submissions; judge_submissions({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def judge_submissions(folder: str) -> None:
    """The life of the warm judge; the last line that it prints is the list of seconds."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from kit.watch.request import Request
    from kit.watch.warm_judge import Forked, collect

    ((exercise, function),) = find("ex05.conv2d")
    known = mistakes(exercise, function)
    request = Request([e.name for e in exercises()], [], 80, False)
    seconds = []

    def loop(session, judge) -> None:
        judges = Forked(session, judge)
        while judges.prepare(exercise):
            pass
        for number in range(SUBMISSIONS):
            source = with_mistake(known[number % len(known)]) if number % 3 == 0 else known[0].before
            Path(folder, f"{exercise.name}.py").write_text(source, encoding="utf-8")
            begin = time.perf_counter()
            one = judges.start(request)
            while not any("standings" in report for report in one.read()):
                pass
            seconds.append(time.perf_counter() - begin)
            one.end()
        judges.forget()

    collect(Path(folder), [e.test_file for e in exercises()], loop)
    print(json.dumps(seconds))


def table(seconds: dict[str, list[float]], memory: dict[str, float]) -> str:
    """The figures as Markdown."""
    base = statistics.median(seconds["import torch"])
    aims = {f"cold: {name}": f"≤ {aim:g}×" for name, (_, aim) in COLD.items()}
    aims |= {
        name: f"≤ {SAVE_AIM:g}× and < 0.3 s"
        for name in seconds
        if name.startswith("saved") and not name.endswith(WHOLE_CARD)
    }
    aims["submission, warm"] = f"≤ {SUBMISSION_SECONDS:g} s: {SUBMISSIONS} a minute"
    lines = ["| what | seconds | × import torch | aim |", "|---|---|---|---|"]
    for name, values in seconds.items():
        median = statistics.median(values)
        lines.append(f"| {name} | {median:.2f} | {median / base:.2f} | {aims.get(name, '')} |")
    lines += [f"| memory: {name} | {value:.0f} MiB | | |" for name, value in memory.items()]
    count = len(seconds["import torch"])
    machine = f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
    return "\n".join([*lines, "", f"Medians of {count}, submissions of {SUBMISSIONS}; {machine}."]) + "\n"


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, and keep it."""
    parser = OneSentenceParser(command_line("bench"), description="Measure how long a person waits.")
    parser.add_argument("--rounds", type=at_least(1), default=5, help="how often each figure is taken (default: 5)")
    seconds, memory = measure(parser.parse_args(arguments).rounds)
    text = table(seconds, memory)
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    (out / "bench.md").write_text(text, encoding="utf-8")
    (out / "bench.json").write_text(json.dumps({"seconds": seconds, "mebibytes": memory}, indent=1), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
