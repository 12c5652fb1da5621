"""What gets past the fence meets the wall, each way by each part that is to stop it; without the wall it is open."""

import os
import sys
import textwrap

import pytest

import processes
from kit.course.manifest import ROOT
from kit.learner.limits import MOST_THREADS
from kit.learner.wall import files, privileges
from kit.learner.workers import Limits

NO_WALL = Limits(wall=())
needs = {
    "landlock": pytest.mark.skipif(
        not files.IS_KNOWN or (files.is_installed() and not files.version()), reason="this kernel has no Landlock"
    ),
    "seccomp": pytest.mark.skipif(not files.IS_KNOWN, reason="this system has no seccomp, or another architecture"),
    "uid": pytest.mark.skipif(not privileges.has_other_users(), reason="only root becomes another user"),
}

# In C, since the fence hears of what Python opens and starts. Each is an expression: a number is success.
BY_LANDLOCK = {
    "read a solution": "c('open', root + b'/solutions/ex05_conv2d.py', os.O_RDONLY)",
    "read the right versions": "c('open', root + b'/kit/given.py', os.O_RDONLY)",
    "read compiled right versions": "c('open', root + b'/kit/__pycache__', os.O_RDONLY | os.O_DIRECTORY)",
    "read the checks": "c('open', root + b'/tests/test_ex05_conv2d.py', os.O_RDONLY)",
    "read from a folder's descriptor": "c('openat', c('open', root, os.O_PATH), b'solutions/ex05_conv2d.py', 0)",
    "read compiled solutions": "c('open', root + b'/solutions', os.O_RDONLY | os.O_DIRECTORY)",
    "read the history": "c('open', root + b'/.git', os.O_RDONLY)",
    "read another submission": "c('open', other, os.O_RDONLY)",
    "read by a hard link": "c('link', other, own + b'/linked')",
    "read after a folder was renamed": "c('rename', os.path.dirname(other), own + b'/renamed')",
    "write over another submission": "c('open', other, os.O_WRONLY)",
    "remove another submission": "c('unlink', other)",
    "write over a neighbour": "c('open', own + b'/ex99_sample.py', os.O_WRONLY)",
    "leave a conftest.py": "c('open', own + b'/conftest.py', os.O_WRONLY | os.O_CREAT, 0o600)",
    "lead writing elsewhere by a link": "c('symlink', b'/dev/null', own + b'/out')",
    "write a part of the kit": "c('open', root + b'/kit/given.py', os.O_WRONLY)",
    "write over the assertions": "c('open', root + b'/tests/assertions.py', os.O_WRONLY)",
    "fill shared memory": "c('open', b'/dev/shm', os.O_RDWR | os.O_TMPFILE, 0o600)",
    "write the judge's memory": "c('open', f'/proc/{judge}/mem'.encode(), os.O_RDWR)",
    "write what the judge prints": "c('open', f'/proc/{judge}/fd/1'.encode(), os.O_WRONLY)",
    "read the judge's environment": "c('open', f'/proc/{judge}/environ'.encode(), os.O_RDONLY)",
    "stop another process": "c('kill', victim, 0)",
}
BY_SECCOMP = {
    "stop another process": "c('kill', victim, 0)",
    "stop all processes": "c('kill', -1, 0)",
    "stop by a descriptor": "c('syscall', 434, victim, 0)",
    "trace another process": "c('ptrace', 0x4206, victim, 0, 0)",
    "read another process": "c('process_vm_readv', victim, 0, 0, 0, 0, 0)",
    "start a process": "fork()",
    "limit another process": "c('prlimit', victim, 7, 0, 0)",
    "slow another process": "c('setpriority', 0, victim, 5)",
    "move another process": "c('sched_setaffinity', victim, 128, b'\\xff' * 128)",
    "connect": "c('socket', 2, 1, 0)",
    "make a pair of sockets": "c('socketpair', 1, 1, 0, (ctypes.c_int * 2)())",
    "keep memory for ever": "c('memfd_create', b'x', 0)",
    "share memory": "c('shmctl', c('shmget', 0, 4096, 0o1600), 0, 0)",
    "close a file to others": "c('chmod', other, 0o600)",
    "outlive the fork server": "c('prctl', 1, 0, 0, 0, 0)",
    "send signals by a descriptor": "c('fcntl', 2, 8, victim)",
    "cut a file": "c('truncate', other, 3)",
}
ONLY_FOR_ROOT = {  # the project may be another user's; a name space of users, made for the folder, stops the others
    *("write a part of the kit", "write over the assertions", "write the judge's memory"),
    *("write what the judge prints", "read the judge's environment", "trace another process", "read another process"),
}
CODE = """
    import ctypes, errno, os
    C = ctypes.CDLL(None, use_errno=True)
    root, own, other, judge, victim = {root!r}, {own!r}, {other!r}, {judge}, {victim}

    def c(name, *arguments):
        result = getattr(C, name)(*arguments)
        return result if result >= 0 else errno.errorcode[ctypes.get_errno()]

    def fork():
        if (pid := c("fork")) == 0:
            os._exit(0)
        return pid

    def f(): return {way}
"""


@pytest.fixture
def victim():
    """A process that is not the learner's."""
    process = processes.start(sys.executable, "-c", "import sys; sys.stdin.read()", stdin=processes.subprocess.PIPE)
    yield process.pid
    process.communicate("")


@pytest.fixture
def make_attacker(make_learner, tmp_path, tmp_path_factory, victim):
    """A function that gives a learner whose code tries a way, within these limits."""
    other = tmp_path_factory.mktemp("other") / "ex05_conv2d.py"
    other.write_text("secret")

    def make(way, limits, **options):
        names = {"root": os.fsencode(ROOT), "own": os.fsencode(tmp_path), "other": os.fsencode(other)}
        code = textwrap.dedent(CODE).format(**names, judge=os.getpid(), victim=victim, way=way)
        return make_learner(code, limits=limits, **options)

    return make


@needs["landlock"]
@pytest.mark.parametrize("way", BY_LANDLOCK)
def test_landlock_alone_stops_what_is_done_by_files_and_signals(make_attacker, way):
    assert make_attacker(BY_LANDLOCK[way], Limits(wall=("landlock",))).f() in ("EACCES", "EPERM", "EXDEV")


@needs["seccomp"]
@pytest.mark.parametrize("way", BY_SECCOMP)
def test_seccomp_alone_stops_what_needs_no_file(make_attacker, way):
    assert make_attacker(BY_SECCOMP[way], Limits(wall=("seccomp",))).f() == "EPERM"


@needs["seccomp"]
@pytest.mark.parametrize("starter", ["forked", "clean", "fresh"])
@pytest.mark.parametrize("way", ["read a solution", "start a process"])
def test_the_whole_wall_stands_however_the_process_was_started(make_attacker, way, starter):
    expression = {**BY_LANDLOCK, **BY_SECCOMP}[way]
    assert make_attacker(expression, Limits(), starter=starter).f() in ("EACCES", "EPERM")


@pytest.mark.parametrize("way", {**BY_LANDLOCK, **BY_SECCOMP})
@needs["seccomp"]
def test_without_the_wall_each_way_is_open(make_attacker, way):
    learner = make_attacker({**BY_LANDLOCK, **BY_SECCOMP}[way], NO_WALL)
    answer = learner.f()
    learner.end()  # before the victim, which could not go while it is traced
    assert type(answer) is int or (os.geteuid() != 0 and way in ONLY_FOR_ROOT)


@needs["uid"]
def test_root_becomes_another_user_without_rights(make_learner):
    code = """
        import os
        def f():
            lines = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
            return os.getresuid(), os.getgroups(), int(lines["CapEff"], 16), int(lines["CapPrm"], 16)
    """
    users, groups, effective, permitted = make_learner(code).f()
    assert len(set(users)) == 1
    assert privileges.FIRST_UID <= users[0] < privileges.FIRST_UID + privileges.UIDS
    assert groups == []
    assert effective | permitted in (0, privileges.READ_ANYTHING)
    assert make_learner(code, limits=NO_WALL).f()[0] == (0, 0, 0)


@needs["uid"]
def test_where_each_process_has_a_user_of_its_own_its_threads_are_few(make_learner):
    learner = make_learner("""
        import threading, time
        def f():
            threading.stack_size(1 << 16)
            for count in range(3000):
                try:
                    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                except RuntimeError:
                    return count
            return 3000
    """)
    assert MOST_THREADS / 2 < learner.f() <= MOST_THREADS
