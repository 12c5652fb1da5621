"""A pytest session that has collected everything, and judges in a fork of itself."""

import contextlib
import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.course import ROOT, Exercise
from kit.crew import end_with_parent
from kit.judge import EXERCISE, Judge
from kit.lines import Lines
from kit.replay import draw, judge_on
from kit.request import Request
from kit.round import Round, write_lines

LIGHT = ["-s", *(f"-pno:{name}" for name in ("logging", "cacheprovider", "faulthandler", "unraisableexception"))]


class Forked:
    """Starts rounds as forks of this process, which takes hundredths of a second."""

    def __init__(self, session: pytest.Session, judge: Judge):
        self.session, self.judge = session, judge
        self.not_drawn = [item for item in session.items if EXERCISE in item.stash]

    def start(self, request: Request) -> Lines:
        """Fork a judge with a record, learners and examples of its own."""
        gc.freeze()  # so that the fork shares what it does not change
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                end_with_parent()
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTSTP):
                    signal.signal(number, signal.SIG_DFL)
                Round(self.session, self.judge, request, write_lines(writing)).run()
            finally:
                os._exit(0)
        os.close(writing)
        return Lines(reading, lambda: self._end(pid, reading))

    def _end(self, pid: int, reading: int) -> None:
        """Kill a judge, those that work beside it, and their learner processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)  # if it has not come to setsid
        os.waitpid(pid, 0)
        while os.read(reading, 1 << 16):
            pass  # until the last of them has closed it, and asks for no learner process any more
        for starter in self.judge.starters:
            starter.end_all()

    def prepare(self, exercise: Exercise) -> bool:
        """Draw the examples of one property, of this exercise if it needs any; False when there is nothing to do."""
        if not self.not_drawn:
            return False
        item = next((i for i in self.not_drawn if i.stash[EXERCISE] == exercise), self.not_drawn[0])
        self.not_drawn.remove(item)
        if drawn := draw(item):
            judge_on(item, drawn, lambda: self.judge.begin(item))
        return True


class Loop:
    """A plugin that puts something else in the place of pytest's loop over the collected items."""

    def __init__(self, loop: Callable[[pytest.Session, Judge], None]):
        self.loop = loop

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See pytest."""
        judge = session.config.pluginmanager.get_plugin("convkata")
        judge.is_watched = True
        self.loop(session, judge)
        return True


def collect(folder: Path, paths: list[Path], loop: Callable, *options: str) -> None:
    """Collect checks as pytest does, and do `loop` with them."""
    os.chdir(ROOT)
    pytest.main([*map(str, paths), f"--folder={folder}", f"--rootdir={ROOT}", *LIGHT, *options], plugins=[Loop(loop)])


def judge_once(folder: str, words: dict) -> None:
    """The whole life of a judge in a new interpreter: what it has to say goes to standard output."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    request = Request(**words)
    say = write_lines(os.dup(1))
    paths = [ROOT / "tests" / f"test_{name}.py" for name in request.names]
    judge = lambda session, judge: Round(session, judge, request, say).run()  # noqa: E731
    collect(Path(folder), paths, judge, "--fresh-interpreters")
