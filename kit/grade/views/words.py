"""What a record says of one function, in words that several views share."""

import itertools

LONGEST_CARD = 4000
LONGEST_SENTENCE = 600  # a learner's exception may say more


def sentence(function: dict) -> str:
    """Why a function is not done: its cause, or else what is the case; nothing if it is done."""
    failure = function.get("failure")
    if not failure:
        return ""
    return (failure["cause"]["sentence"] if failure["cause"] else failure["account"])[:LONGEST_SENTENCE]


def card(function: dict) -> str:
    """The card of a function that is not done."""
    return function["failure"]["card"][:LONGEST_CARD] if "failure" in function else ""


def cards(exercise: dict) -> str:
    """The cards of an exercise; a text that several functions share is said once."""
    return "\n\n".join(dict.fromkeys(filter(None, map(card, exercise["functions"]))))


def is_done(exercise: dict) -> bool:
    """Whether all of its functions are."""
    return all(function["verdict"] == "done" for function in exercise["functions"])


def feedback(record: dict) -> str:
    """A whole record on one line, for the cell of a gradebook."""
    said = [text for exercise in record["exercises"] if exercise["found"] for text in _of_exercise(exercise)]
    parts = [f"{record['done']} of {record['functions']} functions done", *record["problems"], *said]
    return "; ".join(part.rstrip(".") for part in [*parts, *_not_handed_in(record)])[:LONGEST_CARD]


def _of_exercise(exercise: dict) -> list[str]:
    """What is not done in one exercise; what is the case with all of its functions is said once."""
    short = _short(exercise)
    states = [_state(function) for function in exercise["functions"]]
    if len({*states}) == 1 and not is_done(exercise):
        return [f"{short}: {states[0]}"]
    pairs = zip(exercise["functions"], states, strict=True)
    return [f"{short}.{function['function']}: {state}" for function, state in pairs if function["verdict"] != "done"]


def _state(function: dict) -> str:
    why = sentence(function) if function["verdict"] != "not started" else ""
    return f"{function['verdict']}{f' ({why})' * bool(why)}"


def _not_handed_in(record: dict) -> list[str]:
    """The exercises of which there is no file, those in a row as "ex04 to ex18"."""
    rows = [[*group] for is_there, group in itertools.groupby(record["exercises"], _is_there) if not is_there]
    said = [_span([*map(_short, row)]) for row in rows]
    return [f"not handed in: {', '.join(said)}"] if said else []


def _span(names: list[str]) -> str:
    return ", ".join(names) if len(names) < 3 else f"{names[0]} to {names[-1]}"


def _is_there(exercise: dict) -> bool:
    return exercise["found"] != ""


def _short(exercise: dict) -> str:
    return exercise["exercise"].split("_")[0]
