"""Every kind of input that a check may draw, by name.

Whole numbers from -3 to 3 in float64, so that sums of products are exact and answers are compared with ==; sides
from 1, height and width apart, as are the two parts of every pair; never more than about 100 numbers, so that a
failure shrinks to something that fits on paper.
"""

from types import SimpleNamespace

import torch
from hypothesis import strategies as st

whole_numbers = st.integers(-3, 3)
seeds = st.integers(0, 2**31 - 1)
strides = st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3))
paddings = st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2))


def both(value):
    """An int or a pair as a pair."""
    return (value, value) if isinstance(value, int) else value


@st.composite
def tensors(draw, *shape, dtype=torch.float64):
    """A tensor of small whole numbers; each side is a number or a strategy."""
    sides = [draw(side) if isinstance(side, st.SearchStrategy) else side for side in shape]
    count = torch.Size(sides).numel()
    numbers = draw(st.lists(whole_numbers, min_size=count, max_size=count))
    return torch.tensor(numbers, dtype=dtype).reshape(sides)


@st.composite
def conv2d_calls(draw, max_stride=3, max_padding=2):
    """The arguments of conv2d: the kernel always fits, the bias may be missing, W_out may equal C_out."""
    stride = draw(strides)
    padding = draw(paddings)
    (sh, sw), (ph, pw) = both(stride), both(padding)
    n, c_in, c_out = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kh, kw = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    h = draw(st.integers(max(1, kh - 2 * ph), 5))
    w = draw(st.integers(max(1, kw - 2 * pw), 5))
    return SimpleNamespace(
        input=draw(tensors(n, c_in, h, w)),
        weight=draw(tensors(c_out, c_in, kh, kw)),
        bias=draw(st.none() | tensors(c_out)),
        stride=stride,
        padding=padding,
    )
