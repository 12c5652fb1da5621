"""Tables of a class: the kit's own, and those that Moodle and Canvas read."""

import csv
import io
from collections.abc import Iterable

from kit.grade.views.words import feedback

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would work out


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
    """Moodle's grading worksheet, to be uploaded there: it finds people by "Participant" and the number."""
    head = ["Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments"]
    rows = [
        [f"Participant {who['id']}" if who["id"] else "", who["person"], *_points(record), feedback(record)]
        for record, who in _with_who(records)
    ]
    return _csv(head, rows)


def canvas(records: list[dict]) -> str:
    """Canvas' gradebook: it finds people by ID, and makes the assignment if it has none of that name."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "convkata"]
    most = ["    Points Possible", "", "", "", "", records[0]["max_points"] if records else ""]
    rows = [[who["person"], who["id"], "", "", "", record["points"]] for record, who in _with_who(records)]
    return _csv(head, [most, *rows])


def _points(record: dict) -> tuple[float, float]:
    return record["points"], record["max_points"]


def _with_who(records: list[dict]) -> list[tuple[dict, dict]]:
    return [(record, record["submission"]) for record in records]


def _csv(head: list[str], rows: Iterable[list[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def _safe(cell: object) -> object:
    """A text that no spreadsheet takes for a formula: names are those that strangers have given to folders."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
