"""ex18: write the test. Which input, as small as can be, shows that a function is wrong?

kit/pairs.py has eight pairs of functions. right_1 is right. wrong_1 agrees with it on the usual inputs, but has a slip.
expose_1 returns an input that shows it, and so on up to expose_8. Each slip shows on a kind of input of its own.

An input is the arguments of one call: a tuple in the order of the parameters, or a dict by their names. If right(x)
gave |x| and wrong(x) gave x, (-1,) would be one, and {"x": -1} too. It shows the slip if wrong_N gives another number,
shape or dtype than right_N, or an exception. Rounding does not count, nor does an input that right_N refuses, or to
which it answers with nan or infinity. Tensors have real numbers, at least one; whole numbers are at most 99.

To try: python -i exercises/ex18_expose.py, and there pairs.wrong_1(*expose_1()). When all eight are done, there is a
ninth that does not count: `nox -s expose` lets a mistake of your own come back, if `nox -s reset` has kept one.
"""

import torch
from torch import Tensor

from kit import pairs


def expose_1() -> tuple[Tensor, Tensor]:
    """Show the slip of wrong_1, which correlates an image with a kernel.

    Returns image and kernel, with at most 4 numbers together.

    Shape: image (H, W), kernel (KH, KW)

    >>> len(expose_1())  # image, kernel
    2

    Source: a slip of those who write ex01; the idea of one misconception for each wrong program is that of Prasad and
        others 2024, "Conceptual Mutation Testing for Student Programming Misconceptions".
    """
    return torch.ones(1, 2), torch.ones(1, 2)


def expose_2() -> tuple[int, int, int]:
    """Show the slip of wrong_2, which counts the places of a kernel.

    Returns n, kernel_size and stride; n is at most 3.

    >>> len(expose_2())  # n, kernel_size, stride
    3

    Source: a slip of those who write ex03.
    """
    return 3, 1, 3


def expose_3() -> tuple[Tensor, int]:
    """Show the slip of wrong_3, which pads an image.

    Returns image and padding; the image has at most 1 number.

    Shape: image (H, W)

    >>> len(expose_3())  # image, padding
    2

    Source: a slip of those who write ex04.
    """
    return torch.ones(1, 1), 0


def expose_4() -> tuple[Tensor]:
    """Show the slip of wrong_4, which takes from each image its mean.

    Returns images, alone in a tuple, with at most 2 numbers.

    Shape: images (N, C, H, W)

    >>> len(expose_4())  # images
    1

    Source: a slip of those who write ex09 and ex16.
    """
    return (torch.tensor([0.0, 1.0]).reshape(2, 1, 1, 1),)


def expose_5() -> tuple[Tensor]:
    """Show the slip of wrong_5, which takes from each pixel the one to its left.

    Returns image, alone in a tuple, with at most 2 numbers.

    Shape: image (H, W)

    >>> len(expose_5())  # image
    1

    Source: a slip of those who look for edges, as in ex02, in a picture as a file has it.
    """
    return (torch.tensor([[1, 0]], dtype=torch.uint8),)


def expose_6() -> tuple[Tensor, int, int]:
    """Show the slip of wrong_6, which takes the largest number of each window.

    Returns image, kernel_size and padding; the image has at most 1 number.

    Shape: image (H, W)

    >>> len(expose_6())  # image, kernel_size, padding
    3

    Source: a slip of those who write ex06.
    """
    return -torch.ones(1, 1), 2, 1


def expose_7() -> list[tuple[Tensor]]:
    """Show the slip of wrong_7, which says how bright an image is.

    Returns a list of calls that are made one after the other, each the arguments of one: image, alone in a tuple. The
    images have at most 2 numbers together.

    Shape: image (H, W)

    >>> len(expose_7()[0])  # image
    1

    Source: a slip of those who write ex16 and ex17, where blocks or masks are kept.
    """
    return [(torch.zeros(1, 1),), (torch.ones(1, 1),)]


def expose_8() -> tuple[Tensor]:
    """Show the slip of wrong_8, which lets bright pixels run down by one row.

    Returns image, alone in a tuple, with at most 2 numbers.

    Shape: image (H, W)

    >>> len(expose_8())  # image
    1

    Source: a slip of those who write filters with loops.
    """
    return (torch.tensor([[0.0], [1.0]]),)
