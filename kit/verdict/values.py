"""Values and calls as text: to be pasted into Python, or to be read beside each other."""

import math

from rich.text import Text

from kit.learner.call import Call
from kit.learner.lazy_torch import is_tensor
from kit.verdict.harmless import harmless

LONGEST_VALUE = 160  # characters of a value in a call
MOST_ROWS = 3  # of a matrix beside another
WIDEST = 100  # columns of two values beside each other


def show_value(value: object) -> str:
    """A value as it can be pasted into Python, or its shape or beginning where that would be too long."""
    if is_tensor(value):
        from kit.verdict.tensor_values import show_tensor

        return show_tensor(value, LONGEST_VALUE)
    text = _show_plain(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _show_plain(value: object) -> str:
    """Python's own spelling; what is in a list, tuple or dict is shown as what is outside."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show_value(item)}" for key, item in value.items()) + "}"
    if type(value) not in (list, tuple):
        return repr(value)
    items = ", ".join(map(show_value, value[: LONGEST_VALUE + 1]))
    return f"[{items}]" if isinstance(value, list) else f"({items}{',' if len(value) == 1 else ''})"


def show_call(call: Call) -> str:
    """A call as it can be pasted into Python; what a probe does, in the probe's own words."""
    if call.paste:
        return call.paste(*call.args, **dict(call.kwargs))
    if not call.function:
        return ""
    arguments = [show_value(v) for v in call.args] + [f"{name}={show_value(v)}" for name, v in call.kwargs]
    return f"{call.function}({', '.join(arguments)})"


def beside(got: object, want: object, width: int = WIDEST, rows: int = MOST_ROWS) -> list[Text]:
    """Two values beside each other, what differs first in brackets; as many lines as it takes, few."""
    where, got, want = first_difference(got, want, width)
    if is_tensor(got) and is_tensor(want) and got.shape == want.shape and got.numel():
        from kit.verdict.tensor_values import matrices

        lines = matrices(got, want, where, width // 2 - 3, rows)
    else:
        shown = [harmless(show_value(value)) for value in (got, want)]
        together = f"got  {shown[0]}   want {shown[1]}"
        apart = [f"got  {shown[0]}", f"want {shown[1]}"]
        lines = [Text(line) for line in ([together] if len(together) <= width else apart)]
        lines[:0] = [Text(f"at {where}:")] if where else []
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines


def first_difference(got: object, want: object, room: int = WIDEST, where: str = "") -> tuple[str, object, object]:
    """Where two values differ first, going into lists, tuples and dicts, and both values there.

    A list of plain numbers or words stays whole if it has room; of lists of different lengths the ends are left.
    """
    for key in _common_keys(got, want, room):
        if not _equal(got[key], want[key]):
            return first_difference(got[key], want[key], room, f"{where}[{key!r}]")
    if _is_list(got, want) and len(got) != len(want) and not _has_room(got, want, room):
        start = min(len(got), len(want))
        return f"{where}[{start}:]", got[start:], want[start:]
    return where, got, want


def _common_keys(got: object, want: object, room: int) -> list:
    """What to look into, by the keys or numbers that both have."""
    if isinstance(got, dict) and isinstance(want, dict) and got.keys() == want.keys():
        return list(want)
    if not _is_list(got, want):
        return []
    plain = all(isinstance(item, int | float | str) for item in (*got, *want))
    whole = _has_room(got, want, room) and (plain or len(got) != len(want))
    return [] if whole else list(range(min(len(got), len(want))))


def _is_list(got: object, want: object) -> bool:
    return isinstance(got, list | tuple) and type(got) is type(want)


def _has_room(got: object, want: object, room: int) -> bool:
    return max(len(show_value(value)) for value in (got, want)) <= room - len("want ")


def _equal(got: object, want: object) -> bool:
    """Whether two values count as the same, as in the assertions: 2 and 2.0 do, and two that are nan."""
    if is_tensor(got) and is_tensor(want):
        from kit.verdict.tensor_values import different

        return got.shape == want.shape and got.dtype == want.dtype and not bool(different(got, want).any())
    if is_tensor(got) or is_tensor(want):
        return False
    if _is_list(got, want):
        return len(got) == len(want) and all(map(_equal, got, want))
    if isinstance(got, dict) and isinstance(want, dict):
        return got.keys() == want.keys() and all(_equal(got[key], want[key]) for key in want)
    return got == want or (got != got and want != want)
