"""A process that watches folders and writes a line of JSON for what is saved in them.

watchfiles runs a thread of its own, and the warm judge must have one thread alone, so that it can be forked.
"""

import itertools
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from kit.course.manifest import ROOT
from kit.watch.json_lines import Lines

QUIET_MS = 10  # a save is over when nothing has changed for so long; editors make several changes of one
LONGEST_MS = 200  # of a flood of changes that does not end
POLL_SECONDS = 0.2
SUFFIXES = (".py", ".toml")
REASONS = {  # what a person can do something about, by what the system's message says
    "Too many open files": "all inotify instances of this user are taken",
    "watch limit": "the limit of inotify watches is reached",
}


def file_events(folders: list[Path]) -> Lines:
    """Start the process. Each line is a dict: {"saved": paths}, or {"note": a sentence for the person}."""
    command = [sys.executable, "-m", "kit.watch.file_events", *map(str, folders)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=ROOT, **pipes, start_new_session=True)  # Ctrl-C is for the judge

    def end() -> None:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    return Lines(os.dup(process.stdout.fileno()), end)


def main() -> None:
    """Watch the folders that are named, until standard input ends with the process on its other side."""
    threading.Thread(target=_end_with_the_judge, daemon=True).start()
    folders = sys.argv[1:]
    if not is_to_poll():
        for saved in reported(folders):
            _write({"saved": saved})
    for saved in polled(folders):
        _write({"saved": saved})


def is_to_poll() -> bool:
    """Whether saves are not reported here, as far as is known: somebody says so, or it is Windows below Linux."""
    asked = os.environ.get("WATCHFILES_FORCE_POLLING", "").lower()
    return asked not in ("false", "disable", "disabled") if asked else "microsoft-standard" in platform.release()


def reported(folders: list[str]) -> Iterator[list[str]]:
    """What the system reports, save by save; the first is empty and says that from now on no save is overlooked.

    It ends at once, with a note, where the system reports none.
    """
    from watchfiles import watch

    timing = {"debounce": LONGEST_MS, "step": QUIET_MS, "rust_timeout": 100, "yield_on_timeout": True}
    options = {"raise_interrupt": False, "force_polling": False}
    told = False
    try:
        for changes in watch(*folders, watch_filter=_matters, **timing, **options):
            if changes or not told:
                yield sorted({path for _, path in changes})
                told = True
    except (OSError, RuntimeError) as error:
        reason = next((known for part, known in REASONS.items() if part in str(error)), error)
        _write({"note": f"The system reports no saves ({reason}), so the files are looked at every {POLL_SECONDS} s."})


def polled(folders: list[str]) -> Iterator[list[str]]:
    """The same by looking again and again. watchfiles can do that, but overlooks a second save in the same second."""
    before = _stamps(folders)
    yield []
    while True:
        time.sleep(POLL_SECONDS)
        now = _stamps(folders)
        if saved := sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path)):
            yield saved
        before = now


def _stamps(folders: list[str]) -> dict[str, tuple[int, ...]]:
    """For each file that matters, what a save changes."""
    walks = itertools.chain.from_iterable(os.walk(folder) for folder in folders)
    paths = [os.path.join(folder, name) for folder, _, names in walks for name in names if _matters(None, name)]
    return {path: stamp for path in paths if (stamp := _stamp(path))}


def _stamp(path: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _matters(_change: object, path: str) -> bool:
    return path.endswith(SUFFIXES)


def _write(event: dict) -> None:
    print(json.dumps(event), flush=True)


def _end_with_the_judge() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
