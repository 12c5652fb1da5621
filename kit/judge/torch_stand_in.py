"""A stand-in for torch where checks are only listed: an editor that wants their names need not wait for torch.

It answers whatever a test file does with torch while it is imported, and nothing that it answers means anything. That
the list is the same as with torch is held by a test.
"""

import importlib.abc
import importlib.machinery
import sys
import types

from kit.learner.devices import is_driver_there


class Kind(type):
    """The class of the stand-in's classes, which have whatever they are asked for."""

    def __getattr__(cls, name: str) -> "Thing":
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing()


class Thing(metaclass=Kind):
    """What every name of the stand-in stands for: it can be called, asked for more, and calculated with."""

    def __init__(self, *_: object, **__: object):  # some test files make classes of it
        pass

    def __call__(self, *_: object, **__: object) -> "Thing":
        """Be the answer too."""
        return self

    def __getattr__(self, name: str) -> "Thing":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _: object) -> "Thing":
        return self

    def __get__(self, *_: object) -> "Thing":
        return self

    def __iter__(self):
        return iter(())

    def __enter__(self) -> "Thing":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was entered."""

    def _with(self, _: object = None) -> "Thing":
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _with
    __floordiv__ = __mod__ = __matmul__ = __neg__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = __or__ = _with


class StandIn(types.ModuleType):
    """A module of torch: classes under names that begin with a capital, things under the others."""

    __path__ = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        value = Kind(name, (Thing,), {}) if name[0].isupper() and name != "F" else Thing()
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds torch and all that is below it."""

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """See importlib."""
        return importlib.machinery.ModuleSpec(name, self) if name.partition(".")[0] == "torch" else None

    def create_module(self, spec: object) -> types.ModuleType:
        """See importlib."""
        return StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute."""


def use() -> None:
    """From now on, importing torch gives the stand-in; not beside a GPU, where torch says which checks there are."""
    if "torch" not in sys.modules and not is_driver_there():
        sys.meta_path.insert(0, Finder())
