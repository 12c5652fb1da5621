"""Convolution and pooling as data: a window that slides over a padded image, and what it should have made."""

import itertools
from collections.abc import Callable

from torch import Tensor

from kit.given import pair
from kit.see.values import MOST_NUMBERS, differing, number, tensor_node

FARTHEST = 3  # windows that begin so many pixels away are tried
LONGEST_STRIDE = 4
TURNS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda kernel: kernel,
    "turned by 180 degrees": lambda kernel: kernel.flip(-2, -1),
    "with its rows in the opposite order": lambda kernel: kernel.flip(-2),
    "with its columns in the opposite order": lambda kernel: kernel.flip(-1),
    "with rows and columns exchanged": lambda kernel: kernel.mT if kernel.shape[-1] == kernel.shape[-2] else kernel,
}
SUM, MAX, MEAN, PICK = "sum", "max", "mean", "pick"
NAMES = {  # of arguments, in order
    "correlate2d": ("image", "kernel", "stride", "padding"),
    "convolve2d": ("image", "kernel"),
    "pad2d": ("image", "padding"),
    "correlate_volume": ("volume", "kernel"),
    "stack_filters": ("volume", "weight", "bias"),
    "conv2d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "max_pool2d": ("input", "kernel_size", "stride", "padding"),
    "avg_pool2d": ("input", "kernel_size", "stride", "padding"),
    "subsample": ("input", "stride"),
}
RULES = {"max_pool2d": MAX, "avg_pool2d": MEAN, "subsample": PICK, "pad2d": PICK}


def is_one(header: dict) -> bool:
    """Whether a call is one of these."""
    return "probe" not in header and header.get("function") in NAMES


def window_picture(function: str, args: tuple, kwargs: dict, got: object, want: Tensor) -> dict | None:
    """The data of the picture; None if these arguments make none."""
    asked = arguments(function, args, kwargs)
    if asked is None or not isinstance(want, Tensor) or not want.numel():
        return None
    want4 = four(want, function)
    is_alike = isinstance(got, Tensor) and got.dim() == want.dim() and not got.is_complex()
    got4 = four(got, function) if is_alike else None
    drawn = (asked["input"], asked["weight"], want4, got4)
    if any(tensor is not None and tensor.numel() > MOST_NUMBERS for tensor in drawn):
        return None
    comparable = got4 is not None and got4.shape == want4.shape
    first = first_place(got4, want4) if comparable else [0] * 4
    picture = {
        "kind": "window",
        "rule": asked["rule"],
        "input": tensor_node(asked["input"]),
        "weight": None if asked["weight"] is None else tensor_node(asked["weight"]),
        "bias": None if asked["bias"] is None else [number(x) for x in asked["bias"].tolist()],
        "size": asked["size"],
        "stride": asked["stride"],
        "padding": asked["padding"],
        "turned": function == "convolve2d",
        "got": None if got4 is None else tensor_node(got4, want4),
        "want": tensor_node(want4, got4),
        "comparable": comparable,
    }
    found = at(picture, asked, first)
    return {
        **picture,
        "holdsSides": got4 is not None and (not comparable or bool(picture["want"]["differs"])),
        "first": {"place": first, **found},
        "channel": channel_to_show(picture["input"], first[0], found.get("terms", [])),
    }


def channel_to_show(image: dict, sample: int, terms: list) -> int:
    """The first channel with a product that is not 0, else with a pixel that is not, so that there is much to see."""
    n_samples, channels, numbers = *image["shape"][:2], image["numbers"]
    pixels, products = len(numbers) // (n_samples * channels), len(terms) // channels
    seen = [c for c in range(channels) if any(x and w for x, w in terms[c * products : (c + 1) * products])]
    starts = [(sample * channels + c) * pixels for c in range(channels)]
    return next(iter([*seen, *(c for c, i in enumerate(starts) if any(numbers[i : i + pixels]))]), 0)


def arguments(function: str, args: tuple, kwargs: dict) -> dict | None:
    """A call in the form of conv2d's arguments, whichever function it was made to."""
    named = {**dict(zip(NAMES[function], args, strict=False)), **kwargs}
    image = next((named[name] for name in ("image", "volume", "input") if isinstance(named.get(name), Tensor)), None)
    weight = next((named[name] for name in ("kernel", "weight") if isinstance(named.get(name), Tensor)), None)
    rule = RULES.get(function, SUM)
    if any(named.get(name, 1) not in (1, (1, 1), [1, 1]) for name in ("dilation", "groups")):
        return None  # such windows have holes, or look at a part of the channels
    if image is None or not 2 <= image.dim() <= 4 or (rule == SUM and (weight is None or weight.dim() > 4)):
        return None
    size = list(weight.shape[-2:]) if rule == SUM else list(pair(named.get("kernel_size", 1)))
    stride = named.get("stride")
    default = size if rule in (MAX, MEAN) else 1
    return {
        "rule": rule,
        "input": image[(None,) * (4 - image.dim())],  # (N, C, H, W)
        "weight": None if weight is None else weight[(None,) * (4 - weight.dim())],  # (C_out, C, KH, KW)
        "bias": named.get("bias"),
        "size": size,
        "stride": list(pair(default if stride is None else stride)),
        "padding": list(pair(named.get("padding", 0))),
    }


def four(answer: Tensor, function: str) -> Tensor:
    """An answer with all four dimensions. Shape: (N, C_out, H_out, W_out)."""
    return answer[None] if function == "stack_filters" else answer[(None,) * (4 - answer.dim())]


def first_place(got: Tensor, want: Tensor) -> list[int]:
    """Where two answers differ first."""
    places = differing(got, want).nonzero()
    return places[0].tolist() if len(places) else [0] * 4


def at(picture: dict, asked: dict, place: list[int]) -> dict:
    """The window that should have made one number, and its products if it has some.

    Rows and columns count from the image's own first pixel: padding lies at negative ones and behind the last.
    """
    n, o, i, j = place
    (sh, sw), (ph, pw), (kh, kw) = asked["stride"], asked["padding"], asked["size"]
    top, left = i * sh - ph, j * sw - pw
    found = {"window": [top, left, kh, kw]}
    if asked["rule"] != SUM:
        return found
    image, weight = asked["input"], asked["weight"]
    _, channels, height, width = image.shape
    if channels != weight.shape[1] or o >= len(weight):
        return found
    terms = []
    for c, a, b in itertools.product(range(channels), range(kh), range(kw)):
        inside = 0 <= top + a < height and 0 <= left + b < width
        u, v = (kh - 1 - a, kw - 1 - b) if picture["turned"] else (a, b)
        pixel = image[n, c, top + a, left + b].item() if inside else 0
        terms.append([number(pixel), number(weight[o, c, u, v].item())])
    return {**found, "terms": terms}


def yours(function: str, args: tuple, kwargs: dict, got: object) -> dict | None:
    """The windows from which all numbers of an answer come, if they are others than they should be.

    Only said if exactly one way to lay the windows explains the answer: with the stride and the kernel as they should
    be, else with another kernel, else with another stride too.
    """
    asked = arguments(function, args, kwargs)
    if asked is None or asked["rule"] == MAX or not isinstance(got, Tensor) or not 2 <= got.dim() <= 4:
        return None
    if got.is_complex():
        return None
    got = four(got, function).double()
    if got.dim() != 4 or asked["input"].numel() > 4000 or not bool(got.any()):
        return None
    dense = {turn: densely(asked, turn, function == "convolve2d") for turn in TURNS}
    right = (*asked["stride"], *(-p for p in asked["padding"]), "")
    fitting = [way for way in ways(asked, got.shape) if fits(dense[way[4]], way, got)]
    same_stride = [way for way in fitting if way[:2] == right[:2]]
    same_kernel = [way for way in same_stride if not way[4]]
    found = next(filter(None, (same_kernel, same_stride, fitting)), [])
    return described(found[0], right) if len(found) == 1 and found[0] != right else None


def ways(asked: dict, shape: tuple) -> list[tuple]:
    """Strides, the first window's row and column, and how the kernel lies."""
    reach = [range(-p - FARTHEST, FARTHEST + 1) for p in asked["padding"]]
    strides = [
        range(1, LONGEST_STRIDE + 1) if side > 1 else [right]  # a single window makes no step
        for side, right in zip(shape[2:], asked["stride"], strict=True)
    ]
    weight = asked["weight"]
    turns, seen = [], []
    for name, turn in TURNS.items():  # a kernel that looks the same when it is turned says nothing
        lies = weight if weight is None else turn(weight)
        if not any(lies is other or (lies is not None and lies.equal(other)) for other in seen):
            turns.append(name)
            seen.append(lies)
    return [*itertools.product(*strides, *reach, turns)]


MARGIN = 24  # of zeros around an image, in which every window that is tried has room


def densely(asked: dict, turn: str, turned: bool) -> Tensor:
    """The answers of all windows, with zeros all around the image. Shape: (N, C_out, MARGIN + H + …, …)."""
    import torch.nn.functional as F

    image = F.pad(asked["input"].double(), (MARGIN,) * 4)
    if asked["rule"] == PICK:
        return image
    if asked["rule"] == MEAN:
        return F.avg_pool2d(image, asked["size"], 1)
    weight = TURNS[turn](asked["weight"].double().flip(-2, -1) if turned else asked["weight"].double())
    if weight.shape[1] != image.shape[1]:
        return image[:, :, :0, :0]
    bias = asked["bias"]
    return F.conv2d(image, weight, bias if bias is None else bias.double())


def fits(dense: Tensor, way: tuple, got: Tensor) -> bool:
    """Whether windows that are laid so give just this answer."""
    sh, sw, top, left, _ = way
    h, w = got.shape[2:]
    laid = dense[:, :, MARGIN + top :: sh, MARGIN + left :: sw][:, :, :h, :w]
    return laid.shape == got.shape and bool(((laid - got).abs() < 1e-4 * (1 + got.abs())).all())


def described(way: tuple, right: tuple) -> dict:
    """Windows that lie otherwise than they should, in words too."""
    sh, sw, top, left, turn = way
    said = []
    if (top, left) != right[2:4]:
        said.append(f"begin at row {top}, column {left} of the image, not at row {right[2]}, column {right[3]}")
    for name, step, want in (("row", sh, right[0]), ("column", sw, right[1])):
        if step != want:
            said.append(f"move on by {step} {name}{'s' if step > 1 else ''} and not by {want}")
    if turn:
        said.append(f"are multiplied with the kernel {turn}")
    return {"start": [top, left], "stride": [sh, sw], "turn": turn, "sentence": f"Your windows {', and '.join(said)}."}
