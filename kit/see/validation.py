"""A validation as data: every sample of every batch, right or wrong, and those from which your share comes."""

import itertools
import math

from kit.see.questions import BATCH_SIZE, RIGHT


def validation_picture(got: object, want: object) -> dict | None:
    """The data of the picture of the validation that kit.see.questions asks for; None if both gave the same shares."""
    sides = [dict.get(side, "answer") if isinstance(side, dict) else None for side in (got, want)]
    if not isinstance(sides[1], dict):
        return None
    sets = [set_of(name, share(sides[0], name), share(sides[1], name)) for name in RIGHT]
    if all(one["got"] is not None and math.isclose(one["got"], one["want"]) for one in sets):
        return None
    return {"kind": "validation", "sets": sets, "holdsSides": False}


def share(answer: object, name: str) -> float | None:
    """The share of a set, if it is a number."""
    found = dict.get(answer, name) if isinstance(answer, dict) else None
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else None


def set_of(name: str, got: float | None, want: float) -> dict:
    """One set: its batches, and what the learner's share is of."""
    right = RIGHT[name]
    batches = [list(right[i : i + BATCH_SIZE]) for i in range(0, len(right), BATCH_SIZE)]
    is_right = got is not None and math.isclose(got, want)
    counted, said = (list(range(len(batches))), "") if is_right else explained(batches, got)
    words = said or ("" if is_right else "Which samples it is the share of cannot be told from it.")
    return {"name": name, "batches": batches, "got": got, "want": want, "counted": counted, "sentence": words}


def explained(batches: list[list[int]], got: float | None) -> tuple[list[int] | None, str]:
    """Which batches were counted, and in words how; None if nothing simple gives this share."""
    if got is None:
        return None, "There is no share of this name."
    n, total = sum(map(len, batches)), sum(map(sum, batches))
    everything, last = list(range(len(batches))), len(batches) - 1
    ways = [
        (total / len(batches), everything, f"All {n} samples are counted, but divided by the {last + 1} batches."),
        (100 * total / n, everything, "All samples are counted; it is in percent."),
        (1 - total / n, everything, "It is the share of wrong answers."),
        (sum(sum(b) / len(b) for b in batches) / len(batches), everything, "It is the mean of the batches' shares."),
        (total, everything, "It is the number of right answers, which nothing divides."),
    ]
    for count, start in itertools.product(range(1, len(batches)), range(len(batches))):
        some = everything[start : start + count]
        if len(some) == count:
            inside = [x for i in some for x in batches[i]]
            which = f"batch {some[0] + 1} alone" if count == 1 else f"batches {some[0] + 1} to {some[-1] + 1} alone"
            ways.append((sum(inside) / len(inside), some, f"It is the share of {which}."))
            ways.append((sum(inside) / n, some, f"The right answers of {which}, divided by all {n} samples."))
    found = [(some, said) for value, some, said in ways if math.isclose(value, got, rel_tol=1e-6)]
    return found[0] if len(found) == 1 else (None, "")
