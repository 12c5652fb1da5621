"""Pictures for ex08 to ex11: what a network trained by the learner's parts makes of the pictures."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from kit.gallery.canvas import (
    BELOW_AND_ABOVE,
    BLUE,
    INK,
    ORANGE,
    SKY,
    grid,
    sheet,
    show,
    spaced,
    styled,
    write,
)
from kit.gallery.trained import Trained

MOST_WRONG = 12  # pictures that are shown


@styled
def training_curves(trained: Trained) -> Figure:
    """The loss of each epoch, and of each batch where it is known; the accuracies, as far as they are known."""
    n_epochs, n_batches = len(trained.losses), len(trained.batch_losses)
    title = f"{n_epochs} epoch{'s' * (n_epochs != 1)} of training"
    height, share = (4.6, 1) if trained.accuracies else (3.4, 0.25)
    figure, panels = sheet(title, height, [["loss"], ["accuracy"]], height_ratios=[1, share])
    at = [(i + 1) * n_epochs / n_batches for i in range(n_batches)]
    epochs = range(1, n_epochs + 1)
    if trained.batch_losses:
        panels["loss"].plot(at, trained.batch_losses, color=SKY, linewidth=1, label="each batch")
    panels["loss"].plot(epochs, trained.losses, color=BLUE, marker="o", markersize=4, label="mean of the epoch")
    panels["loss"].set(ylabel="training loss", xlabel="epoch", ylim=(0, None))
    draw_accuracies(panels["accuracy"], trained)
    for axes in panels.values():
        axes.xaxis.get_major_locator().set_params(integer=True)
        if axes.lines:
            axes.legend(frameon=False)
            axes.grid(axis="y", alpha=0.3)
    return figure


def draw_accuracies(axes: Axes, trained: Trained) -> None:
    """The accuracies after each epoch, or in words the one at the end."""
    if not trained.accuracies:
        n = spaced(len(trained.labels))
        write(axes, f"After the last epoch it tells\n{trained.accuracy:.1%} of {n} validation\npictures right.")
        return
    epochs = range(1, len(trained.accuracies) + 1)
    for part, colour, marker in (("train", BLUE, "o"), ("val", ORANGE, "s")):
        values = [accuracies[part] for accuracies in trained.accuracies]
        axes.plot(epochs, values, color=colour, marker=marker, label=f"{part} {values[-1]:.3f}")
    axes.set(ylabel="accuracy", xlabel="epoch", xlim=(0, None))


@styled
def learned_filters(trained: Trained) -> Figure:
    """Each of the 16 filters of the first layer as a small colour picture, beside the map that it makes."""
    rows = [[name for i in (2 * row, 2 * row + 1) for name in (f"filter {i}", f"map {i}")] for row in range(8)]
    mosaic = [["picture", "words", "words", "words"], *rows]
    figure, panels = sheet("16 learned filters and their maps", 8.2, mosaic, BELOW_AND_ABOVE)
    figure.get_layout_engine().set(h_pad=0.03, w_pad=0.03, wspace=0)  # room for the filters
    show(panels["picture"], trained.images[0], "the picture")
    write(panels["words"], "A filter's 3 × 3 × 3 weights\nas colours; grey is 0. Right\nof it its map of the picture.")
    most = float(trained.filters.abs().quantile(0.98))
    for index, (weight, answer) in enumerate(zip(trained.filters, trained.maps, strict=True)):
        show(panels[f"filter {index}"], 0.5 + weight / (2 * most))
        show(panels[f"map {index}"], answer, signed=True)
        panels[f"filter {index}"].set_ylabel(str(index))
    panels["filter 14"].set_xlabel("filter")
    panels["map 14"].set_xlabel("its map")
    return figure


@styled
def wrong_pictures(trained: Trained) -> Figure:
    """Up to 12 pictures that the network got wrong, those first of which it was surest."""
    wrong = (trained.predicted != trained.labels).nonzero().flatten()  # (n_wrong,)
    sureness = trained.probabilities[wrong].amax(1)
    chosen = wrong[sureness.argsort(descending=True)][:MOST_WRONG].tolist()
    figure, panels = sheet(title_of_wrong(len(wrong), len(trained.labels)), 7.6, grid(4, 3))
    classes = [plain(name) for name in trained.classes]
    for axes in panels.values():
        axes.axis("off")
    for axes, index in zip(panels.values(), chosen, strict=False):
        axes.axis("on")
        show(axes, trained.images[index], classes[trained.labels[index]])
        lines = [f"{name} {p:.2f}" for name, p in zip(classes, trained.probabilities[index].tolist(), strict=True)]
        axes.set_xlabel("\n".join(lines))
    return figure


def title_of_wrong(n_wrong: int, n: int) -> str:
    """How many are wrong, and how many of these are shown."""
    title = f"{spaced(n_wrong)} of {spaced(n)} wrong"
    if n_wrong > MOST_WRONG:
        return f"{title};\nhere the {MOST_WRONG} that it was surest of"
    return title + (", all of them here" if n_wrong else "")


def plain(name: str) -> str:
    """A class's name, which may be any folder's, as text of a picture."""
    name = "".join(c if c.isprintable() else " " for c in name).replace("$", r"\$")
    return name if len(name) <= 12 else name[:11] + "…"


@styled
def confusion_table(trained: Trained) -> Figure:
    """How many of each class the network called what."""
    counts = torch.zeros(2, 2)
    for label, said in zip(trained.labels.tolist(), trained.predicted.tolist(), strict=True):
        counts[label, said] += 1
    right, n = int(counts.trace()), len(trained.labels)
    figure, panels = sheet(f"{spaced(right)} of {spaced(n)} right", 3.6, [["table"]])
    draw_counts(panels["table"], counts, [plain(name) for name in trained.classes])
    return figure


def draw_counts(axes: Axes, counts: Tensor, classes: list[str]) -> None:
    """A table of numbers, each cell as dark as its part of its row."""
    part = counts / counts.sum(1, keepdim=True).clamp(min=1)  # (2, 2)
    show(axes, part, signed=True, most=1.3)
    for label in range(2):
        for said in range(2):
            words = f"{spaced(int(counts[label, said]))}\n{part[label, said]:.1%}"
            axes.text(said, label, words, ha="center", va="center", fontsize=12, color=INK)
    axes.set_xticks([0, 1], classes)
    axes.set_yticks([0, 1], classes, rotation=90, va="center")
    axes.set_xlabel("the network says")
    axes.set_ylabel("the picture shows")
