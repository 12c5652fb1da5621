"""The manifest, the folders and the tests say the same."""

import ast

import pytest

from kit.course import manifest as course
from kit.learner.forbidden import FORBIDDEN

EXERCISES = course.exercises()
NAMES = [exercise.name for exercise in EXERCISES]


def functions_in(path):
    return [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("folder", ["exercises", "solutions"])
def test_a_folder_has_one_file_for_each_exercise_and_no_other(folder):
    assert sorted(path.stem for path in (course.ROOT / folder).glob("*.py")) == sorted(NAMES)


@pytest.mark.parametrize("exercise", EXERCISES, ids=NAMES)
def test_the_manifest_counts_the_checks_of_every_function(exercise):
    tests = [node.name for node in functions_in(exercise.test_file) if node.name.startswith("test_")]
    counted = dict.fromkeys(exercise.checks, 0)
    for name in tests:
        assert exercise.function_of(name), f"{name} names no function of {exercise.name}"
        counted[exercise.function_of(name)] += 1
    assert counted == exercise.checks
    assert min(counted.values()) > 0


@pytest.mark.parametrize("exercise", EXERCISES, ids=NAMES)
def test_the_solution_defines_the_functions_of_the_manifest_in_its_order(exercise):
    defined = [node.name for node in functions_in(exercise.solution)]
    assert [name for name in defined if not name.startswith("_")] == list(exercise.checks)


@pytest.mark.parametrize("exercise", EXERCISES, ids=NAMES)
def test_what_is_not_allowed_is_said_in_every_docstring(exercise):
    for node in functions_in(exercise.solution):
        if not node.name.startswith("_"):
            assert ("Not allowed:" in ast.get_docstring(node)) == bool(exercise.forbidden), node.name
    assert set(exercise.forbidden) <= set(FORBIDDEN)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ex05", [("ex05_conv2d", None)]),
        ("5", [("ex05_conv2d", None)]),
        ("ex05_conv2d.py", [("ex05_conv2d", None)]),
        ("stack_filters", [("ex05_conv2d", "stack_filters")]),
        ("ex04.correlate2d", [("ex04_padding_stride", "correlate2d")]),
        ("conv2d", [("ex05_conv2d", "conv2d")]),  # others beyond the lecture have one too
        ("ex14.conv2d", [("ex14_im2col", "conv2d")]),
        ("correlate2d", [("ex01_correlate", "correlate2d"), ("ex04_padding_stride", "correlate2d")]),
    ],
)
def test_find_knows_what_a_person_means(word, found):
    assert [(exercise.name, function) for exercise, function in course.find(word)] == found


@pytest.mark.parametrize(
    ("word", "nearest"), [("ex55", "ex15"), ("conv2", "conv2d"), ("NET", "Net"), ("zzz", "ex01 to ex")]
)
def test_find_names_the_nearest_for_an_unknown_word(word, nearest):
    with pytest.raises(course.UnknownNameError, match=nearest):
        course.find(word)


def test_what_goes_beyond_the_lecture_stands_after_all_else():
    beyond = [exercise.beyond for exercise in EXERCISES]
    assert beyond == sorted(beyond)


@pytest.mark.parametrize(("count", "sentence"), [(1, "one more goes"), (6, "six more go"), (20, "20 more go")])
def test_the_end_of_the_lecture_tells_how_many_go_beyond_it(monkeypatch, count, sentence):
    more = course.Exercise("ex99_sample", "a sample", 1, 1, {"f": 1}, beyond=True)
    monkeypatch.setattr(course, "exercises", lambda: (EXERCISES[0], *[more] * count))
    assert course.end_of_the_lecture() == f"the lecture ends here; {sentence} beyond it"


def test_the_shortest_name_of_a_function_finds_it_and_no_other():
    for exercise in EXERCISES:
        for function in exercise.functions:
            assert course.find(course.shortest_name(exercise, function)) == [(exercise, function)]
    assert course.shortest_name(course.find("ex05")[0][0], "conv2d") == "conv2d"


def test_the_longest_function_name_decides_what_a_test_is_about():
    exercise = course.Exercise("ex99_sample", "a sample", 1, 1, {"conv2d": 1, "conv2d_backward": 1, "Net": 1})
    assert exercise.function_of("test_conv2d_backward_is_linear") == "conv2d_backward"
    assert exercise.function_of("test_conv2d_is_linear") == "conv2d"
    assert exercise.function_of("test_net_counts") == "Net"
    assert exercise.function_of("test_network_counts") is None
