"""What the judge knows of a collected check: its exercise, its function, and what Hypothesis makes of it."""

import os
from pathlib import Path

import pytest

from kit.course.manifest import Exercise
from kit.verdict.record import CheckKey

EXERCISE = pytest.StashKey[Exercise]()
FUNCTION = pytest.StashKey[str]()


def mark_checks(items: list[pytest.Item], asked: dict[Exercise, list[str]]) -> list[pytest.Item]:
    """Find each check's exercise and function; returns the items without the checks that were not asked for."""
    by_file = {exercise.test_file: exercise for exercise in asked}
    wanted = []
    for item in items:
        exercise = by_file.get(Path(os.path.realpath(item.path)))  # the project may be reached through a link
        function = exercise and exercise.function_of(item.originalname)
        if exercise and function not in asked[exercise]:
            continue
        if exercise:
            item.stash[EXERCISE], item.stash[FUNCTION] = exercise, function
        wanted.append(item)
    return wanted


def is_check(item: pytest.Item) -> bool:
    """Whether this is a check of an exercise, and no test of the kit itself."""
    return EXERCISE in item.stash


def key_of(item: pytest.Item) -> CheckKey:
    """What is the same for all cases of a check."""
    return item.stash[EXERCISE], item.stash[FUNCTION], item.originalname


def divide(items: list[pytest.Item]) -> list[list[pytest.Item]]:
    """Tasks for judges side by side: whole exercises, or of a single one its checks."""
    by_exercise: dict[Exercise, list[pytest.Item]] = {}
    for item in items:
        by_exercise.setdefault(item.stash[EXERCISE], []).append(item)
    return [*by_exercise.values()] if len(by_exercise) > 1 else [[item] for item in items]
