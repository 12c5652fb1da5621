"""Which checks there are, and which of them were asked for."""

import pytest

from kit.judge.items import is_check, key_of, mark_checks
from kit.judge.judge import Judge


class Collecting:
    """A plugin that looks at what pytest collects."""

    def __init__(self, judge: Judge):
        self.judge = judge

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Find each check's function, count its examples, and drop what was not asked for."""
        items[:] = mark_checks(items, self.judge.to_judge)
        for item in filter(is_check, items):
            self.judge.examples.watch(item)
        self.judge.examples.forget_failures(items)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """What is left after -k, --lf, node ids and other plugins is what was asked for."""
        self.judge.record.planned = dict.fromkeys(key_of(item) for item in session.items if is_check(item))

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.judge.record.deselected += sum(map(is_check, items))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            last = report.longreprtext.strip().splitlines()[-1:] or ["no reason is given"]
            self.judge.record.left_out.append(
                f"{report.nodeid} cannot be collected: {last[0].removeprefix('E').strip()}"
            )
