"""What stands on the screen: the board in place of pytest's own lines, and how the run ends."""

import contextlib
from pathlib import Path

import pytest

from kit.judge.asking import Asked, command_for
from kit.judge.judge import Judge
from kit.judge.kept import Kept
from kit.learner.process import StartError
from kit.verdict.board import Report
from kit.verdict.record import Record


def show_known(folder: Path, asked: Asked, kept: Kept) -> int:
    """Write the board of a run in which all is known; returns the exit status."""
    record = Record(asked.functions, kept=kept.verdicts)
    unchanged = any(s.word == "done" for s in record.standings())
    print(f"convkata judges {folder.name}/{', which is as it was; --all judges it anew' * unchanged}", flush=True)
    Report(record, folder, command_for(folder)).write()
    return 0 if record.counts_as_done() else 1


class Screen:
    """A plugin that tells a person, and everybody else by the exit status."""

    def __init__(self, judge: Judge):
        self.judge = judge

    def pytest_report_header(self) -> str:
        return self.judge.header()

    def pytest_sessionstart(self) -> None:
        if self.judge.is_quiet:
            print(self.judge.header(), flush=True)

    def pytest_report_teststatus(self):
        return ("", "", "") if self.judge.is_quiet else None

    def pytest_terminal_summary(self) -> None:
        if self.judge.is_quiet and not self.judge.is_watched:
            about = self.judge.record, self.judge.folder, self.judge.command(), self.judge.diagnosis
            Report(*about, speeds=self.judge.speeds).write()

    def pytest_keyboard_interrupt(self) -> None:
        self.judge.record.stopped = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Success needs a positive record, whatever pytest thinks."""
        counts = self.judge.only_lists or (self.judge.record.counts_as_done() and not self.judge.in_process)
        if not counts and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self.judge.status = int(session.exitstatus)
        if self.judge.kept:
            self.judge.kept.keep(self.judge.record)

    def pytest_unconfigure(self) -> None:
        for process in (*self.judge.learners.values(), *self.judge.oracles.values()):
            with contextlib.suppress(StartError):
                process.end()
        for starter in self.judge.starters:
            starter.close()
