"""A function that keeps something between calls is told so, and no other one."""

import pytest
import torch

from kit.course.manifest import find
from kit.learner.call import RecordedCall
from kit.verdict.diagnosis import Oracle
from kit.verdict.record import Check, Record
from kit.verdict.state import SENTENCE, state

SIZES = [(2, 3), (1, 1), (3, 2), (2, 3)]  # of the images of four calls, the last of which is shown
PAD = """
import torch
def right(image, padding):
    out = torch.zeros(len(image) + 2 * padding, image.shape[1] + 2 * padding, dtype=image.dtype)
    out[padding : len(out) - padding, padding : out.shape[1] - padding] = image
    return out
"""
KEEP_SOMETHING = {
    "a default argument": "def pad2d(image, padding, seen=[]):\n    seen.append(1)\n"
    "    return right(image, padding) + (len(seen) > 1)",
    "a cache by size": "cache = {}\ndef pad2d(image, padding):\n"
    "    return cache.setdefault(image.shape, right(image, padding))",
    "a global": "count = 0\ndef pad2d(image, padding):\n    global count\n    count += 1\n"
    "    if count > 3: raise IndexError\n    return right(image, padding)",
}
KEEP_NOTHING = {
    "always wrong": "def pad2d(image, padding):\n    return right(image, padding) + 1",
    "wrong by chance": "import random\ndef pad2d(image, padding):\n"
    "    return right(image, padding) + (random.random() < 0.95)",
    "wrong on some images": "def pad2d(image, padding):\n    return right(image, padding) + (len(image) == 2)",
    "right": "def pad2d(image, padding):\n    return right(image, padding)",
}


@pytest.fixture
def said_of(make_learner):
    """A function that says what the card says of some code after these calls."""
    exercise, oracles = find("ex04")[0][0], []

    def say(code, in_checks=1):
        learner = make_learner(PAD + code)
        oracles.append(oracle := Oracle(exercise, learner.workers.starter))
        images = [
            torch.arange(6.0)[: rows * columns].reshape(rows, columns) + i for i, (rows, columns) in enumerate(SIZES)
        ]
        calls = [learner.repeat(RecordedCall({"function": "pad2d"}, (image, 1), {})) for image in images]
        parts = [calls] if in_checks == 1 else [calls[:-1], calls[-1:]]
        names = ["test_pad2d_equals_pytorch", "test_pad2d_keeps_the_dtype"]
        checks = [Check(exercise, "pad2d", n, "wrong", calls=tuple(p)) for n, p in zip(names, parts, strict=False)]
        return state(Record({exercise: ["pad2d"]}, checks=checks), checks[-1], oracle, make_learner(PAD + code))

    yield say
    for oracle in oracles:
        oracle.end()


@pytest.mark.parametrize("what", KEEP_SOMETHING)
def test_what_is_kept_between_calls_is_said(said_of, what):
    assert said_of(KEEP_SOMETHING[what]) == SENTENCE


@pytest.mark.parametrize("what", KEEP_SOMETHING)
def test_what_is_kept_from_an_earlier_check_is_said(said_of, what):
    assert said_of(KEEP_SOMETHING[what], in_checks=2) == SENTENCE


@pytest.mark.parametrize("what", KEEP_NOTHING)
def test_nothing_is_said_of_code_that_keeps_nothing(said_of, what):
    assert said_of(KEEP_NOTHING[what]) == ""
