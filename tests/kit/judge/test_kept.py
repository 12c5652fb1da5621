"""What is known is not judged again, and a verdict is known only while all that it hangs on is as it was."""

import json
import os
import shutil
import sys
from types import SimpleNamespace

import pytest

import processes
from kit.bench.kept import copy_checkout
from kit.course.manifest import ROOT, exercises, find
from kit.judge import kept
from kit.judge.kept import Kept
from kit.verdict.record import Check, Record

pytestmark = pytest.mark.slow

((EX03, _),) = find("ex03")


@pytest.fixture
def checkout(tmp_path):
    """A copy of what judging needs, and a function that runs pytest there as a learner does."""
    folder = copy_checkout(tmp_path / "a checkout")
    (tmp_path / "without").mkdir()
    (tmp_path / "without/torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')")

    def judge(*words, torch=True, **env):
        path = os.pathsep.join(map(str, [folder, *([] if torch else [tmp_path / "without"])]))
        about = {"cwd": folder, "env": {"PYTHONPATH": path, **env}}
        done = processes.run(sys.executable, "-m", "pytest", *words, **about)
        assert done.stderr == ""
        return done.returncode, done.stdout

    return SimpleNamespace(folder=folder, judge=judge, exercise=folder / "exercises/ex03_output_size.py")


def test_an_untouched_clone_is_answered_without_torch_and_as_if_it_had_been_judged(checkout):
    status, screen = checkout.judge(torch=False)
    assert status == 1
    assert f"Nothing is done yet (0 of {sum(len(e.functions) for e in exercises())} functions)." in screen
    judged = checkout.judge("--all")[1]
    assert "with torch" in judged
    assert judged.endswith(screen.partition("\n")[2])


def test_a_stub_behind_what_is_done_is_shown_with_its_line(checkout):
    shutil.copy(ROOT / "solutions/ex03_output_size.py", checkout.folder / "exercises")
    status, screen = checkout.judge("ex03", "ex04", torch=False)
    assert status == 1
    assert "not started: pad2d, correlate2d" in screen
    (line,) = [line for line in screen.splitlines() if "raise NotImplementedError" in line]
    number = int(line.split(":")[1].split()[0])
    source = (checkout.folder / "exercises/ex04_padding_stride.py").read_text().splitlines()
    assert source[number - 1] == "    raise NotImplementedError"
    assert max(n for n in range(number) if source[n].startswith("def ")) == source.index(
        next(line for line in source if line.startswith("def pad2d("))
    )


def test_what_is_done_and_unchanged_is_not_judged_again_unless_somebody_asks_for_it(checkout):
    shutil.copy(ROOT / "solutions/ex03_output_size.py", checkout.folder / "exercises")
    first = checkout.judge("ex03")
    assert (first[0], "done: conv_output_size" in first[1]) == (0, True)
    again = checkout.judge("ex03")
    assert again[0] == 0
    assert again[1].splitlines()[0] == "convkata judges exercises/, which is as it was; --all judges it anew"
    assert "done (unchanged): conv_output_size" in again[1]
    for words, env in (
        *((["--all"], {}), ([], {"CI": "true"}), (["--folder=exercises"], {}), (["--junitxml=out.xml"], {})),
        *((["-v"], {}), (["-k", "size"], {}), (["--hypothesis-profile=fresh-seed"], {}), (["--seconds=6"], {})),
    ):
        _, screen = checkout.judge("ex03", *words, **env)
        assert "unchanged" not in screen
        assert "which is as it was" not in screen


def test_beside_what_is_known_the_rest_is_judged_and_only_failures_again(checkout):
    wrong = "\n\ndef same_padding(kernel_size):\n    return kernel_size\n"
    checkout.exercise.write_text((ROOT / "solutions/ex03_output_size.py").read_text() + wrong)
    first, again = checkout.judge("ex03"), checkout.judge("ex03")
    assert first[0] == again[0] == 1
    assert again[1].split() == first[1].replace("done: ", "done (unchanged): ").split()  # lines break elsewhere
    assert "wrong: ex03_output_size, same padding" in again[1]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1}', '{"done": ["same_padding"]}', "\0"])
def test_what_is_damaged_is_judged_anew(checkout, text):
    shutil.copy(ROOT / "solutions/ex03_output_size.py", checkout.folder / "exercises")
    checkout.judge("ex03.same_padding")
    (checkout.folder / ".cache/verdicts/ex03_output_size.json").write_text(text)
    status, screen = checkout.judge("ex03.same_padding")
    assert status == 0
    assert "done: same_padding" in screen


def test_where_nothing_can_be_kept_all_is_judged(checkout):
    shutil.copy(ROOT / "solutions/ex03_output_size.py", checkout.folder / "exercises")
    (checkout.folder / ".cache").write_text("a file")
    for _ in range(2):
        status, screen = checkout.judge("ex03.same_padding")
        assert status == 0
        assert "done: same_padding" in screen


# The key, in this process.


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a few files in the place of the project."""
    for name in ("kit/judge", "tests/probes", "tests/mistakes", "solutions", "exercises", "packages/a-1.dist-info"):
        (tmp_path / name).mkdir(parents=True)
    for name in FILES:
        (tmp_path / name).write_text("import helper\n" if name.startswith("exercises/ex03") else "x = 1\n")
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    monkeypatch.setattr(kept, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr(kept, "FOLDER", tmp_path / ".cache")
    monkeypatch.setattr(kept.sysconfig, "get_path", lambda _: str(tmp_path / "packages"))
    return tmp_path


FILES = [
    *("exercises/ex03_output_size.py", "exercises/helper.py", "exercises/numbers.txt", "solutions/ex03_output_size.py"),
    *("tests/strategies.py", "tests/test_ex03_output_size.py", "tests/probes/ex03_output_size.py", "pyproject.toml"),
    *("tests/mistakes/ex03_output_size.py", "kit/judge/judge.py", "kit/course.toml", "conftest.py"),
]


def record(*done):
    """A record in which these functions are done, on as many checks as they have."""
    checks = [Check(EX03, f, f"{f}_{n}", "done") for f in done for n in range(EX03.checks[f])]
    return Record({EX03: [*EX03.checks]}, checks=checks)


def known(*options):
    return [function for _, function in Kept({EX03: [*EX03.checks]}, options).verdicts]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_another_key(place, name):
    Kept({EX03: [*EX03.checks]}, ()).keep(record("same_padding", "trace_sizes"))
    assert known() == ["same_padding", "trace_sizes"]
    (place / name).write_text((place / name).read_text() + "y = 2\n")
    assert known() == []


CHANGES = {
    "an option": lambda _: (6.0,),
    "a package": lambda _: os.rename(kept.ROOT / "packages/a-1.dist-info", kept.ROOT / "packages/a-2.dist-info") or (),
    "python": lambda m: m.setattr(kept.sys, "version", "3.99") or (),
    "the machine": lambda m: m.setattr(kept.platform, "platform", lambda: "another") or (),
    "a GPU": lambda m: m.setattr(kept, "DRIVERS", (str(kept.ROOT),)) or (),
}


@pytest.mark.parametrize("what", CHANGES)
def test_something_else_that_changed_is_another_key(place, monkeypatch, what):
    Kept({EX03: [*EX03.checks]}, ()).keep(record("same_padding"))
    assert known() == ["same_padding"]
    assert known(*CHANGES[what](monkeypatch)) == []


def test_another_exercise_is_no_part_of_the_key_unless_it_is_imported(place):
    Kept({EX03: [*EX03.checks]}, ()).keep(record("same_padding"))
    (place / "exercises/ex04_padding_stride.py").write_text("x = 1\n")
    assert known() == ["same_padding"]
    (place / "exercises/helper.py").write_text("import ex04_padding_stride\n")
    assert known() == []


def test_a_copy_of_a_checkout_begins_anew(place, tmp_path_factory, monkeypatch):
    Kept({EX03: [*EX03.checks]}, ()).keep(record("same_padding"))
    copy = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(place, copy)
    for name, path in (("ROOT", copy), ("EXERCISES", copy / "exercises"), ("FOLDER", copy / ".cache")):
        monkeypatch.setattr(kept, name, path)
    (copy / ".cache/ex03_output_size.json").write_text((place / ".cache/ex03_output_size.json").read_text())
    assert known() == []


def test_what_was_changed_while_it_was_judged_is_not_kept(place):
    before = Kept({EX03: [*EX03.checks]}, ())
    (place / "exercises/ex03_output_size.py").write_text("z = 3\n")
    before.keep(record("same_padding"))
    (place / "exercises/ex03_output_size.py").write_text("import helper\n")
    assert known() == []


@pytest.mark.parametrize("name", ["tests/strategies.py", "kit/judge/judge.py", "exercises/numbers.txt"])
def test_nor_is_it_if_what_judges_was_changed_meanwhile(place, name):
    before, source = Kept({EX03: [*EX03.checks]}, ()), (place / name).read_text()
    (place / name).write_text(source + "y = 2\n")
    before.keep(record("same_padding"))
    assert not (place / ".cache").exists()


def test_of_a_part_of_a_run_nothing_is_kept_and_what_was_kept_stays(place):
    some = Kept({EX03: ["same_padding"]}, ())
    for spoilt in ({"left_out": ["why"]}, {"stopped": True}, {"deselected": 1}, {"by_hand": True}):
        judged = record("same_padding")
        for name, value in spoilt.items():
            setattr(judged, name, value)
        some.keep(judged)
        assert known() == []
    some.keep(record("same_padding"))
    Kept({EX03: [*EX03.checks]}, ()).keep(record("trace_sizes"))
    assert known() == ["same_padding", "trace_sizes"]
    assert json.loads((place / ".cache/ex03_output_size.json").read_text())["done"] == ["same_padding", "trace_sizes"]
