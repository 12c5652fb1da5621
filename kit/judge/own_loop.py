"""A pytest session that collects checks as ever, and then does something else in the place of running them."""

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.judge.judge import Judge

NOT_LOADED = pytest.StashKey[list[str]]()  # files of checks that could not be collected, and why
Loop = Callable[[pytest.Session, Judge], None]


class ChecksError(Exception):
    """The checks cannot be loaded; its text says why."""


def collect_and_do(loop: Loop, command: list[str], first: Path | None = None) -> None:
    """Collect what a command line of pytest names, or the `first` file of it alone, and do `loop` with it.

    Raises what the loop raises, ChecksError if it cannot begin, and KeyboardInterrupt.
    """
    plugin, said = _OwnLoop(loop, first), io.StringIO()
    with contextlib.redirect_stderr(said):
        pytest.main(command, plugins=[plugin])
    if plugin.error:
        raise plugin.error
    if not plugin.has_begun:
        where, why = said.getvalue().strip().partition("\n")[0], _last_line(said.getvalue())
        raise ChecksError((where if why in where else f"{where} {why}") or "pytest has ended before it began")


def see_that_all_is_loaded(session: pytest.Session) -> None:
    """Raise ChecksError if a file of checks could not be collected."""
    if session.stash[NOT_LOADED]:
        raise ChecksError(session.stash[NOT_LOADED][0])


class _OwnLoop:
    """A plugin that puts the loop in the place of pytest's own."""

    def __init__(self, loop: Loop, first: Path | None):
        self.loop, self.first = loop, first
        self.has_begun, self.error = False, None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """See pytest."""
        self.not_loaded = session.stash[NOT_LOADED] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """Collect one file; the others come later."""
        if self.first is None:
            return None
        session.perform_collect([str(self.first)])
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """See pytest."""
        if report.failed:
            self.not_loaded.append(f"{report.nodeid}: {_last_line(str(report.longrepr))}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what pytest would make a status of; it comes by here for its own `exit` as well."""
        if excinfo.errisinstance(KeyboardInterrupt):
            self.error = excinfo.value

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See pytest."""
        self.has_begun = True
        judge = session.config.pluginmanager.get_plugin("convkata")
        judge.is_watched = True  # it writes nothing on the screen
        try:
            see_that_all_is_loaded(session)
            with contextlib.redirect_stderr(sys.__stderr__):
                self.loop(session, judge)
        except BaseException as error:  # which pytest would tell in its own way
            self.error = error
        return True


def _last_line(text: str) -> str:
    """What pytest's account of an error comes to."""
    return (text.strip().splitlines() or [""])[-1].removeprefix("E").strip()
