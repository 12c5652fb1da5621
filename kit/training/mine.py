"""The capstone: a network in which every layer that you wrote is yours, trained beside PyTorch's own layers.

Both begin with the same weights, and your own loop feeds them the same pictures, so their losses must agree.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch
from rich.console import Console
from torch import Tensor, nn

from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import Pictures, PictureSet
from kit.training.checkpoint import Run, keep_earlier
from kit.training.ladder import DifferenceError, Rung, difference, layer_rungs, step, table
from kit.training.loop import run_epochs, shares
from kit.training.own import own_functions, with_own
from kit.training.parts import PartError, loaders, normalized
from kit.training.results import accuracy_table, say, shown
from kit.verdict.console import new_console

DEFAULTS = {"epochs": 5, "batch_size": 16, "lr": 2e-2, "pictures": None}
N_TRAIN, N_VAL = 200, 100  # with the model answers about a minute of work on one core
MOMENTUM = 0.9
TOO_LONG = 120  # seconds; then fewer pictures are taken
DTYPE = torch.float64  # in float32 rounding alone grows to a difference of 1e-4 in 75 steps
TOLERANCE = 1e-4  # of the losses, and of outputs and gradients as a share of the largest
MINE = "mine.pt"


def few(pictures: Pictures, n_train: int, n_val: int, seed: int) -> Pictures:
    """Some of the pictures, drawn from the seed."""

    def take(pictures: PictureSet, n: int) -> PictureSet:
        chosen = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(seed))[:n]
        return PictureSet(pictures.images[chosen], pictures.labels[chosen])

    return Pictures(take(pictures.train, n_train), take(pictures.val, n_val), pictures.classes, pictures.source)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread: small layers are as fast with it, and every run on a machine gives the same numbers."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def chosen(mine: nn.Module, pictures: Pictures, options: argparse.Namespace, console: Console) -> Pictures:
    """As many pictures as were asked for, else as many as a minute or two suffice for."""
    n, per_picture, seconds = affordable(mine, pictures, options, N_TRAIN, TOO_LONG)
    some = few(pictures, n, min(n, N_VAL), options.seed)
    take = f"Your layers take {1e3 * per_picture:.0f} ms for a picture, forward and back"
    say(console, f"{take}: about {seconds:.0f} s for {len(some.train)} pictures, --epochs {options.epochs}.")
    return some


def affordable(
    mine: nn.Module, pictures: Pictures, options: argparse.Namespace, most: int, too_long: float
) -> tuple[int, float, float]:
    """How many pictures can be trained with, the seconds that one takes, and all."""
    two = pictures.train.images[:2].to(next(mine.parameters()))
    seconds = min(step(mine, two, "Net")[0] for _ in range(3)) / len(two)
    visits = options.epochs + 1  # validation, forward only, is worth about one more epoch
    n = min(options.pictures or most, len(pictures.train))
    while not options.pictures and n > 15 and n * visits * seconds > too_long:
        n //= 2
    return n, seconds, n * visits * seconds


@dataclass(frozen=True)
class Trained:
    """What came of one of the two networks."""

    history: list[float]
    accuracies: dict[str, float]
    training: float  # seconds
    validating: float


def trained(
    parts: SimpleNamespace, model: nn.Module, sets: tuple[list, list], options: argparse.Namespace, console: Console
) -> Trained:
    """Train and validate a network with the learner's parts; both networks get the same batches."""
    train_loader, val_loader, order = loaders(parts, sets, options.batch_size, options.seed, None)
    device = next(model.parameters()).device
    with without_dynamo():
        optimizer = torch.optim.SGD(model.parameters(), lr=options.lr, momentum=MOMENTUM)
    run = Run(model, optimizer, order, {})
    _, training = run_epochs(run, parts.training_loop, train_loader, device, options.epochs, lambda: None, console)
    start = time.perf_counter()
    accuracies = shares(parts.validate(model, train_loader, val_loader, device))
    return Trained(run.history, accuracies, training, time.perf_counter() - start)


@one_thread()
def train(parts: SimpleNamespace, pictures: Pictures, options: argparse.Namespace, console: Console) -> None:
    """Climb the ladder: each layer, the training, the validation and the saved weights, beside PyTorch's."""
    device = options.device or torch.device("cpu")
    if device.type == "mps":
        raise PartError("--mine computes in float64, which mps does not have; leave out --device.")
    functions = own_functions(options.folder)
    torch.manual_seed(options.seed)
    theirs = parts.Net().to(device, DTYPE)
    images = pictures.train.images[:4].to(device, DTYPE)
    rungs = list(layer_rungs(theirs, functions, images))
    if not rungs:
        raise PartError("Net has no nn.Conv2d and no nn.MaxPool2d that yours could take the place of: see ex08.")
    mine = with_own(theirs, functions)
    sets = normalized(parts, chosen(mine, pictures, options, console), DTYPE)
    own = trained(parts, mine, sets, options, console)
    right = trained(parts, theirs, sets, options, new_console(quiet=True))
    apart = (
        torch.tensor([own.history, right.history], dtype=DTYPE).diff(dim=0).abs().max().item()
    )  # nan, if there is one
    rungs.append(Rung("training (ex10)", own.training, right.training, apart))
    wrong = [rung.name for rung in rungs if not rung.difference <= TOLERANCE]  # nan neither
    apart_too = max(abs(own.accuracies[name] - right.accuracies[name]) for name in own.accuracies)
    rungs.append(Rung("validation (ex11)", own.validating, right.validating, apart_too))
    console.print(table(rungs))
    console.print(accuracy_table(own.accuracies, {"train": len(sets[0]), "val": len(sets[1])}))
    save(parts, mine, images, options.out, console)
    if wrong:
        raise DifferenceError(f"Yours and PyTorch's differ by more than {TOLERANCE}: {', '.join(wrong)}.")
    say(console, f"Your layers and PyTorch's have the same losses in all epochs; they differ by {apart:.0e} at most.")


def save(parts: SimpleNamespace, mine: nn.Module, images: Tensor, out: Path, console: Console) -> None:
    """Save the weights, and see that PyTorch's layers answer the same with them."""
    if earlier := keep_earlier(out, (MINE,)):
        say(console, f"The earlier weights are kept in {shown(earlier)}.")
    parts.save_weights(mine, out / MINE)
    theirs = parts.load_weights(parts.Net().to(DTYPE), out / MINE, images.device)
    with torch.no_grad():
        apart = difference(mine(images), theirs(images))
    say(console, f"Saved {shown(out / MINE)}; with these weights PyTorch's layers answer the same to {apart:.0e}.")
