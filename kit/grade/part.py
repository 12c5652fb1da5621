"""One exercise of one submission: its file with the modules that it imports. Parts are judged each for itself."""

import base64
import hashlib
import json
from dataclasses import dataclass, field

from kit.course.manifest import Exercise, exercises


@dataclass(frozen=True)
class Part:
    """An exercise, and the files that its verdict hangs on: by their names in the folder of the exercise file."""

    exercise: Exercise
    files: dict[str, bytes] = field(hash=False)

    @property
    def is_there(self) -> bool:
        """Whether the exercise was handed in at all."""
        return f"{self.exercise.name}.py" in self.files

    def hashes(self) -> dict[str, str]:
        """A hash of each file."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(self.files.items())}

    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))

    def as_plain(self) -> dict:
        """What JSON can carry to another machine."""
        files = {name: base64.b64encode(content).decode() for name, content in self.files.items()}
        return {"exercise": self.exercise.name, "files": files}

    @classmethod
    def from_plain(cls, plain: dict) -> "Part":
        """What `as_plain` was made of."""
        (exercise,) = [each for each in exercises() if each.name == plain["exercise"]]
        return cls(exercise, {name: base64.b64decode(text) for name, text in plain["files"].items()})

    def key(self, judged_with: dict) -> str:
        """The same for the same files, judged in the same way: then the verdicts are the same too."""
        text = json.dumps([self.exercise.name, self.hashes(), judged_with], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
