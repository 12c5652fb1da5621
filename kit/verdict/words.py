"""The line "when:" for a function of one word: there are few words, so the calls that were judged say all."""

from kit.verdict.diagnosis import Oracle, agree
from kit.verdict.inputs import inputs_of
from kit.verdict.record import Check, Record


def words(record: Record, failure: Check, oracle: Oracle) -> str:
    """The sentence, if every call with some of the words failed, and others were answered as they should be."""
    told = _failures_by_word(record, failure, oracle)
    failed, held = ({word: each for word, each in told.items() if set(each) == {side}} for side in (True, False))
    if not failed or not held or len(failed) + len(held) < len(told):
        return ""
    (name, _), *_ = failed
    values = " or ".join(f'"{word}"' for _, word in failed)
    count, others = (sum(map(len, side.values())) for side in (failed, held))
    return f"when: {name} is {values} ({count} calls failed; {others} others held)"


def _failures_by_word(record: Record, failure: Check, oracle: Oracle) -> dict[tuple[str, str], list[bool]]:
    """Whether each call failed, by the name of the argument and the word; of words to which there is an answer."""
    own = [c for c in record.checks if (c.exercise, c.function) == (failure.exercise, failure.function)]
    told: dict[tuple[str, str], list[bool]] = {}
    for recorded in [recorded for check in own for recorded in check.calls]:
        inputs = inputs_of(failure.exercise, recorded)
        if inputs is None:
            continue
        match [*inputs.values.items()]:
            case [(name, str(word))]:
                right = oracle.repeat(recorded, "right")
                if not right.account:
                    told.setdefault((name, word), []).append(not agree(right, recorded))
            case _:
                return {}
    return told
