"""A validation is watched by the network and the loaders that it is given."""

import torch
from torch import nn

from probes.examples import docstring_example as docstring_example
from probes.hidden import hide
from probes.net import Net
from probes.training import SAME_DEVICE, Diary, at_home, loader_of, machine_with, on_cpu, turned

# What a learner's file may put others in the place of is taken before it is imported.
is_grad_enabled, requires_grad = torch.is_grad_enabled, torch._C.TensorBase.requires_grad.__get__
modules, named_children = nn.Module.modules, nn.Module.named_children
named_parameters, state_dict = nn.Module.named_parameters, nn.Module.state_dict
plain_forward = Net.forward


def watched(state, diary, turn=0):
    """Net with its scores turned, by one class or two, only where they ought to be asked for.

    That is on the device, with every layer in eval mode, and without a graph. It writes down what it was asked for.
    """

    def forward(model, images):
        diary.note_devices(images=images, model=model.fc.weight)
        diary.modes.append(any(vars(module)["training"] for module in modules(model)))
        outputs = plain_forward(model, images)
        diary.graphs.append(requires_grad(outputs))
        is_right = not (diary.modes[-1] or diary.graphs[-1] or diary.stayed)
        return turned(outputs, turn) if turn and is_right else outputs

    return type("Watched", (Net,), {"forward": hide(forward)})(state, dropout=0.5)


class ValidationDiary(Diary):
    """What the network saw."""

    def __init__(self, device):
        super().__init__(device)
        self.modes, self.graphs = [], []


def predicted(module, device, outputs):
    """The learner's classes for outputs on a device, and where they are."""
    with machine_with(device) as place:
        answer = module.predict(outputs.to(place))
        return {"answer": at_home(answer), "device": getattr(answer, "device", place).type}


def validated(
    module, device, state, train, val, batch_size=3, as_list=False, already_there=False, arrives="train", turn=0
):
    """Let the learner's validate judge Net on two sets (images, labels); returns its answer and what was seen.

    Where the scores are turned, the labels are right when a loader is gone through for the first time, and only then.
    """
    with machine_with(device) as place:
        diary = ValidationDiary(place)
        model = arriving(watched(state, diary, turn), arrives)
        if already_there:
            model.to(place)
        before = {name: vars(layer)["training"] for name, layer in named_children(model)}
        data = [(images, (labels + 1) % 3 if turn else labels) for images, labels in (train, val)]
        counted = [loader_of(*each, batch_size, as_list, change=changing(turn)) for each in data]
        loaders, times = zip(*counted, strict=True)
        answer = diary.follow(lambda: blaming_the_labels(module, diary, model, loaders))
        return {
            "answer": answer,
            "stayed": diary.stayed,
            "modes": diary.modes,
            "graphs": diary.graphs,
            "times": [count() for count in times],
            "training": vars(model)["training"],
            "layers": {name: vars(layer)["training"] for name, layer in named_children(model)},
            "layers before": before,
            "autograd": is_grad_enabled(),
            "trainable": [name for name, p in named_parameters(model) if requires_grad(p)],
            "state": on_cpu(state_dict(model)),
            "gradients": on_cpu({name: p.grad for name, p in named_parameters(model)}),
        }


def changing(turn):
    """What becomes of labels: they are right at the first time only."""
    return (lambda number, labels: (labels - 1) % 3 if number == 0 else labels) if turn else lambda _, labels: labels


def arriving(model: nn.Module, how: str) -> nn.Module:
    """The model in a mode, with a gradient of 7 everywhere, as if in the middle of a training of all but one part."""
    model.train(how.startswith("train"))
    if how == "eval, but dropout in train":
        model.drop.train()
    if how == "train, but batch norm in eval":
        model.norm.eval()
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 7)
    model.norm.bias.requires_grad_(False)
    return model


def blaming_the_labels(module, diary, model, loaders):
    """The learner's answer; if two devices meet, but no longer once the labels are moved, it was the labels."""
    try:
        return module.validate(model, *loaders, diary.device)
    except RuntimeError as error:
        if diary.stayed or SAME_DEVICE not in str(error):
            raise
        moved = [[(images, labels.to(diary.device)) for images, labels in loader] for loader in loaders]
        module.validate(model, *moved, diary.device)
        diary.note_devices(labels=torch.empty(0))
        raise


def paste_predicting(device, outputs):
    """The call, with its numbers."""
    return f"predict(torch.tensor({outputs.tolist()}, device={device!r}))"


def paste(device, state, train, val, batch_size=3, **_):
    """The call with what would fit on no line left out."""
    sizes = f"{len(train[1])} and {len(val[1])} images in batches of {batch_size}"
    return f"validate(model, train_loader, val_loader, {device})  # {sizes}"


predicted.paste = paste_predicting
validated.paste = paste
