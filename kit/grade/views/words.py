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
    said = [text for exercise in record["exercises"] if (text := _of_exercise(exercise))]
    parts = [f"{record['done']} of {record['functions']} functions done", *record["problems"], *said]
    return "; ".join(part.rstrip(".") for part in parts)[:LONGEST_CARD]


def _of_exercise(exercise: dict) -> str:
    """What is not done in one exercise; that nothing was begun is said once."""
    short = exercise["exercise"].split("_")[0]
    if {function["verdict"] for function in exercise["functions"]} == {"not started"}:
        return f"{short}: not started"
    return "; ".join(_of_function(short, f) for f in exercise["functions"] if f["verdict"] != "done")


def _of_function(short: str, function: dict) -> str:
    why = sentence(function) if function["verdict"] != "not started" else ""
    return f"{short}.{function['function']}: {function['verdict']}{f' ({why})' * bool(why)}"
