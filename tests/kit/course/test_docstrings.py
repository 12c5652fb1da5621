"""What a learner reads in a docstring is what fails first, whatever stands in the exercise file."""

import ast
from types import SimpleNamespace

import pytest
import torch

from docstring_examples import assert_keeps_examples_there
from kit.course.docstrings import docstrings, examples
from kit.course.manifest import ROOT, exercises, find
from probes.examples import docstring_example
from processes import run_pytest

FUNCTIONS = [(exercise, function) for exercise in exercises() for function in exercise.checks]
ALIKE = {
    "training_loop",
    "predict",
    "select_classes",
}  # two mistakes fail alike on the example, so others are asked first
each_function = pytest.mark.parametrize(("exercise", "function"), FUNCTIONS, ids=[f"{e.id}.{f}" for e, f in FUNCTIONS])


@each_function
def test_the_first_check_of_a_function_is_made_of_the_examples_of_its_docstring(exercise, function):
    tests = [node.name for node in ast.parse(exercise.test_file.read_text()).body if isinstance(node, ast.FunctionDef)]
    own = [name for name in tests if exercise.function_of(name) == function]
    place = -1 if function in ALIKE else 0
    assert own[place] == f"test_{function.lower()}_keeps_the_examples_of_its_docstring"


@each_function
def test_examples_name_their_own_function_and_no_other(exercise, function):
    found = examples(exercise, function)
    assert any(example.want for example in found)
    tree = ast.parse("".join(example.source for example in found))
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert named & {*exercise.checks} == {function}


def test_a_docstring_is_the_one_of_the_solution():
    ((exercise, _),) = find("ex03")
    source = ast.parse((ROOT / "solutions" / "ex03_output_size.py").read_text())
    texts = [ast.get_docstring(node) for node in source.body if isinstance(node, ast.FunctionDef)]
    assert [*docstrings(exercise).values()] == texts


def test_an_example_that_was_changed_in_the_exercise_file_is_asked_as_it_was(tmp_path):
    (tmp_path / "ex03_output_size.py").write_text(
        'def same_padding(kernel_size):\n    """Say.\n\n    >>> same_padding(3)\n    3\n    """\n    return 3\n'
    )
    status, screen = run_pytest("ex03.same_padding", folder=tmp_path)
    assert status == 1
    assert "same padding keeps the examples of its docstring" in screen
    assert "same_padding(3)" in screen
    assert "got  3   want 1" in screen


class Listener:
    """A learner that remembers how it was asked."""

    def __init__(self, exercise):
        self.exercise, self.asked = exercise, []

    def run(self, _, function, sources):
        self.asked.append(sources)
        return docstring_example(SimpleNamespace(load_weights=load), function, sources)


def load(model, path, _):
    model.load_state_dict(torch.load(path))
    return model.eval()


def test_what_was_asked_stays_as_it_was_so_that_others_can_be_asked_the_same():
    listener = Listener(find("ex12")[0][0])
    assert_keeps_examples_there(listener, "load_weights")
    assert len(listener.asked[0]) < len(listener.asked[1])


WITHOUT_A_CALL = """
import torch

def prewitt(edges):
    return 7

def sobel(edges):
    return torch.ones(3, 3)
"""


@pytest.mark.parametrize(
    ("function", "shown"),
    [
        ("prewitt", "(image * prewitt('vertical')).sum(), (image * prewitt('horizontal')).sum()"),
        ("sobel", "(image * sobel('vertical')).sum(), (image * sobel('horizontal')).sum()"),
    ],
)
def test_an_example_that_is_more_than_a_call_is_shown_as_it_is_written(tmp_path, function, shown):
    (tmp_path / "ex02_kernels.py").write_text(WITHOUT_A_CALL)
    status, screen = run_pytest(f"ex02.{function}", folder=tmp_path)
    assert status == 1
    assert shown in " ".join(screen.split())
