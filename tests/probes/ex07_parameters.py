"""Networks are built beside the learner's code, since a module does not cross between processes."""

import torch
from torch import nn

from probes.examples import docstring_example as docstring_example


def count(module, source):
    """What count_parameters says of the network that the lines of `source` call `model`."""
    return module.count_parameters(build(source))


def count_twice(module, source):
    """The same, and after half of it has been frozen; and which parameters training changes then."""
    model = build(source)
    before = module.count_parameters(model)
    for parameter in list(model.parameters())[::2]:
        parameter.requires_grad_(False)
    after = module.count_parameters(model)
    return before, after, [parameter.requires_grad for parameter in model.parameters()]


def tensors_told(_, source):
    """What there is to count in a network, for the picture of a failure; no check looks at it.

    Each tensor of the state_dict: its name, shape, kind, and the name that the same parameter had before.
    """
    model = build(source)
    known, found = {}, []
    for name, tensor in model.state_dict(keep_vars=True).items():
        parameter = isinstance(tensor, nn.Parameter)
        kind = "buffer" if not parameter else "parameter" if tensor.requires_grad else "frozen"
        found.append({"name": name, "shape": tuple(tensor.shape), "kind": kind, "same as": known.get(id(tensor), "")})
        known.setdefault(id(tensor), name)
    return found


def build(source):
    """Run the lines of `source` and return what they call `model`."""
    names = {"nn": nn, "torch": torch}
    exec(source, names)
    return names["model"]


def paste(source):
    """The network's lines, and the call."""
    return "; ".join([*source.splitlines(), "count_parameters(model)"])


count.paste = count_twice.paste = paste
