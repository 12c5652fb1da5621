"""Judges one function in this process, and looks at its first failure while those can be asked who know the answer."""

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from kit.course.manifest import ROOT, Exercise
from kit.judge.judge import Judge
from kit.verdict.record import Check

T = TypeVar("T")


class NotJudgedError(Exception):
    """The judge came to no verdict."""


class AllDone:
    """Everything that was asked for is done, so there is no failure to look at."""


class Looker:
    """A plugin that looks at the first failure when all is judged."""

    def __init__(self, look: Callable[[Judge, Check], object]):
        self.look = look
        self.seen: object = None
        self.reason = ""  # why there is nothing to see
        self.is_stopped = False

    def pytest_keyboard_interrupt(self) -> None:
        """See pytest."""
        self.is_stopped = True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """See pytest."""
        judge = session.config.pluginmanager.get_plugin("convkata")
        if judge is None:
            return
        failure = judge.record.first_failure()
        if failure is not None and failure.word == "not judged":
            self.reason = f"{failure.function} was not judged: {failure.account}; {failure.because}."
        elif failure is not None:
            self.seen = self.look(judge, failure)
        elif judge.record.counts_as_done():
            self.seen = AllDone()


def judge_one(exercise: Exercise, function: str, folder: Path, look: Callable[[Judge, Check], T]) -> T | AllDone:
    """What there is to see of the first failure, if there is one.

    Raises NotJudgedError with what the judge said if it came to no verdict.
    """
    looker, said = Looker(look), io.StringIO()
    os.environ.pop("PYTEST_ADDOPTS", None)  # what is set for other runs, such as -k, is not meant here
    place = [f"--folder={folder}", f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}"]
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            pytest.main([f"{exercise.id}.{function}", *place, "-pno:cacheprovider"], plugins=[looker])
    finally:
        os.chdir(before)
    if looker.is_stopped:
        raise KeyboardInterrupt
    if looker.seen is None:
        raise NotJudgedError(looker.reason or said.getvalue().strip() or "The judge came to no verdict.")
    return looker.seen
