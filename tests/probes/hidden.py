"""Functions that no object leads to, for what a probe keeps from the learner's code that it hands objects to.

They stand in the closure of an audit hook, which Python neither lists nor takes away; they are called by their number.
"""

import itertools
import sys
from sys import audit  # before a learner's file may put another in its place
from types import FunctionType


def _begin():
    """Add the hook; returns the names of its two events, which no other has."""
    held, numbers = {}, itertools.count()
    hide, call = f"convkata.hide.{id(held)}", f"convkata.call.{id(held)}"

    def hook(event, args):
        if event == call:
            answer, number, given, named = args
            answer.append(held[number](*given, **named))
        elif event == hide:
            answer, function = args
            answer.append(number := next(numbers))
            held[number] = function

    sys.addaudithook(hook)
    return hide, call


HIDE, CALL = _begin()


def hide(function):
    """A function that does the same and does not lead to it."""
    tell, event, number = audit, CALL, number_of(function)

    def call(*args, **kwargs):
        answer = []
        tell(event, answer, number, args, kwargs)
        return answer[0]

    return FunctionType(call.__code__, {}, call.__name__, None, call.__closure__)


def calling(function):
    """What calls a hidden function without arguments: another function, and what it is to be given."""
    return audit, (CALL, [], number_of(function), (), {})


def number_of(function):
    """The number of a function that is now hidden."""
    answer = []
    audit(HIDE, answer, function)
    return answer[0]
