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
LONG_START = 10.0  # seconds, of a start where torch or other packages are imported


class Workers:
    """Starts a process where there is none, sends it a call, waits for the reply, and ends it."""

    def __init__(self, exercise: Exercise, path: Path, starter: ForkServer | FreshInterpreters, limits: Limits):
        self.exercise, self.path, self.starter, self.limits = exercise, path, starter, limits
        self.processes: dict[tuple[str, bool], LearnerProcess] = {}  # by the accelerator, and whether all is allowed
        self.accelerator, self.allows_all = devices.CPU, False  # in the call that is being made
        self.printed = ""  # in that call
        self.refused = ""  # in that call: what was not allowed
        self.used = 0.0  # seconds, by that call

    @property
    def process(self) -> LearnerProcess | None:
        """The one for the call that is being made."""
        return self.processes.get((self.accelerator, self.allows_all))

    def start(self, accelerator: str, allows_all: bool = False) -> dict | None:
        """Have a process with this accelerator; returns its first reply, or None if it was there before.

        One to which all is allowed is another one: what is taken out of PyTorch's dispatcher cannot be put back.

        Raises StartError if none can be started, and what `exchange` raises.
        """
        self.accelerator, self.allows_all, self.used = accelerator, allows_all and bool(self.exercise.forbidden), 0.0
        if self.process:
            return None
        self.processes[self.accelerator, self.allows_all] = self.starter.start(self.job())
        return self.exchange(None, b"", self.seconds_to_start())[0]

    def exchange(self, header: dict | None, body: bytes, seconds: float) -> tuple[dict, bytearray]:
        """Send a call, or nothing, and wait for the reply.

        Raises TimeoutError, EOFError or ConnectionError if the process has ended, or MalformedError.
        """
        budget = Budget(seconds + self.limits.grace, self.process.pid)
        try:
            self.refused = ""
            if header:
                self.process.channel.send(header, body, budget)
            reply, body = self._receive(budget)
        finally:
            self.used = budget.used()
        if not self.refused:
            return reply, body
        rest = {name: reply[name] for name in ("lines", "threads") if name in reply}
        return {"word": "not allowed", "message": self.refused, **rest}, bytearray()

    def _receive(self, budget: Budget) -> tuple[dict, bytearray]:
        while True:
            reply, body = self.process.channel.receive(budget)
            if "printed" in reply:
                self.printed = (self.printed + str(reply["printed"]))[:LONGEST]
            elif "refused" in reply:
                self.refused = self.refused or str(reply["refused"])[:LONGEST]
            else:
                return reply, body

    def end(self) -> int:
        """End all of them; the next call starts another. Returns the exit status of the one that was called last.

        Raises StartError if what started them is gone, and with it the processes.
        """
        processes, self.processes = self.processes, {}
        ended = {key: process.end() for key, process in processes.items()}
        return ended.get((self.accelerator, self.allows_all), 0)

    def seconds_to_start(self) -> float:
        """How long a start may take; what is no doing of the learner's is added to the time of a call."""
        return self._seconds_of_kit() + seconds_to_import(self.path, self.limits.call)

    def _seconds_of_kit(self) -> float:
        """How long it may take at most until the learner's file is imported; 0 where a fork has all it needs."""
        on_device = devices.SECONDS_TO_START.get(self.accelerator, 0.0)
        return self.starter.seconds_to_start + on_device + SECONDS_TO_LOAD * bool(loaded_before(self.path))

    def used_by_file(self) -> float:
        """How much of the last start was taken by the learner's file: where the kit takes long too, what is beyond."""
        return max(0.0, self.used - LONG_START * bool(self.used and self._seconds_of_kit()))

    def job(self) -> Job:
        """What a process is told when it starts."""
        return Job(
            path=str(self.path),
            probes=str(ROOT / "tests" / "probes" / f"{self.exercise.name}.py"),
            forbidden=[] if self.allows_all else list(self.exercise.forbidden),
            functions=list(self.exercise.functions),
            seconds=self.limits.call,
            import_seconds=seconds_to_import(self.path, self.limits.call),
            memory=self.limits.memory,
            accelerator=self.accelerator,
            wall=self.limits.wall,
        )
