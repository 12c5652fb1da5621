"""Values and calls as text: to be pasted into Python, or to be read beside each other."""

import math

import torch
from rich.text import Text
from torch import Tensor

from kit.call import Call

LONGEST_VALUE = 160  # characters of a tensor in a call
MOST_ROWS = 3  # of a matrix beside another
WIDEST = 40  # characters of one of two values beside each other
SUFFIXES = {torch.int64: "", torch.float32: "", torch.bool: "", torch.float64: ".double()"}


def show_value(value: object) -> str:
    """A value as it can be pasted into Python, or its shape or beginning where that would be too long."""
    if not isinstance(value, Tensor):
        text = _show_plain(value)
        return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
    if value.numel() == 0:
        return f"torch.empty({tuple(value.shape)}, dtype={value.dtype})"
    text = _show_tensor(value)
    return text if len(text) <= LONGEST_VALUE else f"<tensor of shape {tuple(value.shape)}, {value.dtype}>"


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
    """Python's own spelling; tensors in a list or tuple are shown as those outside are."""
    if type(value) not in (list, tuple) or not any(isinstance(item, Tensor | list | tuple) for item in value):
        return repr(value)
    items = ", ".join(map(show_value, value))
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


def harmless(text: str) -> str:
    """Text from a learner's code with its control characters made visible, and no command for a CI runner in it."""
    visible = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    return visible.replace("##[", "## [")


def beside(got: object, want: object) -> list[Text]:
    """Two values beside each other, what differs first in brackets; as many lines as it takes, few."""
    where, got, want = first_difference(got, want)
    if isinstance(got, Tensor) and isinstance(want, Tensor) and got.shape == want.shape and got.numel():
        return _matrices(got, want, where)
    shown = [harmless(show_value(value)) for value in (got, want)]
    heading = [Text(f"at {where}:")] if where else []
    if max(map(len, shown)) <= WIDEST:
        return [*heading, Text(f"got  {shown[0]}   want {shown[1]}")]
    return [*heading, *(Text(f"{name} {text}"[:100]) for name, text in zip(("got ", "want"), shown, strict=True))]


def first_difference(got: object, want: object, where: str = "") -> tuple[str, object, object]:
    """Where two values differ first, going into lists, tuples and dicts, and both values there."""
    keys = _common_keys(got, want)
    for key in keys or ():
        if not _equal(got[key], want[key]):
            return first_difference(got[key], want[key], f"{where}[{key!r}]")
    return where, got, want


def _common_keys(got: object, want: object) -> list | None:
    """What both can be indexed by, if they are as long as each other."""
    if isinstance(got, list | tuple) and type(got) is type(want) and len(got) == len(want):
        plain = all(isinstance(item, int | float | str) for item in want)
        return None if plain else list(range(len(want)))
    if isinstance(got, dict) and isinstance(want, dict) and got.keys() == want.keys():
        return list(want)
    return None


def _equal(got: object, want: object) -> bool:
    if isinstance(got, Tensor) and isinstance(want, Tensor):
        return got.shape == want.shape and got.dtype == want.dtype and bool((got == want).all())
    return type(got) is type(want) and (
        got == want
        if _common_keys(got, want) is None
        else all(_equal(got[k], want[k]) for k in _common_keys(got, want))
    )


def _matrices(got: Tensor, want: Tensor, where: str) -> list[Text]:
    """The rows around the first difference, got on the left, want on the right."""
    different = (got != want) & ~(got.isnan() & want.isnan())
    index = tuple(different.nonzero()[0].tolist()) if different.any() else (0,) * got.dim()
    rows, column = [_last_two(tensor)[index[:-2]] for tensor in (got, want)], index[-1] if index else 0
    row = index[-2] if len(index) > 1 else 0
    top = _window(row, rows[0].shape[0], MOST_ROWS)
    cells = [[_cells(line) for line in side[top].tolist()] for side in rows]
    width = max(len(cell) for side in cells for line in side for cell in line) + 2
    seen = _window(column, rows[0].shape[1], max(1, WIDEST // width))
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
    start = max(0, min(place - 1, length - most))
    return slice(start, min(length, start + most))


def _cells(line: list) -> list[str]:
    return [repr(x) if not isinstance(x, float) else f"{x:.6g}" for x in line]


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
