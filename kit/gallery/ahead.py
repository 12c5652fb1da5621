"""Work in a fork of this process, while this one does something else: two cores share what takes longest."""

import os
import pickle
import signal
from collections.abc import Callable

from kit.learner.process import end_with_parent


class Ahead:
    """Begins with the work at once; what comes of it is asked for once.

    The fork runs what this process would have run, and so it is believed as far: its result comes as a pickle.
    """

    def __init__(self, work: Callable[[], object]):
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                end_with_parent()
                os.close(self.reading)
                with os.fdopen(writing, "wb") as file:
                    pickle.dump(outcome(work), file)
            finally:
                os._exit(0)
        os.close(writing)

    def result(self) -> object:
        """What the work gave; raises what it raised, or EOFError if the process ended before."""
        with os.fdopen(self.reading, "rb") as file:
            data = file.read()
        os.waitpid(self.pid, 0)
        if not data:
            raise EOFError
        value, error = pickle.loads(data)
        if error:
            raise error
        return value


def outcome(work: Callable[[], object]) -> tuple[object, BaseException | None]:
    """A value, or an exception in its place."""
    try:
        return work(), None
    except BaseException as error:
        return None, error
