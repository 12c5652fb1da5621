"""Runs the tests of the kit side by side: forks of the process that has collected them take parts from one list.

The reports pass through the hooks of the first process, so that its screen, its JUnit file and its status are as ever.
"""

import itertools
from collections.abc import Callable

import pytest

import processes
from kit.judge.pool import Pool
from kit.judge.reports import log, plain_reports, restore, run_in_order
from kit.judge.starters import cores, must_be_alone
from kit.learner.huge_pages import use_huge_pages
from kit.learner.process import can_fork

Task = list[pytest.Item]


class Workers(Pool):
    """Forks that run tests; `renew` gives each what it cannot share with the others."""

    def __init__(self, plugin: "SideBySide", tasks: list[Task], renew: Callable[[], None]):
        self.plugin, self.renew = plugin, renew
        self.capture = plugin.config.pluginmanager.getplugin("capturemanager")
        plugin.config._tmp_path_factory.getbasetemp()  # one for all, made once; folders in it get numbers
        use_huge_pages()  # tests fork thousands of processes
        super().__init__(tasks, cores() + 1)  # one more, since tests wait for processes that they start

    def begin(self) -> None:
        """Take leave of the other processes: signals, captured output, fork servers."""
        processes.handle_signals_by_default()
        self.capture.stop_global_capturing()  # its file would be the same one in all workers
        self.capture.start_global_capturing()
        self.capture.suspend_global_capture()
        self.renew()

    def do(self, task: Task) -> list[list[dict]]:
        """Run these tests; gives the reports of each."""
        self.plugin.reports = []
        run_in_order(task)
        return self.plugin.reports


class SideBySide:
    """A plugin that runs tests in forks where there are cores, and lets pytest do it elsewhere."""

    def __init__(self, config: pytest.Config, renew: Callable[[], None]):
        self.config, self.renew = config, renew
        self.elsewhere: dict[pytest.Item, list[dict]] = {}  # reports of tests that were run in a fork
        self.reports: list[list[dict]] | None = None  # in a fork

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all tests that were collected."""
        tasks = divide(session.items)
        if session.testsfailed or len(tasks) < 2 or cores() < 2 or self._must_be_alone() or not can_fork():
            return None
        workers = Workers(self, tasks, self.renew)
        try:
            for number, reports in workers.results(range(len(tasks))):
                self.elsewhere.update(zip(tasks[number], reports or itertools.repeat(None), strict=False))
                for item in tasks[number]:
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        finally:
            workers.end()
        return True

    def _must_be_alone(self) -> bool:
        options = self.config.option
        judged = self.config.pluginmanager.has_plugin("convkata")  # whose own loop it is then
        return judged or options.collectonly or must_be_alone(options) or bool(getattr(options, "numprocesses", None))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """In a fork, run the test; in the first process, tell what came of it."""
        if self.reports is not None:
            self.reports.append(plain_reports(item, nextitem))
            return True
        if item not in self.elsewhere:
            return None
        plain = self.elsewhere.pop(item)
        log(item, restore(item, plain) if plain else [lost(item)])
        return True


def divide(items: list[pytest.Item]) -> list[Task]:
    """The slow tests first, by function; then the others by file, since they may share fixtures.

    Slow ones that share a fixture of their file, which has the name "shared", stay together too.
    """

    def part(item: pytest.Item) -> tuple[bool, str, str]:
        is_slow = item.get_closest_marker("slow") is not None
        function = item.originalname if is_slow and "shared" not in item.fixturenames else ""
        return not is_slow, str(item.path), function

    tasks: dict[tuple[bool, str, str], Task] = {}
    for item in items:
        tasks.setdefault(part(item), []).append(item)
    return [tasks[key] for key in sorted(tasks, key=lambda key: (key[0], key[2] != ""))]


def lost(item: pytest.Item) -> pytest.TestReport:
    """The report of a test whose process has ended."""
    sentence = "the process that ran this test ended before its time"
    return pytest.TestReport(item.nodeid, item.location, {}, "failed", sentence, "call")
