"""The line of a card for an answer that is wrong only because of the calls before it."""

import itertools

from kit.learner.call import RecordedCall
from kit.learner.stand_in import Learner
from kit.verdict.diagnosis import EXPLAINED, Oracle, agree
from kit.verdict.record import Check, Record

WHAT = "a default argument, a global, a cache"
SENTENCE = f"state: right by itself, wrong after other calls: what is kept between calls ({WHAT})?"
TRIES = 3  # in a fresh process each, so that no answer that changes by chance counts as right by itself
SECONDS = 2.0  # that the calls may have taken that are made again


def state(record: Record, failure: Check, oracle: Oracle, learner: Learner) -> str:
    """The sentence, if the call that is shown holds in fresh processes and fails where the calls before it were made.

    The learner is one of its own, which is asked for nothing else.
    """
    before = _calls_before(record, failure)
    if failure.word not in EXPLAINED or not before:
        return ""
    learner.about, shown = failure.function, failure.calls[-1]
    if _holds(shown, shown, oracle):
        return ""
    for _ in range(TRIES):
        if not _holds(shown, _after([], shown, learner), oracle):
            return ""
    return "" if _holds(shown, _after(before, shown, learner), oracle) else SENTENCE


def _calls_before(record: Record, failure: Check) -> list[RecordedCall]:
    """The last calls before the one that is shown, those of earlier checks among them."""
    earlier = itertools.takewhile(lambda check: check is not failure, record.checks)
    calls = [call for check in earlier if check.exercise == failure.exercise for call in check.calls]
    calls += failure.calls[:-1]
    seconds = [*itertools.accumulate(call.seconds for call in reversed(calls))]
    few = sum(each <= SECONDS for each in seconds)
    return calls[len(calls) - few :] if failure.calls else []


def _after(before: list[RecordedCall], call: RecordedCall, learner: Learner) -> RecordedCall:
    """What comes of a call in a new process, after others."""
    learner.end()
    for each in before:
        learner.repeat(each)
    return learner.repeat(call)


def _holds(call: RecordedCall, got: RecordedCall, oracle: Oracle) -> bool:
    return agree(oracle.repeat(call, "right"), got)
