"""Where an exercise forbids autograd its engine is out of reach: gradients flow through no operators of their own."""

import sys
from collections.abc import Callable

import torch

IN_C = ("_ImperativeEngine", "_EngineBase", "CompilationUnit", "_jit_script_compile")  # TorchScript calls it in C
REQUIRES_GRAD = torch._C.TensorBase.requires_grad


class NoEngine:
    """Stands for the engine of autograd."""

    def __init__(self, refuse: Callable[[str], None]):
        self.run_backward = lambda *_, **__: refuse("calling PyTorch's backward")


def take_gradients_away(refuse: Callable[[str], None]) -> None:
    """Have `refuse` called for what starts autograd's engine, and for the steps that it would take."""

    def step(tensor: torch.Tensor) -> object:
        """A printed tensor is asked for it too."""
        return refuse("using PyTorch's grad_fn") if REQUIRES_GRAD.__get__(tensor) else None

    torch.autograd.Variable._execution_engine = NoEngine(refuse)
    torch.Tensor.grad_fn = property(step)
    places = [torch._C, *(module for name, module in sys.modules.items() if name.startswith("torch.jit"))]
    for place in places:
        for name in IN_C:
            if hasattr(place, name):
                setattr(place, name, lambda *_, name=name, **__: refuse(f"calling PyTorch's {name}"))
