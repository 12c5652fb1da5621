"""A test explorer finds every check, runs what is clicked on, and shows the card."""

import json
import shutil
import socket
import threading
from pathlib import Path

import pytest

from kit.course.manifest import ROOT, exercises
from processes import run_pytest

EX03 = ROOT / "tests" / "test_ex03_output_size.py"
HERE = Path(__file__).parent


@pytest.fixture
def explorer(tmp_path, monkeypatch):
    """Run pytest as an editor does; gives the messages that arrive, in order."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))

    def run(*arguments, folder=None):
        server, messages = socket.socket(socket.AF_UNIX), []
        server.bind(str(tmp_path / f"pipe{len(list(tmp_path.iterdir()))}"))
        server.listen()

        def listen():
            while True:
                connection, _ = server.accept()
                with connection, connection.makefile("rb") as stream:
                    length = int(stream.readline().split(b":")[1])
                    while stream.readline().strip():
                        pass
                    messages.append(json.loads(stream.read(length))["params"])
                if "status" in messages[-1]:
                    return

        listening = threading.Thread(target=listen, daemon=True)
        listening.start()
        environment = {"TEST_RUN_PIPE": server.getsockname()}
        run_pytest("-p", "editor", f"--rootdir={ROOT}", *arguments, folder=folder, env=environment, fresh=True)
        listening.join(30)
        server.close()
        return messages

    return run


def results(messages):
    """What each test came to; nothing is told twice."""
    told = [pair for message in messages for pair in message.get("result", {}).items()]
    assert len(told) == len({node for node, _ in told})
    return dict(told)


def test_discovery_lists_every_check_without_torch(explorer):
    listed, status = explorer("--collect-only", "tests")
    assert status["status"] == 0
    assert not listed["has_torch"]
    with_torch, _ = explorer("-p", "torch", "--collect-only", "tests")
    assert with_torch["has_torch"]
    assert listed["tests"] == with_torch["tests"]
    assert {Path(node.split("::")[0]) for node in listed["tests"]} == {e.test_file for e in exercises()}


@pytest.mark.parametrize("asked", [["tests/test_ex03_output_size.py"], [f"{EX03}"]])
def test_a_file_gives_each_check_its_outcome(explorer, asked):
    listed, _ = explorer("--collect-only", *asked)
    told = results(explorer("--solutions", *asked))
    assert sorted(told) == sorted(listed["tests"])
    assert {each["outcome"] for each in told.values()} == {"passed"}


@pytest.mark.parametrize(
    "name", ["trace_sizes_follows_the_lectures_example", "same_padding_keeps_the_size_with_stride_1[1]"]
)
def test_one_check_or_one_case_is_told_alone(explorer, name):
    node = f"{EX03}::test_{name}"
    *_, status = messages = explorer("--solutions", node)
    assert results(messages) == {node: {"outcome": "passed", "message": ""}}
    assert status["status"] == 0


def test_a_wrong_answer_has_its_card_as_message(explorer, tmp_path):
    folder = tmp_path / "exercises"
    shutil.copytree(ROOT / "solutions", folder)
    with open(folder / "ex03_output_size.py", "a") as file:
        file.write("\n\ndef same_padding(kernel_size):\n    return kernel_size\n")
    told = results(explorer(str(EX03), folder=folder))
    failed = {node: each["message"] for node, each in told.items() if each["outcome"] != "passed"}
    assert {each["outcome"] for each in told.values()} == {"passed", "failed"}
    assert all("::test_same_padding_" in node for node in failed)
    card = failed[f"{EX03}::test_same_padding_keeps_the_size_with_stride_1[1]"].splitlines()
    assert card[:2] == ["wrong: ex03_output_size, same padding keeps the size with stride 1", "  same_padding(1)"]
    example = failed[f"{EX03}::test_same_padding_keeps_the_examples_of_its_docstring"].splitlines()
    assert "  cause: the padding is as large as the kernel" in example
    assert any(line.strip().startswith(f"{folder}/ex03_output_size.py:") for line in card)
