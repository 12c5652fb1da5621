"""Standard output on any terminal, or on none: what cannot be printed never ends a command."""

import codecs
import functools
import os
import select
import shutil
import sys
from collections.abc import Callable

NARROWEST, BROADEST = 40, 500  # columns to write in, whatever a terminal says of itself
IN_ASCII = {"─": "-", "·": "|", "…": "...", "×": "x", "°": " deg", "→": "->", "≤": "<=", "±": "+-", "²": "^2", "–": "-"}


def columns() -> int:
    """The columns to write in now: COLUMNS if that is a number above 0, else the terminal's, else 80."""
    return max(NARROWEST, min(BROADEST, shutil.get_terminal_size().columns))


def in_other_characters(error: UnicodeError) -> tuple[str, int]:
    """A codec's error handler: writes what an encoding lacks with characters that each has, or as an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(IN_ASCII.get(c) or c.encode("ascii", "backslashreplace").decode() for c in lacking), error.end


codecs.register_error("convkata", in_other_characters)


def accept_any_text() -> None:
    """Let standard output and standard error take every character, and be there at all."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # one that was closed, and that another file would be opened as
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="convkata")


def on_any_terminal(main: Callable[..., int]) -> Callable[..., int]:
    """Let the main function of a command print on any terminal; it ends where nobody reads on, as in `… | head -1`."""

    @functools.wraps(main)
    def run(arguments: list[str] | None = None) -> int:
        accept_any_text()
        try:
            status = main(arguments)
            sys.stdout.flush()
        except BrokenPipeError:
            if not nobody_reads():
                raise
            write_nowhere()
            return 1
        return status

    return run


def flush() -> None:
    """Let standard output and standard error have what was printed; where nobody reads, it disappears."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        write_nowhere()


def nobody_reads() -> bool:
    """Whether standard output or standard error is a pipe whose other end is closed."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    for descriptor in (1, 2):
        poll.register(descriptor, 0)  # errors are reported all the same
    return bool(poll.poll(0))


def write_nowhere() -> None:
    """Let what is still to be written, at the end of Python too, disappear."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
