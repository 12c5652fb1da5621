"""The scripts that others start call grading as it is."""

import re

import pytest

import processes
from kit.course.manifest import ROOT
from kit.grade.__main__ import parser

SCRIPTS = [
    ".github/workflows/grade.yml",
    ".github/gradescope/run_autograder",
    ".github/gradescope/setup.sh",
    "tests/README.md",
]
OPTIONS = {option for action in parser()._actions for option in action.option_strings}
OTHERS = {  # of pytest, pip and nox
    *("--folder", "--junitxml", "--hypothesis-profile", "--memory", "--all", "--require-wall", "--fresh-interpreters"),
    *("--fork-server", "--in-process", "--install-only", "--python", "--quiet"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_option_is_one(script):
    used = {*re.findall(r"(?<![\w-])--[a-z][a-z-]+", (ROOT / script).read_text(encoding="utf-8"))}
    assert used <= OPTIONS | OTHERS


@pytest.mark.parametrize("script", [script for script in SCRIPTS if "gradescope" in script])
def test_a_shell_can_read_it(script):
    assert processes.run("bash", "-n", script).returncode == 0
