"""The parts of the wall by themselves: the filter, what may be read, the folder to write in, and what is said of it."""

import errno
import os
import struct
import sys
from pathlib import Path

import pytest

import processes
from kit.course.manifest import ROOT
from kit.learner import wall
from kit.learner.call import LearnerError
from kit.learner.wall import files, folder, privileges, system_calls
from kit.learner.wall.libc import ARCHITECTURES, COLUMN
from kit.learner.workers import Limits

linux_only = pytest.mark.skipif(not files.IS_KNOWN, reason="only Linux has these parts")
NO_WALL = Limits(wall=())
EXERCISE = ROOT / "exercises" / "ex05_conv2d.py"


def answer(program, number, *arguments, architecture):
    """What a filter answers to a system call: a reading of the few instructions that it is made of."""
    seen = struct.pack("IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    place, value = 0, 0
    while True:
        what, if_so, if_not, k = system_calls.INSTRUCTION.unpack_from(program, 8 * place)
        if what == system_calls.RETURN:
            return k
        if what == system_calls.LOAD:
            (value,), jump = struct.unpack_from("I", seen, k), 0
        else:
            is_so = {0x15: value == k, 0x45: bool(value & k), 0x35: value >= k}[what]
            jump = if_so if is_so else if_not
        place += 1 + jump


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_answers_by_number_and_by_whom_a_call_is_about(machine):
    architecture, column = ARCHITECTURES[machine]
    own = struct.unpack("I", system_calls.OWN_ID)[0]
    program = system_calls.filter_for(column, architecture)

    def ask(numbers, *arguments):
        return answer(program, numbers[column], *arguments, architecture=architecture)

    assert all(ask(n) == system_calls.REFUSE for n in system_calls.REFUSED.values() if n[column] != system_calls.NONE)
    for name, (*numbers, argument) in system_calls.TO_ITSELF.items():
        others = {1: system_calls.REFUSE, own: system_calls.ALLOW, 0xFFFFFFFF: system_calls.REFUSE}
        others[0] = system_calls.ALLOW if name in system_calls.BY_ZERO else system_calls.REFUSE
        assert {pid: ask(numbers, *[7] * argument, pid) for pid in others} == others
    assert ask(system_calls.CLONE, 17) == system_calls.REFUSE
    assert ask(system_calls.CLONE, 0x3D0F00) == system_calls.ALLOW  # what the C library asks for a thread
    assert ask(system_calls.CLONE3) == system_calls.UNKNOWN
    assert [ask(system_calls.FCNTL, 1, command) for command in (3, 8, 15)] == [
        *(system_calls.ALLOW, system_calls.REFUSE, system_calls.REFUSE),
    ]
    assert answer(program, 63, architecture=architecture) == system_calls.ALLOW
    assert answer(program, 63, architecture=0x40000003) == system_calls.REFUSE  # 32 bits
    assert answer(program, 0x40000001, architecture=architecture) == system_calls.REFUSE


@linux_only
def test_the_kernel_refuses_each_call_that_the_filter_names(make_learner):
    numbers = [numbers[COLUMN] for numbers in system_calls.REFUSED.values() if numbers[COLUMN] != system_calls.NONE]
    learner = make_learner(f"""
        import ctypes
        C = ctypes.CDLL(None, use_errno=True)
        def f():
            return [[C.syscall(n, *[-1] * 6), ctypes.get_errno()] for n in {numbers}]
    """)
    assert learner.f() == [[-1, errno.EPERM]] * len(numbers)


def test_what_may_be_read_has_no_answers_in_it_and_no_other_work(tmp_path):
    for own in (EXERCISE, tmp_path / "mueller" / "ex05_conv2d.py"):
        own.parent.mkdir(exist_ok=True)
        allowed = [os.path.realpath(path) for path in files.readable(own)]
        closed = [ROOT / "solutions", ROOT / "tests", ROOT / ".git", ROOT, tmp_path, tmp_path / "schulze"]
        closed += [ROOT / "kit" / name for name in ("given.py", "__pycache__", "gallery", "see")]
        assert [path for path in closed for each in allowed if path.is_relative_to(each)] == []
        assert str(ROOT / "kit" / "learner") in allowed
        assert str(own.parent) in allowed


def test_a_project_inside_a_folder_of_the_system_is_left_out_of_it(tmp_path, monkeypatch):
    system, project = tmp_path / "usr", tmp_path / "usr" / "src" / "convkata"
    for name in ("kit/learner", "kit/course", "data", "exercises", "solutions", "tests"):
        (project / name).mkdir(parents=True)
    for name in ("lib", "src/other"):
        (system / name).mkdir(parents=True)
    monkeypatch.setattr(files, "ROOT", project)
    monkeypatch.setattr(files, "ANSWERS", [str(project / "solutions"), str(project / "tests")])
    monkeypatch.setattr(files, "places", lambda: (str(system),))
    own = project / "exercises" / "ex05_conv2d.py"
    own_parts = [f"src/convkata/{name}" for name in ("kit/learner", "kit/course", "data", "exercises")]
    wanted = ["src/other", "lib", *own_parts]
    expected = {*(str(system / name) for name in wanted), "/proc/self", str(own)}
    assert set(files.readable(own)) == expected
    assert str(project / "solutions") not in files.readable(project / "ex05_conv2d.py")


def test_python_can_be_read_where_work_lies_beside_it(tmp_path, monkeypatch):
    (tmp_path / "usr" / "local" / "mueller").mkdir(parents=True)
    monkeypatch.setattr(files, "places", lambda: (str(tmp_path / "usr"), str(tmp_path / "usr" / "local")))
    assert str(tmp_path / "usr" / "local") in files.readable(tmp_path / "usr" / "local" / "mueller" / "ex05_conv2d.py")


def test_a_learners_file_that_is_a_link_to_the_answer_is_out_of_reach(tmp_path):
    (tmp_path / "ex99_sample.py").symlink_to(ROOT / "solutions" / "ex05_conv2d.py")
    allowed = files.readable(tmp_path / "ex99_sample.py")
    assert [path for path in allowed if Path(path).is_relative_to(ROOT / "solutions")] == []


@linux_only
def test_a_process_writes_into_a_folder_of_its_own_that_goes_with_it(make_learner):
    code = """
        import os, tempfile
        def f():
            with tempfile.NamedTemporaryFile("w+", delete=False) as file:
                file.write("x")
            os.mkdir(os.path.join(tempfile.gettempdir(), "sub"))
            return tempfile.gettempdir(), os.environ["TMPDIR"], open(file.name).read()
    """
    first, second = make_learner(code, name="ex98_sample"), make_learner(code)
    own, by_name, read = first.f()
    assert own == by_name
    assert read == "x"
    others = second.f()[0]
    assert own != others
    assert Path(own).exists()
    first.end()
    assert [Path(own).exists(), Path(others).exists()] == [False, True]


@linux_only
@pytest.mark.parametrize("files", [1, 3])
def test_neither_a_file_in_it_nor_all_together_grow_beyond_a_limit(make_learner, files):
    learner = make_learner("""
        import os, tempfile
        def f(size, files):
            for number in range(files):
                with open(f"{tempfile.gettempdir()}/{number}", "wb") as file:
                    file.write(bytes(size))
            return os.path.ismount(tempfile.gettempdir())
    """)
    has_own_file_system = learner.f(1 << 20, files)
    if files == 1 or has_own_file_system:
        with pytest.raises(LearnerError, match=r"No space left|too large"):
            learner.f(folder.LARGEST // files + (1 << 20), files)


def make_deep(path):
    here = os.getcwd()
    os.chdir(path)
    for _ in range(sys.getrecursionlimit() + 200):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)


def make_closed(path):
    (path / "in" / "in").mkdir(parents=True)
    (path / "in" / "in" / "file").touch()
    (path / "in").chmod(0)


LEFT = {
    "nothing": lambda _: None,
    "files": lambda path: (path / "file").touch(),
    "a link": lambda path: (path / "link").symlink_to(path.parent / "beside"),
    "a closed folder": make_closed,
    "a deep folder": make_deep,
}


@pytest.mark.parametrize("what", LEFT)
def test_what_a_process_leaves_is_removed_and_nothing_else(tmp_path, what):
    (tmp_path / "1-x").mkdir()
    (tmp_path / "beside").write_text("stays")
    LEFT[what](tmp_path / "1-x")
    try:
        folder.remove_folder(str(tmp_path), 1)
        assert [path.name for path in tmp_path.iterdir()] == ["beside"]
        assert (tmp_path / "beside").read_text() == "stays"
    finally:
        processes.run("rm", "-rf", str(tmp_path / "1-x"))  # pytest could not remove it


SAVING = {
    "open": "open('x.png', 'wb')",
    "torch.save": "torch.save({}, 'x.pt')",
    "matplotlib": "plt.plot([1]) and plt.savefig('x.png')",
}


@linux_only
@pytest.mark.parametrize("how", SAVING)
def test_who_writes_elsewhere_is_told_where_one_may_write(make_learner, how):
    plot = "import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt" if how == "matplotlib" else ""
    learner = make_learner(f"import torch; {plot}\ndef f(): return {SAVING[how]}")
    with pytest.raises(LearnerError) as caught:
        learner.f()
    assert caught.value.account.word == "crashed"
    assert caught.value.account.message.endswith(wall.PLACE_TO_WRITE)


READING = """
    import os, sys
    from pathlib import Path
    from kit.course.manifest import Exercise
    from kit.learner.fork_server import ForkServer, FreshInterpreters
    from kit.learner.stand_in import Learner
    from kit.learner.wall import privileges
    if sys.argv[3] == "kept":
        privileges.forget_environment = lambda: None
    starter = {"forked": ForkServer, "fresh": FreshInterpreters}[sys.argv[2]]()
    learner = Learner(Exercise("ex99_sample", "a sample", 1, 1, {"f": 1}, ()), Path(sys.argv[1]), starter)
    print("hush" in learner.f(), "HOME" in learner.f())
    learner.end()
    starter.close()
"""


@linux_only
@pytest.mark.parametrize(("starter", "how"), [("forked", "forgotten"), ("fresh", "forgotten"), ("forked", "kept")])
def test_the_environment_from_the_start_holds_no_secret(tmp_path, starter, how):
    path = tmp_path / "ex99_sample.py"
    path.write_text("import os\ndef f(): return open('/proc/self/environ').read() + str(dict(os.environ))\n")
    script = tmp_path / "script.py"
    script.write_text("\n".join(line[4:] for line in READING.splitlines()))
    done = processes.run(
        sys.executable, script, path, starter, how, env={"CI_JOB_TOKEN": "hush", "PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.split() == [str(how == "kept"), "True"], done.stderr


@linux_only
def test_a_process_behind_the_wall_ends_with_its_fork_server(make_learner, tmp_path):
    """A change of user undoes what ends it, so this is asked for again."""
    script = tmp_path / "script.py"
    script.write_text("\n".join(line[4:] for line in ENDING.splitlines()))
    (tmp_path / "ex99_sample.py").write_text("import os\ndef f(): return os.getpid()\n")
    done = processes.run(sys.executable, script, tmp_path / "ex99_sample.py", env={"PYTHONPATH": str(ROOT)}, timeout=60)
    assert done.stdout == "ended; folders: False\n", done.stderr


ENDING = """
    import os, signal, sys, time
    from pathlib import Path
    from kit.course.manifest import Exercise
    from kit.learner.fork_server import ForkServer
    from kit.learner.stand_in import Learner
    starter = ForkServer()
    learner = Learner(Exercise("ex99_sample", "a sample", 1, 1, {"f": 1}, ()), Path(sys.argv[1]), starter)
    pid = learner.f()
    os.kill(starter.pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
        time.sleep(0.01)
    starter.close()
    print("ended; folders:", Path(starter.base).exists())
"""


@linux_only
def test_the_header_names_the_parts_that_are_there():
    status, screen = processes.run_pytest("--solutions", "ex03.same_padding", "--require-wall")
    assert status == 0, screen
    assert wall.name(ROOT / "solutions") in screen.splitlines()


def test_a_name_says_what_is_there(monkeypatch):
    for has, name in (((7, True, True), "landlock 7, seccomp, uid 61001 and up"), ((0, False, False), "none")):
        monkeypatch.setattr(files, "version", lambda has=has: has[0])
        monkeypatch.setattr(system_calls, "seccomp_is_there", lambda has=has: has[1])
        monkeypatch.setattr(privileges, "has_other_users", lambda has=has: has[2])
        assert wall.name(ROOT) == f"wall: {name}"


def test_who_may_not_read_a_folder_as_another_user_stays_himself_without_landlock(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "version", lambda: 0)
    monkeypatch.setattr(privileges, "has_other_users", lambda: True)
    monkeypatch.setattr(privileges, "_is_the_rest_open", lambda: True)
    monkeypatch.setattr(privileges, "_is_open", lambda _: True)
    assert "uid" in wall.parts(tmp_path)
    (tmp_path / "ex05_conv2d.py").touch(0o600)
    assert "uid" not in wall.parts(tmp_path)


WITHOUT = "from kit.learner.wall import files\nfiles.version = lambda: 0\n"


@pytest.mark.parametrize(
    ("option", "start"),
    [
        ("--in-process", "There is no wall with --in-process."),
        ("-pwithout", "There is no wall: this system has no landlock."),
    ],
)
def test_a_run_that_requires_a_wall_where_there_is_none_ends_with_a_sentence(tmp_path, option, start):
    (tmp_path / "without.py").write_text(WITHOUT)
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    status, screen = processes.run_pytest("ex03", "--require-wall", option, env={"PYTHONPATH": paths})
    assert status == 2
    assert screen.startswith(start)
    assert len(screen.splitlines()) == 1


def test_a_run_without_landlock_goes_on_and_says_so(tmp_path):
    (tmp_path / "without.py").write_text(WITHOUT)
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    status, screen = processes.run_pytest("--solutions", "ex03", "-pwithout", env={"PYTHONPATH": paths})
    assert status == 0
    assert "landlock" not in screen
