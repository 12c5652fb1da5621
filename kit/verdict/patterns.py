"""What a wrong answer looks like beside the right one, where that can be said without knowing the mistake."""

from kit.learner.lazy_torch import is_tensor
from kit.verdict.number_patterns import Pair, is_number, of_numbers

NO_TENSORS = (
    (list, "a list is no tensor: torch.stack makes one of tensors of equal shape and keeps gradients"),
    (tuple, "a tuple is no tensor: are there two values where one is returned, or a comma too many?"),
    (int | float, "a plain number is no tensor: item, tolist and float() leave PyTorch"),
)


def signature(pairs: list[Pair]) -> str:
    """A sentence that is true of all these pairs (got, want), or nothing; the simplest fact comes first."""
    if not pairs:
        return ""
    if all(got is None and want is not None for got, want in pairs):
        return "the function gives None: does its last line return the answer?"
    if all(is_number(got) and is_number(want) for got, want in pairs):
        return of_numbers(pairs)
    if all(is_tensor(want) for _, want in pairs):
        for kinds, sentence in NO_TENSORS:
            if all(isinstance(got, kinds) for got, _ in pairs):
                return sentence
    if not all(is_tensor(got) and is_tensor(want) for got, want in pairs):
        return ""
    from kit.verdict.tensor_patterns import PATTERNS

    return next((sentence for look in PATTERNS if (sentence := look(pairs))), "")
