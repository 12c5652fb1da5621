"""A process that watches folders and writes a line of JSON for what changed in them.

watchfiles runs a thread of its own, and the warm judge must have one thread alone, so that it can be forked.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from kit.course.manifest import ROOT
from kit.watch.json_lines import Lines

QUIET_MS = 10  # a save is over when nothing has changed for so long; editors make several changes of one
LONGEST_MS = 200  # of a flood of changes that does not end
SUFFIXES = (".py", ".toml")


def saves(folders: list[Path]) -> Lines:
    """Start the process. Each line is a list of paths; the first one is empty and says that the watch stands."""
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
    from watchfiles import watch

    threading.Thread(target=_end_with_the_judge, daemon=True).start()
    timing = {"debounce": LONGEST_MS, "step": QUIET_MS, "rust_timeout": 100, "yield_on_timeout": True}
    told = False
    for changes in watch(*sys.argv[1:], watch_filter=_matters, raise_interrupt=False, **timing):
        if changes or not told:
            print(json.dumps(sorted({path for _, path in changes})), flush=True)
            told = True


def _matters(_change: object, path: str) -> bool:
    return path.endswith(SUFFIXES)


def _end_with_the_judge() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
