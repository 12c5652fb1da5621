"""Stand-ins for modules of torch that cost seconds to import and are asked for nothing."""

import functools
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_dynamo() -> Iterator[None]:
    """Use torch.optim without its import of torch._dynamo, which takes seconds.

    A hack: every optimizer imports that module when it is made and at each step, for two functions that do
    nothing unless torch.compile is at work. So a stand-in with these two takes its place; whoever asks it for
    anything else gets the real module.
    """
    stand_in = types.ModuleType("torch._dynamo")
    stand_in.disable = lambda function, *_, **__: function
    stand_in.graph_break = lambda: None
    stand_in.__getattr__ = functools.partial(_real_dynamo, stand_in)
    with instead(stand_in):
        yield


def _real_dynamo(stand_in: types.ModuleType, name: str):
    # inspect and pytest ask every module for names such as __file__; that is no use of it
    if name.startswith("__") and name != "__path__":
        raise AttributeError(name)
    _remove(stand_in)
    return getattr(importlib.import_module(stand_in.__name__), name)


@contextmanager
def instead(stand_in: types.ModuleType) -> Iterator[None]:
    """Let an import find the stand-in, unless the real module is there already."""
    sys.modules.setdefault(stand_in.__name__, stand_in)
    try:
        yield
    finally:
        _remove(stand_in)


def _remove(stand_in: types.ModuleType) -> None:
    if sys.modules.get(stand_in.__name__) is stand_in:
        del sys.modules[stand_in.__name__]
