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
    raise NotImplementedError


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
    raise NotImplementedError
