"""What the bench measures is what it says: right answers, wrong ones, and a table of both."""

import importlib.util
import sys

import pytest
import torch

import processes
from kit.bench import gpu, kept
from kit.bench.__main__ import SAVED
from kit.bench.answers import right_answer, touched, with_mistake
from kit.bench.table import table
from kit.bench.watched import Watched
from kit.course.manifest import ROOT, find
from kit.course.mistakes import mistakes
from kit.watch.changes import changed


def module_of(source):
    module = {"__name__": "answer"}
    exec(compile(source, "answer", "exec"), module)
    return module


@pytest.mark.parametrize("name", SAVED)
def test_a_save_changes_one_function_and_nothing_else(name):
    ((exercise, function),) = find(name)
    right = right_answer(name)
    for number, source in enumerate((right, *map(with_mistake, mistakes(exercise, function)[:5]))):
        after = touched(source, function, number)
        assert changed(right.encode(), after.encode(), exercise.functions) == [function]


def test_a_wrong_answer_is_the_mistake_and_the_solution_beside_it_stays_right():
    ((exercise, function),) = find("ex01.correlate2d")
    turned = next(m for m in mistakes(exercise, function) if m.name == "kernel_turned")
    image, kernel = torch.arange(6).reshape(2, 3), torch.tensor([[1, 10]])
    answer = module_of(with_mistake(turned))
    right = module_of(right_answer("ex01.correlate2d"))
    assert torch.equal(answer["correlate2d"](image, kernel), right["correlate2d"](image, kernel.flip(0, 1)))
    assert torch.equal(answer["right"].correlate2d(image, kernel), right["correlate2d"](image, kernel))


def test_the_table_says_medians_ratios_and_aims():
    seconds = {
        "import torch": [2.0, 1.0, 4.0],
        "cold: ex05": [2.5, 9.0, 1.0],
        "saved: ex01.correlate2d, right": [0.1] * 3,
    }
    lines = table(seconds, {"judge": 280.4}).splitlines()
    assert "| import torch | 2.00 | 1.00 |  |" in lines
    assert "| cold: ex05 | 2.50 | 1.25 | ≤ 1.25× |" in lines
    assert "| saved: ex01.correlate2d, right | 0.10 | 0.05 | ≤ 0.08× and < 0.3 s |" in lines
    assert "| memory: judge | 280 MiB | | |" in lines
    assert lines[-1].startswith("Medians of 3")


@pytest.mark.parametrize("rounds", ["0", "-1", "x", "1.5"])
def test_what_makes_no_sense_gets_one_sentence_and_status_2(rounds):
    command = [sys.executable, "-m", "kit.bench", f"--rounds={rounds}"]
    done = processes.run(*command, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Argument --rounds: '{rounds}' is no whole number from 1")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_gpu_the_trial_on_one_says_so(capsys):
    assert gpu.main() == 2
    assert capsys.readouterr().err == "There is no GPU here on which PyTorch can compute.\n"


def test_the_trial_runs_every_step_and_tells_which_failed(monkeypatch, tmp_path, capsys):
    steps = [
        gpu.Step("good", ("-c", "print('one'); print('all | well')")),
        gpu.Step("bad", ("-c", "raise SystemExit(3)")),
    ]
    monkeypatch.setattr(gpu, "ASK", "raise SystemExit(0)")
    monkeypatch.setattr(gpu, "STEPS", steps)
    monkeypatch.setattr(gpu, "ROOT", tmp_path)
    assert gpu.main() == 1
    good, bad = (tmp_path / "out" / "bench-gpu.md").read_text().splitlines()[2:]
    assert good.startswith("| good | 0 | ")
    assert good.endswith(" | all   well |")
    assert bad.startswith("| bad | 3 | ")
    assert capsys.readouterr().out.startswith("good …\nbad …\n")


@pytest.mark.parametrize("step", gpu.STEPS, ids=lambda step: step.what)
def test_each_step_of_the_trial_is_a_command_that_there_is(step):
    flag, name = (*step.command, "")[:2]
    if flag == "-m":
        assert importlib.util.find_spec(name)
    elif flag != "-c":
        assert (ROOT / flag).exists()


@pytest.mark.slow
def test_whoever_has_changed_nothing_is_judged_by_what_is_kept(tmp_path):
    asked = "ex03", "ex07"
    learner = kept.Learner(tmp_path / "learner", "ex03_output_size", asked)
    assert learner.seconds(0).keys() == kept.AIMS.keys()
    kept_of = {}
    for state in learner.states(1):
        done = processes.run(sys.executable, "-m", "pytest", *asked, cwd=learner.folder)
        kept_of[state] = sorted(line[:4] for line in done.stdout.splitlines() if "(unchanged)" in line)
    assert kept_of == {kept.NOTHING: [], kept.CHANGED: ["ex07"], kept.SAME: ["ex03", "ex07"]}


@pytest.mark.slow
def test_a_watch_that_runs_is_measured_behind_the_wall(tmp_path):
    name = "ex01.correlate2d"
    ((exercise, function),) = find(name)
    watched = Watched(tmp_path / "exercises")
    watched.begin(exercise, right_answer(name))
    (right,) = watched.seconds_to([(f"done: {function}",)], exercise, function, right_answer(name))
    memory = watched.memory()
    watched.end()
    assert right > 0
    assert memory["judge"] > memory["learner"] > 0
