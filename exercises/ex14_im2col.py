"""ex14: a convolution as one matrix product, so that no loop of Python's goes over pixels.

`pad2d` is ex04's, done right; it takes a batch too. `pair` turns an int into a pair and leaves a pair as it is.
"""

import torch
from torch import Tensor

from kit.given import pad2d, pair


def im2col(
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Write each window as a column: all of its pixels below each other, the windows beside each other.

    A column holds channel after channel, in each the rows of the window from top to bottom. Windows are taken row by
    row. The number of calls of PyTorch must not grow with the image. Gradients reach the input.

    Shape: (N, C, H, W) -> (N, C * KH * KW, H_out * W_out)
        H_out = floor((H + 2 PH - KH) / SH) + 1, and so for W; all sizes are ints or pairs (height, width)
    Raises: ValueError, with the numbers, if the window is higher or wider than the padded image.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> image = torch.arange(1, 7).reshape(1, 1, 2, 3)
    >>> im2col(image, 2)  # two windows: 1 2 4 5 and 2 3 5 6
    tensor([[[1, 2],
             [2, 3],
             [4, 5],
             [5, 6]]])
    >>> im2col(image, (1, 2), stride=(1, 2), padding=(0, 1))
    tensor([[[0, 2, 0, 5],
             [1, 3, 4, 6]]])

    Source: F.unfold, which does the same; Caffe (2014) convolved this way.
    """
    raise NotImplementedError


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Do what nn.Conv2d does, by one product of matrices: a row for each filter times a column for each window.

    The number of calls of PyTorch must not grow with the image. The board says how many times as long it takes as
    F.conv2d, which decides about nothing. Gradients reach input, weight and bias.

    Shape: (N, C, H, W), (C_out, C, KH, KW), (C_out,) -> (N, C_out, H_out, W_out), as in im2col
    Raises: ValueError, with the numbers of channels if these differ, or with the size of the padded image if a filter
        is higher or wider than that.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> input = torch.arange(9).reshape(1, 1, 3, 3)
    >>> conv2d(input, torch.ones(1, 1, 2, 2, dtype=int), stride=2, padding=1)
    tensor([[[[ 0,  3],
              [ 9, 24]]]])

    Source: ex05's conv2d, with KH * KW times the memory for a fraction of the time: the same products, in one call.
    """
    raise NotImplementedError
