"""Tensors as text: to be pasted into Python, or two of one shape beside each other."""

import math

import torch
from rich.text import Text
from torch import Tensor

FEW = 4  # numbers that are written one by one, even if they are alike
EVEN = {torch.float32: "", torch.float64: ".double()", torch.int64: ".long()"}  # what follows torch.ones(…)
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
