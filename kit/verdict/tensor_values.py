"""Tensors as text: to be pasted into Python, or two of one shape beside each other."""

import math

import torch
from rich.text import Text
from torch import Tensor

FEW = 4  # numbers that are written one by one, even if they are alike
EVEN = {torch.float32: "", torch.float64: ".double()", torch.int64: ".long()"}  # what follows torch.ones(…)
POSITIVE = ("#d3e7f5", "#a5cdea", "#74b3df")  # from small to large
NEGATIVE = ("#fbe0c6", "#f8c799", "#f4ac69")
SUFFIXES = {torch.int64: "", torch.float32: "", torch.bool: "", torch.float64: ".double()"}


def show_tensor(value: Tensor, longest: int) -> str:
    """A tensor as it can be pasted into Python, or its shape where that would be too long."""
    if value.numel() == 0:
        return f"torch.empty({tuple(value.shape)}, dtype={value.dtype})"
    text = _pasted(value) if value.numel() <= longest else ""
    return text if 0 < len(text) <= longest else f"<tensor of shape {tuple(value.shape)}, {value.dtype}>"


def _pasted(value: Tensor) -> str:
    order = sorted(range(value.dim()), key=lambda dim: -value.stride(dim))  # in which its numbers lie in memory
    if not value.is_contiguous() and value.permute(order).is_contiguous():
        back = sorted(range(value.dim()), key=order.__getitem__)
        turned = ".mT" if order == [1, 0] else f".permute({', '.join(map(str, back))})"
        return f"{_pasted(value.permute(order))}{turned}"
    if value.numel() > FEW and value.dtype in EVEN and bool((value == value.flatten()[0]).all()):
        return _even(value)
    numbers = _numbers(value.tolist(), "." if value.dtype == torch.float32 else "")
    if value.dtype == torch.float64 and not _is_exact(value):
        return f"torch.tensor({numbers}, dtype=torch.float64)"
    if value.dtype in SUFFIXES:
        return f"torch.tensor({numbers}){SUFFIXES[value.dtype]}"
    return f"torch.tensor({numbers}, dtype={value.dtype})"


def _even(value: Tensor) -> str:
    """A tensor whose numbers are all alike, short."""
    number, shape = value.flatten()[0].item(), ", ".join(map(str, value.shape))
    if number in (0, 1) and not math.copysign(1, number) < 0:
        return f"torch.{'ones' if number else 'zeros'}({shape}){EVEN[value.dtype]}"
    if value.dtype == torch.float64:
        return f"torch.full(({shape},), {_numbers(number, '.0')}, dtype=torch.float64)"
    return f"torch.full(({shape},), {_numbers(number, '.0' if value.is_floating_point() else '')})"


def _is_exact(value: Tensor) -> bool:
    """Whether float64 numbers come back from torch.tensor(…).double(), which goes through int64 or float32."""
    return bool((value.float().double() == value).all()) and bool((value.abs() < 2**24).all())


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


def different(got: Tensor, want: Tensor) -> Tensor:
    """Which numbers differ; two that are nan do not."""
    return (got != want) & ~(got.isnan() & want.isnan())


def matrices(got: Tensor, want: Tensor, where: str, room: int, most: int) -> list[Text]:
    """The rows around the first difference, got on the left, want on the right, each in `room` columns."""
    wrong = different(got, want)
    index = tuple(wrong.nonzero()[0].tolist()) if wrong.any() else (0,) * got.dim()
    rows, column = [_last_two(tensor)[index[:-2]] for tensor in (got, want)], index[-1] if index else 0
    row = index[-2] if len(index) > 1 else 0
    top = _window(row, rows[0].shape[0], most)
    numbers = [side[top].tolist() for side in rows]
    cells = _cells(numbers, row - top.start, column)
    width = max(len(cell) for side in cells for line in side for cell in line) + 2
    seen = _window(column, rows[0].shape[1], max(1, room // width))
    marks = _last_two(wrong)[index[:-2]][top, seen].tolist()
    shades = _shades([[line[seen] for line in side] for side in numbers])
    first, others = (row - top.start, column - seen.start), sum(map(sum, marks)) > 1
    sides = [
        _block([line[seen] for line in side], marks, shade, first, width, is_got=shade is shades[0])
        for side, shade in zip(cells, shades, strict=True)
    ]
    heading = f"{'got':{len(sides[0][0]) + 3}}want{_at(where, index, got.dim())}{'   * differs too' * others}"
    if len(heading) > 2 * room + 6:  # what is in brackets can be seen, what a star is cannot
        heading = heading.replace("   in brackets: ", " ")
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


def _shades(sides: list[list[list]]) -> list[list[list[str]]]:
    """A background for each number, where there is colour: the larger the darker, blue above 0 and orange below."""
    plain = [
        [[x if type(x) in (int, float) and math.isfinite(x) else 0 for x in row] for row in side] for side in sides
    ]
    largest = max((abs(x) for side in plain for row in side for x in row), default=0) or 1
    return [[[_shade(x / largest) for x in row] for row in side] for side in plain]


def _shade(share: float) -> str:
    """A style for a number from -1 to 1 whose text is black, since it is read on any background."""
    shades = POSITIVE if share > 0 else NEGATIVE
    return f"black on {shades[min(2, int(abs(share) * 3))]}" if share else ""


def _block(
    cells: list[list[str]],
    marks: list[list[bool]],
    shades: list[list[str]],
    first: tuple[int, int],
    width: int,
    is_got: bool,
) -> list[Text]:
    """Right-aligned cells, one of them in brackets; others that differ are bold, and have a star on the left side."""
    lines = []
    for i, line in enumerate(cells):
        text = Text()
        for j, cell in enumerate(line):
            end = "*" if is_got and marks[i][j] else " "
            shown = (f"[{cell}]" if (i, j) == first else f"{cell}{end}").rjust(width)
            bold = marks[i][j] or (i, j) == first
            text.append(shown, " ".join(filter(None, ("bold" if bold else "", shades[i][j]))))
        lines.append(text)
    return lines
