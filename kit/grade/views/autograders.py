"""What the graders of others read: Gradescope, GitHub Classroom's reporters, Exercism."""

import base64
import json

from kit.grade.views.words import card, cards, is_done

LONGEST = 500  # characters of a message
STATUS = {"done": "pass", "not judged": "error"}  # of a function; others have failed


def gradescope(record: dict) -> str:
    """/autograder/results/results.json: a test for each function, with its points and its card."""
    tests = [
        {
            "name": f"{exercise['exercise']}: {function['function']}",
            "name_format": "text",
            "number": f"{row}.{column}",
            "score": function["points"],
            "max_score": function["max_points"],
            "status": "passed" if function["verdict"] == "done" else "failed",
            "output": card(function) or "done",
            "output_format": "text",
            "tags": [exercise["exercise"], function["verdict"]],
            "visibility": "visible",
        }
        for row, exercise in enumerate(record["exercises"], 1)
        for column, function in enumerate(exercise["functions"], 1)
    ]
    said = [f"{record['done']} of {record['functions']} functions done.", *record["problems"]]
    whole = {
        "score": record["points"],
        "execution_time": round(record["seconds"]),
        "output": "\n".join(said),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "visibility": "visible",
        "extra_data": {"seed": record["judged_with"]["seed"], "commit": record["commit"]},
        "tests": tests,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def classroom(record: dict) -> str:
    """A line for GitHub Classroom's reporters, as a step's output `result`: a test for each exercise, in base64.

    They hand it on in an environment variable, which must stay below 128 KiB; hence no escapes of six letters.
    """
    tests = [
        {
            "name": exercise["exercise"],
            "status": "pass" if is_done(exercise) else "fail",
            "message": cards(exercise)[:LONGEST],
            "test_code": "",
            "task_id": number,
            "filename": exercise["found"],
            "line_no": 0,
            "duration": exercise["seconds"],
            "score": exercise["points"],
        }
        for number, exercise in enumerate(record["exercises"], 1)
    ]
    status = "pass" if record["done"] == record["functions"] else "fail"
    whole = {"version": 3, "status": status, "message": None, "max_score": record["max_points"], "tests": tests}
    text = json.dumps(whole, ensure_ascii=False).encode("utf-8", "backslashreplace")  # \\udcff is JSON too
    return base64.b64encode(text).decode() + "\n"


def exercism(record: dict) -> str:
    """results.json of an Exercism test runner, version 3: a test for each function."""
    functions = [(exercise, function) for exercise in record["exercises"] for function in exercise["functions"]]
    if all(exercise["found"] == "" for exercise in record["exercises"]):
        return _exercism("error", [], "\n".join(record["problems"])[:LONGEST])
    tests = [
        {
            "name": f"{exercise['exercise']}: {function['function']}",
            "status": STATUS.get(function["verdict"], "fail"),
            "message": None if function["verdict"] == "done" else card(function),
            "test_code": (function.get("failure") or {}).get("call", ""),
            "task_id": record["exercises"].index(exercise) + 1,
        }
        for exercise, function in functions
    ]
    return _exercism("pass" if record["done"] == record["functions"] else "fail", tests, None)


def _exercism(status: str, tests: list[dict], message: str | None) -> str:
    return json.dumps({"version": 3, "status": status, "message": message, "tests": tests}, indent=1) + "\n"
