"""Hypothesis draws the same examples for a property each time: they are drawn once and judged many times.

Drawing costs several times what judging costs. Only where an example fails is Hypothesis itself asked, to look for a
smaller one.
"""

import functools
import inspect
from collections.abc import Callable

import pytest
from hypothesis.errors import FlakyFailure
from hypothesis.strategies import DataObject

Drawn = list[dict[str, object]]  # the arguments of each example


def draw(item: pytest.Function) -> Drawn | None:
    """What Hypothesis draws for a property; None for another check, and for one that draws while it runs.

    Nothing is judged: what would judge an example takes it down. The examples are the same as in a run in which all
    hold, since a property that holds tells Hypothesis nothing.
    """
    handle = getattr(item.obj, "hypothesis", None)
    if handle is None:
        return None
    fixtures, drawn, judging = dict.fromkeys(inspect.signature(item.obj).parameters), [], handle.inner_test

    @functools.wraps(judging)  # by its source it is chosen what is drawn
    def take_down(**arguments: object) -> None:
        drawn.append({name: value for name, value in arguments.items() if name not in fixtures})

    if hasattr(item, "callspec"):  # what Hypothesis' plugin for pytest does, so that each case has its own examples
        take_down._hypothesis_internal_add_digest = item.nodeid.encode()
    handle.inner_test = take_down
    try:
        item.obj(**fixtures)
    finally:
        handle.inner_test = judging
    return None if any(isinstance(value, DataObject) for each in drawn for value in each.values()) else drawn


def judge_on(item: pytest.Function, drawn: Drawn, forget: Callable[[], None]) -> None:
    """From now on, judge a property on these examples first; `forget` makes the record forget them."""
    search = item.obj

    @functools.wraps(search)
    def judge(**fixtures: object) -> None:
        try:
            for arguments in drawn:
                search.hypothesis.inner_test(**fixtures, **arguments)
        except Exception as error:
            forget()
            search(**fixtures)
            raise FlakyFailure("It was met once.", [error]) from error  # and not by Hypothesis

    item.obj = judge
