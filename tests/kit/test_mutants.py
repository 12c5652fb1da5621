"""Which mutants there are, and what becomes of those that nobody kills."""

import ast

import pytest

import mutants
from equivalent import EQUIVALENT
from kit.course.manifest import exercises, find
from mutation import mutations

SAMPLE = '''
def f(h, w, bias=True):
    """Say 1 < 2."""
    if h < 1:
        raise ValueError(f"{h + 1} is too small")
    out = [w[i] for i in range(h) if i != 2]
    return out.sum(dim=1)
'''


def test_a_mutant_has_one_change_and_there_is_none_twice():
    before, *after = mutations(SAMPLE, and_itself=True)
    lines = [[line for line in one.splitlines() if line not in before.splitlines()] for one in after]
    assert all(len(changed) <= 1 for changed in lines)
    assert len({*after}) == len(after)
    assert before not in after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("h < 1", "h <= 1"),
        ("if h < 1", "if not h < 1"),
        ("h < 1", "w < 1"),
        ("h < 1", "h < 2"),
        ("bias=True", "bias=False"),
        (" if i != 2", ""),
        ("out.sum(dim=1)", "out"),
        ("out.sum(dim=1)", "out.sum()"),
        ("raise ValueError(f'{h + 1} is too small')", "pass"),
    ],
)
def test_a_mutant_is_what_a_person_may_write_by_mistake(before, after):
    whole = ast.unparse(ast.parse(SAMPLE))
    assert whole.replace(before, after, 1) in [*mutations(SAMPLE)]


def test_docstrings_and_complaints_stay_as_they_are():
    for mutated in mutations(SAMPLE):
        assert '"""Say 1 < 2."""' in mutated
        assert "{h + 1}" in mutated or "raise" not in mutated


def test_every_reason_is_about_a_mutant():
    places = {f"{e.id}.{a.name if a else 'solution'}": (e, a) for e in exercises() for a in mutants.origins(e)}
    for origin, reasons in EQUIVALENT.items():
        changes = [mutant.change for mutant in mutants.mutants_of(*places[origin])]
        for part, reason in reasons.items():
            assert reason
            assert any(part in change for change in changes), (origin, part)


def test_every_right_answer_is_mutated():
    ((exercise, _),) = find("ex05")
    origins = {mutant.origin for mutant in mutants.mutants(exercise)}
    assert {"solution", "window_by_window", "weight_by_weight", "windows", "loops"} <= origins


def survives(monkeypatch, change):
    """What is said of a mutant of ex03 with this change that all checks let through."""
    ((exercise, _),) = find("ex03")
    mutant = mutants.Mutant(exercise, "same_padding", "with_remainder", change, "")
    monkeypatch.setattr(mutants, "mutants", lambda _: [mutant])
    monkeypatch.setattr(mutants, "judge_all", lambda asked, **_: [(m, {"done": True}) for m in asked])
    monkeypatch.setattr(mutants, "EQUIVALENT", {"ex03.with_remainder": {"+ a / b": "nobody can notice"}})
    return mutants.judge_exercise(exercise)


def test_a_mutant_that_nobody_kills_is_a_hole(monkeypatch, capsys):
    assert [hole.change for hole in survives(monkeypatch, "- a\n+ b")] == ["- a\n+ b"]
    assert "0 of 1 mutants rejected, 0 equivalent" in capsys.readouterr().out


def test_a_mutant_that_is_equivalent_is_none(monkeypatch, capsys):
    assert survives(monkeypatch, "- a\n+ a / b") == []
    assert "0 of 1 mutants rejected, 1 equivalent" in capsys.readouterr().out
