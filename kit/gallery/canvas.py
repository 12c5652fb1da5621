"""What the pictures of the gallery have in common: paper, colours, panels, legends.

The colours are those of Okabe and Ito, which colour-blind people can tell apart.
"""

from fractions import Fraction

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

WIDTH = 3.6  # inches: no screen shows a picture narrower than that, so that no text shrinks
SMALLEST = 9  # points, of all text
PAPER, INK, PALE = "#fffdf8", "#22262b", "#d9d6cf"
BLUE, ORANGE, AMBER, GREEN, SKY = "#0072b2", "#d55e00", "#e69f00", "#009e73", "#56b4e9"
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "#f4b183", "#ffffff", "#8cc3e3", BLUE])
BELOW_AND_ABOVE = "orange: below 0", "0", "blue: above 0"
STYLE = {
    "axes.edgecolor": "#8a8a86",
    "axes.facecolor": PAPER,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALLEST,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": SMALLEST,
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.04,
    "font.size": SMALLEST,
    "image.interpolation": "none",  # an SVG then holds the pixels themselves, however few
    "legend.fontsize": SMALLEST,
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": SMALLEST,
    "ytick.color": INK,
    "ytick.labelsize": SMALLEST,
}
styled = rc_context(STYLE)  # decorates every function that makes a figure


def sheet(
    title: str,
    height: float,
    mosaic: list[list[str]],
    legend: tuple[str, str, str] | None = None,
    height_ratios: list[float] | None = None,
    **options: object,
) -> tuple[Figure, dict]:
    """An empty figure with a title and panels by name, laid out as in Figure.subplot_mosaic, and a colour legend."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor=PAPER)
    figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold", linespacing=1.25)
    ratios = height_ratios or [1] * len(mosaic)
    if legend:
        mosaic, ratios = [*mosaic, ["legend"] * len(mosaic[0])], [*ratios, 0.03 * sum(ratios)]
    panels = figure.subplot_mosaic(mosaic, height_ratios=ratios, **options)
    if legend:
        draw_legend(panels.pop("legend"), *legend)
    return figure, panels


def draw_legend(axes: Axes, *words: str) -> None:
    """Say what the colours of signed numbers mean: three words from low to high, or two from 0 up."""
    shades = np.linspace(-1 if len(words) == 3 else 0, 1, 200)[None]  # (1, 200)
    axes.imshow(shades, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
    axes.set_yticks([])
    axes.set_xticks(np.linspace(-0.5, 199.5, len(words)), words)
    axes.tick_params(axis="x", length=0)
    axes.spines[:].set(visible=True, color=PALE)
    first, *_, last = axes.get_xticklabels()
    first.set_ha("left")
    last.set_ha("right")


def grid(rows: int, columns: int) -> list[list[str]]:
    """Names for panels in rows and columns: "0 0", "0 1" and so on."""
    return [[f"{row} {column}" for column in range(columns)] for row in range(rows)]


def show(
    axes: Axes, image: Tensor, title: str = "", signed: bool = False, most: float | None = None, numbers: str = ""
) -> None:
    """Put an image (H, W) or (3, H, W) into a panel: grey from 0 to most or, if signed, orange through white to blue.

    `numbers` is a format such as ".0f", by which each pixel's number is written on it, or "fraction".
    """
    pixels = image.detach().cpu().float().numpy()
    most = float(np.nanmax(np.abs(pixels))) or 1 if most is None else most
    if pixels.ndim == 3:
        axes.imshow(pixels.transpose(1, 2, 0).clip(0, 1))
    else:
        axes.imshow(pixels, cmap=SIGNED if signed else "gray", vmin=-most if signed else 0, vmax=most)
    if numbers:
        write_numbers(axes, pixels, numbers, most, signed)
    bare(axes, title)


def write_numbers(axes: Axes, pixels: np.ndarray, numbers: str, most: float, signed: bool) -> None:
    """Write each pixel's number on it, dark on light and light on dark."""
    for (row, column), value in np.ndenumerate(pixels):
        dark = abs(value) > 0.75 * most if signed else value < 0.55 * most
        axes.text(
            column, row, number_text(float(value), numbers), ha="center", va="center", color="white" if dark else INK
        )


def number_text(value: float, numbers: str) -> str:
    """A number in a format, or as a fraction; never -0."""
    text = str(Fraction(value).limit_denominator(99)) if numbers == "fraction" else format(value, f"z{numbers}")
    return text.replace("-", "\N{MINUS SIGN}")


def bare(axes: Axes, title: str = "") -> None:
    """Take the ticks off and draw a thin frame all around."""
    axes.set_title(title)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=PALE)


def write(axes: Axes, words: str) -> None:
    """Fill a panel with words."""
    axes.axis("off")
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes)


def rows_and_columns(axes: Axes) -> None:
    """Say which way a picture is counted."""
    axes.set_xlabel("column")
    axes.set_ylabel("row")


def outline(axes: Axes, row: float, column: float, height: float, width: float, colour: str = ORANGE) -> None:
    """Draw a frame around the pixels from (row, column) on."""
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=2.2, clip_on=False))


def spaced(number: int | str) -> str:
    """Write 62958 as 62 958."""
    return f"{number:,}".replace(",", " ") if isinstance(number, int) else number
