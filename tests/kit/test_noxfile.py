"""The noxfile, run by nox itself, with a stand-in for uv: nothing is downloaded, and every call is on record.

The stand-in makes an environment whose `python` writes down what it is asked to run and ends as the test says.
"""

import ast
import json
import os
import re
import shutil
import signal
import sys
import time
import tomllib

import pytest
from packaging.requirements import Requirement

import processes
from kit.commands import environment
from kit.course.manifest import ROOT

pytestmark = pytest.mark.slow

UV = f"""#!{sys.executable}
import json, os, sys, time
from pathlib import Path

words, here = sys.argv[1:], Path(__file__).parent
plan = json.loads((here / "plan.json").read_text())

def note(what):
    with open(here / "calls", "a") as file:
        print(what, *words, f"torch={{os.environ.get('UV_TORCH_BACKEND', '')}}", file=file)

if "version" in words:
    print('{{"version": "0.9.0"}}')
elif words[0] == "cache":
    print(here)
elif words[0] == "venv":
    note("begin")
    place = Path(next(word for word in words if Path(word).parent.name == ".nox"))
    time.sleep(plan["slow"])
    (place / "bin").mkdir(parents=True, exist_ok=True)
    (place / "pyvenv.cfg").write_text("uv = 0.9.0")
    os.path.lexists(place / "bin/python") and os.unlink(place / "bin/python")
    os.symlink(here / "python", place / "bin/python")
    (place / "convkata.json").unlink(missing_ok=True)
    note("end")
elif "--dry-run" in words:
    known = "--offline" if "--offline" in words else os.environ.get("UV_TORCH_BACKEND", "registry")
    status, text = plan[known]
    print(text, file=sys.stderr)
    sys.exit(status)
else:
    note("begin")
    time.sleep(plan["slow"])
    (Path(words[words.index("--python") + 1]) / "lib/python3/site-packages/torch").mkdir(parents=True, exist_ok=True)
    note("end")
    sys.exit(plan["install"])
"""
PYTHON = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
[ "$1" = "-c" ] && exit 0
trap 'sleep 0.5; exit 130' INT # who ends in the moment of Ctrl-C may lose its status: Popen takes 0 for it
echo "ran $*"
echo "ran $*" >>"$here/calls"
[ -f "$here/wait" ] && sleep 60
exit "$(cat "$here/status")"
"""
AWAY = [2, "error: Request failed after 1 retry\n  cause: error sending request for url\n  cause: dns error"]
NOT_CACHED = [1, "error: No solution found\nhint: Packages were unavailable because the network was disabled."]
ALL_CACHED = [0, "Would download 1 package\nWould install 56 packages"]
BY_CUDA = [
    0,
    "DEBUG Identified uncached distribution: torch==2.15.0\nDEBUG Identified uncached distribution: nvidia-x==1",
]
TOO_OLD = [1, "cause: Because the current Python version (3.10.13) does not satisfy Python>=3.11 and convkata==0.1.0 …"]
FULL = [2, "error: Failed to write to the cache\n  cause: No space left on device (os error 28)"]
ODD = [2, "DEBUG a\nerror: the moon is full\n"]
PLAN = {"slow": 0, "install": 0, "--offline": NOT_CACHED, "auto": ALL_CACHED, "registry": AWAY}


class Checkout:
    """A copy of what nox needs, beside a folder with the stand-ins and their record."""

    def __init__(self, folder):
        self.folder, self.bin = folder / "a checkout", folder / "bin"
        shutil.copytree(ROOT / "kit", self.folder / "kit", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("noxfile.py", "pyproject.toml"):
            shutil.copy(ROOT / name, self.folder)
        self.bin.mkdir()
        for name, text in (("uv", UV), ("python", PYTHON)):
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        self.plan(), self.judge(0)

    def plan(self, **how):
        """How uv behaves from now on: as at a first time with a network, but for what is said here."""
        (self.bin / "plan.json").write_text(json.dumps(PLAN | how))

    def judge(self, status):
        """How the Python of an environment ends from now on."""
        (self.bin / "status").write_text(str(status))

    def command(self, *words):
        """The command and the environment variables of a nox."""
        env = {"PATH": f"{self.bin}:{os.environ['PATH']}", "UV": str(self.bin / "uv")}
        return [sys.executable, "-m", "nox", *words], {"env": env, "cwd": self.folder}

    def nox(self, *words, **options):
        """Exit status, screen, and what uv and Python were asked to do."""
        (self.bin / "calls").unlink(missing_ok=True)
        command, about = self.command(*words)
        done = processes.run(*command, **about | options)
        screen = done.stdout + done.stderr
        assert "Traceback" not in screen, screen
        return done.returncode, screen, self.calls()

    def calls(self):
        """What uv and Python were asked to do, without what changes nothing; "ran" is Python's."""
        record = self.bin / "calls"
        return record.read_text().splitlines() if record.exists() else []

    def environment(self, name="exercises"):
        return self.folder / ".nox" / name


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.fixture
def installed(checkout):
    """A checkout in which `nox -s exercises` was run; there is no network any more, and nothing in uv's cache."""
    status, screen, calls = checkout.nox("-s", "exercises")
    assert status == 0, screen
    assert kinds(calls) == ["venv", "pip", "ran"]
    checkout.plan(auto=AWAY)
    return checkout


def kinds(calls):
    """What was begun, in order: "venv", "pip" and "ran"."""
    return [words[1] if words[0] == "begin" else "ran" for words in map(str.split, calls) if words[0] != "end"]


SESSIONS = [
    "exercises",
    "watch",
    "hint",
    "reset",
    "compare",
    "expose",
    "see",
    "gallery",
    "bench",
    "grade",
    "train",
    "solutions",
    "lowest",
    "kit",
]


def test_the_sessions_are_these():
    everything = processes.run(sys.executable, "-m", "nox", "--list")
    assert re.findall("^[*-] ([a-z]+) -> [A-Z]", everything.stdout, re.MULTILINE) == SESSIONS
    assert "* exercises -> " in everything.stdout
    assert everything.stdout.count("\n* ") == 1


def test_nothing_is_needed_before_an_environment_is_there():
    allowed = {*sys.stdlib_module_names, "filelock", "nox", "kit"}
    files = ["noxfile.py", "kit/__init__.py", "kit/commands/__init__.py"]
    for file in [*files, "kit/commands/environment.py", "kit/commands/nox_hooks.py"]:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 10))
        names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert {name.split(".")[0] for name in names} <= allowed, file
    assert len((ROOT / "noxfile.py").read_text(encoding="utf-8").splitlines()) < 100


# An environment is made once.


def test_the_second_time_nothing_is_installed_and_no_network_is_needed(installed):
    status, screen, calls = installed.nox("-s", "exercises", "--", "ex05")
    assert (status, screen, calls) == (0, "ran -m pytest ex05\n", ["ran -m pytest ex05"])


def test_the_first_time_it_says_what_it_does_and_what_that_takes(checkout):
    checkout.plan(auto=BY_CUDA)
    _, screen, _ = checkout.nox("-s", "exercises")
    assert "Preparing exercises: PyTorch comes once, 3.3 GB to download and 5.4 GB on disk." in screen
    assert "Ready after " in screen
    assert "nox >" not in screen


def delete_torch(checkout):
    shutil.rmtree(checkout.environment() / "lib/python3/site-packages/torch")


def delete_python(checkout):
    (checkout.environment() / "bin/python").unlink()


def break_python(checkout):
    delete_python(checkout)
    (checkout.environment() / "bin/python").symlink_to("/nowhere/python")


def delete_all(checkout):
    shutil.rmtree(checkout.folder / ".nox")


def stop_on_the_way(checkout):
    (checkout.environment() / environment.STAMP).unlink()


def spoil_the_stamp(checkout):
    (checkout.environment() / environment.STAMP).write_text('{"what": [')


def use_another_python(checkout):
    path = checkout.environment() / environment.STAMP
    path.write_text(json.dumps(json.loads(path.read_text()) | {"python": "3.1"}))


def replace(checkout, before, after):
    path = checkout.folder / "pyproject.toml"
    assert before in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def ask_for_another_version(checkout):
    replace(checkout, '"rich>=', '"rich>=10,>=')


def ask_for_another_tool(checkout):
    replace(checkout, '"pexpect>=', '"pytest-sugar",\n    "pexpect>=')


def move(checkout):
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))


ANEW = [delete_torch, delete_python, break_python, delete_all, stop_on_the_way, spoil_the_stamp, use_another_python]


@pytest.mark.parametrize("happens", ANEW, ids=lambda f: f.__name__)
def test_what_is_broken_half_made_or_of_another_python_is_made_anew(installed, happens):
    happens(installed)
    installed.plan()
    status, screen, calls = installed.nox("-s", "exercises")
    assert (status, kinds(calls)) == (0, ["venv", "pip", "ran"]), screen
    assert kinds(installed.nox("-s", "exercises")[2]) == ["ran"]


@pytest.mark.parametrize("happens", [ask_for_another_version, ask_for_another_tool, move], ids=lambda f: f.__name__)
def test_what_asks_for_something_else_is_installed_into_the_same_environment(installed, happens):
    happens(installed)
    installed.plan()
    status, screen, calls = installed.nox("-s", "exercises")
    assert (status, kinds(calls)) == (0, ["pip", "ran"]), screen
    assert kinds(installed.nox("-s", "exercises")[2]) == ["ran"]


def test_what_does_not_touch_the_installation_installs_nothing(installed):
    replace(installed, "line-length = 120", "line-length = 100")
    (installed.environment() / "lib/python3/site-packages/a_plugin_of_ones_own").mkdir()
    (installed.environment() / "lib/python3/site-packages/__pycache__").mkdir()
    assert kinds(installed.nox("-s", "exercises")[2]) == ["ran"]


def test_another_session_needs_no_network_either(installed):
    installed.plan(**{"--offline": ALL_CACHED, "auto": AWAY})
    status, screen, calls = installed.nox("-s", "watch")
    assert (status, kinds(calls)) == (0, ["venv", "pip", "ran"]), screen
    (pip,) = [call for call in calls if call.startswith("begin pip")]
    assert "--offline" in pip
    assert pip.endswith("torch=auto")
    assert "Preparing watch: nothing needs to be downloaded" in screen


@pytest.mark.parametrize("name", ["hint", "reset"])
def test_these_need_no_environment(checkout, name):
    status, screen, calls = checkout.nox("-s", name, "--", "nothing")
    assert (status, calls) == (2, []), screen
    assert not (checkout.folder / ".nox").exists()


# Where torch comes from, and why an installation fails.


@pytest.mark.parametrize(
    ("chosen", "others", "ways"),
    [
        ("", [], [("auto", True), ("auto", False), ("", True), ("", False)]),
        ("", [""], [("", True), ("", False)]),
        ("", ["cpu"], [("cpu", True), ("cpu", False)]),
        ("cu130", [""], [("cu130", True), ("cu130", False)]),
    ],
)
def test_what_was_chosen_or_worked_before_is_not_asked_again(tmp_path, monkeypatch, chosen, others, ways):
    monkeypatch.setenv("UV_TORCH_BACKEND", chosen)
    for number, torch in enumerate(others):
        (tmp_path / str(number)).mkdir()
        environment.write_stamp(tmp_path / str(number), torch=torch)
    assert environment.ways_to_torch(tmp_path / "new") == ways


def test_where_pytorchs_own_index_is_away_the_registry_is_asked(checkout):
    checkout.plan(auto=AWAY, registry=BY_CUDA)
    status, screen, calls = checkout.nox("-s", "exercises")
    assert status == 0
    assert "PyTorch's own index, which has a build for this machine, cannot be used; asking the registry." in screen
    (pip,) = [call for call in calls if call.startswith("begin pip")]
    assert pip.endswith(" torch=")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (AWAY, "The package registry cannot be reached. The first time needs a network; later ones do not"),
        (TOO_OLD, "Python 3.10.13 is too old: this kit needs Python >=3.11"),
        (FULL, "The disk is full"),
        (ODD, "The installer says:\nerror: the moon is full"),
    ],
    ids=["away", "too old", "full", "odd"],
)
def test_the_true_reason_is_said_and_nothing_is_judged(checkout, answer, sentence):
    checkout.plan(auto=answer, registry=answer)
    status, screen, calls = checkout.nox("-s", "exercises")
    assert status == 1
    assert f"Session exercises aborted: {sentence}" in screen
    assert kinds(calls) == ["venv"]
    checkout.plan()
    assert kinds(checkout.nox("-s", "exercises")[2]) == ["venv", "pip", "ran"]


def test_an_installation_that_stops_on_its_way_is_no_environment(checkout):
    checkout.plan(install=2)
    status, screen, calls = checkout.nox("-s", "exercises")
    assert (status, kinds(calls)) == (1, ["venv", "pip"])
    assert "The installation stopped for the reason above" in screen or "The disk is full" in screen
    checkout.plan()
    assert kinds(checkout.nox("-s", "exercises")[2])[-1] == "ran"


def test_a_disk_that_filled_up_on_the_way_is_named(monkeypatch):
    for answer, free, sentence in [
        (ALL_CACHED, 1e9, "The disk is full: 1.0 GB are free"),
        (ALL_CACHED, 9e9, "The installation stopped for the reason above. The same command goes on from there"),
        (AWAY, 1e9, "The package registry cannot be reached. The first time needs a network; later ones do not"),
    ]:
        plan = processes.subprocess.CompletedProcess([], *answer)
        monkeypatch.setattr(environment, "look_ahead", lambda *_, plan=plan: plan)
        assert environment.reason_afterwards([], "uv", {}, free) == sentence


@pytest.mark.parametrize(
    ("missing", "uv", "free", "sentence"),
    [
        ([], "uv", 1e9, "nothing needs to be downloaded, the files are shared with uv's cache."),
        (["ruff", "nox"], "uv", 1e9, "2 packages to download; PyTorch is here already."),
        (["torch", "rich"], "uv", 50e9, "PyTorch comes once, less than 1 GB on disk."),
        (["torch", "nvidia-nccl"], "uv", 50e9, "PyTorch comes once, 3.3 GB to download and 5.4 GB on disk."),
        (["torch"], "uv", 3e9, "PyTorch comes once, less than 1 GB on disk. Only 3.0 GB are free."),
        (
            [],
            None,
            50e9,
            "without uv each session has a PyTorch of its own, 3.3 GB to download and 5.4 GB on disk on Linux.",
        ),
    ],
)
def test_what_an_installation_takes_is_said_truly(missing, uv, free, sentence):
    plan = "".join(f"DEBUG Identified uncached distribution: {name}==1.0\n" for name in missing)
    assert environment.cost(plan, free, uv).startswith(sentence)


PIPS = [
    ("ERROR: Package 'convkata' requires a different Python: 3.10.13 not in '>=3.11'", "Python 3.10.13 is too old"),
    (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError(…)'",
        "registry cannot be reached",
    ),
    ("OSError: [Errno 28] No space left on device", "The disk is full"),
]


@pytest.mark.parametrize(("words", "sentence"), PIPS)
def test_without_uv_pip_tells_the_reason(tmp_path, words, sentence):
    folder = tmp_path / "exercises"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/asked\necho "{words}" >&2\nexit 1\n')
    (folder / "bin/python").chmod(0o755)
    assert sentence in environment.prepare(folder, [], ["-e.", "pytest"], "3.13", None)
    assert (tmp_path / "asked").read_text() == "-m pip install -e. --dry-run --no-deps --retries=1\n"
    assert not environment.read_stamp(folder)


def test_python_3_9_is_older_than_3_11():
    for old in ("3.9.1", "3.10.13"):
        assert environment.misfit(">=3.11", old) == f"Python {old} is too old: this kit needs Python >=3.11"
    for new in ("3.11.0", "3.14.0rc1", ""):
        assert environment.misfit(">=3.11", new) == ""


# How it ends.


@pytest.mark.parametrize(("judged", "ended"), [(0, 0), (1, 1), (2, 2), (4, 2)])
def test_the_last_line_is_the_kits_own_and_the_status_too(installed, judged, ended):
    installed.judge(judged)
    status, screen, _ = installed.nox("-s", "exercises")
    assert (status, screen) == (ended, "ran -m pytest\n")


def test_an_end_that_nothing_has_explained_is_told_by_nox(installed):
    installed.judge(3)
    status, screen, _ = installed.nox("-s", "exercises")
    assert status == 1
    assert "failed with exit code 3" in screen


def test_ctrl_c_ends_with_130(installed):
    (installed.bin / "wait").touch()
    command, about = installed.command("-s", "exercises")
    (installed.bin / "calls").unlink()
    pipes = {"stdout": processes.subprocess.PIPE, "stderr": processes.subprocess.STDOUT}
    with processes.start(*command, **about, **pipes, start_new_session=True) as nox:
        while not installed.calls():
            assert nox.poll() is None
            time.sleep(0.01)
        os.killpg(nox.pid, signal.SIGINT)
        screen = nox.communicate(timeout=60)[0]
    assert (nox.returncode, screen) == (130, "ran -m pytest\n")


def test_of_two_sessions_the_second_runs_though_the_first_failed(checkout):
    checkout.judge(1)
    status, screen, calls = checkout.nox("-s", "exercises", "compare")
    assert status == 1
    assert [call for call in calls if call.startswith("ran")] == ["ran -m pytest", "ran -m kit.compare"]
    assert "* exercises: failed" in screen
    assert "* compare: failed" in screen


def test_solutions_says_which_part_runs(checkout):
    status, screen, _ = checkout.nox("-s", "solutions")
    parts = [
        "The model answers:",
        "ran -m pytest --solutions",
        "Now the tests of the kit itself",
        "ran -m pytest tests/kit",
    ]
    assert status == 0
    assert [min(screen.find(part), 0) for part in parts] == [0] * 4
    assert sorted(parts, key=screen.index) == parts
    _, screen, _ = checkout.nox("-s", "solutions", "--", "ex05")
    assert "tests/kit" not in screen


# nox's own options.


def test_install_only_installs_and_runs_nothing(checkout):
    status, _, calls = checkout.nox("-s", "exercises", "--install-only")
    assert (status, kinds(calls)) == (0, ["venv", "pip"])
    assert kinds(checkout.nox("-s", "exercises")[2]) == ["ran"]


def test_without_an_environment_it_judges_with_the_python_at_hand(checkout):
    status, screen, calls = checkout.nox("--no-venv", "-s", "exercises", "--", "ex05")
    assert (status, screen, calls) == (0, "ran -m pytest ex05\n", ["ran -m pytest ex05"])
    assert not checkout.environment().exists()


def test_reuse_without_installing_leaves_an_environment_as_it_is(installed):
    ask_for_another_version(installed)
    for option in ("-R", "--no-install"):
        assert kinds(installed.nox(option, "-s", "exercises")[2]) == ["ran"]
    assert installed.nox("-s", "exercises")[0] == 1  # the change was not forgotten, and there is no network


def test_reuse_without_installing_makes_what_is_not_there(checkout):
    assert kinds(checkout.nox("-R", "-s", "exercises")[2]) == ["venv", "pip", "ran"]


def test_reuse_is_the_rule_and_a_new_environment_can_be_asked_for(installed):
    assert kinds(installed.nox("-r", "-s", "exercises")[2]) == ["ran"]
    installed.plan()
    assert kinds(installed.nox("-N", "-s", "exercises")[2]) == ["venv", "pip", "ran"]


def test_it_may_be_called_from_another_folder(installed, tmp_path):
    status, screen, calls = installed.nox("-f", str(installed.folder / "noxfile.py"), "-s", "exercises", cwd=tmp_path)
    assert (status, kinds(calls)) == (0, ["ran"]), screen


def test_where_dashes_were_forgotten_it_says_what_to_type(checkout):
    status, screen, calls = checkout.nox("-s", "exercises", "ex05")
    assert (status, calls) == (2, [])
    assert screen == (
        "There is no session ex05; nox -l lists them. "
        "If that is what to judge, -- comes before it: nox -s exercises -- ex05\n"
    )


def test_where_no_environment_can_be_made_there_is_one_sentence(checkout):
    (checkout.folder / ".nox").touch()
    status, screen, calls = checkout.nox("-s", "exercises")
    assert (status, calls) == (2, [])
    assert screen.startswith("No environment can be made here: ")
    assert len(screen.splitlines()) == 1


@pytest.mark.parametrize("names", [["exercises", "exercises"], ["exercises", "watch"]], ids=" ".join)
def test_two_at_once_take_turns(checkout, names):
    checkout.plan(slow=0.3)
    running = []
    for name in names:
        command, about = checkout.command("-s", name)
        pipes = {"stdout": processes.subprocess.PIPE, "stderr": processes.subprocess.STDOUT}
        running.append(processes.start(*command, **about, **pipes))
    screens = [nox.communicate(timeout=60)[0] for nox in running]
    assert [nox.returncode for nox in running] == [0, 0], screens
    made = [call.split()[0] for call in checkout.calls() if not call.startswith("ran")]
    assert made == ["begin", "end"] * (len(made) // 2)  # never two at a time
    assert len(made) == 4 * len(set(names))
    assert sum("Another nox prepares an environment here" in screen for screen in screens) == 1


# What may be installed.

COLAB = {"torch": "2.11.0", "torchvision": "0.26.0", "numpy": "2.1.3", "matplotlib": "3.10.0", "pillow": "11.3.0"}
COLAB |= {"rich": "13.9.4", "watchfiles": "1.2.0", "pytest": "8.4.0"}  # its image of August 2026


def test_what_colab_has_is_new_enough():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]
    bounds = {requirement.name: requirement.specifier for requirement in map(Requirement, lines)}
    for name, version in COLAB.items():
        assert version in bounds[name], f"{name} {version} {bounds[name]}"
    assert "pytest" not in project["tool"] or list(project["tool"]["pytest"]) == ["ini_options"]  # what pytest 8 reads


def test_the_nox_that_the_tests_ask_for_is_the_one_that_the_noxfile_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (line,) = [line for line in project["dependency-groups"]["test"] if line.startswith("nox")]
    assert f'nox.needs_version = "{line.removeprefix("nox")}"' in (ROOT / "noxfile.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "ran"),
    [
        ([], ["-m kit.course.stubs", "tests/kit/bank.py", "tests/kit/mutants.py --sample=40", "-m ruff check ."]),
        (["--mutants"], ["tests/kit/mutants.py"]),
        (["--mutants", "ex05"], ["tests/kit/mutants.py ex05"]),
    ],
)
def test_the_kit_judges_some_mutants_and_all_if_it_is_asked_to(checkout, words, ran):
    status, _, calls = checkout.nox("-s", "kit", "--", *words)
    assert status == 0
    assert [call.removeprefix("ran ") for call in calls if call.startswith("ran")][:4] == ran
