"""`python -m …` in a fork of a process that has imported what takes seconds, in place of a new interpreter.

A test that runs pytest waits for pytest and not for torch. Nothing of the tests' own process is in that fork: the fork
server of multiprocessing is a new interpreter, with the environment that all child processes of the tests have.
"""

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

HAS_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
SHADOWS = "sitecustomize.py", "usercustomize.py", "torch.py"  # what counts when Python starts, or in place of ours
CONTEXT = multiprocessing.get_context("forkserver" if HAS_FORKS else None)
CONTEXT.set_forkserver_preload(["warm_imports"])


def can_run(command: tuple, environment: dict[str, str], told: dict, options: dict) -> bool:
    """Whether a fork is as good: a module is run, and nothing is asked for that counts when Python starts."""
    folders = environment.get("PYTHONPATH", "").split(os.pathsep)
    return (
        HAS_FORKS
        and [*map(str, command[:2])] == [sys.executable, "-m"]
        and not any(name.startswith("PYTHON") for name in told.keys() - {"PYTHONPATH", "PYTHONIOENCODING"})
        and environment["PYTHONIOENCODING"]
        and not any(Path(folder, name).exists() for folder in folders for name in SHADOWS)
        and options.keys() <= {"cwd", "capture_output", "text", "timeout", "encoding"}
    )


def run(command: tuple, environment: dict[str, str], options: dict) -> subprocess.CompletedProcess:
    """Run `python -m MODULE ARGUMENTS`, as subprocess.run does with its output kept."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        about = [*map(str, command[2:])], environment, str(options["cwd"]), str(out), str(err)
        process = CONTEXT.Process(target=become, args=about)
        warm = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parent)}  # for warm_imports
        with mock.patch.dict(os.environ, environment | warm, clear=True):
            process.start()  # the first one starts the fork server, which keeps this environment
        process.join(options["timeout"])
        if process.is_alive():
            process.kill()
            raise subprocess.TimeoutExpired(command, options["timeout"], out.read_bytes())
        texts = (path.read_text(options.get("encoding") or "utf-8") for path in (out, err))
        return subprocess.CompletedProcess(command, process.exitcode, *texts)


def become(words: list[str], environment: dict[str, str], folder: str, out: str, err: str) -> None:
    """In the fork: be a new interpreter that runs this module."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout.reconfigure(encoding=environment["PYTHONIOENCODING"])
    sys.stderr.reconfigure(encoding=environment["PYTHONIOENCODING"])
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tests, named = Path(__file__).parent.parent, environment.get("PYTHONPATH")
    own = [path for path in sys.path if path and not Path(path).is_relative_to(tests)]
    sys.path[:] = [os.getcwd(), *(named.split(os.pathsep) if named else []), *own]
    sys.argv[:] = ["-m", *words[1:]]
    sys.dont_write_bytecode = False  # as in any process of these tests, whatever the caller has set for Python
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
