"""A machine with the accelerator, for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from kit.learner.accelerator import backend
from kit.learner.accelerator.tensor import AccelTensor
from kit.learner.accelerator.words import NAME

torch_swaps_tensors = torch.utils.swap_tensors


@contextmanager
def accelerator() -> Iterator[torch.device]:
    """Give this machine an accelerator; without the block, the device is refused."""
    backend.register()
    swaps_by_itself = torch.__future__.get_swap_module_params_on_conversion()
    before, backend.present = (backend.present, torch.utils.swap_tensors), True
    torch.__future__.set_swap_module_params_on_conversion(True)  # Module.to keeps its parameters, as on CUDA
    torch.utils.swap_tensors = _swap_tensors
    synchronize, torch.accelerator.synchronize = torch.accelerator.synchronize, lambda _device=None: None
    try:
        # The engine's own thread for the device makes the interpreter abort when it exits.
        with torch.autograd.set_multithreading_enabled(False):
            yield torch.device(NAME, 0)
    finally:
        backend.present, torch.utils.swap_tensors = before
        torch.accelerator.synchronize = synchronize
        torch.__future__.set_swap_module_params_on_conversion(swaps_by_itself)


def _swap_tensors(first: torch.Tensor, second: torch.Tensor) -> None:
    """Swap between devices only: torch does it where nothing moves too, and then no graph may be there."""
    if isinstance(first, AccelTensor) == isinstance(second, AccelTensor):
        first.data = second.data
    else:
        torch_swaps_tensors(first, second)
