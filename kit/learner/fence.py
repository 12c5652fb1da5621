"""A fence around a learner's code: what an exercise forbids, and the folders that hold the answers.

It keeps honest work honest and is no wall: Python code that wants to climb it can. It watches what is called, not what
is written (see kit.learner.forbidden).
"""

import os
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.no_looking import watcher

CLOSED = (ROOT / "solutions", ROOT / "tests")
GIVEN = (ROOT / "kit" / "given.py", ROOT / "kit" / "__pycache__")  # answers to earlier exercises
PROCESS_EVENTS = {
    *("os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec", "os.spawn", "os.kill", "os.killpg"),
    *("subprocess.Popen", "pty.spawn"),
}
C_EVENTS = ("ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle")  # by which PyTorch's operators are reached too
PATH_EVENTS = {  # how many paths come first among what each event tells
    **dict.fromkeys(("open", "os.listdir", "os.scandir", "os.remove", "os.rmdir", "os.truncate", "os.chmod"), 1),
    **dict.fromkeys(("os.rename", "os.link", "os.symlink", "shutil.copyfile", "shutil.move"), 2),
}


class NotAllowedError(Exception):
    """Raised inside a learner's code when it does what is not allowed; the judge knows of it, caught or not."""


class Fence:
    """Stops a learner's code where it does what is not allowed, and tells the judge of it at once."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell  # before the code goes on, which could make anything forgotten that is in this process
        self.has_told = False
        self.events = dict.fromkeys(PROCESS_EVENTS, "starting or stopping another process")
        self.modules: set[str] = set()  # that may not be imported
        self.around_calls: AbstractContextManager = nullcontext()  # looking costs at every operation

    def refuse(self, sentence: str) -> None:
        """Tell the sentence, so that catching the exception does not help, and raise it."""
        if not self.has_told:
            self.has_told = True
            self.tell(sentence)
        raise NotAllowedError(sentence)

    def forbid(self, kinds: list[str], functions: list[str]) -> None:
        """Take out what is forbidden, and for the life of this process the kit's versions of these functions."""
        if kinds:
            from kit.learner.dispatcher import take_out
            from kit.learner.forbidden import ForbiddenCalls

            self.events |= dict.fromkeys(C_EVENTS, "calling C's functions")
            self.around_calls = ForbiddenCalls(kinds, self.refuse)
            take_out(kinds, self.refuse)
        if "gradients" in kinds:
            from kit.learner.no_gradients import take_gradients_away

            take_gradients_away(self.refuse)
        if "numpy" in kinds:
            from kit.learner.no_numpy import NAME, take_numpy_away

            take_numpy_away(self.refuse)
            self.modules.add(NAME)
        if given := sys.modules.get("kit.given"):
            for name in functions:
                if hasattr(given, name):
                    setattr(given, name, self._refusing(f"calling kit.given's {name}, which is asked for here"))

    def _refusing(self, sentence: str) -> Callable:
        return lambda *_, **__: self.refuse(sentence)

    def close_folders(self, except_file: Path) -> None:
        """From here on, for the life of this process, refuse to open files in CLOSED or to start processes."""
        closed = tuple(os.path.realpath(folder) + os.sep for folder in (*CLOSED, *GIVEN))
        own = os.path.realpath(except_file)
        allowed = {own, os.path.dirname(own)}  # importing a neighbour lists the folder
        names = {
            folder.name for folder in CLOSED if not os.path.exists(os.path.join(os.path.dirname(own), folder.name))
        } | self.modules
        allowed |= {frame.f_code.co_filename for frame, _ in traceback.walk_stack(None)}  # tracebacks quote them
        cache = os.path.join(os.path.dirname(own), "__pycache__", Path(own).stem + ".")
        # What the watch asks is its own: the learner's code may put something else under these names.
        refuse, refused, reaching, separator = self.refuse, {**self.events}, {**PATH_EVENTS}, os.sep
        resolve, decode, path_kinds = os.path.realpath, os.fsdecode, (str, bytes, os.PathLike)
        imported, own_files, look = _imported_package, (own, str(except_file)), watcher(refuse, own)

        def watch(event: str, args: tuple) -> None:
            look(event, args)
            if event in refused:
                refuse(refused[event] + imported(own_files))
            elif event == "import" and args[0].partition(".")[0] in names:
                refuse(f"importing {args[0]}")  # before it is looked for: a wall hides the folder
            elif event in reaching:
                for place in args[: reaching[event]]:
                    path = resolve(decode(place)) if isinstance(place, path_kinds) else ""
                    if (path + separator).startswith(closed) and path not in allowed and not path.startswith(cache):
                        refuse(f"reading {separator.join(path.split(separator)[-2:])}")

        sys.addaudithook(watch)


def _imported_package(own_files: tuple[str, ...]) -> str:
    """What is being imported by the learner's file, where that is what does what is not allowed."""
    package = ""
    for frame, _ in traceback.walk_stack(None):
        if frame.f_code.co_filename in own_files:
            return f", as importing {package} does" if package else ""
        if frame.f_code.co_name == "<module>":
            package = str(frame.f_globals.get("__name__"))[:100]
    return ""
