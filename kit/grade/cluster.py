"""Judges parts on a Dask cluster, or on one that is started on this machine. It has the methods of Forks.

Tasks carry the files and not paths, and come back as JSON text: nothing that a learner's code has made is unpickled.
"""

import contextlib
import json
import logging
import math
import queue
import uuid
from collections import deque
from collections.abc import Iterator

from distributed import Client, Future, KilledWorker, LocalCluster

from kit.course.manifest import exercises
from kit.grade.on_worker import Beside, judge_parts
from kit.grade.part import Part

MOST_PARTS = 25 * len(exercises())  # of a task: 25 submissions
MOST_BYTES = 4 << 20  # of the text of a task, a single large part apart
TASKS_PER_WORKER = 4  # at least, so that nobody waits long for the last one
SECONDS_TO_CONNECT = 20
SECONDS_TO_WAIT_FOR_A_WORKER = 60
KILLED = "the workers that judged it were lost, one after the other"


class Cluster:
    """A client of a cluster; without an address, of one with so many workers on this machine."""

    def __init__(self, address: str, jobs: int, how: dict, about: dict, commit: str):
        self.name = f"convkata-{uuid.uuid4().hex}"
        self.ended: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self.running: dict[str, tuple[Future, list[Part]]] = {}
        with contextlib.ExitStack() as opened:
            self.client = opened.enter_context(_client(address, jobs, opened))
            try:
                self.client.register_plugin(Beside(self.name, how, about, commit))
            except Exception as error:  # such as a worker that has no kit, or an older one
                raise ValueError(f"A worker cannot grade: {type(error).__name__}: {error}.") from None
            self.opened = opened.pop_all()

    def judge_all(self, waiting: deque[Part]) -> Iterator[tuple[Part, dict]]:
        """See Forks.judge_all."""
        while waiting or self.running:
            for parts in tasks(waiting, len(self.client.nthreads()) or 1):
                self._submit(parts)
            future = self._next()
            _, parts = self.running.pop(future.key)
            yield from zip(parts, self._found(future, parts), strict=False)

    def _submit(self, parts: list[Part]) -> None:
        text = json.dumps([part.as_plain() for part in parts])
        future = self.client.submit(judge_parts, self.name, text, pure=False)
        self.running[future.key] = future, parts
        future.add_done_callback(self.ended.put)

    def _next(self) -> Future:
        """The next task that has ended. Lost workers' tasks are given to others by the scheduler."""
        while True:
            with contextlib.suppress(queue.Empty):
                future = self.ended.get(timeout=1)
                if future.status in ("finished", "error"):
                    return future
            if self.client.status != "running" or any(f.status == "lost" for f, _ in self.running.values()):
                raise ValueError("The scheduler is gone. What is graded is kept; the same command goes on from there.")

    def _found(self, future: Future, parts: list[Part]) -> list[dict]:
        """What a task found; nothing if its parts are tried again, each for itself."""
        if future.status == "error":
            if not isinstance(error := future.exception(), KilledWorker):
                raise ValueError(f"A worker cannot grade: {type(error).__name__}: {error}.")
            if len(parts) == 1:
                return [{"lost": KILLED}]
            for part in parts:
                self._submit([part])
            return []
        answer = json.loads(future.result())
        if "failed" in answer:
            raise ValueError(answer["failed"])
        return answer["found"]

    def close(self) -> None:
        """Take back what is not judged, and leave the cluster as it was."""
        with self.opened, contextlib.suppress(Exception):  # a scheduler that is gone has nothing to take back
            self.client.cancel([future for future, _ in self.running.values()])
            self.client.unregister_worker_plugin(self.name)


def _client(address: str, jobs: int, opened: contextlib.ExitStack) -> Client:
    logging.disable(logging.CRITICAL)  # what matters is said in a sentence; its loggers have levels of their own
    try:
        where = address or opened.enter_context(_local(jobs))
        client = Client(where, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"No scheduler answers at {address or 'this machine'}: {error}.") from None
    opened.callback(client.close)
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_WAIT_FOR_A_WORKER)
    except TimeoutError:
        raise ValueError(f"The scheduler at {address} has no worker.") from None
    return client


def _local(jobs: int) -> LocalCluster:
    """Workers of one thread each on this machine, which others do not reach; the judges beside them need the memory."""
    no_pages = {"dashboard_address": None, "worker_dashboard_address": None}
    size = {"n_workers": jobs, "threads_per_worker": 1, "processes": True, "memory_limit": 0}
    return LocalCluster(host="127.0.0.1", silence_logs=logging.CRITICAL, **size, **no_pages)


def tasks(waiting: deque[Part], workers: int) -> Iterator[list[Part]]:
    """Take all that waits, in tasks that are neither too large nor too few."""
    most = min(MOST_PARTS, math.ceil(len(waiting) / workers / TASKS_PER_WORKER))
    while waiting:
        parts, size = [], 0
        while waiting and len(parts) < most and (not parts or size + waiting[0].size() <= MOST_BYTES):
            size += waiting[0].size()
            parts.append(waiting.popleft())
        yield parts
