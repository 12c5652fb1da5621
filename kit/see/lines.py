"""What a still picture says of a scene in lines of text: what is no grid of numbers."""

from collections.abc import Iterator

SIDES = (("yours", "got"), ("right", "want"))


def lines_of(picture: dict) -> list[str]:
    """The lines of a picture."""
    say = {
        "lines": of_lines,
        "cone": lambda picture: [f"One number of the last layer has seen {picture['want']} pixels."],
        "training": of_training,
        "network": of_network,
        "validation": of_validation,
        "table": of_table,
        "grids": lambda picture: of_table(picture.get("table") or {"rows": []}),
        "learning": of_losses,
        "strips": of_strips,
        "batches": of_batches,
        "counting": of_counting,
        "exposing": of_outcomes,
        "saving": of_saving,
    }.get(picture.get("kind"), lambda _: [])
    return say(picture)


def of_losses(picture: dict) -> list[str]:
    """Both losses by steps."""
    return [f"loss, {name}: {listed(picture[side]['losses'])}" for name, side in SIDES]


def of_saving(picture: dict) -> list[str]:
    """The names of the model, and what the file has under them."""
    return [f"{mark(row['differs'])}{row['name']}: {row['file'] or '–'}" for row in picture["rows"]]


def of_outcomes(picture: dict) -> list[str]:
    """What goes in and comes out in words, where it is no tensor."""
    texts = [(name, node) for name, node in values_of(picture) if node["kind"] == "text"]
    return [f"{mark(node['differs'])}{name}: {node['text']}" for name, node in texts]


def values_of(picture: dict) -> Iterator[tuple[str, dict]]:
    """What goes into two programs and comes out, by name."""
    for row in picture["rows"]:
        sides = [(f"{side}_{picture['number']} gives", row[side]) for side in ("right", "wrong")]
        for name, node in [(one["name"], one["node"]) for one in row["inputs"]] + sides:
            yield " ".join(filter(None, (row["name"], name))), node


def of_table(picture: dict) -> list[str]:
    """The rows of a table in columns of text."""
    rows = [*([{"cells": picture["head"], "differs": False}] if picture.get("head") else []), *picture["rows"]]
    inner = [row["cells"] for row in rows if len(row["cells"]) > 1]
    widths = [max(map(len, column)) for column in zip(*inner, strict=True)]
    return [
        mark(row["differs"]) + "  ".join(f"{cell:{n}}" for cell, n in zip(row["cells"], widths, strict=False)).rstrip()
        for row in rows
    ]


def of_strips(picture: dict) -> list[str]:
    """Mean and deviation of each channel."""
    return [
        f"{mark(row['differs'])}channel {row['channel']}: "
        + "; ".join(f"{side} mean {row[side]['mean']:.3g}, std {row[side]['std']:.3g}" for side in ("yours", "right"))
        for row in picture["rows"]
    ]


def of_batches(picture: dict) -> list[str]:
    """The samples of each batch."""
    sides = [("yours", [epoch["batches"] for epoch in picture["epochs"]]), ("right", picture["right"])]
    return [
        f"epoch {i + 1}, {name}: {' | '.join(' '.join(map(str, batch)) for batch in batches)}"
        for i in range(len(picture["right"]))
        for name, epochs in sides
        for batches in epochs[i : i + 1]
    ]


def of_counting(picture: dict) -> list[str]:
    """A network's tensors, and which of them count."""
    rows = picture["tensors"]
    return [
        f"{mark(r['isYours'] not in (None, r['counts']))}{r['name']}: {r['n']}{'' if r['counts'] else ', ' + r['why']}"
        for r in rows
    ]


def listed(numbers: list) -> str:
    """Numbers as words are listed."""
    return ", ".join(f"{x:.4g}" if isinstance(x, float) else str(x) for x in numbers)


def of_lines(picture: dict) -> list[str]:
    """Where the kernel stands, in words."""
    return [f"{line['name']}: at {', '.join(map(str, line['places']))}" for line in picture["lines"]]


def of_training(picture: dict) -> list[str]:
    """Both strips of events, from a little before they part."""
    first = picture["first"] or 0
    sides = {"yours": picture["got"], "right": picture["want"]}
    lines = [f"{name}: {' → '.join(side['events'][max(0, first - 3) : first + 6])}" for name, side in sides.items()]
    return [*lines, *(f"loss, {name}: {', '.join(map(str, side['losses']))}" for name, side in sides.items())]


def of_network(picture: dict) -> list[str]:
    """The layers side by side."""

    def said(row: dict | None) -> str:
        return f"{row['name']} {tuple(row['shape']) if row['shape'] else 'no answer'}" if row else "–"

    count = max(len(picture["got"]), len(picture["want"]))
    pairs = [[(picture[side][i : i + 1] or [None])[0] for side in ("got", "want")] for i in range(count)]
    return [f"{mark(i == picture['first'])}{said(got):44}{said(want)}" for i, (got, want) in enumerate(pairs)]


def of_validation(picture: dict) -> list[str]:
    """The samples of each set by batches."""
    found = []
    for one in picture["sets"]:
        batches = " | ".join(" ".join("✓" if right else "✗" for right in batch) for batch in one["batches"])
        found += [
            f"{one['name']}: {batches}",
            f"{mark(one['sentence'])}yours {one['got']}, right {one['want']:.5g}. {one['sentence']}",
        ]
    return found


def mark(differs: object) -> str:
    """What stands before a line that differs."""
    return "▸ " if differs else "  "
