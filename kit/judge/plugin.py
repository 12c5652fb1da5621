"""The judge as a pytest plugin: learner processes behind the names of the exercises, verdicts instead of tracebacks."""

import contextlib
import gc
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from kit.course.manifest import ROOT, Exercise, exercises
from kit.judge import neighbours, torch_stand_in
from kit.judge.asking import Asked
from kit.judge.debugger import stop_in_the_last_call
from kit.judge.examples import AnotherFailure, Examples
from kit.judge.items import EXERCISE, FUNCTION, divide, is_check, key_of, mark_checks
from kit.judge.outcome import check_of
from kit.judge.parallel import JudgePool, judge_together
from kit.judge.starters import must_be_alone, starters_for
from kit.learner.call import WrongAnswerError
from kit.learner.fork_server import ForkServer
from kit.learner.in_process import InProcess
from kit.learner.lazy_torch import load_torch, needs_torch
from kit.learner.process import StartError, can_fork
from kit.learner.stand_in import Learner, Limits
from kit.verdict.board import Report
from kit.verdict.card import plain_card
from kit.verdict.diagnosis import Diagnosis, Oracle, diagnose
from kit.verdict.record import Check, Record

Reports = list[dict]  # pytest's own of one item, made plain


class Judge:
    """Judges one folder: puts learners where tests import exercises, and keeps the record."""

    def __init__(self, config: pytest.Config, folder: Path, asked: Asked, limits: Limits):
        self.config, self.folder, self.limits = config, folder, limits
        self.in_process, self.only_lists = config.option.in_process, config.option.collectonly
        self.record, self.examples = Record(asked.functions, asked.by_hand), Examples()
        self.status: int | None = None  # of this process, once it is over
        self.is_watched = False  # kit.watch shows what there is to show
        self.begin_to_judge()
        gc.freeze()  # torch's million objects stay, so no collection need look at them
        self.learners = {exercise: self._learner(exercise) for exercise in exercises()}
        self.oracles: dict[Exercise, Oracle] = {}
        self.diagnoses: dict[int, Diagnosis] = {}  # of checks by their identity
        self.elsewhere: dict[pytest.Item, Reports] = {}  # what judges beside this one have found
        self.finds_for_another: dict[pytest.Item, Reports] | None = None  # in a judge beside the first
        sys.modules.update({exercise.name: learner for exercise, learner in self.learners.items()})
        self.quiet = self._is_board_enough()
        if self.quiet:  # the board takes the place of pytest's own lines
            config.option.verbose, config.option.tbstyle, config.option.reportchars = -2, "no", ""
            config.option.disable_warnings = True

    def begin_to_judge(self) -> None:
        """Load what the exercises need, and make what starts learner processes: in this order, and before all else."""
        self.starters, asked = [], self.record.asked
        if self.only_lists:
            return torch_stand_in.use()
        if any(needs_torch(exercise, self.folder / f"{exercise.name}.py") for exercise in asked):
            load_torch()
        if not self.in_process:
            alone = neighbours.run_checks_themselves(self.config)
            self.starters = starters_for(self.config.option, alone)
        return None

    def _learner(self, exercise: Exercise) -> Learner:
        path = self.folder / f"{exercise.name}.py"
        if self.starters:
            return Learner(exercise, path, self.starters[0], self.limits)
        return InProcess(exercise, path)

    def _is_board_enough(self) -> bool:
        files = {Path(os.path.realpath(arg.split("::")[0])) for arg in self.config.args}
        only_exercises = files <= {exercise.test_file for exercise in self.record.asked}  # no tests of the kit itself
        asked_for_more = getattr(self.config.option, "verbose", 0) != 0 or self.in_process or self.only_lists
        return only_exercises and not asked_for_more

    def use_starter(self, starter: ForkServer) -> None:
        """Go on as a judge beside others, with learner processes that come from this starter."""
        self.starters = [starter]
        for learner in self.learners.values():
            learner.starter = starter

    # What a person is told.

    def header(self) -> str:
        """Which folder is judged, and how."""
        name = self.folder.relative_to(ROOT) if self.folder.is_relative_to(ROOT) else self.folder
        if self.only_lists:
            return f"convkata lists the checks of {name}/"
        how = self.starters[0].name if self.starters else "in one process: this run does not count"
        torch = sys.modules.get("torch")
        beside = f"with torch {torch.__version__}" if torch else "without torch"
        return f"convkata judges {name}/ {beside}, {how}"

    def command(self) -> str:
        """What to type to be judged again, up to the name of an exercise."""
        options = {ROOT / "exercises": "", ROOT / "solutions": " --solutions"}
        option = options.get(self.folder, f" {shlex.quote(f'--folder={self.folder}')}")
        session = os.environ.get("NOX_CURRENT_SESSION")
        if session == "exercises":
            return f"nox -s exercises --{option}"
        return f"nox -s {session} --" if session else f"pytest{option}"

    def pytest_report_header(self) -> str:
        return self.header()

    def pytest_sessionstart(self) -> None:
        if self.quiet:
            print(self.header(), flush=True)

    def pytest_report_teststatus(self):
        return ("", "", "") if self.quiet else None

    def pytest_terminal_summary(self) -> None:
        if self.quiet and not self.is_watched:
            Report(self.record, self.folder, self.command(), self.diagnosis).write()

    # Which checks there are.

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Find each check's function, count its examples, and drop what was not asked for."""
        items[:] = mark_checks(items, self.record.asked)
        for item in filter(is_check, items):
            self.examples.watch(item)
        self.examples.forget_failures(items)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """What is left after -k, --lf, node ids and other plugins is what was asked for."""
        self.record.planned = dict.fromkeys(key_of(item) for item in session.items if is_check(item))

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.record.deselected += sum(map(is_check, items))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            last = report.longreprtext.strip().splitlines()[-1:] or ["no reason is given"]
            self.record.left_out.append(f"{report.nodeid} cannot be collected: {last[0].removeprefix('E').strip()}")

    # Judging.

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
        for item, following in zip(rest, [*rest, None][1:], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        return True

    def _may_tell_later(self) -> bool:
        """Whether somebody reads the causes of failures, and nobody waits for each check or makes it himself."""
        waits = must_be_alone(self.config.option) or neighbours.run_checks_themselves(self.config)
        return bool(self.starters) and not waits and neighbours.read_failures(self.config)

    def _judged_by(self, pool: JudgePool) -> Iterator[pytest.Item]:
        """The items that judges beside this one have judged; all at the end if somebody reads causes of failures."""
        waits, judged = neighbours.read_failures(self.config), []
        try:
            for number, found in judge_together(pool, [*range(len(pool.tasks))]):
                self.elsewhere.update(zip(pool.tasks[number], found.reports, strict=True))
                judged += pool.tasks[number]
                if not waits:
                    yield from pool.tasks[number]
        finally:
            pool.end()
        yield from judged if waits else ()

    def _judged_here(self, items: list[pytest.Item]) -> Iterator[pytest.Item]:
        """The same by this judge alone: a cause can be told once all is judged that tells it from others."""
        self.finds_for_another = {}
        for item, following in zip(items, [*items, None][1:], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        self.elsewhere, self.finds_for_another = self.finds_for_another, None
        yield from items

    def _pool(self, items: list[pytest.Item]) -> JudgePool | None:
        """Judges beside this one, where there is work for several and the system allows them."""
        if len(self.starters) < 2 or len(items) < 2 or not can_fork():
            return None
        try:
            pool = JudgePool(self, divide(items))
        except OSError:
            return None
        return pool if pool.pids else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Judge beside another judge, or pass on what one has found; plugins around this hook see it as a test."""
        if self.finds_for_another is not None:
            own, hook = runtestprotocol(item, log=False, nextitem=nextitem), self.config.hook
            plain = [hook.pytest_report_to_serializable(config=self.config, report=report) for report in own]
            self.finds_for_another[item] = plain
            return True
        if item not in self.elsewhere:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for plain in self.elsewhere.pop(item):
            report = self.config.hook.pytest_report_from_serializable(config=self.config, data=plain)
            if report.failed and (check := self.record.failure_of(item.stash[EXERCISE], item.name)):
                report.longrepr = self._text(check)
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.begin(item)

    def begin(self, item: pytest.Item) -> None:
        """Nothing of this check has been judged yet."""
        self.examples.count = 0
        if is_check(item):
            learner = self.learners[item.stash[EXERCISE]]
            learner.calls, learner.about = [], item.stash[FUNCTION]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo):
        """Add the check to the record, and let its verdict stand where pytest would show a traceback."""
        report = yield
        if not is_check(item):
            return report
        if report.skipped or hasattr(report, "wasxfail"):
            self.record.left_out.append(f"{item.name} was skipped")
        elif report.when == "call" or report.failed:
            error = call.excinfo.value if call.excinfo else None
            if not self.in_process:
                call.excinfo = None  # a verdict has no traceback; plugins that look for one read the report
            check = check_of(item, error, self.learners[item.stash[EXERCISE]], self.examples)
            self.record.checks.append(check)
            if check.word != "done":
                self.examples.failures.mark(key_of(item))
            if check.word != "done" and not self.in_process:
                report.outcome, report.longrepr = "failed", self._text(check)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo) -> None:
        """With --in-process --pdb, make the call with the wrong answer once more, and stop in the learner's code."""
        error = call.excinfo.value
        error = error.__cause__ if isinstance(error, AnotherFailure) else error
        if self.in_process and self.config.option.usepdb and isinstance(error, WrongAnswerError):
            stop_in_the_last_call(self.learners[node.stash[EXERCISE]], self.config)

    def _text(self, check: Check) -> str:
        """A failure in words; its cause is looked for if somebody reads it, for the first failure of a function."""
        first = next(s for s in self.record.standings_of(check.exercise) if s.function == check.function).failure
        is_read = check is first and self.finds_for_another is None and neighbours.read_failures(self.config)
        diagnosis = self.diagnosis(check) if is_read else Diagnosis()
        return plain_card(check, diagnosis, self.folder, self.command())

    def oracle(self, exercise: Exercise) -> Oracle:
        """The process in which the known answers to an exercise are; it is kept."""
        if exercise not in self.oracles:
            self.oracles[exercise] = Oracle(exercise, self.starters[0])
        return self.oracles[exercise]

    def diagnosis(self, failure: Check) -> Diagnosis:
        """What the known mistakes say of a failure."""
        if id(failure) not in self.diagnoses:
            self.diagnoses[id(failure)] = diagnose(self.record, failure, self.oracle(failure.exercise))
        return self.diagnoses[id(failure)]

    # The end.

    def pytest_keyboard_interrupt(self) -> None:
        self.record.stopped = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Success needs a positive record, whatever pytest thinks."""
        counts = self.only_lists or (self.record.counts_as_done() and not self.in_process)
        if not counts and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self.status = int(session.exitstatus)

    def pytest_unconfigure(self) -> None:
        for process in (*self.learners.values(), *self.oracles.values()):
            with contextlib.suppress(StartError):
                process.end()
        for starter in self.starters:
            starter.close()
