"""ex07: how many numbers a network learns, counted right.

`pair` turns an int into a pair and leaves a pair as it is: pair(2) is (2, 2), pair((1, 3)) is (1, 3).
"""

import math

from torch import nn

from kit.given import pair


def conv2d_parameters(
    in_channels: int, out_channels: int, kernel_size: int | tuple[int, int], bias: bool = True
) -> int:
    """Count the weights and biases of nn.Conv2d.

    A filter is as deep as its input and has one bias in all. The size of the image does not matter.


    >>> conv2d_parameters(3, 10, kernel_size=3)
    280
    >>> conv2d_parameters(10, 20, kernel_size=5)
    5020

    Lecture: "Creating a Layer of a Convolutional Neural Network". In its later example the second layer has 20 filters,
        not 10, so the layers have 280, 5020 and 20040 parameters.
    """
    raise NotImplementedError


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Count the weights and biases of nn.Linear: each output looks at every input and has one bias.


    >>> linear_parameters(120, 84)
    10164

    Lecture: "Parameters in LeNet-5"; its rows of fully connected layers are right.
    """
    raise NotImplementedError


def lenet5_table(in_channels: int = 3) -> list[tuple[str, tuple[int, ...], int, int]]:
    """List the lecture's LeNet-5 row by row: (name, activation shape, activation size, parameters).

    The rows are Input, Conv1, Pool1, Conv2, Pool2, FC1, FC2, Output. The input is 32×32; Conv1 has 8 filters
    and Conv2 16, all 5×5 with stride 1, without padding; pooling is 2×2 with stride 2 and learns nothing;
    FC1, FC2 and Output have 120, 84 and 10 outputs. An activation shape is (C, H, W) or (F,), its size the
    count of numbers in it.


    >>> lenet5_table()[2]
    ('Pool1', (8, 14, 14), 1568, 0)

    Lecture: "Parameters in LeNet-5". The slide has 6072 for 6272, 208 and 416 for 608 and 3216, since it forgets that a
        filter is as deep as its input, and 59758 for 62958.
    """
    raise NotImplementedError


def lenet5_1998() -> dict[str, int]:
    """Count the trainable parameters of the LeNet-5 of 1998, by layer: C1, S2, C3, S4, C5, F6.

    C1: 6 maps, each with a kernel of 5×5 on one grey image. S2: averages of 2×2, and each of the 6 maps is
    then multiplied by one weight and gets one bias. C3: 16 maps with kernels of 5×5, of which 6 look at three
    maps of S2, 9 at four and 1 at all six. S4: as S2, for 16 maps. C5: 120 maps with kernels of 5×5 on all
    16. F6: 84 outputs, fully connected to the 120. Every map and every output has one bias. What comes after
    F6 was not trained.


    >>> sum(lenet5_1998().values())
    60000

    Lecture: "Parameters in LeNet-5" lists a later relative, in which pooling has no parameters.
    """
    raise NotImplementedError


def count_parameters(module: nn.Module) -> int:
    """Count the numbers that training would change in a module and in all that is inside it.

    A parameter that occurs twice is one parameter. A frozen one (requires_grad is False) does not count, and
    neither does a buffer, such as the running mean of a batch norm.


    >>> layer = nn.Linear(3, 3)
    >>> count_parameters(nn.Sequential(layer, nn.ReLU(), layer))
    12

    Lecture: "Parameters in LeNet-5", the last line, for any network.
    """
    raise NotImplementedError
