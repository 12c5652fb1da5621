"""What some of Python's and PyTorch's own complaints mean, said to somebody who meets them for the first time."""

import re
from dataclasses import dataclass

from kit.verdict.record import Check


@dataclass(frozen=True)
class Complaint:
    """A message that explains itself once it is known; said where no known mistake of the exercise fits."""

    message: str  # a regular expression
    sentence: str  # the cause
    look: str  # what to look at


COMPLAINTS = [
    Complaint(r"bitwise_xor|\^: 'float'", "^ is exclusive or; a power is **", "x ** 2, or x.square()"),
    Complaint(
        r"unsupported operand type\(s\) for \+: '?Tensor'? and 'NoneType'",
        "bias is None where there is none, and None cannot be added",
        "what happens if bias is None",
    ),
    Complaint(
        r"Boolean value of Tensor with more than one value is ambiguous",
        "if asks one question, and a tensor of several numbers gives several answers",
        "torch.equal, .all() or .any(), or one element",
    ),
    Complaint(
        r"a leaf Variable that requires grad is being used in an in-place operation",
        "a parameter is changed in place while PyTorch records what is done to it",
        "torch.no_grad() around the step",
    ),
    Complaint(
        r"Tensor\.(numpy|__array__)|numpy\(\)|using NumPy's|importing numpy",
        "the numbers leave PyTorch for NumPy, and their gradients are lost",
        "what PyTorch has for it, on tensors",
    ),
    Complaint(
        r"max\(\) received an invalid combination of arguments",
        "max goes along one dimension at most; amax takes several",
        "amax((2, 3)) keeps samples and channels",
    ),
    Complaint(
        r"'torch\.return_types\.max' object has no attribute|'max' object has no attribute",
        "max along a dimension gives a pair: values and indices",
        ".values of it, or amax",
    ),
]


def explain(failure: Check) -> Complaint | None:
    """What the message of a crash means, if it is one of these."""
    if failure.word not in ("crashed", "not allowed"):
        return None
    return next((each for each in COMPLAINTS if re.search(each.message, failure.account)), None)
