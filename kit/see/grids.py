"""Grids of numbers side by side as data, for several pictures: predictions, dropped numbers, learned kernels."""

from kit.see.values import tensor_node


def grid(name: str, tensor: object, other: object = None, frames: list | None = None, alt: str = "") -> dict:
    """One grid; what differs from the other tensor is marked, and the first such number more so."""
    node = tensor_node(tensor, other)
    columns = node["shown"][-1]
    first = [*divmod(node["differs"][0], columns)] if node["differs"] and tensor.dim() == 2 else None
    return {"name": name, "node": node, "frames": frames or [], "first": first, "alt": alt or name}


def frame(kind: str, row: int, column: int) -> dict:
    """A frame around one cell, "right" or "yours"."""
    return {"kind": kind, "at": [row, column, 1, 1]}
