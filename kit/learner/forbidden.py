"""What an exercise forbids to call, in every spelling: torch, torch.nn, aliases, torch.ops.aten."""

import re
from collections.abc import Callable

from torch.overrides import TorchFunctionMode

# What course.toml may forbid. The patterns are matched against PyTorch's names; methods are called "Tensor.name".
FORBIDDEN = {
    "convolution": r"_?(mkldnn_|slow_|thnn_|cudnn_|miopen_)?conv.*|unfold|fold|im2col|col2im|fft_.*",
    "pooling": r".*pool[123]d.*",
    "padding": r"(.*_)?pad(_nd|[123]d)?",
    "gradients": r"(Tensor\.)?backward|grad|.*_backward|_make_dual|_?convolution|conv_transpose.*",
    "normalization": r".*(batch|instance|group|layer|rms)_norm.*",
    "dropout": r".*dropout.*",
    "numpy": r"Tensor\.(numpy|__array__|__dlpack__)",
}


class ForbiddenCalls(TorchFunctionMode):
    """While active, refuses PyTorch's functions of the given kinds, keys of FORBIDDEN."""

    def __init__(self, kinds: list[str], refuse: Callable[[str], None]):
        super().__init__()
        self.refuse = refuse
        self.pattern = re.compile("|".join(FORBIDDEN[kind] for kind in kinds))
        self.allowed: set[object] = set()  # so that each function's name is looked at once

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """See torch.overrides.TorchFunctionMode."""
        if func not in self.allowed:
            name = torch_name(func)
            if self.pattern.fullmatch(name):
                self.refuse(f"calling PyTorch's {name}")
            self.allowed.add(func)
        return func(*args, **kwargs) if kwargs else func(*args)


def torch_name(func: object) -> str:
    """The name of one of PyTorch's functions without its overload: "conv2d", "Tensor.unfold"."""
    name = getattr(func, "__name__", "").split(".")[0]
    is_method = hasattr(func, "__objclass__") or getattr(func, "__qualname__", "").startswith("Tensor.")
    return f"Tensor.{name}" if is_method else name
