"""What a training can go on from: written after each epoch, read by --resume."""

import os
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import torch
from torch import Tensor, nn

CHECKPOINT, WEIGHTS, CURVE = "checkpoint.pt", "birds_vs_airplanes.pt", "loss.png"


class CheckpointError(Exception):
    """A run cannot be gone on with, or cannot be kept; the sentence says why."""


@dataclass
class Run:
    """A training as it stands."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    order: torch.Generator  # decides on the order of the next epochs' pictures
    settings: dict  # what has to be the same when it goes on: plain numbers and words
    history: list[float] = field(default_factory=list)  # the loss of each whole epoch
    kept: int = 0  # how many epochs are in the file

    def state(self) -> dict:
        """All that the next epochs depend on, as tensors and plain data."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "order": self.order.get_state(),
            "chance": chance(self.model),
            "settings": self.settings,
            "history": self.history,
        }

    def go_back_to(self, state: dict) -> None:
        """Be again what the state says; raises CheckpointError if it is of another network."""
        try:
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
        except (RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
            why = " ".join(str(error).split()[:40])
            raise CheckpointError(f"The run is of another network than yours is now: {why}") from error
        self.order.set_state(state["order"])
        set_chance(self.model, state["chance"])
        self.history = list(state["history"])
        self.kept = len(self.history)


def chance(model: nn.Module) -> dict[str, Tensor]:
    """The state of PyTorch's random numbers, which layers such as dropout draw from."""
    states = {"cpu": torch.get_rng_state()}
    if (device := next(model.parameters()).device).type != "cpu":
        states[device.type] = torch.get_device_module(device).get_rng_state()
    return states


def set_chance(model: nn.Module, states: dict[str, Tensor]) -> None:
    """Put PyTorch's random numbers back where they were."""
    torch.set_rng_state(states["cpu"])
    device = next(model.parameters()).device
    if device.type != "cpu" and device.type in states:
        torch.get_device_module(device).set_rng_state(states[device.type])


def write(run: Run, out: Path) -> Path | None:
    """Write the run's state whole or not at all; returns where an earlier run's files went, if there were any."""
    beside, earlier = out / f"{CHECKPOINT}.{os.getpid()}", None
    try:
        torch.save(run.state(), beside)
        if not run.kept:
            earlier = keep_earlier(out)
        beside.replace(out / CHECKPOINT)
    except (OSError, RuntimeError) as error:  # torch.save raises both, when the disk is full
        raise CheckpointError(f"Nothing can be saved in {out}: {error}.") from error
    finally:
        beside.unlink(missing_ok=True)
    run.kept = len(run.history)
    return earlier


def read(out: Path) -> dict:
    """The state in a folder; raises CheckpointError if there is none. No code from the file is run."""
    path = out / CHECKPOINT
    if not path.exists():
        raise CheckpointError(f"There is no run to go on with: {path} does not exist. Begin one without --resume.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        complete = {"model", "optimizer", "order", "chance", "settings", "history"} <= state.keys()
        complete = complete and isinstance(state["settings"], dict)
    except Exception:  # what comes of broken bytes is anybody's guess
        complete = False
    if not complete:
        raise CheckpointError(f"{path} is no checkpoint of a training, or is damaged. Begin one without --resume.")
    return state


def keep_earlier(out: Path, names: tuple[str, ...] = (CHECKPOINT, WEIGHTS, CURVE)) -> Path | None:
    """Move an earlier run's files into a folder of their own, named after their time; None if there are none."""
    files = [path for name in names if (path := out / name).exists()]
    if not files:
        return None
    when = datetime.fromtimestamp(max(path.stat().st_mtime for path in files))
    name, number = f"run-{when:%Y-%m-%d-%H%M%S}", 1
    while (folder := out / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    folder.mkdir()
    for path in files:
        path.rename(folder / path.name)
    return folder


def fingerprint(*tensors: Tensor) -> int:
    """A number that tells whether these are the same pictures."""
    sum_ = 0
    for tensor in tensors:
        sum_ = zlib.crc32(tensor.contiguous().numpy(), sum_)
    return sum_
