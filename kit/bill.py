"""What a finished exercise cost: counted once more on the largest call that was judged."""

from kit.at_need import is_tensor
from kit.call import Heard, NoAnswer
from kit.course import Exercise
from kit.learner import Learner
from kit.record import Record


def cost_of(record: Record, exercise: Exercise, learner: Learner) -> str:
    """Multiply-adds and passes over the input of the exercise's largest call; nothing without tensors."""
    calls = [largest_call(record, exercise, function) for function in exercise.checks]
    heard = max(filter(None, calls), key=numbers_in, default=None)
    return counted(learner, heard) if heard else ""


def counted(learner: Learner, heard: Heard, place: str = "") -> str:
    """The cost of a call in words; nothing if it gives no answer while it is counted, which takes longer."""
    try:
        cost = learner.cost(heard, place)
    except NoAnswer:
        return ""
    return in_words(cost, heard) if {"multiply_adds", "numbers_read"} <= cost.keys() else ""


def largest_call(record: Record, exercise: Exercise, function: str) -> Heard | None:
    """Of the calls of a function that were answered, the one with the most numbers in its arguments."""
    calls = [h for c in record.checks if c.exercise == exercise and c.function == function for h in c.heard]
    plain = [h for h in calls if h.header.get("function") == function and h.account is None and numbers_in(h)]
    return max(plain, key=numbers_in, default=None)


def numbers_in(heard: Heard) -> int:
    """How many numbers the tensors among the arguments hold."""
    return sum(value.numel() for value in (*heard.args, *heard.kwargs.values()) if is_tensor(value))


def in_words(cost: dict[str, int], heard: Heard) -> str:
    """The cost of a call in a few words."""
    passes = cost["numbers_read"] / numbers_in(heard)
    return f"{heard.header['function']}: {cost['multiply_adds']:,} multiply-adds, {passes:.1f} passes over its input"
