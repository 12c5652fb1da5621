"""ex04: a frame of zeros around the image, and a kernel that takes larger steps.

`pair` turns an int into a pair and leaves a pair as it is: pair(2) is (2, 2), pair((1, 3)) is (1, 3).
"""

import torch
from torch import Tensor

from kit.given import pair


def pad2d(image: Tensor, padding: int | tuple[int, int]) -> Tensor:
    """Put rows and columns of zeros around an image, as many above as below and as many left as right.

    Gradients reach the image, as with PyTorch's own padding.

    Shape: (H, W) -> (H + 2 PH, W + 2 PW); padding is an int or a pair (height, width)
    Raises: ValueError, with the number, if padding is negative.
    Not allowed: PyTorch's padding and convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> pad2d(torch.tensor([[1, 2], [3, 4]]), padding=(0, 1))
    tensor([[0, 1, 2, 0],
            [0, 3, 4, 0]])

    Lecture: "We can augment the dimension of the matrix padding with new columns". For "same" padding 5x5 becomes 7x7,
        not 6x6. It is without padding that the centre is used more than the border.
    """
    (h, w), (ph, pw) = image.shape, pair(padding)
    if ph < 0 or pw < 0:
        raise ValueError(f"padding is 0 or more, not {padding}")
    padded = torch.zeros(h + 2 * ph, w + 2 * pw, dtype=image.dtype)  # (H + 2 PH, W + 2 PW)
    padded[ph : ph + h, pw : pw + w] = image
    return padded


def correlate2d(
    image: Tensor,
    kernel: Tensor,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Slide one kernel over one padded grey image in steps of the stride.

    The first window begins at the first row and column of the padded image, each further one a stride later,
    as long as the whole kernel still fits; rows or columns that are left over give no answer. Gradients reach image and
    kernel.

    Shape: (H, W), (KH, KW) -> (H_out, W_out); stride and padding are ints or pairs (height, width)
        H_out = floor((H + 2 PH - KH) / SH) + 1, and so for W
    Raises: ValueError, with the numbers, if a stride is less than 1, padding is negative, or the kernel does
        not fit into the padded image.
    Not allowed: PyTorch's padding and convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> image = torch.tensor([[1, 2, 3], [5, 6, 7]])
    >>> correlate2d(image, torch.tensor([[1, 10]]), stride=(1, 2), padding=(0, 1))
    tensor([[10, 32],
            [50, 76]])

    Lecture: "Instead of moving kernel step-by-step, we can move it further". Where its formula gives a fraction, round
        down.
    """
    (sh, sw), (kh, kw) = pair(stride), kernel.shape
    if sh < 1 or sw < 1:
        raise ValueError(f"a stride is 1 or more, not {stride}")
    padded = pad2d(image, padding)  # (H + 2 PH, W + 2 PW)
    h, w = padded.shape
    if h < kh or w < kw:
        raise ValueError(f"a kernel of {kh} x {kw} does not fit into a padded image of {h} x {w}")
    tops, lefts = range(0, h - kh + 1, sh), range(0, w - kw + 1, sw)
    answer = torch.zeros(len(tops), len(lefts), dtype=torch.result_type(image, kernel))  # (H_out, W_out)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            answer[i, j] = (padded[top : top + kh, left : left + kw] * kernel).sum()
    return answer
