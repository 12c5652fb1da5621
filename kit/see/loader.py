"""A loader as data: which samples came in which batch, and which are missing or came twice."""

from kit.learner.lazy_torch import is_tensor
from kit.verdict.values import show_value

MOST = 30  # samples


def loader_picture(dataset: list, batch_size: int, shuffle: bool, got: object, want: object) -> dict | None:
    """The data of the picture of epochs; None if nothing can be said of which samples came."""
    numbers = {side: numbered_epochs(dataset, told) for side, told in (("yours", got), ("right", want))}
    if len(dataset) > MOST or None in numbers.values() or not numbers["yours"]:
        return None
    right = [[*range(start, min(start + batch_size, len(dataset)))] for start in range(0, len(dataset), batch_size)]
    said = sentence(numbers["yours"], right, shuffle)
    if not said:
        return None
    return {
        "kind": "batches",
        "n": len(dataset),
        "call": f"{show_value(len(dataset))} samples, batch_size={batch_size}, shuffle={shuffle}",
        "epochs": [
            {"batches": batches, "twice": twice(batches), "missing": missing(batches, len(dataset))}
            for batches in numbers["yours"]
        ],
        "right": numbers["right"],
        "sentence": said,
        "holdsSides": True,
    }


def numbered_epochs(dataset: list, told: object) -> list | None:
    """The numbers of the samples, by epoch and batch; None if these are no epochs of such samples."""
    images = [image for image, _ in dataset]
    try:
        return [[[number_of(image, images) for image in batch[0]] for batch in epoch] for epoch in told]
    except (TypeError, IndexError, KeyError, RuntimeError):
        return None


def number_of(image: object, images: list) -> int:
    """Which sample an image is; -1 if none."""
    found = (i for i, own in enumerate(images) if is_tensor(image) and image.shape == own.shape)
    return next((i for i in found if bool((image == images[i]).all())), -1)


def twice(batches: list) -> list[int]:
    """The samples that came more than once."""
    flat = [i for batch in batches for i in batch]
    return sorted({i for i in flat if flat.count(i) > 1})


def missing(batches: list, n: int) -> list[int]:
    """The samples that did not come."""
    return sorted({*range(n)} - {i for batch in batches for i in batch})


def sentence(epochs: list, right: list, shuffle: bool) -> str:
    """What is the matter with the first epoch in which something is."""
    n, sizes, flat = sum(map(len, right)), [len(batch) for batch in right], [[i for b in e for i in b] for e in epochs]
    for number, batches in enumerate(epochs):
        problems = [("lacks", missing(batches, n)), ("has more than once", twice(batches))]
        said = [f"{verb} {words(samples)}" for verb, samples in problems if samples]
        if said:
            return f"Epoch {number + 1} {' and '.join(said)}."
        if [len(batch) for batch in batches] != sizes:
            return f"Epoch {number + 1} has batches of {listed(map(len, batches))}, where {listed(sizes)} are right."
        if not shuffle and flat[number] != [*range(n)]:
            return f"Epoch {number + 1} is in another order than the dataset, and shuffle is False."
    if shuffle and n > 3 and flat[0] == [*range(n)]:
        return "Epoch 1 is in the order of the dataset, and shuffle is True."
    if shuffle and n > 3 and len(flat) > 1 and flat[0] == flat[1]:
        return "Both epochs have the same order: it should be shuffled anew in each."
    return ""


def words(samples: list[int]) -> str:
    """Samples by number."""
    return f"sample{'s' * (len(samples) > 1)} {listed(samples)}"


def listed(numbers: object) -> str:
    """Numbers as words are listed."""
    return ", ".join(map(str, numbers))
