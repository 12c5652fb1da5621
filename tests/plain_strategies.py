"""Inputs of numbers, lists and words, by name; the kinds with tensors stand in strategies.py.

Nothing here imports torch, so that an exercise without tensors is judged without its seconds.
"""

import functools
import itertools
from types import SimpleNamespace

from hypothesis import strategies as st

seeds = st.integers(0, 2**31 - 1)
integers = functools.cache(st.integers)  # making one anew takes longer than a draw from it


@functools.cache
def ints_or_pairs(least, most):
    """What PyTorch takes for a stride or padding: an int for both axes, or (height, width)."""
    ints = range(least, most + 1)
    return st.sampled_from([*ints, *itertools.product(ints, ints)])  # one draw, where a union of tuples takes three


@st.composite
def size_calls(draw):
    """The arguments of conv_output_size. The kernel always fits."""
    kernel_size, stride = draw(integers(1, 6)), draw(integers(1, 4))
    padding, dilation = draw(integers(0, 3)), draw(integers(1, 3))
    span = dilation * (kernel_size - 1) + 1
    n = draw(integers(max(1, span - 2 * padding), span + 12))
    return SimpleNamespace(n=n, kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)


@st.composite
def stacks_of_layers(draw):
    """A size n and layers (kernel_size, stride, padding), each of which fits into what the one before it gives."""
    size = n = draw(integers(1, 50))
    layers = []
    for _ in range(draw(integers(0, 4))):
        stride, padding = draw(integers(1, 3)), draw(integers(0, 2))
        kernel_size = draw(integers(1, min(5, size + 2 * padding)))
        layers.append((kernel_size, stride, padding))
        size = len(range(0, size + 2 * padding - kernel_size + 1, stride))
    return n, layers


@st.composite
def conv2d_layers(draw):
    """The arguments of nn.Conv2d that decide about its parameters."""
    in_channels, out_channels = draw(integers(1, 9)), draw(integers(1, 9))
    kernel_size, bias = draw(ints_or_pairs(1, 5)), draw(st.booleans())
    return {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size, "bias": bias}


LAYERS = ["nn.Linear(2, 3)", "nn.Linear(3, 3, bias=False)", "nn.Conv2d(2, 3, 2)", "nn.BatchNorm2d(3)", "nn.PReLU()"]


@st.composite
def network_sources(draw):
    """Lines that build a network called model; its layers may occur twice, be frozen, and share their weights."""
    layers = draw(st.lists(st.sampled_from(LAYERS), min_size=1, max_size=3))
    names = "abc"[: len(layers)]
    lines = [f"{name} = {layer}" for name, layer in zip(names, layers, strict=True)]
    tie = f"{names[-1]}.weight = {names[0]}.weight"
    freeze = [f"{names[0]}.weight.requires_grad_(False)", f"{names[-1]}.requires_grad_(False)"]
    lines += draw(st.lists(st.sampled_from([tie, *freeze]), max_size=2, unique=True))
    order = draw(st.lists(st.sampled_from(["nn.ReLU()", *names]), min_size=1, max_size=4))
    return "\n".join([*lines, f"model = nn.Sequential({', '.join(order)})"])
