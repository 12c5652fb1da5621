"""A count of parameters as data: a block for each factor of the product, and the bias."""

import itertools
import math

NAMES = {
    "conv2d_parameters": ("in_channels", "out_channels", "kernel_size", "bias"),
    "linear_parameters": ("in_features", "out_features", "bias"),
}


def parameters_picture(function: str, args: tuple, kwargs: dict, got: object, want: int) -> dict | None:
    """The data of the picture; None if the right answer is no number."""
    asked = {"bias": True, **dict(zip(NAMES[function], args, strict=False)), **kwargs}
    if type(want) is not int:
        return None
    if function == "linear_parameters":
        factors = [("outputs", asked["out_features"]), ("inputs", asked["in_features"])]
    else:
        size = asked["kernel_size"]
        height, width = (size, size) if type(size) is int else size
        channels = [("filters", asked["out_channels"]), ("channels", asked["in_channels"])]
        factors = [*channels, ("rows", height), ("columns", width)]
    bias = factors[0][1] if asked["bias"] else 0
    used, added = explained([n for _, n in factors], factors[0][1], got)
    values = "".join(f"{name} = {value}, " for name, value in asked.items())
    return {
        "kind": "parameters",
        "call": f"{function} with {values.removesuffix(', ')}",
        "factors": [
            {"name": name, "n": n, "isYours": used is None or i in used} for i, (name, n) in enumerate(factors)
        ],
        "bias": bias,
        "yourBias": added,
        "isExplained": used is not None,
        "got": got if isinstance(got, int | float) and not isinstance(got, bool) else None,
        "want": want,
        "sentence": sentence(factors, bias, used, added),
        "holdsSides": False,
    }


def explained(factors: list[int], outputs: int, got: object) -> tuple:
    """Which factors were multiplied, and how many biases added: the only way to come to this count, or None twice.

    The fewer factors are left out the likelier it is; of several ways with as many factors none is said.
    """
    if type(got) is not int:
        return None, None
    for count in range(len(factors), 0, -1):
        found = [
            (used, added)
            for used in itertools.combinations(range(len(factors)), count)
            for added in dict.fromkeys((outputs, 0, 1, factors[1], outputs * factors[1]))
            if math.prod(factors[i] for i in used) + added == got
        ]
        if found:
            kinds = {(tuple(factors[i] for i in used), added) for used, added in found}
            return found[0] if len(kinds) == 1 else (None, None)
    return None, None


def sentence(factors: list[tuple[str, int]], bias: int, used: tuple | None, added: int | None) -> str:
    """What is missing or too much in the learner's count, in words."""
    if used is None:
        return ""
    left_out = [name for i, (name, _) in enumerate(factors) if i not in used]
    said = [f"leaves out the factor of the {' and the '.join(left_out)}"] if left_out else []
    if added != bias:
        counted = "1 bias" if added == 1 else f"{added} biases"
        said.append(f"adds {counted} and not {bias}")
    return f"Your count {', and '.join(said)}." if said else ""
