"""A limit counts the seconds that a process could use, and what is too slow condemns itself alone."""

import time

import pytest

from kit.learner.budget import LONGEST_GAP, Budget
from kit.learner.call import NoAnswer
from kit.learner.workers import Limits

SHORT = Limits(call=0.5, exercise=20.0)


@pytest.fixture
def clock(monkeypatch):
    """A budget of another process on a clock that is set by hand: seconds since the start, run, and waited."""
    now = {"time": 0.0, "ran": 0.0, "waited": 0.0}
    monkeypatch.setattr(time, "monotonic", lambda: now["time"])
    monkeypatch.setattr(Budget, "_read", lambda _: (now["ran"], now["waited"]))
    return now, Budget(5.0)


def test_a_process_that_runs_uses_its_budget(clock):
    now, budget = clock
    for _ in range(49):
        now["time"] += 0.1
        now["ran"] += 0.1
        assert budget.look() > 0
    now["time"] += 0.2
    assert budget.look() <= 0


def test_so_does_one_that_sleeps(clock):
    now, budget = clock
    for _ in range(51):
        now["time"] += 0.1
        budget.look()
    assert budget.look() <= 0


def test_time_in_which_everything_stood_still_does_not_count(clock):
    now, budget = clock
    budget.look()
    now["time"] += 3600
    assert budget.look() >= 5 - LONGEST_GAP


def test_waiting_for_a_processor_does_not_count(clock):
    now, budget = clock
    budget.look()
    for _ in range(400):
        now["time"] += 0.1
        now["ran"] += 0.01
        now["waited"] += 0.09
    assert budget.look() > 0.5


def test_what_a_process_ran_counts_though_nobody_looked(clock):
    now, budget = clock
    budget.look()
    now["time"] += 60
    now["ran"] += 6
    assert budget.look() <= 0


SLOW_AND_QUICK = """
    import time
    def slow():
        while True: pass
    def sleeps(): time.sleep(60)
    def stubborn():
        while True:
            try:
                while True: pass
            except BaseException: pass
    def quick(): return 1
"""


@pytest.mark.parametrize("starter", ["forked", "clean"])
@pytest.mark.parametrize("function", ["slow", "sleeps", "stubborn"])
def test_a_function_that_is_too_slow_condemns_itself_alone(make_learner, starter, function):
    learner = make_learner(SLOW_AND_QUICK, starter=starter, limits=SHORT)
    learner.about = function
    for _ in range(2):
        with pytest.raises(NoAnswer, match=r"too slow: no answer after 0\.5 s"):
            getattr(learner, function)()
    left = learner.seconds_left
    with pytest.raises(NoAnswer):
        getattr(learner, function)()
    assert learner.seconds_left == left  # it was not called again
    learner.about = "quick"
    assert learner.quick() == 1


def test_an_exercise_whose_functions_are_all_slow_ends_within_its_total(make_learner):
    names = [f"f{i}" for i in range(9)]
    code = "\n".join(f"def {name}():\n    while True: pass" for name in names)
    learner = make_learner(code, limits=Limits(call=0.3, exercise=1.0))
    messages = []
    for learner.about in names:
        with pytest.raises(NoAnswer) as caught:
            getattr(learner, learner.about)()
        messages.append(caught.value.account.message)
    assert messages[0] == "no answer after 0.3 s"
    assert messages[-1] == "its calls took more than 1 s together"


def test_a_file_that_cannot_be_imported_is_not_tried_again(make_learner):
    learner = make_learner("while True: pass", limits=SHORT)
    with pytest.raises(NoAnswer, match="too slow"):
        learner.f()
    left, learner.about = learner.seconds_left, "g"
    with pytest.raises(NoAnswer, match="too slow"):
        learner.f()
    assert learner.seconds_left == left
