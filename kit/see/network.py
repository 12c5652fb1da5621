"""A network as data: the layers in the order of their calls, with what leaves each and how large its gradient is."""

import math
from itertools import zip_longest

from kit.verdict.harmless import harmless

ANSWER = "answer"  # the name of the last row, which is no layer


def network_picture(got: object, want: object) -> dict | None:
    """The data of the picture; None if the layers were not told."""
    if not all(isinstance(side, dict) and isinstance(dict.get(side, "rows"), list) for side in (got, want)):
        return None
    sides = {name: [row_of(row) for row in dict.get(side, "rows")] for name, side in (("got", got), ("want", want))}
    pairs = list(zip_longest(sides["got"], sides["want"]))
    first = next((i for i, pair in enumerate(pairs) if not is_same(*pair)), None)
    error = harmless(str(dict.get(got, "error") or ""))
    if first is None and not error:
        return None  # the difference lies in something else than what leaves the layers
    return {"kind": "network", **sides, "first": first, "error": error, "sentence": sentence(pairs, first, error)}


def row_of(row: object) -> dict:
    """One layer, whatever was told of it."""
    told = row if isinstance(row, dict) else {}
    shape, sizes = dict.get(told, "shape"), [dict.get(told, name) for name in ("size", "gradient")]
    size, gradient = (x if isinstance(x, float) and math.isfinite(x) else None for x in sizes)
    plain = list(shape) if isinstance(shape, list | tuple) and all(type(n) is int for n in shape) else None
    name, kind = (harmless(str(dict.get(told, key, "")))[:40] for key in ("name", "kind"))
    return {"name": name, "kind": kind, "shape": plain, "size": size, "gradient": gradient}


def is_same(one: dict | None, other: dict | None) -> bool:
    """Whether the same leaves two layers."""
    if one is None or other is None or any(one[about] != other[about] for about in ("name", "shape")):
        return False
    sizes = one["size"], other["size"]
    return sizes == (None, None) or (None not in sizes and math.isclose(*sizes, rel_tol=1e-6, abs_tol=1e-9))


def sentence(pairs: list, first: int | None, error: str) -> str:
    """Where the two part, in words."""
    if first is None:
        return f"All layers give what is right; then there is an error: {error}"
    got, want = pairs[first]
    if got is None:
        after = f" The error: {error}" if error else ""
        return f"{want['name']} is not called, which should come next.{after}"
    if want is None:
        return f"{got['name']} is called too much: the right network has ended there."
    if want["name"] == ANSWER != got["name"]:
        return f"{got['name']} is called too much: the right network has ended there."
    if got["name"] == ANSWER != want["name"]:
        return f"{want['name']} is not called, which should come next."
    if got["name"] == ANSWER and got["shape"] == want["shape"]:
        return "All layers give what is right, and the answer is another: look at what is done after them."
    if got["name"] != want["name"]:
        return f"{got['name']} is called, where {want['name']} should be."
    if got["shape"] is None:
        return f"{got['name']} raises the error, and gives nothing: {error}"
    if got["shape"] != want["shape"]:
        return f"{got['name']} gives {tuple(got['shape'])}, where {want['name']} gives {tuple(want['shape'] or ())}."
    if got["kind"] != want["kind"]:
        return f"{got['name']} is a {got['kind']}, where a {want['kind']} is right."
    return f"{got['name']} is the first whose numbers are others, or those that reach it."
