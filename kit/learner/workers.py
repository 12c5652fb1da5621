"""The learner processes of one exercise file, as the judge talks to them: one for each accelerator."""

from dataclasses import dataclass
from pathlib import Path

from kit.course.manifest import ROOT, Exercise
from kit.learner import devices
from kit.learner.budget import Budget
from kit.learner.fork_server import ForkServer, FreshInterpreters
from kit.learner.lazy_torch import SECONDS_TO_LOAD, loaded_before, seconds_to_import
from kit.learner.printed import LONGEST
from kit.learner.process import LearnerProcess
from kit.learner.wall import PARTS
from kit.learner.worker import Job


@dataclass(frozen=True)
class Limits:
    """What a learner's code may take."""

    call: float = 5.0  # seconds
    grace: float = 1.0  # seconds, for a process to tell by itself that its time is up, and on which line
    exercise: float = 120.0  # seconds, for all calls of one exercise together
    memory: int = 4 << 30  # bytes, above what the process has when it starts
    wall: tuple[str, ...] = PARTS  # what is built around it, where the system has it


DEFAULT_LIMITS = Limits()


class Workers:
    """Starts a process where there is none, sends it a call, waits for the reply, and ends it."""

    def __init__(self, exercise: Exercise, path: Path, starter: ForkServer | FreshInterpreters, limits: Limits):
        self.exercise, self.path, self.starter, self.limits = exercise, path, starter, limits
        self.processes: dict[str, LearnerProcess] = {}  # by the accelerator that each of them has
        self.accelerator = devices.CPU  # of the call that is being made
        self.printed = ""  # in that call
        self.used = 0.0  # seconds, by that call

    @property
    def process(self) -> LearnerProcess | None:
        """The one that has the accelerator of the call that is being made."""
        return self.processes.get(self.accelerator)

    def start(self, accelerator: str) -> dict | None:
        """Have a process with this accelerator; returns its first reply, or None if it was there before.

        Raises StartError if none can be started, and what `exchange` raises.
        """
        self.accelerator = accelerator
        if self.process:
            return None
        self.processes[accelerator] = self.starter.start(self.job())
        return self.exchange(None, b"", self.seconds_to_start())[0]

    def exchange(self, header: dict | None, body: bytes, seconds: float) -> tuple[dict, bytearray]:
        """Send a call, or nothing, and wait for the reply.

        Raises TimeoutError, EOFError or ConnectionError if the process has ended, or MalformedError.
        """
        budget = Budget(seconds + self.limits.grace, self.process.pid)
        try:
            if header:
                self.process.channel.send(header, body, budget)
            return self._receive(budget)
        finally:
            self.used = budget.used()

    def _receive(self, budget: Budget) -> tuple[dict, bytearray]:
        while True:
            reply, body = self.process.channel.receive(budget)
            if "printed" not in reply:
                return reply, body
            self.printed = (self.printed + str(reply["printed"]))[:LONGEST]

    def end(self) -> int:
        """End all of them; the next call starts another. Returns the exit status of the one that was called last.

        Raises StartError if what started them is gone, and with it the processes.
        """
        processes, self.processes = self.processes, {}
        ended = {accelerator: process.end() for accelerator, process in processes.items()}
        return ended.get(self.accelerator, 0)

    def seconds_to_start(self) -> float:
        """How long a start may take; what is no doing of the learner's is added to the time of a call."""
        kit = self.starter.seconds_to_start + devices.SECONDS_TO_START.get(self.accelerator, 0.0)
        return kit + seconds_to_import(self.path, self.limits.call) + SECONDS_TO_LOAD * bool(loaded_before(self.path))

    def job(self) -> Job:
        """What a process is told when it starts."""
        return Job(
            path=str(self.path),
            probes=str(ROOT / "tests" / "probes" / f"{self.exercise.name}.py"),
            forbidden=list(self.exercise.forbidden),
            functions=list(self.exercise.functions),
            seconds=self.limits.call,
            memory=self.limits.memory,
            accelerator=self.accelerator,
            wall=self.limits.wall,
        )
