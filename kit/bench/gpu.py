"""What a machine with a GPU is asked, in a few minutes: the reference, known mistakes, the kit's tests, the speedrun.

Writes out/bench-gpu.md. Each step is a command of its own, so that one that fails hides none of the others.
"""

import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from kit.course.manifest import ROOT

ABOUT_DEVICES = ("ex08", "ex10", "ex11", "ex12")
ASK = "import sys; from kit.learner.devices import real_accelerators; sys.exit(not real_accelerators())"


@dataclass(frozen=True)
class Step:
    """A command, and what it shows."""

    what: str
    command: tuple[str, ...]  # for Python


STEPS = (
    Step("import torch", ("-c", "import torch")),
    Step("the reference, all exercises", ("-m", "pytest", "--solutions")),
    Step("the reference in new interpreters", ("-m", "pytest", "--solutions", "--fresh-interpreters", "ex10", "ex12")),
    *(Step(f"known mistakes of {name}", ("tests/kit/bank.py", name)) for name in ABOUT_DEVICES),
    Step("the speedrun, five seeds", ("-m", "kit.speedrun", "--device", "cuda", "--seeds", "5")),
    Step("the kit's own tests", ("-m", "pytest", "tests/kit", "-q", "-x")),
)


def main() -> int:
    """Run every step and keep the table; status 1 if one fails, 2 without a GPU."""
    if subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True).returncode:
        print("There is no GPU here on which PyTorch can compute.", file=sys.stderr)
        return 2
    rows = [*map(_run, STEPS)]
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    (out / "bench-gpu.md").write_text(table(rows), encoding="utf-8")
    print(table(rows))
    return int(any(status for _, status, _, _ in rows))


def _run(step: Step) -> tuple[str, int, float, str]:
    """What, exit status, seconds, and the last line that was printed."""
    print(f"{step.what} …", flush=True)
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, *step.command], cwd=ROOT, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return step.what, done.returncode, time.perf_counter() - begin, lines[-1].strip() if lines else ""


def table(rows: Iterable[tuple[str, int, float, str]]) -> str:
    """The steps as Markdown."""
    lines = ["| step | status | seconds | its last line |", "|---|---|---|---|"]
    for what, status, seconds, last in rows:
        lines.append(f"| {what} | {status} | {seconds:.1f} | {last.replace('|', ' ')} |")
    return "\n".join(lines) + "\n"
