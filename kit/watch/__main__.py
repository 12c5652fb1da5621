"""Judges an exercise each time its file is saved, and moves on when it is done."""

import argparse
import gc
import os
import signal
import sys
from pathlib import Path

from kit.commands.options import OneSentenceParser, command_line, refuse
from kit.course.manifest import ROOT, UnknownNameError, exercises, find
from kit.verdict.terminal import on_any_terminal
from kit.watch.file_events import file_events
from kit.watch.keys import Keys
from kit.watch.progress import Progress
from kit.watch.request import Fresh
from kit.watch.screen import Screen
from kit.watch.watch import OWN, Watch

SAFE_TO_FORK = {"OPENBLAS_NUM_THREADS": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}  # see tests/conftest.py
OF_OTHERS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")  # what a person has set for pytest is not for the judge of watch


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """What is asked for; ends the program if it makes no sense."""
    parser = OneSentenceParser(command_line("watch"), description="Judge an exercise each time its file is saved.")
    parser.add_argument("exercise", nargs="?", default="ex01", metavar="ex05", help="where to begin")
    parser.add_argument("--folder", type=Path, default=ROOT / "exercises", help="watch another folder")
    parser.add_argument("--fresh-interpreters", action="store_true", help="start judges without fork")
    options = parser.parse_args(arguments)
    try:
        options.exercise = find(options.exercise)[0][0]
    except UnknownNameError as error:
        refuse(str(error))
    if not options.folder.is_dir():
        refuse(f"There is no folder {str(options.folder)!r}.")
    options.folder = options.folder.resolve()
    return options


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Watch until q, Ctrl-C, SIGTERM or the end of the input; after a change to the kit, start anew."""
    options = options_of(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.update(SAFE_TO_FORK)
    for name in OF_OTHERS:
        os.environ.pop(name, None)
    events = file_events([options.folder, *OWN])
    try:
        with Keys() as keys:
            watch = Watch(options.exercise, Progress(options.folder), Screen(), keys, events)
            status = start(watch, options)
    except KeyboardInterrupt:
        return 0
    finally:
        events.end()
    if watch.is_to_restart:
        again = [f"--folder={options.folder}", *(["--fresh-interpreters"] if options.fresh_interpreters else [])]
        os.execv(sys.executable, [sys.executable, "-m", "kit.watch.again", watch.focus.id, *again])
    return status


def start(watch: Watch, options: argparse.Namespace) -> int:
    """Watch with a warm judge, or where there is no fork with new ones; returns the exit status."""
    if options.fresh_interpreters or sys.platform != "linux":
        watch.screen.say("Without fork each verdict comes from a new interpreter and takes seconds.")
        return watch.loop(Fresh(options.folder))
    watch.screen.say("Loading PyTorch and the checks, once.")
    watch.begin()
    gc.disable()  # until the checks are there, as in tests/conftest.py
    from kit.judge.own_loop import ChecksError
    from kit.learner.process import can_fork
    from kit.watch.warm_judge import Forked, collect

    statuses = []

    def loop(session, judge) -> None:
        statuses.append(watch.loop(Forked(session, judge) if can_fork() else Fresh(options.folder)))

    try:
        collect(options.folder, [e.test_file for e in exercises()], loop, first=watch.focus.test_file)
    except ChecksError as error:
        watch.screen.say(f"The checks cannot be loaded: {error}. Once that is mended, start watch again.")
        return 1
    return statuses[0]


if __name__ == "__main__":
    sys.exit(main())
