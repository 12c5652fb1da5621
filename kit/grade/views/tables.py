"""Tables of a class: the kit's own, and those that Moodle and Canvas read; empty where nobody comes from there."""

import csv
import io
import re
from collections.abc import Iterable

from kit.grade.views.words import feedback

FORMULA = re.compile(
    r"(^|[;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"
)  # where a spreadsheet would begin to work out
MOODLE = (  # a column for each thing that its importer looks for, and two that help a person
    *("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"),
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "convkata")


def grades(records: list[dict]) -> str:
    """A row for each submission: who, points, verdict counts, points of each exercise, problems."""
    names = [exercise["exercise"] for exercise in records[0]["exercises"]] if records else []
    head = [
        "name",
        "person",
        "id",
        "late",
        "points",
        "max_points",
        "done",
        "functions",
        "not_judged",
        *names,
        "problems",
    ]
    return _csv(head, map(_row, records))


def _row(record: dict) -> list[object]:
    who = record["submission"]
    counts = [record[name] for name in ("points", "max_points", "done", "functions", "not_judged")]
    points = [exercise["points"] for exercise in record["exercises"]]
    late = "late" if who["late"] else ""
    return [who["name"], who["person"], who["id"], late, *counts, *points, " ".join(record["problems"])]


def moodle(records: list[dict]) -> str:
    """Moodle's grading worksheet, to be uploaded there: it finds people by "Participant" and the number.

    No grade is said to be modified, so that Moodle keeps a later one of its own unless it is told otherwise.
    """
    rows = [
        [f"Participant {who['id']}", who["person"], *_points(record), "", feedback(record)]
        for record, who in _of(records, "moodle")
    ]
    return _csv(MOODLE, [[_without_escapes(cell) for cell in row] for row in rows]) if rows else ""


def canvas(records: list[dict]) -> str:
    """Canvas' gradebook: it finds people by ID, or else by name, and makes the assignment if there is none."""
    rows = [[who["person"], who["id"], "", "", "", record["points"]] for record, who in _of(records, "canvas", "")]
    return _csv(CANVAS, [["    Points Possible", "", "", "", "", records[0]["max_points"]], *rows]) if rows else ""


def _points(record: dict) -> tuple[float, float]:
    return record["points"], record["max_points"]


def _of(records: list[dict], *platforms: str) -> list[tuple[dict, dict]]:
    """Those whom a platform knows: the number that another one has given to a person is somebody else's there."""
    return [(record, record["submission"]) for record in records if record["submission"]["platform"] in platforms]


def _without_escapes(cell: object) -> object:
    """A text without backslashes, since Moodle's reader takes one before a quotation mark for an escape."""
    return cell.replace("\\", "/") if isinstance(cell, str) else cell


def _csv(head: Iterable[str], rows: Iterable[list[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def _safe(cell: object) -> object:
    """A text in which no spreadsheet finds a formula, whatever parts its cells: strangers chose the names."""
    return FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
