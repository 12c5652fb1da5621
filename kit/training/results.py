"""What a training leaves to look at: a table with the spread, and the curve."""

import math
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

Z = 1.96  # 95 % of a normal distribution lie within so many standard deviations


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of n: in 0..1 always, and not empty at 0 and 1 as the normal one is."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def accuracy_table(accuracies: dict[str, float], counts: dict[str, int]) -> Table:
    """Accuracy of both sets, with what chance alone does to it for so many pictures."""
    table = table_of("", "accuracy", "95 % interval", "pictures")
    for name, share in accuracies.items():
        low, high = wilson(share, counts[name])
        numbers = f"{share:.3f}", f"{low:.3f} to {high:.3f}", str(counts[name])
        table.add_row(name, *numbers)
    return table


def table_of(first: str, *columns: str) -> Table:
    """An empty table: words to the left, numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def say(console: Console, sentence: str) -> None:
    """Print a sentence as it is, however long."""
    console.print(sentence, soft_wrap=True, markup=False, highlight=False)


def draw_curve(history: list[float], title: str, path: Path) -> None:
    """Save a picture of the loss by epoch."""
    from matplotlib.figure import Figure  # here, for its half second

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel="mean training loss", title=title)
    axes.plot(range(1, len(history) + 1), history, marker="o")
    axes.set_ylim(0, 1.1 * max((loss for loss in history if math.isfinite(loss)), default=0) or 1)
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.savefig(path, dpi=120)


def shown(path: Path) -> Path:
    """A path as short as it can be."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
