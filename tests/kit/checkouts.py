"""Copies of the project, for tests that change it."""

import shutil

from kit.course.manifest import ROOT


def copy_checkout(folder):
    """Copy what judging needs into a new folder: all but the kit's own tests; returns the folder."""
    for name in ("kit", "tests", "solutions", "exercises"):
        without = shutil.ignore_patterns("__pycache__", *(["kit"] if name == "tests" else []))
        shutil.copytree(ROOT / name, folder / name, ignore=without)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder
