"""Judges every known answer of tests/mistakes/ the way a learner's file is judged.

    python tests/kit/bank.py             # which check rejects which mistake first
    python tests/kit/bank.py --all ex05  # all checks that reject each mistake: the kill matrix

One warm judge collects the checks and draws their examples; each answer is judged in a fork of it.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread would make forking unsafe
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pytest

from kit.course.manifest import exercises, find
from kit.course.mistakes import Answer, answers, mistakes
from kit.judge.items import EXERCISE, FUNCTION
from kit.judge.judge import Judge
from kit.judge.reports import run_in_order
from kit.judge.starters import cores
from kit.judge.warm import begin_folder, draw_examples, judge_folder, with_warm_judge
from kit.learner.process import end_with_parent
from kit.verdict.diagnosis import name_mistake


def judge(items: list[pytest.Item], warm: Judge, answer: Answer, result: Path, stop_early: bool) -> None:
    """Judge one answer in this fork of the warm judge and end it. A wrong one is judged on its function only."""
    try:
        end_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        folder = result.parent
        tempfile.tempdir = str(folder)
        (folder / f"{answer.exercise.name}.py").write_text(answer.source, encoding="utf-8")
        own = [item for item in items if answer.is_right or item.stash[FUNCTION] == answer.function]
        found = is_done(own, warm, folder) if stop_early else verdicts(own, warm, folder, answer)
        result.write_text(json.dumps(found))
        warm.starters[0].close()
    finally:
        os._exit(0)


def is_done(items: list[pytest.Item], warm: Judge, folder: Path) -> dict:
    """Whether everything holds, and no more: it ends at the first check that fails, and nothing is shrunk."""
    begin_folder(items, warm, folder)
    warm.examples.failures.any_before = lambda _: True  # so that nothing is shrunk
    for item in items:
        run_in_order([item])
        if any(check.word != "done" for check in warm.record.checks):
            return {"done": False}
    return {"done": warm.record.counts_as_done()}


def verdicts(items: list[pytest.Item], warm: Judge, folder: Path, answer: Answer) -> dict:
    """The verdict on each check, and what the card calls the first failure.

    `named_without` is the name that is said when the bank does not know the mistake: there should be none.
    """
    record = judge_folder(items, warm, folder)
    words = [[check.name, check.word] for check in record.checks]
    result = {"done": record.counts_as_done(), "checks": words, "named": "", "named_without": ""}
    if failure := record.first_failure():
        oracle, first = warm.oracle(failure.exercise), answer.same_as or answer.name
        known = mistakes(failure.exercise, failure.function)
        others = [m for m in known if m.name != first]
        for key, among in (("named", known), ("named_without", others)):
            named = name_mistake(record, failure, oracle, among)
            result[key] = named.name if named else ""
        result["pattern"] = warm.diagnosis(failure).pattern
    return result


def judge_all(known: list[Answer], stop_early: bool = False, seconds: float = 5.0) -> list[tuple[Answer, dict | None]]:
    """Judge answers side by side, as many as there are cores; None for a run that broke off."""
    results: list[tuple[Answer, dict | None]] = []

    def loop(items: list[pytest.Item], warm: Judge) -> None:
        for exercise in asked:
            own = [item for item in items if item.stash[EXERCISE] == exercise]
            draw_examples(own, warm)
            results.extend(judge_each([a for a in known if a.exercise == exercise], own, warm, stop_early))

    asked = list(dict.fromkeys(answer.exercise for answer in known))
    if known:
        with_warm_judge(loop, asked, {"seconds": seconds})
    return sorted(results, key=lambda pair: known.index(pair[0]))


def judge_each(
    known: list[Answer], items: list[pytest.Item], warm: Judge, stop_early: bool
) -> Iterator[tuple[Answer, dict | None]]:
    """Judge answers to one exercise, each in a fork."""
    running: dict[int, tuple[Answer, Path]] = {}
    with tempfile.TemporaryDirectory() as top:
        for i, answer in enumerate(known):
            result = Path(top, str(i), "result.json")
            result.parent.mkdir()
            if len(running) > cores():  # one more, since a judge and its learner wait for each other
                yield collect(running)
            pid = os.fork()
            if pid == 0:
                judge(items, warm, answer, result, stop_early)
            running[pid] = answer, result
        while running:
            yield collect(running)


def collect(running: dict[int, tuple[Answer, Path]]) -> tuple[Answer, dict | None]:
    """Wait for one of the running judges."""
    pid, _ = os.wait()
    answer, result = running.pop(pid)
    return answer, json.loads(result.read_text()) if result.exists() else None


def row(answer: Answer, result: dict | None) -> dict:
    """What came of one answer, as it should be judged and named or not."""
    about = {"exercise": answer.exercise.name, "function": answer.function, "name": answer.name}
    result = result or {"done": None, "checks": [], "named": "", "named_without": ""}
    caught = list(dict.fromkeys(name for name, word in result["checks"] if word != "done"))
    judged_right = result["done"] == answer.is_right and bool(caught) != answer.is_right
    named_right = answer.is_right or result["named"] == (answer.same_as or answer.name)
    good = judged_right and named_right and not result["named_without"]
    return {**about, "is_right": answer.is_right, "as_it_should_be": good, "caught": caught, **result}


def judged_at_most_twice(known: list[Answer]) -> list[dict]:
    """A row for each answer; what is not as it should be is judged again, since a busy machine makes calls too slow."""
    rows = [row(answer, result) for answer, result in judge_all(known)]
    again = [i for i, r in enumerate(rows) if not r["as_it_should_be"]]
    for i, (answer, result) in zip(again, judge_all([known[i] for i in again]), strict=True):
        rows[i] = row(answer, result)
    return rows


def show(rows: list[dict], every_check: bool) -> None:
    """Print the table; in the kill matrix also the checks without which a mistake would pass."""
    for r in rows:
        mark = "ok " if r["as_it_should_be"] else "BAD"
        caught = "passes" if r["is_right"] and not r["caught"] else ", ".join(r["caught"][: None if every_check else 1])
        print(f"{mark} {r['exercise']} {r['function']} {r['name']}: {caught or 'NOT REJECTED'}{naming(r)}")
    if every_check:
        show_matrix(rows)
    wrong = [r for r in rows if not r["is_right"]]
    rejected, named = sum(bool(r["caught"]) for r in wrong), sum(bool(r["named"]) for r in wrong)
    print(f"{len(wrong)} mistakes: {rejected} rejected, {named} named")
    print(f"{sum(r['as_it_should_be'] for r in rows)} of {len(rows)} are judged and named as they should be")


def show_matrix(rows: list[dict]) -> None:
    """For each check how many mistakes it rejects, and which of them no other check does."""
    rejects = Counter((r["exercise"], check) for r in rows for check in r["caught"])
    print("\nrejects  alone  check")
    for (exercise, check), count in sorted(rejects.items()):
        alone = [r["name"] for r in rows if r["exercise"] == exercise and r["caught"] == [check]]
        print(f"{count:7}  {len(alone) or '':5}  {exercise.split('_')[0]} {check}  {', '.join(alone)}".rstrip())


def naming(r: dict) -> str:
    """What is wrong with the name that was said, if anything is."""
    if r["as_it_should_be"] or r["is_right"]:
        return ""
    return f" [named {r['named'] or 'nothing'}; unknown to the bank, {r['named_without'] or 'nothing'}]"


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
    rows = judged_at_most_twice(known)
    show(rows, options.all)
    if options.json:
        options.json.write_text(json.dumps(rows))
    return 0 if rows and all(r["as_it_should_be"] for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
