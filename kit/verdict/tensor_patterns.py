"""Looks at pairs of tensors, got and want: each finds one kind of difference that all pairs show, and says it."""

import torch
from torch import Tensor

from kit.verdict.number_patterns import FEWEST, FEWEST_NUMBERS, WRONG_SIGN, Pair, of_constants, of_factors


def _dimensions(pairs: list[Pair]) -> str:
    """A side of 1 too many or too few."""
    if not all(got.numel() == want.numel() and _without_ones(got) == _without_ones(want) for got, want in pairs):
        return ""
    more = {got.dim() - want.dim() for got, want in pairs}
    got, want = pairs[0]
    count = abs(got.dim() - want.dim())
    dimensions = "a dimension" if count == 1 else f"{count} dimensions"
    shapes = f"{tuple(got.shape)} for {tuple(want.shape)}"
    if min(more) > 0:
        return f"the answer has {dimensions} too many: {shapes}"
    return f"the answer has lost {dimensions}: {shapes}" if max(more) < 0 else ""


def _without_ones(tensor: Tensor) -> list[int]:
    return [side for side in tensor.shape if side != 1]


def _exchanged(pairs: list[Pair]) -> str:
    """Rows for columns, in the numbers or at least in the shape."""
    flat = [pair for pair in pairs if min(t.dim() for t in pair) >= 2]
    if len(flat) < len(pairs) or any(got.mT.shape != want.shape for got, want in pairs):
        return ""
    if all(_same(got.mT, want) for got, want in pairs):
        return "rows and columns of the answer are exchanged" if _enough(pairs) else ""
    oblong = [want for _, want in pairs if want.shape[-1] != want.shape[-2]]
    return "height and width of the answer are exchanged" if len(oblong) == len(pairs) >= FEWEST else ""


def _off_by_some(pairs: list[Pair]) -> str:
    """As many rows and columns too few or too many in each answer."""
    if any(got.dim() != want.dim() or want.dim() < 2 or got.shape[:-2] != want.shape[:-2] for got, want in pairs):
        return ""
    off = {tuple(g - w for g, w in zip(got.shape[-2:], want.shape[-2:], strict=True)) for got, want in pairs}
    if len(off) > 1 or off == {(0, 0)} or len(pairs) < FEWEST:
        return ""
    sides = zip(off.pop(), ("row", "column"), strict=True)
    return "the answer has " + " and ".join(_too_many(count, name) for count, name in sides if count)


def _too_many(count: int, name: str) -> str:
    plural = "s" if abs(count) > 1 else ""
    return f"{abs(count)} {name}{plural} too {'many' if count > 0 else 'few'}"


def _dtype(pairs: list[Pair]) -> str:
    if any(got.shape != want.shape or got.dtype == want.dtype for got, want in pairs):
        return ""
    got, want = pairs[0]
    dtypes = f"the dtype is {got.dtype}, want {want.dtype}"
    if all(_same(*pair) for pair in pairs):
        return f"the numbers are right, but {dtypes}"
    if any(want.is_complex() for _, want in pairs) or not _enough([(want, got) for got, want in pairs]):
        return ""
    return f"cut off: {dtypes}" if all(_same(got, want.to(got.dtype)) for got, want in pairs) else ""


def _nan(pairs: list[Pair]) -> str:
    spoilt = [bool((~got.isfinite()).any()) and bool(want.isfinite().all()) for got, want in pairs]
    return "the answer holds nan or inf: is something divided by 0, or never set?" if all(spoilt) else ""


def _digits(pairs: list[Pair]) -> str:
    """Large whole numbers, wrong in digits only that a float has no room for."""
    if any(want.is_floating_point() or want.abs().max() < 2**24 for _, want in pairs if want.numel()):
        return ""
    off = [((got - want).abs(), want.double().abs() * 1e-6) for got, want in pairs]
    few = all(bool((by <= most).all()) and bool((by > 0).any()) for by, most in off)
    return "only the last digits are wrong: float32 keeps 7 digits, float64 keeps 16" if few else ""


def _sign(pairs: list[Pair]) -> str:
    """The sign of every number; where none should be above 0, abs would look the same."""
    wrong = _enough_together(pairs) and all(_same(-got, want) for got, want in pairs)
    return WRONG_SIGN if wrong and any((want > 0).any() for _, want in pairs) else ""


def _factor(pairs: list[Pair]) -> str:
    factors = [_only((got / want)[want != 0]) for got, want in pairs]
    if None in factors or not _enough_together(pairs) or any(got[want == 0].any() for got, want in pairs):
        return ""
    if all(_same(-got, want) for got, want in pairs):  # of which _sign has said what is known
        return ""
    return of_factors(factors, _enough(pairs, FEWEST_NUMBERS))


def _constant(pairs: list[Pair]) -> str:
    offsets = [_only((got - want).flatten()) for got, want in pairs]
    if None in offsets or not _enough_together(pairs):
        return ""
    return of_constants(offsets, _enough(pairs, FEWEST_NUMBERS))


def _first_only(pairs: list[Pair]) -> str:
    """Right for the first sample or channel, and for no other."""
    for dim, name in ((0, "sample of a batch"), (1, "channel or map")):
        several = [pair for pair in pairs if pair[1].dim() == 4 and pair[1].shape[dim] > 1]
        telling = [want for _, want in several if want.unbind(dim)[0].any()]  # the others would be right with zeros too
        if len(several) == len(pairs) and len(telling) >= FEWEST and all(_first_alone(*pair, dim) for pair in pairs):
            return f"right for the first {name}, wrong for the others"
    return ""


def _first_alone(got: Tensor, want: Tensor, dim: int) -> bool:
    """Whether the first is right, and each other one wrong unless it should be zeros."""
    same = [_same(g, w) for g, w in zip(got.unbind(dim), want.unbind(dim), strict=True)]
    return same[0] and all(not right or not w.any() for right, w in zip(same[1:], want.unbind(dim)[1:], strict=True))


def _border(pairs: list[Pair]) -> str:
    """Differences in the first and last rows and columns only, on two sides that face each other."""
    large = [(got, want) for got, want in pairs if want.dim() >= 2 and min(want.shape[-2:]) >= 3]
    inside = [(got[..., 1:-1, 1:-1], want[..., 1:-1, 1:-1]) for got, want in large]
    right = _enough(inside) and all(_same(*pair) for pair in inside) and not any(_same(*pair) for pair in large)
    if not right:
        return ""
    sides = [(..., 0, slice(1, -1)), (..., -1, slice(1, -1)), (..., slice(1, -1), 0), (..., slice(1, -1), -1)]
    top, bottom, left, end = (any(not _same(got[side], want[side]) for got, want in large) for side in sides)
    return "right in the interior, wrong at the border" if (top and bottom) or (left and end) else ""


def _same(got: Tensor, want: Tensor) -> bool:
    dtype = torch.complex128 if got.is_complex() or want.is_complex() else torch.float64
    return got.shape == want.shape and torch.allclose(got.to(dtype), want.to(dtype), 1e-6, 1e-9, equal_nan=True)


def _only(numbers: Tensor) -> float | None:
    """The one value that all these numbers have, up to rounding; None if they differ, or are nan or inf."""
    if not numbers.numel():
        return None
    first = numbers[0]
    return float(first) if ((numbers - first).abs() <= 1e-6 * first.abs()).all() else None


def _enough(pairs: list[Pair], different: int = 2) -> bool:
    """Whether at least FEWEST pairs hold that many different numbers, so that a pattern is no coincidence."""
    return sum(len(_finite(want).unique()) >= different for _, want in pairs) >= FEWEST


def _enough_together(pairs: list[Pair]) -> bool:
    """Whether that is so, or the pairs hold enough different numbers for one pattern that is the same in all."""
    numbers = torch.cat([_finite(want).flatten() for _, want in pairs])
    return _enough(pairs) or (len(pairs) >= FEWEST and len(numbers.unique()) >= FEWEST_NUMBERS)


def _finite(numbers: Tensor) -> Tensor:
    parts = torch.view_as_real(numbers) if numbers.is_complex() else numbers
    return parts[parts.isfinite()]


def _in_one_shape(look):
    """The look, for pairs of real tensors that have one shape."""

    def guarded(pairs: list[Pair]) -> str:
        if any(got.shape != want.shape or got.is_complex() or want.is_complex() for got, want in pairs):
            return ""
        return look([_wide(got, want) for got, want in pairs])

    return guarded


def _wide(got: Tensor, want: Tensor) -> Pair:
    """Both in a dtype in which differences are exact: whole numbers may be larger than a float can tell."""
    dtype = torch.float64 if got.is_floating_point() or want.is_floating_point() else torch.int64
    return got.to(dtype), want.to(dtype)


PATTERNS = [_dimensions, _exchanged, _off_by_some, _dtype]
PATTERNS += [_in_one_shape(look) for look in (_nan, _sign, _factor, _constant, _digits, _first_only, _border)]
