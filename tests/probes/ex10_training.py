"""A training loop is watched from inside: by the network, the loss function and the optimizer that it is given."""

import contextlib
import pkgutil
from collections.abc import Hashable
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch import nn

from probes.examples import docstring_example as docstring_example
from probes.training import Diary, Net, loader_of, machine_with, on_cpu


class Watched(Net):
    """Writes down each forward pass: the mode, the images, the devices."""

    def __init__(self, state, diary):
        super().__init__(state)
        self.diary = diary

    def forward(self, images):
        self.diary.note_devices(images=images, model=self.fc.weight)
        self.diary.events.append("forward" if self is self.diary.model else "forward of another model")
        modes = {layer.training for layer in self.modules()}
        self.diary.modes.append("eval" if not self.training else "train" if modes == {True} else "a mixed")
        self.diary.seen.append(images.detach().cpu().clone())
        return super().forward(images)


class WatchedLoss(nn.Module):
    """Cross entropy, which writes down the backward pass; `at_epoch_end` is called with each epoch's last batch."""

    def __init__(self, diary, batches, at_epoch_end):
        super().__init__()
        self.diary, self.batches, self.at_epoch_end = diary, batches, at_epoch_end
        self.calls = 0

    def forward(self, outputs, labels):
        if outputs.dim() < labels.dim():
            raise TypeError("loss_fn takes the outputs first, then the labels")
        self.diary.note_devices(labels=labels)
        self.diary.labels.append(labels.detach().cpu().clone())
        loss = F.cross_entropy(outputs, labels)
        if loss.requires_grad:
            loss.register_hook(lambda _: self.diary.write_backward())
        self.calls += 1
        if self.calls % self.batches == 0:
            self.at_epoch_end()
        return loss


class WatchedSGD(torch.optim.Optimizer):
    """Plain gradient descent, which writes down each step and the parameters after it."""

    def __init__(self, model, lr, diary):
        super().__init__(model.parameters(), {"lr": lr})
        self.diary, self.named = diary, dict(model.named_parameters())

    def step(self, closure=None):
        if closure:
            with torch.enable_grad():
                closure()
        self.diary.events.append("step" if has_gradients(self.named) else "step without gradients")
        with torch.no_grad():
            for parameter in self.named.values():
                if parameter.grad is not None:
                    parameter -= self.param_groups[0]["lr"] * parameter.grad
        self.diary.weights.append(on_cpu(self.named))


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
            already_there=False, arrives="train", frozen=None, validates=False, has_gradients=False):  # fmt: skip
    """Let the learner's loop train Net; returns its answer and what was seen meanwhile."""
    with machine_with(device) as place:
        diary = TrainingDiary(place)
        model = Watched(state, diary).train(arrives == "train")
        if already_there:
            model.to(place)
        diary.model, diary.parameters = model, dict(model.named_parameters())
        if has_gradients:  # of something that was done with the model before
            for parameter in model.parameters():
                parameter.grad = torch.full_like(parameter, 7)
        if frozen:
            diary.parameters[frozen].requires_grad_(False)
        loader = loader_of(images, labels, batch_size, as_list, shuffle)
        loss_fn = WatchedLoss(diary, len(loader), model.eval if validates else lambda: None)
        optimizer = WatchedSGD(model, lr, diary)
        history = diary.follow(lambda: module.training_loop(n_epochs, optimizer, model, loss_fn, loader, place))
        seen = {name: getattr(diary, name) for name in ("events", "modes", "seen", "labels", "weights", "stayed")}
        gone_through = {"times": loader.times, "orders": same_orders(diary.seen, len(loader))}
        return {**seen, **gone_through, "history": history, "after": on_cpu(dict(model.named_parameters()))}


def same_orders(seen, batches):
    """For each epoch the number of the first one that used the samples in the same order."""
    epochs = [torch.cat(seen[i : i + batches]) for i in range(0, len(seen), batches)]
    return [next(k for k, other in enumerate(epochs) if torch.equal(epoch, other)) for epoch in epochs]


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
