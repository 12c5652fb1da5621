"""Forked workers that take tasks from one list and send back what comes of each.

Of a task whose worker has ended before its time nothing is known.
"""

import os
import signal
import struct
import traceback
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, Pipe, wait

from kit.judge.pickles import unwrap, wrap
from kit.learner.process import end_with_parent

NUMBER = struct.Struct("H")  # of a task; so few bytes are read from a pipe at once or not at all


class Pool:
    """Workers that wait until they are given the numbers of tasks. Subclasses say what a worker does."""

    def __init__(self, tasks: Sequence, workers: int):
        self.tasks = tasks
        self.todo, self.giving = os.pipe()
        self.pids, self.connections = [], []
        self.doing: dict[Connection, int] = {}  # which task each is at
        for worker in range(min(workers, len(tasks))):
            try:
                self._add_worker(worker)
            except OSError:  # the system allows no more processes or pipes: those that are there do the work
                break

    def begin(self) -> None:
        """In a worker, which knows its number, before its first task."""

    def do(self, task) -> object:
        """In a worker: what comes of a task."""
        raise NotImplementedError

    def _add_worker(self, worker: int) -> None:
        ours, theirs = Pipe(duplex=False)
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            self._work(worker, theirs)
        theirs.close()
        self.pids.append(pid)
        self.connections.append(ours)

    def _work(self, worker: int, connection: Connection) -> None:
        """The whole life of a worker."""
        try:
            end_with_parent()
            os.close(self.giving)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which then ends its workers
            self.worker = worker
            self.begin()
            while number := os.read(self.todo, NUMBER.size):
                connection.send_bytes(number)  # so that it is known what is lost, should this process end
                connection.send_bytes(wrap(self.do(self.tasks[NUMBER.unpack(number)[0]])))
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(0)

    def results(self, numbers: Sequence[int]) -> Iterator[tuple[int, object | None]]:
        """What comes of the tasks with these numbers, as it comes; they are begun in this order.

        None stands for a task whose worker has ended before its time.
        """
        os.write(self.giving, b"".join(map(NUMBER.pack, numbers)))
        waiting = set(numbers)
        while waiting and self.connections:
            for connection in wait(self.connections):
                number, result = self._receive(connection)
                if number is not None:
                    waiting.discard(number)
                    yield number, result
        yield from ((number, None) for number in waiting)

    def _receive(self, connection: Connection) -> tuple[int | None, object | None]:
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
