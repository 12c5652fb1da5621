"""Pictures for ex03 to ex07: sizes, maps, pooling, parameters. Each function takes the learner's functions."""

from collections.abc import Callable

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from kit.gallery.canvas import (
    AMBER,
    BELOW_AND_ABOVE,
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    SKY,
    grid,
    outline,
    rows_and_columns,
    sheet,
    show,
    spaced,
    styled,
    write,
)
from kit.gallery.samples import grey, plane_and_bird

CROSS = torch.tensor([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
LECTURE_NET = [(3, 1, 0), (5, 2, 0), (5, 2, 0)]  # kernel size, stride, padding of the three layers
LECTURE_CHANNELS = [3, 10, 20, 40]
COLOURS = "#b9b9b4", SKY, AMBER, GREEN  # of the input and of each layer's output
EDGES = torch.tensor([[[[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]]])  # Sobel's for vertical ones
LECTURE_LENET = {  # activation size and parameters as the lecture has them
    "Input": (3072, 0),
    "Conv1": (6072, 208),
    "Pool1": (1568, 0),
    "Conv2": (1600, 416),
    "Pool2": (400, 0),
    "FC1": (120, 48120),
    "FC2": (84, 10164),
    "Output": (10, 850),
    "in all": ("", 59758),
}


@styled
def sizes(trace_sizes: Callable, receptive_field: Callable) -> Figure:
    """The lecture's network as a column of volumes, and what one number of each layer has seen."""
    sides = trace_sizes(39, LECTURE_NET)
    title = " → ".join(str(side) for side in sides) + ": smaller and deeper"
    figure, panels = sheet(title, 5.4, [["n", "1"], ["n", "2"], ["n", "3"]], width_ratios=[1.9, 1])
    draw_volumes(panels["n"], sides)
    for layer in (1, 2, 3):
        seen, axes = receptive_field(LECTURE_NET[:layer]), panels[str(layer)]
        show(axes, torch.full((39, 39), 0.96), f"layer {layer} sees\n{seen} × {seen}", most=1)
        corner = 19 - seen // 2
        axes.add_patch(Rectangle((corner - 0.5, corner - 0.5), seen, seen, facecolor=COLOURS[layer]))
    panels["3"].set_xlabel("39 pixels")
    return figure


def draw_volumes(axes: Axes, sides: list[int]) -> None:
    """A stack of squares for each volume, as many as it has channels; below it the filters of the next layer."""
    top = 0.0
    for layer, (side, channels) in enumerate(zip(sides, LECTURE_CHANNELS, strict=True)):
        depth = 0.45 * channels
        for z in reversed(range(channels)):
            corner = (0.45 * z, top - depth - side + 0.45 * z)
            axes.add_patch(Rectangle(corner, side, side, facecolor=COLOURS[layer], edgecolor="white", linewidth=0.4))
        axes.text(62, top - depth - side / 2, f"{side} × {side} × {channels}", va="center")
        top -= depth + side + 4
        if layer < len(LECTURE_NET):
            kernel_size, stride, _ = LECTURE_NET[layer]
            words = f"{LECTURE_CHANNELS[layer + 1]} filters {kernel_size} × {kernel_size},\nstride {stride}"
            axes.annotate("", (8, top - 16), (8, top), arrowprops={"arrowstyle": "-|>", "color": INK})
            axes.text(16, top - 8, words, va="center")
            top -= 20
    axes.set(xlim=(-2, 112), ylim=(top, 2), aspect="equal")
    axes.axis("off")


@styled
def how_often_used(correlate2d: Callable) -> Figure:
    """How many windows a pixel lies in; to count them, windows of ones are laid over one another."""
    bare_ones = correlate2d(torch.ones(4, 4), torch.ones(3, 3), padding=2)  # one for each window, (6, 6)
    framed = correlate2d(torch.ones(6, 6), torch.ones(3, 3), padding=1)  # (6, 6)
    figure, panels = sheet("Without padding, corners hardly count", 2.7, [["bare", "framed"]])
    show(panels["bare"], bare_ones, "no padding:\n6 × 6 → 4 × 4", signed=True, most=14, numbers="g")
    show(panels["framed"], framed, "padding 1:\n6 × 6 → 6 × 6", signed=True, most=14, numbers="g")
    for axes in panels.values():
        rows_and_columns(axes)
    return figure


@styled
def feature_maps(conv2d: Callable) -> Figure:
    """All 16 maps that 16 random filters make of a drawn bird."""
    bird = plane_and_bird()[1]
    weight = torch.randn(16, 3, 3, 3, generator=torch.Generator().manual_seed(4))
    weight -= weight.mean((1, 2, 3), keepdim=True)  # each adds up to 0, so that plain sky gives 0
    maps = conv2d(bird[None], weight, padding=1)[0]  # (16, 32, 32)
    mosaic = [["picture", "words", "words", "words"], *grid(4, 4)]
    figure, panels = sheet("16 filters, 16 maps", 5.9, mosaic, BELOW_AND_ABOVE)
    show(panels.pop("picture"), bird, "the picture")
    write(panels.pop("words"), "Below: what each of 16\nfilters answers to it.")
    for index, (axes, one) in enumerate(zip(panels.values(), maps, strict=True)):
        show(axes, one[1:-1, 1:-1], f"map {index}", signed=True)
    rows_and_columns(panels["3 0"])
    return figure


def crosses() -> Tensor:
    """A large cross among a small one and bars. Shape: (24, 24)."""
    image = torch.zeros(24, 24)
    image[4:13, 8] = image[8, 4:13] = 1  # the large cross, its centre at (8, 8)
    image[3:6, 18] = image[4, 17:20] = 1  # a small one
    image[18, 3:12] = 1
    image[12:21, 20] = 1
    return image


def peaks(answer: Tensor) -> tuple[Tensor, Tensor]:
    """The highest answer around the large cross, and around the small one to the right of it."""
    top = answer[: len(answer) // 2]
    return top[:, : len(answer) // 2].max(), top[:, len(answer) // 2 :].max()


@styled
def cross_found(conv2d: Callable, max_pool2d: Callable) -> Figure:
    """Two kernels of 3 × 3 and max pooling between them answer highest at the centre of the large cross."""
    image, kernel = crosses(), CROSS[None, None]
    first = conv2d(image[None, None], kernel, padding=1)  # (1, 1, 24, 24)
    pooled = max_pool2d(first, 2)  # (1, 1, 12, 12)
    second = conv2d(pooled, kernel, padding=1)[0, 0]  # (12, 12)
    legend = "white: 0", "dark blue: the highest of a map"
    figure, panels = sheet("Two small kernels find a large cross", 4.9, grid(2, 2), legend)
    show(panels["0 0"], image, "the picture, 24 × 24")
    show(panels["0 1"], first[0, 0], "after the first kernel", signed=True, most=float(first.max()))
    show(panels["1 0"], pooled[0, 0], "max pooling, 12 × 12", signed=True, most=float(first.max()))
    show(panels["1 1"], second, "after the second kernel", signed=True, most=float(second.max()))
    for name, answer in (("0 1", first[0, 0]), ("1 1", second)):
        large, small = peaks(answer)
        panels[name].set_xlabel(f"large cross: {large:g}\nsmall cross: {small:g}")
    row, column = divmod(int(second.argmax()), 12)
    outline(panels["1 1"], row, column, 1, 1)
    outline(panels["0 0"], 2 * row - 3, 2 * column - 3, 8, 8)  # the pixels that this number has seen
    panels["0 0"].set_xlabel(f"framed: the pixels\nthat the {second.max():g} has seen")
    return figure


@styled
def shifted(conv2d: Callable) -> Figure:
    """A picture and the same one shifted, through a convolution and through a linear layer."""
    down, right, side = 3, 4, 28
    whole = grey(plane_and_bird()[0])  # (32, 32); the camera moves up and to the left
    before, after = whole[down : down + side, right : right + side], whole[:side, :side]
    linear = torch.randn(26**2, side**2, generator=torch.Generator().manual_seed(0)) / side
    layers = {
        "a convolution": lambda x: conv2d(x[None, None], EDGES)[0, 0],
        "a linear layer": lambda x: (linear @ x.flatten()).view(26, 26),
    }
    figure, panels = sheet("A convolution follows a shift", 4.6, grid(3, 3), BELOW_AND_ABOVE)
    show(panels["0 0"], before, "the picture", most=1)
    show(panels["0 1"], after, f"{down} down, {right} right", most=1)
    write(panels["0 2"], "below: both\nanswers, one\nshifted back,\nsubtracted")
    panels["0 0"].set_ylabel("goes in")
    for row, (name, layer) in enumerate(layers.items(), start=1):
        answers = layer(before), layer(after)  # (26, 26) both
        difference = answers[1][down:, right:] - answers[0][:-down, :-right]  # (23, 22)
        for column, answer in enumerate((*answers, difference)):
            show(panels[f"{row} {column}"], answer, signed=True, most=1.6)
        panels[f"{row} 0"].set_ylabel(name)
        panels[f"{row} 2"].set_xlabel(f"at most {difference.abs().max():.2f}")
    return figure


@styled
def pooled(max_pool2d: Callable, avg_pool2d: Callable, subsample: Callable) -> Figure:
    """Stars, a bright bird and a dark plane after max pooling, average pooling and taking every n-th pixel."""
    ways = {"max\npooling": max_pool2d, "average\npooling": avg_pool2d, "every\n{n} pixel": subsample}
    plane, bird = plane_and_bird()
    figure, panels = sheet("Max pooling keeps what is bright", 5.0, grid(3, 4))
    for row, (image, n) in enumerate(((stars(), 2), (grey(bird), 4), (grey(plane), 4))):
        show(panels[f"{row} 0"], image, f"the picture\n{len(image)} × {len(image)}", most=1)
        for column, (name, way) in enumerate(ways.items(), start=1):
            smaller, axes = way(image[None, None], n)[0, 0], panels[f"{row} {column}"]
            show(axes, smaller, name.format(n={2: "2nd", 4: "4th"}[n]), most=1)
            bright = f"{int((smaller > 0.9).sum())} of 9\nstars bright"
            axes.set_xlabel(f"{len(smaller)} × {len(smaller)}" if row else bright)
    rows_and_columns(panels["2 0"])
    return figure


def stars() -> Tensor:
    """A dark sky with 9 bright pixels, no two of them in one window of 2 × 2. Shape: (16, 16)."""
    image = torch.full((16, 16), 0.08)
    for row, column in ((1, 2), (2, 9), (3, 13), (5, 5), (6, 10), (9, 3), (11, 14), (13, 7), (14, 0)):
        image[row, column] = 1
    return image


@styled
def lenet_parameters(lenet5_table: Callable) -> Figure:
    """The lecture's table of LeNet-5 beside the right one, and the parameters of each layer as bars."""
    table = lenet5_table()
    title = "LeNet-5: a filter is as deep as its input"
    figure, panels = sheet(title, 5.9, [["table"], ["bars"]], height_ratios=[1.7, 1])
    draw_table(panels["table"], table)
    names, parameters = [row[0] for row in table if row[3]], [row[3] for row in table if row[3]]
    bars = panels["bars"].barh(names, parameters, color=BLUE)
    panels["bars"].set_xticks([0, 20_000, 40_000])
    panels["bars"].bar_label(bars, [spaced(n) for n in parameters], padding=3)
    panels["bars"].set(xlabel="parameters", xlim=(0, 1.3 * max(parameters)))
    panels["bars"].xaxis.set_major_formatter(lambda value, _: spaced(int(value)))
    panels["bars"].invert_yaxis()
    return figure


def draw_table(axes: Axes, table: list[tuple]) -> None:
    """Rows of text; where the lecture has another number, it stands below the right one, in orange."""
    rows = [*table, ("in all", (), "", sum(row[3] for row in table))]
    axes.axis("off")
    write_row(axes, -1, ("layer", "activation", "size", "parameters"), INK, "bold")
    line = 0
    for name, shape, *right in rows:
        said = LECTURE_LENET[name]
        wrong = [a != b for a, b in zip(said, right, strict=True)]
        axes.axhline(line - 0.5, color=PALE if line else INK, linewidth=0.8)
        write_row(axes, line, (name, " × ".join(map(str, shape)), *map(spaced, right)), INK, "normal", wrong)
        line += 1
        if any(wrong):
            words = [spaced(number) if differs else "" for number, differs in zip(said, wrong, strict=True)]
            write_row(axes, line, ("the lecture has", "", *words), ORANGE, "normal")
            line += 1
    axes.set(xlim=(0, 1), ylim=(line - 0.4, -1.6))


def write_row(
    axes: Axes, line: int, words: tuple[str, ...], colour: str, weight: str, bold: list[bool] | None = None
) -> None:
    """Four words in their columns; of the last two, those that are `bold` are green."""
    marked = [False, False, *(bold or [False, False])]
    for x, word, mark in zip((0.0, 0.52, 0.69, 1.0), words, marked, strict=True):
        style = {"color": GREEN, "fontweight": "bold"} if mark else {"color": colour, "fontweight": weight}
        axes.text(x, line, word, ha="left" if x == 0 else "right", va="center", **style)
