"""A batch norm as data: for each batch what left the layer, and what the layer then remembered."""

from kit.learner.lazy_torch import is_tensor
from kit.see.loading import table
from kit.verdict.harmless import harmless

REMEMBERED = ("running_mean", "running_var", "num_batches_tracked")
MOST = 4  # channels


def norm_picture(series: list[tuple]) -> dict | None:
    """The data of the picture; `series` has the calls with one batch, two batches and so on."""
    rows, said = [], ""
    for step, (asked, right) in enumerate(series, 1):
        if right.account or asked.account or asked.changed or not isinstance(asked.value, dict):
            break
        batch, mode = asked.args[2][-1], asked.args[3][-1]
        goes_in = f"mean {written(mean(batch))}; std {written(deviation(batch))}"
        about = f"batch {step}, in {mode} mode: what goes in has {goes_in}"
        rows.append({"cells": [about], "differs": False})
        for name, got, want in compared(asked.value, right.value):
            differs = not alike(got, want)
            rows.append({"cells": [name, written(want), written(got)], "differs": differs})
            if differs and not said:
                said = f"Batch {step}, in {mode} mode: {name} {written(got)}, where {written(want)} is right."
    if not said:
        return None
    return table("Batch after batch, a number for each channel", ["", "right", "yours"], rows, said, False)


def compared(got: dict, want: dict) -> list[tuple]:
    """What is laid side by side for a batch: (name, yours, right)."""
    answers = [(dict.get(side, "answers") or [None])[-1] for side in (got, want)]
    memories = [dict.get(side, "remembered") or {} for side in (got, want)]
    found = [("mean of what comes out", *map(mean, answers)), ("std of what comes out", *map(deviation, answers))]
    return found + [(name, memories[0].get(name), memories[1].get(name)) for name in REMEMBERED]


def mean(answer: object) -> object:
    """The mean of each channel."""
    return answer.double().mean((0, 2, 3)) if is_batch(answer) else answer


def deviation(answer: object) -> object:
    """The deviation of each channel."""
    return answer.double().std((0, 2, 3), correction=0) if is_batch(answer) else answer


def is_batch(answer: object) -> bool:
    """Whether this has channels."""
    return is_tensor(answer) and answer.dim() == 4 and not answer.is_complex()


def alike(got: object, want: object) -> bool:
    """Whether two lists of numbers are the same up to the rounding of float32."""
    if not is_tensor(got) or not is_tensor(want) or got.shape != want.shape or got.is_complex():
        return not is_tensor(want) and got == want
    return bool(((got.double() - want.double()).abs() <= 1e-5 * (1 + want.double().abs())).all())


def written(value: object) -> str:
    """Numbers of channels in a cell."""
    if not is_tensor(value) or value.is_complex():
        return "–" if value is None else harmless(type(value).__name__)
    numbers = [f"{round(x, 9) + 0.0:.4g}".replace("-", "\N{MINUS SIGN}") for x in value.flatten()[:MOST].tolist()]
    return ", ".join(numbers) + ", …" * (value.numel() > MOST)
