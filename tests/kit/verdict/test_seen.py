"""What the card says it has seen of a learner's wrong answers, in a whole run of the judge."""

import json
import sys

import pytest

import processes
from kit.course.manifest import ROOT

WRAPPED = """{solution}

import types
right = types.ModuleType("right")
exec({solution!r}, vars(right))
"""
WRONG = {  # exercise: function: (what becomes of the right answer, what the card says of it)
    "ex01_correlate": {
        "correlate2d": ("a.to(torch.float16)", "cut off: the dtype is torch.float16, want torch."),
        "convolve2d": ("a + 5", "every number is 5 too large"),
    },
    "ex02_kernels": {
        "box_blur": ("a[None]", "the answer has a dimension too many: ("),
        "prewitt": ("a + 0j", "the numbers are right, but the dtype is torch.complex64, want torch.float32"),
        "edge_strength": ("-a", "every number has the wrong sign"),
        "learn_kernel": ("a * float('nan')", "the answer holds nan or inf: "),
    },
    "ex03_output_size": {
        "conv_output_size": ("a - 1", "every number is 1 too small"),
        "same_padding": ("None", "the function gives None: does its last line return the answer?"),
        "receptive_field": ("float(a)", "the number is right, but it is a float and should be an int"),
    },
    "ex04_padding_stride": {
        "pad2d": ("a[1:]", "the answer has 1 row too few"),
        "correlate2d": (
            "a + torch.ones_like(a).index_fill(0, torch.arange(1, max(1, len(a) - 1)), 0)",
            "right in the interior, wrong at the border",
        ),
    },
    "ex05_conv2d": {
        "correlate_volume": ("a.mT", "rows and columns of the answer are exchanged"),
        "stack_filters": ("a.squeeze(0)", "the answer has lost a dimension: ("),
        "conv2d": ("torch.cat([a[:1], a[1:] * 0])", "right for the first sample of a batch, wrong for the others"),
    },
    "ex06_pooling": {
        "max_pool2d": ("a.detach()", "no gradient arrives: "),
        "avg_pool2d": ("torch.cat([a[:, :1], a[:, 1:] + 1 / 3], 1)", "right for the first channel or map, wrong for"),
        "subsample": ("a * 3", "every number is 3 times what it should be"),
    },
}  # fmt: skip
PLUGIN = """
import io
import json
from rich.console import Console
from kit.verdict.board import Report

def pytest_sessionfinish(session):
    judge = session.config.pluginmanager.get_plugin("convkata")
    failures = [s.failure for s in judge.record.standings() if s.failure]
    consoles = [Console(file=io.StringIO(), width=100, soft_wrap=True) for _ in failures]
    for failure, console in zip(failures, consoles):
        Report(judge.record, judge.folder, "pytest", judge.diagnosis, console=console).card(failure)
    screens = [console.file.getvalue().rstrip("\\n") for console in consoles]
    open({found!r}, "w").write(json.dumps([[f.exercise.name, f.function, s] for f, s in zip(failures, screens)]))
"""


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """What the card of each function of WRONG shows, from one run of the judge."""
    folder, plugins = tmp_path_factory.mktemp("exercises"), tmp_path_factory.mktemp("plugins")
    for name, functions in WRONG.items():
        source = WRAPPED.format(solution=(ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8"))
        for function, (becomes, _) in functions.items():
            source += f"\n\ndef {function}(*args, **kw):\n    a = right.{function}(*args, **kw)\n    return {becomes}\n"
        (folder / f"{name}.py").write_text("import torch\n" + source, encoding="utf-8")
    (plugins / "cards_of_all.py").write_text(PLUGIN.format(found=str(plugins / "found.json")))
    asked = [f"{name}.{function}" for name, functions in WRONG.items() for function in functions]
    command = [sys.executable, "-m", "pytest", f"--folder={folder}", "-p", "cards_of_all", *asked]
    done = processes.run(*command, env={"PYTHONPATH": str(plugins)})
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads((plugins / "found.json").read_text())
    return {(name, function): screen for name, function, screen in found}


@pytest.mark.parametrize(("name", "function"), [(name, function) for name in WRONG for function in WRONG[name]])
def test_the_card_of_a_learners_wrong_answer_shows_its_pattern(cards, name, function):
    seen = [line for line in cards[name, function].splitlines() if line.startswith("  seen:  ")]
    assert seen, cards[name, function]
    assert seen[0].startswith(f"  seen:  {WRONG[name][function][1]}")
