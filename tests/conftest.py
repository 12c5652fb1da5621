"""Which folder is judged and with how many examples. `pytest --help` lists the options under "convkata"."""

import atexit
import gc
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread would make forking unsafe
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")  # and so would a look at the GPU through its runtime

import sys
from pathlib import Path

import pytest

from kit.course import manifest
from kit.verdict.terminal import accept_any_text, flush


def pytest_addoption(parser):
    group = parser.getgroup("convkata")
    group.addoption("--solutions", action="store_true", help="judge solutions/ instead of exercises/")
    group.addoption("--folder", type=Path, help="judge the exercise files of another folder: --folder=PATH")
    group.addoption("--seconds", default="5", help="for one call of learner code (default: 5)")
    group.addoption("--memory", default="4", help="GiB for a learner process (default: 4)")
    group.addoption("--in-process", action="store_true", help="for pdb and print: no second process; never counts")
    group.addoption("--fresh-interpreters", action="store_true", help="start learner processes without fork")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Turn words like ex05 and conv2d into test files; what makes no sense ends the run with status 2."""
    accept_any_text()
    if config.option.help or config.option.version:
        return None
    try:
        folder = folder_to_judge(config.option)
        limits = {"seconds": positive(config, "seconds"), "gibibytes": positive(config, "memory")}
        asked, config.args[:], single = what_is_asked(config.args)
        if asked:
            start_judge(config, folder, asked, single, limits)
    except ModuleNotFoundError as error:
        print(
            f"{error.name} is not installed here: pip install -e . --group test, or nox -s exercises", file=sys.stderr
        )
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return None


def start_judge(config, folder, asked, single, limits):
    """Register the judge and how many examples it draws. May import torch, which takes seconds, so it comes last."""
    atexit.register(leave_at_once, config)  # called after what torch registers, since it comes before
    gc.disable()  # it would look at torch's objects again and again while they are loaded: a tenth of the time
    from hypothesis import Phase, settings
    from hypothesis.errors import InvalidArgument
    from hypothesis.internal.conjecture import providers

    from kit.judge.plugin import Judge

    # Hypothesis would read kit/ for numbers to try, and draw other examples when one module more is loaded.
    providers.is_local_module_file = lambda _: False

    common = {
        "deadline": None,  # the learner process has a limit of its own
        "database": None,
        "print_blob": False,
        "report_multiple_bugs": False,
        "phases": set(Phase) - {Phase.explain},
    }
    settings.register_profile("same-examples", max_examples=20, derandomize=True, **common)
    settings.register_profile("fresh-seed", max_examples=100, derandomize=False, **common)
    try:
        settings.load_profile(config.option.hypothesis_profile or "same-examples")
    except InvalidArgument as error:
        raise ValueError(f"{error}.") from error
    config.pluginmanager.register(Judge(config, folder, asked, single, **limits), "convkata")
    gc.enable()


def leave_at_once(config):
    """End pytest's process without taking torch's million objects apart, which is a twelfth of a short run."""
    judge = config.pluginmanager.get_plugin("convkata")
    program = Path(getattr(sys.modules["__main__"], "__file__", None) or "")
    if judge and judge.status is not None and "pytest" in (program.name, program.parent.name):
        flush()
        os._exit(judge.status)


def folder_to_judge(option):
    """The folder that the options name; raises ValueError if there is no such folder."""
    folder = option.folder or manifest.ROOT / ("solutions" if option.solutions else "exercises")
    if not folder.is_dir():
        raise ValueError(f"There is no folder {str(folder)!r}.")
    return folder.resolve()


def positive(config, name):
    """The number above 0 that an option gives; raises ValueError if it is none."""
    text = config.getoption(name)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(f"--{name} takes a number above 0, not {text!r}.")
    return number


def what_is_asked(args):
    """From command line words: functions by exercise, test paths, and whether single checks were named."""
    asked, paths = {}, []
    for arg in args:
        path = Path(arg.split("::")[0]).resolve()
        if path.exists():
            paths.append(arg)
            found = [(e, None) for e in manifest.exercises() if e.test_file.is_relative_to(path)]
        else:
            found = manifest.find(arg)
            paths += [str(exercise.test_file) for exercise, _ in found]
        for exercise, function in found:
            functions = [function] if function else list(exercise.checks)
            asked[exercise] = [f for f in exercise.checks if f in {*asked.get(exercise, ()), *functions}]
    return asked, list(dict.fromkeys(paths)), any("::" in arg for arg in args)
