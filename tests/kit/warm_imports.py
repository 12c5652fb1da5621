"""What the warm process of these tests has loaded before it is forked: nothing of the kit itself, which forks load."""

import sys

import hypothesis.strategies
import pytest
import rich.console
import torch

from kit.learner.huge_pages import use_huge_pages

LOADED = hypothesis.strategies, pytest, rich.console, torch

use_huge_pages()
for name in [name for name in sys.modules if name.partition(".")[0] == "kit"]:
    del sys.modules[name]
