"""Lines of JSON from another process, as they come."""

import json
import os
from collections.abc import Callable


class Lines:
    """Reads what a process of our own writes into a pipe, and ends the process."""

    def __init__(self, descriptor: int, end: Callable[[], None]):
        self.descriptor, self._end = descriptor, end
        self.unfinished = b""

    def fileno(self) -> int:
        """What to wait on."""
        return self.descriptor

    def read(self) -> list:
        """What has come; raises EOFError when the process has ended."""
        text = os.read(self.descriptor, 1 << 16)
        if not text:
            raise EOFError
        *lines, self.unfinished = (self.unfinished + text).split(b"\n")
        return [json.loads(line) for line in lines]

    def end(self) -> None:
        """End the process."""
        self._end()
        os.close(self.descriptor)
