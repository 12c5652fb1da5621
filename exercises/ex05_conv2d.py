"""ex05: volumes, many filters, and nn.Conv2d's own arithmetic.

`correlate2d` is ex01's and `pad2d` is ex04's, done right; pad2d takes a batch too. `pair` turns an int into a pair and
leaves a pair as it is: pair(2) is (2, 2).
"""

import torch
from torch import Tensor

from kit.given import correlate2d, pad2d, pair


def correlate_volume(volume: Tensor, kernel: Tensor) -> Tensor:
    """Correlate each channel with its own slice of the kernel, and add up over the channels.

    The channels disappear: nine products for each of three channels become one sum of 27 terms. Gradients reach volume
    and kernel.

    Shape: (C, H, W), (C, KH, KW) -> (H - KH + 1, W - KW + 1)
    Raises: ValueError, with the numbers, if the channels differ or the kernel is higher or wider than the image.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> volume = torch.tensor([[[1, 2], [3, 4]], [[10, 20], [30, 40]]])
    >>> correlate_volume(volume, torch.tensor([[[1]], [[2]]]))
    tensor([[21, 42],
            [63, 84]])

    Lecture: "Convolution over 3-dimensional volumes". PyTorch wants its pictures as (3, n, m), by permute(2, 0, 1) and
        not by view(3, n, m).
    """
    raise NotImplementedError


def stack_filters(volume: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Apply each filter to the whole volume, stack the maps, and add one bias to each map.

    The depth of the output is the number of filters; the depth of a filter is the depth of its input. Gradients reach
    volume, weight and bias.

    Shape: (C, H, W), (C_out, C, KH, KW), (C_out,) -> (C_out, H - KH + 1, W - KW + 1)
    Raises: ValueError, with the numbers, if the channels differ or a filter is higher or wider than the image.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> volume = torch.tensor([[[1, 2]], [[3, 4]]])
    >>> weight = torch.tensor([[[[1]], [[0]]], [[[1]], [[1]]], [[[0]], [[2]]]])
    >>> stack_filters(volume, weight, bias=torch.tensor([0, 0, 100]))
    tensor([[[  1,   2]],
    <BLANKLINE>
            [[  4,   6]],
    <BLANKLINE>
            [[106, 108]]])

    Lecture: "Stacking". n_c is the number of filters, not their depth. 16 filters give 16 maps, and range(0, 15) shows
        only 15 of them.
    """
    raise NotImplementedError


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Do what nn.Conv2d does to a batch: pad with zeros, slide by the stride, make one map for each filter.

    Gradients reach input, weight and bias.

    Shape: (N, C, H, W), (C_out, C, KH, KW), (C_out,) -> (N, C_out, H_out, W_out)
        H_out = floor((H + 2 PH - KH) / SH) + 1, and so for W; stride and padding are ints or pairs (height, width)
    Raises: ValueError, with the numbers of channels if these differ, or with the size of the padded image if a filter
        is higher or wider than that.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> input = torch.arange(9).reshape(1, 1, 3, 3)
    >>> conv2d(input, torch.ones(1, 1, 2, 2, dtype=int), stride=2, padding=1)
    tensor([[[[ 0,  3],
              [ 9, 24]]]])

    Lecture: "Conv2d Module". The kernel is not turned, so this is cross-correlation. It is equivariant, not
        "translation invariant": a moved image gives the moved answer.
    """
    raise NotImplementedError
