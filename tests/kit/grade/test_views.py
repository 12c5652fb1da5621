"""Views of a record, each read as the other side reads it."""

import base64
import csv
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest
from samples import EX03, a_failure, record_with

from kit.course.manifest import exercises
from kit.grade.views import OF_A_CLASS, OF_ONE

POINTS = f"{sum(exercise.points for exercise in exercises()):g}"

WRONG = record_with({"conv_output_size": "wrong", "trace_sizes": "not judged"}, problems=["one | two"])
RIGHT = record_with({})
OURS = set(EX03.checks)
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
GRADESCOPE = {  # as its documentation lists the fields and their values
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": NUMBER,
        "execution_time": NUMBER,
        "output": TEXT,
        "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "stdout_visibility": {"enum": ["visible", "hidden", "after_due_date", "after_published"]},
        "visibility": {"enum": ["visible", "hidden", "after_due_date", "after_published"]},
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["score", "max_score", "status", "name"],
                "properties": {
                    "score": NUMBER,
                    "max_score": NUMBER,
                    "status": {"enum": ["passed", "failed"]},
                    "name": TEXT,
                    "name_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
                    "number": TEXT,
                    "output": TEXT,
                    "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
                    "tags": {"type": "array", "items": TEXT},
                    "visibility": {"enum": ["visible", "hidden", "after_due_date", "after_published"]},
                },
            },
        },
    },
}
TEST_OF_A_RUNNER = {
    "type": "object",
    "required": ["name", "status"],
    "properties": {
        "name": TEXT,
        "status": {"enum": ["pass", "fail", "error"]},
        "message": {"type": ["string", "null"]},
    },
}
RUNNER = {
    "type": "object",
    "required": ["version", "status", "tests"],
    "properties": {
        "version": {"const": 3},
        "status": {"enum": ["pass", "fail", "error"]},
        "message": {"type": ["string", "null"], "maxLength": 65535},
        "tests": {"type": "array", "items": TEST_OF_A_RUNNER},
    },
}


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def ours(tests, name=lambda test: test["name"].rpartition(": ")[2]):
    return {name(test): test for test in tests if name(test) in OURS}


def test_gradescope_gets_points_status_and_the_card():
    whole = json.loads(OF_ONE["gradescope"](WRONG))
    jsonschema.validate(whole, GRADESCOPE)
    assert whole["score"] == 1
    assert sum(test["score"] for test in whole["tests"]) == whole["score"]
    test = ours(whole["tests"])["conv_output_size"]
    assert (test["status"], test["score"], test["max_score"]) == ("failed", 0, 0.5)
    assert "got 9" in test["output"]
    assert ours(whole["tests"])["same_padding"]["status"] == "passed"
    assert "one | two" in whole["output"]


def test_a_reporter_of_classrooms_gets_a_test_for_each_exercise():
    for made, status in ((WRONG, "fail"), (RIGHT, "fail")):  # the other exercises were not handed in
        whole = json.loads(base64.b64decode(OF_ONE["classroom"](made)))
        jsonschema.validate(whole, RUNNER)
        assert whole["status"] == status
        assert sum(test["score"] for test in whole["tests"]) == made["points"]
        assert whole["max_score"] == made["max_points"]
        (test,) = [test for test in whole["tests"] if test["name"] == EX03.name]
        assert test["status"] == ("fail" if made is WRONG else "pass")
        assert all(len(test["message"]) <= 500 for test in whole["tests"])


def test_an_exercism_runner_tells_each_function():
    whole = json.loads(OF_ONE["exercism"](WRONG))
    jsonschema.validate(whole, RUNNER)
    tests = ours(whole["tests"])
    assert [tests[name]["status"] for name in EX03.checks] == ["fail", "pass", "error", "pass"]
    assert tests["conv_output_size"]["test_code"] == "conv_output_size(10, 3)"
    assert tests["same_padding"]["message"] is None


def test_where_nothing_was_handed_in_exercism_is_told_an_error():
    made = record_with({}, problems=["There is no exercise file in it."])
    made["exercises"][2]["found"] = ""
    whole = json.loads(OF_ONE["exercism"](made))
    assert (whole["status"], whole["message"]) == ("error", "There is no exercise file in it.")


def test_junit_has_points_and_causes_as_properties():
    failure = a_failure(card="wrong\x1b[31m \x00 \ud800")
    suite = ElementTree.fromstring(OF_ONE["junit"](record_with({"conv_output_size": "wrong"}, failure=failure)))[0]
    assert (suite.get("tests"), suite.get("errors")) == (str(WRONG["functions"]), "0")
    case = next(case for case in suite.iter("testcase") if case.get("name") == "conv_output_size")
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert properties == {"points": "0", "max_points": "0.5", "verdict": "wrong", "cause": "rounded_up"}
    assert case.find("failure").get("message") == "wrong: the quotient is rounded <up> | `ceil`"


def test_what_could_not_be_judged_is_an_error_in_junit_and_no_failure():
    suite = ElementTree.fromstring(OF_ONE["junit"](WRONG))[0]
    case = next(case for case in suite.iter("testcase") if case.get("name") == "trace_sizes")
    assert (suite.get("errors"), case.find("failure")) == ("1", None)
    assert case.find("error") is not None
    failures = [case for case in suite.iter("testcase") if case.find("failure") is not None]
    assert suite.get("failures") == str(len(failures))


def test_a_step_summary_holds_no_command_and_no_markup_of_strangers():
    text = OF_ONE["summary"](WRONG)
    assert "::" not in text
    assert "rounded &lt;up&gt; \\| \\`ceil\\`" in text
    assert "one \\| two" in text
    assert "````text\n" in text  # the card has a fence of its own
    assert len([line for line in text.splitlines() if line.startswith(("| ex0", "| ex1"))]) == WRONG["functions"]


def test_a_step_summary_ends_before_it_is_lost():
    made = record_with(dict.fromkeys(EX03.checks, "wrong"), failure=a_failure(card="x" * (1 << 20)))
    for function in made["exercises"][2]["functions"]:
        function["failure"]["account"] = "ü" * 100
    assert len(OF_ONE["summary"](made).encode()) < 1 << 20


def test_the_table_of_a_class_has_who_points_and_problems():
    records = [record_with({}, name="=cmd()", late=True), WRONG]
    first, second = rows(OF_A_CLASS["grades.csv"](records))
    assert (first["name"], first["late"], first["points"], first["ex03_output_size"]) == ("'=cmd()", "late", "2", "2")
    assert (second["not_judged"], second["problems"]) == ("1", "one | two")


def test_moodle_finds_people_by_their_number():
    (row,) = rows(OF_A_CLASS["moodle.csv"]([record_with({"trace_sizes": "wrong"}, id="42", platform="moodle")]))
    assert (row["Identifier"], row["Grade"], row["Maximum Grade"]) == ("Participant 42", "1.5", POINTS)
    assert "ex03.trace_sizes: wrong (the quotient is rounded <up> | `ceil`)" in row["Feedback comments"]
    assert row["Feedback comments"].endswith("; not handed in: ex01, ex02, ex04 to ex18")


def test_canvas_has_a_row_of_possible_points_before_people():
    possible, row = rows(OF_A_CLASS["canvas.csv"]([record_with({}, id="12")]))
    assert (possible["Student"].strip(), possible["convkata"]) == ("Points Possible", POINTS)
    assert (row["ID"], row["convkata"]) == ("12", "2")


ENVIRONMENT = {
    **{
        "CLASSROOM": "cnn",
        "ASSIGNMENT": "kata",
        "USERNAME": "ana",
        "SUBMISSION_TAG": "submit/2026-11-20T10-11-12Z-abc",
    },
    **dict.fromkeys(("COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "https://example.org/1"),
}
WHOLE = {"type": "integer", "minimum": 0}
CLASSROOM50 = {  # as its documentation lists the fields
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    ],
    "properties": {
        **dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), TEXT | {"minLength": 1}),
        "schema": {"const": "classroom50/result/v1"},
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": TEXT | {"pattern": "^submit/"},
        "datetime": TEXT | {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        **{"score": WHOLE, "max-score": WHOLE},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": WHOLE, "max-score": WHOLE},
            },
        },
    },
}


def test_classroom_50_reads_who_submitted_what_and_whole_points(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MODE", "group")
    for record in (RIGHT, WRONG):
        made = json.loads(OF_ONE["classroom50"](record))
        jsonschema.validate(made, CLASSROOM50)
        assert made["score"] == round(100 * record["points"])
        assert made["max-score"] == round(100 * record["max_points"])
        assert (made["owner"], made["assignment_type"]) == ("ana", "group")
        assert all(test["score"] <= test["max-score"] for test in made["tests"])
        assert sum(test["passed"] for test in made["tests"]) == record["done"]


def test_outside_the_runner_of_classroom_50_it_is_said_what_is_missing(monkeypatch):
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValueError, match="which sets CLASSROOM, ASSIGNMENT"):
        OF_ONE["classroom50"](RIGHT)
