"""Judges that do not come back: they cost what they judged, once they had a second chance, and nothing else."""

import json
import os
import time
from collections import deque
from pathlib import Path
from types import SimpleNamespace

import pytest
from samples import ABOUT, EX03, a_failure, found_in_ex03

from kit.grade import forks, grading, verdicts
from kit.grade.forks import ENDLESS, GONE, Forks
from kit.grade.grading import Options, grade
from kit.grade.part import Part
from kit.grade.verdicts import clean
from kit.learner.stand_in import Learner
from kit.learner.workers import Limits
from kit.verdict.record import Record

PART = Part(EX03, {f"{EX03.name}.py": b"a = 1\n", "pack/more.py": b""})


def judge_with(monkeypatch, life, parts=(PART,), **options):
    """What forks find if this is the life of each."""
    monkeypatch.setattr(forks, "live_and_judge", lambda *arguments: (life(*arguments), os._exit(0)))
    monkeypatch.setattr(forks, "can_fork", lambda: True)
    running = Forks([], None, 2, **options)
    found = [found for _, found in running.judge_all(deque(parts))]
    running.close()
    assert not Path(running.top).exists()
    return found


def say(found):
    return lambda *arguments: os.write(arguments[-1], json.dumps(found).encode())


def test_what_a_judge_says_is_what_was_found(monkeypatch):
    assert judge_with(monkeypatch, say({"functions": []}), [PART] * 5) == [{"functions": []}] * 5


def test_a_judge_that_ends_before_its_time_has_found_nothing(monkeypatch):
    assert judge_with(monkeypatch, lambda *_: os._exit(3)) == [{"lost": GONE}]
    assert judge_with(monkeypatch, lambda *arguments: os.write(arguments[-1], b'{"functions": [')) == [{"lost": GONE}]


def test_a_judge_that_fails_says_why(monkeypatch):
    def fail(*_):
        raise LookupError("no such thing in /tmp")

    monkeypatch.setattr(verdicts, "judged", fail)
    running = Forks([], None, 1)
    monkeypatch.setattr(forks, "can_fork", lambda: True)
    assert [found for _, found in running.judge_all(deque([PART]))] == [{"lost": "LookupError: no such thing in /tmp"}]
    running.close()


def test_a_judge_that_does_not_end_is_ended(monkeypatch):
    found = judge_with(monkeypatch, lambda *_: time.sleep(600), [PART] * 2, most_seconds=0.2)
    assert found == [{"lost": ENDLESS}] * 2


def test_a_judge_that_says_too_much_is_ended(monkeypatch):
    monkeypatch.setattr(forks, "MOST_BYTES", 1 << 16)

    def talk(*arguments):
        while True:
            os.write(arguments[-1], b"x" * 4096)

    assert judge_with(monkeypatch, talk) == [{"lost": GONE}]


def test_a_part_lies_alone_in_a_folder_that_others_pass_through_and_do_not_see(monkeypatch):
    def tell(items, judge, part, place, writing):
        modes = [f"{path.stat().st_mode & 0o777:o}" for path in (place.parent, place, place / "submission")]
        files = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        os.write(writing, json.dumps([modes, files]).encode())

    ((modes, files),) = judge_with(monkeypatch, tell)
    assert modes == ["711", "711", "755"]
    assert files == [f"submission/{EX03.name}.py", "submission/pack/more.py"]


class Entry:
    """A submission of ex03."""

    name = "ana"

    def who(self):
        return {"name": "ana", "person": "ana", "id": "", "platform": "", "late": False}

    def read(self):
        from kit.grade.reading import submission_of

        return submission_of({f"{EX03.name}.py": b"a = 1\n"}, [])


def graded(monkeypatch, tmp_path, answers):
    """The verdicts on ex03 if the judge finds these things, one after the other; and how often it was asked."""
    asked = []

    class Fake:
        def __init__(self, *_):
            pass

        def judge_all(self, waiting):
            while waiting:
                asked.append(part := waiting.popleft())
                yield part, answers[len(asked) - 1]

        def close(self):
            pass

    monkeypatch.setattr(grading, "Forks", Fake)
    monkeypatch.setattr(grading, "with_warm_judge", lambda loop, *_: loop([], None))
    monkeypatch.setattr(Options, "judged_with", lambda *_: ABOUT)
    made = []
    grade([Entry()], tmp_path, Options(seed=1), {}, keep=made.append)
    (found,) = [exercise for exercise in made[0]["exercises"] if exercise["found"]]
    return [function["verdict"] for function in found["functions"]], len(asked)


RIGHT = found_in_ex03({}, a_failure())
LOST = found_in_ex03({"trace_sizes": "not judged"}, a_failure())


def test_what_could_not_be_judged_gets_a_second_chance(monkeypatch, tmp_path):
    assert graded(monkeypatch, tmp_path, [{"lost": GONE}, RIGHT]) == (["done"] * 4, 2)
    assert graded(monkeypatch, tmp_path, [LOST, RIGHT]) == (["done"] * 4, 2)
    assert graded(monkeypatch, tmp_path, [RIGHT]) == (["done"] * 4, 1)


def test_after_that_it_is_not_judged_and_no_fault_of_the_learners(monkeypatch, tmp_path):
    assert graded(monkeypatch, tmp_path, [{"lost": GONE}, {"lost": GONE}]) == (["not judged"] * 4, 2)
    assert graded(monkeypatch, tmp_path, [LOST, LOST]) == (["done", "done", "not judged", "done"], 2)


def test_what_could_not_be_judged_is_tried_again_by_the_next_run(monkeypatch, tmp_path):
    from kit.grade.commands import known_parts

    graded(monkeypatch, tmp_path, [LOST, LOST])
    key = next(iter({json.loads((tmp_path / "ana.json").read_text())["exercises"][2]["key"]}))
    assert key not in known_parts(tmp_path)
    graded(monkeypatch, tmp_path, [RIGHT])
    assert key in known_parts(tmp_path)


def test_a_function_of_which_a_check_is_missing_is_not_judged_and_says_so(tmp_path):
    judge = SimpleNamespace(record=Record({EX03: [*EX03.checks]}, left_out=["test_x was skipped"]))
    found = verdicts.function_verdict(judge, judge.record.standings_of(EX03)[0], tmp_path)
    assert (found["verdict"], found["failure"]["account"]) == (
        "not judged",
        "the kit could not judge: test_x was skipped",
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("no file /tmp/x/submission/a.txt", "no file submission/a.txt"),
        ("\x1b[31m::error::", "\\x1b[31m::error::"),
        ("::error::", ": :error::"),
        ("x" * 700, "x" * 600 + "…"),
    ],
)
def test_texts_of_strangers_are_safe_short_and_without_a_path_of_this_machine(text, wanted):
    assert clean({"account": [text], "x": text}, "/tmp/x/submission")["x"] == wanted


def test_what_is_graded_leaves_no_calls_in_the_folder_of_whoever_grades(monkeypatch, tmp_path):
    import torch

    from kit.learner.call import Call
    from kit.verdict import card

    call = Call("conv2d", (torch.zeros(50, 50),))
    monkeypatch.setattr(card, "ROOT", tmp_path)
    assert "torch.load" in str(card._kept(call, 80))
    assert len([*tmp_path.glob("out/*")]) == 1
    monkeypatch.setattr(card, "KEEPS_CALLS", False)
    assert card._kept(call, 80) == []


def test_an_exercise_has_a_minute_whatever_a_person_has():
    learner = Learner(EX03, Path("ex03.py"), None, Limits(call=7.0))
    judge = SimpleNamespace(limits=Limits(call=7.0), learners={EX03: learner})
    verdicts.limit(judge, EX03)
    assert learner.limits == learner.workers.limits == judge.limits == Limits(call=7.0, exercise=60.0)
    assert learner.seconds_left == 60.0
