"""What the gallery looks at: a photograph, and two of the drawn pictures."""

import functools

import numpy as np
import torch
from matplotlib import cbook
from PIL import Image
from torch import Tensor

from kit.pictures.drawn import draw_pictures


@functools.cache
def photograph() -> Tensor:
    """Grace Hopper; matplotlib ships her portrait. Shape: (188, 160), in 0..1."""
    with Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as image:
        small = image.convert("L").resize((160, 188), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.array(small)).float() / 255


@functools.cache
def plane_and_bird() -> tuple[Tensor, Tensor]:
    """One drawn picture of each. Shape: (3, 32, 32) both."""
    images, labels = draw_pictures(24, 11)
    return images[labels == 0][4], images[labels == 1][4]


def grey(image: Tensor) -> Tensor:
    """The mean of the channels. Shape: (3, H, W) -> (H, W)."""
    return image.mean(0)
