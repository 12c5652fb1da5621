"""A function that is wrong for one of two words is told so, and no other one."""

import pytest
import torch

from kit.course.manifest import find
from kit.learner.call import RecordedCall
from kit.verdict.diagnosis import Oracle
from kit.verdict.record import Check, Record
from kit.verdict.words import words

RIGHT = """
import torch
def right(edges):
    if edges not in ("vertical", "horizontal"): raise ValueError(edges)
    kernel = torch.tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
    return kernel if edges == "vertical" else kernel.T
"""
SAID = {
    "right(edges) + (edges == 'vertical')": 'when: edges is "vertical" (2 calls failed; 3 others held)',
    "right(edges) if edges == 'vertical' else None": 'when: edges is "horizontal" (3 calls failed; 2 others held)',
    "1 // (edges != 'vertical') * right(edges)": 'when: edges is "vertical" (2 calls failed; 3 others held)',
    "-right(edges)": "",  # for both
    "right(edges)": "",
    "right(edges) + (edges == 'vertical') * counted()": "",  # at times
}
COUNTED = "calls = []\ndef counted():\n    calls.append(1)\n    return len(calls) < 2\n"


@pytest.fixture
def said_of(make_learner):
    """A function that says what the card says of an answer, after five calls and one with a word that is refused."""
    (exercise, _), oracles = find("ex02")[0], []

    def say(answer, function="sobel", arguments=None):
        learner = make_learner(f"{RIGHT}{COUNTED}def {function}(edges): return {answer}")
        oracles.append(oracle := Oracle(exercise, learner.workers.starter))
        asked = arguments or [
            ("vertical",),
            ("horizontal",),
            ("round",),
            ("vertical",),
            ("horizontal",),
            ("horizontal",),
        ]
        calls = tuple(learner.repeat(RecordedCall({"function": function}, each, {})) for each in asked)
        checks = [Check(exercise, function, f"test_{half}", "wrong", calls=calls[half::2]) for half in (0, 1)]
        return words(Record({exercise: [function]}, checks=checks), checks[0], oracle)

    yield say
    for oracle in oracles:
        oracle.end()


@pytest.mark.parametrize("answer", SAID)
def test_the_word_is_named_if_it_alone_is_at_fault(said_of, answer):
    assert said_of(answer) == SAID[answer]


def test_of_a_function_of_tensors_nothing_is_said(said_of):
    assert said_of("edges + 1", "edge_strength", [(torch.ones(3, 3),), (torch.zeros(4, 4),)]) == ""


def test_of_a_function_without_arguments_nothing_is_said(make_learner):
    (exercise, _) = find("ex18")[0]
    learner = make_learner("def expose_1(): return 1")
    recorded = learner.repeat(RecordedCall({"function": "expose_1"}, (), {}))
    check = Check(exercise, "expose_1", "test_it", "wrong", calls=(recorded,))
    oracle = Oracle(exercise, learner.workers.starter)
    try:
        assert words(Record({exercise: ["expose_1"]}, checks=[check]), check, oracle) == ""
    finally:
        oracle.end()
