"""The judge as a pytest plugin: learner processes behind the names of the exercises, verdicts instead of tracebacks."""

import functools
import gc
import os
import sys
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, Exercise, exercises
from kit.judge.failures import Failures, Key
from kit.learner.call import LearnerError, NoAnswer, WrongAnswerError
from kit.learner.fork_server import CleanForkServer, ForkServer, FreshInterpreters
from kit.learner.lazy_torch import load_torch, needs_torch
from kit.learner.process import can_fork
from kit.learner.stand_in import InProcess, Learner, Limits
from kit.verdict.board import Report
from kit.verdict.cost_line import cost_of
from kit.verdict.diagnosis import Diagnosis, Oracle, diagnose
from kit.verdict.record import Check, Record
from kit.verdict.values import harmless

MOST_JUDGES = 8  # side by side
FEWEST_EXAMPLES = 15  # a property judged on fewer has not been judged
EXERCISE = pytest.StashKey[Exercise]()
FUNCTION = pytest.StashKey[str]()


class AnotherFailure(BaseException):
    """A check fails beside one that is shown before it: no Exception, so that Hypothesis does not shrink it too."""


class Judge:
    """Judges one folder: puts learners where tests import exercises, and keeps the record."""

    def __init__(
        self,
        config: pytest.Config,
        folder: Path,
        asked: dict[Exercise, list[str]],
        single: bool,
        seconds: float,
        gibibytes: float,
    ):
        self.config, self.folder = config, folder
        self.in_process = config.option.in_process
        self.record, self.failures = Record(asked, single), Failures([])
        self.limits = Limits(call=seconds, memory=int(gibibytes * (1 << 30)))
        self.examples = 0  # judged so far in the running check
        self.status: int | None = None  # of this process, once it is over
        self.is_watched = False  # kit.watch shows what there is to show
        if any(needs_torch(exercise, folder / f"{exercise.name}.py") for exercise in asked):
            load_torch()
        self.starters = self._starters()
        self.starter = next(iter(self.starters), None)
        gc.freeze()  # torch's million objects stay, so no collection need look at them
        self.learners = {exercise: self._learner(exercise) for exercise in exercises()}
        self.oracles: dict[Exercise, Oracle] = {}
        self.costs: dict[Exercise, str] = {}  # what other judges have counted
        sys.modules.update({exercise.name: learner for exercise, learner in self.learners.items()})
        files = {Path(arg.split("::")[0]).resolve() for arg in config.args}
        only_exercises = files <= {exercise.test_file for exercise in asked}  # and no tests of the kit itself
        self.quiet = config.option.verbose == 0 and only_exercises and not self.in_process
        if self.quiet:  # the board takes the place of pytest's own lines
            config.option.verbose, config.option.tbstyle, config.option.reportchars = -2, "no", ""

    def _starters(self) -> list[ForkServer | FreshInterpreters]:
        """One for each judge that works beside others; made before the first operation of torch."""
        if self.in_process:
            return []
        option = self.config.option
        if option.fresh_interpreters:
            return [FreshInterpreters()]
        if not can_fork():
            return [CleanForkServer() if sys.platform == "linux" or option.fork_server else FreshInterpreters()]
        return [ForkServer() for _ in range(1 if must_be_alone(option) else min(cores(), MOST_JUDGES))]

    def use_starter(self, starter: ForkServer) -> None:
        """Go on as a judge beside others, with learner processes that come from this starter."""
        self.starter = starter
        for learner in self.learners.values():
            learner.starter = starter

    def _learner(self, exercise: Exercise) -> Learner:
        path = self.folder / f"{exercise.name}.py"
        if self.in_process:
            return InProcess(exercise, path)
        return Learner(exercise, path, self.starter, self.limits)

    def header(self) -> str:
        """Which folder is judged, and how."""
        name = self.folder.relative_to(ROOT) if self.folder.is_relative_to(ROOT) else self.folder
        how = self.starter.name if self.starter else "in one process: this run does not count"
        torch = sys.modules.get("torch")
        beside = f"with torch {torch.__version__}" if torch else "without torch"
        return f"convkata judges {name}/ {beside}, {how}"

    def command(self) -> str:
        """What to type to be judged again, up to the name of an exercise."""
        if session := os.environ.get("NOX_CURRENT_SESSION"):
            return f"nox -s {session} --"
        options = {ROOT / "exercises": "", ROOT / "solutions": " --solutions"}
        return "pytest" + options.get(self.folder, f" --folder={self.folder}")

    def pytest_report_header(self) -> str:
        return self.header()

    def pytest_sessionstart(self) -> None:
        if self.quiet:
            print(self.header(), flush=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Find each check's function, count its examples, and drop what was not asked for."""
        by_file = {exercise.test_file: exercise for exercise in self.record.asked}
        wanted = []
        for item in items:
            exercise = by_file.get(item.path)
            function = exercise and exercise.function_of(item.originalname)
            if exercise and function not in self.record.asked[exercise]:
                continue
            if exercise:
                item.stash[EXERCISE], item.stash[FUNCTION] = exercise, function
                self._count_examples(item)
            wanted.append(item)
        items[:] = wanted
        self.forget_failures(wanted)

    def forget_failures(self, items: list[pytest.Item]) -> None:
        """None of these checks has failed, as far as is known."""
        self.failures = Failures([key_of(item) for item in items if EXERCISE in item.stash])

    def _count_examples(self, item: pytest.Item) -> None:
        handle = getattr(item.obj, "hypothesis", None)
        if handle is None or hasattr(handle.inner_test, "counted"):
            return
        inner = handle.inner_test

        @functools.wraps(inner)
        def counting(*args: object, **kwargs: object) -> object:
            self.examples += 1
            try:
                return inner(*args, **kwargs)
            except Exception as error:
                self.failures.mark(key_of(item))
                if self.failures.any_before(key_of(item)):
                    raise AnotherFailure from error
                raise

        counting.counted = True
        handle.inner_test = counting

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Judge side by side where there are cores; otherwise let pytest do it, one check after the other."""
        items = [item for item in session.items if EXERCISE in item.stash]
        if len(self.starters) < 2 or len(items) < 2 or session.testsfailed or not can_fork():
            return None
        from kit.judge.parallel import JudgePool, judge_together

        pool = JudgePool(self, divide(items))
        try:
            for number, found in judge_together(pool, [*range(len(pool.tasks))]):
                for item, reports in zip(pool.tasks[number], found.reports, strict=True):
                    self._pass_on(item, reports)
        finally:
            pool.end()
        rest = [item for item in session.items if EXERCISE not in item.stash]  # such as the kit's own
        for item, following in zip(rest, [*rest, None][1:], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        return True

    def _pass_on(self, item: pytest.Item, reports: list[dict]) -> None:
        """Let pytest hear of a check that another judge has made."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for plain in reports:
            report = self.config.hook.pytest_report_from_serializable(config=self.config, data=plain)
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.record.left_out += [f"{item.name} was deselected" for item in items if EXERCISE in item.stash]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.begin(item)

    def begin(self, item: pytest.Item) -> None:
        """Nothing of this check has been judged yet."""
        self.examples = 0
        if EXERCISE in item.stash:
            self.learners[item.stash[EXERCISE]].calls = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo):
        """Add the check to the record, and let its verdict stand where pytest would show a traceback."""
        report = yield
        if EXERCISE not in item.stash:
            return report
        if report.skipped or hasattr(report, "wasxfail"):
            self.record.left_out.append(f"{item.name} was skipped")
        elif report.when == "call" or report.failed:
            check = self._check(item, call)
            self.record.checks.append(check)
            if check.word != "done":
                self.failures.mark(key_of(item))
            if check.word != "done" and not self.in_process:
                report.outcome = "failed"
                why = "\n".join(filter(None, (check.account, check.because)))
                report.longrepr = f"{check.word}: {check.function}\n{harmless(why)}"
        return report

    def _check(self, item: pytest.Item, call: pytest.CallInfo) -> Check:
        exercise, function = item.stash[EXERCISE], item.stash[FUNCTION]
        learner = self.learners[exercise]
        about = functools.partial(Check, exercise, function, item.originalname, calls=tuple(learner.calls))
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, AnotherFailure):
            error = error.__cause__
        if isinstance(error, LearnerError | NoAnswer):
            known = error.account
            kind = f"{known.types[0]}: " if known.types and known.word in ("crashed", "cannot import") else ""
            gist = {"account": kind + known.message, "call": known.call, "lines": known.lines, "printed": known.printed}
            return about(known.word, **gist)
        if error:
            gist = {"account": str(error) or type(error).__name__}
            if isinstance(error, WrongAnswerError):
                gist = {"account": error.what, "because": error.because, "values": error.values}
            return about("wrong", **gist, call=learner.last_call, printed=learner.printed)
        if hasattr(item.obj, "hypothesis") and self.examples < FEWEST_EXAMPLES:
            return about("not judged", f"only {self.examples} examples were judged, of {FEWEST_EXAMPLES} at least")
        return about("done")

    def pytest_report_teststatus(self):
        return ("", "", "") if self.quiet else None

    def pytest_terminal_summary(self) -> None:
        if self.quiet and not self.is_watched:
            Report(self.record, self.folder, self.command(), self.diagnosis, self.cost).write()

    def oracle(self, exercise: Exercise) -> Oracle:
        """The process in which the known answers to an exercise are; it is kept."""
        if exercise not in self.oracles:
            self.oracles[exercise] = Oracle(exercise, self.starter)
        return self.oracles[exercise]

    def diagnosis(self, failure: Check) -> Diagnosis:
        """What the known mistakes say of a failure."""
        return diagnose(self.record, failure, self.oracle(failure.exercise))

    def cost(self, exercise: Exercise) -> str:
        """What the largest call of the last function of a finished exercise cost, if it computes with tensors."""
        if exercise in self.costs:
            return self.costs[exercise]
        return cost_of(self.record, exercise, self.learners[exercise])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Success needs a positive record, whatever pytest thinks."""
        counts = self.record.counts_as_done() and not self.in_process
        if not counts and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self.status = int(session.exitstatus)

    def pytest_unconfigure(self) -> None:
        for process in (*self.learners.values(), *self.oracles.values()):
            process.end()
        for starter in self.starters:
            starter.close()


def key_of(item: pytest.Item) -> Key:
    """What is the same for all cases of a check."""
    return item.stash[EXERCISE], item.stash[FUNCTION], item.originalname


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def divide(items: list[pytest.Item]) -> list[list[pytest.Item]]:
    """Tasks for judges side by side: whole exercises, or of a single one its checks."""
    by_exercise: dict[Exercise, list[pytest.Item]] = {}
    for item in items:
        by_exercise.setdefault(item.stash[EXERCISE], []).append(item)
    return [*by_exercise.values()] if len(by_exercise) > 1 else [[item] for item in items]


def must_be_alone(option: object) -> bool:
    """Whether options ask for one check after the other: to stop at a failure, to look into it, to see what is said."""
    alone = ("maxfail", "usepdb", "trace", "setuponly", "setupshow", "setupplan", "collectonly", "stepwise")
    return any(getattr(option, name, False) for name in alone) or getattr(option, "capture", "") == "no"
