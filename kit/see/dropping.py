"""A dropout as data: what became of each of 24 ones, in three calls: 0 where it was dropped, else the factor."""

from kit.learner.lazy_torch import is_tensor
from kit.see.grids import grid


def dropping_picture(p: float, shape: tuple, mode: str, answers: object, right: list) -> dict | None:
    """The data of the picture; None if there is nothing in it to see."""
    if not isinstance(answers, list | tuple) or not all(is_tensor(a) and a.shape == shape for a in answers):
        return None
    if any(a.is_complex() for a in answers):
        return None
    said = sentence(p, mode, answers)
    if not said:
        return None  # chance may have made these: the failure is about something else
    sides = (("yours", answers), ("right", right))
    rows = [
        {"name": name, "grids": [grid(f"call {i + 1}", a, None, [], alt(name, i, a)) for i, a in enumerate(side)]}
        for name, side in sides
    ]
    return {
        "kind": "grids",
        "title": f"What became of 24 ones, in {mode} mode",
        "note": f"p is {p}. The positions are chance: compare how many are 0, how they lie, and what the others are.",
        "keys": [],
        "rows": rows,
        "sentence": said,
        "holdsSides": False,
    }


def factors(answers: list) -> list[float]:
    """Which numbers there are, besides 0."""
    import torch

    return [round(x, 4) for x in torch.stack(answers).double().unique().tolist() if x]


def alt(name: str, i: int, answer: object) -> str:
    """What a grid shows, in words."""
    dropped = f"{int((answer == 0).sum())} of {answer.numel()} are 0"
    return f"{name}, call {i + 1}: {dropped}, the others {factors_in_words([answer])}"


def factors_in_words(answers: list) -> str:
    """The factors in words."""
    return ", ".join(f"{x:.4g}" for x in factors(answers)[:4]) or "none"


def sentence(p: float, mode: str, answers: list) -> str:
    """The first thing that no dropout does; nothing if chance may have made these."""
    want = 1 / (1 - p) if mode == "train" and p < 1 else 1.0
    found, dropped = factors(answers), sum(int((a == 0).sum()) for a in answers)
    if mode == "eval" and (dropped or found != [1.0]):
        return f"In eval mode all should stay 1; yours gives {factors_in_words(answers)} and {dropped} zeros."
    if not all(abs(x - want) <= 1e-3 for x in found):
        reason = f"1 / (1 - {p:g}), so that the mean stays"
        return f"What is kept should become {want:.4g}, {reason}; yours gives {factors_in_words(answers)}."
    for words, dim in (("column", 0), ("row", 1)):
        alike = all(bool((a == a.narrow(dim, 0, 1)).all()) for a in answers)
        if alike and 0 < dropped < 3 * answers[0].numel():
            return f"In each {words} all fare alike; chance should decide for each number by itself."
    if all(bool((a == answers[0]).all()) for a in answers[1:]) and 0 < dropped < 3 * answers[0].numel():
        return "All three calls dropped the same numbers; chance should decide anew in each."
    return ""
