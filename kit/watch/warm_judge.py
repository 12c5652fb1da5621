"""A pytest session that collects checks, and judges in a fork of itself."""

import dataclasses
import gc
import json
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, Exercise, exercises
from kit.course.mistakes import answers
from kit.judge.items import EXERCISE
from kit.judge.judge import Judge
from kit.judge.own_loop import ChecksError, Loop, collect_and_do, see_that_all_is_loaded
from kit.judge.parallel import JudgePool
from kit.judge.replay import draw, judge_on
from kit.learner.process import end_with_parent
from kit.watch.json_lines import Lines
from kit.watch.request import Request
from kit.watch.round import Round, sender

LIGHT = [f"-pno:{name}" for name in ("capture", "logging", "cacheprovider", "faulthandler", "unraisableexception")]


class Forked:
    """Starts rounds in forks of this process, which are made before they are asked for where there is time."""

    def __init__(self, session: pytest.Session, judge: Judge):
        self.session, self.judge = session, judge
        self.not_collected = [e for e in judge.record.asked if e not in _exercises_of(session.items)]
        self.not_drawn = list(session.items)
        self.folder = tempfile.TemporaryDirectory(prefix="convkata-")  # of the forks, which may be killed
        self.ahead: _Ahead | None = None

    def start(self, request: Request) -> Lines:
        """Have a fork judge, with a record, learners and examples of its own."""
        for exercise in [e for e in self.not_collected if e.name in request.names]:
            self._collect(exercise)
        if self.ahead and not {*request.names} <= self.ahead.collected:
            self.forget()
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
        collected = {exercise.name for exercise in _exercises_of(self.session.items)}
        return _Ahead(pid, asking, reading, collected, _exercises_of(self.not_drawn))

    def _judge(self, asked: int, writing: int) -> None:
        """The whole life of a judge in a fork."""
        os.setsid()
        end_with_parent()
        tempfile.tempdir = self.folder.name
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        send = sender(writing)
        self.judge.examples.forget_failures(self.session.items)  # the marks of other forks are in the same memory
        pool = JudgePool(self.judge, [[item] for item in self.session.items]) if len(self.judge.starters) > 1 else None
        with os.fdopen(asked) as line:
            request = json.loads(line.read())
        Round(self.session, self.judge, Request(**request), send, pool).run()

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
        if exercise in self.not_collected:
            self._collect(exercise)
        own = [item for item in self.not_drawn if item.stash[EXERCISE] == exercise]
        if own:
            self._draw(own[0])
        elif self.ahead is None or exercise in self.ahead.without or exercise.name not in self.ahead.collected:
            self.forget()
            self.ahead = self._fork()
        elif self.not_collected:
            self._collect(self.not_collected[0])
        elif self.not_drawn:
            self._draw(self.not_drawn[0])
        return bool(self.not_collected or self.not_drawn) or self.ahead is None

    def _collect(self, exercise: Exercise) -> None:
        """Add the checks of an exercise to those of the session, in the order of the course."""
        before = self.session.items
        new = self.session.perform_collect([str(exercise.test_file)])
        see_that_all_is_loaded(self.session)
        self.session.items = sorted([*before, *new], key=lambda item: exercises().index(item.stash[EXERCISE]))
        self.not_collected.remove(exercise)
        self.not_drawn += new

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
    reading: int  # its reports
    collected: set[str]  # the names of the exercises whose checks it has
    without: set[Exercise]  # of these, those whose examples had not been drawn when it was forked


def _exercises_of(items: list[pytest.Item]) -> set[Exercise]:
    return {item.stash[EXERCISE] for item in items}


def collect(folder: Path, paths: list[Path], loop: Loop, *options: str, first: Path | None = None) -> None:
    """Collect checks as pytest does, the first file of them if one is named, and do `loop` with them."""
    os.chdir(ROOT)
    command = [*map(str, paths), f"--folder={folder}", f"--rootdir={ROOT}", *LIGHT, *options]
    collect_and_do(loop, command, first)


def judge_once(folder: str, asked: dict) -> None:
    """The whole life of a judge in a new interpreter: its reports go to standard output."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    request = Request(**asked)
    send = sender(os.dup(1))
    paths = [ROOT / "tests" / f"test_{name}.py" for name in request.names]
    judge = lambda session, judge: Round(session, judge, request, send).run()  # noqa: E731
    try:
        collect(Path(folder), paths, judge, "--fresh-interpreters")
    except ChecksError as error:
        send({"text": f"The checks cannot be loaded: {error}.\n"})
        send({"standings": {}})
