"""The choice of a device as data: the four machines that there may be, with the right device and yours."""

from kit.see.loading import table
from kit.verdict.harmless import harmless


def machines_picture(series: list[tuple]) -> dict | None:
    """The data of the picture of pick_device; None if it picks the right one everywhere."""
    rows = []
    for asked, right in series:
        want, got = right.value[1], said(asked)
        cells = [*("there" if there else "–" for there in asked.args), want, got]
        rows.append({"cells": cells, "differs": got != want})
    wrong = next((row for row in rows if row["differs"]), None)
    if wrong is None:
        return None
    cuda, mps, want, got = wrong["cells"]
    machine = " and ".join(name for name, there in (("CUDA", cuda), ("MPS", mps)) if there != "–") or "neither"
    sentence = f"On a machine with {machine} yours gives {got}, where {want} is right."
    return table("Four machines", ["CUDA", "MPS", "right", "yours"], rows, sentence)


def said(asked: object) -> str:
    """What was picked, or what happened instead."""
    if asked.account:
        return harmless(": ".join(filter(None, (*asked.account.types[:1], asked.account.message))))
    if not isinstance(asked.value, list | tuple) or len(asked.value) != 2:
        return "?"
    kind, name = map(str, asked.value)
    return harmless(name if kind == "device" else f"{name}, a {kind}")
