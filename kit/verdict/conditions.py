"""Looks for the simplest condition, of one feature or of two, that tells the calls that failed from the others.

A condition is believed only if each of its features is no accident: the chance that it would fit as well if failures
had been dealt to the calls at random, times the number of features that were tried, is at most ACCIDENT.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from kit.verdict.features import Facts, Feature

ACCIDENT = 0.01
FEWEST = 3  # calls that failed, and as many that do not meet the condition
FEW_OF_OTHERS = 0.5  # of the calls that held may meet a condition that is said with "only when"
CLEARER = 2 / 3  # as many of them, at most, where two features are said and not one
WORTH = 40  # places in the order of features, for each other call that meets a condition

Literal = tuple[Feature, bool]


@dataclass(frozen=True)
class Condition:
    """What holds for every call that failed; and for `also` others."""

    literals: tuple[Literal, ...]
    also: int

    def holds(self, facts: Facts) -> bool:
        """Whether inputs with these facts meet it."""
        return all(facts.get(feature) == truth for feature, truth in self.literals)

    def __str__(self) -> str:
        return " and ".join(feature[0 if truth else 1] for feature, truth in self.literals)


@dataclass
class Evidence:
    """Calls with what is true of their inputs and whether they failed; sets of calls are bits of whole numbers."""

    count: int = 0
    failed: int = 0
    new: int = 0  # those that were made for this, and are not a way to a smaller call
    true: dict[Feature, int] = field(default_factory=dict)  # for each feature that all of them have

    def add(self, facts: Facts, failed: bool, is_new: bool) -> int:
        """Take down a call; returns its number."""
        bit = 1 << self.count
        if not self.count:
            self.true = dict.fromkeys(facts, 0)
        self.true = {f: mask | bit if facts[f] else mask for f, mask in self.true.items() if f in facts}
        self.failed |= bit * failed
        self.new |= bit * is_new
        self.count += 1
        return self.count - 1

    def meeting(self, literals: tuple[Literal, ...]) -> int:
        """The calls that meet all of these."""
        found = (1 << self.count) - 1
        for feature, truth in literals:
            found &= self.true[feature] if truth else ~self.true[feature]
        return found

    def conditions(self) -> list[Condition]:
        """All that hold for every call that failed and for few others, the best first."""
        held = self.count - self.failed.bit_count()
        if not self.failed or not held:
            return []
        found = [*self._of_one_feature()]
        found += self._of_two_features(found, min((condition.also for condition in found), default=held))
        places = {feature: place for place, feature in enumerate(self.true)}
        few = [condition for condition in found if condition.also <= held * FEW_OF_OTHERS]
        return sorted(few, key=lambda condition: _rank(condition, places))

    def _of_one_feature(self) -> Iterator[Condition]:
        for literal in itertools.product(self.true, (True, False)):
            if self.failed & ~(meeting := self.meeting((literal,))) == 0:
                yield Condition((literal,), (meeting & ~self.failed).bit_count())

    def _of_two_features(self, single: list[Condition], fewest: int) -> Iterator[Condition]:
        """Those that hold for clearly fewer others, or for none as well; neither feature does so alone."""
        others = [(each.literals[0], self.meeting(each.literals) & ~self.failed) for each in single if each.also]
        for (one, mask), (other, another) in itertools.combinations(others, 2):
            if (also := (mask & another).bit_count()) <= fewest * CLEARER and _subject(one) != _subject(other):
                yield Condition((one, other), also)

    def is_enough_for(self, condition: Condition) -> bool:
        """Whether the new calls are enough to believe each feature, given the other one."""
        failing = (self.failed & self.new).bit_count()
        meeting = (self.meeting(condition.literals) & self.new).bit_count()
        if failing < FEWEST or self.new.bit_count() - meeting < FEWEST:
            return False
        tried = len({mask & self.new for mask in self.true.values()}) * 2
        for literal in condition.literals:
            others = tuple(each for each in condition.literals if each != literal)
            without = (self.meeting(others) & self.new).bit_count()
            if math.comb(meeting, failing) / math.comb(without, failing) * tried > ACCIDENT:
                return False
        return True


def _subject(literal: Literal) -> str:
    """What a feature is about: "KW" of "KW is 3 or more"."""
    return literal[0][0].partition(" is ")[0]


def _rank(condition: Condition, places: dict[Feature, int]) -> tuple:
    """Best are those that hold for no other call; then a better known feature is worth a few other calls."""
    place = sum(places[feature] for feature, _ in condition.literals) / WORTH
    return (1, condition.also + place, 0) if condition.also else (0, len(condition.literals), place)
