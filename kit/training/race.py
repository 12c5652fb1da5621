"""Measures recipes: how long they train, and how often their networks are right."""

import argparse
import statistics

import torch
from rich.console import Console
from rich.table import Table

from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import Pictures, PicturesError, load_pictures
from kit.training.follow import evaluate, prepare, train
from kit.training.options import complain
from kit.training.recipes import Recipe, Sets, recipes_for
from kit.training.results import say, table_of, wilson
from kit.verdict.console import new_console

GOAL = 0.89


def run(options: argparse.Namespace) -> int:
    """Measure what was chosen; status 2 for what cannot be done as asked."""
    options.device = options.device or torch.device("cpu")
    console = new_console()
    try:
        pictures = load_pictures(options.data, n_train=options.pictures, n_val=max(1, options.pictures // 5))
        if len(pictures.classes) != 2:
            raise PicturesError(f"Two classes are told apart here; there are {', '.join(pictures.classes)}.")
    except PicturesError as error:
        return complain(str(error), 2)
    try:
        report(pictures, options, console)
    except KeyboardInterrupt:
        return complain("Stopped.", 130)
    return 0


def report(pictures: Pictures, options: argparse.Namespace, console: Console) -> None:
    """Say what is measured, and measure it."""
    say(console, f"Data: {pictures.source}. Device: {name_of(options.device)}.")
    sets = prepare(pictures, options.device)
    with without_dynamo():
        if options.table:
            console.print(table(sets, options.seeds, console))
            if options.device.type != "cuda":
                say(console, "On an NVIDIA GPU there is one more: the whole step in a CUDA graph.")
        else:
            run_once(sets, options.seeds, console)


def name_of(device: torch.device) -> str:
    """The device in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{device}, {torch.get_num_threads()} threads" if device.type == "cpu" else str(device)


def measure(recipe: Recipe, sets: Sets, seeds: int) -> tuple[list[float], list[float]]:
    """The seconds and the accuracies of a recipe, seed by seed."""
    train(recipe, sets, seed=seeds, n_batches=2)  # warms the device up
    seconds, accuracies = [], []
    for seed in range(seeds):
        net, spent = train(recipe, sets, seed)
        seconds.append(spent)
        accuracies.append(evaluate(recipe, net, sets))
    return seconds, accuracies


def run_once(sets: Sets, seeds: int, console: Console) -> None:
    """The quickest recipe, seed by seed."""
    recipe, n = recipes_for(sets.images.device)[-1], len(sets.val_labels)
    seconds, accuracies = measure(recipe, sets, seeds)
    for seed, (spent, accuracy) in enumerate(zip(seconds, accuracies, strict=True)):
        low, high = wilson(accuracy, n)
        say(console, f"seed {seed}  {spent:6.2f} s  accuracy {accuracy:.4f}  95 % interval {low:.3f} to {high:.3f}")
    reached = sum(accuracy >= GOAL for accuracy in accuracies)
    mean, slowest = statistics.mean(accuracies), max(seconds)
    say(console, f"{reached} of {seeds} reached {GOAL}; mean {mean:.4f}; the slowest took {slowest:.2f} s.")


def table(sets: Sets, seeds: int, console: Console) -> Table:
    """Every step from the lecture's loop to the quickest recipe; a line is printed as soon as it is measured."""
    table = table_of("each with those above", "epochs", "seconds", "gain", "accuracy", "lowest")
    first = before = None
    for recipe in recipes_for(sets.images.device):
        seconds, accuracies = measure(recipe, sets, seeds)
        spent, accuracy = statistics.mean(seconds), statistics.mean(accuracies)
        first, before = first or spent, before or spent
        say(console, f"{recipe.what}: {recipe.epochs} epochs in {spent:.1f} s, accuracy {accuracy:.4f}")
        numbers = f"{spent:.1f}", f"× {before / spent:.2f}"
        table.add_row(recipe.what, str(recipe.epochs), *numbers, f"{accuracy:.4f}", f"{min(accuracies):.4f}")
        before = spent
    table.add_section()
    table.add_row("all together", "", "", f"× {first / before:.1f}", "", "")
    return table
