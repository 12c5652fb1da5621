"""The network that the gallery looks at: the one that `nox -s train` left, or else one trained for some seconds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import Tensor, nn

from kit.commands.options import shown
from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import (
    CIFAR10_CLASSES,
    Pictures,
    PicturesError,
    PictureSet,
    draw_pictures,
    load_pictures,
    validation_size,
)
from kit.training import checkpoint
from kit.training.parts import choose

BATCH_SIZE = 64
CPU = torch.device("cpu")  # for pictures this few it is quick enough


class UnfitError(Exception):
    """Why the run that `nox -s train` left cannot be shown, in one sentence."""


@dataclass(frozen=True)
class Trained:
    """A trained network and what it makes of the validation pictures; n is their number."""

    filters: Tensor  # of the first layer, (16, 3, 3, 3)
    maps: Tensor  # what they answer to the first validation picture, (16, 32, 32)
    losses: list[float]  # the mean of each epoch
    images: Tensor  # (n, 3, 32, 32), before they were normalised
    labels: Tensor  # (n,)
    predicted: Tensor  # (n,)
    probabilities: Tensor  # (n, 2)
    classes: tuple[str, str] = tuple(CIFAR10_CLASSES.values())
    batch_losses: list[float] = field(default_factory=list)  # these two are known of the gallery's own training only
    accuracies: list[dict[str, float]] = field(default_factory=list)  # what validate gave after each epoch

    @property
    def accuracy(self) -> float:
        """The share of the validation pictures that it gets right."""
        return float((self.predicted == self.labels).float().mean())


class RecordedLoss(nn.CrossEntropyLoss):
    """Cross-entropy that remembers the loss of each batch."""

    def __init__(self):
        super().__init__()
        self.losses: list[float] = []

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """See nn.CrossEntropyLoss."""
        loss = super().forward(input, target)
        self.losses.append(loss.item())
        return loss


def train_quickly(parts: SimpleNamespace, n_epochs: int = 4, n_pictures: int = 1200) -> Trained:
    """Train for some seconds on drawn pictures, with the learner's functions of ex08 to ex11 by their names."""
    torch.manual_seed(0)
    model = parts.Net()  # first, since it is the first to be written
    train, val = PictureSet(*draw_pictures(n_pictures, 0)), PictureSet(*draw_pictures(n_pictures // 2, 1))
    mean, std = parts.channel_statistics(train.images)
    loaders = [make_loader(parts, pictures, mean, std) for pictures in (train, val)]
    loss_fn, losses, accuracies = RecordedLoss(), [], []
    with without_dynamo():
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        for _ in range(n_epochs):
            losses += parts.training_loop(1, optimizer, model, loss_fn, loaders[0], CPU)
            accuracies.append(parts.validate(model, *loaders, CPU))
    curves = {"losses": losses, "batch_losses": loss_fn.losses, "accuracies": accuracies}
    return Trained(**curves, **seen(parts, model, val, mean, std))


def make_loader(parts: SimpleNamespace, pictures: PictureSet, mean: Tensor, std: Tensor) -> object:
    """The pictures, normalised, behind the learner's loader, in an order that is the same each time."""
    images = parts.normalize(pictures.images, mean, std)
    dataset = list(zip(images, pictures.labels.tolist(), strict=True))
    return parts.make_loader(dataset, BATCH_SIZE, True, torch.Generator().manual_seed(0))


@torch.no_grad()
def seen(parts: SimpleNamespace, model: nn.Module, val: PictureSet, mean: Tensor, std: Tensor) -> dict[str, Tensor]:
    """What the network makes of the validation pictures, as the fields of Trained."""
    inputs = parts.normalize(val.images, mean, std)
    model.eval()
    outputs = torch.cat([model(some) for some in inputs.split(250)])  # (n, 2)
    return {
        "filters": model.conv1.weight.detach(),
        "maps": model.conv1(inputs[:1])[0],
        "images": val.images,
        "labels": val.labels,
        "predicted": parts.predict(outputs),
        "probabilities": outputs.softmax(1),
    }


@dataclass(frozen=True)
class Run:
    """What `nox -s train` left: a checkpoint, and the pictures that it was trained on."""

    path: Path
    state: dict
    pictures: Pictures

    def __str__(self) -> str:
        n = len(self.state["history"])
        return f"{shown(self.path)}, {n} epoch{'s' * (n != 1)}. Its pictures: {self.pictures.source}."


def read_run(folders: list[Path], own: bool, select_classes: Callable) -> Run:
    """The run in the first of the folders that holds one; raises UnfitError if there is none that can be shown.

    It is to be of the learner's own parts, or else of the model answers.
    """
    found = [folder for folder in folders if (folder / checkpoint.CHECKPOINT).exists()]
    if not found:
        raise UnfitError("There is no network of nox -s train yet.")
    path = found[0] / checkpoint.CHECKPOINT
    try:
        state = checkpoint.read(found[0])
        settings = state["settings"]
        if settings["solutions"] == own:
            raise UnfitError(f"{shown(path)} was trained with {'the model answers' if own else 'your own parts'}.")
        return Run(path, state, pictures_of(settings, select_classes, path))
    except checkpoint.CheckpointError as error:
        raise UnfitError(str(error).split(" Begin one")[0]) from error
    except (KeyError, TypeError) as error:
        raise UnfitError(f"{shown(path)} does not say how it was trained.") from error


def pictures_of(settings: dict, select_classes: Callable, path: Path) -> Pictures:
    """The pictures that a run was trained on; raises UnfitError if they are not to be had any more."""
    n, data = settings["pictures"], settings["data"]
    n_val = validation_size(n)
    try:
        pictures = load_pictures(data and Path(data), False, settings["seed"], n, n_val)
        pictures = choose(SimpleNamespace(select_classes=select_classes), pictures, settings["classes"])
    except PicturesError as error:
        raise UnfitError(f"The pictures of {shown(path)} cannot be read again: {error}") from error
    if checkpoint.fingerprint(pictures.train.images) != settings["fingerprint"]:
        raise UnfitError(f"{shown(path)} was trained on other pictures than those that are here now.")
    return pictures


def show_run(parts: SimpleNamespace, run: Run) -> Trained:
    """The network of a run, put into the learner's Net; raises UnfitError if it does not fit in there."""
    model = parts.Net()
    try:
        model.load_state_dict(run.state["model"])
    except (RuntimeError, TypeError, AttributeError) as error:
        raise UnfitError(f"The network in {shown(run.path)} has other layers than your Net has now.") from error
    mean, std = parts.channel_statistics(run.pictures.train.images)
    made = seen(parts, model, run.pictures.val, mean, std)
    return Trained(losses=run.state["history"], classes=run.pictures.classes, **made)
