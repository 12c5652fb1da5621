"""Values as plain data for the page: numbers of tensors, tables, named values and text, with what differs marked."""

import math

from kit.learner.lazy_torch import is_tensor
from kit.verdict.harmless import harmless
from kit.verdict.values import show_value

MOST_NUMBERS = 20_000  # of a tensor; of a larger one the first plane that differs is shown
MOST_ROWS = 60  # of a list or table
DEEPEST = 4


def node(value: object, other: object = None, compare: bool = False, depth: int = 0) -> dict:
    """A value for the page; `compare` marks where it differs from the other one."""
    if is_tensor(value) and not value.is_complex() and value.dim() <= 6:
        return tensor_node(value, other if compare else None)
    if isinstance(value, list | tuple) and value and all(map(is_row, value)):
        return table_node(value, other if compare and isinstance(other, list | tuple) else None, compare)
    if isinstance(value, dict | list | tuple) and value and depth < DEEPEST:
        return named_node(value, other, compare, depth)
    text = harmless("nothing (None)" if value is None else show_value(value))
    return {"kind": "text", "text": text, "differs": compare and not same(value, other)}


def tensor_node(value: object, other: object = None) -> dict:
    """A tensor: shape, dtype, numbers in order, and the places in that order that differ."""
    found = {"kind": "tensor", "shape": list(value.shape), "dtype": str(value.dtype).removeprefix("torch."), "cut": ""}
    marks = differing(value, other) if is_tensor(other) and other.shape == value.shape else None
    if value.numel() > MOST_NUMBERS:
        value, marks, found["cut"] = plane(value, marks)
    numbers = [number(x) for x in value.flatten().tolist()]
    places = marks.flatten().nonzero().flatten().tolist() if marks is not None else []
    return {**found, "shown": list(value.shape), "numbers": numbers, "differs": places}


def plane(value: object, marks: object) -> tuple:
    """The last two dimensions of a large tensor where it differs first, cut to what a page can hold."""
    while value.dim() > 2:
        first = int(marks.flatten(1).any(1).nonzero()[0]) if marks is not None and bool(marks.any()) else 0
        value, marks = value[first], None if marks is None else marks[first]
    side = int(math.sqrt(MOST_NUMBERS))
    cut = (slice(0, side),) * value.dim()
    return value[cut], None if marks is None else marks[cut], "too large to be shown whole: this is one part of it"


def differing(got: object, want: object) -> object:
    """Which numbers differ by more than rounding; if none does, which differ at all."""
    import torch

    if got.is_complex() or want.is_complex():
        return got != want
    one, other = got.double(), want.double()
    rounding = 1e-4 if got.dtype in (torch.float16, torch.bfloat16) else 1e-6
    scale = float(other.abs().nan_to_num(0, 0, 0).max()) if other.numel() else 1.0
    marks = ~torch.isclose(one, other, rounding, rounding * max(1.0, scale) / 10, equal_nan=True)
    return marks if bool(marks.any()) else (got != want) & ~(one.isnan() & other.isnan())


def number(x: object) -> object:
    """A number for JSON, which has no word for those that are not finite."""
    if isinstance(x, float) and not math.isfinite(x):
        return str(x).replace("inf", "∞")
    return int(x) if isinstance(x, bool | int) or (x == int(x) and abs(x) < 2**53) else x


def is_row(value: object) -> bool:
    """Whether this can stand in a row of a table."""
    plain = bool | int | float | str | None
    return isinstance(value, plain) or (
        isinstance(value, list | tuple) and 0 < len(value) <= 12 and all(is_cell(x) for x in value)
    )


def is_cell(value: object) -> bool:
    """Whether this can stand in a cell of a table."""
    plain = bool | int | float | str | None
    return isinstance(value, plain) or (
        isinstance(value, list | tuple) and len(value) <= 6 and all(isinstance(x, plain) for x in value)
    )


def table_node(rows: list | tuple, other: list | tuple | None, compare: bool) -> dict:
    """A list of plain values or of rows; where it is long, the part around the first row that differs."""
    bad = [compare and (other is None or i >= len(other) or not same(row, other[i])) for i, row in enumerate(rows)]
    first = bad.index(True) if True in bad else 0
    start = max(0, min(first - 5, len(rows) - MOST_ROWS))
    shown = range(start, min(len(rows), start + MOST_ROWS))
    cells = [[cell(x) for x in (rows[i] if isinstance(rows[i], list | tuple) else [rows[i]])] for i in shown]
    left_out = len(rows) - len(shown)
    cut = f"{left_out} of {len(rows)} rows are left out" if left_out else ""
    numbers = list(shown)
    return {"kind": "table", "numbers": numbers, "rows": cells, "differs": [bad[i] for i in shown], "cut": cut}


def cell(value: object) -> str:
    """A plain value in a cell."""
    return harmless(value if isinstance(value, str) else show_value(value))


def named_node(value: dict | list | tuple, other: object, compare: bool, depth: int) -> dict:
    """Values by name or number, each of them as it is."""
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    rows = []
    for key, item in items[:MOST_ROWS]:
        partner = part(other, key)
        rows.append(
            {
                "name": harmless(str(key)),
                "node": node(item, partner, compare, depth + 1),
                "differs": compare and not same(item, partner),
            }
        )
    left_out = len(items) - len(rows)
    return {"kind": "named", "rows": rows, "cut": f"{left_out} more are left out" if left_out else ""}


def part(value: object, key: object) -> object:
    """What another value has under the same key or number; None if nothing."""
    try:
        return dict.__getitem__(value, key) if isinstance(value, dict) else value[key]
    except (LookupError, TypeError):
        return None


def same(one: object, other: object) -> bool:
    """Whether two values are shown as the same, up to rounding."""
    if is_tensor(one) and is_tensor(other):
        return one.shape == other.shape and one.dtype == other.dtype and not bool(differing(one, other).any())
    if is_tensor(one) or is_tensor(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(dict.get(one, k), dict.get(other, k)) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        both = all(isinstance(x, int | float) for x in (one, other))
        return both and (math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9) or (one != one and other != other))
    return type(one) is type(other) and one == other
