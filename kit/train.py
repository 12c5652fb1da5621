"""The lecture's main job, with the learner's own parts: train Net on birds and airplanes, validate it, save it."""

import argparse
import linecache
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import nn
from torch.utils.data import DataLoader

from kit.child import load_module
from kit.course import ROOT
from kit.images import Pictures, PicturesError, PictureSet, load_pictures
from kit.without_dynamo import without_dynamo

BATCH_SIZE = 64
LEARNING_RATE = 1e-2
PARTS = {
    "ex08_net": ("Net",),
    "ex09_dataset": ("select_classes", "channel_statistics", "normalize", "make_loader"),
    "ex10_training": ("pick_device", "training_loop"),
    "ex11_validate": ("validate",),
    "ex12_save_load": ("save_weights", "load_weights"),
}


class PartError(Exception):
    """Something that training is made of is not there."""


class WatchedLoader:
    """A loader that moves a progress bar."""

    def __init__(self, loader: DataLoader, progress: Progress, n_epochs: int):
        self.loader, self.progress = loader, progress
        self.task = progress.add_task("training", total=n_epochs * len(loader))

    def __iter__(self) -> Iterator:
        for batch in self.loader:
            yield batch
            self.progress.advance(self.task)

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> object:
        return getattr(self.loader, name)


class WatchedLoss(nn.CrossEntropyLoss):
    """Cross-entropy that prints its mean when it has been asked as often as an epoch has batches."""

    def __init__(self, n_batches: int, console: Console):
        super().__init__()
        self.n_batches, self.console = n_batches, console
        self.losses: list[float] = []

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """See nn.CrossEntropyLoss."""
        loss = super().forward(input, target)
        self.losses.append(loss.item())
        epoch, batches_since = divmod(len(self.losses), self.n_batches)
        if batches_since == 0:
            mean = sum(self.losses[-self.n_batches :]) / self.n_batches
            self.console.print(f"epoch {epoch:3}  loss {mean:.3f}")
        return loss


def load_parts(folder: Path) -> SimpleNamespace:
    """The functions of PARTS from the files of a folder; raises PartError if one cannot be had."""
    parts = SimpleNamespace()
    for name, functions in PARTS.items():
        try:
            module = load_module(str(folder / f"{name}.py"), name)
            vars(parts).update({function: getattr(module, function) for function in functions})
        except Exception as error:
            raise PartError(f"Training needs {folder.name}/{name}.py, which cannot be imported: {error}") from error
    return parts


def loaders(parts: SimpleNamespace, pictures: Pictures, seed: int) -> tuple[DataLoader, DataLoader]:
    """Both sets, normalised by the training pictures, behind the learner's loader."""
    mean, std = parts.channel_statistics(pictures.train.images)

    def loader(pictures: PictureSet, shuffle: bool) -> DataLoader:
        images = parts.normalize(pictures.images, mean, std)
        dataset = list(zip(images, pictures.labels.tolist(), strict=True))
        return parts.make_loader(dataset, BATCH_SIZE, shuffle, torch.Generator().manual_seed(seed))

    return loader(pictures.train, True), loader(pictures.val, False)


def choose(parts: SimpleNamespace, pictures: Pictures, classes: list[str] | None) -> Pictures:
    """The two classes that Net is to tell apart; raises PicturesError if it is not clear which."""
    if classes is None and len(pictures.classes) == 2:
        return pictures
    known = f"there are {', '.join(pictures.classes)}"
    if classes is None:
        raise PicturesError(f"Net tells two classes apart; name them with --classes A B: {known}.")
    if unknown := [name for name in classes if name not in pictures.classes]:
        raise PicturesError(f"There is no class {unknown[0]}; {known}.")
    if classes[0] == classes[1]:
        raise PicturesError(f"Two classes are needed, not {classes[0]} twice.")
    ids = [pictures.classes.index(name) for name in classes]

    def select(pictures: PictureSet) -> PictureSet:
        images, labels = zip(*parts.select_classes(pictures, ids), strict=True)
        return PictureSet(torch.stack(images), torch.tensor(labels))

    return Pictures(select(pictures.train), select(pictures.val), tuple(classes), pictures.source, pictures.notes)


def draw_curve(history: list[float], title: str, path: Path) -> None:
    """Save a picture of the loss by epoch."""
    from matplotlib.figure import Figure  # here, for its half second

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel="mean training loss", title=title)
    axes.plot(range(1, len(history) + 1), history, marker="o")
    axes.set_ylim(0, 1.1 * max((loss for loss in history if math.isfinite(loss)), default=0) or 1)
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.savefig(path, dpi=120)


def train(options: argparse.Namespace, console: Console) -> None:
    """Load, train, validate, save, and say what comes of it."""
    folder = ROOT / ("solutions" if options.solutions else "exercises")
    parts = load_parts(folder)
    make_folder(options.out)
    n_val = max(1, options.pictures // 5)
    pictures = load_pictures(options.data, options.download, options.seed, options.pictures, n_val)
    for sentence in (*pictures.notes, f"Data: {pictures.source}."):
        console.print(sentence)
    pictures = choose(parts, pictures, options.classes)
    train_loader, val_loader = loaders(parts, pictures, options.seed)
    device = parts.pick_device()
    torch.manual_seed(options.seed)
    model = parts.Net().to(device)
    count = sum(p.numel() for p in model.parameters())
    console.print(f"Training {folder.name}/ on {device}: {' against '.join(pictures.classes)}, {count} parameters.")
    history = run_loop(parts, model, train_loader, device, options.epochs, console)
    accuracies = parts.validate(model, train_loader, val_loader, device)
    console.print("  ".join(f"accuracy {name} {value:.3f}" for name, value in accuracies.items()))
    save(parts, model, history, " against ".join(pictures.classes), options.out, console)


def run_loop(
    parts: SimpleNamespace, model: nn.Module, loader: DataLoader, device: torch.device, n_epochs: int, console: Console
) -> list[float]:
    """Run the learner's training loop under a progress bar."""
    columns = BarColumn(), MofNCompleteColumn(), TextColumn("batches"), TimeRemainingColumn()
    with (
        without_dynamo(),
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
        loss_fn = WatchedLoss(len(loader), console)
        return parts.training_loop(
            n_epochs, optimizer, model, loss_fn, WatchedLoader(loader, progress, n_epochs), device
        )


def save(
    parts: SimpleNamespace, model: nn.Module, history: list[float], title: str, out: Path, console: Console
) -> None:
    """Save the weights and the curve, and see whether the weights can be loaded."""
    weights, curve = out / "birds_vs_airplanes.pt", out / "loss.png"
    parts.save_weights(model, weights)
    parts.load_weights(parts.Net(), weights, torch.device("cpu"))
    draw_curve(history, title, curve)
    console.print(f"Saved {shown(weights)} and {shown(curve)}.")


def make_folder(path: Path) -> None:
    """Make the folder for what is saved before the time is spent; raises PartError if that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PartError(f"Nothing can be saved in {path}: {error.strerror}.") from error


def shown(path: Path) -> Path:
    """A path as short as it can be."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong with the command, and nothing else; status 2."""

    def error(self, message: str) -> NoReturn:
        """See argparse."""
        self.exit(2, f"{message[0].upper()}{message[1:]}; --help lists what can be chosen.\n")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """What can be chosen."""
    parser = OneSentenceParser("nox -s train --", description="Train your network on birds and airplanes.")
    parser.add_argument("--solutions", action="store_true", help="train the model answers instead of your parts")
    parser.add_argument("--data", type=Path, help="a folder with train/<class>/*.png and val/<class>/*.png")
    parser.add_argument("--classes", nargs=2, metavar=("A", "B"), help="which two classes of --data, 0 and 1")
    parser.add_argument("--download", action="store_true", help="download CIFAR-10 into data/ (170 MB)")
    parser.add_argument("--pictures", type=at_least(10), default=10_000, help="how many to draw, if none are found")
    parser.add_argument("--epochs", type=at_least(1), default=10)
    parser.add_argument("--seed", type=at_least(0), default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="where the weights and the curve go")
    return parser.parse_args(arguments)


def at_least(least: int) -> Callable[[str], int]:
    """A reader of whole numbers for argparse."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and int(text) >= least):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
        return int(text)

    return read


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; status 2 for what cannot be done as asked, 1 if a learner's part fails."""
    options = parse(arguments)
    try:
        train(options, Console(highlight=False))
    except (PicturesError, PartError) as error:
        return complain(str(error), 2)
    except KeyboardInterrupt:
        return complain("Stopped; nothing was saved.", 130)
    except Exception as error:
        return explain(error, ROOT / ("solutions" if options.solutions else "exercises"))
    return 0


def explain(error: Exception, folder: Path) -> int:
    """Say which of the learner's parts failed, and where; an error of the kit itself is raised again."""
    steps = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [(code, line) for code, line in steps if Path(code.co_filename).parent == folder]
    if not own:
        raise error
    code, line = own[-1]
    place = f"{folder.name}/{Path(code.co_filename).name}:{line}"
    if isinstance(error, NotImplementedError):
        name = code.co_qualname.split(".")[0]
        hint = "The model answers train with: nox -s train -- --solutions"
        return complain(f"Training needs {name}, which is not written yet: {place}\n{hint}", 2)
    source = linecache.getline(code.co_filename, line).strip()
    return complain(f"{type(error).__name__}: {error}\n{place}  {source}", 1)


def complain(sentence: str, status: int) -> int:
    """Say it on stderr; returns the status."""
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
