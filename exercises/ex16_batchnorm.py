"""ex16: batch norm and dropout, the two layers for which train() and eval() are there."""

import torch
from torch import Tensor, nn


class BatchNorm2d(nn.Module):
    """Bring each channel to mean 0 and variance 1, then scale and shift it as training finds best.

    In train mode mean and variance are those of the batch: a channel has one of each, over its N * H * W numbers, and
    the variance divides by their number n. Answers are (x - mean) / sqrt(variance + eps), times the channel's weight,
    plus its bias. Gradients reach x, weight and bias, through mean and variance too.

    In eval mode mean and variance are those that the layer remembers, so that an image's answer does not depend on its
    neighbours. Each batch in train mode moves both: new = (1 - momentum) * old + momentum * batch. The variance that
    is remembered divides by n - 1, as PyTorch's does. No graph is remembered, and eval mode changes nothing.

    | weight, bias | parameters: a one and a zero for each channel |
    | running_mean, running_var | buffers: a zero and a one for each channel |
    | num_batches_tracked | buffer: torch.tensor(0), one more for each batch in train mode |

    Shape: (N, num_features, H, W) -> the same
    Raises: ValueError, with that number, if a channel has only 1 number in train mode: a variance needs two.
    Not allowed: PyTorch's norms, such as F.batch_norm, or a subclass of its layer.

    >>> norm = BatchNorm2d(1, eps=0.0)
    >>> norm(torch.tensor([[[[1.0, 3.0]]]])).flatten().tolist()  # mean 2, variance 1
    [-1.0, 1.0]
    >>> norm.running_mean, norm.running_var  # 0.9 * 0 + 0.1 * 2 and 0.9 * 1 + 0.1 * 2: of two numbers n - 1 is 1
    (tensor([0.2000]), tensor([1.1000]))
    >>> round(norm.eval()(torch.tensor([[[[3.0]]]])).item(), 4)  # (3 - 0.2) / sqrt(1.1)
    2.6697

    Source: Ioffe and Szegedy 2015, arXiv 1502.03167. This layer is a reason why `validate` needs eval().
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Normalise a batch. Shape: (N, num_features, H, W) -> the same."""
        raise NotImplementedError


class Dropout(nn.Module):
    """Set each number to zero with probability p in train mode, and enlarge the others so that the mean stays.

    Chance decides for every number by itself and anew in each call. What is kept is divided by 1 - p, which is why
    eval mode has nothing to make up for: there the answer is x. Gradients reach the numbers that were kept, enlarged
    in the same way. With p = 0 all are kept; with p = 1 all are zero. Chance is PyTorch's: after torch.manual_seed the
    same numbers are kept again. There are no parameters and no buffers.

    Shape: any -> the same
    Raises: ValueError, with the number, if p is not from 0 to 1.
    Not allowed: PyTorch's dropout, as a function, a layer, or a subclass of its layer.

    >>> drop = Dropout(p=0.75)
    >>> sorted(set(drop(torch.ones(1000)).tolist()))
    [0.0, 4.0]
    >>> sorted(set(drop.eval()(torch.ones(1000)).tolist()))
    [1.0]

    Source: Srivastava and others 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting". A
        `validate` without eval() measures a network that has lost part of its numbers.
    """

    def __init__(self, p: float = 0.5):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Drop numbers in train mode. Shape: any -> the same."""
        raise NotImplementedError
