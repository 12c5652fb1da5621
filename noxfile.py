#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox[uv]>=2026.10.20"]
# ///
"""Build a convolutional network by hand, one test at a time. Begin with: nox -s exercises"""

import os
import sys

import nox

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"

HAS_TORCH = "import importlib.util; print(importlib.util.find_spec('torch') is not None)"


@nox.session
def exercises(session: nox.Session) -> None:
    """Judge what you wrote; `-- ex05` or `-- conv2d` for a part of it."""
    install(session, "test")
    run(session, "pytest", *session.posargs)


@nox.session(default=False)
def solutions(session: nox.Session) -> None:
    """Judge the model answers, and the kit itself."""
    install(session, "test")
    run(session, "pytest", "--solutions", *session.posargs)
    if not session.posargs:
        run(session, "pytest", "tests/kit", "--assert=rewrite")


@nox.session(default=False)
def train(session: nox.Session) -> None:
    """Train your network on birds and airplanes; `-- --help` lists what can be chosen."""
    install(session)
    run(session, "python", "-m", f"kit.{session.name}", *session.posargs)


nox.session(train.func, name="gallery", default=False).__doc__ = "Draw what your functions make of pictures."


@nox.session(default=False)
def compare(session: nox.Session) -> None:
    """Show a function that is done beside the model answer: `-- conv2d`."""
    install(session, "test")
    run(session, "python", "-m", "kit.compare", *session.posargs)


@nox.session(default=False, python=False)
def hint(session: nox.Session) -> None:
    """Give the next of three hints to a function: `-- conv2d`."""
    run(session, sys.executable, "-m", "kit.hint", *session.posargs)


@nox.session(default=False, python=False)
def reset(session: nox.Session) -> None:
    """Put the stub of an exercise back, and keep what was written: `-- ex05`."""
    run(session, sys.executable, "-m", "kit.reset", *session.posargs)


@nox.session(default=False)
def kit(session: nox.Session) -> None:
    """For the kit's makers: write the stubs anew, judge every known mistake, lint."""
    install(session, "test", "lint")
    run(session, "python", "-m", "kit.stubs")
    run(session, "python", "tests/kit/bank.py")
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")


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
        session.run(*command)
    except nox.command.CommandFailed as failed:
        if failed.return_code == 2:
            sys.exit(2)
        raise


if __name__ == "__main__":
    nox.main()
