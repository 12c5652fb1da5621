"""ex12: saving weights, loading them, and on which device they land."""

from pathlib import Path

import torch
from torch import nn


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the model's state_dict, and nothing else, to one file at this path; an older file is replaced.

    A file of plain tensors can be read with torch.load(path, weights_only=True), which runs no code from the file, and
    it does not care what the class of the model is called or where it stands. The model stays as it is, where it is.

    >>> from tempfile import TemporaryDirectory
    >>> folder = TemporaryDirectory()
    >>> path = Path(folder.name) / "line.pt"
    >>> save_weights(nn.Linear(3, 2), path)
    >>> {name: tuple(tensor.shape) for name, tensor in torch.load(path).items()}
    {'weight': (2, 3), 'bias': (2,)}
    >>> folder.cleanup()

    Lecture: "Saving and loading the model". It joins folder and name by +; Path(folder) / name has the slash.
    """
    raise NotImplementedError


def load_weights(model: nn.Module, path: str | Path, device: torch.device) -> nn.Module:
    """Read a state_dict into the model and return that model, on the device, ready to predict: in eval mode.

    The file may have been saved on a device that this machine does not have. It may come from a stranger: whatever it
    holds, no code from it is run.

    Raises: FileNotFoundError if there is no file at the path; RuntimeError or ValueError, with the names, if tensors of
        the model are missing in the file, are too many, or have another shape; the model may be half loaded by then.

    >>> from tempfile import TemporaryDirectory
    >>> folder = TemporaryDirectory()
    >>> path = Path(folder.name) / "line.pt"
    >>> old, new = nn.PReLU(init=0.75), nn.PReLU()  # a layer with a single weight
    >>> torch.save(old.state_dict(), path)
    >>> loaded = load_weights(new, path, torch.device("cpu"))
    >>> loaded is new, new.weight.item()
    (True, 0.75)
    >>> loaded.training
    False
    >>> folder.cleanup()

    Lecture: "Loading the model". Loading does not "restore the same device": load_state_dict copies into the model
        where that stands, and torch.load needs map_location where the old device is missing.
    """
    raise NotImplementedError
