"""Pictures for ex01 and ex02: what a kernel is and does. Each function takes the learner's functions."""

import functools
from collections.abc import Callable

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from kit import given
from kit.gallery.canvas import BELOW_AND_ABOVE, BLUE, INK, grid, outline, rows_and_columns, sheet, show, styled, write
from kit.gallery.samples import grey, photograph, plane_and_bird

WINDOW_IMAGE = torch.tensor([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
WINDOW_KERNEL = torch.tensor([[1, 0, 1], [0, 1, 0], [1, 0, 1]])


@styled
def sliding_window(correlate2d: Callable) -> Figure:
    """The lecture's 5×5 example in nine steps, and the nine sums."""
    answer = correlate2d(WINDOW_IMAGE, WINDOW_KERNEL)  # (3, 3)
    figure, panels = sheet("Nine windows, nine sums", 5.2, [[*"012"], [*"345"], [*"678"], [*"kwa"]])
    for step in range(9):
        row, column = divmod(step, 3)
        axes = panels[str(step)]
        draw_window(axes, row, column)
        axes.set_title(f"step {step + 1}: sum {answer[row, column]:g}")
    show(panels["k"], WINDOW_KERNEL, "the kernel", signed=True, most=2.5, numbers=".0f")
    show(panels["a"], answer, "all nine sums", signed=True, most=8, numbers="g")
    write(panels["w"], "dark: 1 × 1\npale: 0 × 1\nwhite: × 0")
    rows_and_columns(panels["6"])
    return figure


def draw_window(axes: Axes, row: int, column: int) -> None:
    """The image with a window at (row, column); pixels that the kernel multiplies by 1 are coloured."""
    met = torch.zeros(WINDOW_IMAGE.shape)
    met[row : row + 3, column : column + 3] = WINDOW_KERNEL
    show(axes, met * (0.35 + 0.65 * WINDOW_IMAGE), signed=True, most=1.4)
    for (i, j), value in np.ndenumerate(WINDOW_IMAGE.numpy()):
        counts = bool(met[i, j] * value)
        weight, colour = ("bold", INK) if counts else ("normal", "#77777a")
        axes.text(j, i, value, ha="center", va="center", fontsize=9, fontweight=weight, color=colour)
    outline(axes, row, column, 3, 3)


@styled
def sliding_steps(correlate2d: Callable) -> list[Callable[[], Figure]]:
    """The same nine steps one by one: the window, its products, and the sums so far. It is one figure, redrawn."""
    answer = correlate2d(WINDOW_IMAGE, WINDOW_KERNEL)  # (3, 3)
    mosaic = [["image", "kernel", "sums"], ["words"] * 3]
    figure, panels = sheet("Window 1 of 9", 2.5, mosaic, height_ratios=[3, 1.6])
    return [functools.partial(draw_step, figure, panels, answer.double(), step) for step in range(9)]


@styled
def draw_step(figure: Figure, panels: dict[str, Axes], answer: Tensor, step: int) -> Figure:
    """Make the figure that of one step."""
    row, column = divmod(step, 3)
    for axes in panels.values():
        axes.clear()
    figure.suptitle(f"Window {step + 1} of 9", x=0.02, ha="left", fontsize=11, fontweight="bold")
    draw_window(panels["image"], row, column)
    panels["image"].set_title("the image")
    show(panels["kernel"], WINDOW_KERNEL, "the kernel", signed=True, most=2.5, numbers=".0f")
    done = torch.arange(9).view(3, 3) <= step
    show(panels["sums"], torch.where(done, answer, 0), "sums so far", signed=True, most=8)
    for i, j in done.nonzero().tolist():
        panels["sums"].text(j, i, f"{answer[i, j]:g}", ha="center", va="center")
    outline(panels["sums"], row, column, 1, 1)
    rows_and_columns(panels["image"])
    window = WINDOW_IMAGE[row : row + 3, column : column + 3]
    lines = [
        " + ".join(f"{x}·{w}" for x, w in zip(*pair, strict=True))
        for pair in zip(window.tolist(), WINDOW_KERNEL.tolist(), strict=True)
    ]
    write(panels["words"], "\n+ ".join(lines) + f" = {answer[row, column]:g}")
    if step:
        figure.set_layout_engine("none")  # the places are those of the first step
    return figure


@styled
def kernel_print(correlate2d: Callable, convolve2d: Callable) -> Figure:
    """One bright pixel leaves a print of the kernel: turned by correlation, upright by convolution."""
    image = torch.zeros(5, 5)
    image[2, 2] = 1
    kernel = torch.arange(1.0, 10.0).view(3, 3)
    mosaic = [["image", "kernel"], ["correlate2d", "convolve2d"]]
    figure, panels = sheet("One bright pixel prints the kernel", 4.2, mosaic)
    show(panels["image"], image, "image", signed=True, most=2, numbers=".0f")
    show(panels["kernel"], kernel, "kernel", signed=True, most=16, numbers=".0f")
    show(panels["correlate2d"], correlate2d(image, kernel), "correlate2d: turned", True, 16, "g")
    show(panels["convolve2d"], convolve2d(image, kernel), "convolve2d: upright", True, 16, "g")
    rows_and_columns(panels["image"])
    return figure


@styled
def kernels_on_photograph(
    box_blur: Callable, prewitt: Callable, sobel: Callable, scharr: Callable, edge_strength: Callable
) -> Figure:
    """The blur and all edge kernels on a real photograph."""
    image = photograph()
    figure, panels = sheet("Small kernels, large effects", 5.0, grid(3, 3), BELOW_AND_ABOVE)
    show(panels["0 0"], image, "the photograph")
    show(panels["0 1"], given.correlate2d(image, box_blur(9)), "blur, 9 × 9")
    strength = edge_strength(image)
    show(panels["0 2"], strength.max() - strength, "edge strength")
    for row, edges in enumerate(("vertical", "horizontal"), start=1):
        for column, kernel in enumerate((prewitt, sobel, scharr)):
            answer = given.correlate2d(image, kernel(edges))
            title = ("Prewitt", "Sobel", "Scharr")[column]
            show(panels[f"{row} {column}"], answer, title, signed=True, most=0.6 * float(answer.abs().max()))
        panels[f"{row} 0"].set_ylabel(f"{edges} edges")
    panels["2 0"].set_xlabel("column")
    return figure


@styled
def kernels_on_drawn_pictures(box_blur: Callable, sobel: Callable, edge_strength: Callable) -> Figure:
    """What a plane and a bird are to a blur, to edge kernels, and to both edge kernels together."""
    figure, panels = sheet("What a kernel sees", 6.8, grid(5, 3), BELOW_AND_ABOVE)
    pictures = dict(zip(("a plane", "a bird"), plane_and_bird(), strict=True))
    for column, (name, picture) in enumerate(pictures.items(), start=1):
        show(panels[f"0 {column}"], picture, name)
        show(panels[f"4 {column}"], 2 - edge_strength(grey(picture)), most=2)
    filters = {"box blur": box_blur(3), "vertical edges": sobel("vertical"), "horizontal edges": sobel("horizontal")}
    for row, (name, kernel) in enumerate(filters.items(), start=1):
        show(panels[f"{row} 0"], kernel, name, signed=True, most=4, numbers="fraction")
        for column, picture in enumerate(pictures.values(), start=1):
            answer = given.correlate2d(grey(picture), kernel)
            show(panels[f"{row} {column}"], answer, signed=row > 1, most=1.6 if row > 1 else 1)
    write(panels["0 0"], "left: a kernel\nright: what it\nanswers")
    write(panels["4 0"], "edge strength\n√(gx² + gy²):\nthe stronger,\nthe darker")
    rows_and_columns(panels["4 1"])
    return figure


@styled
def kernel_learned(learn_kernel: Callable, sobel: Callable) -> Figure:
    """The kernel that gradient descent has found after 1, 10, 100 and 1000 steps; it is to answer as Sobel's does."""
    image = grey(plane_and_bird()[0])
    image = (image - image.mean()) / image.std()
    wanted, steps = sobel("vertical"), (0, 1, 3, 10, 30, 100, 300, 1000)
    target = given.correlate2d(image, wanted)  # (30, 30)
    found = {n: learn_kernel(image, target, 3, n, 0.1) for n in steps}
    mosaic = [["0", "1"], ["10", "100"], ["1000", "wanted"], ["curve", "curve"]]
    figure, panels = sheet("Step by step to Sobel's kernel", 7.0, mosaic, BELOW_AND_ABOVE)
    for n in (0, 1, 10, 100, 1000):
        show(panels[str(n)], found[n], f"{n} step{'s' * (n != 1)}", signed=True, most=2.6, numbers=".1f")
    show(panels["wanted"], wanted, "Sobel's own", signed=True, most=2.6, numbers=".1f")
    losses = [float((given.correlate2d(image, found[n]) - target).square().mean()) for n in steps]
    panels["curve"].plot(steps, losses, marker="o", color=BLUE)
    panels["curve"].set(xlabel="steps of gradient descent", ylabel="squared error", xscale="symlog", yscale="log")
    panels["curve"].set_xticks(steps, [str(n) if n in (0, 1, 10, 100, 1000) else "" for n in steps])
    return figure
