"""Shows a function that is done beside the model answer, with what matters in the difference and what each costs."""

import ast
import contextlib
import io
import os
import sys
from pathlib import Path

import pytest
from rich.columns import Columns
from rich.console import Console, Group
from rich.syntax import Syntax
from rich.text import Text

from kit.command import OneSentenceParser, command_line, find_function
from kit.course import ROOT, Exercise, shortest_name

WIDE_ENOUGH = 120  # columns for two listings beside each other


class Verdict:
    """A plugin that asks the judge how a function stands, and what it costs beside the model answer."""

    def __init__(self, exercise: Exercise, function: str):
        self.exercise, self.function = exercise, function
        self.word, self.costs = "not judged", []

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """See pytest."""
        from kit.bill import in_words, largest_call

        judge = session.config.pluginmanager.get_plugin("convkata")
        self.word = judge.record.standing(self.exercise, self.function).word
        heard = largest_call(judge.record, self.exercise, self.function)
        if self.word == "done" and heard:
            yours = judge.learners[self.exercise].cost(heard)
            model = judge.witness(self.exercise).learner.cost(heard, "right")
            self.costs = [in_words(cost, heard) for cost in (yours, model)]


def judged(exercise: Exercise, function: str, folder: Path) -> Verdict:
    """Have a function judged, without a word on the screen."""
    verdict = Verdict(exercise, function)
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([f"{exercise.id}.{function}", f"--folder={folder}", f"--rootdir={ROOT}"], plugins=[verdict])
    return verdict


def code_of(path: Path, function: str) -> str:
    """The source of a function without its docstring, after the helpers of the same file that it uses."""
    text = path.read_text(encoding="utf-8")
    nodes = {node.name: node for node in ast.parse(text).body if hasattr(node, "name")}
    names = [function]
    for name in names:  # grows while it is gone through
        used = {node.id for node in ast.walk(nodes[name]) if isinstance(node, ast.Name)}
        names += [n for n in nodes if n in used and n.startswith("_") and n not in names]
    return "\n\n".join(_without_docstring(text.splitlines(), nodes[name]) for name in nodes if name in names)


def _without_docstring(lines: list[str], node: ast.FunctionDef | ast.ClassDef) -> str:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    doc = node.body[0] if ast.get_docstring(node) is not None else None
    kept = range(first, node.end_lineno + 1)
    return "\n".join(lines[n - 1] for n in kept if doc is None or not doc.lineno <= n <= doc.end_lineno).rstrip()


def show(exercise: Exercise, function: str, folder: Path, costs: list[str], console: Console) -> None:
    """Print both listings, the note and the costs."""
    listings = []
    for title, where in (("yours", folder), ("model answer", ROOT / "solutions")):
        code = Syntax(code_of(where / f"{exercise.name}.py", function), "python", theme="ansi_light", word_wrap=True)
        listings.append(Group(Text(f"{title}: {where.name}/{exercise.name}.py", "bold"), code))
    wide = console.width >= WIDE_ENOUGH
    console.print(Columns(listings, width=console.width // 2 - 2) if wide else Group(listings[0], "", listings[1]))
    console.print()
    if note := exercise.notes.get(function):
        console.print(Text(f"note: {note}"))
    for title, cost in zip(("yours", "model answer"), costs, strict=False):
        console.print(Text(f"{title}: {cost}"))


def main(arguments: list[str] | None = None) -> int:
    """Compare the function that is named; status 1 if it is not done yet."""
    parser = OneSentenceParser(command_line("compare"), description="Show your code beside the model answer.")
    parser.add_argument("function", help="conv2d, or ex04.correlate2d where two share a name")
    exercise, function = find_function(parser.parse_args(arguments).function)
    os.chdir(ROOT)
    folder = ROOT / "exercises"
    verdict = judged(exercise, function, folder)
    if verdict.word != "done":
        print(f"{function} is not done yet ({verdict.word}); the model answer is for afterwards.")
        print(f"A hint: {command_line('hint')} {shortest_name(exercise, function)}")
        return 1
    show(exercise, function, folder, verdict.costs, Console(highlight=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
