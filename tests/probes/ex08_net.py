"""A network seen from outside: made, called, and told of in plain data.

`module` is the learner's or a namespace with PyTorch's own layers; `name` is the class; weights and images come from
a seed, in float64 where answers are compared.
"""

import functools

import torch
from torch import nn

from probes.examples import docstring_example as docstring_example
from probes.hidden import hide
from probes.layers import told_of
from probes.training import machine_with


def draw(generator, shape):
    """Numbers from the normal distribution."""
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def by_place(net, name):
    """The name of a parameter or buffer; a layer in an nn.Sequential goes by its place, since its name there is free.

    So "blocks.first.weight" is "blocks.0.weight". The network's own attributes keep their names.
    """
    *path, last = name.split(".")
    module, places = net, []
    for child in path:
        in_sequence = isinstance(module, nn.Sequential | nn.ModuleList) and module is not net
        places.append(str([*module._modules].index(child)) if in_sequence else child)
        module = module._modules[child]
    return ".".join([*places, last])


def parameters_of(net):
    """The parameters of a network by name."""
    return {by_place(net, name): parameter for name, parameter in net.named_parameters()}


def build(module, name, seed, training=True, **arguments):
    """A network in float64 whose weights depend on the seed, their names and their shapes alone."""
    net, generator = getattr(module, name)(**arguments).double(), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, parameter in sorted(parameters_of(net).items()):
            parameter.copy_(draw(generator, parameter.shape) / parameter[0].numel() ** 0.5)
    return net if training else net.eval()


def images(seed, shape):
    """A batch of images."""
    return draw(torch.Generator().manual_seed(seed), shape)


def sizes(module, name, *arguments):
    """How many numbers each parameter has, and the names in the state_dict."""
    net = getattr(module, name)(*arguments)
    return [parameter.numel() for parameter in net.parameters()], list(net.state_dict())


def outputs(module, name, seed, shape, device="cpu", channels_last=False, training=True, **arguments):
    """The network's answer to a batch."""
    batch = images(seed, shape)
    batch = batch.to(memory_format=torch.channels_last) if channels_last else batch
    with machine_with(device) as device:
        answer = build(module, name, seed, training, **arguments).to(device)(batch.to(device))
        return answer.cpu() if torch.is_tensor(answer) else answer


def output_shape(module, name, shape, **arguments):
    """The shape of a fresh network's answer to a batch."""
    return tuple(getattr(module, name)(**arguments)(torch.ones(shape)).shape)


def beyond_its_bias(module, name, seed, shape, last, **arguments):
    """How far the answers lie from the last layer's biases, set to -100, -200, …, and how far they may."""
    net = build(module, name, seed, **arguments)
    layer = net.get_submodule(last)
    with torch.no_grad():
        layer.bias.copy_(-100.0 * torch.arange(1, len(layer.bias) + 1))
        distance = (net(images(seed, shape)) - layer.bias).abs()  # (N, K)
    return distance, layer.weight.abs().sum(1)


def gradients(module, name, seed, shape, **arguments):
    """The gradient of a weighted sum of the answers for each parameter by name, None where there is none."""
    net = build(module, name, seed, **arguments)
    answer = net(images(seed, shape))
    if answer.requires_grad:
        (answer * images(seed + 1, answer.shape)).sum().backward()
    return {name: parameter.grad for name, parameter in parameters_of(net).items()}


def layers_called(module, name, shape, layers, **arguments):
    """Which of these layers a network lacks, which of them one forward does not call, and what layers there are."""
    net, called = getattr(module, name)(**arguments), set()
    for child, layer in net._modules.items():
        layer.register_forward_hook(hide(lambda *_, child=child: called.add(child)))
    net(torch.ones(shape))
    there = list(net._modules)
    missing, unused = ([layer for layer in layers if layer not in names] for names in (there, {*called}))
    return {"missing": missing, "unused": unused, "there": there}


def layers_seen(module, name, seed, shape, **arguments):
    """What each layer gets and gives when it is called first, in the order of the calls."""
    net, seen = build(module, name, seed, **arguments), {}

    def see(layer, given, output, child):
        seen.setdefault(child, (given[0].detach().clone(), output.detach().clone()))

    for child, layer in net.named_children():
        layer.register_forward_hook(functools.partial(see, child=child))
    net(images(seed, shape))
    return seen


def layers_told(module, name, seed, shape, **arguments):
    """What leaves each layer, as kit.see draws it; no check looks at it."""
    return told_of(
        lambda: build(module, name, seed, **arguments), images(seed, shape), lambda shape: images(seed + 1, shape)
    )


def modes(module, name, **arguments):
    """Which of nn.Module's names the network has given another meaning, and its layers' modes after eval and train."""
    net = getattr(module, name)(**arguments)
    hidden = sorted((set(vars(net)) - set(vars(nn.Module()))) & set(dir(nn.Module)))
    if hidden:
        return hidden, {}
    evaluating = {layer.training for layer in net.eval().modules()}
    training = {layer.training for layer in net.train().modules()}
    return hidden, {"eval": sorted(evaluating), "train": sorted(training)}


def in_eval_mode(module, name, seed, shape, **arguments):
    """Two answers of one network to the same batch, in eval mode."""
    net, batch = build(module, name, seed, **arguments).float().eval(), images(seed, shape).float()
    return net(batch), net(batch)


def shared(module, name, **arguments):
    """The names of the parameters that two networks have in common."""
    first, second = (getattr(module, name)(**arguments) for _ in range(2))
    own = {parameter.data_ptr() for parameter in first.parameters()}
    return [key for key, parameter in second.named_parameters() if parameter.data_ptr() in own]


def copied(module, name, seed, shape, **arguments):
    """The answers of a network, and of a second one that was given the first one's state_dict."""
    first, second = (build(module, name, seed + i, **arguments).float().eval() for i in range(2))
    second.load_state_dict(first.state_dict())
    batch = images(seed, shape).float()
    return first(batch), second(batch)


def paste_network(name, *arguments, **more):
    """The network that is made."""
    named = [f"{key}={value!r}" for key, value in more.items() if key not in ("device", "channels_last", "training")]
    return f"{name}({', '.join([*map(str, arguments), *named])})"


def paste_answer(name, *arguments, **more):
    """The network, called with a batch."""
    shape = next(argument for argument in arguments if isinstance(argument, tuple))
    mode = "" if more.get("training", True) else ".eval()"
    return f"{paste_network(name, **more)}{mode}(torch.randn{shape})"


sizes.paste = paste_network
modes.paste = paste_network
shared.paste = paste_network
for probe in (outputs, output_shape, beyond_its_bias, gradients, layers_called, in_eval_mode, copied):
    probe.paste = paste_answer
