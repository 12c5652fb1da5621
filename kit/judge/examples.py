"""Counts the examples on which a property is judged, and stops those that need not be shrunk."""

import functools

import pytest

from kit.judge.failures import Failures
from kit.judge.items import is_check, key_of

FEWEST = 15  # a property judged on fewer examples has not been judged


class AnotherFailure(BaseException):
    """A check fails beside one that is shown before it: no Exception, so that Hypothesis does not shrink it too."""


class Examples:
    """The examples of the running check, and which checks have failed."""

    def __init__(self) -> None:
        self.count = 0  # judged so far in the running check
        self.failures = Failures([])

    def forget_failures(self, items: list[pytest.Item]) -> None:
        """None of these checks has failed, as far as is known."""
        self.failures = Failures([key_of(item) for item in items if is_check(item)])

    def watch(self, item: pytest.Item) -> None:
        """From now on, count the examples of this property."""
        handle = getattr(item.obj, "hypothesis", None)
        if handle is None or hasattr(handle.inner_test, "counted"):
            return
        inner = handle.inner_test

        @functools.wraps(inner)
        def counting(*args: object, **kwargs: object) -> object:
            self.count += 1
            try:
                return inner(*args, **kwargs)
            except Exception as error:
                self.failures.mark(key_of(item))
                if self.failures.any_before(key_of(item)):
                    raise AnotherFailure from error
                raise

        counting.counted = True
        handle.inner_test = counting

    def are_too_few(self, item: pytest.Item) -> bool:
        """Whether a property was judged on too few examples to count."""
        return hasattr(item.obj, "hypothesis") and self.count < FEWEST
