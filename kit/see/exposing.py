"""An input for ex18 as data: it, and what the right and the wrong function make of it."""

import importlib.util
import inspect
from types import ModuleType

from kit.course.manifest import ROOT
from kit.learner.lazy_torch import is_tensor
from kit.see.values import node, same
from kit.verdict.harmless import harmless

MOST = 100  # numbers of a tensor, and of an int: the functions go through them one by one
LISTED = "expose_7"  # gives a list of calls


def exposing_picture(function: str, answer: object) -> dict | None:
    """The data of the picture; None if the answer is no input that could be tried."""
    listed = function == LISTED
    calls = answer if listed else [answer]
    if not isinstance(calls, list | tuple) or not 0 < len(calls) <= 8 or not all(map(is_call, calls)):
        return None
    number, found = function.removeprefix("expose_"), {}
    for which in ("right", "wrong"):
        module = fresh_pairs()  # a wrong one may remember what it was called with
        found[which] = [outcome(getattr(module, f"{which}_{number}"), call) for call in calls]
    rows = []
    for i, call in enumerate(calls):
        right, wrong = found["right"][i], found["wrong"][i]
        named = call if isinstance(call, dict) else dict(zip(names(number), call, strict=False))
        rows.append(
            {
                "name": f"call {i + 1}" if listed else "",
                "inputs": [{"name": harmless(str(name)), "node": node(value)} for name, value in named.items()],
                "right": node(right),
                "wrong": node(wrong, right, compare=True),
                "differs": not same(right, wrong),
            }
        )
    return {
        "kind": "exposing",
        "number": number,
        "rows": rows,
        "sentence": sentence(number, rows, found["right"]),
        "holdsSides": True,
    }


def is_call(call: object) -> bool:
    """Whether these are arguments of a call that takes no time."""
    values = list(call.values()) if isinstance(call, dict) else list(call) if isinstance(call, list | tuple) else []
    return bool(values) and all(
        (is_tensor(x) and x.numel() <= MOST) or (type(x) is int and abs(x) < MOST) for x in values
    )


def names(number: str) -> list[str]:
    """The names of a pair's parameters."""
    return [*inspect.signature(getattr(fresh_pairs(), f"right_{number}")).parameters]


def fresh_pairs() -> ModuleType:
    """The functions of kit/pairs.py, as if nothing had been called yet."""
    spec = importlib.util.spec_from_file_location("pairs_to_see", ROOT / "kit" / "pairs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Raised(str):
    """An exception in words, in place of a value."""

    def __repr__(self) -> str:
        """Itself."""
        return str(self)


def outcome(function: object, call: object) -> object:
    """What a function makes of an input: its answer, or its exception in words."""
    values = call.values() if isinstance(call, dict) else call
    try:
        return function(*(x.detach().clone() if is_tensor(x) else x for x in values))
    except Exception as error:  # which ones, the input decides
        return Raised(harmless(f"{type(error).__name__}: {error}"))


def sentence(number: str, rows: list[dict], right: list) -> str:
    """What came of it."""
    if any(isinstance(value, Raised) for value in right):
        return f"right_{number} does not take this input."
    if any(is_tensor(value) and not bool(value.isfinite().all()) for value in right):
        return f"right_{number} gives numbers that are not finite: such an input does not count."
    if not any(row["differs"] for row in rows):
        return f"right_{number} and wrong_{number} give the same: this input does not show the slip."
    return f"right_{number} and wrong_{number} differ on this input."
