"""ex15: convolutions with holes, in groups, taken apart, and backwards.

`pad2d` is ex04's, done right; it takes a batch too. `pair` turns an int into a pair and leaves a pair as it is.
"""

import torch
from torch import Tensor, nn

from kit.given import pad2d, pair


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
) -> Tensor:
    """Do what nn.Conv2d does, with holes in the filters, and with channels and filters in groups.

    Dilation d puts d - 1 pixels that are left out between two neighbours of a filter, so that it spans
    d * (K - 1) + 1 pixels. With G groups, the first C / G channels meet the first C_out / G filters and no others,
    and so on, in blocks. With G = C there are C_out / C filters for each channel. Gradients reach input, weight and
    bias.

    Shape: (N, C, H, W), (C_out, C / G, KH, KW), (C_out,) -> (N, C_out, H_out, W_out)
        H_out = floor((H + 2 PH - DH * (KH - 1) - 1) / SH) + 1, and so for W; sizes are ints or pairs (height, width)
    Raises: ValueError, with C if the channels of input are not G times those of a filter, with G if C_out is no
        multiple of it, or with the size of the padded image if a filter with its holes is higher or wider than that.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> row = torch.arange(1, 6).reshape(1, 1, 1, 5)
    >>> conv2d(row, torch.ones(1, 1, 1, 3, dtype=int), dilation=2)  # 1 + 3 + 5
    tensor([[[[9]]]])
    >>> two = torch.tensor([[[[1]], [[10]]]])  # two channels of one pixel, and two filters for each
    >>> conv2d(two, torch.tensor([1, 2, 3, 4]).reshape(4, 1, 1, 1), groups=2).flatten()
    tensor([ 1,  2, 30, 40])

    Source: the lecture's "Conv2d Module". With groups=in_channels it says filters "of size out_channels": a channel
        gets out_channels / in_channels filters.
    """
    raise NotImplementedError


class DepthwiseSeparable(nn.Module):
    """Filter each channel by itself, then mix the channels pixel by pixel: far fewer parameters for the same shape.

    Its attributes are depthwise and pointwise, layers of PyTorch without bias, with nothing between them.

    | depthwise | nn.Conv2d in_channels -> in_channels with in_channels groups, kernel_size and padding as given |
    | pointwise | nn.Conv2d in_channels -> out_channels, kernel 1 × 1 |

    Shape: (N, in_channels, H, W) -> (N, out_channels, H + 2 PH - KH + 1, W + 2 PW - KW + 1)
    Not allowed: nothing here; PyTorch's layers are asked for.

    >>> layer = DepthwiseSeparable(32, 64, kernel_size=5, padding=2)
    >>> layer.depthwise.weight.numel(), layer.pointwise.weight.numel()  # nn.Conv2d(32, 64, 5) has 51200, and a bias
    (800, 2048)
    >>> layer(torch.zeros(2, 32, 5, 7)).shape
    torch.Size([2, 64, 5, 7])

    Source: Howard and others 2017, arXiv 1704.04861, who build MobileNet from such pairs.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        padding: int | tuple[int, int] = 0,
    ):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Filter, then mix. Shape: (N, in_channels, H, W) -> (N, out_channels, H_out, W_out)."""
        raise NotImplementedError


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Go a convolution's way back: each pixel of input paints a filter, times itself, into the answer.

    Where filters overlap they add up. The stride moves the place where the next pixel paints, and padding cuts rows
    and columns off the answer, where a convolution would have added them; some are always left. It is no inverse: it
    is what a convolution's gradient does to its input, so that the sum of conv_transpose2d(y) * x is the sum of
    y * conv2d(x). Gradients reach input, weight and bias.

    Shape: (N, C, H, W), (C, C_out, KH, KW), (C_out,) -> (N, C_out, H_out, W_out), the weight's channels first
        H_out = (H - 1) * SH - 2 PH + KH, and so for W; stride and padding are ints or pairs (height, width)
    Raises: ValueError, with the number of channels of input, if the weight is for another number.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> row = torch.tensor([[[[1, 2, 3]]]])
    >>> conv_transpose2d(row, torch.tensor([[[[1, 10]]]]), stride=(1, 2))  # painted side by side
    tensor([[[[ 1, 10,  2, 20,  3, 30]]]])
    >>> conv_transpose2d(row, torch.ones(1, 1, 1, 3, dtype=int), stride=(1, 2))  # every other pixel is painted twice
    tensor([[[[1, 1, 3, 2, 5, 3, 3]]]])

    Source: Odena and others 2016, "Deconvolution and Checkerboard Artifacts". Where the stride does not divide the
        filter's size, pixels are painted unequally often, which shows as a checkerboard.
    """
    raise NotImplementedError
