"""A class with hostile names and answers, read as the other side reads it; the rules are those of its own importer."""

import base64
import csv
import io
import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest
from samples import EX03, a_failure, record_with
from test_views import CLASSROOM50, GRADESCOPE, RUNNER

from kit.grade import record
from kit.grade.views import OF_A_CLASS, OF_ONE

NAMES = [
    "Jürg Müller",
    "Jürg Müller",
    "O'Neil, Al",
    "two\nlines",
    '=HYPERLINK("http://x")',
    "+1",
    "-rf",
    "@SUM(A1)",
    "\t=1",
    "a;=1+1;b",
    "\uff1d1",
    'quote " and \\" both',
    "ends with \\",
    "😀 \u202eeva",
    "latin\udce4",
    "<b>x</b> | `y` ::error::z",
    "",
]
TEXTS = [
    "=1\n+2\n@x",
    'a "b" \\" c\\',
    "😀" * 5000,
    "\x00\x1b[31m\ud800",
    "]]>&lt;<![CDATA[",
    "::error::x\n" * 3000,
    "-1",
]


def hostile(number, name, **who):
    text = TEXTS[number % len(TEXTS)]
    failure = a_failure(account=text, call=text, got=text, want=text, card=text, cause=None)
    words = dict(zip(EX03.checks, ("wrong", "cannot import", "not judged", "crashed"), strict=True))
    return record_with(words, failure=failure, name=name, problems=[text, name], **who)


def whole_class(platform):
    return [
        hostile(number, name, id=str(1000 + number) if platform else "", platform=platform)
        for number, name in enumerate(NAMES)
    ]


ONES = whole_class("moodle")


def written(text):
    """What others read of a text that is written."""
    return text.encode("utf-8", "backslashreplace").decode()


# Tables. Moodle: mod/assign/feedback/offline; Canvas: lib/gradebook_importer.rb.


def moodle_rows(text):
    """As Moodle's importer reads them: it needs three columns, and takes a backslash before a quotation mark along."""
    head, *rows = csv.reader(io.StringIO(text), escapechar="\\")
    assert {"Identifier", "Grade", "Last modified (grade)"} <= {*head}
    assert all(len(row) == len(head) for row in rows)
    named = [dict(zip(head, row, strict=True)) for row in rows]
    return {row["Identifier"].removeprefix("Participant "): row for row in named}


def test_moodle_reads_everybody_and_only_its_own_people():
    rows = moodle_rows(written(OF_A_CLASS["moodle.csv"](whole_class("moodle"))))
    assert [*rows] == [str(1000 + number) for number in range(len(NAMES))]
    assert {float(row["Grade"]) for row in rows.values()} == {0.0}
    assert all(float(row["Grade"]) <= float(row["Maximum Grade"]) for row in rows.values())
    both = [*whole_class("canvas"), record_with({}, id="7", platform="moodle"), *whole_class("")]
    assert [*moodle_rows(written(OF_A_CLASS["moodle.csv"](both)))] == ["7"]
    assert OF_A_CLASS["moodle.csv"](whole_class("canvas")) == OF_A_CLASS["canvas.csv"](whole_class("moodle")) == ""


def canvas_people(text):
    """As Canvas' importer reads them: the columns before "Section" are of people, those behind it assignments."""
    head, *rows = csv.reader(io.StringIO(text), strict=True)
    assert "Student" in head[0]
    assert "ID" in head[1]
    assert [head[2], head[3], head[4]] == ["SIS User ID", "SIS Login ID", "Section"]
    assert not re.search("(Current|Final) (Score|Grade|Points)|Override", head[5])  # it would be passed over
    (possible,) = [row for row in rows if "Points Possible" in row[0]]
    assert "read only" not in possible[5]
    return float(possible[5]), [(row[0], row[1], float(row[5])) for row in rows if row is not possible]


def test_canvas_reads_everybody_by_its_own_number_or_by_name():
    most, people = canvas_people(written(OF_A_CLASS["canvas.csv"](whole_class("canvas"))))
    assert [number for _, number, _ in people] == [str(1000 + number) for number in range(len(NAMES))]
    assert all(0 <= points <= most for *_, points in people)
    _, people = canvas_people(written(OF_A_CLASS["canvas.csv"](whole_class(""))))
    assert {number for _, number, _ in people} == {""}
    assert people[0][0] == "Jürg Müller"


@pytest.mark.parametrize("table", ["grades.csv", "moodle.csv", "canvas.csv"])
def test_no_cell_is_a_formula_whatever_parts_the_cells(table):
    platform = table.removesuffix(".csv").replace("grades", "")
    rows = csv.reader(io.StringIO(written(OF_A_CLASS[table](whole_class(platform)))))
    cells = [cell for row in rows for cell in row]
    pieces = [piece for cell in cells for piece in re.split(r"[;\t\n\r]", cell)]
    assert [piece for piece in pieces if piece.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))] == []
    assert len([cell for cell in cells if cell.startswith("'")]) >= 5


def test_a_gradebook_is_told_in_few_words_what_was_not_handed_in():
    made = record_with(dict.fromkeys(EX03.checks, "cannot import"), platform="moodle", id="1")
    (row,) = moodle_rows(OF_A_CLASS["moodle.csv"]([made])).values()
    assert row["Feedback comments"] == (
        "0 of 56 functions done; ex03: cannot import (the quotient is rounded <up> | `ceil`); "
        "not handed in: ex01, ex02, ex04 to ex18"
    )


# One submission.

EXERCISM = RUNNER | {  # docs/building/tooling/test-runners/interface.md
    "additionalProperties": False,
    "if": {"properties": {"status": {"const": "error"}}},
    "then": {"properties": {"message": {"type": "string", "minLength": 1, "maxLength": 65535}}},
    "else": {"properties": {"message": {"type": "null"}, "tests": {"minItems": 1}}},
    "properties": RUNNER["properties"]
    | {
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "status", "test_code"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "status": {"enum": ["pass", "fail", "error"]},
                    "message": {"type": ["string", "null"]},
                    "output": {"type": "string", "maxLength": 500},
                    "test_code": {"type": "string"},
                    "task_id": {"type": "integer", "minimum": 1},
                },
                "if": {"properties": {"status": {"const": "pass"}}},
                "else": {"properties": {"message": {"type": "string", "minLength": 1}}},
            },
        }
    },
}


@pytest.mark.parametrize("made", ONES)
def test_exercism_reads_every_answer(made):
    whole = json.loads(written(OF_ONE["exercism"](made)))
    jsonschema.validate(whole, EXERCISM)
    failed = [test for test in whole["tests"] if test["status"] != "pass"]
    assert (whole["status"] == "pass") == (failed == [])
    assert all(len(test["message"].encode("utf-8", "replace")) <= 65535 for test in failed)
    assert len(whole["tests"]) == made["functions"]


def test_exercism_reads_that_nothing_was_handed_in():
    for problem in TEXTS:
        made = record_with({}, problems=["There is no exercise file in it.", problem * 100])
        made["exercises"][2]["found"] = ""
        jsonschema.validate(json.loads(OF_ONE["exercism"](made)), EXERCISM)


@pytest.mark.parametrize("made", [*ONES, record_with({}), record_with({"trace_sizes": "wrong"}, partial=True)])
def test_a_reporter_of_classrooms_sums_the_points_of_a_variable_that_fits(made):
    line = OF_ONE["classroom"](made)
    assert len(f"CONVKATA_RESULTS={line}") < 128 << 10  # of one variable on Linux
    assert line.count("\n") == 1  # a step's output is a line
    whole = json.loads(base64.b64decode(line).decode())
    jsonschema.validate(whole, RUNNER)
    assert sum(test["score"] for test in whole["tests"]) == pytest.approx(made["points"])  # what is sent to Classroom
    assert whole["max_score"] == made["max_points"]


@pytest.mark.parametrize("made", ONES)
def test_gradescope_reads_every_answer(made):
    whole = json.loads(written(OF_ONE["gradescope"](made)))
    jsonschema.validate(whole, GRADESCOPE)
    assert sum(test["score"] for test in whole["tests"]) == pytest.approx(whole["score"])
    assert len({test["number"] for test in whole["tests"]}) == len(whole["tests"])


@pytest.mark.parametrize("made", ONES)
def test_classroom_50_reads_every_answer(made, monkeypatch):
    for name in ("CLASSROOM", "ASSIGNMENT", "USERNAME", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("SUBMISSION_TAG", "submit/x")
    whole = json.loads(written(OF_ONE["classroom50"](made)))
    jsonschema.validate(whole, CLASSROOM50)
    assert whole["score"] <= whole["max-score"]
    assert all(test["score"] <= test["max-score"] for test in whole["tests"])


@pytest.mark.parametrize("made", ONES)
def test_readers_of_junit_count_what_it_says(made):
    top = ElementTree.fromstring(written(OF_ONE["junit"](made)).encode())
    (suite,) = top
    cases = [*suite.iter("testcase")]
    assert {case.tag for case in suite} == {"properties", "testcase"}
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases) == int(suite.get("tests"))
    for kind, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert int(suite.get(count)) == sum(case.find(kind) is not None for case in cases)
    assert all(float(case.get("time")) >= 0 for case in cases)
    assert {kind.get("message") is not None for case in cases for kind in case.findall("failure")} == {True}


@pytest.mark.parametrize("made", ONES)
def test_a_step_summary_is_a_table_without_markup_of_strangers(made):
    text = written(OF_ONE["summary"](made))
    assert len(text.encode()) < 1 << 20
    table = [line for line in text.splitlines() if line.startswith("| ex")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {6}
    prose = re.sub(r"^(`{3,})text\n.*?\n\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert re.search(r"<\w", prose) is None
    assert "::" not in text


def test_every_record_of_the_class_can_be_written_and_read_again(tmp_path):
    for made in ONES:
        record.write(tmp_path / "one.json", record.dumps(made))
        assert record.load(tmp_path / "one.json") == made
