"""What the judge knows of a call into a learner's code: how it was made, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

WITHOUT_ANSWER = ("not started", "not allowed", "crashed", "too slow", "cannot import")


@dataclass(frozen=True)
class Call:
    """One call as the judge made it, to be shown and copied."""

    function: str
    args: tuple = ()
    kwargs: tuple[tuple[str, object], ...] = ()
    paste: Callable[..., str] | None = None  # of a probe: the call in words, from the same arguments


@dataclass(frozen=True)
class Account:
    """What is known of a call that gave no answer: the verdict's word and why."""

    word: str
    message: str = ""
    types: tuple[str, ...] = ()  # of the exception, most special first
    lines: tuple[tuple[int, str], ...] = ()  # of the learner's file: number, source
    printed: str = ""
    call: Call | None = None


class ProbeResult(dict):
    """What a probe tells, by name; it remembers what was looked at, since that alone was judged."""

    def __init__(self, *args: object):
        super().__init__(*args)
        self.looked_at: set[object] = set()

    def __getitem__(self, name: object) -> object:
        self.looked_at.add(name)
        return super().__getitem__(name)


@dataclass(frozen=True)
class RecordedCall:
    """A call with its answer, kept so that it can be made again to somebody else."""

    header: dict
    args: tuple
    kwargs: dict
    value: object = None
    account: Account | None = None  # if there was no answer
    changed: str = ""  # what the call did to its arguments
    seconds: float = 0.0  # that it took
    nbytes: int = 0  # in the tensors of the answer


class LearnerError(Exception):
    """The learner's code raised: an Exception, so that Hypothesis looks for a smaller call that does it too."""

    def __init__(self, account: Account):
        super().__init__(f"{account.types[0] if account.types else 'Error'}: {account.message}")
        self.account = account


class NoAnswer(BaseException):
    """There is nothing to compare, whatever the input. No Exception, so that Hypothesis stops at once."""

    def __init__(self, account: Account):
        super().__init__(f"{account.word}: {account.message}")
        self.account = account


class WrongAnswerError(AssertionError):
    """What is the case, why it should be otherwise, and where two values were compared, both."""

    def __init__(self, what: str, because: str = "", values: tuple[object, object] | None = None):
        super().__init__(what, because)
        self.what, self.because, self.values = what, because, values

    def __str__(self) -> str:
        pair = [f"{name} {value!r}" for name, value in zip(("got ", "want"), self.values or (), strict=False)]
        return "\n".join(line for line in (self.what, *pair, self.because) if line)


class ChangedInputError(WrongAnswerError):
    """The learner's function changed what belongs to its caller."""
