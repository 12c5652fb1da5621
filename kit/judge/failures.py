"""Which checks have failed so far, known at once to all judges that work side by side: forks share the memory."""

import mmap

from kit.verdict.record import CheckKey


class Failures:
    """A mark for each check that has failed; make it before the judges that are to share it."""

    def __init__(self, keys: list[CheckKey]):
        self.places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        self.marks = mmap.mmap(-1, len(self.places) or 1)

    def mark(self, key: CheckKey) -> None:
        """This check has failed."""
        self.marks[self.places[key]] = 1

    def any_before(self, key: CheckKey) -> bool:
        """Whether a check of the same function has failed that comes before this one."""
        own, place = key[:2], self.places[key]
        return any(self.marks[n] for other, n in self.places.items() if n < place and other[:2] == own)
