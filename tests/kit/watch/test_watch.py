"""`watch` as a person uses it: in a terminal, with an editor that saves."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from watched import LONG, Screen, save, solution, stubs

from kit.bench.kept import copy_checkout
from kit.course.manifest import ROOT
from kit.watch.changes import changed
from processes import children, descendants, is_running, run, say_running, start, who_runs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One watch for several tests, since it takes seconds to start; each test uses exercises of its own."""
    screen = Screen(stubs(tmp_path_factory.mktemp("watched") / "exercises"), "ex03")
    screen.until_it_waits()
    yield screen
    screen.end()


RIGHT = solution("ex03_output_size")
WRONG = RIGHT.replace("return kernel_size // 2", "return kernel_size // 2 + 1")


def test_from_an_untouched_stub_through_a_wrong_answer_and_a_right_one_to_the_next_exercise(shared):
    assert WRONG != RIGHT
    save(shared.path("ex03_output_size"), WRONG)
    card = shared.until_it_waits()
    assert any(line.startswith("── ex03_output_size, conv_output_size, same_padding,") for line in card)
    at = card.index("wrong: ex03_output_size, same padding keeps the examples of its docstring")
    assert [re.sub(r"\S+/(?=ex)", "", line) for line in card[at:-1]] == [
        "wrong: ex03_output_size, same padding keeps the examples of its docstring",
        "  same_padding(3)",
        "  the answer differs",
        "  got  2   want 1",
        "  seen:  every number is 1 too large",
        "  cause: half of the kernel is rounded up",
        "  look:  the pixel in the middle needs no padding",
        "  ex03_output_size.py:32",
        "ex03_output_size  3/4  done: conv_output_size, trace_sizes, receptive_field;",
        "                       wrong: same_padding",
    ]
    save(shared.path("ex03_output_size"), RIGHT)
    done = shared.until_it_waits()
    assert any(line.startswith("── ex03_output_size, same_padding ──") for line in done)
    assert done.index("done: same_padding, 3 checks") < next(
        i for i, line in enumerate(done) if line.startswith("ex03_output_size  4/4  done")
    )
    assert "next: ex04_padding_stride, Padding and stride" in done
    assert done[-2].startswith("Begin with pad2d: ")


def test_a_card_begins_before_its_cause_is_looked_for(tmp_path):
    save(stubs(tmp_path / "exercises") / "ex03_output_size.py", WRONG)
    words = {"names": ["ex03_output_size"], "first": ["same_padding"], "width": 80, "in_colour": False}
    code = f"from kit.watch.warm_judge import judge_once; judge_once({str(tmp_path / 'exercises')!r}, {words!r})"
    told = run(sys.executable, "-c", code, check=True)
    opening, rest, board, standings = map(json.loads, told.stdout.splitlines()[-4:])
    assert [line.strip() for line in opening["text"].splitlines()] == [
        "wrong: ex03_output_size, same padding keeps the examples of its docstring",
        "same_padding(3)",
        "the answer differs",
    ]
    assert rest["text"].splitlines()[0] == "  got  2   want 1"
    assert "  cause: half of the kernel is rounded up" in rest["text"].splitlines()
    assert board["text"].startswith("ex03_output_size  3/4")
    assert standings["standings"]["ex03_output_size"]["same_padding"] == "wrong"


def test_a_failure_of_the_round_before_does_not_keep_another_from_being_shrunk(shared):
    head = "\n\ndef conv2d(input, *args, right=conv2d, **kwargs):\n    return right(input, *args, **kwargs)"
    wrong = solution("ex05_conv2d") + head
    save(shared.path("ex05_conv2d"), f"{wrong} + 1\n")
    shared.until(r"wrong: ex05_conv2d, conv2d keeps the examples of its docstring")
    shared.until_it_waits()
    save(shared.path("ex05_conv2d"), f"{wrong} + (len(input) > 3)\n")
    shared.until(r"wrong: ex05_conv2d, conv2d judges each sample of a batch alone")
    card = shared.until_it_waits()
    assert "conv2d(input=torch.tensor([[[[0]]], [[[0]]], [[[0]]], [[[0]]]]).double()," in " ".join(card)


def test_a_syntax_error_stands_on_a_card_with_its_line(shared):
    save(shared.path("ex01_correlate"), "def correlate2d(:\n")
    card = shared.until_it_waits()
    assert "  SyntaxError: " in shared.text
    assert any(line.endswith("ex01_correlate.py:1  def correlate2d(:") for line in card)
    assert "ex01_correlate  0/2  cannot import: correlate2d, convolve2d" in card


def test_a_file_that_is_deleted_or_renamed_and_comes_back(shared):
    path = shared.path("ex06_pooling")
    path.rename(path.with_name("mine.py"))
    shared.until(r"ex06_pooling.py is not there. python -m kit.reset ex06 puts the stub back.")
    time.sleep(0.3)  # for what else the editor may do
    path.with_name("mine.py").rename(path)
    shared.until("Begin with max_pool2d")
    assert "not there" not in shared.text  # it was said once
    shared.until_it_waits()


def test_an_editor_that_saves_by_rename(shared):
    path = shared.path("ex07_parameters")
    new = path.with_name("ex07_parameters.py~")
    save(new, solution(path.stem).replace("if parameter.requires_grad", ""))
    os.replace(new, path)
    shared.until("ex07_parameters  4/5")
    shared.until_it_waits()


def test_a_comment_is_no_change_of_a_function(shared):
    path = shared.path("ex12_save_load")
    save(path, path.read_text() + "# a remark\n")
    shared.until("── ex12_save_load ──")
    shared.until_it_waits()


def test_a_helper_beside_the_exercise_is_watched_too(shared):
    package = shared.folder / "shared_parts"
    package.mkdir()
    save(package / "__init__.py", "from .shift import OFFSET\n")
    save(package / "shift.py", "OFFSET = 0\n")
    head = "from shared_parts import OFFSET\n\n\ndef pad2d(image, padding, right=pad2d):\n"
    mine = f"{head}    return right(image, padding) + OFFSET\n"
    save(shared.path("ex04_padding_stride"), f"{solution('ex04_padding_stride')}\n\n{mine}")
    shared.until("ex04_padding_stride  2/2")
    shared.until_it_waits()
    for offset, verdict in ((1, "ex04_padding_stride  0/2"), (0, "ex04_padding_stride  2/2")):
        save(package / "shift.py", f"OFFSET = {offset}\n")
        shared.until("── ex04_padding_stride ─")  # the whole file is concerned
        shared.until(verdict)
        shared.until_it_waits()
    save(shared.folder / "of_nobody.py", "")
    shared.press("?")
    shared.until_it_waits()
    assert "──" not in shared.text


def test_a_helper_that_is_saved_twice_in_a_second_is_judged_as_it_is(tmp_path):
    """Python keeps what it compiled by the second and the size of the source."""
    folder = stubs(tmp_path / "exercises")
    head = "\n\nfrom my_helpers import OFFSET\n\n\ndef same_padding(kernel_size, right=same_padding):\n"
    save(folder / "ex03_output_size.py", f"{RIGHT}{head}    return right(kernel_size) + OFFSET\n")
    helper, second = folder / "my_helpers.py", time.time_ns() // 10**9 * 10**9

    def save_in_that_second(offset):
        save(helper, f"OFFSET = {offset}\n")
        os.utime(helper, ns=(second + offset, second + offset))

    save_in_that_second(1)
    screen = Screen(folder, "ex03", PYTHONDONTWRITEBYTECODE="")
    screen.until("wrong: ex03_output_size, same padding")
    screen.until_it_waits()
    save_in_that_second(0)
    screen.until("ex03_output_size  4/4  done")
    assert not (folder / "__pycache__").exists()
    screen.end()


def test_without_inotify_it_says_so_and_judges_at_each_save(tmp_path):
    instead = tmp_path / "instead"
    instead.mkdir()
    refuses = 'def watch(*_, **__):\n    raise OSError("OS file watch limit reached")\n    yield\n'
    save(instead / "watchfiles.py", refuses)
    screen = Screen(stubs(tmp_path / "exercises"), "ex03", PYTHONPATH=str(instead))
    screen.until(r"The system reports no saves \(the limit of inotify watches is reached\), so the files are looked at")
    screen.until_it_waits()
    save(screen.path("ex03_output_size"), WRONG)
    screen.until("wrong: ex03_output_size, same padding")
    screen.until_it_waits()
    screen.press("q")
    screen.until("status 0")
    screen.end()


def test_where_nothing_can_be_watched_it_ends_with_a_sentence(tmp_path):
    screen = Screen(stubs(tmp_path / "exercises"), "ex03", PYTHONIOENCODING="ascii")
    screen.until("-- ex03_output_size -------")
    screen.until(r"n next \| h hint")
    screen.until_it_waits()
    watcher = next(pid for pid in children(screen.watch()) if "file_events" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(watcher, signal.SIGKILL)
    screen.until("The process that looks at the folders has ended, and with it the watch.")
    screen.until("status 1")
    assert "Traceback" not in screen.text
    screen.end()


def test_a_stub_is_looked_at_before_anything_is_loaded(tmp_path):
    screen = Screen(stubs(tmp_path / "exercises"), "ex05")
    start = screen.until_it_waits()
    what = ["Loading PyTorch", "── ex05_conv2d ─", "Begin with correlate_volume", "convkata judges", "n next"]
    found = [next(number for number, line in enumerate(start) if line.startswith(each)) for each in what]
    assert found == sorted(found)
    assert screen.text.count("Begin with") == 1
    screen.end()


def test_the_exercise_that_is_watched_is_collected_first_and_the_others_when_there_is_time(tmp_path):
    code = f"""
from pathlib import Path
from kit.course.manifest import exercises, find
from kit.watch.warm_judge import Forked, collect

def loop(session, judge):
    ex05, judges = find("ex05")[0][0], Forked(session, judge)
    print(sorted({{item.path.stem for item in session.items}}), flush=True)
    while judges.prepare(ex05):
        pass
    print(list(dict.fromkeys(item.path.stem for item in session.items)) == [e.test_file.stem for e in exercises()])
    print(len(judges.ahead.collected), len(judges.ahead.without))
    judges.forget()

first = find("ex05")[0][0].test_file
collect(Path({str(stubs(tmp_path / "exercises"))!r}), [e.test_file for e in exercises()], loop, first=first)
"""
    told = run(sys.executable, "-c", code, check=True).stdout.splitlines()
    assert told[2:5] == ["['test_ex05_conv2d']", "True", "1 0"]  # the fork for this exercise was made at once


def test_a_save_in_the_middle_of_an_endless_loop_drops_it(shared):
    path, running = shared.path("ex11_validate"), shared.folder / "running"
    loop = f"{say_running(running)}\n    while True:\n        pass\n"
    save(path, solution(path.stem) + f"\n\ndef predict(outputs):\n    {loop}")
    shared.until("── ex11_validate")
    while not (learner := who_runs(running)):
        time.sleep(0.01)
    assert is_running(learner)
    save(path, solution(path.stem))
    shared.until("ex11_validate  2/2  done")
    assert "too slow" not in shared.text
    assert not is_running(learner)
    shared.until_it_waits()


def looping(folder):
    """A file that never ends, and says when it runs."""
    return f"{say_running(folder / 'running')}\nwhile True:\n    pass\n"


def with_a_loop(folder):
    """Stubs, and one such file, so that there are processes of all kinds."""
    save(stubs(folder) / "ex03_output_size.py", looping(folder))
    return folder


def wait_for_the_loop(folder, watch):
    """The processes below watch, once one of them runs the learner's code."""
    while not who_runs(folder / "running"):
        assert is_running(watch)
        time.sleep(0.01)
    return descendants(watch)


def assert_none_is_left(pids):
    deadline = time.monotonic() + 5
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, "a process is still there"
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["q", "\x03", "\x04", signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_no_process_is_left_and_the_terminal_is_as_it_was(tmp_path, how):
    screen = Screen(with_a_loop(tmp_path / "exercises"), "ex03")
    screen.until("── ex03_output_size")
    watch = screen.watch()
    below = wait_for_the_loop(screen.folder, watch)
    if isinstance(how, str):
        screen.press(how)
    else:
        os.kill(watch, how)
    screen.until(r"status \d+[^$]*echoke")
    if how != signal.SIGKILL:  # which nobody can answer
        assert "status 0" in screen.text
        assert re.search(r"[^-]icanon", screen.text)
        assert re.search(r"[^-]echo ", screen.text)
    assert "Traceback" not in screen.text
    assert_none_is_left([watch, *below])
    screen.end()


@pytest.mark.parametrize("how", ["the end of the input", signal.SIGTERM, signal.SIGINT])
def test_without_a_terminal(tmp_path, how):
    folder = with_a_loop(tmp_path / "exercises")
    command = [sys.executable, "-m", "kit.watch", "3", f"--folder={folder}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with start(*command, **pipes) as watch:
        below = wait_for_the_loop(folder, watch.pid)
        save(folder / "ex03_output_size.py", RIGHT)
        text = ""
        while "Begin with pad2d" not in text:
            text += watch.stdout.readline()
        if isinstance(how, str):
            watch.stdin.close()
        else:
            watch.send_signal(how)
        assert watch.wait(LONG) == 0
        rest = watch.stdout.read()
    assert "q quit" not in text + rest
    assert "Traceback" not in rest
    assert_none_is_left(below)


def test_without_fork_it_does_the_same(tmp_path):
    screen = Screen(with_a_loop(tmp_path / "exercises"), "ex03", "--fresh-interpreters")
    screen.until("Without fork each verdict comes from a new interpreter and takes seconds")
    screen.until("── ex03_output_size")
    save(screen.path("ex03_output_size"), WRONG)
    screen.until(r"wrong: ex03_output_size, same padding keeps the examples")
    screen.until_it_waits()
    save(screen.path("ex03_output_size"), looping(screen.folder))
    below = wait_for_the_loop(screen.folder, screen.watch())
    screen.press("q")
    screen.until("status 0")
    assert_none_is_left(below)
    screen.end()


def test_a_change_to_the_checks_starts_it_anew(tmp_path):
    screen = Screen(stubs(tmp_path / "exercises"), "ex03")
    screen.until("Begin with conv_output_size")
    screen.until_it_waits()
    screen.press("n")
    screen.until("Begin with pad2d")
    screen.until_it_waits()
    before = screen.watch()
    touched = ROOT / "tests" / "of_a_test_of_watch.py"
    try:
        save(touched, "")
        screen.until("tests/of_a_test_of_watch.py has changed: starting anew")
    finally:
        touched.unlink()
    screen.until("── ex04_padding_stride")
    screen.until_it_waits()
    assert screen.watch() == before
    screen.press("q")
    screen.until("status 0")
    screen.end()


@pytest.fixture
def project(tmp_path):
    """A copy of the project, to be broken."""
    return copy_checkout(tmp_path / "project")


def test_a_change_that_breaks_the_kit_ends_it_with_a_sentence(project):
    screen = Screen(project / "exercises", "ex03", cwd=project, PYTHONPATH=str(project))
    screen.until_it_waits()
    broken = project / "kit" / "verdict" / "card.py"
    save(broken, broken.read_text() + "\nunknown_name\n")
    screen.until(r"kit/verdict/card.py has changed: starting anew")
    screen.until("status 1")
    said = " ".join(screen.text.replace("\r\n", "").split())
    assert "The kit has failed since that change: NameError: name 'unknown_name' is not defined" in said
    assert "Once that is mended, start watch again." in said
    assert "Traceback" not in said
    screen.end()


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("tests/test_ex03_output_size.py", "def f(:", "tests/test_ex03_output_size.py: SyntaxError: invalid syntax"),
        ("tests/test_ex12_save_load.py", "import nonsense", "test_ex12_save_load.py: ModuleNotFoundError: No module"),
        ("tests/strategies.py", "nonsense", "NameError: name 'nonsense' is not defined"),
        ("tests/conftest.py", "nonsense", "tests/conftest.py'. NameError: name 'nonsense' is not defined"),
        ("kit/course/course.toml", "][", "TOMLDecodeError: Invalid statement"),
        ("kit/judge/plugin.py", "nonsense", "NameError: name 'nonsense' is not defined"),
    ],
)
def test_broken_checks_are_one_sentence(project, name, line, reason):
    save(project / name, (project / name).read_text() + f"\n{line}\n")
    command = [sys.executable, "-m", "kit.watch.again", "ex03", f"--folder={project / 'exercises'}"]
    done = run(*command, cwd=project, env={"PYTHONPATH": str(project)}, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert done.stderr == ""
    assert reason in done.stdout
    assert "start watch again" in done.stdout.splitlines()[-1]
    assert "Traceback" not in done.stdout


BEFORE = b"import torch\n\ndef f(x):\n    return x\n\ndef g(x):\n    return _h(x)\n\ndef _h(x):\n    return x\n"


@pytest.mark.parametrize(
    ("old", "new", "functions"),
    [
        (b"def g(x):\n    return _h(x)", b"def g(x):\n    return _h(x) + 1", ["g"]),
        (b"return x\n", b"return x + 1  # twice: f and _h\n", []),
        (b"import torch", b"import math", []),
        (b"    return x\n\ndef g(x):\n    return _h(x)", b"    return -x\n\ndef g(x):\n    return -_h(x)", ["f", "g"]),
        (b"return _h(x)", b"return (_h(x))  # the same", []),
        (b"def f(x):\n    return x\n", b"", ["f"]),
        (b"def f(x):", b"def f(x:", []),
    ],
)
def test_which_functions_a_save_has_changed(old, new, functions):
    assert old in BEFORE
    assert changed(BEFORE, BEFORE.replace(old, new), ("f", "g")) == functions
