"""ex02: kernels that blur, kernels that find edges, and one that is learned. All kernels are float32.

`correlate2d` is ex01's, done right. `pair` turns an int into a pair and leaves a pair as it is: pair(2) is (2, 2).
"""

import torch
from torch import Tensor

from kit.given import correlate2d, pair


def box_blur(size: int) -> Tensor:
    """Make the kernel whose answer is the mean of the window.

    Each call makes a new one: whoever changes a weight changes no other.

    Shape: (size, size), float32, all weights equal
    Raises: ValueError, with the number, if size is less than 1.

    >>> box_blur(2)
    tensor([[0.2500, 0.2500],
            [0.2500, 0.2500]])

    Lecture: "Blurring: a kernel with constant weights". Its 16 "blurred" pictures come from random kernels, which need
        not blur.
    """
    raise NotImplementedError


def prewitt(edges: str) -> Tensor:
    """Make the kernel that compares two sides of a pixel, with the weights 1, 1, 1.

    For "vertical" edges the first column holds these weights, the middle one is 0, and the last one holds them
    negative; for "horizontal" edges the rows do. Where all pixels are alike, both answer 0. Each call makes a
    new kernel: whoever changes a weight changes no other.

    Shape: (3, 3), float32
    Raises: ValueError, with the word, if edges is neither "vertical" nor "horizontal".

    >>> image = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    >>> (image * prewitt("vertical")).sum(), (image * prewitt("horizontal")).sum()
    (tensor(-3.), tensor(0.))

    Lecture: "The classic literature of convolutions", the first two kernels. The last row of the second one is
        negative; the slide has it positive.
    """
    raise NotImplementedError


def sobel(edges: str) -> Tensor:
    """Make the kernel that does as prewitt does, with the weights 1, 2, 1: the pixel's own row counts twice.

    Each call makes a new one, as with prewitt.

    Shape: (3, 3), float32, signs as in prewitt
    Raises: ValueError, with the word, if edges is neither "vertical" nor "horizontal".

    >>> image = torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    >>> (image * sobel("vertical")).sum(), (image * sobel("horizontal")).sum()
    (tensor(0.), tensor(-4.))

    Lecture: "The classic literature of convolutions", "Sobel Filter", which shows the one for vertical edges.
    """
    raise NotImplementedError


def scharr(edges: str) -> Tensor:
    """Make the kernel that does as sobel does, with the weights 3, 10, 3, which judge slanted edges more evenly.

    Each call makes a new one, as with prewitt.

    Shape: (3, 3), float32, signs as in prewitt
    Raises: ValueError, with the word, if edges is neither "vertical" nor "horizontal".

    >>> image = torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    >>> (image * scharr("vertical")).sum(), (image * scharr("horizontal")).sum()
    (tensor(0.), tensor(-16.))

    Lecture: "The classic literature of convolutions", "Scharr Filter", which shows the one for vertical edges.
    """
    raise NotImplementedError


def edge_strength(image: Tensor) -> Tensor:
    """Give the strength of the edge at each pixel, whatever its direction: √(gx² + gy²).

    gx is the answer of Sobel's kernel for vertical edges, gy that for horizontal ones. Pixels at the border
    have no answer. The image has floating-point numbers, and the answer has its dtype.

    Shape: (H, W) -> (H - 2, W - 2)

    >>> ramp = torch.tensor([[0.0, 3.0, 6.0], [4.0, 7.0, 10.0], [8.0, 11.0, 14.0]])
    >>> edge_strength(ramp)  # gx = -24, gy = -32
    tensor([[40.]])

    Lecture: "Edge detection in image recognition", "It has found the edge".
    """
    raise NotImplementedError


def learn_kernel(image: Tensor, target: Tensor, kernel_size: int | tuple[int, int], steps: int, lr: float) -> Tensor:
    """Find the kernel that turns the image into the target, by plain gradient descent from zeros.

    In each step the kernel is slid over the image as in ex01's correlate2d. The loss is the mean squared
    difference from the target, and lr times its gradient is subtracted from the kernel. All have one dtype.

    Shape: (H, W), (H - KH + 1, W - KW + 1) -> (KH, KW); kernel_size is an int or a pair (KH, KW)

    >>> learn_kernel(torch.ones(3, 3), torch.ones(1, 1), kernel_size=3, steps=1, lr=0.5)  # all nine have moved
    tensor([[1., 1., 1.],
            [1., 1., 1.],
            [1., 1., 1.]])
    >>> image = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    >>> learn_kernel(image, 2 * image, kernel_size=1, steps=2, lr=0.25)  # from 0 to 1, from there to 1.5
    tensor([[1.5000]])

    Lecture: "Let's the Machine Learning choose the kernel for us!". All nine weights are learned; the slide multiplies
        three of them by 0.
    """
    raise NotImplementedError
