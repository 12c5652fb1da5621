"""What happens if the gallery cannot be saved."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from kit.commands.options import refuse


@contextlib.contextmanager
def saving(out: Path) -> Iterator[None]:
    """End the program with one sentence and status 2 if something cannot be saved."""
    try:
        yield
    except OSError as error:
        refuse(f"Nothing can be saved in {out}: {error.strerror}.")
