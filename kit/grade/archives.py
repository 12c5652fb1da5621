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
MOST_OF_A_CLASS = 100_000  # members of the archive of a class
MOST_BYTES_OF_A_CLASS = 4 << 30  # of those among them that are unpacked
LARGEST = 1 << 20  # bytes of one Python file
LARGEST_ARCHIVE = 64 << 20
ENCRYPTED = 1  # a flag of a member of a zip
HIGHEST_RATIO = 200  # of what an archive says it holds to its own size
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError, OSError)


class RefusedError(ValueError):
    """An archive that is not read; its text is the sentence."""


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive that can be read."""
    return name.lower().endswith(ENDINGS)


def files_in(name: str, content: bytes, wanted: tuple[str, ...] = (".py",)) -> dict[str, bytes]:
    """The files with these endings in an archive, by their paths in it. Raises RefusedError."""
    return {path: inside for path, inside in members(name, content, wanted) if inside is not None}


def members(
    name: str, content: bytes, wanted: tuple[str, ...], is_class: bool = False
) -> Iterator[tuple[str, bytes | None]]:
    """The paths in an archive, those of folders with a slash behind them; and what the wanted files hold.

    In the archive of a class, what is too large is cut and a link is left out: nobody else is refused for it.
    """
    try:
        yield from (_zip if name.lower().endswith(".zip") else _tar)(name, content, wanted, is_class)
    except RefusedError:
        raise
    except (NotImplementedError, RuntimeError) as error:  # a way of packing that Python lacks
        raise RefusedError(f"{name} cannot be unpacked: {error}.") from None
    except DAMAGED as error:
        raise RefusedError(f"{name} is damaged: {error or type(error).__name__}.") from None


def _zip(name: str, content: bytes, wanted: tuple[str, ...], is_class: bool) -> Iterator[tuple[str, bytes | None]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        all_of_it = archive.infolist()
        sizes = [m.file_size for m in all_of_it if not is_class or m.filename.lower().endswith(wanted)]
        _see_that_it_is_small(name, len(content), len(all_of_it), sum(sizes), is_class)
        links = {m.filename for m in all_of_it if stat.S_ISLNK(m.external_attr >> 16)}
        for member in all_of_it:
            _see_that_it_is_plain(name, member.filename, member.filename in links and not is_class)
        for member in all_of_it:
            if member.filename in links:
                yield _folder(member.filename), None
            elif member.is_dir() or not member.filename.lower().endswith(wanted):
                yield member.filename, None
            elif member.flag_bits & ENCRYPTED:
                raise RefusedError(f"{name} cannot be unpacked: it has a password.")
            else:
                with archive.open(member) as file:
                    yield member.filename, _read(name, member.filename, file, is_class)


def _tar(name: str, content: bytes, wanted: tuple[str, ...], is_class: bool) -> Iterator[tuple[str, bytes | None]]:
    count, size = 0, 0
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
        for member in archive:  # one after the other: what is packed is looked at before it is unpacked
            is_wanted = member.isfile() and member.name.lower().endswith(wanted)
            count, size = count + 1, size + (member.size if is_wanted or not is_class else 0)
            _see_that_it_is_small(name, len(content), count, size, is_class)
            _see_that_it_is_plain(name, member.name, not (member.isfile() or member.isdir() or is_class))
            if is_wanted:
                yield member.name, _read(name, member.name, archive.extractfile(member), is_class)
            else:
                yield member.name if member.isfile() else _folder(member.name, member.isdir()), None


def _folder(path: str, is_folder: bool = False) -> str:
    """The path of a folder, or of the one in which something lies."""
    return f"{path if is_folder else PurePosixPath(path).parent}/"


def _see_that_it_is_small(name: str, own: int, count: int, size: int, is_class: bool) -> None:
    most_members, most_bytes = (MOST_OF_A_CLASS, MOST_BYTES_OF_A_CLASS) if is_class else (MOST_MEMBERS, MOST_BYTES)
    if count > most_members:
        raise RefusedError(f"{name} is refused: it holds more than {most_members} files.")
    if size > most_bytes or (size > 8 << 20 and size > HIGHEST_RATIO * own and not is_class):
        raise RefusedError(f"{name} is refused: it would be {size >> 20} MiB when unpacked, from {-(-own >> 10)} KiB.")


def _see_that_it_is_plain(name: str, member: str, is_link: bool) -> None:
    parts = PurePosixPath(member.replace("\\", "/"))
    if is_link:
        raise RefusedError(f"{name} is refused: {shown(member)} in it is a link or no file.")
    if parts.is_absolute() or ".." in parts.parts or _has_drive(member):
        raise RefusedError(f"{name} is refused: {shown(member)} in it leads out of its folder.")


def _has_drive(member: str) -> bool:
    return len(member) > 1 and member[1] == ":" and member[0].isalpha()


def _read(name: str, member: str, file: io.BufferedIOBase, is_class: bool) -> bytes:
    most = LARGEST_ARCHIVE if is_archive(member) else LARGEST
    content = file.read(most + 1)
    if len(content) > most and not is_class:
        raise RefusedError(f"{name} is refused: {shown(member)} in it is larger than {most >> 20} MiB.")
    return content


def shown(text: str) -> str:
    """A name from a stranger, short and without line breaks."""
    return repr(text if len(text) <= 80 else f"{text[:77]}…")
