"""The judge's side of a learner process: call a function by name, get plain data back or a verdict."""

import contextlib
import functools
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kit.course.manifest import ROOT, Exercise
from kit.learner import devices
from kit.learner.call import (
    WITHOUT_ANSWER,
    Account,
    Call,
    ChangedInputError,
    LearnerError,
    NoAnswer,
    ProbeResult,
    RecordedCall,
)
from kit.learner.fork_server import ForkServer, FreshInterpreters
from kit.learner.process import LearnerProcess
from kit.learner.protocol import MalformedError, pack, unpack
from kit.learner.worker import LONGEST_PRINT, Job, load_module

MOST_CALLS = 48  # calls kept of one check


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
        self.final: Account | None = None  # once it is too slow or cannot be imported, it is not called again

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
        """End its processes; the next call starts another. Returns the exit status of the one that was called last."""
        ended = {accelerator: process.end() for accelerator, process in self.processes.items()}
        self.processes.clear()
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
            self._raise(self._guarded(lambda: self._account(reply)))
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
            account = self._guarded(lambda: self._account(reply))
            word = "cannot import" if account.word in ("crashed", "not started") else account.word
            self._stop_for_good(replace(account, word=word, call=None))

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
        started = time.monotonic()
        limit = min(self.limits.call, self.seconds_left) if header else self.limits.call + self._seconds_to_start()
        try:
            if header:
                self.process.channel.send(header, body, started + limit)
            return self._guarded(lambda: self._receive_reply(started + limit + self.limits.grace))
        except TimeoutError:
            self._stop_for_good(Account("too slow", f"no answer after {limit:.2g} s", call=self.last_call))
        except (EOFError, ConnectionError):
            end = ending(self.end())
            if header is None:
                self._stop_for_good(Account("cannot import", end, printed=self.printed))
            raise NoAnswer(Account("crashed", end, printed=self.printed, call=self.last_call)) from None
        finally:
            self.seconds_left -= time.monotonic() - started if header else 0

    def _seconds_to_start(self) -> float:
        """What a start may take beyond the learner's own time."""
        return self.starter.seconds_to_start + devices.SECONDS_TO_START.get(self.accelerator, 0.0)

    def _receive_reply(self, deadline: float) -> tuple[dict, bytearray]:
        while True:
            reply, body = self.process.channel.receive(deadline)
            if "printed" not in reply:
                return reply, body
            self.printed = (self.printed + str(reply["printed"]))[:LONGEST_PRINT]

    def _guarded(self, read: Callable) -> object:
        try:
            return read()
        except (MalformedError, KeyError, TypeError, ValueError) as error:
            self.end()
            raise NoAnswer(Account("crashed", f"the answer is unreadable: {error}", call=self.last_call)) from None

    def _account(self, reply: dict) -> Account:
        """What a reply tells, taken with care: it comes from the learner's process, which might say "done"."""
        if reply["word"] not in WITHOUT_ANSWER:
            raise ValueError(f"no verdict: {reply['word']!r}"[:100])
        lines = tuple((int(number), str(source)[:200]) for number, source in reply.get("lines", ()))[:3]
        types = tuple(str(name)[:100] for name in reply.get("types", ()))
        return Account(str(reply["word"]), str(reply["message"])[:500], types, lines, self.printed, self.last_call)

    def _raise(self, account: Account) -> None:
        if account.word == "too slow":
            self._stop_for_good(replace(account, message=f"no answer after {self.limits.call:g} s"))
        raise LearnerError(account) if account.word == "crashed" else NoAnswer(account)

    def _stop_for_good(self, account: Account) -> None:
        self.end()
        self.final = account
        raise NoAnswer(account) from None

    def _refuse_if_final(self) -> None:
        if self.final:
            raise NoAnswer(self.final)
        if self.seconds_left <= 0:
            sentence = f"its calls took more than {self.limits.exercise:g} s together"
            self._stop_for_good(Account("too slow", sentence, call=self.last_call))


class InProcess(Learner):
    """The same without the other process: for pdb and print, and for nothing else."""

    def __init__(self, exercise: Exercise, path: Path):
        super().__init__(exercise, path, starter=None)
        self.module = None

    def _answer(self, header: dict, args: tuple, kwargs: dict) -> object:
        if (accelerator := header.get("accelerator", devices.CPU)) not in (devices.CPU, devices.here):
            devices.use(accelerator)
        return self.function_of(header)(*args, **kwargs)

    def function_of(self, header: dict) -> Callable:
        """The learner's own function, or a probe beside the learner's module."""
        self.module = self.module or load_module(str(self.path), self.path.stem)
        if "probe" in header:
            probes = load_module(self._job().probes, f"probes_of_{self.exercise.name}")
            return functools.partial(getattr(probes, header["probe"]), self.module)
        return getattr(self.module, header["function"])


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"the process ended itself with exit status {status} instead of answering"
    return (
        f"the process was killed by {signal.Signals(-status).name} ({signal.strsignal(-status)}) instead of answering"
    )
