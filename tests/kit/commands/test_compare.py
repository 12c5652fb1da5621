"""The model answer is shown beside code that is done, and to nobody else."""

import io
import sys
import textwrap

import pytest
from rich.console import Console

import processes
from kit.commands.compare import code_of, show
from kit.commands.used_names import giveaways, sharing_helpers
from kit.course.manifest import ROOT, exercises, find

pytestmark = pytest.mark.slow

EX05, EX06 = find("ex05")[0][0], find("ex06")[0][0]
RUN = "import sys; from pathlib import Path; from kit.commands import compare; compare.EXERCISES = Path(sys.argv[1]); "
MINE = '''
def windows(input, size):
    """Not shown."""
    return input.unfold(2, size, 1).unfold(3, size, 1)


def subsample(input, stride):
    "Nor is this."
    sh, sw = pair(stride)
    if sh < 1 or sw < 1:
        raise ValueError(f"a stride is 1 or more, but {stride} is not, which is why nothing can be left out by it")
    return input[:, :, ::sh, ::sw]  # \x1b[31m
'''


@pytest.fixture
def folder(tmp_path):
    """Exercise 6 with everything done and subsample written another way."""
    source = (ROOT / "solutions" / "ex06_pooling.py").read_text(encoding="utf-8")
    (tmp_path / "ex06_pooling.py").write_text(source + MINE, encoding="utf-8")
    return tmp_path


def compared(folder, *words):
    """Status and screen of the command, run on a folder."""
    command = [sys.executable, "-c", f"{RUN} sys.exit(compare.main(sys.argv[2:]))", str(folder), *words]
    done = processes.run(*command)
    return done.returncode, done.stdout + done.stderr


def shown(folder, exercise, function, width, **about):
    """What show() prints."""
    console = Console(file=io.StringIO(), width=width, highlight=False, **about)
    show(exercise, function, folder, ["f: 1 multiply-adds", "f: 2 multiply-adds"], console)
    return console.file.getvalue()


def test_code_that_is_done_stands_beside_the_model_answer_with_note_and_costs(folder):
    status, screen = compared(folder, "subsample")
    lines = [line.rstrip() for line in screen.splitlines()]
    assert status == 0, screen
    assert lines[0] == f"yours: {folder.name}/ex06_pooling.py"
    assert "model answer: solutions/ex06_pooling.py" in lines
    note = lines.index(next(line for line in lines if line.startswith("note: ")))
    assert textwrap.wrap(f"note: {EX06.notes['subsample']}", 80) == lines[note : note + 2]
    *_, yours, model_answer = (line for line in lines[note + 2 :] if "subsample: " in line)
    assert yours.startswith("yours: subsample: 0 multiply-adds, ")
    assert model_answer.startswith("model answer: subsample: 0 multiply-adds, ")
    assert "\x1b" not in screen
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("words", "sentence"), [(["correlate2d"], "There is more than one"), (["ex05"], "Which function")]
)
def test_what_names_no_single_function_gets_one_sentence_and_status_2(folder, words, sentence):
    status, screen = compared(folder, *words)
    assert (status, screen.count("\n"), screen[: len(sentence)]) == (2, 1, sentence)


@pytest.mark.parametrize("source", [None, "raise OSError\n", "def subsample(input, stride): return input\n"])
def test_before_it_is_done_the_command_points_to_the_hints(folder, source):
    path = folder / "ex06_pooling.py"
    path.unlink()
    (folder / "ex01_correlate.py").touch()
    if source:
        path.write_text(source)
    word = "wrong" if source and "return" in source else "cannot import"
    assert compared(folder, "subsample") == (
        1,
        f"subsample is not done yet ({word}); the model answer is for afterwards.\n"
        "A hint: python -m kit.hint subsample\n",
    )


KERNELS = (ROOT / "solutions" / "ex02_kernels.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("function", "source", "kept_back"),
    [
        ("sobel", KERNELS.replace("[3.0, 10.0, 3.0]", "[3.0, 9.0, 3.0]"), "scharr"),
        ("sobel", KERNELS, None),
        ("learn_kernel", KERNELS.replace("[3.0, 10.0, 3.0]", "[3.0, 9.0, 3.0]"), None),
    ],
)
def test_a_helper_is_shown_once_all_is_done_that_needs_it(tmp_path, function, source, kept_back):
    """With the helper that sobel and scharr share, scharr is a line."""
    (tmp_path / "ex02_kernels.py").write_text(source, encoding="utf-8")
    status, screen = compared(tmp_path, function)
    yours, _, model_answer = screen.partition("model answer: ")
    assert status == 0, screen
    assert f"def {function}(" in model_answer
    assert "def _directed" in yours or function == "learn_kernel"
    assert ("def _directed" in model_answer) == (function == "sobel" and kept_back is None)
    sentence = f"_directed is not shown: {kept_back} needs it too, and is not done yet."
    assert (sentence in model_answer) == (kept_back is not None)


def test_no_function_of_the_course_gives_another_away():
    """A name that is used by two functions of an exercise, and is none of them, is kept back."""
    for exercise in exercises():
        for function in exercise.functions:
            for other in sharing_helpers(exercise, function):
                assert giveaways(exercise, function, [other])
                assert function in sharing_helpers(exercise, other)
    (ex02,) = [e for e in exercises() if e.id == "ex02"]
    assert sharing_helpers(ex02, "sobel") == ["prewitt", "scharr"]
    assert giveaways(ex02, "sobel", ["edge_strength", "learn_kernel"]) == {}


@pytest.mark.parametrize("width", [80, 130])
def test_a_line_fits_and_one_that_is_too_long_goes_on_further_in(folder, width):
    lines = shown(folder, EX06, "subsample", width).splitlines()
    assert max(map(len, lines)) <= width
    titles = [line for line in lines if "model answer: solutions/ex06_pooling.py" in line]
    assert titles[0].startswith("yours: ") == (width == 130)  # beside each other where there is room
    (first,) = [i for i, line in enumerate(lines) if "or more, but" in line]
    assert lines[first].startswith("        raise")
    assert lines[first + 1].startswith("            ")
    assert "\\x1b[31m" in "\n".join(lines)


def test_colours_only_where_they_are_wanted(folder):
    assert "\x1b[34mdef" in shown(folder, EX06, "subsample", 80, force_terminal=True, color_system="standard")
    assert "\x1b" not in shown(folder, EX06, "subsample", 80, no_color=True)


def test_helpers_are_shown_and_docstrings_and_other_functions_of_the_exercise_are_not():
    code = code_of(ROOT / "solutions" / "ex06_pooling.py", "avg_pool2d", EX06.functions)
    assert code.startswith("def avg_pool2d(")
    assert "\n\ndef _windows(" in code
    assert '"""' not in code
    assert "def max_pool2d" not in code
    code = code_of(ROOT / "solutions" / "ex05_conv2d.py", "conv2d", EX05.functions)
    assert code.count("def ") == 1


SOURCES = {
    "one line": ("def f(x): 'doc'; return x\n", "def f(x): 'doc'; return x"),
    "another name": ("def g(x):\n    return x\n\n\nf = g\n", "def g(x):\n    return x\n\nf = g"),
    "a constant": ("import os\nA, B = 1, 2\ndef f(x): return x + B\n", "A, B = 1, 2\n\ndef f(x): return x + B"),
    "decorated": ("@print\ndef f(x):\n    '''a\n    b'''\n    return x\n", "@print\ndef f(x):\n    return x"),
    "defined twice": ("def f(): return 1\ndef f(): return 2\n", "def f(): return 2"),
    "a class": ("class f:\n    'doc'\n    def g(self):\n        'doc'\n        return 1\n",
                "class f:\n    def g(self):\n        return 1"),
    "found elsewhere": ("from os import fspath as f\n", "from os import fspath as f"),
    "a byte order mark": ("\ufeffdef f(): return 1\n", "def f(): return 1"),
    "a form feed": ("x = 1\n\x0c\ndef f():\n    return 1\n", "def f():\n    return 1"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "code"), SOURCES.values(), ids=SOURCES)
def test_code_is_found_however_it_is_written(tmp_path, source, code):
    (tmp_path / "ex05_conv2d.py").write_text(source, encoding="utf-8")
    assert code_of(tmp_path / "ex05_conv2d.py", "f") == code


def test_a_file_may_say_how_it_is_encoded(tmp_path):
    (tmp_path / "ex05_conv2d.py").write_bytes(b"# coding: latin-1\ndef f(): return '\xe9'\n")
    assert code_of(tmp_path / "ex05_conv2d.py", "f") == "def f(): return 'é'"
