"""ex09: from a dataset of many classes to normalised batches of two."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset


def select_classes(dataset: Iterable, class_ids: Sequence[int]) -> list[tuple[Tensor, int]]:
    """Keep the samples of some classes, and number these classes 0, 1, … in the order given.

    The samples stay in the order of the dataset and the images as they are. A loss for two classes takes the labels 0
    and 1 only; CIFAR-10's airplanes and birds have 0 and 2.

    Shape: a list or any other dataset of samples (image, label) -> list of tuples (image, label)

    >>> dataset = [("cat", 3), ("bird", 2), ("plane", 0), ("owl", 2)]
    >>> select_classes(dataset, [2, 0])
    [('bird', 0), ('plane', 1), ('owl', 0)]

    Lecture: "Quick reminder of how to load cifar10".
    """
    new_labels = {old: new for new, old in enumerate(class_ids)}
    return [(image, new_labels[label]) for image, label in dataset if label in new_labels]


def channel_statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Give the mean and the standard deviation of each channel, over all pixels of all images.

    The standard deviation is the root of the mean squared distance from the mean: divided by the number n of pixels,
    not by n - 1.

    Shape: (N, C, H, W) -> (C,), (C,), of the images' dtype

    >>> images = torch.tensor([[[[1.0, 3.0]], [[5.0, 5.0]]]])
    >>> channel_statistics(images)
    (tensor([2., 5.]), tensor([1., 0.]))

    Lecture: "Quick reminder of how to load cifar10".
    """
    mean = images.mean((0, 2, 3))  # (C,)
    std = (images - mean[:, None, None]).square().mean((0, 2, 3)).sqrt()  # (C,)
    return mean, std


def normalize(images: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Subtract each channel's mean, then divide by its standard deviation.

    The images may be a batch or a single one; they are not changed.

    Shape: (N, C, H, W) or (C, H, W), (C,), (C,) -> the shape of the images
    Raises: ValueError, with the numbers, if mean or std has not one number for each channel; ValueError if a
        standard deviation is 0.

    >>> images = torch.tensor([[[[1.0, 3.0]], [[5.0, 9.0]]]])
    >>> normalize(images, mean=torch.tensor([2.0, 5.0]), std=torch.tensor([1.0, 2.0]))
    tensor([[[[-1.,  1.]],
    <BLANKLINE>
             [[ 0.,  2.]]]])
    >>> picture = torch.tensor([[[3, 7, 5], [1, 9, 5]]])  # a row of two pixels, (1, 2, 3): red, green, blue
    >>> normalize(picture.permute(2, 0, 1), mean=torch.tensor([2, 8, 4]), std=torch.ones(3)).tolist()
    [[[1.0, -1.0]], [[-1.0, 1.0]], [[1.0, 1.0]]]

    Lecture: "RGB pictures are represented by (n,m,3) matrices". PyTorch wants (3, n, m): permute moves the channels,
        view would mix pixels.
    """
    channels = images.shape[-3]
    if mean.shape != (channels,) or std.shape != (channels,):
        raise ValueError(f"mean of {len(mean)} and std of {len(std)} numbers do not fit {channels} channels")
    if (std == 0).any():
        raise ValueError(f"cannot divide by the standard deviations {std.tolist()}")
    return (images - mean[:, None, None]) / std[:, None, None]  # (..., C, H, W)


def make_loader(
    dataset: Dataset | Sequence, batch_size: int, shuffle: bool, generator: torch.Generator | None = None
) -> DataLoader:
    """Make a DataLoader that gives every sample once in each epoch, the last small batch included.

    With a generator, its seed alone decides on the order, and PyTorch's global random numbers are left as they are.
    Without one, even a loader that does not shuffle takes a global random number each time an epoch begins. All is
    loaded in this process: num_workers stays 0.

    Shape: samples (float32 image (C, H, W), int label) -> batches of float32 images (N, C, H, W), contiguous, and
        int64 labels (N,); N is batch_size, or less in the last batch

    >>> dataset = [(torch.zeros(3, 32, 32), label) for label in (0, 1, 1, 0, 1)]
    >>> [labels.tolist() for images, labels in make_loader(dataset, batch_size=2, shuffle=False)]
    [[0, 1], [1, 0], [1]]

    Lecture: "Loading the dataset (the loader with handle batches and shuffling)".
    """
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, generator=generator)
