"""Shows a function that is done beside the model answer, with what matters in the difference and what each costs."""

import ast
import contextlib
import io
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.columns import Columns
from rich.console import Console, Group
from rich.syntax import Syntax
from rich.text import Text

from kit.commands.options import OneSentenceParser, command_line, find_function
from kit.commands.used_names import definitions, giveaways, read_source, sharing_helpers, used
from kit.course.manifest import ROOT, Exercise, shortest_name
from kit.verdict.console import new_console
from kit.verdict.harmless import harmless
from kit.verdict.terminal import on_any_terminal

WIDE_ENOUGH = 120  # columns for two listings beside each other
EXERCISES = ROOT / "exercises"


class Verdict:
    """A plugin that asks the judge how a function stands, and what it costs beside the model answer."""

    def __init__(self, exercise: Exercise, function: str):
        self.exercise, self.function = exercise, function
        self.word, self.costs, self.not_done = "not judged", [], []

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """See pytest."""
        from kit.verdict.cost_line import counted, largest_call

        judge = session.config.pluginmanager.get_plugin("convkata")
        words = {s.function: s.word for s in judge.record.standings_of(self.exercise)}
        self.word, self.not_done = words[self.function], [f for f in words if words[f] != "done"]
        recorded = largest_call(judge.record, self.exercise, self.function)
        if self.word == "done" and recorded:
            yours = counted(judge.learners[self.exercise], recorded)
            self.costs = [yours, counted(judge.oracle(self.exercise).learner, recorded, "right")]


def judged(exercise: Exercise, function: str, folder: Path) -> Verdict:
    """Have a function judged, and those that its model answer could give away, without a word on the screen."""
    verdict = Verdict(exercise, function)
    asked = [f"{exercise.id}.{name}" for name in (function, *sharing_helpers(exercise, function))]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*asked, f"--folder={folder}", f"--rootdir={ROOT}"], plugins=[verdict])
    return verdict


def code_of(path: Path, function: str, others: tuple[str, ...] = ()) -> str:
    """The source of a function without docstrings, and what it uses of the same file but for the others."""
    text = read_source(path)
    nodes = definitions(text)
    if function not in nodes:
        return text.rstrip()
    names = used(nodes, function, others)
    shown = dict.fromkeys(node for name, node in nodes.items() if name in names)
    return "\n\n".join(_without_docstrings(text.split("\n"), node) for node in shown)


def _without_docstrings(lines: list[str], statement: ast.stmt) -> str:
    first = min([statement.lineno, *(decorator.lineno for decorator in getattr(statement, "decorator_list", ()))])
    kept = dict.fromkeys(range(first, statement.end_lineno + 1))
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            doc, code = node.body[0], {node.lineno, *(n.lineno for n in node.body[1:])}
            for number in set(range(doc.lineno, doc.end_lineno + 1)) - code:
                kept.pop(number, None)
    return "\n".join(lines[number - 1] for number in kept).rstrip()


def listing(code: str, width: int, console: Console) -> Text:
    """Code in colours; a line that is too long goes on below, further in than it begins."""
    lines = []
    for line in Syntax(code, "python", theme="ansi_light").highlight(code.rstrip()).split("\n"):
        indent = len(line.plain) - len(line.plain.lstrip())
        parts = [line[indent:]]
        if line.cell_len > width:
            parts = line[indent:].wrap(console, max(20, width - indent - 4))
        lines += [Text(" " * (indent if i == 0 else indent + 4)) + part for i, part in enumerate(parts)]
    return Text("\n", no_wrap=True).join(lines)


def show(
    exercise: Exercise,
    function: str,
    folder: Path,
    costs: list[str],
    console: Console,
    not_done: Iterable[str] = (),
) -> None:
    """Print both listings, the note and the costs; of the model answer nothing that a function not done needs too."""
    wide = console.width >= WIDE_ENOUGH
    width = console.width // 2 - 2 if wide else console.width
    listings, kept_back = [], giveaways(exercise, function, not_done)
    for title, where, left_out in (("yours", folder, ()), ("model answer", ROOT / "solutions", kept_back)):
        source = code_of(where / f"{exercise.name}.py", function, (*exercise.functions, *left_out))
        code = listing(harmless(source.expandtabs(4)), width, console)
        listings.append(Group(Text(f"{title}: {where.name}/{exercise.name}.py", "bold"), code))
    console.print(Columns(listings, width=width) if wide else Group(listings[0], "", listings[1]))
    console.print()
    for helper, other in kept_back.items():
        console.print(Text(f"{helper} is not shown: {other} needs it too, and is not done yet."))
    if note := exercise.notes.get(function):
        console.print(Text(f"note: {note}"))
    for title, cost in zip(("yours", "model answer"), costs, strict=False):
        console.print(Text(f"{title}: {cost}"))


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Compare the function that is named; status 1 if it is not done yet."""
    parser = OneSentenceParser(command_line("compare"), description="Show your code beside the model answer.")
    parser.add_argument("function", metavar="conv2d", help="conv2d, or ex04.correlate2d where two share a name")
    exercise, function = find_function(parser.parse_args(arguments).function)
    os.chdir(ROOT)
    verdict = judged(exercise, function, EXERCISES)
    if verdict.word != "done":
        print(f"{function} is not done yet ({verdict.word}); the model answer is for afterwards.")
        print(f"A hint: {command_line('hint')} {shortest_name(exercise, function)}")
        return 1
    show(exercise, function, EXERCISES, verdict.costs, new_console(), verdict.not_done)
    return 0
