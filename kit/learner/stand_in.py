"""The judge's side of a learner process: call a function by name, get plain data back or a verdict."""

import contextlib
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kit.course.manifest import ROOT, Exercise
from kit.learner import devices
from kit.learner.account import account_of, ending
from kit.learner.budget import Budget
from kit.learner.call import (
    Account,
    Call,
    ChangedInputError,
    LearnerError,
    NoAnswer,
    ProbeResult,
    RecordedCall,
)
from kit.learner.fork_server import ForkServer, FreshInterpreters
from kit.learner.lazy_torch import SECONDS_TO_LOAD, loaded_before, seconds_to_import
from kit.learner.printed import LONGEST
from kit.learner.process import LearnerProcess
from kit.learner.protocol import MalformedError, pack, unpack
from kit.learner.worker import Job

MOST_CALLS = 48  # calls kept of one check
EVERYTHING = "*"  # in place of the name of a function


@dataclass(frozen=True)
class Limits:
    """What a learner's code may take."""

    call: float = 5.0  # seconds
    grace: float = 1.0  # seconds, for a process to tell by itself that its time is up, and on which line
    exercise: float = 120.0  # seconds, for all calls of one exercise together
    memory: int = 4 << 30  # bytes, above what the process has when it starts


DEFAULT_LIMITS = Limits()


class Learner:
    """Stands for one exercise file: an attribute is a function of that file, run in a process of its own."""

    def __init__(
        self, exercise: Exercise, path: Path, starter: ForkServer | FreshInterpreters, limits: Limits = DEFAULT_LIMITS
    ):
        self.exercise, self.path, self.starter, self.limits = exercise, path, starter, limits
        self.processes: dict[str, LearnerProcess] = {}  # by the accelerator that each of them has
        self.accelerator = devices.CPU  # of the call that is being made
        self.last_call: Call | None = None
        self.calls: list[RecordedCall] = []  # since somebody emptied it
        self.printed = ""
        self.seconds_left = limits.exercise
        self.about = ""  # the function that is being judged
        self.final: dict[str, Account] = {}  # functions that are not called again; EVERYTHING is all of them

    def __getattr__(self, function: str) -> Callable:
        if function.startswith("__"):
            raise AttributeError(function)
        return functools.partial(self._ask, {"function": function})

    def run(self, probe: Callable, *args: object, accelerator: str = devices.CPU, **kwargs: object) -> object:
        """Run a function of tests/probes/ beside the learner's module, which is its first argument.

        The process has the accelerator and no other, see kit.learner.devices; devices.CPU stands for none.
        """
        header = {"probe": probe.__name__, "accelerator": accelerator}
        return self._ask(header, *args, paste_=getattr(probe, "paste", None), **kwargs)

    def repeat(self, recorded: RecordedCall, place: str) -> RecordedCall:
        """Make a call again, to the functions that stand under the name `place` in the learner's file."""
        self.calls.clear()
        self.about = place
        with contextlib.suppress(LearnerError, NoAnswer, ChangedInputError):
            self._ask({**recorded.header, "in": place}, *recorded.args, **recorded.kwargs)
        return self.calls[-1]

    def cost(self, recorded: RecordedCall, place: str = "") -> dict | None:
        """Make a call again and count what it takes: multiply-adds, and numbers read."""
        self._start(recorded.header)
        tree, body = pack((list(recorded.args), recorded.kwargs))
        where = {"in": place} if place else {}
        reply, _ = self._exchange({**recorded.header, **where, "count": True, "arguments": tree}, body)
        counted = self._guarded(lambda: dict(reply.get("cost", {})))
        return {name: number for name, number in counted.items() if type(number) is int}

    def end(self) -> int:
        """End its processes; the next call starts another. Returns the exit status of the one that was called last.

        Raises StartError if what started them is gone, and with it the processes.
        """
        processes, self.processes = self.processes, {}
        ended = {accelerator: process.end() for accelerator, process in processes.items()}
        return ended.get(self.accelerator, 0)

    @property
    def process(self) -> LearnerProcess | None:
        """The one that has the accelerator of the call that is being made."""
        return self.processes.get(self.accelerator)

    def _ask(self, header: dict, /, *args: object, paste_: Callable | None = None, **kwargs: object) -> object:
        self.last_call = Call(header.get("function", ""), args, tuple(kwargs.items()), paste_)
        self.printed = ""
        started = time.monotonic()

        def keep(**outcome: object) -> None:
            self._record(RecordedCall(header, args, kwargs, seconds=time.monotonic() - started, **outcome))

        try:
            value = self._answer(header, args, kwargs)
            value = ProbeResult(value) if "probe" in header and isinstance(value, dict) else value
        except ChangedInputError as error:
            keep(changed=error.what)
            raise
        except (LearnerError, NoAnswer) as error:
            keep(account=error.account)
            raise
        keep(value=value)
        return value

    def _record(self, recorded: RecordedCall) -> None:
        """Keep the first half of the calls and the last: the last one is the smallest that fails."""
        if len(self.calls) >= MOST_CALLS:
            del self.calls[MOST_CALLS // 2]
        self.calls.append(recorded)

    def _answer(self, header: dict, args: tuple, kwargs: dict) -> object:
        self._refuse_if_final()
        self._start(header)
        tree, body = pack((list(args), kwargs))
        reply, body = self._exchange({**header, "arguments": tree}, body)
        if reply.get("threads"):
            self.end()  # a thread that still runs could disturb the next call
        if "value" not in reply:
            self._raise(self._guarded(lambda: account_of(reply, self.printed, self.last_call)))
        if reply.get("changed"):
            names = " and ".join(map(str, reply["changed"]))[:200]
            raise ChangedInputError(f"the call changed its {names}", "it belongs to the caller: work on a copy")
        return self._guarded(lambda: unpack(reply["value"], body))

    def _start(self, header: dict) -> None:
        self.accelerator = header.get("accelerator", devices.CPU)
        if self.process:
            return
        self.processes[self.accelerator] = self.starter.start(self._job())
        reply, _ = self._exchange(None, b"")
        if "value" not in reply:
            account = self._guarded(lambda: account_of(reply, self.printed, self.last_call))
            word = "cannot import" if account.word in ("crashed", "not started") else account.word
            self._stop_for_good(replace(account, word=word, call=None), EVERYTHING)

    def _job(self) -> Job:
        return Job(
            path=str(self.path),
            probes=str(ROOT / "tests" / "probes" / f"{self.exercise.name}.py"),
            forbidden=list(self.exercise.forbidden),
            seconds=self.limits.call,
            memory=self.limits.memory,
            accelerator=self.accelerator,
        )

    def _exchange(self, header: dict | None, body: bytes) -> tuple[dict, bytearray]:
        """Send a call, or nothing, and wait for the reply; whatever goes wrong becomes a verdict."""
        limit = min(self.limits.call, self.seconds_left) if header else self._seconds_to_start()
        budget = Budget(limit + self.limits.grace, self.process.pid)
        try:
            if header:
                self.process.channel.send(header, body, budget)
            return self._guarded(lambda: self._receive_reply(budget))
        except TimeoutError:
            slow = Account("too slow", f"no answer after {limit:.2g} s", call=self.last_call)
            self._stop_for_good(slow, self.about if header else EVERYTHING)
        except (EOFError, ConnectionError):
            end = ending(self.end())
            if header is None:
                self._stop_for_good(Account("cannot import", end, printed=self.printed), EVERYTHING)
            raise NoAnswer(Account("crashed", end, printed=self.printed, call=self.last_call)) from None
        finally:
            self.seconds_left -= budget.used() if header else 0

    def _seconds_to_start(self) -> float:
        """How long a start may take; what is no doing of the learner's is added to the time of a call."""
        kit = self.starter.seconds_to_start + devices.SECONDS_TO_START.get(self.accelerator, 0.0)
        return kit + seconds_to_import(self.path, self.limits.call) + SECONDS_TO_LOAD * bool(loaded_before(self.path))

    def _receive_reply(self, budget: Budget) -> tuple[dict, bytearray]:
        while True:
            reply, body = self.process.channel.receive(budget)
            if "printed" not in reply:
                return reply, body
            self.printed = (self.printed + str(reply["printed"]))[:LONGEST]

    def _guarded(self, read: Callable) -> object:
        try:
            return read()
        except (MalformedError, KeyError, TypeError, ValueError) as error:
            self.end()
            raise NoAnswer(Account("crashed", f"the answer is unreadable: {error}", call=self.last_call)) from None

    def _raise(self, account: Account) -> None:
        if account.word == "too slow":
            self._stop_for_good(replace(account, message=f"no answer after {self.limits.call:g} s"), self.about)
        raise LearnerError(account) if account.word == "crashed" else NoAnswer(account)

    def _stop_for_good(self, account: Account, function: str) -> None:
        """Do not call this function again, or none at all; the others are called in a new process."""
        self.end()
        self.final[function] = account
        raise NoAnswer(account) from None

    def _refuse_if_final(self) -> None:
        for function in (EVERYTHING, self.about):
            if function in self.final:
                raise NoAnswer(self.final[function])
        if self.seconds_left <= 0:
            sentence = f"its calls took more than {self.limits.exercise:g} s together"
            self._stop_for_good(Account("too slow", sentence, call=self.last_call), EVERYTHING)
