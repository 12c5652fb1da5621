"""A kernel that is learned as data: the kernel after each number of steps, and its loss, beside the right ones."""

import math

from kit.learner.lazy_torch import is_tensor
from kit.see.grids import grid
from kit.see.kernels import correlated
from kit.see.values import number, same


def learning_picture(series: list[tuple]) -> dict | None:
    """The data of the picture; `series` has the calls with 0, 1, 2, … steps, each with the right answer."""
    asked = series[0][0].kwargs
    image, target = (asked.get(name) for name in ("image", "target"))
    pairs = [(one.value, other.value) for one, other in series]
    if not all(is_tensor(x) for x in (image, target)) or not all(fits(got, want) for got, want in pairs):
        return None
    losses = [[loss(image, target, kernel) for kernel in pair] for pair in pairs]
    first = next((i for i, (got, want) in enumerate(pairs) if not same(got, want)), None)
    if first is None:
        return None
    got, want = pairs[first]
    return {
        "kind": "learning",
        "first": first,
        "got": {"losses": [one for one, _ in losses]},
        "want": {"losses": [other for _, other in losses]},
        "rows": [
            {
                "name": f"the kernel after {steps(first)}",
                "grids": [
                    grid("yours", got, want, alt=f"your kernel after {steps(first)}"),
                    grid("right", want, got, alt=f"the right kernel after {steps(first)}"),
                ],
            }
        ],
        "sentence": sentence(first, *losses[first]),
        "holdsSides": True,
    }


def fits(got: object, want: object) -> bool:
    """Whether the learner's kernel can be laid on the image as the right one is."""
    return is_tensor(got) and is_tensor(want) and got.shape == want.shape and not got.is_complex() and got.dim() == 2


def loss(image: object, target: object, kernel: object) -> object:
    """The mean squared difference that a kernel leaves."""
    value = (correlated(image.double(), kernel) - target.double()).square().mean().item()
    return number(value) if math.isfinite(value) else str(value)


def steps(count: int) -> str:
    """A number of steps in words."""
    return f"{count} step{'s' * (count != 1)}"


def sentence(first: int, got: object, want: object) -> str:
    """From which step on the kernel is another, and whether its loss is larger."""
    before = f"up to {steps(first - 1)}" if first > 1 else "before the first step"
    begin = f"Your kernel is right {before}, and another" if first else "Your kernel is another"
    one, other = (f"{x:.4g}" if isinstance(x, int | float) else x for x in (got, want))
    losses = f"its loss is {one}, and the right one's {other}" if one != other else f"both have the loss {one}"
    return f"{begin} after {steps(first)}: {losses}."
