"""Several judges side by side: forks of one that has collected, each with learner processes of its own.

The judge that made them collects what they found; of a check whose judge has ended before its time nothing counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from kit.judge.pool import Pool
from kit.judge.reports import run_in_order
from kit.verdict.cost_line import numbers_in
from kit.verdict.diagnosis import a_few
from kit.verdict.record import Check

Task = list[pytest.Item]


@dataclass
class TaskResult:
    """What came of one task."""

    checks: list[Check]
    left_out: list[str]
    reports: list[list[dict]]  # of each item: pytest's own, made plain


class JudgePool(Pool):
    """A judge for each starter that the first judge has."""

    def __init__(self, judge, tasks: list[Task]):
        self.judge = judge
        super().__init__(tasks, len(judge.starters))

    def begin(self) -> None:
        """Take learner processes from a starter of its own."""
        self.judge.use_starter(self.judge.starters[self.worker])

    def do(self, task: Task) -> TaskResult:
        """Make these checks."""
        record, self.judge.finds_for_another = self.judge.record, {}
        checks, left_out = len(record.checks), len(record.left_out)
        run_in_order(task)
        reports = [self.judge.finds_for_another[item] for item in task]
        return TaskResult([lighter(check) for check in record.checks[checks:]], record.left_out[left_out:], reports)

    def found(self, numbers: list[int]) -> Iterator[tuple[int, TaskResult | None]]:
        """What comes of the tasks with these numbers, as it comes; None where a judge has ended before its time.

        Those with the most properties are begun first, so that no judge is left alone with a long one.
        """
        return self.results(
            sorted(numbers, key=lambda n: -sum(hasattr(item.obj, "hypothesis") for item in self.tasks[n]))
        )


def lighter(check: Check) -> Check:
    """A check that held with fewer calls: the largest, whose cost is said, and those that a diagnosis asks for."""
    if check.word != "done" or not check.calls:
        return check
    return replace(check, calls=(max(check.calls, key=numbers_in), *a_few(check)[-2::-1]))


def judge_together(pool: JudgePool, numbers: list[int]) -> Iterator[tuple[int, TaskResult]]:
    """Have tasks judged side by side; the record grows while one goes through what was found, in the order of tasks."""
    record, before, kept = pool.judge.record, pool.judge.record.checks, {}
    for number, found in pool.found(numbers):
        if found is None:
            record.left_out.append(f"{pool.tasks[number][0].name}: its judge ended before its time")
            continue
        kept[number] = found
        record.checks = before + [check for n in sorted(kept) for check in kept[n].checks]
        record.left_out += found.left_out
        yield number, found
