"""Gradients through functions, and a layer seen from outside; within the layer PyTorch's convolutions are allowed."""

import torch

from probes.ex08_net import build, images, layers_told
from probes.examples import docstring_example_of_layers as docstring_example_of_layers
from probes.gradients import gradients
from probes.training import machine_with

__all__ = ["gradients", "layers_told"]


def layer_of(module, seed, arguments):
    return build(module, "DepthwiseSeparable", seed, **arguments)


def told(module, *arguments, **named):
    """The parameters' names and shapes."""
    layer = module.DepthwiseSeparable(*arguments, **named)
    return {name: list(parameter.shape) for name, parameter in layer.state_dict().items()}


def outputs(module, seed, shape, arguments, dtype="float64", device="cpu"):
    """The layer's answer to a batch."""
    with machine_with(device) as device:
        layer = layer_of(module, seed, arguments).to(device, getattr(torch, dtype))
        answer = layer(images(seed, shape).to(device, getattr(torch, dtype)))
        return answer.detach().cpu() if torch.is_tensor(answer) else answer


def layer_gradients(module, seed, shape, arguments):
    """The gradient of a weighted sum of the answers for x and each parameter, None where there is none."""
    layer, x = layer_of(module, seed, arguments), images(seed, shape).requires_grad_()
    answer = layer(x)
    if answer.requires_grad:
        (answer * images(seed + 1, answer.shape)).sum().backward()
    return {"x": x.grad, **{name: parameter.grad for name, parameter in layer.named_parameters()}}


def paste_told(*arguments, **named):
    """The layer that is made."""
    return f"DepthwiseSeparable({', '.join([*map(repr, arguments), *(f'{k}={v!r}' for k, v in named.items())])})"


def paste_outputs(seed, shape, arguments, **_):
    """The layer, called with a batch."""
    return f"{paste_told(**arguments)}(torch.randn{shape})"


told.paste = paste_told
outputs.paste = layer_gradients.paste = paste_outputs
told.allows_all = outputs.allows_all = layer_gradients.allows_all = True
