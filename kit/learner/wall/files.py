"""What Landlock lets a learner process read and write; all else that is a file is out of its reach."""

import contextlib
import functools
import glob
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.wall.libc import IS_KNOWN, call

SYSTEM = (  # of which nothing is secret: programs and libraries, names, time zones, certificates, what the machine has
    *("/usr", "/lib", "/lib64", "/nix/store", "/gnu/store", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone"),
    *("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/locale.alias", "/etc/locale.conf", "/etc/fonts"),
    *("/etc/mime.types", "/etc/ssl/certs", "/etc/alternatives", "/etc/OpenCL", "/dev/random", "/dev/urandom"),
    *("/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems"),
    *("/proc/sys/vm", "/proc/sys/kernel/osrelease", "/proc/driver", "/sys/devices", "/sys/module", "/sys/bus"),
    *("/sys/class", "/sys/kernel/mm"),
)
OF_THE_USER = ("~/.config/matplotlib", "~/.cache/matplotlib", "~/.cache/fontconfig")  # settings, and a list of fonts
NOWHERE = "/dev/null"
GPU = ("/dev/nvidia*", "/dev/nvmap", "/dev/dxg", "/dev/kfd", "/dev/dri")  # patterns
OWN_PARTS = ("kit/learner", "kit/course", "data")  # of this project: kit/given.py holds answers, and is loaded before
CREATE_RULESET, VERSION = 444, 1  # a system call, on all architectures, and its flag that asks for the version
ANSWERS = [os.path.realpath(ROOT / "solutions"), os.path.realpath(ROOT / "tests")]


@functools.cache
def version() -> int:
    """What the kernel's Landlock can do, as a number that grows; 0 where there is none."""
    if not IS_KNOWN or not is_installed():
        return 0
    try:
        return call("syscall", CREATE_RULESET, None, 0, VERSION)
    except OSError:  # an old kernel, or one that was started without Landlock
        return 0


@functools.cache
def is_installed() -> bool:
    """Whether the library is there by which Landlock is used; it is imported where processes are forked only."""
    return importlib.util.find_spec("landlockpy") is not None


def prepare() -> None:
    """Do, before a process forks learner processes, what takes longer than building a wall."""
    if version():
        _rules(ROOT / OWN_PARTS[0] / "any", tempfile.gettempdir(), has_gpu=True).close()


def limit_files(own: Path, folder: str | None, has_gpu: bool) -> None:
    """From here on this process reads what `readable` names, and writes into the folder; no TCP, no signals to others.

    Nothing undoes it. What is open already stays open.
    """
    import landlockpy

    with _rules(own, folder, has_gpu) as ruleset:
        ruleset.restrict(landlockpy.RestrictFlag.TSYNC)  # all threads, where the kernel can do that


def _rules(own: Path, folder: str | None, has_gpu: bool):
    import landlockpy  # here, since it takes as long as a short check, and the judge has no use for it

    fs, scope = landlockpy.AccessFS, landlockpy.Scope
    reading = fs.READ_FILE | fs.READ_DIR
    of_file = fs.READ_FILE | fs.WRITE_FILE | fs.TRUNCATE | fs.IOCTL_DEV
    never = fs.EXECUTE | fs.MAKE_CHAR | fs.MAKE_BLOCK | fs.MAKE_SOCK | fs.IOCTL_DEV | fs.RESOLVE_UNIX
    allowed = [(path, reading) for path in readable(own)]
    allowed += [(path, of_file | fs.READ_DIR) for path in [NOWHERE, *(devices() if has_gpu else ())]]
    allowed += [(folder, landlockpy.fs_for_abi(version()) & ~never)] if folder else []
    ruleset = landlockpy.Ruleset(scoped=scope.SIGNAL | scope.ABSTRACT_UNIX_SOCKET)
    for path, access in allowed:
        _allow(ruleset, path, access, of_file)
    return ruleset


def _allow(ruleset, path: str, access, of_file) -> None:
    """Allow a file, or all of a folder; what does not exist, or is closed to this user anyway, needs no rule."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        ruleset.allow_path(path, access if os.path.isdir(path) else access & of_file)


def devices() -> list[str]:
    """The files by which a GPU is reached."""
    return [path for pattern in GPU for path in glob.glob(pattern)]


def readable(own: Path) -> list[str]:
    """The files and folders that a process may read which judges this file: never one with other people's work in it.

    The interpreter may lie inside the project, and the project or what is judged inside a folder of the system.
    """
    others = os.path.realpath(own.parent.parent)  # where other submissions may be
    closed = [os.path.realpath(ROOT), *([] if others in places() else [others])]
    outside = [each for folder in places() for each in _around(folder, closed)]
    return ["/proc/self", *outside, *(str(ROOT / part) for part in OWN_PARTS), *_own(own)]


@functools.cache
def places() -> tuple[str, ...]:
    """Where there is what Python and its libraries read, as these were when the kit asked first."""
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    python = [sys.prefix, sys.base_prefix, *(entry for entry in [*sys.path, *libraries] if os.path.isabs(entry))]
    folders = map(os.path.realpath, [*SYSTEM, *map(os.path.expanduser, OF_THE_USER), *python])
    return tuple(dict.fromkeys(each for each in folders if os.path.exists(each) and not _is_in(each, ANSWERS)))


def _around(folder: str, closed: list[str]) -> Iterator[str]:
    """The folder; if a closed one is in it, what lies on no way to that."""
    if folder in closed:
        return
    if not any(_is_in(other, [folder]) for other in closed):
        yield folder
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            yield from _around(entry.path, closed)


def _own(path: Path) -> Iterator[str]:
    """The folder of a learner's file, and the file itself where it is a link to elsewhere, but not to the answers."""
    real = os.path.realpath(path)
    yield from _around(os.path.realpath(path.parent), [os.path.realpath(ROOT)])
    if not _is_in(real, ANSWERS):
        yield real


def _is_in(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)
