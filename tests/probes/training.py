"""A small network, its batches and its machine, for the exercises that train, validate, save and load."""

from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from kit.learner import devices
from kit.learner.accelerator import accelerator

SAME_DEVICE = "same device"  # part of what torch says when tensors of two devices meet


class Net(nn.Module):
    """Batch norm, dropout and a layer. Shape: (N, 2, 1, 2) -> (N, 3).

    eps is large, so that a running variance of 0.75 or 3.75 divides by exactly 1 or 2.
    """

    def __init__(self, state=None, dropout=0.0):
        super().__init__()
        self.norm = nn.BatchNorm2d(2, eps=0.25)
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(4, 3)
        self.double()
        if state is not None:
            self.load_state_dict(state)

    def forward(self, images: Tensor) -> Tensor:
        return self.fc(self.drop(self.norm(images)).flatten(1))


class Batches(list):
    """A plain list of batches, which counts how often it is gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


class Loader(DataLoader):
    """A DataLoader, which counts how often it is gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def loader_of(images, labels, batch_size, as_list, shuffle=False):
    """The batches as a list of pairs or as a DataLoader; the last one may be smaller."""
    if as_list:
        return Batches(zip(images.split(batch_size), labels.split(batch_size), strict=True))
    return Loader(TensorDataset(images, labels), batch_size, shuffle=shuffle)


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

    def __deepcopy__(self, memo):
        """A copy of a watched network writes into the same diary."""
        return self

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
