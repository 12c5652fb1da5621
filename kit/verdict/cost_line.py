"""What a finished function cost: counted once more on the largest call that was judged."""

from kit.course.manifest import Exercise
from kit.learner.call import NoAnswer, RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.learner.stand_in import Learner
from kit.verdict.record import Record

NAMES = ("calls", "multiply_adds", "numbers_read", "largest_tensor")


def counted(learner: Learner, recorded: RecordedCall, place: str = "") -> str:
    """The cost of a call in words; nothing if it gives no answer while it is counted, which takes longer."""
    try:
        cost = learner.cost(recorded, place)
    except NoAnswer:
        return ""
    return in_words(cost, recorded) if {*NAMES} <= cost.keys() else ""


def largest_call(record: Record, exercise: Exercise, function: str) -> RecordedCall | None:
    """Of the calls of a function that were answered, the one with the most numbers in its arguments."""
    calls = [h for c in record.checks if c.exercise == exercise and c.function == function for h in c.calls]
    plain = [h for h in calls if h.header.get("function") == function and h.account is None and numbers_in(h)]
    return max(plain, key=numbers_in, default=None)


def numbers_in(recorded: RecordedCall) -> int:
    """How many numbers the tensors among the arguments hold."""
    return sum(value.numel() for value in (*recorded.args, *recorded.kwargs.values()) if is_tensor(value))


def in_words(cost: dict[str, int], recorded: RecordedCall) -> str:
    """The cost of a call in a few words."""
    passes, largest = (cost[name] / numbers_in(recorded) for name in ("numbers_read", "largest_tensor"))
    work = f"{cost['multiply_adds']:,} multiply-adds, {passes:.1f} passes over its input"
    return f"{recorded.header['function']}: {work}, {cost['calls']:,} torch calls, largest tensor {largest:.1f} inputs"
