"""What the learner and the model answer are asked for a picture alone: calls whose answers can be drawn."""

from collections.abc import Callable
from dataclasses import replace

from kit.learner.call import RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.verdict.record import Check

NETWORKS = {  # the arguments of the probe layers_told
    "Net": (("Net", 0, (2, 3, 32, 32)), {}),
    "LeNet5": (("LeNet5", 0, (2, 3, 32, 32)), {}),
    "ResBlock": (("ResBlock", 0, (2, 2, 4, 5)), {"n_chans": 2}),
    "NetResDeep": (("NetResDeep", 0, (2, 3, 32, 32)), {"n_chans": 4, "n_blocks": 3}),
}
COUNTS = {"conv2d_parameters": (5, 7, (2, 3)), "linear_parameters": (5, 7)}  # no two factors are the same


def question(failure: Check, asked: RecordedCall | None) -> RecordedCall | None:
    """The call to make for a picture; None if there is no better one than the call that failed."""
    if failure.function in NETWORKS:
        args, kwargs = NETWORKS[failure.function]
        return RecordedCall({"probe": "layers_told", "accelerator": "cpu"}, args, kwargs)
    if failure.function in COUNTS:
        return RecordedCall({"function": failure.function}, COUNTS[failure.function], {})
    make: Callable | None = {
        "validate": validation,
        "save_weights": saving,
        "channel_statistics": statistics,
    }.get(failure.function)
    if make:
        return make()
    return asked and with_other_numbers(asked)


def with_other_numbers(asked: RecordedCall) -> RecordedCall | None:
    """The same call with numbers that no two windows have in common.

    Hypothesis leaves a call with many zeros, from which nobody could tell which window an answer comes from.
    """
    tensors = [value for value in (*asked.args, *asked.kwargs.values()) if is_tensor(value)]
    answers = asked.value if isinstance(asked.value, tuple | list) else [asked.value]
    if "probe" in asked.header or not tensors or not all(map(is_tensor, answers)):
        return None
    kwargs = {name: numbered(value) for name, value in asked.kwargs.items()}
    return replace(asked, args=tuple(map(numbered, asked.args)), kwargs=kwargs, value=None)


def numbered(value: object) -> object:
    """A tensor of this shape and dtype with whole numbers from 1 to 97 in an order of no pattern."""
    if not is_tensor(value) or value.is_complex() or not value.numel():
        return value
    import torch

    numbers = torch.arange(1, value.numel() + 1)
    return ((numbers * numbers * 31 + numbers * 17) % 97 + 1).reshape(value.shape).to(value.dtype)


def state() -> dict:
    """The weights of the small network of the probes, with which the largest score is that of the largest pixel."""
    import torch

    eye = torch.eye(4, dtype=torch.float64)[:3]
    ones, zeros = torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    norm = {"weight": ones, "bias": zeros, "running_mean": zeros, "running_var": 0.75 * ones}
    count = {"norm.num_batches_tracked": torch.tensor(5)}
    return {f"norm.{k}": v for k, v in norm.items()} | count | {"fc.weight": eye, "fc.bias": eye[0, :3] * 0}


RIGHT = {"train": (0, 1, 0, 0, 0, 0, 1), "val": (1, 1, 1, 0, 1, 1, 0, 1)}  # which samples the small network knows
BATCH_SIZE = 3


def validation() -> RecordedCall:
    """A validation on two sets in batches of 3, 3 and 1 or 2, of which it is known which samples are right."""
    import torch

    def samples(right: tuple[int, ...]) -> tuple:
        classes = torch.arange(len(right)) % 3
        images = torch.eye(4, dtype=torch.float64)[classes].reshape(-1, 2, 1, 2) * 8
        return images, torch.where(torch.tensor(right) == 1, classes, (classes + 1) % 3)

    sets = [samples(RIGHT[name]) for name in ("train", "val")]
    return RecordedCall(
        {"probe": "validated", "accelerator": "cpu"}, ("cpu", state(), *sets), {"batch_size": BATCH_SIZE}
    )


def saving() -> RecordedCall:
    """The saving of the small network, which has buffers too."""
    return RecordedCall({"probe": "saved", "accelerator": "cpu"}, ("cpu", state()), {})


def statistics() -> RecordedCall:
    """The statistics of two small images of two channels, in which no two parts have the same mean."""
    import torch

    images = numbered(torch.zeros(2, 2, 2, 3, dtype=torch.float64))
    return RecordedCall({"function": "channel_statistics"}, (images,), {})
