"""The examples of a docstring, asked of the learner's code: what a learner can read there is what fails first.

They come from solutions/, so that nobody gets past them by changing a docstring. Where the arguments are plain data,
each call is made from here; the others are made beside the learner's code, by a probe.
"""

import ast

from assertions import assert_close, assert_same, assert_same_type, fail_unless
from kit.course.docstrings import examples
from kit.learner.call import Call, ProbeResult
from kit.learner.lazy_torch import is_tensor
from kit.learner.protocol import pack, unpack
from probes.examples import docstring_example, names_of_torch, shown_by

BECAUSE = "this is an example of the docstring"


def assert_keeps_examples(learner, function):
    """Each example shows what the docstring says, up to the last digits of rounding."""
    names = {**names_of(learner.exercise), function: getattr(learner, function)}
    for example in examples(learner.exercise, function):
        got = asked_from_here(learner, function, example.source, names)
        if example.want:
            assert_as_shown(got, value_of(example.want, learner.exercise))


def assert_keeps_examples_there(learner, function, probe=docstring_example):
    """The same for examples whose arguments do not cross, such as networks: the lines run in the learner's process."""
    sources = []
    for example in examples(learner.exercise, function):
        sources.append(example.source)
        if example.want:
            got = learner.run(probe, function, [*sources])  # a copy: the call is made again to others
            got = dict(got) if isinstance(got, ProbeResult) else got  # all of it is looked at
            assert_as_shown(got, value_of(example.want, learner.exercise))


def asked_from_here(learner, function, source, names):
    """What an example shows; unless it is nothing but a call, the card has the example instead of its last call."""
    try:
        got = shown_by(source, names)
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:  # the answer is of another kind
        learner.last_call = as_written(function, source)
        fail_unless(False, f"the example raises {type(error).__name__}: {error}", BECAUSE)
    if not is_call_of(function, source):
        learner.last_call = as_written(function, source)
    return got


def as_written(function, source):
    return Call(function, (ast.unparse(ast.parse(source)),), paste=str)


def is_call_of(function, source):
    (statement,) = ast.parse(source).body
    call = getattr(statement, "value", None)
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") == function


def names_of(exercise):
    """What an example finds, as it would in the exercise file."""
    return names_of_torch() if exercise.tensors else {}


def value_of(want, exercise):
    """The value of which Python shows this text; of its kinds, those that cross from a learner's process."""
    names = names_of(exercise)
    if exercise.tensors:
        names["tensor"] = names["torch"].tensor
    return unpack(*pack(eval(want.replace("<BLANKLINE>", ""), names)))


def assert_as_shown(got, want):
    """The same value; floating-point numbers may differ in what the docstring does not show."""
    if isinstance(want, tuple) and any(map(is_tensor, want)):
        assert_same_type(got, want, BECAUSE)
        fail_unless(len(got) == len(want), f"there are {len(got)} values, want {len(want)}", BECAUSE)
        for each, wanted in zip(got, want, strict=True):
            assert_as_shown(each, wanted)
    else:
        compare = assert_close if is_tensor(want) and want.is_floating_point() else assert_same
        compare(got, want, because=BECAUSE)
