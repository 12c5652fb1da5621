"""ex07: how many numbers a network learns, counted right."""

import math

from torch import nn

from kit.given import pair


def conv2d_parameters(
    in_channels: int, out_channels: int, kernel_size: int | tuple[int, int], bias: bool = True
) -> int:
    """Count the weights and biases of nn.Conv2d.

    A filter is as deep as its input and has one bias in all. The size of the image does not matter.

    Lecture: "Creating a Layer of a Convolutional Neural Network", whose one layer of 10 filters has 280
        parameters: 27 weights and 1 bias, 28 in all, belong to each filter. In "Convolutional Neural Network
        Example" the second layer has n_c = 20, not 10, and the layers have 280, 5020 and 20040 parameters.

    >>> conv2d_parameters(3, 10, kernel_size=3)
    280
    >>> conv2d_parameters(10, 20, kernel_size=5)
    5020
    """
    kh, kw = pair(kernel_size)
    return out_channels * (in_channels * kh * kw + bias)


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Count the weights and biases of nn.Linear: each output looks at every input and has one bias.

    Lecture: "Parameters in LeNet-5"; its rows of fully connected layers are right.

    >>> linear_parameters(120, 84)
    10164
    """
    return out_features * (in_features + bias)


def lenet5_table(in_channels: int = 3) -> list[tuple[str, tuple[int, ...], int, int]]:
    """List the lecture's LeNet-5 row by row: (name, activation shape, activation size, parameters).

    The rows are Input, Conv1, Pool1, Conv2, Pool2, FC1, FC2, Output. The input is 32×32; Conv1 has 8 filters
    and Conv2 16, all 5×5 with stride 1, without padding; pooling is 2×2 with stride 2 and learns nothing;
    FC1, FC2 and Output have 120, 84 and 10 outputs. An activation shape is (C, H, W) or (F,), its size the
    count of numbers in it.

    Lecture: "Parameters in LeNet-5". With 3 channels Conv1's activation size is 6272, not 6072, Conv1 and
        Conv2 have 608 and 3216 parameters, not 208 and 416, since a filter is as deep as its input, and the
        total is 62958, not 59758.

    >>> lenet5_table()[2]
    ('Pool1', (8, 14, 14), 1568, 0)
    """
    rows = [
        ("Input", (in_channels, 32, 32), 0),
        ("Conv1", (8, 28, 28), conv2d_parameters(in_channels, 8, 5)),
        ("Pool1", (8, 14, 14), 0),
        ("Conv2", (16, 10, 10), conv2d_parameters(8, 16, 5)),
        ("Pool2", (16, 5, 5), 0),
        ("FC1", (120,), linear_parameters(16 * 5 * 5, 120)),
        ("FC2", (84,), linear_parameters(120, 84)),
        ("Output", (10,), linear_parameters(84, 10)),
    ]
    return [(name, shape, math.prod(shape), parameters) for name, shape, parameters in rows]


def lenet5_1998() -> dict[str, int]:
    """Count the trainable parameters of the LeNet-5 of 1998, by layer: C1, S2, C3, S4, C5, F6.

    C1: 6 maps, each with a kernel of 5×5 on one grey image. S2: averages of 2×2, and each of the 6 maps is
    then multiplied by one weight and gets one bias. C3: 16 maps with kernels of 5×5, of which 6 look at three
    maps of S2, 9 at four and 1 at all six. S4: as S2, for 16 maps. C5: 120 maps with kernels of 5×5 on all
    16. F6: 84 outputs, fully connected to the 120. Every map and every output has one bias. What comes after
    F6 was not trained.

    Lecture: "Parameters in LeNet-5" lists a later relative with 8 and 16 filters. "Some considerations about
        pooling": that pooling has no parameters is true today; S2 and S4 had them.

    >>> sum(lenet5_1998().values())
    60000
    """
    maps_seen = 6 * 3 + 9 * 4 + 1 * 6  # by all 16 maps of C3 together
    return {
        "C1": conv2d_parameters(1, 6, 5),
        "S2": 6 * 2,
        "C3": maps_seen * 5 * 5 + 16,
        "S4": 16 * 2,
        "C5": conv2d_parameters(16, 120, 5),
        "F6": linear_parameters(120, 84),
    }


def count_parameters(module: nn.Module) -> int:
    """Count the numbers that training would change in a module and in all that is inside it.

    A parameter that occurs twice is one parameter. A frozen one (requires_grad is False) does not count, and
    neither does a buffer, such as the running mean of a batch norm.

    Lecture: "Parameters in LeNet-5", the last line, for any network.

    >>> layer = nn.Linear(3, 3)
    >>> count_parameters(nn.Sequential(layer, nn.ReLU(), layer))
    12
    """
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
