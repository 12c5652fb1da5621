"""result.json as Classroom 50 reads it, version 1, written by an autograder.py in its runner.

Who has submitted what stands in the runner's environment; points are whole numbers there, so they are hundredths here.
"""

import datetime
import json
import os
import subprocess

from kit.grade.views.words import card

IDENTITY = {  # a field, and the runner's variable for it
    **{"classroom": "CLASSROOM", "assignment": "ASSIGNMENT", "owner": "USERNAME", "submission": "SUBMISSION_TAG"},
    **{"commit": "COMMIT_URL", "release": "RELEASE_URL", "review": "REVIEW_URL"},
}
SHARE = 100  # points of theirs for one of ours
LONGEST = 2000  # characters of a card


def classroom50(record: dict) -> str:
    """A test for each function. Raises ValueError where the runner's environment is not there."""
    if missing := [name for name in IDENTITY.values() if not os.environ.get(name)]:
        raise ValueError(f"--classroom50 is for the runner of Classroom 50, which sets {', '.join(missing)}.")
    tests = [
        {
            "test-name": f"{exercise['exercise']}: {function['function']}",
            "passed": function["verdict"] == "done",
            "score": round(SHARE * function["points"]),
            "max-score": round(SHARE * function["max_points"]),
            "output": card(function)[:LONGEST],
        }
        for exercise in record["exercises"]
        for function in exercise["functions"]
    ]
    whole = {
        "schema": "classroom50/result/v1",
        **{field: os.environ[name] for field, name in IDENTITY.items()},
        "assignment_type": os.environ.get("MODE") or "individual",
        "datetime": _committed(),
        "score": round(SHARE * record["points"]),  # a function may have a third of a point
        "max-score": round(SHARE * record["max_points"]),
        "tests": tests,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _committed() -> str:
    """When the commit was made that is graded; now, where git does not know."""
    command = ["git", "log", "-1", "--format=%ct", os.environ.get("GITHUB_SHA") or "HEAD"]
    try:
        seconds = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        seconds = datetime.datetime.now(datetime.UTC).timestamp()
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
