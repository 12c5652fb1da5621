"""Makes the checks: alone, or by judges side by side whose reports pass through pytest's own hooks."""

import unittest
from collections.abc import Iterator

import pytest

from kit.judge import neighbours, reports
from kit.judge.debugger import stop_in_the_last_call
from kit.judge.examples import AnotherFailure
from kit.judge.items import EXERCISE, divide, is_check, key_of
from kit.judge.judge import Judge
from kit.judge.outcome import check_of
from kit.judge.parallel import JudgePool, judge_together
from kit.judge.starters import must_be_alone
from kit.learner.call import WrongAnswerError
from kit.learner.process import can_fork
from kit.verdict.card import plain_card
from kit.verdict.diagnosis import Diagnosis
from kit.verdict.record import Check

SKIPPED = (pytest.skip.Exception, pytest.xfail.Exception, unittest.SkipTest)  # no verdict


class Loop:
    """A plugin in the place of pytest's loop over the checks."""

    def __init__(self, judge: Judge):
        self.judge = judge

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Judge side by side where there are cores; otherwise let pytest do it, one check after the other."""
        items = list(filter(is_check, session.items))
        pool = self._pool(items) if not session.testsfailed else None
        if pool:
            judged = self._judged_by(pool)
        elif self._may_tell_later():
            judged = self._judged_here(items)
        else:
            return None
        for item in judged:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        rest = [item for item in session.items if not is_check(item)]  # such as the kit's own
        reports.run_in_order(rest)
        return True

    def _may_tell_later(self) -> bool:
        """Whether somebody reads the causes of failures, and nobody waits for each check or makes it himself."""
        waits = must_be_alone(self.judge.config.option) or neighbours.run_checks_themselves(self.judge.config)
        return bool(self.judge.starters) and not waits and neighbours.read_failures(self.judge.config)

    def _judged_by(self, pool: JudgePool) -> Iterator[pytest.Item]:
        """The items that judges beside this one have judged; all at the end if somebody reads causes of failures."""
        waits, judged = neighbours.read_failures(self.judge.config), []
        try:
            for number, found in judge_together(pool, [*range(len(pool.tasks))]):
                self.judge.elsewhere.update(zip(pool.tasks[number], found.reports, strict=True))
                judged += pool.tasks[number]
                if not waits:
                    yield from pool.tasks[number]
        finally:
            pool.end()
        yield from judged if waits else ()

    def _judged_here(self, items: list[pytest.Item]) -> Iterator[pytest.Item]:
        """The same by this judge alone: a cause can be told once all is judged that tells it from others."""
        self.judge.finds_for_another = {}
        reports.run_in_order(items)
        self.judge.elsewhere, self.judge.finds_for_another = self.judge.finds_for_another, None
        yield from items

    def _pool(self, items: list[pytest.Item]) -> JudgePool | None:
        """Judges beside this one, where there is work for several and the system allows them."""
        if len(self.judge.starters) < 2 or len(items) < 2 or not can_fork():
            return None
        try:
            pool = JudgePool(self.judge, divide(items))
        except OSError:
            return None
        if not pool.pids:
            pool.end()
            return None
        return pool


class Checking:
    """A plugin that makes one check, or passes on what another judge has made of it."""

    def __init__(self, judge: Judge):
        self.judge = judge

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Judge beside another judge, or pass on what one has found; plugins around this hook see it as a test."""
        if self.judge.finds_for_another is not None:
            self.judge.finds_for_another[item] = reports.plain_reports(item, nextitem)
            return True
        if item not in self.judge.elsewhere:
            return None
        found = reports.restore(item, self.judge.elsewhere.pop(item))
        for report in found:
            if report.failed and (check := self.judge.record.failure_of(item.stash[EXERCISE], item.name)):
                report.longrepr = self._text(check)
        reports.log(item, found)
        return True

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.judge.begin(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo):
        """Add the check to the record, and let its verdict stand where pytest would show a traceback."""
        if not is_check(item):
            return (yield)
        error = call.excinfo.value if call.excinfo else None
        if not self.judge.in_process and not isinstance(error, SKIPPED):
            call.excinfo = None  # a verdict has no traceback: pytest need not write one, nor plugins look for it
        report = yield
        if report.skipped or hasattr(report, "wasxfail"):
            self.judge.record.left_out.append(f"{item.name} was skipped")
        elif report.when == "call" or error:
            check = check_of(item, error, self.judge.learners[item.stash[EXERCISE]], self.judge.examples)
            self.judge.record.checks.append(check)
            if check.word != "done":
                self.judge.examples.failures.mark(key_of(item))
            if check.word != "done" and not self.judge.in_process:
                report.outcome, report.longrepr = "failed", self._text(check)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo) -> None:
        """With --in-process --pdb, make the call with the wrong answer once more, and stop in the learner's code."""
        error = call.excinfo.value
        error = error.__cause__ if isinstance(error, AnotherFailure) else error
        if self.judge.in_process and self.judge.config.option.usepdb and isinstance(error, WrongAnswerError):
            stop_in_the_last_call(self.judge.learners[node.stash[EXERCISE]], self.judge.config)

    def _text(self, check: Check) -> str:
        """A failure in words; its cause is looked for if somebody reads it, for the first failure of a function."""
        first = next(s for s in self.judge.record.standings_of(check.exercise) if s.function == check.function).failure
        is_read = (
            check is first and self.judge.finds_for_another is None and neighbours.read_failures(self.judge.config)
        )
        diagnosis = self.judge.diagnosis(check) if is_read else Diagnosis()
        return plain_card(check, diagnosis, self.judge.folder, self.judge.command())
