"""What watch knows, and what follows from it."""

import pytest

from kit.course.manifest import Exercise, exercises, find
from kit.watch.progress import Progress, stub_bytes

EX01, EX02, EX03, EX07, EX11, EX12 = (find(name)[0][0] for name in ("ex01", "ex02", "ex03", "ex07", "ex11", "ex12"))


@pytest.fixture
def progress(tmp_path):
    for exercise in exercises():
        (tmp_path / f"{exercise.name}.py").write_text("from my_helpers import K\n" if exercise is EX02 else "")
    (tmp_path / "my_helpers.py").write_text("K = 1\n")
    return Progress(tmp_path)


def note(progress, *done, **wrong):
    """A round over these exercises has ended."""
    for exercise in done:
        standings = {f: wrong.get(f, "done") for f in exercise.functions}
        progress.note(exercise, progress.sources[exercise], standings)


def test_the_next_one_is_the_next_that_is_not_known_to_be_done(progress):
    assert progress.following(EX12) is EX01
    note(progress, EX01, EX02)
    assert progress.following(EX12) is EX03
    assert progress.following(EX01) is EX03


def test_what_goes_beyond_the_lecture_comes_after_all_of_it(progress, monkeypatch):
    more = Exercise("ex99_more", "More", 60, 1, {"more": 1}, beyond=True)
    course = (*(e for e in exercises() if not e.beyond), more)
    monkeypatch.setattr("kit.watch.progress.exercises", lambda: course)
    (progress.folder / "ex99_more.py").write_text("")
    progress.read()
    note(progress, *(e for e in course[:-1] if e is not EX03))
    assert progress.following(EX12) is EX03
    note(progress, EX03)
    assert progress.following(EX12) is more
    assert progress.following(more) is more
    note(progress, more)
    assert progress.following(more) is None


def test_all_is_done_only_if_all_is_known_to_be_done(progress):
    note(progress, *exercises(), lenet5_table="wrong")
    assert progress.following(EX12) is EX07
    assert progress.following(EX07) is EX07
    note(progress, EX07)
    assert progress.following(EX12) is None
    progress.path(EX11).write_text("changed")
    progress.read()
    assert progress.following(EX12) is EX11


def test_a_saved_helper_concerns_those_that_import_it(progress):
    note(progress, *exercises())
    assert progress.read() == ([], [])
    (progress.folder / "my_helpers.py").write_text("K = 2\n")
    assert progress.read() == ([], [EX02])
    assert progress.following(EX01) is EX02
    assert progress.changed_functions(EX02) == []
    progress.path(EX01).write_text("import my_helpers\n")
    (progress.folder / "my_helpers.py").unlink()
    assert progress.read() == ([EX01], [EX02])


def test_the_last_to_pass_is_what_was_worked_at_and_still_holds(progress):
    assert progress.last_passed() is None
    standings = dict.fromkeys(EX02.functions, "done") | {"scharr": "wrong"}
    progress.note(EX02, progress.sources[EX02], standings, ["prewitt", "sobel", "scharr"])
    assert progress.last_passed() == (EX02, "prewitt")
    note(progress, EX01)
    assert progress.last_passed() == (EX01, EX01.functions[-1])
    progress.path(EX01).write_text("changed")
    progress.read()
    assert progress.last_passed() == (EX02, "prewitt")


def test_a_stub_needs_no_judge(progress):
    ((exercise, _),) = find("ex05")
    assert not progress.is_stub(exercise)
    progress.path(exercise).write_bytes(stub_bytes(exercise))
    progress.read()
    assert progress.is_stub(exercise)
    progress.path(exercise).write_bytes(stub_bytes(exercise) + b"\n")
    progress.read()
    assert not progress.is_stub(exercise)
