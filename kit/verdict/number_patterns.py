"""What plain numbers that are wrong have in common beside the right ones: a sign, a factor, a constant."""

import math

Pair = tuple[object, object]  # got, want
WRONG_SIGN = "every number has the wrong sign"
FEWEST = 2  # pairs that must show a pattern, so that it is no coincidence
FEWEST_NUMBERS = 3  # different ones, where an answer is a plain number, or has a factor or constant of its own


def is_number(value: object) -> bool:
    """Whether a value is a number that can be compared as a float."""
    return type(value) in (int, float) and abs(value) < 1e300  # an int may be larger than any float


def of_numbers(pairs: list[Pair]) -> str:
    """A sentence that is true of all these pairs of numbers, or nothing."""
    if len({want for _, want in pairs}) < FEWEST_NUMBERS:
        return ""
    if all(type(got) is float and type(want) is int and got == want for got, want in pairs):
        return "the number is right, but it is a float and should be an int"
    if all(math.isclose(-got, want, rel_tol=1e-6, abs_tol=1e-9) for got, want in pairs):
        return WRONG_SIGN
    by_one_factor = all(want for _, want in pairs) and of_factors([got / want for got, want in pairs])
    return by_one_factor or of_constants([got - want for got, want in pairs])


def of_factors(factors: list[float], of_its_own: bool = False) -> str:
    """What is said where each answer is the right one times a factor, the same for all or, if it may be, its own."""
    if not any(factors):
        return "every number is 0"
    if 0 in factors or any(abs(factor - 1) < 1e-5 for factor in factors):  # a factor of 1 is rounding
        return ""
    if _are_one(factors):
        return f"every number is {factors[0]:.4g} times what it should be"
    return f"the numbers of an answer are all off by one factor, here {factors[0]:.4g}" if of_its_own else ""


def of_constants(offsets: list[float], of_its_own: bool = False) -> str:
    """The same where a constant is added."""
    if 0 in offsets:
        return ""
    if _are_one(offsets):
        return f"every number is {abs(offsets[0]):.4g} too {'large' if offsets[0] > 0 else 'small'}"
    return f"the numbers of an answer are all off by one constant, here {offsets[0]:+.4g}" if of_its_own else ""


def _are_one(numbers: list[float]) -> bool:
    """Whether these numbers are the same up to rounding."""
    return all(abs(number - numbers[0]) <= 1e-6 * abs(numbers[0]) for number in numbers)
