"""Thirty of a made class: right, wrong, nothing, hostile, late, misnamed. Each gets what it deserves."""

import pytest
from test_grading import grade_class, records, verdicts

from kit.bench.made_class import HOSTILE, KINDS, make_class
from kit.course.manifest import find

EX03 = find("ex03")[0][0]


def content_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_seed_makes_the_same_class_and_another_seed_another(tmp_path):
    kinds = [make_class(tmp_path / str(i), 30, seed, EX03) for i, seed in enumerate((1, 1, 2))]
    assert kinds[0] == kinds[1] != kinds[2]
    assert {*kinds[0].values()} == {*KINDS}
    assert content_of(tmp_path / "0") == content_of(tmp_path / "1") != content_of(tmp_path / "2")


@pytest.mark.slow
def test_each_of_thirty_gets_what_it_deserves(tmp_path):
    kinds = make_class(tmp_path / "class", 30, 1, EX03)
    status, screen, said = grade_class(tmp_path / "class", tmp_path / "out", "--seconds", 1, "--seed", 1)
    made = records(tmp_path / "out")
    assert (said, "30 submissions graded" in screen) == ("", True)
    assert {*made} == {*kinds}
    found = {name: verdicts(made[name]) if made[name]["problems"] == [] else [] for name in made}
    deserved = {
        "right": lambda own: own == ["done"] * 4,
        "late": lambda own: own == ["done"] * 4,
        "misnamed": lambda own: own == ["done"] * 4,
        "wrong": lambda own: "done" in own and set(own) & {"wrong", "crashed", "too slow"},
        "hostile": lambda own: "done" not in own and "not judged" not in own,
        "nothing": lambda own: own == [],
    }
    assert [name for name, kind in kinds.items() if not deserved[kind](found[name])] == []
    assert all(made[name]["submission"]["late"] == (kind == "late") for name, kind in kinds.items())
    assert status == 0
    assert len(HOSTILE) >= 5
