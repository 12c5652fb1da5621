"""What a call costs: operations, multiply-adds, how many numbers they read, and the largest tensor that is made."""

import math

import torch
from torch.utils._python_dispatch import TorchDispatchMode

PRODUCTS = {"mul", "mul_", "addcmul", "addcmul_"}  # a product for each number that comes out
DOTS = {"dot", "vdot"}
MATRICES = {"mm": 0, "bmm": 0, "addmm": 1, "baddbmm": 1, "mv": 0, "addmv": 1}  # which argument is the left factor
VIEWS = {"_unsafe_view", "lift_fresh"}  # views that PyTorch does not call so
OVERWRITING = {"copy_", "fill_", "zero_"}  # the first argument is written and not read


class Counting(TorchDispatchMode):
    """While active, adds up what PyTorch's operations do, below every spelling."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = self.multiply_adds = self.numbers_read = self.largest_tensor = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """See torch.utils._python_dispatch."""
        answer = func(*args, **(kwargs or {}))
        name = func._overloadpacket.__name__
        self.calls += 1
        if not func.is_view and name not in VIEWS:
            self.numbers_read += sum(a.numel() for a in _tensors(args[name in OVERWRITING :]))
            self.multiply_adds += _multiply_adds(name, args, answer)
            self.largest_tensor = max([self.largest_tensor, *(a.numel() for a in _tensors((answer,)))])
        return answer

    def cost(self) -> dict[str, int]:
        """The sums so far."""
        return {
            "calls": self.calls,
            "multiply_adds": self.multiply_adds,
            "numbers_read": self.numbers_read,
            "largest_tensor": self.largest_tensor,
        }


def _multiply_adds(name: str, args: tuple, answer: object) -> int:
    if name in PRODUCTS:
        return answer.numel()
    if name in DOTS:
        return args[0].numel()
    if name in MATRICES:
        return answer.numel() * args[MATRICES[name]].shape[-1]
    if name == "convolution":
        return answer.numel() * math.prod(args[1].shape[1:])
    if name == "convolution_backward":
        return args[0].numel() * math.prod(args[2].shape[1:]) * sum(args[-1][:2])
    return 0


def _tensors(values: tuple) -> list[torch.Tensor]:
    """The tensors among the arguments of an operation, those in lists too."""
    flat = [item for value in values for item in (value if isinstance(value, list | tuple) else [value])]
    return [item for item in flat if isinstance(item, torch.Tensor)]
