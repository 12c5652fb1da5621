"""ex08: the lecture's network, and LeNet-5, as subclasses of nn.Module."""

import torch
from torch import Tensor, nn


class Net(nn.Module):
    """Build the lecture's network for two classes, with 18 090 parameters.

    Its attributes are conv1, act1, pool1, conv2, act2, pool2, fc1, act3 and fc2. The images go through all nine in
    this order, and the answers are the two numbers of fc2 as they are: logits, no probabilities.

    | conv1, conv2 | nn.Conv2d 3 -> 16 and 16 -> 8 channels, kernel 3 × 3, padding 1 |
    | act1, act2, act3 | nn.Tanh after conv1, conv2 and fc1 |
    | pool1, pool2 | nn.MaxPool2d that halves height and width, after act1 and act2 |
    | fc1, fc2 | nn.Linear 512 -> 32 and 32 -> 2 features |

    Shape: (N, 3, 32, 32) -> (N, 2)
    Raises: an error, nn.Linear's own will do, if the images do not leave 512 numbers each for fc1, as with 28 × 28.

    >>> net = Net()
    >>> {name: parameter.numel() for name, parameter in net.named_parameters() if name.endswith("weight")}
    {'conv1.weight': 432, 'conv2.weight': 1152, 'fc1.weight': 16384, 'fc2.weight': 64}
    >>> net(torch.zeros(5, 3, 32, 32)).shape
    torch.Size([5, 2])
    >>> picture = torch.tensor([[1, 2], [3, 4]])
    >>> torch.flatten(picture), torch.flatten(picture.flip(1))  # two pictures, two vectors
    (tensor([1, 2, 3, 4]), tensor([2, 1, 4, 3]))

    Lecture: "Subclassing nn.Module". Code copied from the slides lacks underscores and a bracket, and has l for 1. Its
        view(-1, 8 * 8 * 8) mixes samples of another size without an error; torch.flatten(x, 1) keeps them apart.
    """

    def __init__(self):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Give two logits for each image. Shape: (N, 3, 32, 32) -> (N, 2)."""
        raise NotImplementedError


class LeNet5(nn.Module):
    """Build the network of ex07's table, with 62 958 parameters for 3 channels and 10 classes.

    Its attributes are the rows of the table: conv1, pool1, conv2, pool2, fc1, fc2 and output, a linear layer. Kernels
    are 5 × 5 without padding, pools nn.MaxPool2d(2). A tanh follows conv1, conv2, fc1 and fc2, as layers or as calls
    of torch.tanh. The answers are logits: the table's softmax is left to the loss.

    Shape: (N, in_channels, 32, 32) -> (N, n_classes)
    Raises: an error, nn.Linear's own will do, if the images do not leave 400 numbers each for fc1, as with 28 × 28.

    >>> sum(parameter.numel() for parameter in LeNet5().parameters())
    62958
    >>> LeNet5(in_channels=1, n_classes=2)(torch.zeros(5, 1, 32, 32)).shape
    torch.Size([5, 2])

    Lecture: "Parameters in LeNet-5". The LeNet-5 of 1998 was another network: one channel, 6 and 16 maps, and pools
        that average and learn.
    """

    def __init__(self, in_channels: int = 3, n_classes: int = 10):
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Give logits for each image. Shape: (N, in_channels, 32, 32) -> (N, n_classes)."""
        raise NotImplementedError
