"""Grading as a person starts it: a submission, a class, again, in parts, and once more."""

import json
import shutil
import signal
import sys

import jsonschema
import pytest
from made import EX03, RIGHT, STUB, write, wrong

import processes
from kit.course.manifest import ROOT, exercises
from kit.grade.merging import without_seconds
from kit.learner import wall

pytestmark = pytest.mark.slow

SCHEMA = json.loads((ROOT / "kit/grade/record.schema.json").read_text(encoding="utf-8"))
NO_WALL = ["--no-wall"] if wall.what_is_missing() else []
SERVER_KILLED = RIGHT + "\n__import__('ctypes').CDLL(None).kill(__import__('os').getppid(), 9)\n"
EXITS = RIGHT + "\n\ndef same_padding(kernel_size):\n    __import__('os')._exit(0)\n"
SPEAKS = RIGHT + "\nprint('::error::x')\n"
POINTS = sum(exercise.points for exercise in exercises())
FUNCTIONS = sum(len(exercise.functions) for exercise in exercises())


def grade(*arguments, **options):
    done = processes.run(sys.executable, "-m", "kit.grade", *map(str, arguments), **options)
    return done.returncode, done.stdout, done.stderr


def grade_class(folder, out, *more):
    return grade(folder, "--out", out, "--examples", 15, *NO_WALL, *more)


def records(out):
    return {path.stem: json.loads(path.read_text()) for path in sorted(out.glob("*.json")) if path.name != "class.json"}


def verdicts(made):
    (ex03,) = [exercise for exercise in made["exercises"] if exercise["found"]]
    return [function["verdict"] for function in ex03["functions"]]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A class that was graded once; tests do not change it."""
    top = tmp_path_factory.mktemp("shared")
    people = {"right": RIGHT, "twin": RIGHT, "stub": STUB, "wrong": wrong().source, "exits": EXITS, "speaks": SPEAKS}
    people |= {"endless": "while True: pass\n", "kills": SERVER_KILLED, "broken": "def f(:\n"}
    for name, source in people.items():
        write(top / "class" / name, exercises__ex03_output_size=source, conftest="raise SystemExit('taken')")
    (top / "class" / "nothing").mkdir()
    status, screen, said = grade_class(top / "class", top / "out", "--seed", 3, "--seconds", 1)
    return top, status, screen, records(top / "out"), said


def test_each_submission_gets_the_record_that_it_deserves(shared):
    _, _, screen, made, said = shared
    assert said == ""
    assert [*made] == ["broken", "endless", "exits", "kills", "nothing", "right", "speaks", "stub", "twin", "wrong"]
    assert verdicts(made["right"]) == verdicts(made["twin"]) == verdicts(made["speaks"]) == ["done"] * 4
    assert made["right"]["points"] == 2
    assert verdicts(made["stub"]) == ["not started"] * 4
    assert verdicts(made["broken"]) == ["cannot import"] * 4
    assert verdicts(made["exits"]) == ["done", "crashed", "done", "done"]
    assert set(verdicts(made["endless"])) == {"too slow"}
    assert made["nothing"]["problems"] == ["There is no exercise file in it, such as ex01_correlate.py."]
    assert "10 submissions graded" in screen


def test_a_wrong_answer_has_its_cause_and_a_card_without_a_path_of_this_machine(shared):
    top, _, _, made, _ = shared
    (ex03,) = [exercise for exercise in made["wrong"]["exercises"] if exercise["found"]]
    failure = ex03["functions"][0]["failure"]
    assert (ex03["functions"][0]["verdict"], failure["cause"]["name"]) == ("wrong", wrong().name)
    assert failure["call"].startswith("conv_output_size(")
    assert f"submission/{EX03}:" in failure["card"]
    assert "/tmp" not in failure["card"]
    assert str(top) not in json.dumps(made)


def test_records_are_as_the_schema_says(shared):
    for made in shared[3].values():
        jsonschema.validate(made, SCHEMA)


def test_who_attacks_what_started_it_loses_own_points_only(shared):
    _, status, _, made, _ = shared
    assert "done" not in verdicts(made["kills"]) or verdicts(made["kills"]) == ["done"] * 4  # behind a wall it fails
    assert status == (1 if made["kills"]["not_judged"] else 0)


HOSTILE = {  # appended to right answers: what they do when they are imported
    "memory": "x = []\nwhile True: x.append(bytearray(1 << 26))\n",
    "disk": "import tempfile\nf = open(tempfile.gettempdir() + '/a', 'wb')\nwhile True: f.write(bytes(1 << 20))\n",
    "flood": "while True: print('x' * 10000)\n",
    "forged": "import ctypes\nfor d in range(3, 99): ctypes.CDLL(None).write(d, b'{\"functions\": []}', 17)\n",
    "closed": "import os\nfor d in range(3, 99):\n    try: os.close(d)\n    except OSError: pass\n",
    "conftest": "open('conftest.py', 'w').write('raise SystemExit')\n",
    "deep": f"a = {'(' * 5000}{')' * 5000}\n",
}
KILLING = {  # without a wall they would end whoever tests
    "everybody": "import ctypes\nctypes.CDLL(None).kill(-1, 9)\n",
    "parent": "import ctypes, os\nctypes.CDLL(None).kill(os.getppid(), 19)\n",
}


def test_whoever_does_harm_costs_nobody_else_a_point(tmp_path):
    hostile = HOSTILE | ({} if NO_WALL else KILLING)
    for name, code in {"neighbour": "", **hostile}.items():
        write(tmp_path / "class" / name, ex03_output_size=f"{RIGHT}\n{code}")
    status, screen, said = grade_class(tmp_path / "class", tmp_path / "out", "--seconds", 1, "--memory", 1)
    made = records(tmp_path / "out")
    assert (said, "Traceback" in screen) == ("", False)
    assert {*made} == {"neighbour", *hostile}
    assert verdicts(made["neighbour"]) == ["done"] * 4
    assert (status, {name for name in made if made[name]["not_judged"]}) == (0, set())
    assert {name for name in HOSTILE if "done" in verdicts(made[name])} == set()
    assert sorted(path.name for path in tmp_path.rglob("conftest.py")) == []


def test_a_second_time_nothing_is_judged_and_no_byte_changes(shared):
    top, first, *_ = shared
    out = top / "out"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.glob("*.json")}
    status, _, said = grade_class(top / "class", out, "--seconds", 1)
    assert (status, said) == (first, "")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.glob("*.json")} == before


def test_what_changed_is_judged_and_the_rest_is_kept(shared, tmp_path):
    top = shared[0]
    shutil.copytree(top / "class", tmp_path / "class")
    shutil.copytree(top / "out", tmp_path / "out")
    for path in (tmp_path / "out").glob("*.json"):  # a record tells by its seconds whether it was judged again
        path.write_text(path.read_text().replace('"seconds": ', '"seconds": 9'))
    write(tmp_path / "class" / "stub", exercises__ex03_output_size=RIGHT + "\n# mine\n")
    grade_class(tmp_path / "class", tmp_path / "out", "--seconds", 1)
    made = records(tmp_path / "out")
    assert verdicts(made["stub"]) == ["done"] * 4
    assert made["stub"]["seconds"] < 90 <= made["wrong"]["seconds"]


def test_shards_put_together_are_the_records_of_one_run(shared, tmp_path):
    top, *_ = shared
    people = ["right", "stub", "wrong"]
    for name in people:
        shutil.copytree(top / "class" / name, tmp_path / "class" / name)
    for part in ("1/2", "2/2"):
        out = tmp_path / part[0]
        assert grade_class(tmp_path / "class", out, "--seconds", 1, "--seed", 3, "--shard", part)[0] == 0
    assert [len(records(tmp_path / part)) for part in "12"] == [2, 1]
    status, screen, _ = grade("--merge", tmp_path / "1", tmp_path / "2", "--out", tmp_path / "all")
    assert (status, "3 submissions graded" in screen) == (0, True)
    merged = records(tmp_path / "all")
    assert without_seconds(merged) == without_seconds({name: shared[3][name] for name in people})
    assert grade("--replay", tmp_path / "all/wrong.json")[0] == 0  # what was judged comes with the records


def test_a_replay_says_same_or_what_differs(shared, tmp_path):
    top = shared[0]
    assert grade("--replay", top / "out/wrong.json")[:2] == (
        0,
        f"same: {shared[3]['wrong']['points']:g} of {POINTS} points\n",
    )
    write(tmp_path, ex03_output_size=RIGHT)
    status, screen, _ = grade("--replay", top / "out/wrong.json", tmp_path)
    assert (status, screen.splitlines()[0]) == (1, "ex03_output_size: the files are others")
    record = json.loads((top / "out/wrong.json").read_text())
    record["exercises"][2]["functions"][0] |= {"verdict": "done"}
    shutil.copytree(top / "out/.files", tmp_path / ".files")
    (tmp_path / "wrong.json").write_text(json.dumps(record))
    status, screen, _ = grade("--replay", tmp_path / "wrong.json")
    assert (status, screen) == (1, "ex03_output_size.conv_output_size: done before, wrong now\n")


def test_a_replay_of_a_folder_tells_for_whom_something_differs(shared, tmp_path):
    shutil.copytree(shared[0] / "out/.files", tmp_path / ".files")
    for name in ("right", "wrong", "nothing"):
        text = (shared[0] / f"out/{name}.json").read_text()
        (tmp_path / f"{name}.json").write_text(text.replace('"verdict": "wrong"', '"verdict": "done"'))
    (tmp_path / "class.json").write_text("{}")
    status, screen, said = grade("--replay", tmp_path)
    *different, last = screen.splitlines()
    assert (status, said, last) == (1, "", "2 of 3 records are the same")
    assert different
    assert all(line.startswith("wrong: ex03_output_size.") for line in different)


def test_one_submission_gets_a_record_and_views(tmp_path):
    write(tmp_path / "ana", ex03_output_size=RIGHT)
    grades = tmp_path / "grades"
    views = ["--junit", tmp_path / "junit.xml", "--gradescope", tmp_path / "results.json"]
    status, screen, _ = grade(tmp_path / "ana", "--examples", 15, "--seed", 3, "--record", grades / "ana.json", *views)
    assert status == 0
    assert f"2 of {POINTS} points; 4 of {FUNCTIONS} functions done" in screen
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 2
    assert (tmp_path / "junit.xml").exists()
    jsonschema.validate(json.loads((grades / "ana.json").read_text()), SCHEMA)


def test_paths_are_those_of_the_folder_in_which_one_is(tmp_path):
    write(tmp_path / "ana", ex03_output_size=STUB)
    here = {"cwd": tmp_path, "env": {"PYTHONPATH": str(ROOT)}}
    assert grade("ana", "--examples", 15, "--junit", "junit.xml", **here)[0] == 0
    assert (tmp_path / "grades/ana.json").exists()
    assert (tmp_path / "junit.xml").exists()
    assert grade("--replay", "grades/ana.json", "ana", **here)[:2] == (0, f"same: 0 of {POINTS} points\n")


def test_an_interrupted_class_goes_on_where_it_stopped(tmp_path):
    write(tmp_path / "class/quick", ex03_output_size=RIGHT)
    write(tmp_path / "class/slow", ex03_output_size="import time\ntime.sleep(50)\n")
    command = [sys.executable, "-m", "kit.grade", tmp_path / "class", "--out", tmp_path / "out", *NO_WALL]
    with processes.start(*map(str, [*command, "--examples", 15, "--seconds", 60]), stderr=-1) as grading:
        while not records(tmp_path / "out"):
            assert grading.poll() is None
        begun = processes.descendants(grading.pid)
        grading.send_signal(signal.SIGINT)
        said = grading.communicate(timeout=60)[1]
    assert (grading.returncode, said.strip()) == (
        130,
        "Stopped. What is graded is kept; the same command goes on from there.",
    )
    assert not any(map(processes.is_running, begun))
    assert [*records(tmp_path / "out")] == ["quick"]
    seed = json.loads((tmp_path / "out/class.json").read_text())["seed"]
    assert records(tmp_path / "out")["quick"]["judged_with"]["seed"] == seed


def test_a_class_is_laid_out_for_a_plagiarism_tool_without_judging_it(tmp_path):
    write(tmp_path / "class/ana", deep__ex03_output_size="import mine\n", deep__mine="", deep__other="")
    write(tmp_path / "class/bo", ex03_output_size=RIGHT)
    status, screen, _ = grade(tmp_path / "class", "--export", tmp_path / "all")
    assert (status, "2 submissions in" in screen) == (0, True)
    files = sorted(path.relative_to(tmp_path / "all").as_posix() for path in (tmp_path / "all").rglob("*.py"))
    assert [name for name in files if not name.startswith("base/")] == [
        f"submissions/ana/{EX03}",
        "submissions/ana/mine.py",
        f"submissions/bo/{EX03}",
    ]
    assert (tmp_path / "all/base" / EX03).read_text() == STUB


REFUSED = [
    ([], "What is to be graded?"),
    (["none"], "There is no 'none'."),
    (["solutions", "--out", "{out}", "--shard", "1/2"], "All shards need the same --seed."),
    (
        ["solutions", "--out", "{out}", "--junit", "x.xml"],
        "--junit is a format of a single submission, not of a class.",
    ),
    (["solutions", "--shard", "3/2"], "Argument --shard: '3/2' is no part such as 1/4"),
    (["--merge", "solutions"], "Where are the records to go?"),
    (["--replay", "{class}"], "There is no record in "),
    (["--replay", "{class}", "solutions"], "solutions is one submission, and "),
    (["--replay", "none.json"], "none.json cannot be read: No such file or directory."),
    (["{class}"], "holds several submissions, such as 'Ana_1_assignsubmission_file_': add --out FOLDER"),
    (["{class}", "--out", "{class}"], "lies among the submissions"),
    (["README.md", "--out", "{out}"], "README.md is neither a folder nor an archive"),
    (["solutions", "--examples", "3"], "Argument --examples: '3' is no whole number from 15"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_makes_no_sense_is_told_in_a_sentence(tmp_path, arguments, sentence):
    for name in ("Ana_1_assignsubmission_file_", "Bo_2_assignsubmission_file_"):
        (tmp_path / "class" / name).mkdir(parents=True)
    filled = [each.format(out=tmp_path / "out", **{"class": tmp_path / "class"}) for each in arguments]
    status, screen, said = grade(*filled, *NO_WALL)
    assert (status, screen, len(said.splitlines())) == (2, "", 1)
    assert sentence in said


WITHOUT_PYTEST = """
import runpy, sys

class Away:
    def find_spec(self, name, path=None, target=None):
        if name == "pytest":
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Away())
sys.argv = ["kit.grade", "solutions"]
runpy.run_module("kit.grade", run_name="__main__")
"""


def test_without_pytest_it_says_how_to_get_it():
    done = processes.run(sys.executable, "-c", WITHOUT_PYTEST)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith("pytest is not installed here: nox -s grade installs it")


def test_a_class_is_not_graded_without_a_wall_unless_that_is_said(tmp_path, monkeypatch, capsys):
    from kit.grade.__main__ import main

    monkeypatch.setattr(wall, "what_is_missing", lambda: "There is no wall: this system has no landlock.")
    write(tmp_path / "class/ana", ex01="")
    with pytest.raises(SystemExit) as end:
        main([str(tmp_path / "class"), "--out", str(tmp_path / "out")])
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("There is no wall: this system has no landlock. To grade")
    assert not (tmp_path / "out").exists()
    assert main([str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--no-wall"]) == 0
