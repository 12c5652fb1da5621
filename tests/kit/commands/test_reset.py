"""Whatever is reset, what stood there before is kept, byte for byte."""

import shutil
import sys

import pytest

import processes
from kit.commands import reset
from kit.course.manifest import ROOT, exercises
from kit.course.stubs import stub_of

STUB = stub_of((ROOT / "solutions" / "ex05_conv2d.py").read_text(encoding="utf-8")).encode()


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project of the test's own: the real solutions and untouched stubs."""
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for module in ("kit.commands.reset", "kit.commands.options", "kit.course.stubs"):
        monkeypatch.setattr(f"{module}.ROOT", tmp_path)
    monkeypatch.setattr(reset, "EXERCISES", tmp_path / "exercises")
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    return tmp_path


def backups(root):
    """What is kept, in the order in which it was."""
    return [path.read_bytes() for path in sorted((root / "out" / "backups").glob("*"))]


def files(root):
    """Everything in exercises/ and out/, by name."""
    found = [path for name in ("exercises", "out") for path in (root / name).rglob("*") if path.is_file()]
    return {path.relative_to(root): path.read_bytes() for path in found}


def status(*words):
    with pytest.raises(SystemExit) as ended:
        reset.main([*words])
    return ended.value.code


def test_what_is_taken_away_is_shown_and_where_it_is_kept(root, capsys):
    path = root / "exercises" / "ex05_conv2d.py"
    path.write_text(path.read_text() + "\n\n++x\n\tanswer = '\x1b[31m'\n::error::\n")
    assert reset.main(["ex05"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Taken away (-) and put back (+):"
    assert lines[-8:-3] == ["-", "-", "-++x", "-       answer = '\\x1b[31m'", "-::error::"]
    (copy,) = (root / "out" / "backups").iterdir()
    assert lines[-3:] == [
        f"Your file is kept as out/backups/{copy.name}.",
        f"To have it back: cp out/backups/{copy.name} exercises/ex05_conv2d.py",
        "exercises/ex05_conv2d.py is the stub again.",
    ]


def test_of_a_long_file_the_beginning_is_shown(root, capsys):
    (root / "exercises" / "ex05_conv2d.py").write_bytes(STUB + b"x = 1\n" * 100)
    reset.main(["ex05"])
    lines = capsys.readouterr().out.splitlines()
    assert (len(lines), lines[-4]) == (45, "… 61 lines more")


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"name = '\xff\xfe'\r\n",
        STUB.replace(b"\n", b"\r\n"),
        STUB[:-1],
        STUB + b"\x00\x0c\n",
        b"\xef\xbb\xbf" + STUB,
    ],
)
def test_the_backup_and_the_stub_are_right_byte_for_byte(root, written):
    path = root / "exercises" / "ex05_conv2d.py"
    path.write_bytes(written)
    assert reset.main(["ex05"]) == 0
    assert backups(root) == [written]
    assert path.read_bytes() == STUB
    assert len(list(path.parent.iterdir())) == len(exercises()) + len(["README.md"])  # and nothing lies beside it


def test_that_only_line_ends_differ_is_said(root, capsys):
    (root / "exercises" / "ex05_conv2d.py").write_bytes(STUB.replace(b"\n", b"\r\n"))
    reset.main(["ex05"])
    assert capsys.readouterr().out.startswith("Only line ends differ.\n")


def test_a_stub_is_left_as_it_is_and_a_missing_file_made(root, capsys):
    (root / "exercises" / "ex06_pooling.py").unlink()
    before = (root / "exercises" / "ex05_conv2d.py").stat().st_mtime_ns
    assert reset.main(["ex05", "ex06_pooling.py", "6"]) == 0
    assert capsys.readouterr().out == (
        "exercises/ex05_conv2d.py is the stub already.\nexercises/ex06_pooling.py is the stub again.\n"
    )
    assert (root / "exercises" / "ex05_conv2d.py").stat().st_mtime_ns == before
    assert (root / "exercises" / "ex06_pooling.py").read_bytes() == (
        ROOT / "exercises" / "ex06_pooling.py"
    ).read_bytes()
    assert backups(root) == []


def test_twice_within_a_second_leaves_two_backups(root):
    for written in (b"one", b"two"):
        (root / "exercises" / "ex05_conv2d.py").write_bytes(written)
        reset.main(["ex05"])
    assert backups(root) == [b"one", b"two"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ex05", "ex99"], "There is no exercise or function called 'ex99'. Did you mean 'ex09'?"),
        (["ex05", "conv2d"], "conv2d is one function; a whole exercise is reset: python -m kit.reset ex05"),
        (
            ["ex05", "ex01.correlate2d"],
            "correlate2d is one function; a whole exercise is reset: python -m kit.reset ex01",
        ),
        ([], "Which exercise? For example: python -m kit.reset ex05"),
        (["--all"], "Which exercise? For example: python -m kit.reset ex05"),
    ],
)
def test_what_it_does_not_know_is_refused_and_nothing_touched(root, capsys, words, sentence):
    (root / "exercises" / "ex05_conv2d.py").write_text("mine\n")
    before = files(root)
    assert status(*words) == 2
    assert tuple(capsys.readouterr()) == ("", f"{sentence}\n")
    assert files(root) == before


def test_the_target_of_a_link_is_left_alone(root):
    path, target = root / "exercises" / "ex05_conv2d.py", root / "elsewhere.py"
    target.write_text("mine\n")
    path.unlink()
    path.symlink_to(target)
    assert reset.main(["ex05"]) == 0
    assert (path.read_bytes(), target.read_text(), backups(root)) == (STUB, "mine\n", [b"mine\n"])


@pytest.mark.parametrize("broken", ["solutions", "backups", "replace"])
def test_where_something_is_missing_or_forbidden_one_sentence_is_said_and_nothing_lost(
    root, capsys, monkeypatch, broken
):
    (root / "exercises" / "ex05_conv2d.py").write_text("mine\n")
    if broken == "solutions":
        shutil.rmtree(root / "solutions")
    elif broken == "backups":
        (root / "out").write_text("a file in the way")
    else:
        monkeypatch.setattr("os.replace", forbidden)
    before = {name: content for name, content in files(root).items() if "out" not in name.parts}
    assert status("ex05") == 2
    screen = capsys.readouterr().err
    assert (screen.count("\n"), screen[:24]) == (1, "Nothing more was reset: ")
    assert {name: content for name, content in files(root).items() if "out" not in name.parts} == before


def forbidden(source, target):
    raise PermissionError(13, "Permission denied", str(target))


def test_reset_needs_no_installed_package():
    command = [sys.executable, "-S", "-m", "kit.reset", "ex99"]  # -S: no site-packages
    done = processes.run(*command)
    assert (done.returncode, done.stderr[:21]) == (2, "There is no exercise ")
