"""The line "when:" for what a probe watches: the one setting, such as the mode, that decides whether it fails.

A setting is believed only if the same calls hold with another value of it: each call is made with both.
"""

import importlib
import inspect
import time
from dataclasses import replace

from kit.learner.call import ProbeResult, RecordedCall
from kit.learner.stand_in import Learner
from kit.verdict.diagnosis import Oracle, agree
from kit.verdict.record import Check, Record

MEANT = {  # by a parameter of a probe: what its values mean
    "training": {False: "in eval mode", True: "in train mode"},
    "mode": {"eval": "in eval mode", "train": "in train mode"},
    "modes": {"eval": "in eval mode", "train": "in train mode"},
    "arrives": {"eval": "the model arrives in eval mode", "train": "the model arrives in train mode"},
    "as_list": {True: "the loader is a list of batches", False: "the loader is a DataLoader"},
    "as_text": {True: "the path is a str", False: "the path is a Path"},
    "has_gradients": {True: "the parameters arrive with gradients", False: "the parameters arrive without gradients"},
    "already_there": {True: "the model is on the device already", False: "the model comes from the CPU"},
    "channels_last": {True: "the images are in channels_last layout", False: "the images are contiguous"},
    "shuffle": {True: "shuffle is True", False: "shuffle is False"},
}
MOST_CALLS = 6  # that are made with each value
FEWEST = 3  # calls that must fail
FAILED = ("wrong", "crashed")
SECONDS = 2.0  # after which no further call is made


def settings(record: Record, failure: Check, oracle: Oracle, learner: Learner) -> str:
    """The sentence, if the calls fail with one value of a setting and hold with another."""
    if failure.word not in FAILED:
        return ""
    learner.about, end = failure.function, time.monotonic() + SECONDS
    own = [c for c in record.checks if (c.exercise, c.function) == (failure.exercise, failure.function)]
    others = [c for c in own if c.word in FAILED and c is not failure]
    for check in [failure, *others]:  # the one that is shown may be an example of the docstring
        if check.calls and "probe" in check.calls[-1].header and time.monotonic() < end:
            search, calls = _Search(check, oracle, learner, end), _others_like(check.calls[-1], own)
            if said := next(filter(None, (search.told(name, calls) for name in MEANT)), ""):
                return said
    return ""


def _others_like(shown: RecordedCall, own: list[Check]) -> list[RecordedCall]:
    """A few calls of the same probe, of all checks."""
    alike = [h for c in own for h in c.calls if h.header == shown.header and h is not shown]
    return alike[:: max(1, -(-len(alike) // (MOST_CALLS - 1)))]


def _sentence(setting: str, with_it: tuple[bool, ...], without: tuple[bool, ...]) -> str:
    """What is said of calls that failed or not; some may be right by accident, but none fails without the setting."""
    failed, held, others = sum(with_it), with_it.count(False), len(without)
    if any(without) or failed < max(FEWEST, held):
        return ""
    if not held:
        return f"when: {setting} ({failed} calls failed; {others} others held)"
    return f"only when: {setting} ({failed} calls failed, {held} held; none of {others} others failed)"


class _Search:
    def __init__(self, failure: Check, oracle: Oracle, learner: Learner, end: float):
        self.shown = failure.calls[-1]
        probe = getattr(importlib.import_module(f"probes.{failure.exercise.name}"), self.shown.header["probe"])
        self.names = [*inspect.signature(probe).parameters][1:]  # the first one is the learner's module
        self.defaults = {name: p.default for name, p in inspect.signature(probe).parameters.items()}
        results = [call.value for call in failure.calls if isinstance(call.value, ProbeResult)]
        self.looked_at = set().union(*(result.looked_at for result in results))
        self.oracle, self.learner, self.end = oracle, learner, end

    def told(self, name: str, calls: list[RecordedCall]) -> str:
        """The sentence about one setting, if it is the cause."""
        shown, values = self.shown, MEANT[name]
        mine = self._value(shown, name) if name in self.names else None
        for other in [value for value in values if value != mine and mine in values]:
            if self._fails(shown) and not self._fails(self._with(shown, name, other)):
                outcomes = [(self._outcome(call, name, mine), self._outcome(call, name, other)) for call in calls]
                outcomes = [(True, False), *(pair for pair in outcomes if None not in pair)]
                if said := _sentence(values[mine], *zip(*outcomes, strict=True)):
                    return said
        return ""

    def _value(self, call: RecordedCall, name: str) -> object:
        place = self.names.index(name)
        value = call.args[place] if place < len(call.args) else call.kwargs.get(name, self.defaults[name])
        values = set(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else {value}
        return values.pop() if len(values) == 1 else None  # of several batches all in one mode

    def _with(self, call: RecordedCall, name: str, value: object) -> RecordedCall:
        place = self.names.index(name)
        if place >= len(call.args):
            return replace(call, kwargs={**call.kwargs, name: value})
        value = [value] * len(call.args[place]) if isinstance(call.args[place], list) else value
        return replace(call, args=(*call.args[:place], value, *call.args[place + 1 :]))

    def _outcome(self, call: RecordedCall, name: str, value: object) -> bool | None:
        """Whether the call fails with this value; None where it is not asked or none should be answered."""
        return self._fails(self._with(call, name, value)) if time.monotonic() < self.end else None

    def _fails(self, call: RecordedCall) -> bool | None:
        right, got = self.oracle.repeat(call, "right"), self.learner.repeat(call)
        if isinstance(got.value, ProbeResult):
            got.value.looked_at |= self.looked_at
        return None if right.account or right.changed else not agree(right, got)
