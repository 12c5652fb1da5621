"""Judges every known answer of tests/mistakes/ the way a learner's file is judged.

    python tests/kit/bank.py             # which check rejects which mistake first
    python tests/kit/bank.py --all ex05  # all checks that reject each mistake: the kill matrix

torch is imported once; each answer is judged in a fork of this process, by a whole run of pytest.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread would make forking unsafe
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pytest
import torch  # noqa: F401 - so that no fork has to import it

from kit.course import exercises, find
from mistakes import Answer, answers


class Writer:
    """A plugin that writes down the verdict on each check at the end of a run."""

    def __init__(self, path: Path):
        self.path = path

    def pytest_unconfigure(self, config):
        record = config.pluginmanager.get_plugin("convkata").record
        words = [[check.name, check.word] for check in record.checks]
        self.path.write_text(json.dumps({"done": record.counts_as_done(), "checks": words}))


def judge(answer: Answer, every_check: bool, result: Path) -> None:
    """Judge one answer in this process and leave it. A wrong one is judged on its function, a right one on all."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(devnull, 2)
    folder = result.parent
    (folder / f"{answer.exercise.name}.py").write_text(answer.source, encoding="utf-8")
    asked = answer.exercise.id if answer.is_right else f"{answer.exercise.id}.{answer.function}"
    stop = [] if every_check or answer.is_right else ["-x"]
    try:
        pytest.main([f"--folder={folder}", asked, *stop], plugins=[Writer(result)])
    finally:
        os._exit(0)


def judge_all(known: list[Answer], every_check: bool) -> list[tuple[Answer, dict | None]]:
    """Judge answers side by side, as many as there are cores; None for a run that broke off."""
    results, running = [], {}
    with tempfile.TemporaryDirectory() as top:
        for i, answer in enumerate(known):
            result = Path(top, str(i), "result.json")
            result.parent.mkdir()
            if len(running) >= (os.cpu_count() or 1):
                results.append(collect(running))
            pid = os.fork()
            if pid == 0:
                judge(answer, every_check, result)
            running[pid] = answer, result
        while running:
            results.append(collect(running))
    return sorted(results, key=lambda pair: known.index(pair[0]))


def collect(running: dict) -> tuple[Answer, dict | None]:
    """Wait for one of the running judges."""
    pid, _ = os.wait()
    answer, result = running.pop(pid)
    return answer, json.loads(result.read_text()) if result.exists() else None


def row(answer: Answer, result: dict | None) -> dict:
    """What came of one answer, as it should be judged or not."""
    caught = [] if result is None else list(dict.fromkeys(name for name, word in result["checks"] if word != "done"))
    judged_right = result is not None and result["done"] == answer.is_right and bool(caught) != answer.is_right
    about = {"exercise": answer.exercise.name, "function": answer.function, "name": answer.name}
    return {**about, "is_right": answer.is_right, "as_it_should_be": judged_right, "caught": caught}


def show(rows: list[dict], every_check: bool) -> None:
    """Print the table; in the kill matrix also the checks without which a mistake would pass."""
    for r in rows:
        mark = "ok " if r["as_it_should_be"] else "BAD"
        caught = "passes" if r["is_right"] and not r["caught"] else ", ".join(r["caught"]) or "NOT REJECTED"
        print(f"{mark} {r['exercise']} {r['function']} {r['name']}: {caught}")
    if every_check:
        alone = Counter((r["exercise"], r["caught"][0]) for r in rows if len(r["caught"]) == 1)
        for (exercise, check), count in alone.items():
            print(f"{exercise}: only {check} rejects {count} of the mistakes")
    print(f"{sum(r['as_it_should_be'] for r in rows)} of {len(rows)} are judged as they should be")


def main() -> int:
    """Judge the exercises that are named, or all."""
    parser = argparse.ArgumentParser(description="Judge every known answer.")
    parser.add_argument("exercises", nargs="*")
    parser.add_argument("--all", action="store_true", help="all checks that reject a mistake, not only the first")
    parser.add_argument("--json", type=Path, help="write the rows into this file")
    options = parser.parse_args()
    os.chdir(ROOT)
    asked = [exercise for word in options.exercises for exercise, _ in find(word)] or exercises()
    known = [answer for exercise in asked for answer in answers(exercise)]
    rows = [row(answer, result) for answer, result in judge_all(known, options.all)]
    show(rows, options.all)
    if options.json:
        options.json.write_text(json.dumps(rows))
    return 0 if rows and all(r["as_it_should_be"] for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
