"""A picture that is drawn while watch goes on: another program does it, since its room is above this one."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from kit.course.manifest import ROOT


class Drawing:
    """The program that draws a failure; it writes on this terminal itself, and is readable once it has ended."""

    def __init__(self, function: str, folder: Path):
        self.own = tempfile.TemporaryDirectory(prefix="convkata-")  # of a program that may be killed
        self.reading, writing = os.pipe()  # which ends with the program and all that it has started
        command = [sys.executable, "-m", "kit.see", function, f"--folder={folder}", f"--out={folder.parent / 'out'}"]
        about = {"cwd": ROOT, "env": os.environ | {"TMPDIR": self.own.name}, "start_new_session": True}
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(writing,), **about)
        os.close(writing)

    def fileno(self) -> int:
        """For select."""
        return self.reading

    def end(self) -> None:
        """End it, if it has not ended, and remove what it leaves behind."""
        self.process.terminate()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.reading)
        self.own.cleanup()
