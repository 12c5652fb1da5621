"""Values and calls as text: to be pasted into Python, or to be read beside each other."""

import math

import torch
from rich.text import Text
from torch import Tensor

from kit.call import Call
from kit.command import harmless

LONGEST_VALUE = 160  # characters of a tensor in a call
MOST_ROWS = 3  # of a matrix beside another
WIDEST = 100  # columns of two values beside each other
SUFFIXES = {torch.int64: "", torch.float32: "", torch.bool: "", torch.float64: ".double()"}


def show_value(value: object) -> str:
    """A value as it can be pasted into Python, or its shape or beginning where that would be too long."""
    if not isinstance(value, Tensor):
        text = _show_plain(value)
        return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
    if value.numel() == 0:
        return f"torch.empty({tuple(value.shape)}, dtype={value.dtype})"
    text = _show_tensor(value) if value.numel() <= LONGEST_VALUE else ""
    return text if 0 < len(text) <= LONGEST_VALUE else f"<tensor of shape {tuple(value.shape)}, {value.dtype}>"


def _show_tensor(value: Tensor) -> str:
    numbers = _numbers(value.tolist(), "." if value.dtype == torch.float32 else "")
    if value.dtype == torch.float64 and not _is_exact(value):
        return f"torch.tensor({numbers}, dtype=torch.float64)"
    if value.dtype in SUFFIXES:
        return f"torch.tensor({numbers}){SUFFIXES[value.dtype]}"
    return f"torch.tensor({numbers}, dtype={value.dtype})"


def _is_exact(value: Tensor) -> bool:
    """Whether float64 numbers come back from torch.tensor(…).double(), which goes through int64 or float32."""
    return bool((value.float().double() == value).all()) and bool((value.abs() < 2**24).all())


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


def _numbers(numbers: object, point: str) -> str:
    """Nested lists of numbers, short: 2.0 is "2", followed by the point if the dtype hangs on it."""
    if isinstance(numbers, list):
        return f"[{', '.join(_numbers(number, point) for number in numbers)}]"
    if not isinstance(numbers, float):
        return repr(numbers)
    if not math.isfinite(numbers):
        return f"float('{numbers}')"
    text = repr(numbers)
    return text.removesuffix(".0") + point if text.endswith(".0") and text != "-0.0" else text


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
    if isinstance(got, Tensor) and isinstance(want, Tensor) and got.shape == want.shape and got.numel():
        lines = _matrices(got, want, where, width // 2 - 3, rows)
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
    if isinstance(got, Tensor) and isinstance(want, Tensor):
        return got.shape == want.shape and got.dtype == want.dtype and not bool(_different(got, want).any())
    if isinstance(got, Tensor) or isinstance(want, Tensor):
        return False
    if _is_list(got, want):
        return len(got) == len(want) and all(map(_equal, got, want))
    if isinstance(got, dict) and isinstance(want, dict):
        return got.keys() == want.keys() and all(_equal(got[key], want[key]) for key in want)
    return got == want or (got != got and want != want)


def _different(got: Tensor, want: Tensor) -> Tensor:
    return (got != want) & ~(got.isnan() & want.isnan())


def _matrices(got: Tensor, want: Tensor, where: str, room: int, most: int) -> list[Text]:
    """The rows around the first difference, got on the left, want on the right, each in `room` columns."""
    different = _different(got, want)
    index = tuple(different.nonzero()[0].tolist()) if different.any() else (0,) * got.dim()
    rows, column = [_last_two(tensor)[index[:-2]] for tensor in (got, want)], index[-1] if index else 0
    row = index[-2] if len(index) > 1 else 0
    top = _window(row, rows[0].shape[0], most)
    cells = _cells([side[top].tolist() for side in rows], row - top.start, column)
    width = max(len(cell) for side in cells for line in side for cell in line) + 2
    seen = _window(column, rows[0].shape[1], max(1, room // width))
    sides = [_block(side, seen, row - top.start, column - seen.start, width) for side in cells]
    heading = f"{'got':{len(sides[0][0]) + 3}}want{_at(where, index, got.dim())}"
    return [Text(heading), *(left + Text("   ") + right for left, right in zip(*sides, strict=True))]


def _at(where: str, index: tuple[int, ...], dimensions: int) -> str:
    """Which of the numbers stands in brackets, if there is more than one."""
    place = f"[{', '.join(map(str, index))}]" if dimensions else ""
    return f"   in brackets: {where}{place}" if where or place else ""


def _last_two(tensor: Tensor) -> Tensor:
    return tensor if tensor.dim() >= 2 else tensor.reshape(1, -1)


def _window(place: int, length: int, most: int) -> slice:
    """A stretch of at most `most` places that holds this one."""
    start = max(0, min(place - (most > 1), length - most))
    return slice(start, min(length, start + most))


def _cells(sides: list[list[list]], row: int, column: int) -> list[list[list[str]]]:
    """Numbers as text, with as many digits as it takes to see how the two in brackets differ."""
    for digits in (6, 9, 17):
        cells = [[[_number(x, digits) for x in line] for line in side] for side in sides]
        if cells[0][row][column] != cells[1][row][column]:
            break
    return cells


def _number(x: object, digits: int) -> str:
    return f"{x:.{digits}g}" if isinstance(x, float) else repr(x)


def _block(cells: list[list[str]], seen: slice, row: int, column: int, width: int) -> list[Text]:
    """Right-aligned cells, one of them in brackets."""
    lines = []
    for i, line in enumerate(cells):
        text = Text()
        for j, cell in enumerate(line[seen]):
            marked = (i, j) == (row, column)
            text.append(f"[{cell}]".rjust(width) if marked else f"{cell} ".rjust(width), "bold" if marked else "")
        lines.append(text)
    return lines
