"""The bank of known answers is complete and readable; `nox -s kit` proves that each is judged as it should be."""

import pytest

from bank import row
from kit.course.manifest import exercises
from kit.course.mistakes import Answer, answers

KNOWN = [answer for exercise in exercises() for answer in answers(exercise)]


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


@pytest.mark.parametrize(
    ("is_right", "done", "words", "named", "named_without", "as_it_should_be"),
    [
        (True, True, ["done", "done"], "", "", True),
        (True, False, ["done", "wrong"], "", "", False),
        (True, False, ["done"], "", "", False),
        (False, False, ["done", "wrong"], "sample", "", True),
        (False, False, ["done", "wrong"], "", "", False),
        (False, False, ["done", "wrong"], "another", "", False),
        (False, False, ["done", "wrong"], "sample", "another", False),
        (False, True, ["done", "done"], "sample", "", False),
        (False, False, ["done"], "sample", "", False),
        (False, None, [], "", "", False),
    ],
)
def test_a_wrong_answer_must_fail_and_be_named_and_a_right_one_pass(
    is_right, done, words, named, named_without, as_it_should_be
):
    answer = Answer(exercises()[0], "f", "sample", "a sample", "", is_right, "", "", "")
    checks = [[f"test_{i}", word] for i, word in enumerate(words)]
    result = {"done": done, "checks": checks, "named": named, "named_without": named_without}
    assert row(answer, None if done is None else result)["as_it_should_be"] == as_it_should_be
