"""Measures how long a person waits, each figure beside `python -c "import torch"` in the same run.

Writes out/bench.md and out/bench.json. It needs fork, and a machine that does nothing else meanwhile. With --gpu it
tries on a real GPU what is otherwise tried on the pretend one, see kit.bench.gpu.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kit.bench import gpu, made_class
from kit.bench.answers import right_answer, with_mistake
from kit.bench.kept import Learner
from kit.bench.submissions import submissions
from kit.bench.table import COLD, WHOLE_CARD, table
from kit.bench.watched import Watched
from kit.commands.options import OneSentenceParser, at_least, command_line
from kit.course.manifest import ROOT, find
from kit.course.mistakes import mistakes
from kit.verdict.terminal import on_any_terminal

SAVED = ("ex01.correlate2d", "ex05.conv2d", "ex10.training_loop")
FAILED = ("wrong:", "crashed:", "not allowed:")


def measure(rounds: int) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds of each figure, interleaved, as many times as there are rounds; and memory."""
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as top:
        watched = Watched(Path(top, "exercises"))
        for name in SAVED:
            watched.begin(find(name)[0][0], right_answer(name))
        learner = Learner(Path(top, "learner"))
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", flush=True)
            for name, value in (cold() | learner.seconds(number) | saved(watched, number)).items():
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


def timed(*command: str) -> float:
    """How many seconds a command takes."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, and keep it."""
    parser = OneSentenceParser(command_line("bench"), description="Measure how long a person waits.")
    parser.add_argument("--rounds", type=at_least(1), default=5, help="how often each figure is taken (default: 5)")
    parser.add_argument("--gpu", action="store_true", help="try everything that is about devices on this machine's GPU")
    parser.add_argument("--students", type=at_least(1), metavar="N", help="grade a made class of so many instead")
    options = parser.parse_args(arguments)
    if options.students:
        print(made_class.measure(options.students))
        return 0
    if options.gpu:
        return gpu.main()
    seconds, memory = measure(options.rounds)
    text = table(seconds, memory)
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    (out / "bench.md").write_text(text, encoding="utf-8")
    (out / "bench.json").write_text(json.dumps({"seconds": seconds, "mebibytes": memory}, indent=1), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
