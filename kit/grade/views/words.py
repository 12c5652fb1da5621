"""What a record says of one function, in words that several views share."""

LONGEST_CARD = 4000


def sentence(function: dict) -> str:
    """Why a function is not done: its cause, or else what is the case; nothing if it is done."""
    failure = function.get("failure")
    if not failure:
        return ""
    return failure["cause"]["sentence"] if failure["cause"] else failure["account"]


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
    said = [
        f"{exercise['exercise'].split('_')[0]}.{function['function']}: {function['verdict']}"
        + (f" ({text})" if (text := sentence(function)) and function["verdict"] != "not started" else "")
        for exercise in record["exercises"]
        for function in exercise["functions"]
        if function["verdict"] != "done"
    ]
    return "; ".join([f"{record['done']} of {record['functions']} functions done", *record["problems"], *said])[:4000]
