"""A training loop is watched from inside: by the network, the loss function and the optimizer that it is given."""

import contextlib
import itertools
import pkgutil
from collections.abc import Hashable
from unittest.mock import patch

import torch
from torch import equal, nn
from torch.nn.functional import cross_entropy

from probes.examples import docstring_example as docstring_example
from probes.hidden import hide
from probes.net import Net
from probes.training import Diary, labels_turned, loader_of, machine_with, on_cpu, turned

# What a learner's file may put others in the place of is taken before it is imported.
modules, named_parameters, plain_forward = nn.Module.modules, nn.Module.named_parameters, Net.forward


def watched(state, diary, turn):
    """Net, which writes down each forward pass: the mode, the images, the devices.

    Its scores are turned, by one class or two, only in train mode and on the device.
    """

    def forward(model, images):
        diary.note_devices(images=images, model=model.fc.weight)
        diary.events.append("forward" if model is diary.model else "forward of another model")
        modes = {vars(layer)["training"] for layer in modules(model)}
        diary.modes.append("eval" if not vars(model)["training"] else "train" if modes == {True} else "a mixed")
        diary.seen.append(images.detach().cpu().clone())
        outputs = plain_forward(model, images)
        return turned(outputs, turn) if turn and modes == {True} and not diary.stayed else outputs

    return type("Watched", (Net,), {"forward": hide(forward)})(state)


def watched_loss(diary, batches, at_epoch_end):
    """Cross entropy, which writes down the backward pass; `at_epoch_end` is called with each epoch's last batch."""
    calls = itertools.count(1)

    def forward(_, outputs, labels):
        if outputs.dim() < labels.dim():
            raise TypeError("loss_fn takes the outputs first, then the labels")
        diary.note_devices(labels=labels)
        diary.labels.append(labels.detach().cpu().clone())
        loss = cross_entropy(outputs, labels)
        if loss.requires_grad:
            loss.register_hook(hide(lambda _: diary.write_backward()))
        if next(calls) % batches == 0:
            at_epoch_end()
        return loss

    return type("WatchedLoss", (nn.Module,), {"forward": hide(forward)})()


def watched_sgd(model, lr, diary):
    """Plain gradient descent, which writes down each step and the parameters after it."""
    named = dict(named_parameters(model))

    def step(optimizer, closure=None):
        if closure:
            with torch.enable_grad():
                closure()
        diary.events.append("step" if has_gradients(named) else "step without gradients")
        with torch.no_grad():
            for parameter in named.values():
                if parameter.grad is not None:
                    parameter -= optimizer.param_groups[0]["lr"] * parameter.grad
        diary.weights.append(on_cpu(named))

    kind = type("WatchedSGD", (torch.optim.Optimizer,), {"step": hide(step)})
    return kind(model.parameters(), {"lr": lr})


class TrainingDiary(Diary):
    """What the three of them saw."""

    def __init__(self, device):
        super().__init__(device)
        self.events, self.modes, self.seen, self.labels, self.weights = [], [], [], [], []
        self.model, self.parameters = None, {}

    def write_backward(self):
        """Note whether the gradients of the batch before are still there."""
        self.events.append("backward onto old gradients" if has_gradients(self.parameters) else "backward")


def has_gradients(named):
    return any(p.grad is not None and bool(p.grad.any()) for p in named.values())


def trained(module, device, state, images, labels, batch_size, n_epochs, lr, as_list=False, shuffle=False,
            already_there=False, arrives="train", frozen=None, validates=False, has_gradients=False,
            turn=0):  # fmt: skip
    """Let the learner's loop train Net; returns its answer and what was seen meanwhile.

    Where scores are turned, labels become others each time that the loader is gone through.
    """
    with machine_with(device) as place:
        diary = TrainingDiary(place)
        model = watched(state, diary, turn).train(arrives == "train")
        if already_there:
            model.to(place)
        diary.model, diary.parameters = model, dict(named_parameters(model))
        if has_gradients:  # of something that was done with the model before
            for parameter in model.parameters():
                parameter.grad = torch.full_like(parameter, 7)
        if frozen:
            diary.parameters[frozen].requires_grad_(False)

        def others(number, labels):
            return labels_turned(labels, number * turn) if turn else labels

        loader, times = loader_of(images, labels, batch_size, as_list, shuffle, others)
        batches = -(-len(images) // batch_size)
        loss_fn = watched_loss(diary, batches, model.eval if validates else lambda: None)
        optimizer = watched_sgd(model, lr, diary)
        history = diary.follow(lambda: module.training_loop(n_epochs, optimizer, model, loss_fn, loader, place))
        seen = {name: getattr(diary, name) for name in ("events", "modes", "seen", "labels", "weights", "stayed")}
        gone_through = {"times": times(), "orders": same_orders(diary.seen, batches)}
        return {**seen, **gone_through, "history": history, "after": on_cpu(dict(named_parameters(model)))}


def same_orders(seen, batches):
    """For each epoch the number of the first one that used the samples in the same order."""
    epochs = [torch.cat(seen[i : i + batches]) for i in range(0, len(seen), batches)]
    return [next(k for k, other in enumerate(epochs) if equal(epoch, other)) for epoch in epochs]


def picked_device(module, cuda, mps):
    """The learner's pick_device() on a machine with these devices or without: its type, and the device by name."""
    best = torch.device("cuda" if cuda else "mps") if cuda or mps else None
    fakes = {
        "torch.cuda.is_available": lambda: cuda,
        "torch.cuda.device_count": lambda: int(cuda),
        "torch.backends.mps.is_available": lambda: mps,
        "torch.mps.is_available": lambda: mps,
        "torch.backends.cuda.is_built": lambda: True,
        "torch.backends.mps.is_built": lambda: True,
        "torch.accelerator.is_available": lambda: cuda or mps,
        "torch.accelerator.current_accelerator": lambda *_, **__: best,
    }
    own = {pkgutil.resolve_name(name): fake for name, fake in fakes.items()}
    with contextlib.ExitStack() as stack:
        for name, value in vars(module).copy().items():  # for `from torch.cuda import is_available`
            if isinstance(value, Hashable) and value in own:
                stack.enter_context(patch.object(module, name, own[value]))
        for name, fake in fakes.items():
            stack.enter_context(patch(name, fake))
        answer = module.pick_device()
    return type(answer).__name__, str(answer).removesuffix(":0")


def paste(device, state, images, labels, batch_size, n_epochs, lr, **_):
    """The call with what would fit on no line left out."""
    batches = f"{len(images)} images in batches of {batch_size}, lr {lr}"
    return f"training_loop({n_epochs}, optimizer, model, loss_fn, loader, {device})  # {batches}"


trained.paste = paste
