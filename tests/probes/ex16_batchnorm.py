"""Batch norm and dropout seen from outside: called in train and in eval mode, and told of in plain data.

`module` is the learner's or torch.nn. What a layer remembers is told by name; of dropout, what does not depend on how
chance is asked.
"""

import torch
from torch import allclose, equal

from probes.examples import docstring_example as docstring_example
from probes.training import machine_with

OFTEN = 5  # calls of a dropout


def about(layer):
    """Which parameters and buffers a layer has."""
    base = next(c.__name__ for c in type(layer).__mro__ if c.__module__.startswith("torch.nn."))
    kinds = {"parameters": layer.named_parameters(), "buffers": layer.named_buffers()}
    named = {kind: {name: tensor.detach().clone() for name, tensor in found} for kind, found in kinds.items()}
    return {**named, "state": list(layer.state_dict()), "base": base}


def made(module, name, **arguments):
    """A fresh layer."""
    return about(getattr(module, name)(**arguments))


def norm_of(module, arguments, state, dtype="float64"):
    """A batch norm in this state, or a fresh one."""
    layer = module.BatchNorm2d(**arguments).to(getattr(torch, dtype))
    if state:
        layer.load_state_dict(state)
    return layer


def passed(module, arguments, state, batches, modes, dtype="float64", device="cpu"):
    """Batches go through a batch norm, each in its mode: answers, memory, and what became of them."""
    with machine_with(device) as device:
        layer = norm_of(module, arguments, state, dtype).to(device)
        there = [batch.to(device, getattr(torch, dtype), copy=True) for batch in batches]
        answers = [layer.train(mode == "train")(batch) for batch, mode in zip(there, modes, strict=True)]
        remembered = {name: tensor.detach().cpu() for name, tensor in layer.state_dict().items()}
        changed = [not equal(one.cpu(), other.to(one.dtype)) for one, other in zip(there, batches, strict=True)]
    answers = [answer.detach().cpu() if torch.is_tensor(answer) else answer for answer in answers]
    return {"answers": answers, "remembered": remembered, "changed": changed}


def gradients(module, arguments, state, batch, mode, grad_output):
    """The gradients of a batch norm's x, weight and bias."""
    layer, x = norm_of(module, arguments, state).train(mode == "train"), batch.clone().requires_grad_()
    answer = layer(x)
    if answer.requires_grad:
        (answer * grad_output).sum().backward()
    return {"x": x.grad, "weight": layer.weight.grad, "bias": layer.bias.grad}


def trained(module, arguments, batches):
    """A fresh batch norm learns from batches, one step each: its parameters, and which buffers remember a graph."""
    layer = norm_of(module, arguments, None)
    for batch in batches:
        layer.zero_grad()
        x = batch.clone().requires_grad_()  # as what comes from another layer
        layer(x).square().sum().backward()
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= parameter.grad / 64
    graphs = [name for name, buffer in layer.named_buffers() if buffer.requires_grad]
    return {"weight": layer.weight.detach(), "bias": layer.bias.detach(), "graphs": graphs}


def numbers(shape, dtype="float64"):
    """The numbers 1 to 7 again and again: none is zero, so that a zero was dropped."""
    return (torch.arange(torch.Size(shape).numel()) % 7 + 1).to(getattr(torch, dtype)).reshape(shape)


def dropped(module, arguments, shape, mode="train", dtype="float64", device="cpu"):
    """What a dropout does to many numbers, in a few calls."""
    x = numbers(shape, dtype)
    with machine_with(device) as device:
        layer, other = (module.Dropout(**arguments).train(mode == "train").to(device) for _ in range(2))
        answers = [layer(x.to(device, copy=True)).cpu() for _ in range(OFTEN)]
        by_other = other(x.to(device, copy=True)).cpu()
    factors = [answer / x for answer in answers]
    masks = [factor != 0 for factor in factors]
    counts = [int(mask.sum()) for mask in masks]
    return {
        "shape": tuple(answers[0].shape),
        "dtype": str(answers[0].dtype).removeprefix("torch."),
        "factors": sorted({round(f, 6) for f in torch.cat(factors).unique().tolist()})[:4],
        "kept": round(sum(counts) / (OFTEN * x.numel()), 1) + 0.0,
        "together": [
            i for i in range(x.dim()) if x.shape[i] > 1 and bool((masks[0] == masks[0].narrow(i, 0, 1)).all())
        ],
        "again": any(equal(masks[0], mask) for mask in masks[1:]),
        "other layer": equal(answers[0], by_other),
        "as many": len(set(counts)) == 1,
    }


def seeded(module, arguments, shape):
    """Whether a dropout repeats itself after torch.manual_seed, and whether another seed gives something else."""
    layer, answers = module.Dropout(**arguments), []
    for seed in (1, 1, 2):
        torch.default_generator.manual_seed(seed)
        answers.append(layer(numbers(shape)))
    return {"repeats": equal(answers[0], answers[1]), "differs": not equal(answers[0], answers[2])}


def given_back(module, arguments, x, mode):
    """What a dropout makes of x where chance has no say, and what became of x."""
    given = x.clone()
    answer = module.Dropout(**arguments).train(mode == "train")(given)
    return {"answer": answer.clone() if answer is given else answer, "x": given}


def ones_dropped(module, arguments, shape, mode):
    """What a dropout makes of ones in three calls, for the picture of a failure; no check looks at it."""
    layer = module.Dropout(**arguments).train(mode == "train")
    return [layer(torch.ones(shape)) for _ in range(3)]


def left_alone(module, arguments, shape):
    """Whether a dropout in train mode leaves its input as it was."""
    x = numbers(shape)
    module.Dropout(**arguments)(x)
    return equal(x, numbers(shape))


def dropped_gradient(module, arguments, shape, mode):
    """A dropout's answer, and the gradient of its sum, both divided by the input; None where there is no gradient."""
    x = numbers(shape).requires_grad_()
    answer = module.Dropout(**arguments).train(mode == "train")(x)
    if answer.requires_grad:
        answer.sum().backward()
    if x.grad is None:
        return {"arrives": False, "as the answer": False, "factors": []}
    factors = sorted({round(f, 6) for f in x.grad.unique().tolist()})[:4]
    same = allclose(x.grad * numbers(shape), answer.detach())
    return {"arrives": True, "as the answer": same, "factors": factors}


def refused(module, name, **arguments):
    """What a layer that should not be makes of two ones, if it can be made."""
    return getattr(module, name)(**arguments)(torch.ones(2)).tolist()


def one_number_each(module, arguments, shape, mode):
    """The shape that a batch norm gives for a batch with one number in each channel."""
    return tuple(module.BatchNorm2d(**arguments).train(mode == "train")(torch.ones(shape)).shape)


def call_of(name, arguments):
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"


def paste_made(name, **arguments):
    """The layer that is made."""
    return call_of(name, arguments)


def begins(state):
    """With which numbers a layer begins, where these are no fresh one's."""
    named = [f"{name} {value.tolist()}" for name, value in (state or {}).items() if value.dim()]
    return f"; it begins with {', '.join(named)}" if named else ""


def paste_norm(arguments, state, batches, modes, *_, **__):
    """The batch norm, and the last batch that it is given."""
    from kit.verdict.values import show_value  # here, since learners' processes have no use for it

    before = f", after {len(batches) - 1} other batches" if len(batches) > 1 else ""
    return f"{call_of('BatchNorm2d', arguments)}.{modes[-1]}()({show_value(batches[-1])}){before}{begins(state)}"


def paste_norm_gradients(arguments, state, batch, mode, grad_output):
    return paste_norm(arguments, state, [batch], [mode])


def paste_trained(arguments, batches):
    return paste_norm(arguments, None, batches, ["train"])


def paste_norm_of_ones(arguments, shape, mode):
    return f"{call_of('BatchNorm2d', arguments)}.{mode}()(torch.ones{shape})"


def paste_dropout(arguments, shape, *more, **_):
    return f"{call_of('Dropout', arguments)}.{more[0] if 'eval' in more else 'train'}()(torch.ones{shape})"


def paste_given_back(arguments, x, mode):
    from kit.verdict.values import show_value

    return f"{call_of('Dropout', arguments)}.{mode}()({show_value(x)})"


made.paste = refused.paste = paste_made
passed.paste, gradients.paste, trained.paste = paste_norm, paste_norm_gradients, paste_trained
one_number_each.paste, given_back.paste = paste_norm_of_ones, paste_given_back
for probe in (dropped, seeded, left_alone, dropped_gradient):
    probe.paste = paste_dropout
