"""Submissions made for tests: right answers, wrong ones from the bank, hostile ones."""

from kit.course.manifest import ROOT, find
from kit.course.mistakes import mistakes

EX03 = "ex03_output_size.py"  # the exercise without tensors: judged without torch
RIGHT = (ROOT / "solutions" / EX03).read_text(encoding="utf-8")
STUB = (ROOT / "exercises" / EX03).read_text(encoding="utf-8")


def wrong(number=0):
    """An answer with a known mistake."""
    ((exercise, function),) = find("conv_output_size")
    return mistakes(exercise, function)[number]


def write(folder, **files):
    """Write files into a new folder; `__` in a name stands for a slash."""
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
