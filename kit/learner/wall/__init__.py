"""The wall around a learner process, built by the kernel: it holds what a learner's code does in C, too.

The fence (kit.learner.fence) is what a learner meets: it says in a sentence what is not allowed. Code that gets past
it meets the wall, which has no rule for solutions/, tests/ or anybody's work, since it names what may be reached. Each
part is built where the system has it, and lasts for the life of the process.
"""

from collections.abc import Iterable
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.process import end_with_parent
from kit.learner.wall import files, folder, privileges, system_calls

PARTS = ("landlock", "seccomp", "uid")
NEEDED = ("landlock", "seccomp")  # to keep what is judged from all else; another user is one more lock
HEADING = "wall: "
PLACE_TO_WRITE = "code that is judged writes into tempfile.gettempdir() only; --in-process lets it write anywhere"

base: str | None = None  # the folder in which this process and those that it forks make their own
own_folder: str | None = None  # of this process, once it is inside a wall


def parts(judged: Path) -> list[str]:
    """The parts that this system has for learner processes whose files are in this folder.

    Another user may not be able to read it; that is made up for only where Landlock limits what is read.
    """
    has_landlock = files.version() > 0
    has_users = privileges.has_other_users() and (has_landlock or privileges.nobody_is_refused(judged))
    has = has_landlock, system_calls.seccomp_is_there(), has_users
    return [part for part, is_there in zip(PARTS, has, strict=True) if is_there]


def name(judged: Path) -> str:
    """Which wall stands around learner processes, for the header and for records."""
    words = {"landlock": f"landlock {files.version()}", "uid": f"uid {privileges.FIRST_UID} and up"}
    return HEADING + (", ".join(words.get(part, part) for part in parts(judged)) or "none")


def what_is_missing() -> str:
    """Why the wall has a gap here, in a sentence; nothing if it has none."""
    if files.IS_KNOWN and not files.is_installed():
        return "There is no wall: landlockpy is not installed here (pip install -e . --group test)."
    missing = [part for part in NEEDED if part not in parts(ROOT)]
    return f"There is no wall: this system has no {' and no '.join(missing)}." if missing else ""


def new_base() -> str | None:
    """A folder in which learner processes make their own; None where none can be made, or none is needed."""
    try:
        return folder.make_folder_of_folders() if parts(ROOT) else None
    except OSError:  # this system has no place for temporary files
        return None


def remove_base(path: str | None) -> None:
    """Remove it, with all that is in it."""
    if path:
        folder.remove(path)


def prepare() -> None:
    """Do in the process that forks learner processes what they have in common, which takes longer than a wall."""
    if parts(ROOT):
        privileges.forget_environment()
        files.prepare()
        system_calls.prepare()


def clear_away(pid: int | None = None) -> None:
    """Remove what a learner process that has ended left in its folder; without `pid`, all of `base`."""
    if base and pid:
        folder.remove_folder(base, pid)
    elif base:
        folder.remove(base)


def make_own_folder() -> None:
    """Make the folder of this process, which may still wait for its job, in `base`, if there is one."""
    global own_folder
    if base and not own_folder:
        own_folder = folder.make_folder(base)
        folder.limit_size(own_folder)


def build(wanted: Iterable[str], own: Path, has_gpu: bool) -> None:
    """Build these parts of the wall around this process, as far as there are such; `own` is the learner's file.

    The driver of a GPU was not tried under another user, so a process with one stays what it is.
    """
    here = [part for part in parts(own.parent) if part in wanted]
    if not here:
        return
    privileges.no_new_privileges()
    make_own_folder()
    if "landlock" in here:
        files.limit_files(own, own_folder, has_gpu)
    is_other = "uid" in here and not has_gpu
    privileges.give_up_rights(is_other, is_other and not privileges.nobody_is_refused(own.parent), own_folder)
    end_with_parent()  # which a change of user undoes
    if "seccomp" in here:
        system_calls.refuse_system_calls()


def advice(error: BaseException, message: str) -> str:
    """Where a learner's code may write, if the wall may be what refused it something."""
    is_refused = isinstance(error, PermissionError) or "Permission denied" in message
    return f"; {PLACE_TO_WRITE}" if own_folder and is_refused else ""
