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
    c, (c_out, c_group, kh, kw) = input.shape[1], weight.shape
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    if c != groups * c_group or c_out % groups:
        raise ValueError(f"{c} channels and {c_out} filters of {c_group} channels do not make {groups} groups")
    padded = pad2d(input, padding)  # (N, C, H + 2 PH, W + 2 PW)
    span_h, span_w = dh * (kh - 1) + 1, dw * (kw - 1) + 1
    if padded.shape[2] < span_h or padded.shape[3] < span_w:
        raise ValueError(f"a filter that spans {span_h} x {span_w} does not fit into {tuple(padded.shape[2:])}")
    windows = padded.unfold(2, span_h, sh).unfold(3, span_w, sw)[..., ::dh, ::dw]  # (N, C, H_out, W_out, KH, KW)
    windows = windows.unflatten(1, (groups, c_group))  # (N, G, C / G, H_out, W_out, KH, KW)
    filters = weight.unflatten(0, (groups, c_out // groups))  # (G, C_out / G, C / G, KH, KW)
    maps = torch.einsum("ngchwij,gocij->ngohw", windows, filters).flatten(1, 2)  # (N, C_out, H_out, W_out)
    return maps if bias is None else maps + bias[:, None, None]


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
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, kernel_size, padding=padding, groups=in_channels, bias=False
        )
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Filter, then mix. Shape: (N, in_channels, H, W) -> (N, out_channels, H_out, W_out)."""
        return self.pointwise(self.depthwise(x))


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
    (n, c, h, w), (c_in, c_out, kh, kw) = input.shape, weight.shape
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    if c != c_in:
        raise ValueError(f"a weight for {c_in} channels does not fit an input of {c}")
    tall, wide = (h - 1) * sh + 1, (w - 1) * sw + 1  # from the first to the last pixel's place
    full = input.new_zeros(n, c_out, tall + kh - 1, wide + kw - 1)
    for i in range(kh):
        for j in range(kw):
            painted = torch.einsum("nchw,co->nohw", input, weight[:, :, i, j])  # (N, C_out, H, W)
            full[:, :, i : i + tall : sh, j : j + wide : sw] += painted
    answer = full[:, :, ph : full.shape[2] - ph, pw : full.shape[3] - pw]  # (N, C_out, H_out, W_out)
    return answer if bias is None else answer + bias[:, None, None]
