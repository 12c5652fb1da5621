"""Two trainings side by side in a picture: their losses, how often they are right, and the pictures that flipped."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from kit.pictures.images import Pictures
from kit.training.results import wilson

CURVES = "with-my.png"
MOST = 8  # flipped pictures that are drawn
RIGHT, YOURS = "#0072b2", "#d55e00"  # told apart by those who see few colours too, as are the line styles


@dataclass(frozen=True)
class Learned:
    """What came of a training."""

    history: list[float]
    classes: Tensor  # (N,), that the network gives to the validation pictures
    labels: Tensor  # (N,)
    said: float | None = None  # the accuracy that the learner's own validate says, where it is asked

    @property
    def is_right(self) -> Tensor:
        """Shape: () -> (N,)."""
        return self.classes == self.labels

    @property
    def share(self) -> float:
        """The share of pictures that it gets right."""
        return self.is_right.double().mean().item()

    @property
    def accuracy(self) -> float:
        """The same, as it is said."""
        return self.share if self.said is None else self.said


def flipped(right: Learned, yours: Learned) -> list[int]:
    """The pictures of which only one network is right, first those that the right one knows."""
    lost, won = right.is_right & ~yours.is_right, yours.is_right & ~right.is_right
    return torch.cat([lost.nonzero()[:, 0], won.nonzero()[:, 0]]).tolist()


def draw(right: Learned, yours: Learned, pictures: Pictures, name: str, path: Path) -> None:
    """Save the picture."""
    from matplotlib.figure import Figure  # here, for its half second

    numbers = flipped(right, yours)
    figure = Figure(figsize=(9, 5.6 if numbers else 3.6), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(3, 2)) if numbers else (figure, None)
    losses, shares = above.subplots(1, 2, width_ratios=(3, 2))
    draw_losses(losses, right, yours, name)
    draw_shares(shares, right, yours, name)
    if below:
        below.suptitle(f"{len(numbers)} pictures flipped" + ("" if len(numbers) <= MOST else f"; {MOST} of them"))
        draw_flipped(below, numbers, yours, pictures)
    figure.savefig(path, dpi=120)


def draw_losses(axes: object, right: Learned, yours: Learned, name: str) -> None:
    """Both losses by epoch."""
    epochs = range(1, len(right.history) + 1)
    axes.plot(epochs, right.history, marker="o", color=RIGHT, label="right")
    axes.plot(epochs, yours.history, marker="s", color=YOURS, linestyle="--", label=f"with your {name}")
    axes.set(xlabel="epoch", ylabel="mean training loss", ylim=(0, None))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()


def draw_shares(axes: object, right: Learned, yours: Learned, name: str) -> None:
    """Both accuracies with their 95 % intervals."""
    for place, (learned, color, marker) in enumerate(((right, RIGHT, "o"), (yours, YOURS, "s"))):
        low, high = wilson(learned.accuracy, len(learned.labels))
        reach = [[learned.accuracy - low], [high - learned.accuracy]]
        axes.errorbar([place], [learned.accuracy], reach, marker=marker, color=color, capsize=8)
        axes.annotate(f"{learned.accuracy:.2f}", (place, learned.accuracy), (8, 0), textcoords="offset points")
    axes.set_xticks([0, 1], ["right", f"with your\n{name}"])
    axes.set(
        xlim=(-0.5, 1.7),
        ylim=(min(0.4, yours.accuracy - 0.1), 1),
        title=f"accuracy on {len(right.labels)} pictures, 95 % interval",
    )
    axes.title.set_size("medium")


def draw_flipped(figure: object, numbers: list[int], yours: Learned, pictures: Pictures) -> None:
    """Some flipped pictures, each with what it is and what the network with the learner's function says."""
    for axes in figure.subplots(1, MOST).flat:
        axes.axis("off")
    for axes, number in zip(figure.axes, numbers, strict=False):
        axes.imshow(pictures.val.images[number].permute(1, 2, 0).numpy())
        is_now_right = yours.is_right[number]
        said = pictures.classes[yours.classes[number]]
        axes.set_title(f"yours:\n{said}\n{'right' if is_now_right else 'wrong'}", fontsize=10)
