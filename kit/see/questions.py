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
    "DepthwiseSeparable": (
        ("DepthwiseSeparable", 0, (2, 2, 4, 5)),
        {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 1},
    ),
}
COUNTS = {"conv2d_parameters": (5, 7, (2, 3)), "linear_parameters": (5, 7)}  # no two factors are the same


def questions(failure: Check, asked: RecordedCall | None) -> list[RecordedCall]:
    """The calls to make for a picture; none if there is no better one than the call that failed."""
    if failure.function in NETWORKS:
        args, kwargs = NETWORKS[failure.function]
        # Nothing is forbidden here: ex15's layer is made of PyTorch's convolutions, and the picture does not judge.
        return [RecordedCall({"probe": "layers_told", "accelerator": "cpu", "allows_all": True}, args, kwargs)]
    if failure.function in COUNTS:
        return [RecordedCall({"function": failure.function}, COUNTS[failure.function], {})]
    make = {"validate": validation, "save_weights": saving, "channel_statistics": statistics}
    if failure.function in make:
        return [make[failure.function]()]
    make_several: Callable | None = {
        "learn_kernel": steps_of_learning,
        "make_loader": epochs,
        "load_weights": loading,
        "count_parameters": counting,
        "pick_device": machines,
        "BatchNorm2d": steps_of_norm,
        "Dropout": droppings,
        "normalize": normalizing,
    }.get(failure.function)
    if make_several:
        return make_several(asked)
    other = asked and with_other_numbers(asked)
    return [other] if other else []


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


def probe(name: str, *args: object, **kwargs: object) -> RecordedCall:
    """A call to a probe."""
    return RecordedCall({"probe": name, "accelerator": "cpu"}, args, kwargs)


def is_probe(asked: RecordedCall | None, name: str) -> bool:
    """Whether the call that failed is one of this probe."""
    return asked is not None and asked.header.get("probe") == name


def normalizing(asked: RecordedCall | None) -> list[RecordedCall]:
    """The normalisation of two small images by their own means and deviations, and that which failed."""
    (images,) = statistics().args
    mean, std = images.mean((0, 2, 3)), images.std((0, 2, 3), correction=0)
    calls = [RecordedCall({"function": "normalize"}, (images, mean, std), {})]
    if asked is None or asked.header.get("function") != "normalize":
        return calls
    args = [*asked.args, *(asked.kwargs[name] for name in ("images", "mean", "std") if name in asked.kwargs)]
    is_batch = len(args) == 3 and is_tensor(args[0]) and args[0].dim() == 4
    return [*calls, RecordedCall(asked.header, tuple(args), {})] if is_batch else calls


MOST_STEPS = 12


def steps_of_learning(asked: RecordedCall | None) -> list[RecordedCall]:
    """The call that failed, with 0, 1, 2, … steps in place of its own."""
    if asked is None or asked.header.get("function") != "learn_kernel":
        return []
    named = {**dict(zip(("image", "target", "kernel_size", "steps", "lr"), asked.args, strict=False)), **asked.kwargs}
    if type(named.get("steps")) is not int:
        return []
    count = min(max(named["steps"], 4), MOST_STEPS)
    return [RecordedCall(asked.header, (), {**named, "steps": steps}) for steps in range(count + 1)]


def epochs(asked: RecordedCall | None) -> list[RecordedCall]:
    """The epochs that failed, else two epochs of seven samples that tell their number, in order and shuffled."""
    import torch

    if is_probe(asked, "epochs"):
        return [replace(asked, value=None)]
    dataset = [(torch.full((1, 1, 1), float(i)), i % 2) for i in range(7)]
    return [probe("epochs", dataset, 3, shuffle, generator_seed=0, count=2) for shuffle in (False, True)]


def loading(asked: RecordedCall | None) -> list[RecordedCall]:
    """The loading that failed, else that of the small network's file, and of files that do not fit."""
    import io

    import torch

    has_file = is_probe(asked, "loaded") and asked.kwargs.get("state") is None
    if has_file or is_probe(asked, "refused"):
        return [replace(asked, value=None)]
    file, whole = io.BytesIO(), state()
    torch.save(whole, file)
    data, images = torch.frombuffer(bytearray(file.getvalue()), dtype=torch.uint8), validation().args[2][0]
    lacks = {name: tensor for name, tensor in whole.items() if name != "fc.bias"}
    more = whole | {"fc2.weight": whole["fc.weight"]}
    return [probe("loaded", "cpu", "cpu", data, images), probe("refused", lacks), probe("refused", more)]


NETWORK = """model = nn.Sequential(
    nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.Linear(5, 7), nn.Linear(7, 7), nn.Linear(7, 7))
model[2].requires_grad_(False)
model[4].weight = model[3].weight"""


def counting(asked: RecordedCall | None) -> list[RecordedCall]:
    """The count that failed, else that of a network with all that can be counted wrongly; and the tensors by name."""
    source = asked.args[0] if is_probe(asked, "count") else NETWORK
    return [probe("count", source), probe("tensors_told", source)]


def machines(_: RecordedCall | None) -> list[RecordedCall]:
    """All machines with and without CUDA and MPS."""
    return [probe("picked_device", cuda, mps) for cuda in (True, False) for mps in (True, False)]


def steps_of_norm(asked: RecordedCall | None) -> list[RecordedCall]:
    """The batches that failed, one more in each call; else three of two small images, the last in eval mode."""
    import torch

    if is_probe(asked, "passed"):
        arguments, begins, batches, modes = asked.args[:4]
    else:
        numbers = numbered(torch.zeros(3, 2, 2, 1, 2, dtype=torch.float64))
        arguments, begins, batches, modes = {"num_features": 2}, None, [*numbers], ["train", "train", "eval"]
    return [probe("passed", arguments, begins, batches[:n], modes[:n]) for n in range(1, len(batches) + 1)]


def droppings(asked: RecordedCall | None) -> list[RecordedCall]:
    """Some calls of one layer in which 24 ones are dropped or kept, with the p and in the mode that failed."""
    arguments, mode = {"p": 0.5}, "train"
    if asked is not None and asked.args and isinstance(asked.args[0], dict):
        arguments = {"p": asked.args[0].get("p", 0.5)}
        mode = "eval" if "eval" in asked.args else "train"
    return [probe("ones_dropped", arguments, (4, 6), mode)]
