"""Pictures for the exercises beyond the lecture, from ex13 on. Each function takes the learner's functions."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor

from kit import pairs
from kit.gallery.canvas import (
    BELOW_AND_ABOVE,
    BLUE,
    GREEN,
    ORANGE,
    outline,
    rows_and_columns,
    sheet,
    show,
    styled,
    write,
)
from kit.gallery.parts import UndrawableError, ask, with_command

DEPTH, N_CHANS = 24, 4  # of the networks of blocks
MOST_EXPOSED = 36  # numbers of an image
ROOM = 14  # the number at which the blue of a picture would be darkest


@styled
def gradient_goes_back(conv2d_backward: Callable) -> Figure:
    """The gradient of one answer: what reaches the image is the kernel, what reaches the kernel is the window."""
    image = torch.tensor([[0.0, 1, 2, 1, 0], [2, 3, 1, 0, 1], [1, 5, 7, 6, 2], [0, 4, 8, 3, 1], [1, 0, 2, 1, 0]])
    kernel = torch.arange(1.0, 10.0).view(3, 3)
    grad = torch.zeros(1, 1, 3, 3)
    grad[0, 0, 1, 1] = 1
    to_image, to_kernel, _ = conv2d_backward(grad, image[None, None], kernel[None, None])
    mosaic = [["image", "kernel"], ["to_image", "to_kernel"]]
    figure, panels = sheet("One answer sends its gradient back", 4.3, mosaic)
    show(panels["image"], image, "image, one window", True, ROOM, "g")
    show(panels["kernel"], kernel, "kernel", True, ROOM, "g")
    show(panels["to_image"], to_image[0, 0], "to the image:\nthe kernel", True, ROOM, "g")
    show(panels["to_kernel"], to_kernel[0, 0], "to the kernel:\nthe window", True, ROOM, "g")
    for name in ("image", "to_image"):
        outline(panels[name], 1, 1, 3, 3)
    rows_and_columns(panels["to_image"])
    return figure


@styled
def windows_as_columns(im2col: Callable) -> Figure:
    """An image of 4 × 4, and the matrix in which each of its windows of 2 × 2 is a column."""
    image = torch.arange(1.0, 17.0).view(4, 4)
    columns = im2col(image[None, None], 2)[0]  # (4, 9)
    figure, panels = sheet("Every window becomes a column", 4.0, [["image", "words"], ["columns", "columns"]])
    show(panels["image"], image, "the image", True, 30, "g")
    show(panels["columns"], columns, "4 numbers of each of 9 windows", True, 30, "g")
    write(panels["words"], "In frames: the first\nwindow and the sixth,\nand their columns.")
    for place, colour in ((0, ORANGE), (5, GREEN)):
        outline(panels["image"], *divmod(place, 3), 2, 2, colour)
        outline(panels["columns"], 0, place, 4, 1, colour)
    panels["columns"].set_xlabel("window")
    return figure


@styled
def kernels_with_holes(conv2d: Callable, conv_transpose2d: Callable) -> Figure:
    """Which pixels a kernel of 3 × 3 meets as its dilation grows, and a transposed convolution."""
    pixel = torch.zeros(1, 1, 9, 9)
    pixel[0, 0, 4, 4] = 1
    mosaic = [["1", "2", "3"], ["small", "kernel", "large"]]
    figure, panels = sheet("Kernels with holes, and the way up", 3.6, mosaic)
    for dilation in (1, 2, 3):
        met = conv2d(pixel, torch.ones(1, 1, 3, 3), padding=dilation, dilation=dilation)
        show(panels[str(dilation)], 1 - 0.6 * met[0, 0], f"dilation {dilation}", most=1)
        outline(panels[str(dilation)], 4 - dilation, 4 - dilation, 2 * dilation + 1, 2 * dilation + 1)
    small, kernel = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    large = conv_transpose2d(small[None, None], kernel[None, None], stride=2)[0, 0]  # (4, 4)
    show(panels["small"], small, "2 × 2", True, ROOM, "g")
    show(panels["kernel"], kernel, "kernel", True, ROOM, "g")
    show(panels["large"], large, "4 × 4", True, ROOM, "g")
    panels["small"].set_xlabel("numbers")
    panels["kernel"].set_xlabel("stride 2")
    panels["large"].set_xlabel("answer")
    return figure


@styled
def channels_normalised(BatchNorm2d: Callable) -> Figure:  # noqa: N803
    """How the numbers of three channels are spread before batch norm and after it."""
    numbers = torch.randn(16, 3, 12, 12, generator=torch.Generator().manual_seed(2))
    batch = numbers * torch.tensor([0.5, 1.0, 2.0]).view(3, 1, 1) + torch.tensor([-4.0, 0.0, 5.0]).view(3, 1, 1)
    after = ask(BatchNorm2d, normalised, batch)
    figure, panels = sheet("Batch norm: all channels alike", 4.4, [["before"], ["after"]])
    for name, values in (("before", batch), ("after", after)):
        for channel, (colour, line) in enumerate(((BLUE, "-"), (ORANGE, "--"), (GREEN, ":"))):
            some = values[:, channel].flatten()
            counts, edges = torch.histogram(some, 60, range=(-10.0, 12.0))
            middles = (edges[1:] + edges[:-1]) / 2
            panels[name].plot(middles, counts / len(some), line, color=colour, linewidth=2, label=f"channel {channel}")
        panels[name].set(xlabel=f"number, {name} batch norm", ylabel="share", ylim=(0, None))
    panels["before"].legend(frameon=False, loc="upper right")
    return figure


def normalised(cls: type, batch: Tensor) -> Tensor:
    """What a fresh layer in train mode makes of a batch."""
    return cls(batch.shape[1])(batch).detach()


@styled
def gradients_arrive(ResBlock: Callable) -> Figure:  # noqa: N803
    """How large the gradient is before each block of a deep network, with a way past each block and without."""
    figure, panels = sheet("A way past each block", 3.4, [["curve"]])
    axes = panels["curve"]
    for past, colour, marker, words in ((True, BLUE, "o", "with x added"), (False, ORANGE, "s", "without")):
        sizes = ask(ResBlock, sizes_of_gradients, past)
        axes.plot(range(1, DEPTH + 1), sizes, color=colour, marker=marker, markersize=4, label=words)
    axes.set(xlabel="block, the first is on the left", ylabel="size of the gradient", yscale="log")
    axes.legend(frameon=False)
    axes.grid(axis="y", alpha=0.3)
    return figure


def sizes_of_gradients(cls: type, past: bool) -> list[float]:
    """The length of the gradient of what enters each block, compared with that of the last block."""
    torch.manual_seed(0)
    blocks, images = [cls(N_CHANS) for _ in range(DEPTH)], torch.randn(8, N_CHANS, 8, 8, requires_grad=True)
    entering = [images]
    for block in blocks:
        answer = block(entering[-1])
        entering.append(answer if past else answer - entering[-1])
    grads = torch.autograd.grad(entering[-1].mean(), entering[:-1])
    return [float(grad.norm() / grads[-1].norm().clamp(min=1e-30)) for grad in grads]


@styled
def slips_exposed(expose_6: Callable, expose_8: Callable) -> Figure:
    """Two small inputs, and what a right and a wrong program make of each; frames are where the two differ."""
    names = [[f"{number} {part}" for part in ("input", "right", "wrong")] for number in (6, 8)]
    rows = [answers_to(6, expose_6()), answers_to(8, expose_8())]
    shown = sum(bool((right != wrong).any()) for _, right, wrong in rows)
    figure, panels = sheet(f"{shown} of 2 small inputs show a slip", 4.4, names, BELOW_AND_ABOVE)
    for row, (number, tensors) in zip(names, zip((6, 8), rows, strict=True), strict=True):
        titles = f"expose_{number}", f"right_{number}", f"wrong_{number}"
        for name, title, tensor in zip(row, titles, tensors, strict=True):
            show(panels[name], tensor, title, True, 2 * float(max(t.abs().max() for t in tensors)) or 1, "g")
        for i, j in (tensors[1] != tensors[2]).nonzero().tolist():
            outline(panels[row[1]], i, j, 1, 1, BLUE)
            outline(panels[row[2]], i, j, 1, 1)
    for name, words in zip(names[1], ("goes in", "is right", "has the slip"), strict=True):
        panels[name].set_xlabel(words)
    return figure


def answers_to(number: int, answer: object) -> tuple[Tensor, Tensor, Tensor]:
    """The image of an input, and what both programs of kit/pairs.py make of it."""
    image, *others = answer.values() if isinstance(answer, dict) else answer
    if image.numel() > MOST_EXPOSED:
        raise UndrawableError(with_command(f"ex18's expose_{number} gives a large image", "ex18"))
    right, wrong = (getattr(pairs, f"{which}_{number}")(image.clone(), *others) for which in ("right", "wrong"))
    return image, right, wrong
