"""The failure as one picture, for where no browser can be opened: the same data as the page's, drawn by matplotlib."""

import textwrap
from pathlib import Path

from kit.see.panels import Grid, panels_of

INK, DIM, WRONG, RIGHT = "#1f2328", "#53585f", "#9c4300", "#005a8f"
PAPER, BLUE, ORANGE = (251, 250, 246), (96, 165, 214), (240, 160, 84)
WALL = "#f6f4ee"
CELL = 0.42  # inches
MOST_CELLS = 24  # of a row or column that has numbers in it
WIDTH, LINE = 11, 0.24  # inches
TEXT = 10  # points
FACTS = ("call", "cause", "look", "seen", "when", "place")


def save_png(scene: dict, path: Path) -> None:
    """Draw a scene."""
    from matplotlib.figure import Figure  # here, for its half second

    grids, lines = panels_of(scene)
    head = [*textwrap.wrap(scene["finding"], 84), ""]
    facts = [f"{row['name'] + ':':9}{row['text']}" for row in scene["facts"] if row["name"] in FACTS]
    said = [
        part for line in [*facts, "", *lines] for part in textwrap.wrap(line, 116, subsequent_indent=" " * 9) or [""]
    ]
    columns = 4 if len(grids) == 4 else 3
    rows = [grids[i : i + columns] for i in range(0, len(grids), columns)]
    heights = [CELL * max(min(rows_of(grid), MOST_CELLS) for grid in row) + 0.9 for row in rows]
    top = 0.3 + LINE * (1.3 * len(head) + len(said)) + 0.2
    height = top + sum(heights) + 0.2
    figure = Figure(figsize=(WIDTH, height), facecolor=WALL)
    y = height - 0.3
    for number, line in enumerate([*head, *said]):
        is_head = number < len(head)
        y -= LINE * (1.3 if is_head else 1)
        style = {"fontsize": 15, "fontweight": "bold"} if is_head else {"fontsize": TEXT, "fontfamily": "monospace"}
        color = WRONG if line.startswith("▸") else INK
        figure.text(0.3 / WIDTH, y / height, line, color=color, parse_math=False, **style)
    y = height - top
    for row, tall in zip(rows, heights, strict=True):
        y -= tall
        for column, grid in enumerate(row):
            wide = (WIDTH - 0.6) / columns
            place = [(0.3 + column * wide) / WIDTH, (y + 0.1) / height, (wide - 0.3) / WIDTH, (tall - 0.6) / height]
            draw_grid(figure.add_axes(place), grid)
    figure.savefig(path, dpi=110)


def draw_grid(axes: object, grid: Grid) -> None:
    """One grid of numbers, with colours, marks and windows."""
    from matplotlib.patches import Rectangle

    n, m = len(grid.numbers), len(grid.numbers[0])
    (top, left), (bottom, right) = reach(grid)
    axes.set(xlim=(left - 0.1, right + 0.1), ylim=(bottom + 0.1, top - 0.1), aspect="equal", anchor="NW")
    axes.axis("off")
    axes.set_title(grid.name, fontsize=11, loc="left", color=INK, parse_math=False)
    largest = max((abs(x) for row in grid.numbers for x in row if isinstance(x, int | float)), default=0) or 1
    longest = max(len(written(x)) for row in grid.numbers for x in row)
    has_numbers = max(n, m) <= MOST_CELLS and longest * max(right - left, bottom - top) <= 60
    for i in range(top, bottom):
        for j in range(left, right):
            inside = 0 <= i < n and 0 <= j < m
            face = shade(grid.numbers[i][j], largest) if inside else "none"
            line = {"edgecolor": "#b9b5ab", "linewidth": 0.8, "linestyle": "-" if inside else ":"}
            axes.add_patch(Rectangle((j, i), 1, 1, facecolor=face, **line))
            if inside and has_numbers:
                differs = grid.marks[i][j]
                text = f"{written(grid.numbers[i][j])}{'*' if differs else ''}"
                weight = "bold" if differs else "normal"
                axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=TEXT, fontweight=weight)
    for kind, (i, j, h, w) in grid.frames:
        style = (
            {"edgecolor": RIGHT, "linewidth": 3}
            if kind == "right"
            else {"edgecolor": WRONG, "linewidth": 3, "ls": "--"}
        )
        axes.add_patch(Rectangle((j + 0.04, i + 0.04), w - 0.08, h - 0.08, facecolor="none", **style))


def reach(grid: Grid) -> tuple[tuple[int, int], tuple[int, int]]:
    """From which row and column to which a grid is drawn, with the windows that stand out of it."""
    n, m = len(grid.numbers), len(grid.numbers[0])
    corners = [(i, j, i + h, j + w) for _, (i, j, h, w) in grid.frames] + [(0, 0, n, m)]
    top, left = (min(corner[k] for corner in corners) for k in (0, 1))
    bottom, right = (max(corner[k] for corner in corners) for k in (2, 3))
    return (top, left), (bottom, right)


def rows_of(grid: Grid) -> int:
    """How many rows are drawn."""
    (top, _), (bottom, _) = reach(grid)
    return bottom - top


def shade(x: object, largest: float) -> tuple[float, float, float]:
    """Blue above 0, orange below: as on the page."""
    share = min(1.0, abs(x) / largest) * 0.9 if isinstance(x, int | float) else 0
    end = ORANGE if share and x < 0 else BLUE
    return tuple((a + (b - a) * share) / 255 for a, b in zip(PAPER, end, strict=True))


def written(x: object) -> str:
    """A number in a cell."""
    return (f"{x:.4g}" if isinstance(x, float) else str(x)).replace("-", "\N{MINUS SIGN}")
