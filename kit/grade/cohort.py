"""A class: a folder, or an archive, of submissions as learning platforms name them."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kit.grade import archives
from kit.grade.archives import LARGEST_ARCHIVE, is_archive
from kit.grade.names import Named, exercise_in, file_name, named, without_common_beginning
from kit.grade.reading import HINTS, Submission, read_files, read_plainly

CLASS_FILES = (".py", HINTS, *archives.ENDINGS)


@dataclass
class Entry:
    """One submission: whose it is, and where its files lie, each under the name that it has in it."""

    name: str  # of its record
    about: Named
    files: list[tuple[str, Path]] = field(default_factory=list)

    def who(self) -> dict:
        """What a record says of it."""
        about = self.about
        return {
            "name": self.name,
            "person": about.person,
            "id": about.id,
            "platform": about.platform,
            "late": about.is_late,
        }

    def read(self) -> Submission:
        """Its files. What is refused is a problem that the record tells."""
        return read_files(self.files)


def single(path: Path) -> Entry:
    """The entry of a submission that stands for itself."""
    about = named(path.resolve().name)
    return Entry(file_name(about.person), about, [("", path)] if path.is_dir() else [(path.name, path)])


def entries(folder: Path) -> list[Entry]:
    """The submissions in a folder, by name. Raises ValueError if there are none."""
    found: dict[tuple, Entry] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        about = _named(path)
        if about is None:
            continue
        key = about.platform, about.person, about.id
        entry = found.setdefault(key, Entry("", about))
        if about.time > entry.about.time:  # a later attempt takes the place of an earlier one
            found[key] = entry = Entry("", about)
        if about.time >= entry.about.time and not about.is_about:
            entry.files.append(("" if path.is_dir() else about.rest or path.name, path))
            entry.about = replace(entry.about, is_late=entry.about.is_late or about.is_late)
    if not found:
        raise ValueError(f"There is no submission in {str(folder)!r}: folders or archives, one for each person.")
    return _with_names([*found.values()])


def _named(path: Path) -> Named | None:
    """What the name of a folder or file tells; None for what is nobody's.

    A platform names whatever somebody has handed in, so that a notebook or a text alone makes an entry too.
    """
    if path.name.startswith((".", "__MACOSX")) or path.is_symlink():
        return None
    about = named(path.name)
    is_packed = path.name.lower().endswith((*archives.ENDINGS, *archives.OTHER_ENDINGS))
    return about if path.is_dir() or about.platform or is_packed else None


def _with_names(found: list[Entry]) -> list[Entry]:
    """Give each a name for its record, which no other has."""
    plain = [entry.about.person for entry in found if not entry.about.platform]
    short, taken = without_common_beginning(plain), {"class"}  # class.json is not a record
    for entry in found:
        person = entry.about.person if entry.about.platform else short[entry.about.person]
        entry.about = replace(entry.about, person=person)
        name = file_name(f"{person}_{entry.about.id}" if entry.about.id not in ("", person) else person)
        number = 2
        entry.name = name
        while entry.name.casefold() in taken:
            entry.name, number = f"{name}-{number}", number + 1
        taken.add(entry.name.casefold())
    return found


@contextlib.contextmanager
def folder_of(path: Path) -> Iterator[Path]:
    """The folder of a class; of an archive, what of it may matter, unpacked for a while. Raises RefusedError."""
    if path.is_dir():
        yield path
        return
    if not is_archive(path.name):
        raise ValueError(f"{path} is neither a folder nor an archive ({', '.join(archives.ENDINGS)}).")
    with tempfile.TemporaryDirectory(prefix="convkata-class-") as top:
        packed = read_plainly(path, 4 * LARGEST_ARCHIVE)
        for name, content in archives.members(path.name, packed, CLASS_FILES, is_class=True):
            _unpack(Path(top, *name.replace("\\", "/").split("/")), content, name.endswith("/"))
        inside = [each for each in Path(top).iterdir() if not each.name.startswith((".", "__MACOSX"))]
        yield inside[0] if len(inside) == 1 and inside[0].is_dir() and not _is_submission(inside[0]) else Path(top)


def _unpack(place: Path, content: bytes | None, is_folder: bool) -> None:
    """Write a file; of one that does not matter only that it is there, since it tells who has handed in something."""
    with contextlib.suppress(FileExistsError, NotADirectoryError, IsADirectoryError):  # two of one name
        (place if is_folder else place.parent).mkdir(parents=True, exist_ok=True)
        if not is_folder:
            place.write_bytes(content or b"")


def _is_submission(folder: Path) -> bool:
    return any(exercise_in(path.name) for path in folder.iterdir() if path.is_file())


def several(path: Path) -> list[str]:
    """The names of folders in this one that look like submissions of their own, if there are several."""
    if not path.is_dir() or _is_submission(path):
        return []
    looks = [
        child.name
        for child in sorted(path.iterdir())
        if (child.is_dir() and named(child.name).platform) or (child.is_file() and is_archive(child.name))
    ]
    return looks if len(looks) > 1 else []
