"""Pictures for ex08 to ex11: a network trained by the learner's parts, and what it makes of the pictures."""

from dataclasses import dataclass
from types import SimpleNamespace

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from kit.gallery.canvas import BLUE, INK, RED, SKY, grid, rows_and_columns, sheet, show, spaced, styled, write
from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import CIFAR10_CLASSES, PictureSet, draw_pictures

CLASSES = tuple(CIFAR10_CLASSES.values())
BATCH_SIZE = 64
CPU = torch.device("cpu")  # for pictures this few it is quick enough


@dataclass(frozen=True)
class Trained:
    """What came of a short training; n is the number of validation pictures."""

    filters: Tensor  # of the first layer, (16, 3, 3, 3)
    maps: Tensor  # what they answer to the first validation picture, (16, 32, 32)
    batch_losses: list[float]
    losses: list[float]  # what training_loop gave for each epoch
    accuracies: list[dict[str, float]]  # what validate gave after each epoch
    images: Tensor  # (n, 3, 32, 32), before they were normalised
    labels: Tensor  # (n,)
    predicted: Tensor  # (n,)
    probabilities: Tensor  # (n, 2)


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


def train_quickly(parts: SimpleNamespace, n_epochs: int = 5, n_pictures: int = 2000) -> Trained:
    """Train for some seconds on drawn pictures, with the learner's functions of ex08 to ex11 by their names."""
    torch.manual_seed(0)
    model = parts.Net()  # first, since it is the first to be written
    train, val = PictureSet(*draw_pictures(n_pictures, 0)), PictureSet(*draw_pictures(n_pictures // 2, 1))
    mean, std = parts.channel_statistics(train.images)
    loaders = [make_loader(parts, pictures, mean, std) for pictures in (train, val)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loss_fn, losses, accuracies = RecordedLoss(), [], []
    with without_dynamo():
        for _ in range(n_epochs):
            losses += parts.training_loop(1, optimizer, model, loss_fn, loaders[0], CPU)
            accuracies.append(parts.validate(model, *loaders, CPU))
    with torch.no_grad():
        inputs = parts.normalize(val.images, mean, std)
        outputs, maps = model.eval()(inputs), model.conv1(inputs[:1])[0]  # (n, 2), (16, 32, 32)
    curves = loss_fn.losses, losses, accuracies
    result = parts.predict(outputs), outputs.softmax(1)
    return Trained(model.conv1.weight.detach(), maps, *curves, val.images, val.labels, *result)


def make_loader(parts: SimpleNamespace, pictures: PictureSet, mean: Tensor, std: Tensor) -> object:
    """The pictures, normalised, behind the learner's loader, in an order that is the same each time."""
    images = parts.normalize(pictures.images, mean, std)
    dataset = list(zip(images, pictures.labels.tolist(), strict=True))
    return parts.make_loader(dataset, BATCH_SIZE, True, torch.Generator().manual_seed(0))


@styled
def training_curves(trained: Trained) -> Figure:
    """The loss of each batch and the mean of each epoch; the accuracies after each epoch."""
    n_epochs, n_batches = len(trained.losses), len(trained.batch_losses)
    title = f"{n_epochs} epochs: the loss falls, the accuracy rises"
    figure, panels = sheet(title, 5.4, [["loss"], ["accuracy"]], sharex=True)
    at = [(i + 1) * n_epochs / n_batches for i in range(n_batches)]
    epochs = range(1, n_epochs + 1)
    panels["loss"].plot(at, trained.batch_losses, color=SKY, linewidth=1, label="each batch")
    panels["loss"].plot(epochs, trained.losses, color=BLUE, marker="o", label="mean of the epoch")
    panels["loss"].set(ylabel="training loss", ylim=(0, None))
    for part, colour, marker in (("train", BLUE, "o"), ("val", RED, "s")):
        values = [accuracies[part] for accuracies in trained.accuracies]
        panels["accuracy"].plot(epochs, values, color=colour, marker=marker, label=f"{part} {values[-1]:.3f}")
    panels["accuracy"].set(ylabel="accuracy", xlabel="epoch")
    panels["accuracy"].set_xticks([0, *epochs])
    for axes in panels.values():
        axes.legend(frameon=False)
        axes.grid(axis="y", alpha=0.3)
    return figure


@styled
def learned_filters(trained: Trained) -> Figure:
    """Each of the 16 filters of the first layer as a small colour picture, beside the map that it makes."""
    names = [[name for i in range(4) for name in (f"filter {4 * row + i}", f"map {4 * row + i}")] for row in range(4)]
    mosaic = [[name, name, *row] for name, row in zip(["picture", "picture", "words", "words"], names, strict=True)]
    figure, panels = sheet("The 16 learned filters, each beside its map", 3.5, mosaic)
    show(panels["picture"], trained.images[0], "the picture")
    rows_and_columns(panels["picture"])
    write(panels["words"], "a filter:\n3 × 3 × 3 weights\nas colours\n\na map: blue above,\nred below 0")
    most = float(trained.filters.abs().quantile(0.98))
    for index, (weight, answer) in enumerate(zip(trained.filters, trained.maps, strict=True)):
        show(panels[f"filter {index}"], 0.5 + weight / (2 * most), str(index))
        show(panels[f"map {index}"], answer, signed=True)
    return figure


@styled
def wrong_pictures(trained: Trained) -> Figure:
    """Up to 12 pictures that the network got wrong, those first of which it was surest."""
    wrong = (trained.predicted != trained.labels).nonzero().flatten()  # (n_wrong,)
    sureness = trained.probabilities[wrong].amax(1)
    chosen = wrong[sureness.argsort(descending=True)][:12].tolist()
    title = f"{len(wrong)} of {spaced(len(trained.labels))} wrong" + (", the surest first" if chosen else "")
    figure, panels = sheet(title, 6.6, grid(3, 4))
    for axes in panels.values():
        axes.axis("off")
    for axes, index in zip(panels.values(), chosen, strict=False):
        axes.axis("on")
        show(axes, trained.images[index], ("an airplane", "a bird")[trained.labels[index]])
        lines = [f"{name} {p:.2f}" for name, p in zip(CLASSES, trained.probabilities[index].tolist(), strict=True)]
        axes.set_xlabel("\n".join(lines))
    return figure


@styled
def confusion_table(trained: Trained) -> Figure:
    """How many planes and birds the network called what."""
    counts = torch.zeros(2, 2)
    for label, said in zip(trained.labels.tolist(), trained.predicted.tolist(), strict=True):
        counts[label, said] += 1
    right, n = int(counts.trace()), len(trained.labels)
    figure, panels = sheet(f"{spaced(right)} of {spaced(n)} right", 4.4, [["table"]])
    draw_counts(panels["table"], counts)
    return figure


def draw_counts(axes: Axes, counts: Tensor) -> None:
    """A table of numbers, each cell as dark as its part of its row."""
    part = counts / counts.sum(1, keepdim=True).clamp(min=1)  # (2, 2)
    show(axes, part, signed=True, most=1.3)
    for label in range(2):
        for said in range(2):
            words = f"{spaced(int(counts[label, said]))}\n{part[label, said]:.1%}"
            axes.text(said, label, words, ha="center", va="center", fontsize=14, color=INK)
    axes.set_xticks([0, 1], CLASSES, fontsize=10)
    axes.set_yticks([0, 1], CLASSES, fontsize=10)
    axes.set_xlabel("the network says", fontsize=10)
    axes.set_ylabel("the picture shows", fontsize=10)
