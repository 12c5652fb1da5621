"""Runs the learner's training loop epoch by epoch, so that it can be watched, stopped and gone on with."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text
from torch import nn
from torch.utils.data import DataLoader

from kit.learner.without_dynamo import without_dynamo
from kit.pictures.fast import FastLoader
from kit.training.checkpoint import Run
from kit.training.parts import PartError
from kit.training.results import say


class RateColumn(ProgressColumn):
    """Pictures a second."""

    def render(self, task: Task) -> Text:
        """See rich.progress."""
        return Text(rate(task.speed or 0))


class WatchedLoader:
    """A loader that moves a progress bar."""

    def __init__(self, loader: DataLoader | FastLoader, moved: Callable[[int], None]):
        self.loader, self.moved = loader, moved

    def __iter__(self) -> Iterator:
        for images, labels in self.loader:
            yield images, labels
            self.moved(len(labels))

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> object:
        return getattr(self.loader, name)


def run_epochs(
    run: Run,
    training_loop: Callable,
    loader: DataLoader | FastLoader,
    device: torch.device,
    n_epochs: int,
    after_epoch: Callable[[], None],
    console: Console,
) -> tuple[int, float]:
    """Train until the run has n_epochs; returns the number of pictures that took, and the seconds.

    The learner's loop is called for one epoch at a time, each time with the same model, optimizer and loader. After
    each epoch the run is as whole as after the last one.
    """
    n, before, start = len(loader.dataset), len(run.history), time.perf_counter()
    columns = BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f} pictures"), RateColumn()
    with (
        without_dynamo(),
        Progress(
            *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
        ) as bar,
    ):
        task = bar.add_task("training", total=n_epochs * n, completed=before * n)
        watched, loss_fn = WatchedLoader(loader, lambda k: bar.advance(task, k)), nn.CrossEntropyLoss()
        while len(run.history) < n_epochs:
            run.history.append(one_loss(training_loop(1, run.optimizer, run.model, loss_fn, watched, device)))
            after_epoch()
            done, seconds = len(run.history), time.perf_counter() - start
            say(console, epoch_line(run.history, n_epochs, n * (done - before) / seconds, n * (n_epochs - done)))
    return n * (len(run.history) - before), time.perf_counter() - start


def one_loss(losses: object) -> float:
    """The only number that a loop of one epoch returns; raises PartError for anything else."""
    if isinstance(losses, list) and len(losses) == 1 and isinstance(losses[0], float | int):
        return float(losses[0])
    raise PartError(f"training_loop returned {losses!r:.80} for one epoch, and not a list of its mean loss: see ex10.")


def shares(accuracies: object) -> dict[str, float]:
    """What validate returned; raises PartError if that is not a share of each set."""
    found = [accuracies.get(name) for name in ("train", "val")] if isinstance(accuracies, dict) else [None]
    if all(isinstance(share, float | int) and 0 <= share <= 1 for share in found):
        return {"train": float(found[0]), "val": float(found[1])}
    raise PartError(f"validate returned {accuracies!r:.80}, and not two shares from 0 to 1, train and val: see ex11.")


def epoch_line(history: list[float], n_epochs: int, per_second: float, n_left: int) -> str:
    """What is said after an epoch."""
    left = f"  {timedelta(seconds=round(n_left / per_second))} left" if n_left else ""
    return f"epoch {len(history):3} of {n_epochs}  loss {history[-1]:.3f}  {rate(per_second)}{left}"


def rate(per_second: float) -> str:
    """Write 3210.4 as 3 210 pictures/s."""
    return f"{per_second:,.0f} pictures/s".replace(",", " ")
