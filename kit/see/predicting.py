"""A prediction as data: the rows of scores with the largest of each, and what was taken for it."""

from kit.learner.lazy_torch import is_tensor
from kit.see.grids import frame, grid

MOST = 40  # rows and columns
KEYS = [["right", "the largest score of its row"], ["yours", "where your answer points"]]


def predicting_picture(outputs: object, got: object, want: object) -> dict | None:
    """The data of the picture of predict; None if the scores are too many."""
    if not is_tensor(outputs) or outputs.dim() != 2 or not 0 < max(outputs.shape) <= MOST:
        return None
    right = want.tolist()
    places = taken(outputs, got)
    frames = [frame("right", i, j) for i, j in enumerate(right)] + [frame("yours", *at) for at in places or []]
    rows = [
        {"name": f"row {i}", "want": j, "got": said, "differs": said != str(j)}
        for i, j in enumerate(right)
        for said in [answered(got, i, len(right))]
    ]
    alt = f"scores of {len(right)} samples: the largest of the rows are in columns {', '.join(map(str, right))}"
    said = sentence(outputs, got, rows)
    return {
        "kind": "grids",
        "title": "The largest score of each row",
        "note": "A row is a sample, a column is a class.",
        "keys": KEYS if places else KEYS[:1],
        "rows": [{"name": "", "grids": [{**grid("outputs", outputs, None, frames, f"{alt}. {said}"), "first": None}]}],
        "table": {
            "head": ["sample", "right", "yours"],
            "rows": [{"cells": [r["name"], str(r["want"]), r["got"]], "differs": r["differs"]} for r in rows],
        },
        "sentence": said,
        "holdsSides": False,
    }


def answered(got: object, i: int, n: int) -> str:
    """The answer for a sample, as it would be read."""
    if not is_tensor(got) or got.shape != (n,):
        return "–"
    return f"{got[i].item():.4g}" if got.is_floating_point() else str(got[i].item())


def taken(outputs: object, got: object) -> list | None:
    """The cells to which the answer points: one of each row, or of each column; None if it points to none."""
    if not is_tensor(got) or got.dim() != 1 or got.is_floating_point() or got.is_complex():
        return None
    numbers, (n, k) = got.tolist(), outputs.shape
    if along_samples(outputs, got):
        return [(int(i), j) for j, i in enumerate(numbers)]
    inside = len(numbers) == n and all(0 <= j < k for j in numbers)
    return [(i, int(j)) for i, j in enumerate(numbers)] if inside else None


def along_samples(outputs: object, got: object) -> bool:
    """Whether the answer has the largest score of each column."""
    best = outputs.max(0).indices
    return got.shape == best.shape and bool((got == best).all()) and not bool(got.shape == outputs.shape[:1] == (1,))


def sentence(outputs: object, got: object, rows: list[dict]) -> str:
    """What the answer is."""
    if not is_tensor(got):
        return f"Your answer is no tensor but of type {type(got).__name__}."
    if got.dim() == 1 and along_samples(outputs, got):
        return "Yours looks for the largest of each column: that is along the samples, and not along the classes."
    if got.shape == outputs.shape[:1]:
        wrong = next((r for r in rows if r["differs"]), None)
        if wrong is None:
            return f"The classes are right, but their dtype is {got.dtype}."
        return f"In {wrong['name']} the largest score is in column {wrong['want']}; yours says {wrong['got']}."
    return f"Your answer has the shape {tuple(got.shape)}; one class for each row is {tuple(outputs.shape[:1])}."
