"""A validation is watched by the network and the loaders that it is given."""

import torch
from torch import nn

from probes.examples import docstring_example as docstring_example
from probes.training import SAME_DEVICE, Diary, Net, at_home, loader_of, machine_with, on_cpu


class Watched(Net):
    """Writes down each forward pass: devices, whether a layer is in train mode, whether a graph is built."""

    def __init__(self, state, diary):
        super().__init__(state, dropout=0.5)
        self.diary = diary

    def forward(self, images):
        self.diary.note_devices(images=images, model=self.fc.weight)
        self.diary.modes.append(any(module.training for module in self.modules()))
        outputs = super().forward(images)
        self.diary.graphs.append(outputs.requires_grad)
        return outputs


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


def validated(module, device, state, train, val, batch_size=3, as_list=False, already_there=False, arrives="train"):
    """Let the learner's validate judge Net on two sets (images, labels); returns its answer and what was seen."""
    with machine_with(device) as place:
        diary = ValidationDiary(place)
        model = arriving(Watched(state, diary), arrives)
        if already_there:
            model.to(place)
        before = {name: layer.training for name, layer in model.named_children()}
        loaders = [loader_of(*data, batch_size, as_list) for data in (train, val)]
        answer = diary.follow(lambda: blaming_the_labels(module, diary, model, loaders))
        return {
            "answer": answer,
            "stayed": diary.stayed,
            "modes": diary.modes,
            "graphs": diary.graphs,
            "times": [loader.times for loader in loaders],
            "training": model.training,
            "layers": {name: layer.training for name, layer in model.named_children()},
            "layers before": before,
            "autograd": torch.is_grad_enabled(),
            "trainable": [name for name, p in model.named_parameters() if p.requires_grad],
            "state": on_cpu(model.state_dict()),
            "gradients": on_cpu({name: p.grad for name, p in model.named_parameters()}),
        }


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
