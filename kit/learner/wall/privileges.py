"""What a learner process gives up: root's rights, another's name, and what the environment tells of its judge."""

import ctypes
import functools
import os
import struct
import sys
import tempfile
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.wall.libc import IS_KNOWN, KEEP_CAPABILITIES, NO_NEW_PRIVILEGES, call, prctl

FIRST_UID, UIDS = 61001, 4000  # below 65536, as far as a container has them, and given to nobody
READ_ANYTHING = 1 << 2  # CAP_DAC_READ_SEARCH
MOST_THREADS = 256  # of such a user
FOR_ALL = 0o004  # may read it
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
    return any(first <= FIRST_UID and first + number >= FIRST_UID + UIDS for first, _, number in blocks)


def give_up_rights(is_other: bool, reads_anything: bool, folder: str | None) -> None:
    """Do without root's rights, but perhaps the one to read what is another user's.

    `is_other` makes this process another user, who has the folder; no two that run at once are likely to be the same.
    """
    if is_other:
        import resource  # here, since not every system has it

        uid = FIRST_UID + os.getpid() % UIDS
        resource.setrlimit(resource.RLIMIT_NPROC, (MOST_THREADS, MOST_THREADS))
        if folder:
            os.chown(folder, uid, uid)
        prctl(KEEP_CAPABILITIES, 1)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        os.environ["USER"] = os.environ["LOGNAME"] = "learner"  # getpass would look for a name that there is not
    keep = READ_ANYTHING if reads_anything else 0
    call("capset", struct.pack("Ii", CAPABILITIES, 0), struct.pack("6I", keep, keep, 0, 0, 0, 0))


def nobody_is_refused(judged: Path) -> bool:
    """Whether every user may read a folder with its files, and the kit and Python, and reach temporary files."""
    with os.scandir(judged) as entries:
        return _is_open(str(judged)) and _is_the_rest_open() and all(_mode(entry.path) & FOR_ALL for entry in entries)


@functools.cache
def _is_the_rest_open() -> bool:
    """What is in these folders is taken to be as they are."""
    return all(map(_is_open, [str(ROOT / "kit"), sys.prefix, sys.base_prefix])) and _is_open(tempfile.gettempdir())


def _is_open(folder: str) -> bool:
    ways = [str(way) for way in Path(folder).parents]
    return bool(_mode(folder) & FOR_ALL) and all(_mode(way) & 0o001 for way in ways)


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except OSError:  # a link to nowhere
        return FOR_ALL


def harmless_environment() -> dict[str, str]:
    """What of this process's environment others may see, and what their interpreters need to find the kit.

    Where there is no wall they see all of it.
    """
    if sys.platform != "linux":
        return os.environ | {"PYTHONPATH": str(ROOT)}
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_KINDS)}
    return {**kept, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


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
