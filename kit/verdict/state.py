"""The line of a card for an answer that is wrong only because of the calls before it."""

from kit.learner.call import RecordedCall
from kit.learner.stand_in import Learner
from kit.verdict.diagnosis import EXPLAINED, Oracle, agree
from kit.verdict.record import Check

WHAT = "a default argument, a global, a cache"
SENTENCE = f"state: right by itself, wrong after other calls: what is kept between calls ({WHAT})?"
TRIES = 3  # in a fresh process each, so that no answer that changes by chance counts as right by itself
SECONDS = 2.0  # that the calls of the check may have taken, to be made again


def state(failure: Check, oracle: Oracle, learner: Learner) -> str:
    """The sentence, if the call that is shown holds in fresh processes and fails where the calls before it were made.

    The learner is one of its own, which is asked for nothing else.
    """
    if failure.word not in EXPLAINED or sum(call.seconds for call in failure.calls) > SECONDS:
        return ""
    learner.about = failure.function
    shown = failure.calls[-1] if failure.calls else None
    if shown is None or len(failure.calls) < 2 or _holds(shown, shown, oracle):
        return ""
    for _ in range(TRIES):
        if not _holds(shown, _after((), shown, learner), oracle):
            return ""
    return "" if _holds(shown, _after(failure.calls[:-1], shown, learner), oracle) else SENTENCE


def _after(before: tuple[RecordedCall, ...], call: RecordedCall, learner: Learner) -> RecordedCall:
    """What comes of a call in a new process, after others."""
    learner.end()
    for each in before:
        learner.repeat(each)
    return learner.repeat(call)


def _holds(call: RecordedCall, got: RecordedCall, oracle: Oracle) -> bool:
    return agree(oracle.repeat(call, "right"), got)
