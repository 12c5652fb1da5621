"""Whole runs as a person makes them: what stands on the screen, and the exit status."""

import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from xml.etree import ElementTree

import pytest

from kit.course.manifest import ROOT
from processes import descendants, is_running, run, run_pytest, say_running, start, who_runs

pytestmark = pytest.mark.slow


@pytest.fixture
def submission(tmp_path):
    """A folder with copies of the untouched stubs, as a learner has it."""
    folder = tmp_path / "exercises"
    shutil.copytree(ROOT / "exercises", folder)
    return folder


def test_an_untouched_clone_is_told_where_to_begin(submission):
    status, screen = run_pytest(folder=submission)
    assert status == 1
    assert len(screen.splitlines()) <= 8
    assert "Nothing is done yet" in screen
    assert re.search(r"ex01_correlate\.py:\d+$", screen, re.MULTILINE)
    assert "Traceback" not in screen


def test_no_check_of_an_untouched_exercise_is_done_and_all_say_not_started(submission, tmp_path):
    run_pytest(f"--junitxml={tmp_path / 'junit.xml'}", folder=submission)
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()[0]
    assert int(suite.get("tests")) > 300
    assert all(case[0].get("message").startswith("not started: ") for case in suite)


def test_the_reference_passes_and_the_header_says_what_is_judged():
    status, screen = run_pytest("--solutions", "ex03", "ex07")
    assert status == 0, screen
    assert screen.startswith("convkata judges solutions/ ")
    assert "9 of 9 functions done" in screen


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ex99"], "There is no exercise or function called 'ex99'. Did you mean 'ex09'?\n"),
        (["conv2"], "There is no exercise or function called 'conv2'. Did you mean 'conv2d'?\n"),
        (["ex03", "--seconds=0"], "--seconds takes a number above 0, not '0'.\n"),
        (["ex03", "--memory=much"], "--memory takes a number above 0, not 'much'.\n"),
        (["ex03", "--hypothesis-profile=foo"], "Profile 'foo' is not registered.\n"),
        (["--folder=/nowhere/at/all"], "There is no folder '/nowhere/at/all'.\n"),
    ],
)
def test_what_makes_no_sense_gets_one_sentence_and_status_2(arguments, sentence):
    assert run_pytest(*arguments) == (2, sentence)


def test_who_calls_pytest_from_a_program_of_their_own_goes_on_afterwards():
    code = "import pytest; print('status', int(pytest.main(['ex03'])))"
    done = run(sys.executable, "-c", code)
    assert done.stdout.splitlines()[-1] == "status 1"
    assert done.returncode == 0


def test_a_run_within_a_run_does_not_decide_how_the_process_ends():
    picture_of_a_failure = "tests/kit/test_documents.py::test_the_picture_shows_what_a_run_shows"
    status, screen = run_pytest(picture_of_a_failure)
    assert "1 passed" in screen
    assert status == 0


def test_what_the_kits_own_tests_say_is_shown_beside_the_exercises():
    status, screen = run_pytest("--solutions", "ex03", "tests/kit/course/test_manifest.py")
    assert status == 0
    assert re.search(r"^tests.kit.course.test_manifest\.py \.+", screen, re.MULTILINE)


def test_an_environment_without_torch_gets_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sentence = (
        "torch is not installed here: nox -s exercises installs it, and so does: pip install -e . pytest hypothesis\n"
    )
    assert run_pytest("--solutions", "ex03", "ex05") == (2, sentence)
    assert run_pytest("--solutions", "ex03")[0] == 0  # which is not about tensors


def test_files_that_cannot_be_imported_do_not_keep_the_others_from_being_judged(submission):
    shutil.copy(ROOT / "solutions/ex03_output_size.py", submission)
    (submission / "ex01_correlate.py").write_text("def correlate2d(:\n")
    (submission / "ex02_kernels.py").unlink()
    (submission / "ex04_padding_stride.py").write_bytes(b"name = '\xff'\n")
    (submission / "ex05_conv2d.py").write_text("raise OSError('at import')\n")
    status, screen = run_pytest("ex01", "ex02", "ex03", "ex04", "ex05", folder=submission)
    assert status == 1, screen
    assert re.search(r"^ex03_output_size +4/4 +done", screen, re.MULTILINE)
    assert len(re.findall(r"^ex0[1245].* 0/\d.* cannot import", screen, re.MULTILINE)) == 4
    assert "SyntaxError" in screen
    assert "ex01_correlate.py:1  def correlate2d(:" in screen
    assert "Traceback" not in screen


def test_one_function_can_be_done_while_another_is_wrong(submission):
    source = (ROOT / "solutions/ex03_output_size.py").read_text()
    (submission / "ex03_output_size.py").write_text(
        source + "\n\ndef same_padding(kernel_size):\n    return kernel_size\n"
    )
    status, screen = run_pytest("ex03", folder=submission)
    assert status == 1
    assert re.search(r"^ex03_output_size +3/4 +done: [^;]*;\s+wrong: same_padding *$", screen, re.MULTILINE)
    assert "3 of 4 functions done" in screen
    assert "next: same_padding, " in screen
    assert run_pytest("ex03.conv_output_size", folder=submission)[0] == 0


ONE_CASE = "tests/test_ex03_output_size.py::test_same_padding_keeps_the_size_with_stride_1[1]"


def test_a_case_that_is_skipped_is_not_done(tmp_path, monkeypatch):
    code = f"""
        import pytest
        def pytest_collection_modifyitems(items):
            [case] = [item for item in items if item.nodeid == {ONE_CASE!r}]
            case.add_marker(pytest.mark.skip)
    """
    (tmp_path / "skipper.py").write_text(textwrap.dedent(code))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status, screen = run_pytest("--solutions", "ex03.same_padding", "-p", "skipper")
    assert status == 1
    assert "was skipped" in screen


@pytest.mark.parametrize(
    "arguments", [[f"--deselect={ONE_CASE}"], ["-k", "counts"], ["--in-process"], ["--setup-plan"]]
)
def test_a_run_that_makes_fewer_checks_than_planned_does_not_succeed(arguments):
    assert run_pytest("--solutions", "ex03", *arguments)[0] == 1


def test_in_process_everything_runs_and_nothing_counts():
    status, screen = run_pytest("--solutions", "--in-process", "ex05", "ex08", "ex12", "ex17")
    assert status == 1
    assert "in one process: this run does not count" in screen
    assert re.search(r"= \d+ passed", screen)
    assert "failed" not in screen


def test_too_few_examples_are_not_a_check(tmp_path, monkeypatch):
    (tmp_path / "hasty.py").write_text(
        "import hypothesis\nhypothesis.settings.register_profile('hasty', max_examples=3)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status, screen = run_pytest("--solutions", "ex03", "-p", "hasty", "--hypothesis-profile=hasty")
    assert status == 1
    assert "examples were judged" in screen


def test_what_learner_code_prints_stands_on_the_card_and_is_harmless(submission):
    source = (ROOT / "solutions/ex03_output_size.py").read_text()
    prints = "print('\\x1b[31mred\\n::error::forged\\n##[error]too')"
    hostile = f"\n\ndef same_padding(kernel_size):\n    {prints}\n    return -1\n"
    (submission / "ex03_output_size.py").write_text(source + hostile)
    _, screen = run_pytest("ex03", folder=submission)
    assert "\\x1b[31mred" in screen
    assert "\x1b" not in screen
    assert not re.search(r"^\s*::", screen, re.MULTILINE)
    assert "##[" not in screen


@pytest.mark.parametrize("options", [[], ["-v"]])
def test_control_characters_in_errors_and_source_are_harmless(submission, options):
    source = (ROOT / "solutions/ex03_output_size.py").read_text()
    hostile = "\n\ndef same_padding(kernel_size):\n    raise KeyError('\x1b[31mred')  # \x1b[31mred\n"
    (submission / "ex03_output_size.py").write_text(source + hostile)
    _, screen = run_pytest("ex03", *options, folder=submission)
    assert "\\x1b[31mred" in screen
    assert "\x1b" not in screen


def test_verdicts_are_written_for_machines_too(submission, tmp_path):
    run_pytest("ex03", f"--junitxml={tmp_path / 'junit.xml'}", folder=submission)
    xml = (tmp_path / "junit.xml").read_text()
    assert 'message="not started: ex03_output_size, conv output size ' in xml
    assert "Traceback" not in xml


def test_other_options_of_pytest_pass_through():
    status, screen = run_pytest("--solutions", "ex03", "-v", "--durations=2", "--log-level=INFO", "--failed-first")
    assert status == 0, screen
    assert "convkata judges solutions/" in screen
    assert "PASSED" in screen
    assert "slowest 2 durations" in screen


def test_the_limits_can_be_chosen(submission):
    source = (ROOT / "solutions/ex03_output_size.py").read_text()
    slow = "\n\ndef same_padding(kernel_size):\n    while True: pass\n"
    greedy = "\n\ndef receptive_field(layers):\n    bytearray(1 << 30)\n"
    (submission / "ex03_output_size.py").write_text(source + slow)
    _, screen = run_pytest("ex03.same_padding", "--seconds=0.2", folder=submission)
    assert "no answer after 0.2 s" in screen
    (submission / "ex03_output_size.py").write_text(source + greedy)
    _, screen = run_pytest("ex03.receptive_field", "--memory=0.5", folder=submission)
    assert "MemoryError" in screen


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_is_left_when_the_judge_is_stopped(submission, signal_number):
    running = submission / "running"
    (submission / "ex03_output_size.py").write_text(f"{say_running(running)}\nwhile True: pass\n")
    command = [sys.executable, "-m", "pytest", f"--folder={submission}", "ex03"]
    nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    judge = start(*command, **nowhere, start_new_session=True)
    while not who_runs(running):
        assert judge.poll() is None
        time.sleep(0.01)
    processes = descendants(judge.pid)
    assert len(processes) >= 2  # a fork server and the learner's process, on one core
    (os.killpg if signal_number == signal.SIGINT else os.kill)(judge.pid, signal_number)  # Ctrl-C goes to the group
    assert judge.wait(30) != 0
    deadline = time.monotonic() + 3  # before its time limit would end it
    while any(map(is_running, processes)):
        assert time.monotonic() < deadline, "a learner's process is still there"
        time.sleep(0.05)
