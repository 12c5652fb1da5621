"""Mutates every right answer, one small change each, and judges every mutant the way a learner's file is judged.

    python tests/kit/mutants.py             # all of the solutions and of tests/mistakes/, which takes long
    python tests/kit/mutants.py ex05        # of one exercise
    python tests/kit/mutants.py --sample=24 # a few of all, the same at each time

A survivor that differs for nobody stands with its reason in equivalent.py; any other is a hole in the checks.
"""

import argparse
import difflib
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bank import ROOT, judge_all
from equivalent import EQUIVALENT
from kit.course.manifest import Exercise, exercises, find
from kit.course.mistakes import Answer, answers
from mutation import mutations

SECONDS_FOR_A_SAMPLE = 45  # no mutant is begun after them


@dataclass(frozen=True)
class Mutant:
    """A right answer with one change; what bank.judge needs of an answer."""

    exercise: Exercise
    function: str
    origin: str  # the answer that was changed
    change: str  # the changed lines
    source: str
    is_right: bool = False  # so that only its function is judged
    same_as: str = ""

    @property
    def reason(self) -> str | None:
        """Why nobody can notice the change."""
        known = EQUIVALENT.get(f"{self.exercise.id}.{self.origin}", {})
        return next((reason for part, reason in known.items() if part in self.change), None)


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every mutant of the solution, and of the right answers of the bank."""
    for answer in origins(exercise):
        yield from mutants_of(exercise, answer)


def origins(exercise: Exercise) -> list[Answer | None]:
    """What can be changed: None is the solution."""
    return [None, *(answer for answer in answers(exercise) if answer.is_right)]


def mutants_of(exercise: Exercise, answer: Answer | None) -> Iterator[Mutant]:
    """Every mutant of a right answer."""
    if answer is None:
        solution = exercise.solution.read_text(encoding="utf-8")
        for mutated, changed in _changed(solution):
            yield Mutant(exercise, "", "solution", changed, mutated, is_right=True)
    else:
        for mutated, changed in _changed(answer.block):
            yield Mutant(exercise, answer.function, answer.name, changed, _file(answer, mutated))


def _changed(source: str) -> Iterator[tuple[str, str]]:
    first, *others = mutations(source, and_itself=True)
    for mutated in others:
        lines = difflib.unified_diff(first.splitlines(), mutated.splitlines(), n=0, lineterm="")
        yield mutated, "\n".join(line for line in lines if line[:3] not in ("---", "+++") and line[0] in "+-")


def _file(answer: Answer, block: str) -> str:
    return f"{answer.before}\n{block}\n\n{answer.function} = {answer.name}\n"


def holes_in(asked: list[Mutant]) -> list[Mutant]:
    """The mutants that pass, and for which there is no reason to; says what is killed, by exercise and answer."""
    survivors = [
        mutant for mutant, result in judge_all(asked, stop_early=True, seconds=1) if result is None or result["done"]
    ]
    return [mutant for mutant in survivors if mutant.reason is None]


def judge_exercise(exercise: Exercise) -> list[Mutant]:
    """Judge all mutants of an exercise and say how many are killed."""
    begin, asked = time.monotonic(), list(mutants(exercise))
    equivalent = [mutant for mutant in asked if mutant.reason]
    holes = holes_in([mutant for mutant in asked if not mutant.reason])
    killed, seconds = len(asked) - len(equivalent) - len(holes), time.monotonic() - begin
    counted = f"{killed} of {len(asked)} mutants rejected, {len(equivalent)} equivalent"
    print(f"{exercise.name}: {counted}, in {seconds:.0f} s", flush=True)
    return holes


def judge_sample(number: int, seed: int) -> list[Mutant]:
    """Judge a few mutants of all exercises, each of another answer, as many as there is time for."""
    begin, judged, holes, chance = time.monotonic(), 0, [], random.Random(seed)
    places = [(exercise, answer) for exercise in exercises() for answer in origins(exercise)]
    drawn = [[*mutants_of(*place)] for place in chance.sample(places, min(number, len(places)))]
    asked = [mutant for each in drawn if each and not (mutant := chance.choice(each)).reason]
    while judged < len(asked) and time.monotonic() - begin < SECONDS_FOR_A_SAMPLE:
        some = asked[judged:][: os.cpu_count() or 1]
        holes += holes_in(some)
        judged += len(some)
    seconds = time.monotonic() - begin
    print(f"{judged - len(holes)} of {judged} mutants rejected, in {seconds:.0f} s; seed {seed}", flush=True)
    return holes


def show(holes: list[Mutant]) -> None:
    """Print what got through."""
    for mutant in holes:
        print(f"  {mutant.exercise.id}.{mutant.origin} passes with\n    " + mutant.change.replace("\n", "\n    "))


def main() -> int:
    """Judge the mutants of the exercises that are named, of all, or a sample; status 1 if one gets through."""
    parser = argparse.ArgumentParser(description="Judge mutants of all right answers.")
    parser.add_argument("exercises", nargs="*")
    parser.add_argument("--sample", type=int, help="judge so many of all, and begin none after 45 seconds")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    options = parser.parse_args()
    os.chdir(ROOT)
    if options.sample is not None:
        holes = judge_sample(options.sample, options.seed)
        show(holes)
        return 1 if holes else 0
    asked = [exercise for word in options.exercises for exercise, _ in find(word)] or exercises()
    found = False
    for exercise in asked:
        holes = judge_exercise(exercise)
        show(holes)
        found |= bool(holes)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
