"""The lecture's main job, with the learner's own parts: train Net on birds and airplanes, validate it, save it."""

import argparse
import math
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import torch
from rich.console import Console

from kit.course.manifest import ROOT
from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import Pictures, spaced
from kit.training import checkpoint
from kit.training.checkpoint import CHECKPOINT, CURVE, WEIGHTS, CheckpointError, Run
from kit.training.loop import rate, run_epochs, shares
from kit.training.parts import loaders, normalized
from kit.training.results import accuracy_table, draw_curve, say, shown

KEPT_OPTIONS = "epochs", "batch_size", "lr", "seed", "pictures", "data", "classes", "solutions", "net"

AT_THE_END = {  # what is needed when the time has been spent, and what happens without it
    "save_weights": "the kit saves the weights in its place",
    "load_weights": "the weights are not read back",
    "validate": "no accuracy is measured",
}


def train(
    parts: SimpleNamespace, pictures: Pictures, options: argparse.Namespace, stored: dict | None, console: Console
) -> None:
    """Train, go on with what is stored, if anything is; validate, save, and say what comes of it."""
    device = options.device or parts.pick_device()
    sets = normalized(parts, pictures)
    fast_on = device if options.fast else None
    train_loader, val_loader, order = loaders(parts, sets, options.batch_size, options.seed, fast_on)
    run = begin(parts, pictures, options, device, order)
    if stored:
        go_on(run, stored, options)
    for name, what in AT_THE_END.items():
        if name in parts.unwritten:
            say(console, f"{name} is not written yet: {what}.")
    names = " against ".join(pictures.classes)
    count = sum(p.numel() for p in run.model.parameters())

    def save() -> None:
        keep = save_plainly if "save_weights" in parts.unwritten else parts.save_weights
        keep(run.model, options.out / WEIGHTS)
        draw_curve(run.history, names, options.out / CURVE)

    def after_epoch() -> None:
        if earlier := checkpoint.write(run, options.out):
            say(console, f"The earlier run is kept in {shown(earlier)}.")

    with keeping(run, save, options):
        say(console, f"Training {options.folder.name}/ on {device}: {names}, {count} parameters.")
        spent = run_epochs(run, parts.training_loop, train_loader, device, options.epochs, after_epoch, console)
        save()
        if "load_weights" not in parts.unwritten:
            parts.load_weights(parts.Net(), options.out / WEIGHTS, torch.device("cpu"))
        if "validate" not in parts.unwritten:
            accuracies = shares(parts.validate(run.model, train_loader, val_loader, device))
            console.print(accuracy_table(accuracies, {"train": len(sets[0]), "val": len(sets[1])}))
    say_the_end(run, spent, options.out, console)


def save_plainly(model: torch.nn.Module, path: Path) -> None:
    """What save_weights does, where nobody has written it."""
    torch.save(model.state_dict(), path)


def begin(
    parts: SimpleNamespace,
    pictures: Pictures,
    options: argparse.Namespace,
    device: torch.device,
    order: torch.Generator,
) -> Run:
    """A new network and its optimizer, from the seed."""
    if device.type == "cuda":
        torch.backends.cudnn.deterministic = True  # so that a run can be repeated there too
    torch.manual_seed(options.seed)
    model = parts.Net().to(device)
    with without_dynamo():
        optimizer = torch.optim.SGD(model.parameters(), lr=options.lr)
    settings = {name: getattr(options, name) for name in KEPT_OPTIONS}
    settings |= {"source": pictures.source, "fingerprint": checkpoint.fingerprint(pictures.train.images)}
    return Run(model, optimizer, order, settings)


def go_on(run: Run, stored: dict, options: argparse.Namespace) -> None:
    """Be where the stored run was; raises CheckpointError if it does not fit what is asked."""
    settings, done = stored["settings"], len(stored["history"])
    if settings["fingerprint"] != run.settings["fingerprint"]:
        raise CheckpointError(f"The run in {options.out} was trained on other pictures: {settings['source']}.")
    if options.epochs < done:
        raise CheckpointError(f"The run in {options.out} has {done} epochs already; --epochs counts these too.")
    with without_dynamo():
        run.go_back_to(stored)


@contextmanager
def keeping(run: Run, save: Callable[[], None], options: argparse.Namespace) -> Iterator[None]:
    """When it is stopped or fails, keep what the last whole epoch left, and say how to go on."""
    try:
        try:
            yield
        except KeyboardInterrupt:
            with deaf_to_ctrl_c():
                sentence = stop(run, save, options)
            raise KeyboardInterrupt(sentence) from None
    except Exception as error:
        if run.kept:
            error.add_note(kept(run, CHECKPOINT, options.out))
        raise


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Let nothing disturb what is being saved."""
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def stop(run: Run, save: Callable[[], None], options: argparse.Namespace) -> str:
    """Save the weights and the curve as they were after the last whole epoch; returns what to say."""
    if run.kept:
        with without_dynamo():
            run.go_back_to(checkpoint.read(options.out))
        save()
    return f"Stopped. {kept(run, f'{WEIGHTS}, {CURVE} and {CHECKPOINT}', options.out)}"


def kept(run: Run, files: str, out: Path) -> str:
    """The sentence that says what is kept, and how to go on."""
    if not run.kept:
        return f"No epoch was whole yet, so nothing was saved; what was in {shown(out)} is as it was."
    epochs = "1 epoch is" if run.kept == 1 else f"{run.kept} epochs are"
    place = "" if out == ROOT / "out" else f" --out {shlex.quote(str(shown(out)))}"
    return f"{epochs} kept in {shown(out)}: {files}.\nGo on with: nox -s train -- --resume{place}"


def say_the_end(run: Run, spent: tuple[int, float], out: Path, console: Console) -> None:
    """How fast it was, and where things are."""
    n, seconds = spent
    if n:
        say(console, f"{spaced(n)} pictures in {seconds:.1f} s: {rate(n / seconds)}.")
    if not math.isfinite(run.history[-1]):
        say(console, "The loss is no number any more: begin again with a smaller --lr.")
    say(console, f"Saved {shown(out / WEIGHTS)}, {CURVE} and {CHECKPOINT}, from which --resume goes on.")
