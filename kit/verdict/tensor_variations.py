"""Tensors with new numbers that lie in memory as a given one does."""

import torch
from torch import Tensor

EXACT = 2**53  # whole numbers up to here are the same in float64
PRECISE = {torch.float32, torch.float64}


def new_generator(seed: int) -> torch.Generator:
    """A generator that nobody else draws from."""
    return torch.Generator().manual_seed(seed)


def like(model: Tensor, shape: tuple[int, ...], generator: torch.Generator, sign: int = 0) -> Tensor:
    """Random numbers about as large as the model's, in its dtype and layout; all of one sign if that is not 0.

    Where the shape is the model's, what is nan or infinite there stays.
    """
    numbers = _numbers(model.detach(), shape, generator, sign)
    return _laid_out_like(model, numbers) if numbers is not None else model


def _numbers(model: Tensor, shape: tuple[int, ...], generator: torch.Generator, sign: int) -> Tensor | None:
    """None if the dtype has no room for new numbers."""
    if model.dtype not in PRECISE and (model.is_floating_point() or model.is_complex() or model.dtype == torch.bool):
        return None
    old = model.double()
    finite = old[old.isfinite()]
    if not finite.numel() or finite.abs().max() > EXACT:
        finite = torch.zeros(1, dtype=torch.float64)
    spread = max(1.0, float(finite.std(unbiased=False)))
    new = torch.randn(shape, generator=generator, dtype=torch.float64)
    new = new.abs() * sign if sign else new
    new = new * spread + finite.mean()
    if not model.is_floating_point():
        limits = torch.iinfo(model.dtype)  # odd numbers, since 0 hides much
        new = ((new * 5).floor() * 2 + 1).clamp(max(limits.min, -EXACT), min(limits.max, EXACT))
    elif shape == tuple(model.shape):
        new = torch.where(old.isfinite(), new, old)
    return new.to(model.dtype)


def _laid_out_like(model: Tensor, numbers: Tensor) -> Tensor:
    """The same numbers with the model's order of dimensions, its gaps and its place behind others."""
    order = sorted(range(model.dim()), key=lambda dim: -model.stride(dim))
    lying = numbers.permute(order).contiguous()
    if min((model.stride(d) for d in range(model.dim()) if model.shape[d] > 1), default=1) > 1:
        lying = torch.stack([lying, -lying], -1).flatten(-2)[..., ::2]
    if model.storage_offset():
        lying = torch.cat([lying[:1], lying])[1:]
    return lying.permute([order.index(dim) for dim in range(model.dim())])
