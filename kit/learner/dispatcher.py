"""What an exercise forbids, taken out of PyTorch's dispatcher: nobody reaches it, in whatever way it is called.

ForbiddenCalls sees Python's calls, and says their names. This is the net below it: compiled functions, callbacks and
code that has switched such modes off come through the dispatcher too. Source: torch.library.
"""

import functools
import re
from collections.abc import Callable

import torch

OPERATORS = {  # by the kinds of kit.learner.forbidden, as far as operators can be told apart
    "convolution": r"_?(mkldnn_|slow_|thnn_|cudnn_|miopen_|_?nnpack_spatial_|_slow_)?conv.*|_?fft_.*|im2col|col2im",
    "pooling": r".*pool[123]d.*",
    "padding": r"(.*_)?pad(_nd|[123]d|_circular|_enum|_sequence)?|.*to_padded.*|.*_from_padded.*",
    "gradients": r".*_backward|conv_transpose.*",
    "normalization": r".*(batch|instance|group|layer|rms)_norm.*",
    "dropout": r".*dropout.*",
}
ELSEWHERE = r"to_mkldnn|quantize_per_.*|_nested_tensor_.*"  # to tensors that have operators of their own


@functools.cache
def operators() -> dict[str, tuple[str, ...]]:
    """The dispatcher's names of the operators of each kind; asked before forking, since there are thousands."""
    names = [schema for schema in torch._C._jit_get_all_schemas() if schema.name.startswith("aten::")]
    patterns = {kind: re.compile(f"aten::({pattern}|{ELSEWHERE})") for kind, pattern in OPERATORS.items()}
    found = {kind: [each for each in names if pattern.fullmatch(each.name)] for kind, pattern in patterns.items()}
    return {kind: tuple(f"{s.name}.{s.overload_name}".rstrip(".") for s in schemas) for kind, schemas in found.items()}


class Ban:
    """Has `refuse` called in place of each operator of these kinds, from now on."""

    def __init__(self, kinds: list[str], refuse: Callable[[str], None]):
        self.names = {name for kind in kinds for name in operators().get(kind, ())}
        self.refuse = refuse
        self.take_out()

    def take_out(self) -> None:
        """Take the operators out of the dispatcher."""
        self.library = torch.library.Library("aten", "IMPL")
        for name in self.names:
            self.library.impl(name, _refusing(self.refuse, name.split("::")[1]), "CPU", allow_override=True)

    def put_back(self) -> None:
        """Make the dispatcher what it was before."""
        self.library._destroy()


def _refusing(refuse: Callable[[str], None], name: str) -> Callable:
    return lambda *_, **__: refuse(f"calling PyTorch's {name.split('.')[0]}")
