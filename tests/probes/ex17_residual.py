"""Residual blocks and networks of them, seen from outside: as in ex08, and in both modes."""

import torch
from torch import equal

from probes.ex08_net import (
    beyond_its_bias,
    build,
    by_place,
    copied,
    draw,
    images,
    layers_told,
    modes,
    output_shape,
    parameters_of,
    paste_answer,
    paste_network,
)
from probes.examples import docstring_example as docstring_example
from probes.training import machine_with

__all__ = ["beyond_its_bias", "copied", "layers_told", "modes", "output_shape"]


def told(module, name, *arguments, **named):
    """How many numbers a network's parameters have, each counted once, and the names in its state_dict.

    Blocks go by their place: how they are called in nn.Sequential is free.
    """
    net = getattr(module, name)(*arguments, **named)
    return {
        "parameters": sum(p.numel() for p in net.parameters()),
        "names": sorted(by_place(net, name) for name in net.state_dict()),
    }


def beginning(module, name, **arguments):
    """How a fresh network's blocks begin: the convolutions' numbers in units of what they should be."""
    net = getattr(module, name)(**arguments)
    parameters = dict(net.named_parameters())
    drawn = [parameter for name, parameter in parameters.items() if name.endswith("conv.weight")]
    units = torch.cat([(w / (2 / w[0].numel()) ** 0.5).flatten() for w in drawn]).detach()
    scales, shifts = (
        sorted({number for name, p in parameters.items() if name.endswith(ending) for number in p.tolist()})[:3]
        for ending in ("batch_norm.weight", "batch_norm.bias")
    )
    return {
        "mean": round(units.mean().item(), 1) + 0.0,
        "deviation": round(units.std().item(), 1),
        "within one deviation": round((units.abs() < units.std()).double().mean().item(), 1),
        "batch_norm.weight": scales,
        "batch_norm.bias": shifts,
        "apart": len({tuple(w.flatten()[:9].tolist()) for w in drawn}) == len(drawn),
    }


def outputs(module, name, seed, shape, mode, device="cpu", channels_last=False, dtype="float64", **arguments):
    """A network's answer to a batch."""
    batch = images(seed, shape).to(getattr(torch, dtype))
    batch = batch.to(memory_format=torch.channels_last) if channels_last else batch
    with machine_with(device) as device:
        net = build(module, name, seed, **arguments).to(device, batch.dtype).train(mode == "train")
        answer = net(batch.to(device))
        return answer.detach().cpu() if torch.is_tensor(answer) else answer


def without_effect(module, seed, shape):
    """A block's answer, and x, where batch norm multiplies by zero."""
    block, x = build(module, "ResBlock", seed, n_chans=shape[1]), images(seed, shape)
    with torch.no_grad():
        for name, parameter in block.named_parameters():
            if name.startswith("batch_norm"):
                parameter.zero_()
    return {"answer": block(x).detach(), "x": x}


def added(module, seed, shape):
    """What a block adds to x, and whether it left x as it was."""
    block, x = build(module, "ResBlock", seed, n_chans=shape[1]), images(seed, shape)
    before = x.clone()
    with torch.no_grad():
        answer = block(x)
    return {"added": answer - before, "unchanged": equal(x, before)}


def gradients(module, name, seed, shape, mode, **arguments):
    """The gradient of a weighted sum of the answers for x and each parameter, None where there is none."""
    net, x = build(module, name, seed, **arguments).train(mode == "train"), images(seed, shape).requires_grad_()
    answer = net(x)
    if answer.requires_grad:
        (answer * draw(torch.Generator().manual_seed(seed + 1), answer.shape)).sum().backward()
    return {"x": x.grad, **{name: parameter.grad for name, parameter in parameters_of(net).items()}}


def reaches_the_first_layer(module, n_chans, n_blocks):
    """Whether conv1's gradient in a deep, fresh network is neither lost nor boundless; None if there is none.

    It is 40 to 300 for the model answer, and more than 10 million without the way past each block.
    """
    torch.default_generator.manual_seed(1)
    net = module.NetResDeep(n_chans=n_chans, n_blocks=n_blocks)
    net(images(0, (2, 3, 32, 32)).float()).square().sum().backward()
    gradient = net.conv1.weight.grad
    return None if gradient is None else bool(1e-3 < gradient.abs().max() < 1e5)


def paste_block(seed, shape):
    return f"ResBlock({shape[1]})(torch.randn{shape})"


def paste_deep(n_chans, n_blocks):
    return f"NetResDeep(n_chans={n_chans}, n_blocks={n_blocks})(torch.randn(2, 3, 32, 32))"


def paste_mode(name, seed, shape, mode, **more):
    return paste_answer(name, seed, shape, **{k: v for k, v in more.items() if k != "dtype"}).replace(
        ")(torch", f").{mode}()(torch"
    )


told.paste = beginning.paste = paste_network
outputs.paste = gradients.paste = paste_mode
without_effect.paste = added.paste = paste_block
reaches_the_first_layer.paste = paste_deep
