"""A warm judge: a pytest session that has collected checks and drawn their examples, and is forked for each folder.

What it takes to begin is taken once; a fork of it judges one folder with learner processes of its own.
"""

import contextlib
import gc
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, Exercise
from kit.course.mistakes import all_in_one
from kit.judge.items import EXERCISE, FUNCTION
from kit.judge.judge import Judge
from kit.judge.replay import draw, judge_on
from kit.judge.reports import run_in_order
from kit.judge.starters import fork_servers
from kit.learner.huge_pages import use_huge_pages
from kit.learner.lazy_torch import imported_by
from kit.verdict import card
from kit.verdict.record import Record

OPTIONS = (  # no plugin but the kit's and Hypothesis'; one fork server, which no part uses
    *("-p", "_hypothesis_pytestplugin", f"--rootdir={ROOT}", "-s"),
    *(f"-pno:{name}" for name in ("logging", "cacheprovider", "faulthandler", "unraisableexception", "junitxml")),
)


class WarmError(Exception):
    """The checks cannot be loaded; its text says why."""


class Loop:
    """A plugin that puts something else in the place of pytest's loop over the checks."""

    def __init__(self, loop: Callable[[list[pytest.Item], Judge], None]):
        self.loop = loop
        self.has_begun, self.error, self.not_loaded = False, None, []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """See pytest."""
        if report.failed:
            self.not_loaded.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_keyboard_interrupt(self) -> None:
        """See pytest: it would only say so."""
        self.error = self.error or KeyboardInterrupt()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See pytest."""
        self.has_begun = True
        judge = session.config.pluginmanager.get_plugin("convkata")
        judge.is_watched = True  # nothing is written on the screen by it
        try:
            if self.not_loaded:
                raise WarmError(self.not_loaded[0])
            self.loop(session.items, judge)
        except BaseException as error:  # pytest would tell it in its own way
            self.error = error
        return True


def with_warm_judge(
    loop: Callable[[list[pytest.Item], Judge], None], asked: list[Exercise], options: dict[str, object]
) -> None:
    """Collect the checks of these exercises as pytest does, and do `loop` with them and their judge."""
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    about = [f"--{name}={value}" for name, value in options.items()]
    command = [*(str(e.test_file) for e in asked), f"--folder={ROOT / 'solutions'}", *OPTIONS, *about]
    for exercise in asked:  # of an earlier warm judge in this process, whose learners have ended
        sys.modules.pop(exercise.test_file.stem, None)
    plugin, said = Loop(loop), io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        pytest.main(command, plugins=[plugin])
    if plugin.error:
        raise plugin.error
    if not plugin.has_begun:
        raise WarmError(said.getvalue().strip() or "pytest has ended before it began")


def draw_examples(items: list[pytest.Item], judge: Judge) -> None:
    """Draw what the seed says, once for all folders, and get ready to be forked for each of them."""
    for item in items:
        if drawn := draw(item):
            judge_on(item, drawn, lambda item=item: judge.begin(item))
    for exercise in {item.stash[EXERCISE] for item in items}:
        imported_by(all_in_one(exercise).encode())  # both are kept: what knows every mistake takes a while to read
    gc.freeze()  # forks share what they do not change
    use_huge_pages()


def judge_folder(items: list[pytest.Item], judge: Judge, folder: Path) -> Record:
    """Make these checks on the files of a folder, in a fork of the warm judge; close `judge.starters` afterwards."""
    begin_folder(items, judge, folder)
    run_in_order(items)
    return judge.record


def begin_folder(items: list[pytest.Item], judge: Judge, folder: Path) -> None:
    """Go on as the judge of this folder, with learner processes, a record and marks of its own."""
    judge.use_folder(folder)
    (starter,) = fork_servers(1)
    judge.use_starter(starter)
    judge.examples.forget_failures(items)  # the marks of other forks are in the same memory
    asked: dict[Exercise, dict[str, None]] = {}
    for item in items:
        asked.setdefault(item.stash[EXERCISE], {})[item.stash[FUNCTION]] = None
    judge.record = Record({exercise: [*functions] for exercise, functions in asked.items()})
    judge.finds_for_another = {}
    card.KEEPS_CALLS = False
