"""A failure as plain data, from which the page is drawn and which a test can read."""

import re
from pathlib import Path

from kit.learner.call import RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.see.failure import Seen
from kit.see.picture import picture_of
from kit.see.values import node
from kit.verdict.card import line_of, place
from kit.verdict.harmless import harmless
from kit.verdict.values import first_difference, show_call, show_value

UNANSWERED = {
    "cannot import": "{file}.py cannot be imported",
    "crashed": "{function} crashed",
    "too slow": "{function} is too slow",
    "not allowed": "{function} does what is not allowed",
}
LONGEST = 60  # of a value in a sentence


def scene_of(seen: Seen, folder: Path) -> dict:
    """Everything that the page shows."""
    check, sides, picture = seen.check, sides_of(seen), picture_of(seen)
    said = finding(seen, picture or {})
    return {
        "title": f"{check.exercise.id} {check.function}",
        "check": f"{check.exercise.name}: {check.name.removeprefix('test_').replace('_', ' ')}",
        "word": check.word,
        "finding": said,
        "facts": [{"name": name, "text": harmless(text)} for name, text in facts(seen, folder, said) if text],
        "got": node(sides[0], sides[1], compare=True) if sides else None,
        "want": node(sides[1], sides[0], compare=True) if sides else None,
        "picture": picture,
    }


def facts(seen: Seen, folder: Path, said: str) -> list[tuple[str, str]]:
    """What is known in words, in the order of reading."""
    check, named = seen.check, seen.diagnosis.mistake
    number = check.lines[-1][0] if check.lines else line_of(folder / f"{check.exercise.name}.py", check.function)
    source = "  " + check.lines[-1][1].strip() if check.lines else ""
    return [
        ("call", show_call(seen.call) if seen.call else ""),
        ("result", "" if check.account.endswith(("differ", "differs")) or check.account in said else check.account),
        ("cause", named.sentence if named else ""),
        ("look", named.look if named else ""),
        ("seen", seen.diagnosis.pattern),
        ("when", seen.diagnosis.when),
        ("because", check.because),
        ("printed", check.printed),
        ("place", place(folder, check.exercise, number) + source),
    ]


def sides_of(seen: Seen) -> tuple[object, object] | None:
    """Got and want; None if there are not two to lay side by side."""
    if seen.asked is None:
        return seen.check.values
    got, want = outcome(seen.asked), outcome(seen.right)
    names = PARTS.get(seen.check.function, ())
    if all(isinstance(side, tuple | list) and len(side) == len(names) for side in (got, want)) and names:
        return tuple(dict(zip(names, side, strict=True)) for side in (got, want))
    return got, want


def outcome(call: RecordedCall) -> object:
    """What came of a call: its value, or what happened in place of it."""
    if call.changed:
        return Words(call.changed)
    if call.account:
        account = call.account
        kind = account.types[0] if account.types and account.word in ("crashed", "cannot import") else ""
        return Words(": ".join(filter(None, (kind, account.message))) or account.word)
    return call.value


class Words(str):
    """A sentence in place of a value; it is shown without quotation marks."""

    def __repr__(self) -> str:
        """Itself."""
        return str(self)


def finding(seen: Seen, picture: dict) -> str:
    """The failure in one sentence: the first thing that differs."""
    check, sides = seen.check, sides_of(seen)
    if sides is None:
        words = UNANSWERED.get(check.word, "{function} is {word}")
        return sentence(words.format(function=check.function, word=check.word, file=check.exercise.name), check.account)
    if picture.get("kind") == "training" and picture["first"] is not None:
        return f"{check.function}: {picture['sentence'][0].lower()}{picture['sentence'][1:]}"
    if picture.get("isFinding") or (picture.get("kind") == "saving" and isinstance(sides[0], dict)):
        return f"{check.function}: {picture['sentence'][0].lower()}{picture['sentence'][1:]}"
    got, want = sides
    if isinstance(got, Words):
        words = UNANSWERED if check.word in ("too slow", "not allowed") else {}
        return sentence(words.get(check.word, "{function}").format(function=check.function), got)
    if is_tensor(got) and is_tensor(want):
        return sentence(f"{check.function}", tensor_finding(got, want))
    if isinstance(want, Words):
        return sentence(f"{check.function} gives {short(got)}, and should raise {want}")
    where, got, want = first_difference(got, want, LONGEST)
    if is_tensor(got) and is_tensor(want):
        return f"{named(check.function, where)}: {tensor_finding(got, want)}."
    if all(type(x) is float for x in (got, want)):
        got, want = map(Words, told_apart(got, want))
    if place := named("", where):
        return f"{check.function}: {place} is {short(got)}, where {short(want)} is right."
    return f"{check.function} gives {short(got)}, where {short(want)} is right."


PARTS = {  # of an answer that is a tuple
    "conv2d_backward": ("grad_input", "grad_weight", "grad_bias"),
    "channel_statistics": ("mean", "std"),
}


def named(function: str, where: str) -> str:
    """Where a value is, such as ['answer']['train'] or [5][3], as it is read."""
    words = re.sub(r"\['([\w.]+)'\]", r" \1 ", where).replace(" answer ", " ").split()
    return harmless(": ".join(filter(None, (function, " ".join(words)))))


def sentence(*parts: str) -> str:
    """Parts that are not empty as one sentence."""
    text = ": ".join(filter(None, parts))
    return harmless(text if text.endswith((".", "?", "!")) else f"{text}.")


def tensor_finding(got: object, want: object) -> str:
    """How two tensors differ first: in shape, dtype or a number."""
    from kit.see.values import differing

    if got.shape != want.shape:
        return f"the shape is {tuple(got.shape)}, where {tuple(want.shape)} is right"
    marks = differing(got, want)
    if not bool(marks.any()):
        return f"the dtype is {got.dtype}, where {want.dtype} is right" if got.dtype != want.dtype else "equal numbers"
    index = tuple(marks.nonzero()[0].tolist()) if got.dim() else ()
    count = int(marks.sum())
    here, right = told_apart(got[index].item(), want[index].item())
    at = f"at {list(index)} it gives" if index else "it gives"
    how_many = f"; {count} of {got.numel()} numbers differ" if got.numel() > 1 else ""
    return f"{at} {here}, where {right} is right{how_many}"


def told_apart(one: object, other: object) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 17):
        texts = tuple(f"{x:.{digits}g}" if isinstance(x, float) else str(x) for x in (one, other))
        if texts[0] != texts[1]:
            break
    return texts


def short(value: object) -> str:
    """A value for a sentence; 4.0 is no 4 here."""
    text = "nothing (None)" if value is None else harmless(show_value(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
