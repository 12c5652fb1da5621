"""The keys of `watch`, in a terminal."""

import re
from pathlib import Path

import pytest
from watched import Screen, save, solution, stubs

from kit.commands.hint import GIVEN
from kit.course.manifest import exercises
from kit.see.page import read_scene
from processes import children


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One watch for several tests, since it takes seconds to start; each test uses exercises of its own."""
    screen = Screen(stubs(tmp_path_factory.mktemp("watched") / "exercises"), "ex03")
    screen.until_it_waits()
    yield screen
    screen.end()


@pytest.fixture
def hints_stay():
    """What watch notes of the hints that it gave, as it was before."""
    before = GIVEN.read_bytes() if GIVEN.exists() else None
    yield
    GIVEN.unlink(missing_ok=True)
    if before is not None:
        GIVEN.write_bytes(before)


def test_keys(shared, hints_stay):
    save(shared.path("ex08_net"), solution("ex08_net").replace("class LeNet5", "class Lenet5"))
    shared.until_it_waits()
    shared.press("h")
    shared.until(r"LeNet5: hint \d of 3\r\n  \S")
    shared.press("s")
    shared.until(r"yours: .*model answer: ")
    shared.press("?")
    shared.until_it_waits()
    shared.press("n")
    shared.until("Begin with select_classes")
    shared.until_it_waits()
    shared.press("r")
    board = shared.until_it_waits()
    assert len([line for line in board if re.match(r"ex\d\d_", line)]) == len(exercises())
    assert re.search(rf"\d+ of {sum(len(e.functions) for e in exercises())} functions done", shared.text)


def test_v_draws_the_failure_that_is_shown(shared):
    right = solution("ex04_padding_stride")
    wrong = right.replace("w - kw + 1, sw)", "w - kw + 1, sh)")
    assert wrong != right
    save(shared.path("ex04_padding_stride"), wrong)
    shared.until("wrong: correlate2d")
    shared.until_it_waits()
    shared.press("v")
    lines = shared.until_it_waits()
    page = shared.folder.parent / "out" / "see.html"
    assert page.as_uri() in lines
    scene = read_scene(page.read_text(encoding="utf-8"))
    assert scene["title"] == "ex04 correlate2d"
    assert scene["finding"] in " ".join(lines)
    save(shared.path("ex04_padding_stride"), right)
    shared.until("next: ")
    shared.until_it_waits()
    shared.press("v")
    shared.until_it_waits()
    assert "There is no failure to draw." in shared.text


def test_keys_and_saves_are_heard_while_a_failure_is_drawn(shared):
    wrong = solution("ex07_parameters").replace("def linear_parameters", "def linear_parameter")
    save(shared.path("ex07_parameters"), wrong)
    shared.until("cannot import: |wrong: |crashed: ")
    shared.until_it_waits()
    (shared.folder.parent / "out" / "see.html").unlink(missing_ok=True)
    shared.press("v")
    shared.until("drawing …")
    (drawing,) = [pid for pid in children(shared.watch()) if is_drawing(pid)]
    shared.press("?")
    shared.until_it_waits()
    assert drawing in children(shared.watch())
    assert "see.html" not in shared.text
    save(shared.path("ex07_parameters"), solution("ex07_parameters"))
    shared.until("… nothing is drawn")
    shared.until("next: ")
    shared.until_it_waits()
    assert drawing not in children(shared.watch())
    assert not (shared.folder.parent / "out" / "see.html").exists()


def is_drawing(pid):
    try:
        return b"kit.see" in (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:  # a judge that has just ended
        return False


def test_each_key_ends_with_the_line_of_keys(shared, hints_stay):
    for key in "shnx":
        shared.press(key)
        shared.until_it_waits()


def test_after_the_last_hint_it_says_that_they_begin_anew(shared, hints_stay):
    save(shared.path("ex06_pooling"), solution("ex06_pooling").replace("def subsample", "def subsamples"))
    shared.until("ex06_pooling  2/3")
    shared.until_it_waits()
    for number in (1, 2, 3, 1):
        GIVEN.write_text(f'{{"ex06.subsample": {number - 1}}}')
        shared.press("h")
        shared.until_it_waits()
        assert f"subsample: hint {number} of 3" in shared.text
        assert ("That was the last; h begins anew." in shared.text) == (number == 3)


def test_the_model_answer_to_one_function_gives_no_other_away(shared):
    """Sobel's needs a helper with which scharr is one line."""
    right = solution("ex02_kernels")
    wrong = right.replace("[3.0, 10.0, 3.0]", "[3.0, 9.0, 3.0]")
    assert wrong != right
    save(shared.path("ex02_kernels"), wrong)
    shared.until("wrong: scharr")
    save(shared.path("ex02_kernels"), wrong.replace("[1.0, 2.0, 1.0]", "[1.0, 1.0 + 1.0, 1.0]"))
    shared.until("done: sobel, ")
    shared.until_it_waits()
    shared.press("s")
    shared.until_it_waits()
    _, _, model_answer = shared.text.partition("model answer: ")
    assert "def sobel(edges: str)" in model_answer
    assert "def _directed" not in model_answer
    assert "_directed is not shown: scharr needs it too, and is not done yet." in model_answer
    save(shared.path("ex02_kernels"), right)
    shared.until("next: ex03_output_size")
    shared.until_it_waits()
    shared.press("s")
    shared.until_it_waits()
    _, _, model_answer = shared.text.partition("model answer: ")
    assert "def _directed" in model_answer
    assert "is not shown" not in model_answer


def test_a_terminal_that_is_resized_has_its_new_width_at_once(shared, hints_stay):
    """The rule before the next verdict is as wide as the terminal, up to 100 columns."""
    for columns in (60, 90, 80):
        shared.resize(columns)
        shared.press("n")
        lines = shared.until_it_waits()
        (rule,) = [line for line in lines if line.startswith("── ")]
        assert len(rule) == columns - 1
