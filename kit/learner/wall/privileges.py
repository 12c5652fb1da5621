"""What a learner process gives up: root's rights, another's name, and what the environment tells of its judge."""

import ctypes
import functools
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.wall.libc import IS_KNOWN, KEEP_CAPABILITIES, NO_NEW_PRIVILEGES, call, prctl

FIRST_UID, UIDS = 61001, 4000  # below 65536, as far as a container has them, and given to nobody
READ_ANYTHING = 1 << 2  # CAP_DAC_READ_SEARCH
CAPABILITIES = 0x20080522  # the version of the two structures that capset(2) takes

# What a learner process keeps of its environment: all else may be a secret of CI or of the person who judges.
KEPT = {
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "COLUMNS", "LINES", "NO_COLOR"),
    *("LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "NOX_CURRENT_SESSION", "NVIDIA_VISIBLE_DEVICES"),
}
KEPT_KINDS = (  # how their names begin
    *("LC_", "PYTHON", "TORCH_", "PYTORCH_", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "BLIS_", "ATEN_", "MALLOC_"),
    *("CUDA_", "CUBLAS_", "CUDNN_", "HIP_", "ROCR_", "HSA_", "XDG_", "MPL"),
)


@functools.cache
def has_other_users() -> bool:
    """Whether this process is root, and the system has the users that learner processes become."""
    if not IS_KNOWN or os.geteuid() != 0:
        return False
    try:
        if Path("/proc/self/setgroups").read_text().strip() == "deny":
            return False
        blocks = [list(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
    except OSError:
        return False
    return any(first <= FIRST_UID and FIRST_UID + UIDS <= first + number for first, _, number in blocks)


@dataclass(frozen=True)
class User:
    """Who a learner process becomes, and what it keeps of root's rights."""

    uid: int
    capabilities: int = 0


def own_user(is_wanted: bool, is_limited: bool, own: Path, folder: str | None) -> User:
    """Another user than this one if that is wanted; no two that run at once are likely to have the same.

    What is judged may lie where no other user can read. A process whose files are limited otherwise may read it there;
    without such limits it stays the user that it is.
    """
    if not is_wanted:
        return User(os.geteuid())
    is_open = nobody_is_refused(own, folder)
    if not is_open and not is_limited:
        return User(os.geteuid())
    return User(FIRST_UID + os.getpid() % UIDS, 0 if is_open else READ_ANYTHING)


def become(user: User) -> None:
    """Become this user, in no group, without root's rights but for the capabilities that are kept."""
    if user.uid != os.geteuid():
        prctl(KEEP_CAPABILITIES, 1)
        os.setgroups([])
        os.setresgid(user.uid, user.uid, user.uid)
        os.setresuid(user.uid, user.uid, user.uid)
        os.environ["USER"] = os.environ["LOGNAME"] = "learner"  # getpass would look for a name that there is not
    drop_capabilities(user.capabilities)


def drop_capabilities(keep: int) -> None:
    """Keep these capabilities of root's and no other; nothing can bring them back."""
    call("capset", struct.pack("Ii", CAPABILITIES, 0), struct.pack("6I", keep, keep, 0, 0, 0, 0))


def nobody_is_refused(own: Path, folder: str | None) -> bool:
    """Whether every user may read this file with its neighbours, the kit and Python, and pass through to the folder.

    What is in another folder is taken to be as the folder is.
    """
    read = [*own.parent.iterdir(), own.parent, ROOT / "kit", Path(sys.prefix), Path(sys.base_prefix)]
    ways = {parent for path in [*read, Path(folder or own)] for parent in path.parents}
    return all(_mode(way) & 0o001 for way in ways) and all(_mode(path) & 0o004 for path in read)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:  # a link to nowhere
        return 0o777


def forget_environment() -> None:
    """Keep what is harmless, and overwrite the memory that /proc/self/environ shows: it is the one from the start."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_KINDS)}
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[47]), int(fields[48])  # env_start and env_end, see proc_pid_stat(5)
    os.environ.clear()  # nothing points there any more
    if start:
        ctypes.memset(start, 0, end - start)
    os.environ.update(kept)


def no_new_privileges() -> None:
    """From here on no program that this process starts has more rights than it."""
    prctl(NO_NEW_PRIVILEGES, 1)
