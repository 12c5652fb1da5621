"""A training as data: what was done in which order, the loss of each epoch, and the parameters that did not move."""

from itertools import zip_longest

from kit.learner.lazy_torch import is_tensor
from kit.see.values import number, same
from kit.verdict.harmless import harmless

MOST_EVENTS = 48


def training_picture(state: object, got: object, want: object) -> dict | None:
    """The picture of a watched training; None of a probe that tells of no events."""
    if not all(isinstance(side, dict) and is_strip(dict.get(side, "events")) for side in (got, want)):
        return None
    sides = {"got": side_of(got), "want": side_of(want)}
    pairs = zip_longest(sides["got"]["events"], sides["want"]["events"])
    first = next((i for i, (one, other) in enumerate(pairs) if one != other), None)
    start = max(0, (first or 0) - MOST_EVENTS // 2)
    longest = max(len(side["events"]) for side in sides.values())
    for side in sides.values():
        side["events"] = side["events"][start : start + MOST_EVENTS]
    cut = f"events {start + 1} to {start + MOST_EVENTS} of {longest} are shown" if longest > MOST_EVENTS else ""
    return {
        "kind": "training",
        **sides,
        "first": None if first is None else first - start,
        "sentence": sentence(got["events"], want["events"], first),
        "cut": cut,
        "still": unmoved(state, dict.get(got, "after"), dict.get(want, "after")),
    }


def is_strip(events: object) -> bool:
    """Whether these are events."""
    return isinstance(events, list | tuple) and all(isinstance(event, str) for event in events)


def side_of(told: dict) -> dict:
    """What one of the two did."""
    history = dict.get(told, "history")
    losses = history if isinstance(history, list | tuple) else []
    plain = [number(float(x)) for x in losses if isinstance(x, int | float) or (is_tensor(x) and x.numel() == 1)]
    return {"events": [harmless(event) for event in dict.get(told, "events")], "losses": plain}


def sentence(got: list[str], want: list[str], first: int | None) -> str:
    """Where the two strips part, in words."""
    if first is None:
        return f"The same {len(want)} events, in the same order."
    here, right = (f"“{side[first]}”" if first < len(side) else "nothing more" for side in (got, want))
    return harmless(f"Event {first + 1} is {here}, where {right} is right.")


def unmoved(state: object, got: object, want: object) -> list[str]:
    """The parameters that are as they were, where they should have moved."""
    if not all(isinstance(side, dict) for side in (state, got, want)):
        return []
    named = [name for name in want if name in state and name in got]
    return [n for n in named if same(got[n], state[n]) and not same(want[n], state[n])]
