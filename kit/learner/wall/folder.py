"""The one folder that a learner process may write into: its own, of limited size, and gone when the process is."""

import contextlib
import os
import tempfile
from pathlib import Path

from kit.learner.wall.libc import call

PREFIX = "convkata-learners-"
LARGEST = 64 << 20  # bytes: of a file, and of the whole folder where it has a file system of its own
MOST_FILES = 4096  # in such a file system
RESTRICTED = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
NEW_MOUNTS, NEW_USER = 0x20000, 0x10000000  # CLONE_NEWNS and CLONE_NEWUSER of unshare(2)
PRIVATE, NO_DEVICES = 1 << 18 | 1 << 14, 1 << 1 | 1 << 2  # MS_PRIVATE | MS_REC, and MS_NOSUID | MS_NODEV, of mount(2)


def make_folder_of_folders() -> str:
    """A folder in which learner processes make their own; other users may pass through it, and see nothing."""
    folder = tempfile.mkdtemp(prefix=PREFIX)
    os.chmod(folder, 0o711)
    return folder


def make_folder(base: str) -> str:
    """A folder of this process's own, where temporary files go from now on; its name begins with the process's id."""
    folder = tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=base)
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    return folder


def limit_size(folder: str) -> None:
    """Give the folder a file system of its own where the kernel allows it; a single file is limited in any case."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    with contextlib.suppress(OSError):
        _unshare()
        call("mount", None, b"/", None, PRIVATE, None)
        options = f"size={LARGEST},nr_inodes={MOST_FILES},mode=700"
        call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", NO_DEVICES, options.encode())


def _unshare() -> None:
    """Have mounts of one's own; who is not root may have them as the same user in a name space of users."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        call("unshare", NEW_MOUNTS)
        return
    if _read(RESTRICTED) == "1":
        raise PermissionError("such a name space would have no rights, and its user no name")
    call("unshare", NEW_MOUNTS | NEW_USER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _read(path: str) -> str:
    return Path(path).read_text().strip() if Path(path).exists() else ""


def remove_folder(base: str, pid: int) -> None:
    """Remove what a process that has ended left behind."""
    for folder in Path(base).glob(f"{pid}-*"):
        remove(str(folder))


def remove(folder: str) -> None:
    """Remove a folder, deep or closed as it may be: each folder in it is moved beside it before it is emptied."""
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # it is empty most of the time
        return
    with contextlib.suppress(OSError):
        waiting = [folder]
        for each in waiting:
            os.chmod(each, 0o700)
            with os.scandir(each) as entries:
                for entry in list(entries):
                    if entry.is_dir(follow_symlinks=False):
                        os.chmod(entry.path, 0o700)
                        waiting.append(f"{folder}-{len(waiting)}")
                        os.rename(entry.path, waiting[-1])
                    else:
                        os.unlink(entry.path)
            os.rmdir(each)
