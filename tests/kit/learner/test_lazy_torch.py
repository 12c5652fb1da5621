"""What a check must not import, since each of these costs seconds: in the judge, and in the learners' processes."""

import json
import os
import sys
import textwrap

import pytest

import processes
from kit.course.manifest import ROOT, exercises, find
from kit.learner.lazy_torch import needs_torch

HEAVY = ["torch._dynamo", "torch._inductor", "torch.distributed.tensor", "sympy", "torchvision", "matplotlib"]
EX03, EX05 = find("ex03")[0][0], find("ex05")[0][0]
# Judges report when they end, and after each check, which may be in another process. Learner processes and oracles
# report when they end: SIGTERM in place of SIGKILL lets them speak.
PLUGIN = """
import json, os, signal, sys
from pathlib import Path

import kit.learner.serve_forks

def report(who, file=None):
    line = json.dumps([who, [name for name in {heavy!r} if name in sys.modules]])
    print(line, file=file or open({found!r}, "a"), flush=True)

def pytest_unconfigure(): report("judge")
def pytest_runtest_teardown(): report("judge of a check")

def work_and_report(sock, job):
    file = open({found!r}, "a")  # before there is a wall

    def leave(*_):
        report(("oracle of " if "convkata-" in job.path else "") + Path(job.path).stem, file)
        end(0)

    end, os._exit = os._exit, leave
    signal.signal(signal.SIGTERM, leave)
    work_for(sock, job)

work_for, kit.learner.serve_forks.work_for = kit.learner.serve_forks.work_for, work_and_report
signal.SIGKILL = signal.SIGTERM
"""


@pytest.fixture
def found(tmp_path):
    """A function that runs the judge, and gives status, screen, and who had what of the heavy modules at its end."""

    def run(heavy, *arguments):
        (tmp_path / "reporting.py").write_text(PLUGIN.format(found=str(tmp_path / "found"), heavy=heavy))
        command = [sys.executable, "-m", "pytest", "-p", "reporting", *arguments]
        paths = os.pathsep.join([str(tmp_path), str(ROOT)])
        done = processes.run(*command, env={"PYTHONPATH": paths}, timeout=600, fresh=True)
        found = [json.loads(line) for line in (tmp_path / "found").read_text().splitlines()]
        return done.returncode, done.stdout, {who for who, _ in found}, [(who, had) for who, had in found if had]

    return run


def test_a_whole_run_imports_nothing_heavy(found):
    status, screen, who, heavy = found(HEAVY, "--solutions")
    assert status == 0, screen
    assert who == {"judge", "judge of a check", "nobody", *(exercise.name for exercise in exercises())}
    assert heavy == []


def test_what_is_not_about_tensors_is_judged_without_torch(found):
    status, screen, who, heavy = found(["torch", "numpy"], "--solutions", "ex03")
    assert status == 0, screen
    assert screen.startswith("convkata judges solutions/ without torch, ")
    assert who == {"judge", "judge of a check", "ex03_output_size"}
    assert heavy == []


WRONG = {
    "same_padding(kernel_size): return kernel_size": "cause: ",
    "receptive_field(layers): return float(right(layers))": "seen:  the number is right, but it is a float",
    "trace_sizes(n, layers): return [*range(999)]": "the answer differs",
    "conv_output_size(*args, **kwargs): raise TypeError('a' * 999)": "crashed: ",
}


@pytest.mark.parametrize("code", WRONG)
def test_nor_does_a_wrong_answer_with_its_card_and_its_cause_need_it(found, tmp_path, code):
    source = (ROOT / "solutions/ex03_output_size.py").read_text()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/ex03_output_size.py").write_text(f"{source}\n\nright = receptive_field\ndef {code}\n")
    status, screen, who, heavy = found(["torch", "numpy"], f"--folder={tmp_path / 'own'}", "ex03")
    assert status == 1
    assert WRONG[code] in screen
    assert who == {"judge", "judge of a check", "ex03_output_size", "oracle of ex03_output_size"}
    assert heavy == []


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("import math, os.path\nfrom collections import abc\n'\\d'", False),
        ("def f(:", False),
        ("\0", False),
        (None, False),
        ("import torch.nn as nn", True),
        ("def f():\n    import math, numpy", True),
        ("from kit.given import pair", True),
        ("from . import ex01_correlate", True),
        ("torch = __import__('torch')", True),
    ],
)
def test_a_file_that_may_import_torch_gets_it_beforehand(tmp_path, source, needed):
    path = tmp_path / "ex03_output_size.py"
    if source is not None:
        path.write_text(source)
    assert needs_torch(EX03, path) == needed
    assert needs_torch(EX05, path)


def test_a_tensor_that_arrives_all_the_same_is_read():
    code = """
        import sys
        from kit.verdict.values import show_value
        from kit.learner.protocol import unpack
        assert 'torch' not in sys.modules
        print(show_value(unpack({'tensor': ['int64', [2]]}, bytes(16))))
    """
    done = processes.run(sys.executable, "-c", textwrap.dedent(code))
    assert done.stdout == "torch.tensor([0, 0])\n", done.stderr
