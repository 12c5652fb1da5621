"""A small network, its batches and its machine, for the exercises that train, validate, save and load."""

from contextlib import contextmanager

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from kit.learner import devices
from kit.learner.accelerator import accelerator
from probes.hidden import hide
from probes.net import Net as Net

SAME_DEVICE = "same device"  # part of what torch says when tensors of two devices meet


def loader_of(images, labels, batch_size, as_list, shuffle=False, change=lambda _, labels: labels):
    """The batches as a list of pairs or as a DataLoader, and the number of times that it was gone through.

    The last one may be smaller. Each time, the labels are what `change` makes of that number and of them.
    """
    kind, numbers = (list if as_list else DataLoader), []

    def go_through(loader):
        numbers.append(number := len(numbers))
        return ((images, change(number, labels)) for images, labels in kind.__iter__(loader))

    counted = type("Batches" if as_list else "Loader", (kind,), {"__iter__": hide(go_through)})
    if as_list:
        return counted(zip(images.split(batch_size), labels.split(batch_size), strict=True)), lambda: len(numbers)
    return counted(TensorDataset(images, labels), batch_size, shuffle=shuffle), lambda: len(numbers)


@contextmanager
def machine_with(name):
    """The device of that name; the machine has the pretend accelerator only inside the block."""
    if name not in (devices.CPU, devices.here):
        raise ValueError(f"this process has {devices.here} and not {name}: run(..., accelerator={name!r})")
    if name == devices.PRETEND:
        with accelerator() as device:
            yield device
    else:
        yield torch.device(name)


def on_cpu(tensors):
    """Copies of named tensors on the CPU; None stays None."""
    return {name: None if t is None else t.detach().cpu().clone() for name, t in tensors.items()}


def at_home(answer):
    """The learner's answer with its tensors on the CPU, where the judge can read them."""
    if isinstance(answer, Tensor):
        return answer.detach().cpu()
    if type(answer) in (list, tuple):
        return type(answer)(at_home(part) for part in answer)
    return {key: at_home(part) for key, part in answer.items()} if type(answer) is dict else answer


class Diary:
    """What happens while the learner's code runs, and what it left on another device."""

    def __init__(self, device):
        self.device = device
        self.stayed = {}

    def note_devices(self, **things):
        """Remember which of these tensors are elsewhere."""
        for name, tensor in things.items():
            if tensor.device.type != self.device.type:
                self.stayed.setdefault(name, str(tensor.device))

    def follow(self, work):
        """Do the work; None if it ends because something was left on another device."""
        try:
            return at_home(work())
        except RuntimeError:
            if not self.stayed:
                raise
            return None


def outputs_of(state, images):
    """What Net gives in eval mode, written out; exact for whole numbers."""
    mean, root = state["norm.running_mean"], (state["norm.running_var"] + 0.25).sqrt()
    normed = (images - mean[:, None, None]) / root[:, None, None]
    scaled = normed * state["norm.weight"][:, None, None] + state["norm.bias"][:, None, None]
    return scaled.flatten(1) @ state["fc.weight"].T + state["fc.bias"]


def labels_turned(labels, turn):
    """The labels, each of a class further on; those with a fraction, too."""
    return labels.roll(turn, 1) if labels.is_floating_point() else (labels + turn) % 3


def turned(outputs, turn):
    """The scores, each as that of a class further on."""
    return torch.cat([outputs[:, -turn:], outputs[:, :-turn]], 1)
