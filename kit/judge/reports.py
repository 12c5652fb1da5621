"""Reports of pytest that cross from process to process: made in a worker, logged in the process that was started."""

from collections.abc import Iterable

import pytest
from _pytest.runner import runtestprotocol


def run_in_order(items: list[pytest.Item]) -> None:
    """Run tests as pytest's own loop does, so that fixtures which two of them share are made once."""
    for item, following in zip(items, [*items, None][1:], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def plain_reports(item: pytest.Item, nextitem: pytest.Item | None) -> list[dict]:
    """Run a test and tell nobody; its reports are made of what JSON has."""
    reports, hook = runtestprotocol(item, log=False, nextitem=nextitem), item.config.hook
    return [hook.pytest_report_to_serializable(config=item.config, report=report) for report in reports]


def restore(item: pytest.Item, plain: Iterable[dict]) -> list[pytest.TestReport]:
    """The reports as pytest has them."""
    hook = item.config.hook
    return [hook.pytest_report_from_serializable(config=item.config, data=report) for report in plain]


def log(item: pytest.Item, reports: Iterable[pytest.TestReport]) -> None:
    """Tell everybody, as if the test had just been run here."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
