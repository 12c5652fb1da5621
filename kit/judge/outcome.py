"""From how a test ended to a check of the record: whose exception was it, the learner's or the kit's?"""

import functools

import pytest
from hypothesis.errors import Flaky, HypothesisException

from kit.judge.examples import FEWEST, AnotherFailure, Examples
from kit.judge.items import EXERCISE, FUNCTION
from kit.learner.call import LearnerError, NoAnswer, WrongAnswerError
from kit.learner.process import StartError
from kit.learner.stand_in import Learner
from kit.verdict.record import Check

NOT_THE_LEARNERS = (HypothesisException, pytest.fail.Exception, StartError, OSError, MemoryError, RecursionError)
CHANGING = "the same call is answered differently each time"
WHY_CHANGING = "is memory used before it is filled, or something random?"
WHAT_TO_DO = "this says nothing about your code; try once more, and tell the kit's makers if it stays"


def check_of(item: pytest.Item, error: BaseException | None, learner: Learner, examples: Examples) -> Check:
    """The verdict on one check, and what is known of it."""
    who = item.stash[EXERCISE], item.stash[FUNCTION], item.originalname
    about = functools.partial(Check, *who, calls=tuple(learner.calls), case=item.name)
    if isinstance(error, AnotherFailure):
        error = error.__cause__
    if isinstance(error, LearnerError | NoAnswer):
        known = error.account
        kind = f"{known.types[0]}: " if known.types and known.word in ("crashed", "cannot import") else ""
        gist = {"account": kind + known.message, "call": known.call, "lines": known.lines, "printed": known.printed}
        return about(known.word, **gist)
    wrong = functools.partial(about, "wrong", call=learner.last_call, printed=learner.printed)
    if isinstance(error, Flaky) and _answers_that_were_wrong(error):
        return wrong(account=CHANGING, because=WHY_CHANGING)
    if isinstance(error, WrongAnswerError):
        return wrong(account=error.what, because=error.because, values=error.values)
    if error and (isinstance(error, NOT_THE_LEARNERS) or not learner.calls):
        name = f"{type(error).__name__}: {error}".strip(": ")
        return about("not judged", f"the kit could not judge: {name[:300]}", WHAT_TO_DO)
    if error:
        return wrong(account=str(error) or type(error).__name__)
    if examples.are_too_few(item):
        return about("not judged", f"only {examples.count} examples were judged, of {FEWEST} at least")
    return about("done")


def _answers_that_were_wrong(error: BaseException) -> bool:
    """Whether Hypothesis met a wrong answer that it did not get again."""
    return any(isinstance(each, WrongAnswerError | LearnerError) for each in getattr(error, "exceptions", ()))
