"""Reads the files of an archive that a stranger has made, in memory: nothing is unpacked onto the disk.

An archive that could do harm if somebody unpacked it is refused as a whole, in a sentence.
"""

import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
OTHER_ENDINGS = (".rar", ".7z", ".gz", ".xz")
MOST_MEMBERS = 5_000
MOST_BYTES = 256 << 20  # of all members together, unpacked
LARGEST = 1 << 20  # bytes of one Python file
LARGEST_ARCHIVE = 64 << 20
HIGHEST_RATIO = 200  # of what an archive says it holds to its own size
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError, OSError)


class RefusedError(ValueError):
    """An archive that is not read; its text is the sentence."""


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive that can be read."""
    return name.lower().endswith(ENDINGS)


def files_in(name: str, content: bytes, wanted: tuple[str, ...] = (".py",)) -> dict[str, bytes]:
    """The files with these endings in an archive, by their paths in it. Raises RefusedError."""
    read = _zip if name.lower().endswith(".zip") else _tar
    try:
        return dict(read(name, content, wanted))
    except RefusedError:
        raise
    except (NotImplementedError, RuntimeError) as error:  # a password, or a way of packing that Python lacks
        raise RefusedError(f"{name} cannot be unpacked: {error}.") from None
    except DAMAGED as error:
        raise RefusedError(f"{name} is damaged: {error or type(error).__name__}.") from None


def _zip(name: str, content: bytes, wanted: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        sizes = [member.file_size for member in members]
        _see_that_it_is_small(name, len(content), len(sizes), sum(sizes))
        for member in members:
            _see_that_it_is_plain(name, member.filename, stat.S_ISLNK(member.external_attr >> 16))
        for member in members:
            if not member.is_dir() and member.filename.lower().endswith(wanted):
                with archive.open(member) as file:
                    yield member.filename, _read(name, member.filename, file)


def _tar(name: str, content: bytes, wanted: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    members, size = 0, 0
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
        for member in archive:  # one after the other: what is packed is looked at before it is unpacked
            members, size = members + 1, size + member.size
            _see_that_it_is_small(name, len(content), members, size)
            _see_that_it_is_plain(name, member.name, not (member.isfile() or member.isdir()))
            if member.isfile() and member.name.lower().endswith(wanted):
                yield member.name, _read(name, member.name, archive.extractfile(member))


def _see_that_it_is_small(name: str, own: int, members: int, size: int) -> None:
    if members > MOST_MEMBERS:
        raise RefusedError(f"{name} is refused: it holds more than {MOST_MEMBERS} files.")
    if size > MOST_BYTES or (size > 8 << 20 and size > HIGHEST_RATIO * own):
        raise RefusedError(f"{name} is refused: it would be {size >> 20} MiB when unpacked, from {-(-own >> 10)} KiB.")


def _see_that_it_is_plain(name: str, member: str, is_link: bool) -> None:
    parts = PurePosixPath(member.replace("\\", "/"))
    if is_link:
        raise RefusedError(f"{name} is refused: {shown(member)} in it is a link or no file.")
    if parts.is_absolute() or ".." in parts.parts or _has_drive(member):
        raise RefusedError(f"{name} is refused: {shown(member)} in it leads out of its folder.")


def _has_drive(member: str) -> bool:
    return len(member) > 1 and member[1] == ":" and member[0].isalpha()


def _read(name: str, member: str, file: io.BufferedIOBase) -> bytes:
    most = LARGEST_ARCHIVE if is_archive(member) else LARGEST
    content = file.read(most + 1)
    if len(content) > most:
        raise RefusedError(f"{name} is refused: {shown(member)} in it is larger than {most >> 20} MiB.")
    return content


def shown(text: str) -> str:
    """A name from a stranger, short and without line breaks."""
    return repr(text if len(text) <= 80 else f"{text[:77]}…")
