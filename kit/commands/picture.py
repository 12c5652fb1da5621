"""Records the picture of a run that README.md shows: the real board and card of a wrong answer to ex01.

python -m kit.commands.picture    # writes .github/pictures/run.svg
"""

import contextlib
import io
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from kit.course.manifest import ROOT, find
from kit.verdict.board import Report
from kit.verdict.card import line_of
from kit.verdict.console import new_console

PICTURE = ROOT / ".github" / "pictures" / "run.svg"
COMMAND = "nox -s exercises --"
RIGHT, WRONG = "torch.zeros(h - kh + 1, w - kw + 1", "torch.zeros(h - kh, w - kw"
LOOPS = {"range(h - kh + 1)": "range(h - kh)", "range(w - kw + 1)": "range(w - kw)"}  # the mistake of the README
INK, PAPER = (36, 41, 47), (246, 248, 250)
RED, GREEN, YELLOW, BLUE = (207, 34, 46), (17, 99, 41), (125, 78, 0), (9, 105, 218)
COLOURS = [INK, RED, GREEN, YELLOW, BLUE, (130, 80, 223), (27, 124, 131), (110, 119, 129)]
THEME = TerminalTheme(PAPER, INK, COLOURS, COLOURS)  # legible on a light page and on a dark one


class Recorder:
    """A plugin that draws the board and the card when all is judged."""

    def __init__(self, folder: Path, console: Console):
        self.folder, self.console = folder, console

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """See pytest."""
        judge = session.config.pluginmanager.get_plugin("convkata")
        report = Report(judge.record, ROOT / "exercises", COMMAND, judge.diagnosis, self.console)
        failure = judge.record.first_failure()
        line = line_of(self.folder / f"{failure.exercise.name}.py", failure.function)
        report.board(judge.record.standings())
        self.console.print()
        report.opening(failure)
        report.rest_of_card(replace(failure, lines=((line, ""),)), 3)


def record() -> str:
    """The picture, as SVG."""
    ((exercise, _),) = find("ex01")
    source = exercise.solution.read_text(encoding="utf-8").replace(RIGHT, WRONG)
    for right, wrong in LOOPS.items():
        source = source.replace(right, wrong)
    console = new_console(record=True, width=84, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as top, contextlib.redirect_stdout(io.StringIO()):
        folder = Path(top)
        (folder / f"{exercise.name}.py").write_text(source, encoding="utf-8")
        options = [f"--folder={folder}", f"--rootdir={ROOT}", "-pno:cacheprovider"]
        pytest.main([exercise.id, *options], plugins=[Recorder(folder, console)])
    svg = console.export_svg(title=f"{COMMAND} {exercise.id}", theme=THEME, unique_id="run")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # fonts from elsewhere are not fetched


def main() -> int:
    """Write the picture."""
    PICTURE.write_text(record(), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
