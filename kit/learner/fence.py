"""A fence around a learner's code: what an exercise forbids, and the folders that hold the answers.

It keeps honest work honest and is no wall: Python code that wants to climb it can. It watches what is called, not what
is written (see kit.learner.forbidden).
"""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from kit.course.manifest import ROOT

CLOSED = (ROOT / "solutions", ROOT / "tests")
PROCESS_EVENTS = {
    *("os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec", "os.spawn", "os.kill", "os.killpg"),
    *("subprocess.Popen", "pty.spawn"),
}
PATH_EVENTS = {  # how many paths come first among what each event tells
    **dict.fromkeys(("open", "os.listdir", "os.scandir", "os.remove", "os.rmdir", "os.truncate", "os.chmod"), 1),
    **dict.fromkeys(("os.rename", "os.link", "os.symlink", "shutil.copyfile", "shutil.move"), 2),
}


class NotAllowedError(Exception):
    """Raised inside a learner's code when it does what is not allowed; the fence remembers it if it is caught."""


class Fence:
    """Remembers the first thing in a learner's code that is not allowed, and stops it there."""

    def __init__(self) -> None:
        self.broken: str | None = None
        self.around_calls: AbstractContextManager = nullcontext()  # looking costs at every operation
        self.ban = None

    def refuse(self, sentence: str) -> None:
        """Remember the sentence, so that catching the exception does not help, and raise it."""
        self.broken = self.broken or sentence
        raise NotAllowedError(sentence)

    def forbid(self, kinds: list[str], functions: list[str]) -> None:
        """Take out what is forbidden, and for the life of this process the kit's versions of these functions."""
        if kinds:
            from kit.learner.dispatcher import Ban
            from kit.learner.forbidden import ForbiddenCalls

            self.around_calls, self.ban = ForbiddenCalls(kinds, self.refuse), Ban(kinds, self.refuse)
        if given := sys.modules.get("kit.given"):
            for name in functions:
                if hasattr(given, name):
                    setattr(given, name, self._refusing(f"calling kit.given's {name}, which is asked for here"))

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """While active, nothing is forbidden to call."""
        if not self.ban:
            yield
            return
        around_calls, self.around_calls = self.around_calls, nullcontext()
        self.ban.put_back()
        try:
            yield
        finally:
            self.ban.take_out()
            self.around_calls = around_calls

    def _refusing(self, sentence: str) -> Callable:
        return lambda *_, **__: self.refuse(sentence)

    def close_folders(self, except_file: Path) -> None:
        """From here on, for the life of this process, refuse to open files in CLOSED or to start processes."""
        closed = tuple(os.path.realpath(folder) + os.sep for folder in CLOSED)
        own = os.path.realpath(except_file)
        allowed = {own, os.path.dirname(own)}  # importing a neighbour lists the folder
        names = {
            folder.name for folder in CLOSED if not os.path.exists(os.path.join(os.path.dirname(own), folder.name))
        }
        allowed |= {frame.f_code.co_filename for frame, _ in traceback.walk_stack(None)}  # tracebacks quote them
        cache = os.path.join(os.path.dirname(own), "__pycache__", Path(own).stem + ".")
        # What the watch asks is its own: the learner's code may put something else under these names.
        refuse, starting, reaching, separator = self.refuse, frozenset(PROCESS_EVENTS), {**PATH_EVENTS}, os.sep
        resolve, decode, path_kinds = os.path.realpath, os.fsdecode, (str, bytes, os.PathLike)

        def watch(event: str, args: tuple) -> None:
            if event in starting:
                refuse("starting or stopping another process")
            elif event == "import" and args[0].partition(".")[0] in names:
                refuse(f"importing {args[0]}")  # before it is looked for: a wall hides the folder
            elif event in reaching:
                for place in args[: reaching[event]]:
                    path = resolve(decode(place)) if isinstance(place, path_kinds) else ""
                    if (path + separator).startswith(closed) and path not in allowed and not path.startswith(cache):
                        refuse(f"reading {separator.join(path.split(separator)[-2:])}")

        sys.addaudithook(watch)
