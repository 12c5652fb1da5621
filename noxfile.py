"""Build a convolutional network by hand, one test at a time. Begin with: nox -s exercises"""

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).resolve().parent))
from kit.commands import environment, nox_hooks

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend, nox.options.reuse_venv = "uv|virtualenv", "yes"

COMMANDS = {  # modules of kit/, and pytest
    "exercises": "Judge what you wrote; `-- ex05` or `-- conv2d` for a part of it.",
    "watch": "Judge an exercise each time its file is saved; `-- ex05` to begin there.",
    "hint": "Give the next of three hints to a function: `-- conv2d`.",
    "reset": "Put the stub of an exercise back, and keep what was written: `-- ex05`.",
    "compare": "Show a function that is done beside the model answer: `-- conv2d`.",
    "expose": "Let a mistake of your own come back: which input shows it?",
    "see": "Draw on a page where a function fails: `-- conv2d`.",
    "gallery": "Draw what your functions make of pictures, on one page: `-- --help`.",
    "bench": "Measure how long a person waits; `-- --rounds=5`.",
    "grade": "Grade a submission, or a class: `-- CLASS --out grades/`; `-- --help`.",
    "train": "Train your network on birds and airplanes; `-- --help` lists what can be chosen.",
}
PROJECT = nox.project.load_toml("pyproject.toml")
nox_hooks.change(nox.virtualenv.VirtualEnv)


def command(session: nox.Session) -> None:
    """Run what has the session's name."""
    if session.python is False and (why := environment.misfit(PROJECT["project"]["requires-python"])):
        session.error(why)
    install(session, "test", *(["cluster"] if session.name == "grade" else []))
    module = "pytest" if session.name == "exercises" else f"kit.{session.name}"
    run(session, "-m", module, *nox_hooks.joined(session.posargs))


for name, sentence in COMMANDS.items():
    python = False if name in ("hint", "reset") else None  # they need nothing but Python
    nox.session(command, name=name, python=python, default=name == "exercises").__doc__ = sentence


@nox.session(default=False)
def solutions(session: nox.Session) -> None:
    """Judge the model answers, and the kit itself."""
    install(session, "test", "cluster")
    judge_and_test(session)


@nox.session(default=False)
def lowest(session: nox.Session) -> None:
    """For the kit's makers: the same with the lowest versions that pyproject.toml allows."""
    install(session, "test", "cluster", options=("--resolution=lowest-direct",))
    judge_and_test(session)


@nox.session(default=False)
def kit(session: nox.Session) -> None:
    """For the kit's makers: stubs anew, all known mistakes, some mutants, lint; `-- --mutants` judges all mutants."""
    install(session, "test", "lint")
    for words in nox_hooks.for_makers(session.posargs):
        run(session, *words)


def judge_and_test(session: nox.Session) -> None:
    """Judge the model answers; unless only a part of them is asked for, run the kit's own tests as well."""
    print("The model answers:", flush=True)
    run(session, "-m", "pytest", "--solutions", *session.posargs)
    if not session.posargs:
        print("Now the tests of the kit itself, which take minutes; each dot is one that holds:", flush=True)
        # Without pytest's cache, whose list of all these tests each run of a learner would read and write.
        run(session, "-m", "pytest", "tests/kit", "--assert=rewrite", "-pno:cacheprovider")


def install(session: nox.Session, *groups: str, options: tuple[str, ...] = ()) -> None:
    """Install the kit and these groups, unless just this was installed before."""
    if session.venv_backend == "none":  # --no-venv
        return
    venv, uv = session.virtualenv, nox.virtualenv.UV if session.venv_backend == "uv" else None
    requirements, folder = [*options, *environment.requirements(PROJECT, groups)], Path(venv.location)
    what = [str(Path.cwd()), *environment.all_that_matters(PROJECT), *requirements]
    if not environment.is_ready(folder, what) and session.run_install("python", "-c", "", log=False):
        nox_hooks.take_turn(folder.parent)
        if failure := environment.prepare(folder, what, requirements, nox_hooks.python_of(venv), uv):
            session.error(failure)
    nox_hooks.turn(folder.parent).release(force=True)


def run(session: nox.Session, *words: str) -> None:
    """Run Python; status 2, for input that makes no sense (pytest's is 4), is also nox's own status then."""
    python = nox_hooks.python_at_hand(session.python) if session.venv_backend == "none" else "python"
    try:
        session.run(python, *nox_hooks.joined(words), interrupt_timeout=60, log=False)  # trainings save at Ctrl-C
    except nox.command.CommandFailed as failed:
        if failed.reason in ("Returned code 2", "Returned code 4"):
            sys.exit(2)
        raise
