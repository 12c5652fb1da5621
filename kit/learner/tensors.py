"""What is done with tensors themselves: to bytes and back, whether two are the same, torch as it was.

Imports torch, and is therefore imported only where there is a tensor, or torch already.
"""

import ctypes

import torch
from torch import Tensor

CROSSING = frozenset({Tensor, torch.nn.Parameter})
DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
    )
}
LOW_PRECISION = {torch.float32, torch.float16, torch.bfloat16}


def crosses(tensor: Tensor) -> bool:
    """Whether its numbers say all of it: it is of no class of its own, and not sparse."""
    return type(tensor) in CROSSING and tensor.layout is torch.strided


def to_bytes(tensor: Tensor) -> bytes:
    """The numbers of a tensor; a clone lies dense, whatever the tensor is a view of."""
    flat = tensor.detach().cpu().resolve_conj().clone(memory_format=torch.contiguous_format).reshape(-1)
    return ctypes.string_at(flat.data_ptr(), flat.nbytes)


def from_bytes(data: bytes | bytearray, dtype: torch.dtype, shape: list[int] | torch.Size) -> Tensor:
    """The tensor that has these numbers."""
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape) if data else torch.empty(shape, dtype=dtype)


MOST_OFFSET = 7  # numbers that are sent before the first one of a tensor, for code that forgets where it begins


def as_it_lies(tensor: Tensor) -> tuple[bytes, list[int], int] | None:
    """The memory of a tensor that does not lie dense, its strides and its offset; None for one that does."""
    if (tensor.is_contiguous() and not tensor.storage_offset()) or tensor.device.type != "cpu" or not tensor.numel():
        return None
    extent = 1 + sum((side - 1) * stride for side, stride in zip(tensor.shape, tensor.stride(), strict=True))
    first = tensor.storage_offset()
    offset = min(first, MOST_OFFSET)
    memory = tensor.detach().resolve_conj().as_strided((offset + extent,), (1,), first - offset)
    return to_bytes(memory), list(tensor.stride()), offset


def laid_out(data: bytes | bytearray, dtype: torch.dtype, shape: list[int], strides: list[int], offset: int) -> Tensor:
    """The tensor that lies so in this memory; raises RuntimeError or ValueError if it would reach beyond it."""
    memory = torch.frombuffer(bytearray(data), dtype=dtype)
    reach = offset + sum((side - 1) * stride for side, stride in zip(shape, strides, strict=True))
    if min(strides, default=0) < 0 or offset < 0 or reach >= len(memory):
        raise ValueError(f"strides {strides} reach beyond {len(memory)} numbers")
    return torch.empty(0, dtype=dtype).set_(memory.untyped_storage(), offset, shape, strides)


def close(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors have one shape and the same numbers up to rounding, whatever their dtypes."""
    if one.shape != other.shape:
        return False
    if not one.is_floating_point() and one.dtype == other.dtype and not one.is_complex():
        return torch.equal(one, other)
    rounding = 1e-4 if {one.dtype, other.dtype} & LOW_PRECISION else 1e-9
    dtype = torch.complex128 if one.is_complex() or other.is_complex() else torch.float64
    one, other = one.to(dtype), other.to(dtype)
    scale = max(1.0, float(other.abs().nan_to_num(0, 0, 0).max())) if other.numel() else 1.0
    return torch.allclose(one, other, rounding, rounding * scale, equal_nan=True)


def restore_defaults() -> None:
    """Undo what a learner's code may have told torch."""
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch.default_generator.manual_seed(0)  # torch.manual_seed would note a traceback for CUDA each time


def fill_unset_memory() -> None:
    """Let torch.empty give nan, or the largest whole number: what a learner's code forgets to set is wrong everywhere.

    Else it holds what was there before: zeros in a fresh process, so that the same code is right or wrong by chance.
    """
    torch._C._set_deterministic_algorithms(True, warn_only=True)  # the public function loads inductor, which takes 2 s
