"""The warm judge: what it draws hangs on the seed, and on nothing that the caller has set."""

import sys

import pytest

import processes

pytestmark = pytest.mark.slow

DRAWN = """
import hashlib, sys
from kit.course.manifest import exercises
from kit.judge.warm import with_warm_judge
from kit.judge.replay import draw

out = sys.stdout


def loop(items, judge):
    drawn = [draw(item) for item in items]
    print(hashlib.sha256(repr(drawn).encode()).hexdigest(), sum(map(len, filter(None, drawn))), file=out)


options = {"hypothesis-profile": "fresh-seed", "hypothesis-seed": int(sys.argv[1]), "seconds": 5, "memory": 4}
with_warm_judge(loop, [exercises()[2]], options)
"""


TWICE = """
import os, sys, tempfile
from pathlib import Path
from kit.course.manifest import ROOT, exercises
from kit.judge.warm import judge_folder, with_warm_judge

out = sys.stdout


def loop(items, judge):
    if os.fork() == 0:
        record = judge_folder(items, judge, ROOT / "solutions")
        print(record.counts_as_done(), file=out, flush=True)
        judge.starters[0].close()
        os._exit(0)
    os.wait()


for _ in range(2):
    with_warm_judge(loop, [exercises()[2]], {})
"""


INTERRUPTED = """
import pytest
from kit.course.manifest import exercises
from kit.judge.warm import with_warm_judge


def collect(module):
    raise KeyboardInterrupt


pytest.Module.collect = collect
with_warm_judge(print, [exercises()[2]], {})
"""


def drawn(seed, **env):
    done = processes.run(sys.executable, "-c", DRAWN, str(seed), env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_seed_draws_the_same_and_another_one_other_examples():
    assert drawn(1) == drawn(1, PYTHONHASHSEED="7")
    assert drawn(1) != drawn(2)


def test_settings_of_the_caller_change_nothing():
    assert drawn(1) == drawn(1, PYTEST_ADDOPTS="-x -k none --hypothesis-seed=9", PYTEST_PLUGINS="", CI="1")


def test_what_pytest_refuses_is_told_in_a_sentence():
    broken = DRAWN.replace('"seconds": 5', '"seconds": -5')
    done = processes.run(sys.executable, "-c", broken, "1")
    assert done.returncode == 1
    assert "--seconds takes a number above 0" in done.stderr


def test_one_process_may_have_a_warm_judge_after_another():
    done = processes.run(sys.executable, "-c", TWICE)
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_ctrl_c_while_checks_are_collected_is_not_taken_for_checks_that_are_broken():
    done = processes.run(sys.executable, "-c", INTERRUPTED)
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"
