"""The judge of one folder: learners behind the names of the exercises, the record, and what explains a failure."""

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, Exercise, exercises
from kit.course.mistakes import Answer
from kit.judge import neighbours, torch_stand_in
from kit.judge.asking import Asked, command_for
from kit.judge.examples import Examples
from kit.judge.items import EXERCISE, FUNCTION, is_check
from kit.judge.kept import Kept
from kit.judge.starters import starters_for
from kit.learner import wall
from kit.learner.fork_server import ForkServer
from kit.learner.in_process import InProcess
from kit.learner.lazy_torch import load_torch, needs_torch
from kit.learner.stand_in import Learner
from kit.learner.workers import Limits
from kit.verdict.diagnosis import Diagnosis, Oracle, diagnose
from kit.verdict.record import Check, Record
from kit.verdict.settings import settings
from kit.verdict.speed import speed_in_words
from kit.verdict.state import state
from kit.verdict.when import when
from kit.verdict.words import words

Reports = list[dict]  # pytest's own of one item, made plain


class Judge:
    """What the plugins share: the folder that is judged, its learners, and the record."""

    def __init__(self, config: pytest.Config, folder: Path, asked: Asked, limits: Limits, kept: Kept | None = None):
        self.config, self.folder, self.limits = config, folder, limits
        self.in_process, self.only_lists = config.option.in_process, config.option.collectonly
        self.kept, self.to_judge = kept, kept.to_judge() if kept else asked.functions
        self.record = Record(asked.functions, asked.by_hand, kept=kept.verdicts if kept else {})
        self.examples = Examples()
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
        self.is_quiet = self._is_board_enough()
        if self.is_quiet:  # the board takes the place of pytest's own lines
            config.option.verbose, config.option.tbstyle, config.option.reportchars = -2, "no", ""
            config.option.disable_warnings = True

    def begin_to_judge(self) -> None:
        """Load what the exercises need, and make what starts learner processes: in this order, and before all else."""
        self.starters, asked = [], self.to_judge
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
        for other in self.starters:
            if other is not starter:
                other.disconnect()
        self.starters = [starter]
        for learner in self.learners.values():
            learner.workers.starter = starter

    def use_folder(self, folder: Path) -> None:
        """Go on as the judge of another folder."""
        self.folder = folder
        for exercise, learner in self.learners.items():
            learner.path = learner.workers.path = folder / f"{exercise.name}.py"

    def begin(self, item: pytest.Item) -> None:
        """Nothing of this check has been judged yet."""
        self.examples.count = 0
        if is_check(item):
            learner = self.learners[item.stash[EXERCISE]]
            learner.calls, learner.about = [], item.stash[FUNCTION]

    def header(self) -> str:
        """Which folder is judged, and how."""
        name = self.folder.relative_to(ROOT) if self.folder.is_relative_to(ROOT) else self.folder
        if self.only_lists:
            return f"convkata lists the checks of {name}/"
        how = self.starters[0].name if self.starters else "in one process: this run does not count"
        torch = sys.modules.get("torch")
        beside = f"with torch {torch.__version__}" if torch else "without torch"
        wall_line = f"\n{wall.name(self.folder)}" if self.starters else ""
        return f"convkata judges {name}/ {beside}, {how}{wall_line}"

    def command(self) -> str:
        """What to type to be judged again, up to the name of an exercise."""
        return command_for(self.folder)

    def oracle(self, exercise: Exercise) -> Oracle:
        """The process in which the known answers to an exercise are; it is kept."""
        if exercise not in self.oracles:
            self.oracles[exercise] = Oracle(exercise, self.starters[0])
        return self.oracles[exercise]

    def diagnosis(self, failure: Check) -> Diagnosis:
        """What the known mistakes say of a failure."""
        if id(failure) not in self.diagnoses:
            found = diagnose(self.record, failure, self.oracle(failure.exercise))
            is_named = isinstance(found.mistake, Answer)  # its cause says more, and sooner
            self.diagnoses[id(failure)] = found if is_named else replace(found, when=self._when(failure))
        return self.diagnoses[id(failure)]

    def speeds(self) -> list[str]:
        """How fast functions are that were found to be done just now; nothing hangs on it."""
        found = []
        for exercise in self.record.asked:
            standings = {s.function: s for s in self.record.standings_of(exercise)}
            standing = standings.get(exercise.speed)
            if self.starters and standing and standing.word == "done" and not standing.is_kept:
                learner = Learner(exercise, self.learners[exercise].path, self.starters[0], self.limits)
                found += speed_in_words(exercise, learner)
        return found

    def _when(self, failure: Check) -> str:
        """After what, or on which inputs, a function fails; a learner of its own is asked: no verdict depends on it."""
        limits = replace(self.limits, call=min(1.0, self.limits.call))
        learner = Learner(failure.exercise, self.learners[failure.exercise].path, self.starters[0], limits)
        try:
            oracle = self.oracle(failure.exercise)
            said = state(self.record, failure, oracle, learner) or words(self.record, failure, oracle)
            said = said or settings(self.record, failure, oracle, learner)
            return said or when(self.record, failure, oracle, learner)
        finally:
            learner.end()
