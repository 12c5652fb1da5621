"""The arguments of a call by the names of the parameters, and the sizes that follow from them.

The letters of the sizes are those of the docstrings.
"""

import ast
import functools
import inspect
from dataclasses import dataclass

from kit.course.manifest import Exercise
from kit.learner.call import RecordedCall
from kit.learner.lazy_torch import is_tensor

LETTERS = {  # of the dimensions of a tensor, the last ones where it has fewer
    "image": ("H", "W"),
    "volume": ("C", "H", "W"),
    "input": ("N", "C", "H", "W"),
    "images": ("N", "C", "H", "W"),
    "outputs": ("N", "K"),
    "kernel": ("C", "KH", "KW"),
    "weight": ("C_out", "C", "KH", "KW"),
    "bias": ("C_out",),
    "mean": ("C",),
    "std": ("C",),
}
LETTERS_OF = {"conv_transpose2d": {"weight": ("C", "C_out", "KH", "KW")}}  # of one function, where they are others
PARTS = {"kernel_size": "K", "stride": "S", "padding": "P"}  # which are ints or pairs: KH and KW, SH and SW, PH and PW


@dataclass(frozen=True)
class Inputs:
    """The arguments of a call by the names of the parameters, and the sizes that follow from them."""

    bound: inspect.BoundArguments
    values: dict[str, object]  # those too that were left to their defaults
    sizes: dict[str, int]  # by letter
    is_transposed: bool = False  # a pixel of the input paints a kernel, so that no kernel has to fit


@functools.cache
def signature(exercise: Exercise, function: str) -> inspect.Signature | None:
    """The parameters of a function, read from its model answer with their annotations; None for a class."""
    source = exercise.solution.read_text(encoding="utf-8")
    found = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == function]
    if not found:
        return None
    listed = found[0].args.args
    defaults = [ast.literal_eval(default) for default in found[0].args.defaults]
    defaults = [inspect.Parameter.empty] * (len(listed) - len(defaults)) + defaults
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        inspect.Parameter(each.arg, kind, default=default, annotation=each.annotation)
        for each, default in zip(listed, defaults, strict=True)
    )


def inputs_of(exercise: Exercise, recorded: RecordedCall) -> Inputs | None:
    """What a call was given; None for a probe, and where the arguments do not fit the parameters."""
    parameters = signature(exercise, recorded.header.get("function", ""))
    if parameters is None:
        return None
    try:
        bound = parameters.bind(*recorded.args, **recorded.kwargs)
    except TypeError:
        return None
    values = {name: p.default for name, p in parameters.parameters.items()} | bound.arguments
    return Inputs(bound, values, _sizes(values, recorded.header["function"]), recorded.header["function"] in LETTERS_OF)


def letters_of(name: str, tensor: object, function: str = "") -> tuple[str, ...] | None:
    """The letters of a tensor's dimensions; None if it has others."""
    letters = LETTERS_OF.get(function, {}).get(name) or LETTERS.get(name, ())
    return letters[len(letters) - tensor.dim() :] if 0 < tensor.dim() <= len(letters) else None


def is_int(value: object) -> bool:
    """Whether a value is a plain int, which a bool is not."""
    return type(value) is int


def _sizes(values: dict[str, object], function: str) -> dict[str, int]:
    sizes = {}
    for name, value in values.items():
        if is_tensor(value):
            sizes |= dict(zip(letters_of(name, value, function) or (), value.shape, strict=False))
        elif name in PARTS and ("image" in values or "input" in values):
            sizes |= _two(PARTS[name], value)
    if "KH" in sizes and "stride" in values and values["stride"] is None:
        sizes |= {"SH": sizes["KH"], "SW": sizes["KW"]}
    return sizes


def _two(letter: str, value: object) -> dict[str, int]:
    """The sizes that an int or a pair stands for."""
    pair = (value, value) if is_int(value) else value
    fits = isinstance(pair, tuple | list) and len(pair) == 2 and all(map(is_int, pair))
    return dict(zip((f"{letter}H", f"{letter}W"), pair, strict=True)) if fits else {}
