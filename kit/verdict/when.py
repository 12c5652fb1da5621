"""The line "when:" of a card: on which inputs a function fails, where it fails on some of them only.

The calls that were judged say where to begin. Then others are made, to the learner's code and to the model answer: such
as differ in one or more parts from those that failed or held, above all those on which the conditions that still fit
do not agree, and those that would be counterexamples. What is said has withstood them.
"""

import random
import time
from dataclasses import dataclass

from kit.learner.call import RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.learner.stand_in import Learner
from kit.verdict.both import Both, NotAskableError
from kit.verdict.conditions import Condition, Evidence
from kit.verdict.diagnosis import Oracle, numbers_of
from kit.verdict.features import Facts, facts
from kit.verdict.inputs import inputs_of
from kit.verdict.record import Check, Record
from kit.verdict.variations import Genes, Variations

MOST_JUDGED, FEW_JUDGED = 12, 6  # calls of the check that is shown, and of each other one
MOST_DONORS = 32  # recorded calls from which others are made
AT_FIRST = 6  # calls that are made before there is a condition to test
IN_A_ROUND = 10  # calls that test the conditions found so far
ROUNDS, MOST_ROUNDS = 5, 16  # the latter as long as there is nothing to say
DRAWN = 6  # calls on each side, from which those of a round are chosen
RIVALS = 40  # conditions, of those that fit, that are tested beside the first
MOST_DRAWN = 20  # to find them
ENOUGH = 16  # new calls must fail wherever a condition holds before it is said that all do
SECONDS = 2.0  # after which no further round begins
LARGE = 2000  # numbers: a call with more of them is not varied
TRIES = 3  # with other numbers each, before inputs count as held that a condition says should fail


@dataclass
class _Asked:
    genes: Genes | None
    facts: Facts
    failed: bool
    number: int  # among the evidence
    tries: int = 1


def when(record: Record, failure: Check, oracle: Oracle, learner: Learner) -> str:
    """The sentence for the card; nothing where no condition can be told."""
    if failure.word not in ("wrong", "crashed"):
        return ""
    try:
        with Both(failure.function, oracle, learner) as both:
            search = Search(record, failure, both)
            condition = search.condition()
        return search.sentence(condition) if condition else ""
    except NotAskableError:
        return ""


class Search:
    """Asks for answers until one condition is left."""

    def __init__(self, record: Record, failure: Check, both: Both):
        self.failure, self.both = failure, both
        self.variations, self.random = Variations(failure.exercise, failure.function), random.Random(0)
        self.asked: list[_Asked] = []
        self.evidence = Evidence()
        self.end = time.monotonic() + SECONDS
        self.keys: set[str] = set()  # of the new calls
        own = [c for c in record.checks if (c.exercise, c.function) == (failure.exercise, failure.function)]
        few = {id(failure): MOST_JUDGED}
        kept = [(c, h) for c in own for h in _spread(c.calls, few.get(id(c), FEW_JUDGED)) if self._fits(h)]
        self.recorded = [recorded for _, recorded in kept]
        self.perhaps_failed = [recorded for check, recorded in kept if check.word != "done"]

    def _fits(self, recorded: RecordedCall) -> bool:
        is_small = numbers_of([*recorded.args, *recorded.kwargs.values()]) <= LARGE
        return recorded.header.get("function") == self.failure.function and is_small

    def condition(self) -> Condition | None:
        """Begin with what was judged, and go on until a condition has withstood a round."""
        self._take_what_was_judged()
        donors = self._donors()
        self._ask_at_first(donors)
        found = self.evidence.conditions()
        for number in range(MOST_ROUNDS):
            before = found[0].literals if found else ()
            if time.monotonic() > self.end or not donors:
                break
            if number >= ROUNDS and any(map(self.evidence.is_enough_for, found)):
                break
            if found:
                self._ask_about(found, donors)
            else:
                self._ask_near_those_that_failed(donors)
            found = self.evidence.conditions()
            if found and found[0].literals == before and self._is_settled(found):
                break
        return next(filter(self.evidence.is_enough_for, found), None)

    def _is_settled(self, found: list[Condition]) -> bool:
        is_exact = found[0].also == 0 and self._new_that_failed() >= ENOUGH
        return is_exact and len(self._rivals(found)) == 1 and self.evidence.is_enough_for(found[0])

    def _new_that_failed(self) -> int:
        return (self.evidence.failed & self.evidence.new).bit_count()

    def _rivals(self, found: list[Condition]) -> list[Condition]:
        """Those that fit as well as the first one."""
        return [c for c in found if (c.also, len(c.literals)) == (found[0].also, len(found[0].literals))][:RIVALS]

    def _take_what_was_judged(self) -> None:
        """Calls that failed; one that held may have been right by accident."""
        last = None
        for recorded in self.perhaps_failed:
            inputs = inputs_of(self.failure.exercise, recorded)
            if inputs and self.both.differ(recorded, recorded):
                self._add(self.variations.genes(inputs), facts(inputs), True, is_new=False)
                last = last or recorded
        if not self.asked or not self.both.differ(last):
            raise NotAskableError  # such as code that is right in a fresh process

    def _donors(self) -> list[Genes]:
        inputs = [inputs_of(self.failure.exercise, recorded) for recorded in _spread(self.recorded, MOST_DONORS)]
        return [genes for each in inputs if each and (genes := self.variations.genes(each))]

    def _ask_at_first(self, donors: list[Genes]) -> None:
        """Calls that were judged once more with new numbers, and calls between those that failed and others."""
        if not donors:
            for recorded in self.recorded:
                if inputs := inputs_of(self.failure.exercise, recorded):
                    self._ask(None, self.variations.same_shapes(inputs))
            return
        for genes in _spread(donors, AT_FIRST):
            self._ask(genes)
        self._ask_near_those_that_failed(donors)

    def _ask_near_those_that_failed(self, donors: list[Genes]) -> None:
        failed = [asked.genes for asked in self.asked if asked.failed]
        for _ in range(AT_FIRST):
            self._ask(self.variations.between(self.random.choice(failed), self.random.choice(donors)))

    def _ask_about(self, found: list[Condition], donors: list[Genes]) -> None:
        """Look for calls that refute the first condition."""
        best = found[0]
        for asked in self.asked:
            if not asked.failed and asked.genes and best.holds(asked.facts):
                self._ask_again(asked)
        failed, held = ([asked.genes for asked in self.asked if asked.failed == side] for side in (True, False))
        should_not = self._questions(found, failed, donors, False)  # fail, though one like it does
        should = self._questions(found, held or failed, donors, True)  # fail, though one like it does not
        if len(should) < IN_A_ROUND // 2:
            should += self._questions(found, failed, donors, True)
        for genes, call, told in should_not:
            self._ask(genes, call, told)
        for genes, call, told in should[: 2 if best.also else IN_A_ROUND // 2]:
            self._ask(genes, call, told, TRIES)

    def _questions(
        self, found: list[Condition], bases: list[Genes], donors: list[Genes], meeting: bool
    ) -> list[tuple[Genes, RecordedCall, Facts]]:
        """New calls near to others that meet the first condition, or do not, as most of the other conditions do not."""
        questions = []
        for _ in range(MOST_DRAWN):
            if len(questions) == DRAWN:
                break
            genes = self.variations.between(self.random.choice(bases), self.random.choice(donors))
            call = self.variations.call(genes)
            if call and (inputs := inputs_of(self.failure.exercise, call)) and _key(call) not in self.keys:
                told = facts(inputs)
                if found[0].holds(told) == meeting:
                    differ = sum(condition.holds(told) != meeting for condition in found[:RIVALS])
                    questions.append((-differ, len(questions), genes, call, told))
        return [question[2:] for question in sorted(questions, key=lambda q: q[:2])[: IN_A_ROUND // 2]]

    def _ask(self, genes: Genes | None, call: RecordedCall | None = None, told: Facts | None = None, tries: int = 1):
        call = call or self.variations.call(genes)
        inputs = inputs_of(self.failure.exercise, call) if call else None
        told = told or (facts(inputs) if inputs else {})
        if not inputs or (key := _key(call)) in self.keys:
            return
        self.keys.add(key)
        if (failed := self.both.differ(call)) is None:
            return
        asked = self._add(genes, told, failed, is_new=True)
        while not asked.failed and asked.genes and asked.tries < tries:
            self._ask_again(asked)

    def _add(self, genes: Genes | None, told: Facts, failed: bool, is_new: bool) -> _Asked:
        self.asked.append(_Asked(genes, told, failed, self.evidence.add(told, failed, is_new)))
        return self.asked[-1]

    def _ask_again(self, asked: _Asked) -> None:
        """The same with other numbers, negative ones first, so that nobody is right by accident."""
        if asked.tries < TRIES:
            asked.tries += 1
            asked.failed = bool(self.both.differ(self.variations.call(asked.genes, sign=(1, -1)[asked.tries % 2])))
            self.evidence.failed |= asked.failed << asked.number

    def sentence(self, condition: Condition) -> str:
        """The condition and its counts."""
        failed = sum(asked.failed for asked in self.asked)
        others = len(self.asked) - failed - condition.also
        counts = f"{failed} calls failed"
        if not condition.also and self._new_that_failed() >= ENOUGH:
            return f"when: {condition} ({counts}; {others} others held)"
        held = f", {condition.also} held" if condition.also else ""
        return f"only when: {condition} ({counts}{held}; none of {others} others failed)"


def _key(call: RecordedCall) -> str:
    """What two calls have in common that differ in the numbers of their tensors only."""
    tensors = [
        (tuple(v.shape), v.dtype, v.stride()) if is_tensor(v) else v for v in (*call.args, *call.kwargs.values())
    ]
    return repr((tensors, len(call.args), [*call.kwargs]))


def _spread(calls: list, most: int) -> list:
    """At most so many of these, the last among them."""
    return list(calls[:: -max(1, -(-len(calls) // most))])
