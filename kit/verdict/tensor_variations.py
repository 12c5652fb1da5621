"""Tensors with new numbers that lie in memory as a given one does."""

import functools

import torch
from torch import Tensor

EXACT = 2**53  # whole numbers up to here are the same in float64
PRECISE = {torch.float32, torch.float64}


def new_generator(seed: int) -> torch.Generator:
    """A generator that nobody else draws from."""
    return torch.Generator().manual_seed(seed)


ONE_ZERO, ONE_TWICE = "one zero", "one twice"  # what the numbers may have that random ones have not


def like(model: Tensor, shape: tuple[int, ...], generator: torch.Generator, sign: int = 0, with_: str = "") -> Tensor:
    """Random numbers about as large as the model's, in its dtype and layout; all of one sign if that is not 0.

    One of several is 0, or as another is, if so asked: a single one, since many would make wrong code right. Where the
    shape is the model's, what is nan or infinite there stays. A dtype without room for it stays as it is.
    """
    if model.dtype not in PRECISE and (model.is_floating_point() or model.is_complex() or model.dtype == torch.bool):
        return model
    middle, spread, all_finite = _about(model)
    new = torch.randn(shape, generator=generator, dtype=torch.float64)
    new = (new.abs() * sign if sign else new) * spread + middle
    if not model.is_floating_point():
        limits = torch.iinfo(model.dtype)  # odd numbers, since 0 hides much
        new = ((new * 5).floor() * 2 + 1).clamp(max(limits.min, -EXACT), min(limits.max, EXACT))
    elif not all_finite and shape == tuple(model.shape):
        new = torch.where(model.isfinite(), new, model.double())
    if with_ and new.numel() > 1:
        new = new.contiguous()
        new.view(-1)[-1] = new.view(-1)[0] if with_ == ONE_TWICE else 0
    return _laid_out_like(model, new.to(model.dtype))


@functools.lru_cache(128)  # a tensor is itself as a key
def _about(model: Tensor) -> tuple[float, float, bool]:
    """The middle of a tensor's numbers, how far they lie apart, and whether all are finite."""
    numbers = model.detach().double()
    finite = numbers[numbers.isfinite()]
    all_finite = finite.numel() == numbers.numel()
    if not finite.numel() or finite.abs().max() > EXACT:
        return 0.0, 1.0, all_finite
    return float(finite.mean()), max(1.0, float(finite.std(unbiased=False))), all_finite


def _laid_out_like(model: Tensor, numbers: Tensor) -> Tensor:
    """The same numbers with the model's order of dimensions, its gaps and its place behind others."""
    if model.is_contiguous() and not model.storage_offset():
        return numbers
    order = sorted(range(model.dim()), key=lambda dim: -model.stride(dim))
    lying = numbers.permute(order).contiguous()
    if min((model.stride(d) for d in range(model.dim()) if model.shape[d] > 1), default=1) > 1:
        lying = torch.stack([lying, -lying], -1).flatten(-2)[..., ::2]
    if model.storage_offset():
        lying = torch.cat([lying[:1], lying])[1:]
    return lying.permute([order.index(dim) for dim in range(model.dim())])
