"""The loop of watch, with a judge and a screen that are made for the test."""

from types import SimpleNamespace

import pytest

from kit.course.manifest import Exercise, exercises
from kit.watch.key_bindings import press
from kit.watch.progress import Progress
from kit.watch.watch import Watch

EX05, LAST = exercises()[4], exercises()[-1]


class Screen:
    """What was written."""

    width, in_colour = 80, False

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def say(self, text, _style=""):
        self.text += f"{text}\n"

    def rule(self, about):
        self.say(f"── {about}")

    def styled(self, text, _style):
        return text


class Judges:
    """Rounds that are told what to report."""

    def __init__(self):
        self.reports, self.asked = [], []

    def start(self, request):
        self.asked.append(request.names)
        return SimpleNamespace(read=lambda: self.reports.pop(0), end=lambda: None)


@pytest.fixture
def watch(tmp_path):
    for exercise in exercises():
        (tmp_path / f"{exercise.name}.py").write_text("x = 1\n")
    watch = Watch(EX05, Progress(tmp_path), Screen(), SimpleNamespace(on=True), None)
    watch.judges = Judges()
    return watch


def report(watch, *reports):
    """The judge sends these."""
    watch.judges.reports.append(list(reports))
    watch.on_reports()


def done(*these, **others):
    """How functions stand."""
    return {"standings": {e.name: {f: others.get(f, "done") for f in e.functions} for e in these}}


def test_a_card_that_is_interrupted_is_ended_in_words(watch):
    watch.judge(EX05)
    report(watch, {"text": "wrong: conv2d\n", "goes on": True})
    watch.progress.path(EX05).write_text("x = 2\n")
    watch.on_save([watch.progress.path(EX05)])
    assert watch.screen.text.splitlines() == [
        "── ex05_conv2d",
        "wrong: conv2d",
        "  … the rest is dropped",
        "── ex05_conv2d",
    ]
    report(watch, {"text": "wrong: conv2d\n", "goes on": True}, {"text": "  got 1   want 0\n"})
    press(watch, "r")
    assert watch.screen.text.count("dropped") == 1
    assert watch.judges.asked == [["ex05_conv2d"], ["ex05_conv2d"], [e.name for e in exercises()]]


def test_all_is_done_is_said_only_when_all_is_known_to_be_done(watch):
    press(watch, "r")
    report(watch, done(*exercises(), lenet5_table="wrong"))
    watch.judge(LAST)
    report(watch, done(LAST))
    assert "All is done" not in watch.screen.text
    assert "next: ex07_parameters" in watch.screen.text
    assert watch.focus.id == "ex07"
    report(watch, done(watch.focus, lenet5_table="wrong"))
    press(watch, "n")
    assert watch.screen.text.endswith("All but ex07_parameters is done.\n── ex07_parameters\n")
    report(watch, done(watch.focus))
    assert "All is done. Train a network with your own parts: python -m kit.train --mine\n" in watch.screen.text
    watch.screen.text = ""
    press(watch, "n")
    assert watch.screen.text.startswith("All is done.")


def test_the_end_of_the_lecture_is_said_on_the_way_beyond_it(watch, monkeypatch):
    more = Exercise("ex99_more", "More", 60, 1, {"more": 1}, beyond=True)
    course = (*(e for e in exercises() if not e.beyond), more)
    for module in ("kit.watch.progress", "kit.watch.key_bindings", "kit.watch.round", "kit.course.manifest"):
        monkeypatch.setattr(f"{module}.exercises", lambda: course)
    watch.progress.path(more).write_text("x = 1\n")
    watch.progress.read()
    press(watch, "r")
    report(watch, done(*course[:-1]))
    watch.judge(course[-2])
    report(watch, done(course[-2]))
    assert "\nthe lecture ends here; one more goes beyond it\nnext: ex99_more, More\n" in watch.screen.text


def test_what_was_saved_is_judged_before_what_imports_it(watch):
    folder = watch.progress.folder
    (folder / "my_helpers.py").write_text("K = 1\n")
    for exercise in exercises()[3:6]:
        watch.progress.path(exercise).write_text("import my_helpers\n")
    watch.progress.read()
    for saved, judged in (("my_helpers", "ex05_conv2d"), ("ex04_padding_stride", "ex04_padding_stride")):
        (folder / f"{saved}.py").write_text("import my_helpers\nK = 2\n")
        watch.on_save([folder / f"{saved}.py"])
        assert watch.judges.asked[-1] == [judged]


def test_a_judge_that_ends_before_its_time_is_reported(watch):
    watch.judge(EX05)

    def read():
        raise EOFError

    watch.round.read = read
    watch.on_reports()
    assert "The judge has ended before its time: nothing is judged." in watch.screen.text
    assert not watch.progress.is_done(EX05)
