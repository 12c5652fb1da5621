"""Asks the learner's code and the model answer the same question, each in its own process, at the same time."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from kit.learner.call import RecordedCall
from kit.learner.stand_in import Learner
from kit.verdict.diagnosis import Oracle, agree


class NotAskableError(Exception):
    """The learner's code gives no answer, or another one each time."""


class Both:
    """Two who answer, for use in a with statement."""

    def __init__(self, function: str, oracle: Oracle, learner: Learner):
        self.oracle, self.learner = oracle, learner
        learner.about = function
        self.beside = ThreadPoolExecutor(1)

    def __enter__(self) -> "Both":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.beside.shutdown()  # no thread is left when this process forks

    def differ(self, call: RecordedCall, got: RecordedCall | None = None) -> bool | None:
        """Whether the learner's answer, unless it is known, differs from the right one; None if that is a complaint."""
        asked = self.beside.submit(self.oracle.repeat, call, "right")
        got = got or self.learner.repeat(call)
        right = asked.result()
        if right.account or right.changed:
            return None
        if got.account and got.account.word not in ("crashed", "not allowed"):
            raise NotAskableError
        return not agree(right, got)
