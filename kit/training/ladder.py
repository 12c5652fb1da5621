"""The ladder of one's own work in numbers: how long each rung takes beside PyTorch's, and how far the two differ."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from rich.table import Table
from torch import Tensor, nn

from kit.training.results import table_of

N_ROUNDS = 3  # the quickest counts


class DifferenceError(Exception):
    """Own layers do other things than PyTorch's; the sentence says where."""


@dataclass(frozen=True)
class Rung:
    """One comparison."""

    name: str
    mine: float  # seconds
    theirs: float
    difference: float  # the largest, as a share of PyTorch's largest number

    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        times = self.mine / self.theirs
        return (
            self.name,
            lasting(self.mine),
            lasting(self.theirs),
            f"{times:.{times < 10:d}f}",
            f"{self.difference:.0e}" if self.difference else "0",
        )


def lasting(seconds: float) -> str:
    """Write 0.0123 as 12.3 ms."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1e3 * seconds:.1f} ms"


def table(rungs: list[Rung]) -> Table:
    """All rungs, one below the other."""
    table = table_of("", "yours", "PyTorch's", "times slower", "difference")
    for rung in rungs:
        table.add_row(*rung.cells())
    return table


def layer_rungs(net: nn.Module, functions: dict[str, tuple], images: Tensor) -> Iterator[Rung]:
    """Each layer that there is an own function for, forward and back, on what reaches it in the network."""
    inputs = inputs_of(net, images)
    for name, layer in net.named_modules():
        for exercise, (theirs, own, function) in functions.items():
            if type(layer) is theirs and name in inputs:
                mine = own(copy.deepcopy(layer), function)
                yield compare(f"{name} ({exercise})", mine, copy.deepcopy(layer), inputs[name])


def inputs_of(net: nn.Module, images: Tensor) -> dict[str, Tensor]:
    """What reaches each layer by name, when the network is given images."""
    inputs = {}

    def watch(name: str) -> Callable:
        return lambda _, arguments: inputs.update({name: arguments[0].detach()})

    handles = [layer.register_forward_pre_hook(watch(name)) for name, layer in net.named_modules()]
    net(images)
    for handle in handles:
        handle.remove()
    return inputs


def compare(name: str, mine: nn.Module, theirs: nn.Module, input: Tensor) -> Rung:
    """Let both do the same step, by turns."""
    rounds = [(step(mine, input, name), step(theirs, input, name)) for _ in range(N_ROUNDS)]
    own, right = (tensors for _, tensors in rounds[0])
    if own[0].shape != right[0].shape:
        raise DifferenceError(f"{name} gives {tuple(own[0].shape)}, PyTorch's layer {tuple(right[0].shape)}.")
    seconds = (min(one_round[who][0] for one_round in rounds) for who in (0, 1))
    return Rung(name, *seconds, torch.tensor(list(map(difference, own, right))).max().item())  # nan, if there is one


def difference(own: Tensor, right: Tensor) -> float:
    """The largest difference, as a share of the largest right number."""
    return ((own - right).abs().max() / right.abs().max().clamp(min=1e-30)).item()


def step(layer: nn.Module, input: Tensor, name: str) -> tuple[float, list[Tensor]]:
    """Go forward and back. Returns the seconds; the output and the weights' gradients."""
    leaf = input.clone().requires_grad_()
    start = time.perf_counter()
    output = layer(leaf)
    if output.requires_grad:
        output.square().sum().backward()
    grads = [parameter.grad for parameter in layer.parameters()]
    if any(grad is None for grad in (leaf.grad, *grads)):
        raise DifferenceError(f"{name} cuts the way back: no gradient comes through it, so nothing can be learned.")
    # without leaf.grad: of equal numbers, each way to pool may send the gradient to another one
    tensors = [tensor.cpu() for tensor in (output.detach(), *grads)]  # waits for a GPU
    seconds = time.perf_counter() - start
    layer.zero_grad()
    return seconds, tensors
