"""The judge's side of a learner process: call a function by name, get plain data back or a verdict."""

import contextlib
import functools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kit.course.manifest import ROOT, Exercise
from kit.learner import devices
from kit.learner.account import account_of, ending
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
from kit.learner.protocol import MalformedError, pack, unpack
from kit.learner.workers import DEFAULT_LIMITS, Limits, Workers

MOST_CALLS = 48  # calls kept of one check
MOST_BYTES = 256 << 20  # in the tensors of their answers
SECONDS_OF_A_START = 0.25  # of an exercise: starting and ending a process, which its own clock does not see
EVERYTHING = "*"  # in place of the name of a function
NOBODY = ROOT / "kit" / "learner" / "nobody.py"


class Learner:
    """Stands for one exercise file: an attribute is a function of that file, run in a process of its own."""

    def __init__(
        self, exercise: Exercise, path: Path, starter: ForkServer | FreshInterpreters, limits: Limits = DEFAULT_LIMITS
    ):
        self.exercise, self.path, self.limits = exercise, path, limits
        self.workers = Workers(exercise, path, starter, limits)
        self.last_call: Call | None = None
        self.calls: list[RecordedCall] = []  # since somebody emptied it
        self.seconds_left = limits.exercise
        self.about = ""  # the function that is being judged
        self.final: dict[str, Account] = {}  # functions that are not called again; EVERYTHING is all of them
        self.nobody: Learner | None = None  # processes without a learner's code

    def __getattr__(self, function: str) -> Callable:
        if function.startswith("__"):
            raise AttributeError(function)
        return functools.partial(self._ask, {"function": function})

    def run(self, probe: Callable, *args: object, accelerator: str = devices.CPU, **kwargs: object) -> object:
        """Run a function of tests/probes/ beside the learner's module, which is its first argument.

        The process has the accelerator and no other, see kit.learner.devices; devices.CPU stands for none. A probe
        with the attribute `allows_all` is about a function to which nothing is forbidden.
        """
        header = {"probe": probe.__name__, "accelerator": accelerator}
        if getattr(probe, "allows_all", False):
            header["allows_all"] = True
        return self._ask(header, *args, paste_=getattr(probe, "paste", None), **kwargs)

    def look(self, probe: Callable, *args: object, **kwargs: object) -> object:
        """Run a probe as `run` does, to explain a failure: it is none of the calls that were judged."""
        last_call, calls = self.last_call, [*self.calls]
        try:
            return self.run(probe, *args, **kwargs)
        finally:
            self.last_call, self.calls = last_call, calls

    def run_apart(self, probe: Callable, *args: object, **kwargs: object) -> object:
        """Run a probe as `run` does, in a process that has no learner's code in it: what it tells can be believed."""
        self.nobody = self.nobody or Learner(self.exercise, NOBODY, self.workers.starter, self.limits)
        return self.nobody.run(probe, *args, **kwargs)

    def repeat(self, recorded: RecordedCall, place: str = "") -> RecordedCall:
        """Make a call again; with a place, to the functions that stand under this name in the learner's file."""
        self.calls.clear()
        self.about = place or self.about
        where = {"in": place} if place else {}
        with contextlib.suppress(LearnerError, NoAnswer, ChangedInputError):
            self._ask({**recorded.header, **where}, *recorded.args, **recorded.kwargs)
        return self.calls[-1]

    def cost(self, recorded: RecordedCall, place: str = "") -> dict | None:
        """Make a call again and count what it takes: multiply-adds, and numbers read."""
        self._start(recorded.header)
        tree, body = pack((list(recorded.args), recorded.kwargs))
        where = {"in": place} if place else {}
        reply, _ = self._exchange({**recorded.header, **where, "count": True, "arguments": tree}, body)
        counted = self._guarded(lambda: dict(reply.get("cost", {})))
        return {name: number for name, number in counted.items() if type(number) is int}

    def end(self) -> None:
        """End its processes; the next call starts another. Raises StartError if what started them is gone."""
        self.workers.end()
        if self.nobody:
            self.nobody.end()

    @property
    def printed(self) -> str:
        """What the learner's code printed in the last call."""
        return self.workers.printed

    def _ask(self, header: dict, /, *args: object, paste_: Callable | None = None, **kwargs: object) -> object:
        self.last_call = Call(header.get("function", ""), args, tuple(kwargs.items()), paste_)
        self.workers.printed = ""
        started = time.monotonic()

        def keep(**outcome: object) -> None:
            self._record(RecordedCall(header, args, kwargs, seconds=time.monotonic() - started, **outcome))

        try:
            value, nbytes = self._answer(header, args, kwargs)
            value = ProbeResult(value) if "probe" in header and isinstance(value, dict) else value
        except ChangedInputError as error:
            keep(changed=error.what)
            raise
        except (LearnerError, NoAnswer) as error:
            keep(account=error.account)
            raise
        keep(value=value, nbytes=nbytes)
        return value

    def _record(self, recorded: RecordedCall) -> None:
        """Keep the first half of the calls and the last: the last one is the smallest that fails."""
        self.calls.append(recorded)
        while len(self.calls) > MOST_CALLS or (len(self.calls) > 1 and sum(c.nbytes for c in self.calls) > MOST_BYTES):
            del self.calls[(len(self.calls) - 1) // 2]

    def _answer(self, header: dict, args: tuple, kwargs: dict) -> tuple[object, int]:
        self._refuse_if_final()
        self._start(header)
        self._refuse_if_final()  # the start was the last that there was time for
        tree, body = pack((list(args), kwargs))
        reply, body = self._exchange({**header, "arguments": tree}, body)
        if reply.get("threads"):
            self.end()  # a thread that still runs could disturb the next call
        if "value" not in reply:
            self._raise(self._guarded(lambda: account_of(reply, self.printed, self.last_call)))
        if reply.get("changed"):
            names = " and ".join(map(str, reply["changed"]))[:200]
            raise ChangedInputError(f"the call changed its {names}", "it belongs to the caller: work on a copy")
        return self._guarded(lambda: unpack(reply["value"], body)), len(body)

    def _start(self, header: dict) -> None:
        """Have a process that has imported the learner's file, or never call it again."""
        try:
            about = header.get("accelerator", devices.CPU), "allows_all" in header
            reply = self._guarded(lambda: self.workers.start(*about), is_start=True)
        finally:
            self.seconds_left -= self.workers.used_by_file()
        if reply:
            self.seconds_left -= SECONDS_OF_A_START
        if reply and "value" not in reply:
            account = self._guarded(lambda: account_of(reply, self.printed, self.last_call))
            word = "cannot import" if account.word in ("crashed", "not started") else account.word
            self._stop_for_good(replace(account, word=word, call=None), EVERYTHING)

    def _exchange(self, header: dict, body: bytes) -> tuple[dict, bytearray]:
        """Send a call and wait for the reply; whatever goes wrong becomes a verdict."""
        seconds = min(self.limits.call, self.seconds_left)
        try:
            return self._guarded(lambda: self.workers.exchange(header, body, seconds))
        finally:
            self.seconds_left -= self.workers.used

    def _guarded(self, talk: Callable, is_start: bool = False) -> object:
        """Talk to the process; what it does not answer, or not in plain data, becomes a verdict."""
        try:
            return talk()
        except TimeoutError:
            seconds = self.workers.seconds_to_start() if is_start else min(self.limits.call, self.seconds_left)
            slow = Account("too slow", f"no answer after {seconds:.2g} s", call=self.last_call)
            self._stop_for_good(slow, EVERYTHING if is_start else self.about)
        except (EOFError, ConnectionError):
            end = ending(self.workers.end())
            if is_start:
                self._stop_for_good(Account("cannot import", end, printed=self.printed), EVERYTHING)
            raise NoAnswer(Account("crashed", end, printed=self.printed, call=self.last_call)) from None
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
