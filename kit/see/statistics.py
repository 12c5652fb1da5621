"""The mean and deviation of channels as data: the pixels of the first wrong number, and those that you took."""

import itertools
import math

from kit.learner.lazy_torch import is_tensor
from kit.see.values import number, tensor_node

MOST = 400  # numbers of the images
PARTS = ("image", "channel", "row", "column")


def statistics_picture(images: object, got: object, want: tuple) -> dict | None:
    """The data of the picture of channel_statistics; None if there is nothing to lay beside the right numbers."""
    if not is_tensor(images) or images.dim() != 4 or not 0 < images.numel() <= MOST:
        return None
    if not isinstance(got, tuple | list) or len(got) != 2 or not all(map(is_tensor, got)):
        return None
    which = next((i for i in (0, 1) if not alike(got[i], want[i])), 0)
    channel = first_channel(got[which], want[which])
    name = ("mean", "std")[which]
    dims, correction = explained(images, which, got[which])
    mine = None if dims is None else pixels(images, dims, channel)
    return {
        "kind": "statistics",
        "images": tensor_node(images.double()),
        "name": name,
        "channel": channel,
        "right": pixels(images, (0, 2, 3), channel),
        "yours": mine,
        "got": at(got[which], channel),
        "want": at(want[which], channel),
        "sentence": sentence(name, dims, correction, images.shape),
        "holdsSides": False,
    }


def alike(one: object, other: object) -> bool:
    """Whether two lists of numbers are the same up to rounding."""
    import torch

    return one.shape == other.shape and torch.allclose(one.double(), other.double(), 1e-5, 1e-8, equal_nan=True)


def first_channel(got: object, want: object) -> int:
    """The first channel whose number differs; 0 if the numbers cannot be compared."""
    if got.shape != want.shape:
        return 0
    return next((c for c in range(len(want)) if not alike(got[c : c + 1], want[c : c + 1])), 0)


def at(numbers: object, channel: int) -> object:
    """The number of a channel."""
    flat = numbers.flatten().tolist()
    return number(flat[min(channel, len(flat) - 1)]) if flat else None


def explained(images: object, which: int, got: object) -> tuple:
    """Over which dimensions, and with which correction, just these numbers come out; None if none or several do."""
    found = []
    for count in range(1, 5):
        for dims in itertools.combinations(range(4), count):
            n = math.prod(images.shape[d] for d in dims)
            for correction in (0, 1) if which and n > 1 else (0,):
                numbers = images.double().mean(dims) if not which else images.double().std(dims, correction=correction)
                if alike(numbers.flatten(), got.flatten()) and numbers.numel() == got.numel():
                    found.append((dims, correction))
    right = [way for way in found if way[0] == (0, 2, 3)]
    ways = right or found
    return ways[0] if len(ways) == 1 or (ways and same_pixels(ways, images)) else (None, 0)


def same_pixels(ways: list, images: object) -> bool:
    """Whether all these ways take the same pixels, since the others' sides are 1."""
    return len({(tuple(d for d in dims if images.shape[d] > 1), correction) for dims, correction in ways}) == 1


def pixels(images: object, dims: tuple, place: int) -> list[int]:
    """The pixels, counted through all images, that belong to one of the numbers."""
    import torch

    kept = [d for d in range(4) if d not in dims]
    sides = [images.shape[d] for d in kept]
    place = min(place, max(1, torch.Size(sides).numel()) - 1)
    chosen = [slice(None)] * 4
    for d, side in zip(reversed(kept), reversed(sides), strict=True):
        chosen[d], place = slice(place % side, place % side + 1), place // side
    return torch.arange(images.numel()).reshape(images.shape)[tuple(chosen)].flatten().tolist()


def sentence(name: str, dims: tuple | None, correction: int, shape: tuple) -> str:
    """What was averaged, in words."""
    if dims is None:
        return f"Yours is no {name} of a whole part of the images."
    n = math.prod(shape[d] for d in dims)
    if dims == (0, 2, 3):
        return f"You took the right {n} pixels, and divided by {n - correction}, not by {n}." if correction else ""
    kept = [PARTS[d] for d in range(4) if d not in dims]
    return f"Each of your numbers is the {name} of {'one ' + ' and one '.join(kept) if kept else 'all pixels'}."
