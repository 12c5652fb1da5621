"""What the noxfile changes in nox: one nox at a time makes an environment, and nox repeats nothing that was said."""

import functools
import logging
import re
import shutil
import sys
from pathlib import Path

import filelock  # comes with nox

from kit.commands import environment

SAID_ALREADY = re.compile(  # by the last line of what ran, or by the kit
    r"Running session|Session \S+ (failed\.|was successful|interrupted)|Interrupted|Command .* exit code [124]$"
    r"|(Creating|Re-?using).* virtual environment|Error while collecting sessions"
)


def is_news(record: logging.LogRecord) -> bool:
    """A filter of nox's log. A session that nox does not know is most often a forgotten `--`."""
    text = record.getMessage()
    if text.startswith("Sessions not found: "):
        words = text.partition(": ")[2].replace(",", "")
        print(f"There is no session {words}; nox -l lists them.", end=" ")
        print(f"If that is what to judge, -- comes before it: nox -s exercises -- {words}", flush=True)
        sys.exit(2)
    return not SAID_ALREADY.match(text)


logging.getLogger("filelock").setLevel(logging.WARNING)


@functools.cache
def turn(folder: Path) -> filelock.BaseFileLock:
    """What one nox at a time holds while it makes an environment in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(folder / ".lock")


def take_turn(folder: Path) -> None:
    """Wait until no other nox makes an environment in a folder."""
    try:
        turn(folder).acquire(timeout=0)
    except filelock.Timeout:
        print("Another nox prepares an environment here. This one waits for it.", flush=True)
        turn(folder).acquire()


def python_of(venv: object) -> str:
    """Which Python an environment of nox is to have."""
    return str(venv.interpreter or "{}.{}".format(*sys.version_info))


def keep_only_what_is_whole(virtual_env: type) -> None:
    """Let nox's class for environments make one anew if it is broken, half made, or of another Python.

    nox does it before it calls a session; so this is the place to take turns.
    """
    create = virtual_env.create

    def create_in_turn(venv: object) -> bool:
        folder, python = Path(venv.location), python_of(venv)
        if not (venv.reuse_existing and environment.is_whole(folder, python)):
            try:
                take_turn(folder.parent)
            except OSError as error:
                print(f"No environment can be made here: {error.strerror}: {error.filename}. ", end="")
                print("With the Python at hand: nox --no-venv; in another place: nox --envdir=FOLDER", flush=True)
                sys.exit(2)
            venv.reuse_existing = venv.reuse_existing and environment.is_whole(folder, python)
        return create(venv)

    virtual_env.create = create_in_turn


def joined(words: list[str]) -> list[str]:
    """The words with `--folder PATH` as `--folder=PATH`; pytest takes PATH for the project, before it knows options."""
    words = list(words)
    for place in reversed(range(len(words) - 1)):
        if words[place] == "--folder" and not words[place + 1].startswith("-"):
            words[place : place + 2] = [f"--folder={words[place + 1]}"]
    return words


def change(venv: type) -> None:
    """Make these changes, with nox's class of environments."""
    keep_only_what_is_whole(venv)
    logging.getLogger("nox").addFilter(is_news)


def python_at_hand(wanted: object) -> str:
    """The Python to run without an environment of nox: the first one on PATH, or for False nox's own."""
    return (shutil.which("python") if wanted is not False else None) or sys.executable


def for_makers(words: list[str]) -> list[list[str]]:
    """What `nox -s kit` runs Python with: everything that must hold of a commit, or with --mutants all mutants."""
    if "--mutants" in words:
        return [["tests/kit/mutants.py", *(word for word in words if word != "--mutants")]]
    lines = "-m kit.course.stubs", "tests/kit/bank.py", "tests/kit/mutants.py --sample=40"
    return [line.split() for line in (*lines, "-m ruff check .", "-m ruff format --check .")]
