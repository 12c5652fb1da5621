"""Where a learner's function goes in the small training: two worlds that differ in this one part.

A world has the parts of kit.training.parts: a network, and the functions that prepare, train and validate it.
"""

import copy
from collections.abc import Callable
from types import SimpleNamespace
from unittest.mock import patch

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


def dropout_of_yours(layer: nn.Dropout, yours: type) -> nn.Module:
    """A dropout of the learner's class in the place of PyTorch's."""
    return yours(layer.p)


def dropping_net() -> nn.Sequential:
    """The small network with a dropout before its last layer."""
    *layers, last = small_net()
    return nn.Sequential(*layers, nn.Dropout(0.3), last)


LAYERS = {  # function: PyTorch's layer, and what has the learner's function in it
    "conv2d": (nn.Conv2d, OwnConv2d),
    "max_pool2d": (nn.MaxPool2d, OwnMaxPool2d),
    "avg_pool2d": (nn.AvgPool2d, OwnMaxPool2d),
    "conv2d_backward": (nn.Conv2d, OwnConv2dBackward),
    "max_pool2d_backward": (nn.MaxPool2d, OwnMaxPool2dBackward),
    "BatchNorm2d": (nn.BatchNorm2d, layer_of_yours),
    "Dropout": (nn.Dropout, dropout_of_yours),
}
PARTS = ("channel_statistics", "normalize", "make_loader", "training_loop", "predict", "validate")
NETWORKS = {"Net": {}, "NetResDeep": {"n_chans": N_CHANS, "n_blocks": N_BLOCKS}}
SWAPPED = (*LAYERS, *PARTS, *NETWORKS, "ResBlock")
ABOUT_SIZES = "it says how large things are, and no network is made by what it says"
WITHOUT_PLACE = {  # function: why it has none
    **dict.fromkeys(("conv_output_size", "same_padding", "trace_sizes", "receptive_field"), ABOUT_SIZES),
    **dict.fromkeys(("conv2d_parameters", "linear_parameters", "lenet5_table", "lenet5_1998"), ABOUT_SIZES),
    "count_parameters": "it counts what is there, and changes nothing",
    "select_classes": "the drawn pictures are of two classes already",
    "pick_device": "it decides where a network learns, not what",
    "save_weights": "nothing is saved between the training and the look at the pictures",
    "load_weights": "nothing is loaded between the training and the look at the pictures",
    "im2col": "it is a part of ex14's conv2d, which has one: try ex14.conv2d",
    "LeNet5": "it tells ten classes apart, and the drawn pictures are of two",
    **{f"expose_{n}": "it gives an input for other programs, and is no part of a network" for n in range(1, 9)},
}


def swap(right: World, function: str, yours: Callable, given: Callable) -> tuple[World, World]:
    """Two worlds, with the model answers and with the learner's function in the place of one of them.

    `given` is the model answer to that function.
    """
    right, own = copy.copy(right), copy.copy(right)
    if function in LAYERS:
        theirs, mine = LAYERS[function]
        nets = {"avg_pool2d": averaging(right.Net), "BatchNorm2d": small_net, "Dropout": dropping_net}
        net = right.Net = nets.get(function, right.Net)
        own.Net = lambda: with_own(net(), {function: (theirs, mine, yours)})
    elif function in NETWORKS:
        options = NETWORKS[function]
        right.Net, own.Net = (lambda: given(**options)), (lambda: yours(**options))
    elif function == "ResBlock":
        right.Net, own.Net = (lambda: deep_net_of(given, given)), (lambda: deep_net_of(yours, given))
    else:
        setattr(own, function, yours)
    if function == "validate":  # which is asked after each epoch, of a network that has modes
        right.looks = own.looks = True
        right.Net = own.Net = small_net
    return right, own


def deep_net_of(block: type, given: type) -> nn.Module:
    """The model answer's NetResDeep with blocks of this class, which draw their weights in the same order."""
    names = given.__init__.__globals__
    with patch.dict(names, {"ResBlock": block}):
        return names["NetResDeep"](**NETWORKS["NetResDeep"])


def averaging(net: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    """The same network with average pooling in the place of max pooling."""
    place = {"": (nn.MaxPool2d, lambda layer, _: nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding), None)}
    return lambda: with_own(net(), place)
