"""A learner's code does not look into what called it; what libraries look for in its name is theirs."""

import pytest

from kit.learner.call import NoAnswer
from kit.learner.no_looking import watcher

LOOKING = {
    "sys._getframe()": "looking into frames",
    "inspect.currentframe()": "looking into frames",
    "inspect.stack()": "looking into frames",
    "sys._current_frames()": "looking into frames",
    "frame_of_an_error()": "looking into frames",
    "(x for x in ()).gi_frame": "looking into frames",
    "gc.get_objects()": "looking for objects",
    "gc.get_referrers(f)": "looking for objects",
    "gc.get_referents(f)": "looking for objects",
    "sys.settrace(print)": "tracing calls",
    "sys.setprofile(print)": "tracing calls",
    "sys.addaudithook(print)": "listening to events",
    "f.__code__.replace(co_filename=inspect.__file__)": "making code",
    "compile('1', inspect.__file__, 'eval')": "making code",
}
HONEST = {
    "traceback.format_exc()": "NoneType: None\n",
    "trace_of_an_error()": "ZeroDivisionError: division by zero",
    "collections.namedtuple('P', 'x')(3).x": 3,
    "dataclasses.make_dataclass('D', ['x'])(4).x": 4,
    "inspect.signature(f).parameters == {}": True,
    "warnings.warn('x')": None,
    "gc.collect() * 0": 0,
    "eval(compile('1 + 1', '<mine>', 'eval'))": 2,
}
CODE = """
import collections, dataclasses, gc, inspect, sys, traceback, warnings

def frame_of_an_error():
    try: 1 / 0
    except ZeroDivisionError as error: return error.__traceback__.tb_frame

def trace_of_an_error():
    try: 1 / 0
    except ZeroDivisionError: return traceback.format_exc().splitlines()[-1]

def f(): return {expression}
"""


@pytest.mark.parametrize("expression", LOOKING)
def test_looking_at_the_caller_is_not_allowed(make_learner, expression):
    with pytest.raises(NoAnswer) as caught:
        make_learner(CODE.format(expression=expression)).f()
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", LOOKING[expression])


@pytest.mark.parametrize("expression", HONEST)
def test_what_libraries_look_for_is_allowed(make_learner, expression):
    assert make_learner(CODE.format(expression=expression)).f() == HONEST[expression]


def test_a_library_may_lie_wherever_python_looks_for_modules(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "user-site")
    refused, names = {}, {}
    for folder in ("user-site", "exercises"):
        look = watcher(lambda what, folder=folder: refused.update({folder: what}), str(tmp_path / "exercises/ex01.py"))
        exec(compile("def ask(hook): hook('sys._getframe', ())", tmp_path / folder / "a.py", "exec"), names)
        names["ask"](lambda event, args, look=look: look(event, args))
    assert refused == {"exercises": "looking into frames"}
