"""Whatever a terminal can show, and without one, each command prints what it has to say and ends as it should."""

import ast
import io
import re
import subprocess
import sys

import pytest

from kit.course.manifest import ROOT
from kit.verdict import terminal
from kit.verdict.console import new_console
from processes import run, run_pytest, start

pytestmark = pytest.mark.slow

FILES = sorted((ROOT / "kit").rglob("*.py"))
ODD = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "an old Windows code page": {"PYTHONIOENCODING": "cp1252"},
    "the C locale": {"LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no columns": {"COLUMNS": "0"},
    "one column": {"COLUMNS": "1"},
    "few columns": {"COLUMNS": "20"},
    "fewer than none": {"COLUMNS": "-3"},
    "columns that are no number": {"COLUMNS": "abc"},
    "more columns than any terminal has": {"COLUMNS": "99999999"},
    "an unknown terminal": {"TERM": "nonsense", "NO_COLOR": ""},
    "no TERM": {"TERM": "", "NO_COLOR": ""},
}
WRONG = """
from solutions_of_ex03 import conv_output_size, same_padding, trace_sizes


def receptive_field(layers):
    print("7 × 7 °")
    return 1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An answer whose card has characters that not every encoding has."""
    folder = tmp_path_factory.mktemp("exercises")
    solution = (ROOT / "solutions" / "ex03_output_size.py").read_text(encoding="utf-8")
    (folder / "solutions_of_ex03.py").write_text(solution, encoding="utf-8")
    (folder / "ex03_output_size.py").write_text(WRONG, encoding="utf-8")
    return folder


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_the_card_is_shown_on_any_terminal(folder, odd):
    status, screen = run_pytest("ex03.receptive_field", folder=folder, env=odd, encoding="latin-1")
    assert status == 1
    assert "Traceback" not in screen
    lines = [line.strip() for line in screen.splitlines()]
    assert any(line.startswith("wrong: ex03_output_size, rec") for line in lines)
    assert "again: pytest" in screen
    assert any(re.match(r"printed \| 7 (x|×|Ã\x97) 7 ( deg|°|Â°)", line) for line in lines), screen
    assert "0 of 1 functions done" in screen


EACH = ("hint", "reset", "compare", "watch", "train", "gallery", "speedrun", "bench", "see", "grade")


@pytest.mark.parametrize("command", EACH)
def test_each_command_prints_on_a_terminal_that_has_only_ascii(command):
    done = run(sys.executable, "-m", f"kit.{command}", "--help", env={"PYTHONIOENCODING": "ascii", "COLUMNS": "0"})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")
    assert done.stdout.isascii()


def test_each_main_function_is_made_for_any_terminal():
    mains = {path: main for path in FILES for main in ast.walk(ast.parse(path.read_bytes())) if is_main(main)}
    assert {path.parent.name for path in mains} == {"commands", "watch", "training", "gallery", "bench", "see", "grade"}
    bare = [path for path, main in mains.items() if [d.id for d in main.decorator_list] != ["on_any_terminal"]]
    assert bare == []


def is_main(node):
    """Whether this is the main function of a command, which takes the words of a command line."""
    return isinstance(node, ast.FunctionDef) and node.name == "main" and "arguments" in {a.arg for a in node.args.args}


def test_consoles_are_made_and_terminals_are_measured_in_one_place():
    own = ROOT / "kit" / "verdict"
    for path in FILES:
        called = {node.func for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)}
        names = {getattr(function, "id", getattr(function, "attr", "")) for function in called}
        assert "Console" not in names, path
        assert "get_terminal_size" not in names or path == own / "terminal.py", path


@pytest.mark.parametrize("lines", [0, 1])
@pytest.mark.parametrize(
    "command",
    [("kit.hint", "same_padding"), ("kit.compare", "same_padding"), ("pytest", "ex03.same_padding"), ("kit.train",)],
)
def test_nobody_reads_on(tmp_path, command, lines):
    arguments = ["--solutions", "--pictures=20", "--epochs=1", f"--out={tmp_path}"] if command == ("kit.train",) else []
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(sys.executable, "-m", *command, *arguments, **pipes) as process:
        for _ in range(lines):
            process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()
    assert complaints == ""


CLOSED = """
import os, sys
for number in sys.argv[1]:
    os.close(int(number))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@pytest.mark.parametrize("which", ["1", "01", "012"])
@pytest.mark.parametrize("command", [("kit.hint", "same_padding"), ("kit.compare", "same_padding"), ("kit.train",)])
def test_standard_output_may_be_closed(tmp_path, command, which):
    arguments = ["--solutions", "--pictures=20", "--epochs=1", f"--out={tmp_path}"] if command == ("kit.train",) else []
    done = run(sys.executable, "-c", CLOSED, which, "-m", *command, *arguments)
    status = 1 if command[0] == "kit.compare" else 0  # nothing is done in a fresh clone
    assert (done.returncode, done.stderr) == (status, "")


def test_other_errors_of_pipes_are_raised():
    @terminal.on_any_terminal
    def main(_arguments):
        raise BrokenPipeError("of a child process")

    with pytest.raises(BrokenPipeError, match="of a child process"):
        main([])


def test_characters_that_an_encoding_lacks_are_written_with_others():
    written = "── 3 × 3 … 45° · ü ♥".encode("ascii", errors="convkata")
    assert written == b"-- 3 x 3 ... 45 deg | \\xfc \\u2665"
    assert "3 × 3 ü ♥".encode("latin-1", errors="convkata") == b"3 \xd7 3 \xfc \\u2665"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", errors="convkata")


@pytest.mark.parametrize(("said", "columns"), [("0", 80), ("abc", 80), ("-1", 80), ("", 80), ("1", 40), ("55", 55)])
def test_how_many_columns_there_are(monkeypatch, said, columns):
    monkeypatch.setenv("COLUMNS", said)
    monkeypatch.setattr(sys, "__stdout__", None)
    assert terminal.columns() == columns
    assert new_console(file=io.StringIO()).width == columns


def test_a_console_follows_a_terminal_that_is_resized(monkeypatch):
    console = new_console(file=io.StringIO())
    for columns in (60, 90):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert console.width == columns
    assert new_console(file=io.StringIO(), width=50).width == 50
