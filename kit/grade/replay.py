"""Judges once more what a record is about, and says what differs: a dispute ends in seconds."""

from pathlib import Path

from kit.course.manifest import exercises
from kit.grade import record
from kit.grade.merging import without_seconds
from kit.grade.part import Part
from kit.grade.reading import Submission


class Kept:
    """An entry whose files are those of a record, from the copies beside it."""

    def __init__(self, path: Path, made: dict, copies: Path):
        self.name, self.made, self.copies = path.stem, made, copies

    def who(self) -> dict:
        """What the record says."""
        return self.made["submission"]

    def read(self) -> Submission:
        """The files by their hashes. Raises ValueError for one that is not there, or is another one."""
        entries = {entry["exercise"]: entry for entry in self.made["exercises"]}
        parts = [Part(e, self._files(entries[e.name]["files"]) if e.name in entries else {}) for e in exercises()]
        found = {name: entry["found"] for name, entry in entries.items() if entry["found"]}
        return Submission(parts, found, self.made["problems"], self.made.get("hints", {}))

    def _files(self, hashes: dict[str, str]) -> dict[str, bytes]:
        return {name: self._file(name, digest) for name, digest in hashes.items()}

    def _file(self, name: str, digest: str) -> bytes:
        path = self.copies / f"{digest}.py"
        if not path.exists():
            raise ValueError(f"There is no copy of {name} in {self.copies}: add the SUBMISSION.")
        content = path.read_bytes()
        if record.sha256(content) != digest:
            raise ValueError(f"The copy of {name} in {self.copies} was changed.")
        return content


def surroundings(before: dict, now: dict) -> list[str]:
    """What was judged in another way than before, such as by other checks; that alone is no difference."""
    how = [(name, before["judged_with"].get(name), now["judged_with"][name]) for name in now["judged_with"]]
    return [f"{name}: {_shown(old)} before, {_shown(new)} now" for name, old, new in how if old != new]


def differences(before: dict, now: dict) -> list[str]:
    """What differs between two records, in sentences: files, verdicts, points, and the words on a card."""
    found = []
    old = {entry["exercise"]: entry for entry in before["exercises"]}
    for entry in now["exercises"]:
        found += _of_exercise(old[entry["exercise"]], entry) if entry["exercise"] in old else []
    if before["points"] != now["points"]:
        found.append(f"points: {before['points']:g} before, {now['points']:g} now")
    return found


def _of_exercise(before: dict, now: dict) -> list[str]:
    if before["files"] != now["files"]:
        return [f"{now['exercise']}: the files are others"]
    old = {function["function"]: function for function in before["functions"]}
    return [text for function in now["functions"] if (text := _of_function(now["exercise"], old, function))]


def _of_function(exercise: str, old: dict[str, dict], now: dict) -> str:
    name, before = f"{exercise}.{now['function']}", old.get(now["function"])
    if before is None:
        return f"{name}: is new"
    if before["verdict"] != now["verdict"]:
        return f"{name}: {before['verdict']} before, {now['verdict']} now"
    if before["checks"] != now["checks"]:
        counts = [f"{each['checks']['held']} of {each['checks']['planned']} checks held" for each in (before, now)]
        return f"{name}: {counts[0]} before, {counts[1]} now"
    if without_seconds(before) != without_seconds(now):
        return f"{name}: {now['verdict']} as before; the words on its card differ"
    return ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    return str(value)[:12] if len(str(value)) == 64 else str(value)  # the beginning of a hash
