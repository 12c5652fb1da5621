"""ex17: networks that get deep, because each block only adds to what it was given."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ResBlock(nn.Module):
    """Add to the maps what a convolution, batch norm and ReLU make of them: relu(batch_norm(conv(x))) + x.

    Its attributes are conv and batch_norm, PyTorch's own layers. What comes in goes out again, plus something that is
    never negative: the ReLU acts before the sum and not after it. So gradients have a way past each block.

    | conv | nn.Conv2d n_chans -> n_chans, kernel 3 × 3, padding 1, no bias: batch norm would take it away again |
    | conv.weight | drawn by nn.init.kaiming_normal_(…, nonlinearity="relu"): mean 0, variance 2 / (9 * n_chans) |
    | batch_norm | nn.BatchNorm2d(n_chans), its weight all 0.5 and its bias all 0 |

    Shape: (N, n_chans, H, W) -> the same

    >>> block = ResBlock(n_chans=2)
    >>> {name: tuple(parameter.shape) for name, parameter in block.named_parameters()}
    {'conv.weight': (2, 2, 3, 3), 'batch_norm.weight': (2,), 'batch_norm.bias': (2,)}
    >>> block.eval()(torch.zeros(1, 2, 4, 5)).shape
    torch.Size([1, 2, 4, 5])

    Source: He and others 2015, arXiv 1512.03385, whose blocks have two convolutions, and the ReLU after the sum.
    """

    def __init__(self, n_chans: int):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Add to the maps. Shape: (N, n_chans, H, W) -> the same."""
        raise NotImplementedError


class NetResDeep(nn.Module):
    """Build a network for two classes that stays trainable with a hundred blocks.

    Its attributes are conv1, resblocks, fc1 and fc2. Each of the n_blocks blocks has parameters of its own. A ReLU and
    a max pooling of 2 follow conv1, another max pooling of 2 the blocks, and a ReLU fc1. The answers are logits.

    | conv1 | nn.Conv2d 3 -> n_chans, kernel 3 × 3, padding 1 |
    | resblocks | nn.Sequential of n_blocks times ResBlock(n_chans) |
    | fc1, fc2 | nn.Linear n_chans * 8 * 8 -> 32 and 32 -> 2 features |

    Shape: (N, 3, 32, 32) -> (N, 2)
    Raises: an error, nn.Linear's own will do, if the images are not such that n_chans * 8 * 8 numbers each reach fc1.

    >>> sum(parameter.numel() for parameter in NetResDeep().parameters())
    159330
    >>> len(NetResDeep(n_blocks=2).resblocks)
    2
    >>> NetResDeep(n_chans=4, n_blocks=3).eval()(torch.zeros(5, 3, 32, 32)).shape
    torch.Size([5, 2])
    >>> shared, apart = 2 * [nn.Linear(1, 1)], [nn.Linear(1, 1) for _ in range(2)]
    >>> len(set(nn.Sequential(*shared).parameters())), len(set(nn.Sequential(*apart).parameters()))
    (2, 4)

    Source: DLWPT, ch. 8, as of the lecture's Net. There `n_blocks * [ResBlock(...)]` makes one block and uses it
        n_blocks times: 75810 parameters for 1, 10 and 100 blocks, where 100 have 994530.
    """

    def __init__(self, n_chans: int = 32, n_blocks: int = 10):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Give two logits for each image. Shape: (N, 3, 32, 32) -> (N, 2)."""
        raise NotImplementedError
