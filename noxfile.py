# /// script
# dependencies = ["nox[uv]>=2026.10.20"]
# ///
"""Build a convolutional network by hand, one test at a time. Begin with: nox -s exercises"""

import os
import sys

import nox

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend, nox.options.reuse_venv = "uv|virtualenv", "yes"

COMMANDS = {  # modules of kit/, and pytest
    "exercises": "Judge what you wrote; `-- ex05` or `-- conv2d` for a part of it.",
    "watch": "Judge an exercise each time its file is saved; `-- ex05` to begin there.",
    "hint": "Give the next of three hints to a function: `-- conv2d`.",
    "reset": "Put the stub of an exercise back, and keep what was written: `-- ex05`.",
    "compare": "Show a function that is done beside the model answer: `-- conv2d`.",
    "gallery": "Draw what your functions make of pictures, on one page: `-- --help`.",
    "bench": "Measure how long a person waits; `-- --rounds=5`.",
    "train": "Train your network on birds and airplanes; `-- --help` lists what can be chosen.",
}
HAS_TORCH = "import importlib.util; print(importlib.util.find_spec('torch') is not None)"


def command(session: nox.Session) -> None:
    """Run what has the session's name."""
    if session.python is not False:
        install(session, "test")
    module = "pytest" if session.name == "exercises" else f"kit.{session.name}"
    run(session, sys.executable if session.python is False else "python", "-m", module, *session.posargs)


for name, sentence in COMMANDS.items():
    python = False if name in ("hint", "reset") else None  # they need nothing but Python
    nox.session(command, name=name, python=python, default=name == "exercises").__doc__ = sentence


@nox.session(default=False)
def solutions(session: nox.Session) -> None:
    """Judge the model answers, and the kit itself."""
    install(session, "test")
    run(session, "pytest", "--solutions", *session.posargs)
    if not session.posargs:
        run(session, "pytest", "tests/kit", "--assert=rewrite")


@nox.session(default=False)
def kit(session: nox.Session) -> None:
    """For the kit's makers: write the stubs anew, judge every known mistake, lint."""
    install(session, "test", "lint")
    for line in ("python -m kit.course.stubs", "python tests/kit/bank.py", "ruff check .", "ruff format --check ."):
        run(session, *line.split())


def install(session: nox.Session, *groups: str) -> None:
    """Install the kit; the first time, let uv choose the build of torch that fits this machine's driver."""
    what = ["-e.", *(f"--group={group}" for group in groups)]
    by_uv = session.venv_backend == "uv" and "UV_TORCH_BACKEND" not in os.environ
    if by_uv and "True" not in session.run("python", "-c", HAS_TORCH, silent=True, log=False):
        session.log("Asking PyTorch's index for the build of torch that fits this machine.")
        try:
            return session.install("-qq", *what, env={"UV_TORCH_BACKEND": "auto"})
        except nox.command.CommandFailed:
            session.log("It cannot be reached. Taking the registry's build; on Linux that is CUDA's, 5.4 GB on disk.")
    return session.install(*what)


def run(session: nox.Session, *command: str) -> None:
    """Run a command; status 2, which stands for input that makes no sense, is also nox's own status then."""
    try:
        session.run(*command, interrupt_timeout=60)  # after Ctrl-C a training saves what it has
    except nox.command.CommandFailed as failed:
        if failed.return_code == 2:
            sys.exit(2)
        raise
