"""The wall around a learner process, built by the kernel: it holds what a learner's code does in C, too.

The fence (kit.learner.fence) is what a learner meets: it says in a sentence what is not allowed. Code that gets past
it meets the wall, which has no rule for solutions/, tests/ or anybody's work, since it names what may be reached. Each
part is built where the system has it, and lasts for the life of the process.
"""

from collections.abc import Iterable
from pathlib import Path

from kit.learner.process import end_with_parent
from kit.learner.wall import files, folder, privileges, system_calls

PARTS = ("landlock", "seccomp", "uid")
HEADING = "wall: "
PLACE_TO_WRITE = "code that is judged writes into tempfile.gettempdir() only; --in-process lets it write anywhere"

base: str | None = None  # the folder in which this process and those that it forks make their own
own_folder: str | None = None  # of this process, once it is inside a wall


def parts() -> list[str]:
    """The parts that this system has."""
    has = files.version() > 0, system_calls.seccomp_is_there(), privileges.has_other_users()
    return [part for part, is_there in zip(PARTS, has, strict=True) if is_there]


def name() -> str:
    """Which wall stands around learner processes, for the header and for records."""
    words = {"landlock": f"landlock {files.version()}", "uid": f"uid {privileges.FIRST_UID} and up"}
    return HEADING + (", ".join(words.get(part, part) for part in parts()) or "none")


def what_is_missing() -> str:
    """Why the wall has a gap here, in a sentence; nothing if it has none."""
    if files.IS_KNOWN and not files.is_installed():
        return "There is no wall: landlockpy is not installed here (pip install -e . --group test)."
    missing = [part for part in ("landlock", "seccomp") if part not in parts()]
    return f"There is no wall: this system has no {' and no '.join(missing)}." if missing else ""


def new_base() -> str | None:
    """A folder in which learner processes make their own; None where none can be made, or none is needed."""
    try:
        return folder.make_folder_of_folders() if parts() else None
    except OSError:  # this system has no place for temporary files
        return None


def remove_base(path: str | None) -> None:
    """Remove it, with all that is in it."""
    if path:
        folder.remove(path)


def prepare() -> None:
    """Do, before a process forks learner processes, what they have in common."""
    global base
    base = new_base()
    files.prepare()


def clear_away(pid: int | None = None) -> None:
    """Remove what a learner process that has ended left in its folder; without `pid`, all that `prepare` made."""
    if base and pid:
        folder.remove_folder(base, pid)
    elif base:
        folder.remove(base)


def build(wanted: Iterable[str], own: Path, has_gpu: bool) -> None:
    """Build these parts of the wall around this process, as far as there are such; `own` is the learner's file.

    The driver of a GPU was not tried under another user, so a process with one stays what it is.
    """
    here = [part for part in parts() if part in wanted]
    if not here:
        return
    privileges.forget_environment()
    privileges.no_new_privileges()
    _make_own_folder()
    user = privileges.own_user("uid" in here and not has_gpu, "landlock" in here, own, own_folder)
    if own_folder:
        folder.limit_size(own_folder, user.uid)
    if "landlock" in here:
        files.limit_files(own, own_folder, has_gpu)
    privileges.become(user)
    end_with_parent()  # which a change of user undoes
    if "seccomp" in here:
        system_calls.refuse_system_calls()


def _make_own_folder() -> None:
    global own_folder
    own_folder = folder.make_folder(base) if base else None


def advice(error: BaseException) -> str:
    """Where a learner's code may write, if the wall may be what refused it something."""
    is_refused = isinstance(error, PermissionError) or "Permission denied" in str(error)
    return f"; {PLACE_TO_WRITE}" if own_folder and is_refused else ""
