"""What a still picture shows of a scene: grids of numbers, and lines of text for what is no grid."""

from dataclasses import dataclass, field

from kit.see.lines import lines_of, mark, values_of

MOST_SIDE = 60  # rows and columns of a grid
MOST_LINES = 30


@dataclass(frozen=True)
class Grid:
    """A grid of numbers, those that differ, and the windows on it."""

    name: str
    numbers: list[list[object]]
    marks: list[list[bool]]
    frames: list[tuple[str, list[int]]] = field(default_factory=list)  # kind; row, column, height, width


def panels_of(scene: dict) -> tuple[list[Grid], list[str]]:
    """The grids and the lines of a scene."""
    picture = scene["picture"] or {}
    kind = picture.get("kind")
    grids = {
        "window": of_window,
        "kernels": of_kernels,
        "statistics": of_statistics,
        "grids": of_grids,
        "learning": of_grids,
        "exposing": of_inputs,
    }.get(kind, lambda _: [])(picture)
    lines = lines_of(picture)
    sentence = picture.get("sentence") or (picture.get("yours") or {} if kind == "window" else {}).get("sentence", "")
    if not grids and not lines and scene["got"]:
        grids, lines = of_sides(scene)
    return grids, [*([f"▸ {sentence}"] if sentence else []), *lines[:MOST_LINES]]


def plane(node: dict, leading: list[int]) -> tuple[list, list]:
    """The last two dimensions of a tensor at a place, and what differs there."""
    shape = [1, 1, *node["shown"]]
    rows, columns = shape[-2:]
    start = 0
    for side, place in zip(shape[2:-2], leading, strict=False):
        start = start * side + min(place, side - 1)
    start *= rows * columns
    differs = set(node["differs"])
    places = [[start + i * columns + j for j in range(min(columns, MOST_SIDE))] for i in range(min(rows, MOST_SIDE))]
    return [[node["numbers"][p] for p in row] for row in places], [[p in differs for p in row] for row in places]


def grid(name: str, node: dict, leading: list[int], frames: list | None = None) -> list[Grid]:
    """A plane as a grid; none if it has no numbers."""
    numbers, marks = plane(node, leading) if node["numbers"] else ([], [])
    return [Grid(name, numbers, marks, frames or [])] if numbers and numbers[0] else []


def of_window(picture: dict) -> list[Grid]:
    """The image with the window that should make the first number that differs, the kernel, got and want."""
    n, o, i, j = picture["first"]["place"]
    channel = picture["channel"] if picture["rule"] == "sum" else o
    frames = [("right", picture["first"]["window"])]
    if yours := picture.get("yours"):
        at = [k * step + start for k, step, start in zip((i, j), yours["stride"], yours["start"], strict=True)]
        frames.append(("yours", [*at, *picture["size"]]))
    found = grid(
        "input: right window, and dashed yours" if yours else "input and window", picture["input"], [n, channel], frames
    )
    if picture["weight"]:
        found += grid("kernel", picture["weight"], [o, channel])
    here = [("right", [i, j, 1, 1])]
    found += grid("got", picture["got"], [n, o], here if picture["comparable"] else []) if picture["got"] else []
    return [*found, *grid("want", picture["want"], [n, o], here)]


def of_kernels(picture: dict) -> list[Grid]:
    """Each image, and both answers to it."""
    names = {"image": "{}", "got": "yours", "want": "right"}
    return [
        g
        for row in picture["rows"]
        for key, name in names.items()
        for g in grid(name.format(row["name"]), row[key], [])
    ]


def of_statistics(picture: dict) -> list[Grid]:
    """Each channel of each image, with the pixels that belong to the number, and those that were taken."""
    n_images, channels, rows, columns = picture["images"]["shape"]
    found = []
    for n in range(n_images):
        for c in range(channels):
            start = (n * channels + c) * rows * columns
            frames = [
                (kind, [*divmod(p - start, columns), 1, 1])
                for kind in ("right", "yours")
                for p in picture[kind] or []
                if 0 <= p - start < rows * columns
            ]
            found += grid(f"image {n}, channel {c}", picture["images"], [n, c], frames)
    return found


def of_grids(picture: dict) -> list[Grid]:
    """Grids that are a picture, with their frames."""
    found = []
    for row in picture["rows"]:
        for one in row["grids"]:
            frames = [(frame["kind"], frame["at"]) for frame in one["frames"]]
            found += grid(": ".join(filter(None, (row["name"], one["name"]))), one["node"], [], frames)
    return found


def of_inputs(picture: dict) -> list[Grid]:
    """The tensors that go in and those that come out."""
    found = []
    for name, node in values_of(picture):
        if node["kind"] == "tensor":
            found += grid(name, node, [])
    return found


def of_sides(scene: dict) -> tuple[list[Grid], list[str]]:
    """Got and want as they are."""
    grids, lines = [], []
    for side in ("got", "want"):
        for name, node in leaves(scene[side], side):
            if node["kind"] == "tensor" and node["numbers"]:
                shape = node["shown"]
                at, area = (node["differs"] or [0])[0], (shape[-1:] or [1])[0] * (shape[-2:-1] or [1])[0]
                leading, rest = [], at // area
                for length in reversed(shape[:-2]):
                    leading.insert(0, rest % length)
                    rest //= length
                grids += grid(name, node, leading)
            elif node["kind"] == "text":
                lines.append(f"{mark(node['differs'])}{name}: {node['text']}")
            elif node["kind"] == "table":
                rows = zip(node["rows"], node["differs"], strict=True)
                lines += [f"{mark(differs)}{name}: {', '.join(cells)}" for cells, differs in rows if differs]
    return grids, lines


def leaves(node: dict, name: str) -> list[tuple[str, dict]]:
    """The values without names inside a value that differ, each with the way to it."""
    if node["kind"] != "named":
        return [(name, node)]
    return [leaf for row in node["rows"] if row["differs"] for leaf in leaves(row["node"], f"{name} > {row['name']}")]
