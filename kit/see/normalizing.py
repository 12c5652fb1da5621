"""A normalisation as data: the numbers of each channel as they were, yours and the right ones, with mean and std."""

from kit.learner.lazy_torch import is_tensor
from kit.see.values import differing, number


def normalizing_picture(images: object, got: object, want: object) -> dict | None:
    """The data of the picture of normalize; None if the answer is none that could be laid beside the right one."""
    if not is_tensor(got) or got.shape != want.shape or got.is_complex():
        return None
    marks = differing(got, want)
    if not bool(marks.any()) or not bool(got.isfinite().all()):
        return None
    sides = {"before": images, "yours": got, "right": want}
    rows = [
        {"channel": c, **{name: strip(side[:, c]) for name, side in sides.items()}, **where(marks[:, c])}
        for c in range(want.shape[1])
    ]
    wrong = next(row for row in rows if row["differs"])
    return {"kind": "strips", "rows": rows, "sentence": sentence(wrong), "holdsSides": False}


def where(marks: object) -> dict:
    """Whether numbers of a channel differ, and which is the first."""
    places = marks.flatten().nonzero().flatten().tolist()
    return {"differs": bool(places), "first": places[0] if places else None}


def strip(numbers: object) -> dict:
    """Numbers in order, with their mean and deviation."""
    numbers = numbers.double()
    mean, std = numbers.mean().item(), numbers.std(correction=0).item()
    return {"numbers": [number(x) for x in numbers.flatten().tolist()], "mean": number(mean), "std": number(std)}


def sentence(row: dict) -> str:
    """What became of the mean and the deviation of the first channel that is not right."""
    yours, right = (
        f"mean {row[side]['mean']:.3g} and std {row[side]['std']:.3g}".replace("-0 ", "0 ")
        for side in ("yours", "right")
    )
    if yours == right:
        return f"Channel {row['channel']} of yours has {yours}, as it should, but other numbers."
    return f"Channel {row['channel']} of yours has {yours}; right is {right}."
