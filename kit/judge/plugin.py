"""The judge as plugins of pytest, each for one thing that it does."""

from pathlib import Path

import pytest

from kit.judge.asking import Asked
from kit.judge.collecting import Collecting
from kit.judge.judge import Judge
from kit.judge.kept import Kept
from kit.judge.running import Checking, Loop
from kit.judge.screen import Screen
from kit.learner.workers import Limits


def register(config: pytest.Config, folder: Path, asked: Asked, limits: Limits, kept: Kept | None) -> None:
    """Judge this folder in this run of pytest; the judge itself is the plugin "convkata"."""
    judge = Judge(config, folder, asked, limits, kept)
    config.pluginmanager.register(judge, "convkata")
    for part in (Collecting(judge), Loop(judge), Checking(judge), Screen(judge)):
        config.pluginmanager.register(part)
