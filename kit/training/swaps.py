"""Where a learner's function goes in the small training: two worlds that differ in this one part.

A world has the parts of kit.training.parts: a network, and the functions that prepare, train and validate it.
"""

import copy
from collections.abc import Callable
from types import SimpleNamespace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kit.training.own import OwnConv2d, OwnMaxPool2d, with_own
from kit.training.recipes import small_net

World = SimpleNamespace
N_CHANS, N_BLOCKS = 8, 3  # of NetResDeep, so that it trains in seconds


class OwnConv2dBackward(nn.Module):
    """nn.Conv2d with the way back of a function of yours."""

    def __init__(self, layer: nn.Conv2d, backward: Callable):
        super().__init__()
        self.weight, self.bias, self.stride, self.padding = layer.weight, layer.bias, layer.stride, layer.padding
        self.backward = backward

    def forward(self, input: Tensor) -> Tensor:
        """Shape: (N, C, H, W) -> (N, C_out, H_out, W_out)."""
        answer = F.conv2d(input, self.weight, self.bias, self.stride, self.padding)

        def back(grad: Tensor) -> tuple:
            sizes = self.stride, self.padding
            return self.backward(grad, input.detach(), self.weight.detach(), *sizes)

        return Backward.apply(answer.detach(), back, input, self.weight, self.bias)


class OwnMaxPool2dBackward(nn.Module):
    """nn.MaxPool2d with the way back of a function of yours."""

    def __init__(self, layer: nn.MaxPool2d, backward: Callable):
        super().__init__()
        self.sizes, self.backward = (layer.kernel_size, layer.stride), backward

    def forward(self, input: Tensor) -> Tensor:
        """Shape: (N, C, H, W) -> (N, C, H_out, W_out)."""
        answer = F.max_pool2d(input.detach(), *self.sizes)
        return Backward.apply(answer, lambda grad: (self.backward(grad, input.detach(), *self.sizes),), input)


class Backward(torch.autograd.Function):
    """An answer that is known, with a way back that somebody wrote."""

    @staticmethod
    def forward(ctx: object, answer: Tensor, back: Callable, *_: Tensor) -> Tensor:
        """See torch.autograd.Function."""
        ctx.back = back
        return answer

    @staticmethod
    def backward(ctx: object, grad: Tensor) -> tuple:
        """See torch.autograd.Function."""
        return None, None, *ctx.back(grad)


def layer_of_yours(layer: nn.BatchNorm2d, yours: type) -> nn.Module:
    """A layer of the learner's class in the place of PyTorch's."""
    return yours(layer.num_features)


LAYERS = {  # function: PyTorch's layer, and what has the learner's function in it
    "conv2d": (nn.Conv2d, OwnConv2d),
    "max_pool2d": (nn.MaxPool2d, OwnMaxPool2d),
    "avg_pool2d": (nn.AvgPool2d, OwnMaxPool2d),
    "conv2d_backward": (nn.Conv2d, OwnConv2dBackward),
    "max_pool2d_backward": (nn.MaxPool2d, OwnMaxPool2dBackward),
    "BatchNorm2d": (nn.BatchNorm2d, layer_of_yours),
}
PARTS = ("channel_statistics", "normalize", "make_loader", "training_loop")
NETWORKS = {"Net": {}, "NetResDeep": {"n_chans": N_CHANS, "n_blocks": N_BLOCKS}}
SWAPPED = (*LAYERS, *PARTS, *NETWORKS)


def swap(right: World, function: str, yours: Callable, given: Callable) -> tuple[World, World]:
    """Two worlds, with the model answers and with the learner's function in the place of one of them.

    `given` is the model answer to that function.
    """
    right, own = copy.copy(right), copy.copy(right)
    if function in LAYERS:
        theirs, mine = LAYERS[function]
        net = right.Net = {"avg_pool2d": averaging(right.Net), "BatchNorm2d": small_net}.get(function, right.Net)
        own.Net = lambda: with_own(net(), {function: (theirs, mine, yours)})
    elif function in NETWORKS:
        options = NETWORKS[function]
        right.Net, own.Net = (lambda: given(**options)), (lambda: yours(**options))
    else:
        setattr(own, function, yours)
    return right, own


def averaging(net: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    """The same network with average pooling in the place of max pooling."""
    place = {"": (nn.MaxPool2d, lambda layer, _: nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding), None)}
    return lambda: with_own(net(), place)
