"""ex01: what convolution is, with loops over one grey image."""

import torch
from torch import Tensor


def correlate2d(image: Tensor, kernel: Tensor) -> Tensor:
    """Slide one kernel over one grey image; each window gives one number, the sum of all its products.

    The answer has one number for each place where the whole kernel lies inside the image, and the dtype that
    PyTorch would give to image times kernel: torch.result_type(image, kernel).

    Shape: (H, W), (KH, KW) -> (H - KH + 1, W - KW + 1)
    Raises: ValueError, with the numbers, if the kernel is higher or wider than the image.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> correlate2d(torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([[1, 0], [0, 10]]))
    tensor([[51, 62]])

    Lecture: "Convolution". It adds up only 5 of the 9 products of two windows; all nine give 4, 3, 4. An image of 5
        rows and 6 columns gives 3x4. A moved image gives the moved answer: that is equivariant, not invariant.
    """
    raise NotImplementedError


def convolve2d(image: Tensor, kernel: Tensor) -> Tensor:
    """Do the same with the kernel turned by 180 degrees: this is what mathematics calls convolution.

    One bright pixel then leaves a print of the kernel as it is, and image and kernel may change places.

    Shape: (H, W), (KH, KW) -> (H - KH + 1, W - KW + 1)
    Raises: ValueError, with the numbers, if the kernel is higher or wider than the image.
    Not allowed: PyTorch's convolutions, F.unfold, F.fold and torch.fft; NumPy. (Tensor.unfold is allowed.)

    >>> convolve2d(torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([[1, 0], [0, 10]]))
    tensor([[15, 26]])

    Lecture: "Convolution". What it defines is cross-correlation, as is nn.Conv2d. Its example shows no difference,
        since that kernel is the same when it is turned.
    """
    raise NotImplementedError
