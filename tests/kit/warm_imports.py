"""What the warm process of these tests has loaded before it is forked: nothing of the kit itself, which forks load."""

import runpy
from pathlib import Path

import hypothesis.strategies
import pytest
import rich.console
import torch

LOADED = hypothesis.strategies, pytest, rich.console, torch
HUGE_PAGES = Path(__file__).parents[2] / "kit" / "learner" / "huge_pages.py"

runpy.run_path(str(HUGE_PAGES))["use_huge_pages"]()
