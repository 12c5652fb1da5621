"""The checks are proven by wrong answers: each known mistake is rejected, and right answers pass however written."""

import json
import subprocess
import sys

import pytest

from kit.course import ROOT, exercises
from mistakes import answers

KNOWN = [answer for exercise in exercises() for answer in answers(exercise)]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """What came of judging every known answer, in one run for all tests here."""
    path = tmp_path_factory.mktemp("bank") / "rows.json"
    command = [sys.executable, "tests/kit/bank.py", f"--json={path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert path.exists(), done.stderr
    return {(row["exercise"], row["name"]): row for row in json.loads(path.read_text())}


@pytest.mark.parametrize("answer", KNOWN, ids=lambda answer: f"{answer.exercise.id}-{answer.name}")
def test_a_known_answer_is_judged_as_it_should_be(rows, answer):
    row = rows[answer.exercise.name, answer.name]
    assert row["as_it_should_be"], f"{answer.sentence}: {row['caught'] or 'not rejected'}"
    assert all(answer.exercise.function_of(name) == answer.function for name in row["caught"])


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_every_function_has_a_known_mistake_and_every_exercise_three_right_answers(exercise):
    known = answers(exercise)
    assert {answer.function for answer in known if not answer.is_right} == set(exercise.checks)
    assert sum(answer.is_right for answer in known) >= 3
    assert len({answer.name for answer in known}) == len(known)


@pytest.mark.parametrize("answer", KNOWN, ids=lambda answer: f"{answer.exercise.id}-{answer.name}")
def test_a_known_answer_is_named_in_one_sentence(answer):
    assert answer.sentence
    assert "\n" not in answer.sentence
    assert not answer.sentence.endswith(".")
    assert answer.is_right or answer.look
