"""Grading on a Dask cluster: a scheduler and two workers in processes of their own, and the records of one machine."""

import contextlib
import json
import signal
import sys
import time
from collections import deque
from types import SimpleNamespace

import pytest
from distributed import KilledWorker
from made import RIGHT, STUB, write, wrong
from samples import EX03

import processes
from kit.bench.kept import copy_checkout
from kit.course.manifest import ROOT
from kit.grade import cluster, on_worker
from kit.grade.__main__ import main
from kit.grade.cluster import KILLED, MOST_PARTS, Cluster, tasks
from kit.grade.forks import GONE
from kit.grade.merging import without_seconds
from kit.grade.on_worker import Beside, JudgeError
from kit.grade.part import Part
from kit.learner import wall

slow = pytest.mark.slow
NO_WALL = ["--no-wall"] if wall.what_is_missing() else []
HOSTILE = {  # appended to right answers
    "exits": "def same_padding(kernel_size):\n    __import__('os')._exit(0)\n",
    "forged": "import os\nfor d in range(3, 99):\n    try: os.write(d, b'{}\\n' * 9)\n    except OSError: pass\n",
    "pickled": "class Evil:\n    def __reduce__(self): return print, ('taken',)\ndef same_padding(k): return Evil()\n",
}
if not NO_WALL:  # without a wall it would end whoever tests
    HOSTILE["everybody"] = "import ctypes\nctypes.CDLL(None).kill(-1, 9)\n"


def grading(folder, out, *more):
    command = [sys.executable, "-m", "kit.grade", folder, "--out", out, "--examples", 15, "--seed", 3, *NO_WALL, *more]
    return processes.start(*map(str, command), stdout=-1, stderr=-1)


def grade(folder, out, *more):
    with grading(folder, out, *more) as started:
        screen, said = started.communicate(timeout=500)
    return started.returncode, screen, said


def records(out):
    found = {path.stem: json.loads(path.read_text()) for path in sorted(out.glob("*.json")) if path.stem != "class"}
    return {name: json.dumps(without_seconds(record)) for name, record in found.items()}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A class, and its records as the pool of this machine makes them."""
    top = tmp_path_factory.mktemp("shared")
    people = {"right": RIGHT, "stub": STUB, "wrong": wrong().source, "broken": "def f(:\n"}
    people |= {name: f"{RIGHT}\n{code}" for name, code in HOSTILE.items()}
    people |= {f"more{number}": wrong(number).source for number in range(4)}
    for name, source in people.items():
        write(top / "class" / name, ex03_output_size=source)
    assert grade(top / "class", top / "out")[0] == 0
    assert len(records(top / "out")) == len(people)
    return top / "class", records(top / "out")


@pytest.fixture
def started(tmp_path):
    """Starts schedulers and workers, and ends them; of each what it was started with."""
    with contextlib.ExitStack() as opened:

        def start(module, *words, cwd=ROOT):
            command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, words)]
            env = {"PYTHONPATH": str(cwd)}
            process = processes.start(*command, cwd=cwd, env=env, stdout=-3, stderr=-3)
            opened.callback(process.wait)
            opened.callback(process.kill)
            return process

        yield start


def start_scheduler(started, tmp_path):
    about = tmp_path / "scheduler.json"
    process = started("dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", about)
    while True:
        assert process.poll() is None
        with contextlib.suppress(OSError, ValueError):
            return process, json.loads(about.read_text())["address"]
        time.sleep(0.1)


def start_worker(started, address, tmp_path, **options):
    more = ["--nthreads", 1, "--no-nanny", "--no-dashboard", "--memory-limit", 0, "--local-directory", tmp_path]
    return started("dask_worker", address, *more, **options)


def judges(worker):
    """The judges that are at work beside a worker: forks of the warm one."""
    return [fork for warm in processes.children(worker.pid) for fork in processes.children(warm)]


@slow
def test_the_records_of_two_workers_are_those_of_one_machine(shared, started, tmp_path):
    folder, wanted = shared
    _, address = start_scheduler(started, tmp_path)
    workers = [start_worker(started, address, tmp_path) for _ in range(2)]
    status, screen, said = grade(folder, tmp_path / "out", f"--dask={address}")
    assert (status, f"{len(wanted)} submissions graded" in screen, "Traceback" in said) == (0, True, False), said
    assert records(tmp_path / "out") == wanted
    assert [worker.poll() for worker in workers] == [None, None]
    while any(map(judges, workers)) or any(processes.children(worker.pid) for worker in workers):
        time.sleep(0.1)  # the judges beside them end with the run


@slow
def test_a_cluster_on_this_machine_needs_no_address(shared, tmp_path):
    folder, wanted = shared
    status, _, said = grade(folder, tmp_path / "out", "--jobs", 2, "--dask")
    assert (status, "Traceback" in said) == (0, False), said
    assert records(tmp_path / "out") == wanted


@slow
def test_a_worker_that_is_killed_in_the_middle_costs_no_record(shared, started, tmp_path):
    folder, wanted = shared
    _, address = start_scheduler(started, tmp_path)
    workers = [start_worker(started, address, tmp_path) for _ in range(2)]
    with grading(folder, tmp_path / "out", f"--dask={address}") as run:
        while not (busy := [worker for worker in workers if judges(worker)]):
            assert run.poll() is None
        begun = processes.descendants(busy[0].pid)
        busy[0].send_signal(signal.SIGKILL)
        said = run.communicate(timeout=500)[1]
    assert run.returncode == 0, said
    assert records(tmp_path / "out") == wanted
    while any(map(processes.is_running, begun)):
        time.sleep(0.1)


@slow
def test_when_the_scheduler_is_gone_it_says_so_and_the_same_command_goes_on(shared, started, tmp_path):
    folder, wanted = shared
    scheduler, address = start_scheduler(started, tmp_path)
    worker = start_worker(started, address, tmp_path)
    with grading(folder, tmp_path / "out", f"--dask={address}") as run:
        while not judges(worker):
            assert run.poll() is None
        scheduler.kill()
        said = run.communicate(timeout=500)[1]
    assert (run.returncode, said.splitlines()[-1]) == (
        2,
        "The scheduler is gone. What is graded is kept; the same command goes on from there.",
    )
    assert "Traceback" not in said
    assert grade(folder, tmp_path / "out")[0] == 0
    assert records(tmp_path / "out") == wanted


@slow
def test_a_worker_with_another_kit_is_refused_in_a_sentence(shared, started, tmp_path):
    folder, _ = shared
    copy = copy_checkout(tmp_path / "copy")
    with open(copy / "tests/assertions.py", "a") as file:
        file.write("\n# another one\n")
    _, address = start_scheduler(started, tmp_path)
    worker = start_worker(started, address, tmp_path, cwd=copy)
    status, screen, said = grade(folder, tmp_path / "out", f"--dask={address}")
    assert (status, screen, len(said.splitlines())) == (2, "", 1), said
    assert said.startswith("The worker at tcp://127.0.0.1:")
    assert "cannot grade: it judges with something else (kit {" in said
    assert records(tmp_path / "out") == {}
    assert worker.poll() is None


PART = Part(EX03, {f"{EX03.name}.py": b"a = 1\n\xff", "pack/more.py": b""})


def test_a_part_crosses_as_plain_data():
    assert Part.from_plain(json.loads(json.dumps(PART.as_plain()))) == PART
    assert Part.from_plain(PART.as_plain()).files == PART.files


def test_tasks_are_neither_too_large_nor_too_few(monkeypatch):
    def sizes(number, workers):
        return [*map(len, tasks(deque([PART] * number), workers))]

    assert sizes(16, 2) == [2] * 8
    assert sizes(1, 8) == [1]
    assert sizes(100_000, 2)[:2] == [MOST_PARTS, MOST_PARTS]
    monkeypatch.setattr(cluster, "MOST_BYTES", 2 * PART.size())
    assert sizes(80, 2) == [2] * 40
    monkeypatch.setattr(cluster, "MOST_BYTES", 1)
    assert sizes(80, 2) == [1] * 80


def beside(monkeypatch, said):
    """One whose judge says these things, a list for each time that it is asked, and is gone after that."""
    asked, one = [], Beside("x", {}, {"kit": "a"}, "c")
    one.lock, one.process, one.is_known = contextlib.nullcontext(), SimpleNamespace(poll=lambda: None), True

    def hear():
        if not said[len(asked) - 1]:
            raise EOFError
        return said[len(asked) - 1].pop(0)

    monkeypatch.setattr(one, "_tell", asked.append)
    monkeypatch.setattr(one, "_hear", hear)
    return one, asked


def test_what_ends_the_judge_twice_is_lost_and_the_rest_is_judged(monkeypatch):
    one, asked = beside(monkeypatch, [[{"number": 1, "found": "b"}], [{"number": 0, "found": "a"}], []])
    assert one.judged(["A", "B", "C"]) == ["a", "b", {"lost": GONE}]
    assert [each["parts"] for each in asked] == [["A", "B", "C"], ["A"], ["C"]]


def test_a_judge_with_something_else_is_refused():
    one = Beside("x", {}, {"kit": "a", "seed": 1}, "c")
    one._compare({"about": {"kit": "a", "seed": 1}, "commit": "c"})
    with pytest.raises(JudgeError, match="kit 'b' there, 'a' here; commit 'd' there, 'c' here"):
        one._compare({"about": {"kit": "b", "seed": 1}, "commit": "d"})


def test_what_fails_on_a_worker_comes_back_as_text(monkeypatch):
    monkeypatch.setattr(on_worker, "get_worker", lambda: SimpleNamespace(plugins={}, address="tcp://x:1"))
    answer = json.loads(on_worker.judge_parts("gone", "[]"))
    assert answer == {"failed": "The worker at tcp://x:1 cannot grade: KeyError: 'gone'."}


def future(parts, error=None, found=None):
    text = json.dumps({"found": found})
    key = str(len(parts))
    return SimpleNamespace(
        key=key, status="error" if error else "finished", exception=lambda: error, result=lambda: text
    )


def test_parts_whose_workers_were_lost_are_tried_each_for_itself_and_then_are_lost(monkeypatch):
    killed, submitted = KilledWorker("task", None, 3), []
    engine = Cluster.__new__(Cluster)
    monkeypatch.setattr(engine, "_submit", submitted.append, raising=False)
    assert engine._found(future([PART, PART], killed), [PART, PART]) == []
    assert submitted == [[PART], [PART]]
    assert engine._found(future([PART], killed), [PART]) == [{"lost": KILLED}]
    with pytest.raises(ValueError, match=r"A worker cannot grade: ImportError: no kit\."):
        engine._found(future([PART], ImportError("no kit")), [PART])


REFUSED = [
    (["--dask", "class"], "Argument --dask: 'class' is no address such as tcp://host:8786; write --dask last"),
    (["class", "--dask"], "--dask grades a class: add --out FOLDER."),
    (["class", "--out", "out", "--dask=127.0.0.1:1"], "No scheduler answers at 127.0.0.1:1"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_makes_no_sense_is_told_in_a_sentence(tmp_path, monkeypatch, capsys, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    write(tmp_path / "class/ana", ex03_output_size=RIGHT)
    with pytest.raises(SystemExit) as end:
        main([*arguments, *NO_WALL])
    said = capsys.readouterr().err
    assert (end.value.code, len(said.splitlines())) == (2, 1), said
    assert said.startswith(sentence)


def test_without_distributed_it_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    write(tmp_path / "class/ana", ex03_output_size=RIGHT)
    with pytest.raises(SystemExit) as end:
        main([str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--dask", *NO_WALL])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "distributed is not installed here: nox -s grade installs it, and so does: "
        "pip install -e . --group test --group cluster\n"
    )
