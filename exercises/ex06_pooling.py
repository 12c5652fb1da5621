"""ex06: making images smaller, three ways.

`pair` turns an int into a pair and leaves a pair as it is: pair(2) is (2, 2), pair((1, 3)) is (1, 3).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from kit.given import pair


def max_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Keep the largest number of each window, in each channel by itself.

    Without a stride the windows lie side by side. A window that would stand over the edge is left out.
    Padding must never win, however dark the image is; nan, which is no number, wins always. Whole numbers are pooled
    too. Gradients reach the input.

    Shape: (N, C, H, W) -> (N, C, H_out, W_out)
        H_out = floor((H + 2 PH - KH) / SH) + 1, and so for W; all sizes are ints or pairs (height, width)
    Raises: ValueError, with the numbers, if padding is more than half a window (some window could hold
        nothing else), or if the window does not fit into the padded image.
    Not allowed: PyTorch's pooling; NumPy.

    >>> max_pool2d(torch.tensor([[[[1, 5, 2, 0], [3, 4, 9, 8]]]]), 2)
    tensor([[[[5, 9]]]])
    >>> image = torch.tensor([[[[1, 5, 2, 0]]]])
    >>> max_pool2d(image, (1, 2)), max_pool2d(-image, (1, 2))  # a linear function would give -5 and -2
    (tensor([[[[5, 2]]]]), tensor([[[[-1,  0]]]]))
    >>> max_pool2d(image.roll(1), (1, 2))  # the image moved by one pixel: other numbers
    tensor([[[[1, 5]]]])
    >>> max_pool2d(torch.tensor([[[[-5, -3]]]]), 3, padding=1)  # padding with zeros would give 0
    tensor([[[[-3]]]])

    Lecture: "Pooling Layer". A maximum is no "convolutional filter", and pooling makes nothing translation invariant: a
        bright pixel may move within its window only. The first pooling of a ResNet is padded.
    """
    raise NotImplementedError


def avg_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Average each window, in each channel by itself.

    Windows lie as in max_pool2d. Padding is zeros, and they count: a window always has KH * KW numbers. Gradients reach
    the input.

    Shape: (N, C, H, W) -> (N, C, H_out, W_out), as in max_pool2d
    Raises: ValueError, with the numbers, if padding is more than half a window, or if the window does not fit
        into the padded image.
    Not allowed: PyTorch's pooling; NumPy.

    >>> avg_pool2d(torch.tensor([[[[1.0, 5.0, 2.0, 0.0], [3.0, 3.0, 4.0, 8.0]]]]), 2)
    tensor([[[[3.0000, 3.5000]]]])

    Lecture: "Average Pooling". This one is a convolution, of each channel alone.
    """
    raise NotImplementedError


def subsample(input: Tensor, stride: int | tuple[int, int]) -> Tensor:
    """Keep every n-th row and column, beginning with the first.

    A strided convolution is the dense one, subsampled. Gradients reach the input.

    Shape: (N, C, H, W) -> (N, C, ceil(H / SH), ceil(W / SW)); stride is an int or a pair (height, width)
    Not allowed: PyTorch's pooling; NumPy.

    >>> subsample(torch.arange(20).reshape(1, 1, 4, 5), stride=(2, 3))
    tensor([[[[ 0,  3],
              [10, 13]]]])
    >>> subsample(torch.tensor([[[[1, 9, 1, 1]]]]), stride=2)  # the 9 is lost
    tensor([[[[1, 1]]]])

    Lecture: "Downsampling", third strategy. That strong parts survive is true of max pooling only.
    """
    raise NotImplementedError
