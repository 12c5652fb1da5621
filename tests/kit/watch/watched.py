"""`watch` in a terminal, and the folder that it watches."""

import shlex
import shutil
import sys

import pexpect

from kit.course.manifest import ROOT
from processes import children, environment

LONG = 60  # seconds to wait for what takes tenths of one; a test that waits as long has failed


class Screen:
    """A terminal in which watch runs, and the folder that it watches."""

    def __init__(self, folder, *arguments, columns=80, cwd=ROOT, **env):
        self.folder = folder
        watch = shlex.join([sys.executable, "-m", "kit.watch", *arguments, f"--folder={folder}"])
        shell = ["-c", f"trap : INT; {watch}; echo status $?; stty -a"]  # a shell that outlives Ctrl-C, as theirs does
        measured = {name: value for name, value in environment(**env).items() if name not in ("COLUMNS", "LINES")}
        about = {"cwd": cwd, "env": measured, "encoding": "utf-8", "dimensions": (40, columns)}
        self.terminal = pexpect.spawn("/bin/sh", shell, timeout=LONG, **about)
        self.text = ""

    def until(self, pattern):
        """Wait for what matches; returns what stood before it and with it, by lines."""
        self.terminal.expect(pattern)
        self.text = self.terminal.before + self.terminal.after
        return [line.rstrip() for line in self.text.splitlines()]

    def until_it_waits(self):
        return self.until("q quit")

    def press(self, key):
        self.terminal.send(key)

    def watch(self):
        """The process id of watch."""
        (pid,) = children(self.terminal.pid)
        return pid

    def path(self, name):
        return self.folder / f"{name}.py"

    def resize(self, columns):
        self.terminal.setwinsize(40, columns)

    def end(self):
        self.terminal.close(force=True)


def save(path, text):
    path.write_text(text, encoding="utf-8")


def solution(name):
    return (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")


def stubs(folder):
    shutil.copytree(ROOT / "exercises", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder
