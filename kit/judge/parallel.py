"""Several judges side by side: forks of one that has collected, which take tasks from one list.

Each has learner processes of its own. The judge that made them collects what they found; of a task whose judge has
ended before its time nothing is known, and nothing counts.
"""

import os
import signal
import struct
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, Pipe, wait

import pytest

from kit.judge.pickles import unwrap, wrap
from kit.learner.fork_server import ForkServer
from kit.learner.process import end_with_parent
from kit.verdict.cost_line import numbers_in
from kit.verdict.diagnosis import a_few
from kit.verdict.record import Check

Task = list[pytest.Item]
NUMBER = struct.Struct("H")  # of a task; so few bytes are read from a pipe at once or not at all


@dataclass
class TaskResult:
    """What came of one task."""

    checks: list[Check]
    left_out: list[str]
    reports: list[list[dict]]  # of each item: pytest's own, made plain


class JudgePool:
    """Forks a worker for each starter that the judge has; they wait until they are given the numbers of tasks."""

    def __init__(self, judge, tasks: list[Task]):
        self.judge, self.tasks = judge, tasks
        self.todo, self.giving = os.pipe()
        self.pids, self.connections = [], []
        self.doing: dict[Connection, int] = {}  # which task each is at
        for starter in judge.starters[: len(tasks)]:
            try:
                self._add_worker(starter)
            except OSError:  # the system allows no more processes or pipes: those that are there do the work
                break

    def _add_worker(self, starter: ForkServer) -> None:
        ours, theirs = Pipe(duplex=False)
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            self._work(starter, theirs)
        theirs.close()
        self.pids.append(pid)
        self.connections.append(ours)

    def _work(self, starter: ForkServer, connection: Connection) -> None:
        """The whole life of a worker."""
        try:
            end_with_parent()
            os.close(self.giving)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the judge, which then ends its workers
            self.judge.use_starter(starter)
            while number := os.read(self.todo, NUMBER.size):
                connection.send_bytes(number)  # so that it is known what is lost, should this process end
                connection.send_bytes(wrap(self._find(self.tasks[NUMBER.unpack(number)[0]])))
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(0)

    def _find(self, task: Task) -> TaskResult:
        record, self.judge.finds_for_another = self.judge.record, {}
        checks, left_out = len(record.checks), len(record.left_out)
        for item, following in zip(task, [*task, None][1:], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        reports = [self.judge.finds_for_another[item] for item in task]
        return TaskResult([lighter(check) for check in record.checks[checks:]], record.left_out[left_out:], reports)

    def found(self, numbers: list[int]) -> Iterator[tuple[int, TaskResult | None]]:
        """What comes of the tasks with these numbers, as it comes; None where a worker has ended before its time.

        Those with the most properties are given first, so that no worker is left alone with a long one.
        """
        heaviest_first = sorted(numbers, key=lambda n: -sum(hasattr(item.obj, "hypothesis") for item in self.tasks[n]))
        os.write(self.giving, b"".join(map(NUMBER.pack, heaviest_first)))
        waiting = set(numbers)
        while waiting and self.connections:
            for connection in wait(self.connections):
                number, found = self._receive(connection)
                if number is not None:
                    waiting.discard(number)
                    yield number, found
        yield from ((number, None) for number in waiting)

    def _receive(self, connection: Connection) -> tuple[int | None, TaskResult | None]:
        """One word of a worker: a number says that it begins with this task."""
        try:
            word = connection.recv_bytes()
        except EOFError:
            self.connections.remove(connection)
            return self.doing.pop(connection, None), None
        if len(word) == NUMBER.size:
            (self.doing[connection],) = NUMBER.unpack(word)
            return None, None
        return self.doing.pop(connection), unwrap(word)

    def end(self) -> None:
        """End the workers."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for connection in self.connections:
            connection.close()
        os.close(self.todo)
        os.close(self.giving)


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
