"""Child processes of the tests: each has the same environment and default signal handlers, whoever runs the tests.

What a person has set for pytest, Python, nox or the terminal is not handed on; a test that is about such a setting
passes it by name.
"""

import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import warm_python
from kit.course.manifest import ROOT

HANDED_ON = {  # what a process needs to start at all, and where it may write
    *("PATH", "HOME", "USER", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH"),
    *(
        "PYTHONPYCACHEPREFIX",
        "OPENBLAS_CORETYPE",
        "OPENBLAS_L2_SIZE",
        "CUDA_VISIBLE_DEVICES",
        "HIP_VISIBLE_DEVICES",
    ),
}
SCREEN = {
    "COLUMNS": "80",
    "LINES": "40",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "PYTHONIOENCODING": "utf-8",
    "LC_ALL": "C.UTF-8",
}


def handle_signals_by_default():
    """Undo what a caller has told this process to ignore or to hold back: a child does what its parent does.

    A shell ignores SIGINT and SIGQUIT for each background job of a script, and nohup ignores SIGHUP. Signals that a
    process handles, as this one does SIGINT from now on, have their default effect in its children.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGHUP", "SIGQUIT", "SIGTERM", "SIGCHLD", "SIGALRM", "SIGUSR1", "SIGWINCH"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, [])


def environment(**more):
    """The environment of a child process, with more variables by name."""
    return {name: value for name, value in os.environ.items() if name in HANDED_ON} | SCREEN | more


def start(*command, env=None, **options):
    """Start a process in the project's folder, as subprocess.Popen does; `env` is added to its environment."""
    return subprocess.Popen(command, env=environment(**(env or {})), **{"cwd": ROOT, "text": True, **options})


def run(*command, env=None, fresh=False, **options):
    """Run a process to its end and keep what it prints, as subprocess.run does; `env` is added to its environment.

    A module is run in a fork of a warm process, unless a `fresh` one is what the test is about.
    """
    options = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 300, **options}
    surroundings = environment(**(env or {}))
    if not fresh and warm_python.can_run(command, surroundings, env or {}, options):
        return warm_python.run(command, surroundings, options)
    return subprocess.run(command, env=surroundings, **options)


def run_pytest(*arguments, folder=None, **options):
    """Run pytest on its own; returns its exit status and what it printed."""
    where = [f"--folder={folder}"] if folder else []
    done = run(sys.executable, "-m", "pytest", *where, *arguments, **options)
    assert done.stderr == "" or done.returncode == 2, done.stderr
    return done.returncode, done.stdout + done.stderr


def say_running(path):
    """A statement of a learner's file that tells `who_runs`: behind the wall it can lock a file, and write none."""
    path.touch()
    return f"__import__('fcntl').lockf(__import__('os').open({str(path)!r}, 0), 1)"


def who_runs(path):
    """The id of the process that has said so; 0 before it has."""
    import fcntl

    lock = struct.Struct("hhqqi4x")  # struct flock of fcntl(2): what others have that keeps us from writing
    with open(path, "r+") as file:
        kind, _, _, _, pid = lock.unpack(fcntl.fcntl(file, fcntl.F_GETLK, lock.pack(fcntl.F_WRLCK, 0, 0, 0, 0)))
    return 0 if kind == fcntl.F_UNLCK else pid


def children(pid):
    """The ids of the processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid):
    """Its children, their children, and so on."""
    own = children(pid)
    return own + [each for child in own for each in descendants(child)]


def is_running(pid):
    """Whether a process still runs; one that has ended may wait a while until the system collects it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
