"""Mutates the solutions, one small change each, and judges every mutant the way a learner's file is judged.

    python tests/kit/mutants.py             # the score, and each survivor with its change
    python tests/kit/mutants.py ex05

cosmic-ray makes the changes; bank.py's forks judge them. What changes no code, such as a type hint, is no mutant.
A survivor that differs for nobody is listed, with the reason, in EQUIVALENT.
"""

import argparse
import ast
import difflib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from bank import ROOT, judge_all
from kit.course.manifest import Exercise, exercises, find

ARITHMETIC = {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"}  # bits and shifts only make tensors raise
NEEDS_ARGUMENTS = {"core/VariableReplacer", "core/VariableInserter"}
EQUIVALENT = {  # part of the changed line -> why nobody can notice
    "if kernel_size < 0 or kernel_size % 2 == 0:": "0 is refused for being even",
    "if kernel_size < 1 or kernel_size % 2 <= 0:": "a remainder is never below 0",
    "len(volume) is not len(kernel)": "whole numbers as small as these are one object each",
    "if (std <= 0).any():": "no standard deviation is negative",
    "padded.shape[ 1:]": "a complaint may say more than it must",
    "x[:, -1].numel()": "all channels have as many numbers as the first",
    "torch.rand_like(x) > self.p": "a number drawn by chance is hardly ever p itself",
    "if self.p != 1 else 0": "no p is above 1",
    "if self.p < 1 else 1": "with p = 1 nothing is kept that could be enlarged",
    "if self.p < 1 else -1": "with p = 1 nothing is kept that could be enlarged",
    "zip(volume, kernel, strict=False)": "both have been found to be as long as each other",
}


@dataclass(frozen=True)
class Mutant:
    """A solution with one change; what bank.judge needs of an answer."""

    exercise: Exercise
    name: str
    source: str
    change: str  # the changed lines
    is_right: bool = True  # so that the whole exercise is judged
    same_as: str = ""


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every mutant of a solution, each meaning once."""
    text = (ROOT / "solutions" / f"{exercise.name}.py").read_text(encoding="utf-8")
    seen = {meaning(text)}
    for operator_name in sorted(filter(is_wanted, operator_names())):
        for occurrence in range(1000):
            mutated = mutate_code(text, get_operator(operator_name)(), occurrence)
            if mutated is None:
                break
            if meaning(mutated) not in seen:
                seen.add(meaning(mutated))
                yield Mutant(exercise, f"{operator_name}_{occurrence}", mutated, change(text, mutated))


def is_wanted(operator_name: str) -> bool:
    """Whether an operator's changes are such as a person could make."""
    if operator_name.startswith("core/ReplaceBinaryOperator"):
        return set(operator_name.split("_")[1:]) <= ARITHMETIC
    return operator_name not in NEEDS_ARGUMENTS


def meaning(text: str) -> str:
    """The code without docstrings and type hints."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
        for hint in ("annotation", "returns"):
            if hasattr(node, hint):
                setattr(node, hint, None)
    return ast.dump(tree)


def change(before: str, after: str) -> str:
    """The lines that differ."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++") and line[0] in "+-")


def main() -> int:
    """Judge the mutants of the exercises that are named, or of all; status 1 if one survives that should not."""
    parser = argparse.ArgumentParser(description="Judge mutants of the solutions.")
    parser.add_argument("exercises", nargs="*")
    asked = [exercise for word in parser.parse_args().exercises for exercise, _ in find(word)] or exercises()
    os.chdir(ROOT)
    surprising = 0
    for exercise in asked:
        results = judge_all(list(mutants(exercise)), stop_early=True)
        survivors = [mutant for mutant, result in results if result is not None and result["done"]]
        explained = [m for m in survivors if any(part in m.change for part in EQUIVALENT)]
        killed = len(results) - len(survivors)
        print(f"{exercise.name}: {killed} of {len(results)} mutants rejected, {len(explained)} equivalent", flush=True)
        for mutant in survivors:
            if mutant not in explained:
                print(f"  {mutant.name}\n    " + mutant.change.replace("\n", "\n    "), flush=True)
        surprising += len(survivors) - len(explained)
    return 1 if surprising else 0


if __name__ == "__main__":
    sys.exit(main())
