"""Who forges what a probe notes is not done, neither by forging nor by what is left of the answer without it."""

import json

import pytest
from forgers import FORGERS, write_class
from test_grading import grade_class

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """The words on the forgers' functions, by what they do."""
    top = tmp_path_factory.mktemp("forgers")
    made = write_class(top / "class")
    grade_class(top / "class", top / "out", "--seed", 3)
    found = {}
    for name, (what, exercise, function) in made.items():
        record = json.loads((top / "out" / f"{name}.json").read_text())
        (own,) = [each for each in record["exercises"] if each["exercise"] == exercise]
        found[what] = next(each["verdict"] for each in own["functions"] if each["function"] == function)
    return found


@pytest.mark.parametrize("what", FORGERS)
def test_a_forger_is_not_done(verdicts, what):
    assert verdicts[what] in ("wrong", "not allowed")
