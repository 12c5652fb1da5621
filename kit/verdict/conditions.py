"""Looks for the simplest condition, of one feature or of two, that tells the calls that failed from the others.

A condition is believed only if it is no accident: the chance that it would fit as well if failures had been dealt to
calls at random, times the number of conditions that were tried, is below ACCIDENT.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kit.verdict.features import Facts, Feature

ACCIDENT = 0.01
FEWEST = 3  # calls that failed, and as many that held
FEW_OF_OTHERS = 0.4  # of the calls that held may meet a condition that is said with "only when"
CLEARER = 2 / 3  # as many of them, at most, where two features are said and not one

WORTH = 40  # places in the order of features, for each other call that meets a condition

Literal = tuple[Feature, bool]


@dataclass(frozen=True)
class Condition:
    """What holds for every call that failed; and for `also` others."""

    literals: tuple[Literal, ...]
    also: int
    tried: int  # how many features there are that differ

    def holds(self, facts: Facts) -> bool:
        """Whether inputs with these facts meet it."""
        return all(facts.get(feature) == truth for feature, truth in self.literals)

    def __str__(self) -> str:
        return " and ".join(feature[0 if truth else 1] for feature, truth in self.literals)


def conditions(calls: Sequence[tuple[Facts, bool]]) -> list[Condition]:
    """All that hold for every call that failed and for few others, of (facts, failed); the best first."""
    failing = _mask(failed for _, failed in calls)
    held = len(calls) - failing.bit_count()
    if not failing or not held:
        return []
    masks, tried = _literals(calls)
    fitting = {literal: mask for literal, mask in masks.items() if mask & failing == failing}
    found = [Condition((literal,), (mask & ~failing).bit_count(), tried) for literal, mask in fitting.items()]
    fewest = min((condition.also for condition in found), default=held)
    most = fewest * CLEARER if fewest else -1
    for (one, mask), (other, another) in itertools.combinations(fitting.items(), 2):
        also = (mask & another & ~failing).bit_count()
        if also <= most:
            found.append(Condition((one, other), also, tried))
    few = [condition for condition in found if condition.also <= held * FEW_OF_OTHERS]
    places = {feature: place for place, feature in enumerate(calls[0][0])}
    return sorted(few, key=lambda condition: _rank(condition, places))


def _rank(condition: Condition, places: dict[Feature, int]) -> tuple:
    """Best are those that hold for no other call; then a better known feature is worth a few other calls."""
    place = sum(places[feature] for feature, _ in condition.literals)
    return condition.also > 0, condition.also + place / WORTH, len(condition.literals)


def is_no_accident(condition: Condition, calls: Sequence[tuple[Facts, bool]]) -> bool:
    """Whether these calls, which were drawn at random, are enough to believe each feature, given the other one."""
    failing = sum(failed for _, failed in calls)
    meeting = sum(condition.holds(facts) for facts, _ in calls)
    if failing < FEWEST or len(calls) - meeting < FEWEST:
        return False
    for literal in condition.literals:
        others = [each for each in condition.literals if each != literal]
        without = sum(all(facts[feature] == truth for feature, truth in others) for facts, _ in calls)
        if math.comb(meeting, failing) / math.comb(without, failing) * condition.tried > ACCIDENT:
            return False
    return True


def _literals(calls: Sequence[tuple[Facts, bool]]) -> tuple[dict[Literal, int], int]:
    """Each feature and its opposite with the calls of which it is true, as bits; and how many differ."""
    common = [feature for feature in calls[0][0] if all(feature in facts for facts, _ in calls)]
    masks = {(feature, truth): mask for feature in common for truth, mask in _both(feature, calls)}
    return masks, len({mask for mask in masks.values()})


def _both(feature: Feature, calls: Sequence[tuple[Facts, bool]]) -> Iterator[tuple[bool, int]]:
    mask = _mask(facts[feature] for facts, _ in calls)
    yield True, mask
    yield False, ~mask & ((1 << len(calls)) - 1)


def _mask(truths: Iterator[bool]) -> int:
    return sum(1 << place for place, truth in enumerate(truths) if truth)
