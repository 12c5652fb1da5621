"""What an exercise forbids, taken out of PyTorch's dispatcher: nobody reaches it, in whatever way it is called.

ForbiddenCalls sees Python's calls, and says their names. This is the net below it: compiled functions, callbacks and
code that has switched such modes off come through the dispatcher too. Source: torch.library.
"""

import ctypes
import functools
import re
import sys
from collections.abc import Callable, Iterator

import torch

OPERATORS = {  # by the kinds of kit.learner.forbidden, as far as operators can be told apart
    "convolution": r"_?(mkldnn_|slow_|thnn_|cudnn_|miopen_|_?nnpack_spatial_|_slow_)?conv(?!ert).*|_?fft_.*"
    r"|im2col|col2im|_?(reorder_)?convolution_.*|qconv.*",
    "pooling": r".*pool[123]d.*",
    "padding": r"(.*_)?pad(_nd|[123]d|_circular|_enum|_sequence|_packed_sequence)?|.*to_padded.*|.*_from_padded.*",
    "gradients": r".*_backward|conv_transpose.*|_make_dual.*",
    "normalization": r".*(batch|instance|group|layer|rms)_norm.*",
    "dropout": r".*dropout.*",
}
ELSEWHERE = (  # to tensors that have operators of their own
    r"to_mkldnn|quantize_per_.*|_make_per_.*|_empty_.*quantized|empty_quantized|_nested_(tensor|view)_.*"
)
NAMESPACES = ("aten", "mkldnn", "mkldnn_prepacked", "onednn", "quantized", "_quantized")
KEYS = (  # those under which an operator may have what computes on the CPU
    *("CPU", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional", "CompositeImplicitAutograd"),
    *("QuantizedCPU", "MkldnnCPU", "NestedTensorCPU", "SparseCPU", "SparseCsrCPU"),
)
IN_PYTHON = ("torch._refs", "torch._decomp", "torch._prims")  # operators written anew


@functools.cache
def operators() -> dict[str, tuple[tuple[str, str], ...]]:
    """Of each kind, the dispatcher's names of operators with their keys; asked before forking: there are thousands."""
    schemas = [s for s in torch._C._jit_get_all_schemas() if s.name.partition("::")[0] in NAMESPACES]
    names = {kind: re.compile(f"({pattern}|{ELSEWHERE})") for kind, pattern in OPERATORS.items()}
    found = {kind: [s for s in schemas if pattern.fullmatch(s.name.split("::")[1])] for kind, pattern in names.items()}
    return {kind: tuple(each for schema in found[kind] for each in _registered(schema)) for kind in found}


def _registered(schema: torch._C.FunctionSchema) -> Iterator[tuple[str, str]]:
    name = f"{schema.name}.{schema.overload_name}".rstrip(".")
    if torch._C._dispatch_has_kernel(name):  # TorchScript has some of its own
        yield from ((name, key) for key in KEYS if torch._C._dispatch_has_kernel_for_dispatch_key(name, key))


def take_out(kinds: list[str], refuse: Callable[[str], None]) -> None:
    """Have `refuse` called in place of each operator of these kinds, from now on; nothing in Python undoes it."""
    registrations = {each: None for kind in kinds for each in operators().get(kind, ())}
    libraries = {space: torch._C._dispatch_library("IMPL", space, "") for space in NAMESPACES}
    for name, key in registrations:
        space, operator = name.split("::")
        libraries[space].impl(operator, key, _refusing(refuse, operator), False)
    for library in libraries.values():
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))  # what it registered ends with it: nobody can drop it
    for place, key, name in {id(each): each for kind in kinds for each in in_python().get(kind, ())}.values():
        place[key] = _refusing(refuse, name)


@functools.cache
def in_python() -> dict[str, list[tuple[dict, object, str]]]:
    """PyTorch's functions that do an operator's work by others: where each of them stands, and its name."""
    modules = [vars(module) for name, module in sys.modules.items() if name.startswith(IN_PYTHON)]
    found = [(names, name, name) for names in modules for name, value in names.items() if callable(value)]
    tables = getattr(sys.modules.get("torch._decomp"), "global_decomposition_table", {}).values()
    found += [(table, operator, operator.name().partition("::")[2]) for table in tables for operator in table]
    patterns = {kind: re.compile(rf"_?({pattern})(\..*)?") for kind, pattern in OPERATORS.items()}
    return {kind: [each for each in found if pattern.fullmatch(each[2])] for kind, pattern in patterns.items()}


def _refusing(refuse: Callable[[str], None], name: str) -> Callable:
    return lambda *_, **__: refuse(f"calling PyTorch's {name.split('.')[0]}")
