"""ex13: how the gradient gets through a convolution, and through max pooling.

`pad2d` is ex04's, done right; it takes a batch too. `pair` turns an int into a pair and leaves a pair as it is.
"""

import itertools

import torch
from torch import Tensor

from kit.given import pad2d, pair


def conv2d_backward(
    grad_output: Tensor,
    input: Tensor,
    weight: Tensor,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Say how the loss changes with input, weight and bias, given how it changes with the answer of conv2d.

    An answer is a sum of products, so each of its two factors gets the other one times the gradient of the answer. Who
    takes part in several answers adds up what all of them give. With three pixels x and two weights w:

        y0 = w0 x0 + w1 x1 + b        the loss changes by g0 for each unit of y0,
        y1 = w0 x1 + w1 x2 + b        and by g1 for each unit of y1

        grad of x:  x0 is in y0 only        g0 w0
                    x1 is in y0 and in y1   g0 w1 + g1 w0
                    x2 is in y1 only        g1 w1
        grad of w:  w0 met x0, then x1      g0 x0 + g1 x1
                    w1 met x1, then x2      g0 x1 + g1 x2
        grad of b:  b is in both            g0 + g1

    A stride leaves out some of the answers y. What the zeros of the padding would get is cut off.

    Shape: (N, C_out, H_out, W_out), (N, C, H, W), (C_out, C, KH, KW) -> (N, C, H, W), (C_out, C, KH, KW), (C_out,)
        H_out = floor((H + 2 PH - KH) / SH) + 1, and so for W; stride and padding are ints or pairs (height, width)
    Raises: ValueError, with the numbers, if input and weight differ in channels, or if grad_output has another shape
        than the answer of conv2d.
    Not allowed: autograd in any form, torch.nn.grad, PyTorch's transposed convolutions.

    >>> x, w = torch.tensor([[[[1.0, 2.0, 3.0]]]]), torch.tensor([[[[10.0, 100.0]]]])
    >>> grad_x, grad_w, grad_b = conv2d_backward(torch.tensor([[[[1.0, 2.0]]]]), x, w)
    >>> grad_x, grad_w, grad_b
    (tensor([[[[ 10., 120., 200.]]]]), tensor([[[[5., 8.]]]]), tensor([3.]))

    Source: the chain rule. The first sum is a convolution with the kernel turned by 180 degrees, which is where true
        convolution comes back; the second one correlates the input with the gradient.
    """
    (sh, sw), (ph, pw), (h, w), (kh, kw) = pair(stride), pair(padding), input.shape[2:], weight.shape[2:]
    padded, (rows, columns) = pad2d(input, padding), grad_output.shape[2:]
    _refuse_channels(input, weight)
    size = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    _refuse_shape(grad_output, (len(input), len(weight), *size))
    grad_padded, grad_weight = torch.zeros_like(padded), torch.zeros_like(weight)
    for a, b in itertools.product(range(kh), range(kw)):
        met = slice(a, a + rows * sh, sh), slice(b, b + columns * sw, sw)  # the pixels that weight [a, b] meets
        grad_padded[:, :, *met] += torch.einsum("nohw,oc->nchw", grad_output, weight[:, :, a, b])
        grad_weight[:, :, a, b] = torch.einsum("nohw,nchw->oc", grad_output, padded[:, :, *met])
    return grad_padded[:, :, ph : ph + h, pw : pw + w], grad_weight, grad_output.sum((0, 2, 3))


def max_pool2d_backward(
    grad_output: Tensor,
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
) -> Tensor:
    """Say how the loss changes with each pixel, given how it changes with the answer of max_pool2d.

    The largest pixel of a window gets all that its window has to give, the others nothing. Of several that are as large
    the first one gets it, row by row, as with PyTorch. A pixel that is the largest of several windows adds up.

    Shape: (N, C, H_out, W_out), (N, C, H, W) -> (N, C, H, W)
        H_out = floor((H - KH) / SH) + 1, and so for W; without a stride the windows lie side by side
    Raises: ValueError, with the numbers, if grad_output has another shape than the answer of max_pool2d.
    Not allowed: autograd in any form, torch.nn.grad, PyTorch's transposed convolutions.

    >>> image = torch.tensor([[[[1, 5, 2, 7], [3, 5, 0, 7]]]])
    >>> max_pool2d_backward(torch.tensor([[[[10, 20]]]]), image, 2)  # of two fives the upper one
    tensor([[[[ 0, 10,  0, 20],
              [ 0,  0,  0,  0]]]])
    >>> max_pool2d_backward(torch.tensor([[[[1, 2, 4]]]]), image, 2, stride=1)  # the five is in two windows
    tensor([[[[0, 3, 0, 4],
              [0, 0, 0, 0]]]])

    Source: the chain rule. A maximum changes with its largest number only; what wins is decided in the forward pass.
    """
    (kh, kw), (n, c, h, w) = pair(kernel_size), input.shape
    sh, sw = (kh, kw) if stride is None else pair(stride)
    rows, columns = (h - kh) // sh + 1, (w - kw) // sw + 1
    _refuse_shape(grad_output, (n, c, rows, columns))
    windows = input.unfold(2, kh, sh).unfold(3, kw, sw).flatten(4)  # (N, C, H_out, W_out, KH * KW)
    first = windows.argmax(4)  # (N, C, H_out, W_out): of equal numbers the first
    row = torch.arange(rows)[:, None] * sh + first // kw
    column = torch.arange(columns) * sw + first % kw
    grad_input = input.new_zeros(n, c, h * w)
    grad_input.scatter_add_(2, (row * w + column).flatten(2), grad_output.flatten(2))
    return grad_input.reshape(n, c, h, w)


def _refuse_channels(input, weight):
    if input.shape[1] != weight.shape[1]:
        raise ValueError(f"weights for {weight.shape[1]} channels do not fit an input of {input.shape[1]}")


def _refuse_shape(grad_output, shape):
    if tuple(grad_output.shape) != shape:
        raise ValueError(f"grad_output has the shape {tuple(grad_output.shape)}, the answer has {shape}")
