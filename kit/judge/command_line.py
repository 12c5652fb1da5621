"""What pytest is asked to judge. `pytest --help` lists the options under "convkata"."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread would make forking unsafe
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")  # and so would a look at the GPU through its runtime

import atexit
import gc
import sys
from pathlib import Path

import pytest

from kit.judge.asking import Asked, folder_to_judge, what_is_asked
from kit.judge.kept import Kept, may_be_used
from kit.verdict.terminal import accept_any_text, flush

WITHOUT_XDIST = "Leave -n (pytest-xdist) out: the judge works on all cores by itself."


def pytest_addoption(parser: pytest.Parser) -> None:
    """See pytest."""
    group = parser.getgroup("convkata")
    group.addoption("--solutions", action="store_true", help="judge solutions/ instead of exercises/")
    group.addoption("--folder", type=Path, help="judge the exercise files of another folder: --folder=PATH")
    group.addoption("--all", action="store_true", help="judge also what is done and has not changed since")
    group.addoption("--seconds", default="5", help="for one call of learner code (default: 5)")
    group.addoption("--memory", default="4", help="GiB for a learner process (default: 4)")
    group.addoption("--in-process", action="store_true", help="for pdb and print: no second process; never counts")
    group.addoption("--fresh-interpreters", action="store_true", help="start learner processes without fork")
    require_wall = "end at once where the kernel has no wall for learner code (Linux has one, see kit.learner.wall)"
    group.addoption("--require-wall", action="store_true", help=require_wall)
    fork_server = "fork learner processes from a clean process on macOS too: quicker, and not tried there yet"
    group.addoption("--fork-server", action="store_true", help=fork_server)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Turn words like ex05 and conv2d into test files; what makes no sense ends the run with status 2."""
    accept_any_text()
    if config.option.help or config.option.version:
        return None
    try:
        asked = what_is_asked(config.args, not _has_words(config), config.rootpath)
        if asked.functions and (status := start_judge(config, asked)) is not None:
            return status
    except ModuleNotFoundError as error:
        install = "nox -s exercises installs it, and so does: pip install -e . pytest hypothesis"
        print(f"{error.name} is not installed here: {install}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    config.args[:] = asked.paths
    return None


def _has_words(config: pytest.Config) -> bool:
    """Whether somebody said what to judge; from a folder inside the project pytest takes that folder."""
    return config.args_source is pytest.Config.ArgsSource.ARGS


def start_judge(config: pytest.Config, asked: Asked) -> int | None:
    """Register the judge; if all that is asked for is known, tell it and return the exit status.

    It may import torch, which takes seconds, so it comes after everything that can be refused.
    """
    folder = folder_to_judge(config.option.folder, config.option.solutions, asked.folders)
    seconds, memory = positive(config, "seconds"), positive(config, "memory")
    if getattr(config.option, "numprocesses", None) or getattr(config.option, "tx", None):
        raise ValueError(WITHOUT_XDIST)
    if config.option.require_wall:
        require_wall(config)
    options = seconds, memory, config.option.fresh_interpreters, config.option.fork_server
    kept = Kept(asked.functions, options) if may_be_used(config, asked, folder) else None
    if kept and not kept.to_judge():
        from kit.judge.screen import show_known

        atexit.register(flush)  # pytest has taken back by then what rich did where nobody reads on
        return show_known(folder, asked, kept)
    atexit.register(leave_at_once, config)  # called after what torch registers, since it comes before
    gc.disable()  # it would look at torch's objects again and again while they are loaded: a tenth of the time
    from kit.judge.profiles import JUDGING, load_profile

    load_profile(getattr(config.option, "hypothesis_profile", None))
    config.option.hypothesis_profile = JUDGING  # Hypothesis' own plugin would load the other one again
    from kit.judge.plugin import register
    from kit.learner.workers import Limits

    if kept:
        files = {exercise.test_file.resolve() for exercise in kept.to_judge()}
        asked.paths = [path for path in asked.paths if Path(path).resolve() in files]
    config.args[:] = asked.paths
    register(config, folder, asked, Limits(call=seconds, memory=int(memory * (1 << 30))), kept)
    gc.enable()
    return None


def require_wall(config: pytest.Config) -> None:
    """Raise ValueError if learner code would run without a wall around it."""
    from kit.learner import wall

    gap = "There is no wall with --in-process." if config.option.in_process else wall.what_is_missing()
    if gap:
        raise ValueError(f"{gap} Without --require-wall the code is judged all the same.")


def leave_at_once(config: pytest.Config) -> None:
    """End pytest's process without taking torch's million objects apart, which is a twelfth of a short run.

    A test may run pytest within pytest: the status of that run is not the one of the process.
    """
    judge = config.pluginmanager.get_plugin("convkata")
    program = Path(getattr(sys.modules["__main__"], "__file__", None) or "")
    is_for_this = "pytest" in (program.name, program.parent.name) and [*config.invocation_params.args] == sys.argv[1:]
    if judge and judge.status is not None and is_for_this:
        flush()
        os._exit(judge.status)


def positive(config: pytest.Config, name: str) -> float:
    """The number above 0 that an option gives; raises ValueError if it is none."""
    text = config.getoption(name)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(f"--{name} takes a number above 0, not {text!r}.")
    return number
