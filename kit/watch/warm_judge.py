"""A pytest session that has collected everything, and judges in a fork of itself."""

import dataclasses
import gc
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, Exercise
from kit.course.mistakes import answers
from kit.judge.items import EXERCISE
from kit.judge.parallel import JudgePool
from kit.judge.plugin import Judge
from kit.judge.replay import draw, judge_on
from kit.learner.process import end_with_parent
from kit.watch.json_lines import Lines
from kit.watch.request import Request
from kit.watch.round import Round, write_lines

LIGHT = [f"-pno:{name}" for name in ("capture", "logging", "cacheprovider", "faulthandler", "unraisableexception")]


class Forked:
    """Starts rounds in forks of this process, which are made before they are asked for where there is time."""

    def __init__(self, session: pytest.Session, judge: Judge):
        self.session, self.judge = session, judge
        self.not_drawn = list(session.items)
        self.folder = tempfile.TemporaryDirectory(prefix="convkata-")  # of the forks, which may be killed
        self.ahead: _Ahead | None = None

    def start(self, request: Request) -> Lines:
        """Have a fork judge, with a record, learners and examples of its own."""
        ahead, self.ahead = self.ahead or self._fork(), None
        os.write(ahead.asking, json.dumps(dataclasses.asdict(request)).encode() + b"\n")
        os.close(ahead.asking)
        return Lines(ahead.reading, lambda: self._end(ahead))

    def _fork(self) -> "_Ahead":
        gc.freeze()  # so that the fork shares what it does not change
        (asked, asking), (reading, writing) = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(asking)
            try:
                self._judge(asked, writing)
            finally:
                os._exit(0)
        os.close(asked)
        os.close(writing)
        return _Ahead(pid, asking, reading, {item.stash[EXERCISE] for item in self.not_drawn})

    def _judge(self, asked: int, writing: int) -> None:
        """The whole life of a judge in a fork."""
        os.setsid()
        end_with_parent()
        tempfile.tempdir = self.folder.name
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        say = write_lines(writing)
        self.judge.examples.forget_failures(self.session.items)  # the marks of other forks are in the same memory
        pool = JudgePool(self.judge, [[item] for item in self.session.items]) if len(self.judge.starters) > 1 else None
        with os.fdopen(asked) as line:
            request = json.loads(line.read())
        Round(self.session, self.judge, Request(**request), say, pool).run()

    def _end(self, ahead: "_Ahead") -> None:
        """Kill a judge, those that work beside it, and their learner processes."""
        os.kill(ahead.pid, signal.SIGKILL)  # those beside it end with it
        os.waitpid(ahead.pid, 0)
        while os.read(ahead.reading, 1 << 16):
            pass  # until the last of them has closed it, and asks for no learner process any more
        for starter in self.judge.starters:
            starter.end_all()
        for left in Path(self.folder.name).iterdir():
            shutil.rmtree(left)

    def prepare(self, exercise: Exercise) -> bool:
        """Do a small thing ahead of its time, for this exercise before the others; False if nothing is left to do."""
        own = [item for item in self.not_drawn if item.stash[EXERCISE] == exercise]
        if not own and (self.ahead is None or exercise in self.ahead.without):
            self.forget()
            self.ahead = self._fork()
        elif self.not_drawn:
            self._draw((own or self.not_drawn)[0])
        return bool(self.not_drawn) or self.ahead is None

    def _draw(self, item: pytest.Item) -> None:
        answers(item.stash[EXERCISE])  # of the known mistakes, which are kept once they are read
        self.not_drawn.remove(item)
        if drawn := draw(item):
            judge_on(item, drawn, lambda: self.judge.begin(item))

    def forget(self) -> None:
        """End the fork that waits."""
        if self.ahead:
            os.close(self.ahead.asking)
            self._end(self.ahead)
            os.close(self.ahead.reading)
        self.ahead = None


@dataclasses.dataclass
class _Ahead:
    """A fork that waits for a request."""

    pid: int
    asking: int  # where to write it
    reading: int  # what it says
    without: set[Exercise]  # whose examples had not been drawn when it was forked


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
