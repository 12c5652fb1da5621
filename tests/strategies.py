"""Every kind of input that a check may draw, by name.

Whole numbers from -3 to 3 in float64, so that sums of products are exact and answers are compared with ==; sides
from 1, height and width apart, as are the two parts of every pair; not much more than 100 numbers, so that a failure
shrinks to something that fits on paper. Larger inputs come from a drawn seed.
"""

from types import SimpleNamespace

import torch
from hypothesis import strategies as st

SMALL = torch.tensor([0, 1, -1, 2, -2, 3, -3])  # in the order in which a failure shrinks
seeds = st.integers(0, 2**31 - 1)


def ints_or_pairs(least, most):
    """What PyTorch takes for a stride or padding: an int for both axes, or (height, width)."""
    one = st.integers(least, most)
    return one | st.tuples(one, one)


def both(value):
    """An int or a pair as a pair."""
    return (value, value) if isinstance(value, int) else value


@st.composite
def tensors(draw, *shape, dtype=torch.float64):
    """A tensor of small whole numbers; each side is a number or a strategy."""
    sides = [draw(side) if isinstance(side, st.SearchStrategy) else side for side in shape]
    count = torch.Size(sides).numel()
    numbers = draw(st.binary(min_size=count, max_size=count))  # one draw for all, which shrinks number by number
    return SMALL[torch.tensor(list(numbers), dtype=torch.int64) % len(SMALL)].to(dtype).reshape(sides)


def whole(seed, shape, dtype=torch.float64):
    """A tensor of small whole numbers from a seed, for sizes that are not worth shrinking."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-3, 4, tuple(shape), generator=generator).to(dtype)


@st.composite
def conv2d_calls(draw, max_kernel=3, max_stride=3, max_padding=2, bias=None, as_many_filters_as_columns=False):
    """The arguments of conv2d. The kernel always fits; `bias` True means that there is one, None that there may be."""
    stride, padding = draw(ints_or_pairs(1, max_stride)), draw(ints_or_pairs(0, max_padding))
    kh, kw = draw(st.integers(1, max_kernel)), draw(st.integers(1, max_kernel))
    (ph, pw), sw = both(padding), both(stride)[1]
    h, w = draw(st.integers(max(1, kh - 2 * ph), 5)), draw(st.integers(max(1, kw - 2 * pw), 5))
    n, c_in, c_out = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    if as_many_filters_as_columns:
        c_out = (w + 2 * pw - kw) // sw + 1
    return SimpleNamespace(
        input=draw(tensors(n, c_in, h, w)),
        weight=draw(tensors(c_out, c_in, kh, kw)),
        bias=draw(tensors(c_out) if bias else st.none() | tensors(c_out)),
        stride=stride,
        padding=padding,
    )


def conv2d_from_seed(n, c_in, h, w, c_out, kh, kw, stride, padding, seed=0):
    """The arguments of conv2d in sizes that tell many wrong answers apart."""
    input, weight = whole(seed, (n, c_in, h, w)), whole(seed + 1, (c_out, c_in, kh, kw))
    return SimpleNamespace(input=input, weight=weight, bias=whole(seed + 2, (c_out,)), stride=stride, padding=padding)
