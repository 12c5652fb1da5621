"""Single keys from a terminal, which is left as it was found."""

import os
import signal
import stat
import sys
from types import TracebackType
from typing import Self

try:
    import termios
    import tty
except ImportError:  # no terminal of this kind: no keys
    termios = None


class Keys:
    """Inside `with`, the terminal gives each key at once and shows none; without a terminal there are no keys."""

    def __init__(self) -> None:
        self.found: list | None = None
        self.on = termios is not None and sys.stdin is not None and sys.stdin.isatty()
        self.can_end = self.on or _is_pipe()

    def __enter__(self) -> Self:
        if self.on:
            self.found = termios.tcgetattr(sys.stdin)
            self._take()
            signal.signal(signal.SIGTSTP, self._sleep)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.give_back()

    def _take(self) -> None:
        tty.setcbreak(sys.stdin, termios.TCSANOW)

    def give_back(self) -> None:
        """Leave the terminal as it was found."""
        if self.found:
            termios.tcsetattr(sys.stdin, termios.TCSANOW, self.found)

    def _sleep(self, *_: object) -> None:
        """Ctrl-Z: the shell gets its terminal, and gives it back."""
        self.give_back()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._take()

    def fileno(self) -> int:
        """What to wait on."""
        return sys.stdin.fileno()

    def read(self) -> str:
        """The keys that were pressed; raises EOFError at the end of the input."""
        typed = os.read(self.fileno(), 100)
        if not typed or b"\x04" in typed:
            raise EOFError("The input has ended.")
        return typed.decode(errors="replace") if self.on else ""


def _is_pipe() -> bool:
    """Whether standard input has another side, which may hang up."""
    try:
        kind = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)
