"""Other plugins, options and places: the verdict stays the same, or one sentence says why there is none."""

import json
import os
import re
import shutil
import stat
import sys
import textwrap

import pytest

from kit.bench.kept import copy_checkout
from kit.course.manifest import ROOT
from processes import run, run_pytest

pytestmark = pytest.mark.slow

EX03 = "tests/test_ex03_output_size.py"
WRONG = "\n\ndef same_padding(kernel_size):\n    return kernel_size\n"


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Run pytest beside a plugin made of some lines of code."""

    def run(code, *arguments, folder=None):
        (tmp_path / "neighbour.py").write_text("import pytest\n" + textwrap.dedent(code))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        return run_pytest("-p", "neighbour", *arguments, folder=folder)

    return run


@pytest.fixture
def submission(tmp_path):
    """A folder with the model answers and one mistake."""
    folder = tmp_path / "exercises"
    shutil.copytree(ROOT / "solutions", folder, ignore=shutil.ignore_patterns("__pycache__"))
    with open(folder / "ex03_output_size.py", "a") as file:
        file.write(WRONG)
    return folder


AROUND_EACH_TEST = """
    import json, pathlib
    seen = {{}}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(item, nextitem):
        item.of_the_plugin = item.nodeid
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(item, call):
        report = yield
        report.seen_around = item.of_the_plugin
        return report

    def pytest_runtest_logreport(report):
        if report.when == "call":
            seen[report.nodeid] = [report.outcome, report.seen_around, report.longreprtext]

    def pytest_unconfigure():
        pathlib.Path({seen!r}).write_text(json.dumps(seen))
"""


@pytest.mark.parametrize("cores", [1, 3])
def test_a_plugin_around_each_test_sees_every_check_with_its_card(plugin, submission, tmp_path, cores):
    file = tmp_path / "seen.json"
    code = textwrap.dedent(AROUND_EACH_TEST.format(seen=str(file)))
    code += f"\nimport kit.judge.starters\nkit.judge.starters.cores = lambda: {cores}\n"
    status, screen = plugin(code, "ex03", "ex04", folder=submission)
    seen = json.loads(file.read_text())
    assert status == 1, screen
    assert len(seen) > 50
    assert all(around == node for node, (_, around, _) in seen.items())
    failed = {node: text for node, (outcome, _, text) in seen.items() if outcome == "failed"}
    assert all("::test_same_padding_" in node for node in failed)
    first = next(iter(failed.values())).splitlines()
    assert first[0].startswith("wrong: ex03_output_size, same padding ")
    assert first[1].startswith("  same_padding(")
    assert "  cause: the padding is as large as the kernel" in "\n".join(failed.values())
    assert any(re.search(r"ex03_output_size\.py:\d+", line) for line in first)


RUNS_TESTS_ITSELF = """
    from _pytest.runner import runtestprotocol

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(item, nextitem):
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in runtestprotocol(item, log=False, nextitem=nextitem):
            report.user_properties.append(("by", "the plugin"))
            item.ihook.pytest_runtest_logreport(report=report)
        return True
"""


def test_beside_a_plugin_that_runs_tests_itself_one_judge_works_alone(plugin, tmp_path):
    junit = tmp_path / "junit.xml"
    status, screen = plugin(RUNS_TESTS_ITSELF, "--solutions", "ex03", "ex04", f"--junitxml={junit}")
    assert status == 0, screen
    assert "6 of 6 functions done" in screen
    assert junit.read_text().count('value="the plugin"') > 50


def test_what_other_plugins_warn_about_is_not_the_kits_business(tmp_path):
    code = """
        import warnings
        def pytest_configure(): warnings.warn(pytest.PytestDeprecationWarning("an option is unset"))
        def pytest_collection_finish(): warnings.warn("here too")
    """
    (tmp_path / "neighbour.py").write_text("import pytest\n" + textwrap.dedent(code))
    command = [sys.executable, "-m", "pytest", "-p", "neighbour", "--solutions", "ex03.same_padding"]
    done = run(*command, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    assert "warn" not in done.stdout


def test_the_checks_themselves_warn_of_nothing():
    assert run_pytest("--solutions", "-W", "error", "ex03", "ex05", "ex08", "ex10", "ex12")[0] == 0


XDIST = """
    def pytest_addoption(parser):
        parser.addoption("-n", dest="numprocesses")
"""


def test_processes_of_xdist_are_refused_in_one_sentence(plugin):
    code = XDIST + "\n    def pytest_load_initial_conftests(early_config, parser, args): pass\n"
    status, screen = plugin(code.replace('"-n"', '"--nn", "--numprocesses"'), "--solutions", "ex03", "--nn", "2")
    assert (status, screen) == (2, "Leave -n (pytest-xdist) out: the judge works on all cores by itself.\n")


@pytest.mark.parametrize(
    "options",
    [
        "--durations=9", "-v", "-q", "-vv", "-x", "--tb=short", "--tb=long", "--color=yes", "-rA", "--showlocals",
        "-p no:cacheprovider", "-p no:hypothesispytest", "--strict-markers", "-s", "--maxfail=3", "--no-header",
        "--import-mode=importlib", "-p no:warnings", "-W error", "--capture=sys", "-p no:terminal", "-p no:junitxml",
    ],
)  # fmt: skip
def test_whatever_pytest_is_told_by_habit_right_is_right_and_wrong_is_wrong(submission, options):
    environment = {"PYTEST_ADDOPTS": options}
    status, screen = run_pytest("ex07.linear_parameters", folder=submission, env=environment)
    assert status == 0, screen
    status, screen = run_pytest("ex03.same_padding", folder=submission, env=environment)
    assert status == 1, screen
    assert "Traceback" not in screen
    assert "INTERNALERROR" not in screen
    if options not in ("--tb=no", "-p no:terminal"):
        assert "wrong: ex03_output_size, same padding " in screen
        assert "  same_padding(" in screen
        assert re.search(r"ex03_output_size\.py:\d+", screen)


def test_without_the_plugins_of_others_the_judge_works(submission):
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert run_pytest("--solutions", "ex03.same_padding", env=environment)[0] == 0
    assert run_pytest("ex03.same_padding", folder=submission, env=environment)[0] == 1


@pytest.mark.parametrize("profile", ["default", "ci", "fresh-seed"])
def test_a_profile_of_hypothesis_chooses_examples_and_no_deadline(submission, profile):
    with open(submission / "ex03_output_size.py", "a") as file:
        file.write("\nimport time\nright = receptive_field\n\n\ndef receptive_field(layers):\n")
        file.write("    time.sleep(0.25 * (len(layers) == 3))\n    return right(layers)\n")
    option = f"--hypothesis-profile={profile}"
    status, screen = run_pytest("ex03.receptive_field", option, "--seconds=9", folder=submission)
    assert status == 0, screen
    assert run_pytest("ex03.same_padding", option, folder=submission)[0] == 1


def test_python_without_assertions_judges_too(submission):
    environment = {"PYTHONOPTIMIZE": "2"}
    assert run_pytest("--solutions", "ex03.same_padding", "ex05.correlate_volume", env=environment)[0] == 0
    assert run_pytest("ex03.same_padding", folder=submission, env=environment)[0] == 1


def test_collecting_is_no_failure_and_lists_every_check():
    status, screen = run_pytest("--solutions", "ex03", "--collect-only", "-q")
    assert status == 0
    assert f"{EX03}::test_same_padding_keeps_the_size_with_stride_1[1]" in screen
    assert "done" not in screen


@pytest.mark.parametrize(
    "nodes",
    [
        [f"{EX03}::test_trace_sizes_follows_the_lectures_example"],
        [f"{EX03}::test_same_padding_keeps_the_size_with_stride_1[1]"],
        [str(ROOT / f"{EX03}::test_trace_sizes_follows_the_lectures_example")],
        [f"{EX03}::test_trace_sizes_follows_the_lectures_example", f"{EX03}::test_receptive_field_grows_with_a_layer"],
    ],
)
def test_checks_picked_by_hand_that_hold_are_a_success(nodes):
    nodes = [node for node in nodes if node.split("::")[1].split("[")[0] in (ROOT / EX03).read_text()]
    status, screen = run_pytest("--solutions", *nodes)
    assert status == 0, screen
    assert f"{len(nodes)} of {len(nodes)} checks asked for held" in screen
    assert "not judged" not in screen
    assert "minutes" not in screen


def test_the_project_may_be_reached_through_a_link(tmp_path):
    link = tmp_path / "a link"
    link.symlink_to(ROOT)
    node = link / f"{EX03}::test_trace_sizes_follows_the_lectures_example"
    for words in (
        ["ex03.same_padding"],
        [str(node)],
        [str(link / EX03)],
        [str(link / "solutions" / "ex03_output_size.py")],
    ):
        status, screen = run_pytest("--solutions", *words, cwd=link)
        assert status == 0, screen
        assert "not judged" not in screen


def copied(folder):
    """The project in another folder, with right answers in exercises/."""
    copy_checkout(folder)
    shutil.copytree(folder / "solutions", folder / "exercises", dirs_exist_ok=True)
    return folder


@pytest.mark.parametrize("name", ["[late] Müller, Jürg", "a b  c", "50% done", "it's $HOME"])
def test_the_project_and_submissions_may_lie_in_any_folder(tmp_path, name):
    project = copied(tmp_path / name)
    status, screen = run_pytest("ex03.same_padding", cwd=project, env={"PYTHONPATH": str(project)})
    assert status == 0, screen
    with open(project / "exercises" / "ex03_output_size.py", "a") as file:
        file.write(WRONG)
    status, screen = run_pytest("ex03.same_padding", folder=project / "exercises", env={"COLUMNS": "300"})
    assert status == 1, screen
    assert screen.splitlines()[0].startswith(f"convkata judges {project / 'exercises'}/ ")
    (again,) = re.findall(r"again: pytest (.*) ex03\.same_padding", screen)
    assert f"{project}/exercises" in run("/bin/sh", "-c", f"printf %s {again}").stdout


def test_a_checkout_that_cannot_be_written_is_judged(tmp_path):
    project = copied(tmp_path / "project")
    folders = [project, *(path for path in project.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    code = "import pathlib, os\nmkdir = os.mkdir\ndef refuse(path, *a, **k):\n"
    code += f"    if str(path).startswith({str(project)!r}): raise OSError(30, 'Read-only file system')\n"
    code += "    return mkdir(path, *a, **k)\nos.mkdir = refuse\n"  # root may write anywhere
    (tmp_path / "read_only.py").write_text(code)
    try:
        environment = {"PYTHONPATH": f"{project}{os.pathsep}{tmp_path}", "PYTHONDONTWRITEBYTECODE": "1"}
        asked = "ex03.same_padding", "ex05.correlate_volume"
        status, screen = run_pytest("-p", "read_only", *asked, cwd=project, env=environment)
    finally:
        for folder in folders:
            folder.chmod(stat.S_IRWXU)
    assert status == 0, screen
    assert "arning" not in screen


KITS_FAULTS = {
    "hypothesis.errors.FailedHealthCheck('data generation is slow')": "FailedHealthCheck",
    "hypothesis.errors.Unsatisfiable('no example')": "Unsatisfiable",
    "hypothesis.errors.DeadlineExceeded(__import__('datetime').timedelta(1), __import__('datetime').timedelta(0))": "",
    "pytest.fail.Exception('Timeout >1.0s')": "Failed",
    "MemoryError()": "MemoryError",
    "OSError(24, 'Too many open files')": "OSError",
    "ZeroDivisionError('in a strategy')": "ZeroDivisionError",
}


@pytest.mark.parametrize("error", KITS_FAULTS)
def test_no_exception_but_the_learners_own_is_a_wrong_answer(plugin, error):
    code = f"""
        import hypothesis.errors
        @pytest.hookimpl(wrapper=True, tryfirst=True)
        def pytest_pyfunc_call(pyfuncitem):
            if pyfuncitem.originalname == "test_trace_sizes_follows_the_lectures_example":
                raise {error}
            return (yield)
    """
    status, screen = plugin(code, "--solutions", "ex03.trace_sizes")
    assert status == 1
    assert "not judged: trace_sizes" in " ".join(screen.split())
    assert f"the kit could not judge: {KITS_FAULTS[error]}" in screen
    assert "this says nothing about your code" in screen
    assert "wrong" not in screen


def test_an_answer_that_changes_from_call_to_call_is_wrong_and_said_to_be_so(submission):
    with open(submission / "ex03_output_size.py", "a") as file:
        file.write("\ncalls = []\nright = receptive_field\n\n\ndef receptive_field(layers):\n")
        file.write("    calls.append(1)\n    return right(layers) + (len(calls) == 9)\n")
    status, screen = run_pytest("ex03.receptive_field", folder=submission)
    assert status == 1
    assert "the same call is answered differently each time" in screen
    assert "is memory used before it is filled" in screen
