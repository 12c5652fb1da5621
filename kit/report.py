"""What a person sees: the board of all exercises, and one failure on a card."""

import ast
import math
from pathlib import Path

import torch
from rich.console import Console
from rich.markup import escape
from rich.text import Text
from torch import Tensor

from kit.course import ROOT, Exercise
from kit.learner import Call
from kit.record import Check, Record, Standing

COLOURS = {"done": "green", "not started": "dim", "wrong": "red", "not judged": "yellow"}
LONGEST_VALUE = 160  # characters of a tensor in a call
MOST_PRINTED_LINES = 5


def show_value(value: object) -> str:
    """A value as it can be pasted into Python, or its shape or beginning where that would be too long."""
    if not isinstance(value, Tensor):
        text = _show_plain(value)
        return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
    dtype = "" if value.dtype in (torch.int64, torch.float32, torch.bool) else f", dtype={value.dtype}"
    if value.numel() == 0:
        return f"torch.empty({tuple(value.shape)}, dtype={value.dtype})"
    text = f"torch.tensor({_numbers(value.tolist(), '' if dtype else '.')}{dtype})"
    return text if len(text) <= LONGEST_VALUE else f"<tensor of shape {tuple(value.shape)}, {value.dtype}>"


def _show_plain(value: object) -> str:
    """Python's own spelling; tensors in a list or tuple are shown as those outside are."""
    if type(value) not in (list, tuple) or not any(isinstance(item, Tensor | list | tuple) for item in value):
        return repr(value)
    items = ", ".join(map(show_value, value))
    return f"[{items}]" if isinstance(value, list) else f"({items}{',' if len(value) == 1 else ''})"


def _numbers(numbers: object, point: str) -> str:
    """Nested lists of numbers, short: 2.0 is "2", followed by the point if the dtype hangs on it."""
    if isinstance(numbers, list):
        return f"[{', '.join(_numbers(number, point) for number in numbers)}]"
    if not isinstance(numbers, float):
        return repr(numbers)
    if not math.isfinite(numbers):
        return f"float('{numbers}')"
    text = repr(numbers)
    return text.removesuffix(".0") + point if text.endswith(".0") else text


def show_call(call: Call) -> str:
    """A call as it can be pasted into Python."""
    arguments = [show_value(v) for v in call.args] + [f"{name}={show_value(v)}" for name, v in call.kwargs]
    return f"{call.function}({', '.join(arguments)})"


def harmless(text: str) -> str:
    """Text from a learner's code with its control characters made visible, and no command for a CI runner in it."""
    visible = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    return visible.replace("##[", "## [")


def line_of(path: Path, function: str) -> int:
    """The line on which a function or class of a file begins; 1 if that cannot be read."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return 1
    return next((node.lineno for node in tree.body if getattr(node, "name", None) == function), 1)


def place(folder: Path, exercise: Exercise, line: int) -> str:
    """A path that a terminal makes clickable: exercises/ex05_conv2d.py:12."""
    path = folder / f"{exercise.name}.py"
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}"


class Report:
    """Writes to a terminal, in colour where there is one."""

    def __init__(self, record: Record, folder: Path, command: str):
        self.record, self.folder, self.command = record, folder, command
        self.console = Console(highlight=False, soft_wrap=True)

    def write(self) -> None:
        """The board and one failure; for an untouched clone, where to begin."""
        standings = self.record.standings()
        if all(s.word == "not started" for s in standings):
            self._nothing_done(standings)
            return
        self._board(standings)
        failing = [s for s in standings if s.failure]
        worth_showing = [s for s in failing if s.word != "not started"] or failing
        if worth_showing:
            self.card(worth_showing[0].failure)
        for reason in self.record.left_out[:3]:
            self.console.print(f"[yellow]not judged:[/] {escape(reason)}")
        self._closing_line(standings)

    def _nothing_done(self, standings: list[Standing]) -> None:
        first = standings[0]
        where = place(self.folder, first.exercise, self._line(first))
        of_all = f"0 of {len(standings)} functions" if len(standings) > 1 else first.function
        self.console.print(f"Nothing is done yet ({of_all}).")
        self.console.print(f"Begin with [bold]{first.function}[/]: {escape(where)}")
        self.console.print(f"Read its docstring, replace the raise, then: {self.command} {first.exercise.id}")

    def _line(self, standing: Standing) -> int:
        return line_of(self.folder / f"{standing.exercise.name}.py", standing.function)

    def _board(self, standings: list[Standing]) -> None:
        widest = max(len(exercise.name) for exercise in self.record.asked)
        for exercise in self.record.asked:
            own = [s for s in standings if s.exercise == exercise]
            done = sum(s.word == "done" for s in own)
            line = Text.from_markup(f"{exercise.name:{widest}}  {done}/{len(own)}  {_summary(own)}")
            line.truncate(self.console.width, overflow="ellipsis")
            self.console.print(line)

    def card(self, check: Check) -> None:
        """One failure: what was asked, what came, where, and how to ask again."""
        sentence = check.name.removeprefix("test_").replace("_", " ")
        self.console.print(f"\n[bold red]{check.word}[/]: {check.exercise.name}, {escape(sentence)}")
        body = []
        if check.call and check.call.function and check.word != "not started":
            body.append(show_call(check.call))
        body += harmless(check.account).splitlines()
        printed = harmless(check.printed).splitlines()
        body += [f"printed | {line}" for line in printed[:MOST_PRINTED_LINES]]  # a line must not begin with ::
        if len(printed) > MOST_PRINTED_LINES:
            body.append(f"printed | … {len(printed) - MOST_PRINTED_LINES} lines more")
        for line in body:
            self.console.print(f"  {escape(line)}")
        number = check.lines[-1][0] if check.lines else line_of(self._file(check), check.function)
        source = f"  {harmless(check.lines[-1][1])}" if check.lines else ""
        self.console.print(f"  {escape(place(self.folder, check.exercise, number) + source)}")
        self.console.print(f"  again: {self.command} {check.exercise.id}.{check.function}")

    def _file(self, check: Check) -> Path:
        return self.folder / f"{check.exercise.name}.py"

    def _closing_line(self, standings: list[Standing]) -> None:
        done = sum(s.word == "done" for s in standings)
        line = f"{done} of {len(standings)} functions done"
        next_one = next((s for s in standings if s.word != "done"), None)
        if next_one:
            line += f"; next: {next_one.function}, {place(self.folder, next_one.exercise, self._line(next_one))}"
        self.console.print(escape(line))


def _summary(standings: list[Standing]) -> str:
    """One word if all functions have the same verdict, else which are not done, by verdict."""
    words = list(dict.fromkeys(s.word for s in standings))
    if len(words) == 1:
        return _coloured(words[0])
    by_word = {word: ", ".join(s.function for s in standings if s.word == word) for word in words if word != "done"}
    return "; ".join(f"{_coloured(word)}: {names}" for word, names in by_word.items())


def _coloured(word: str) -> str:
    colour = COLOURS.get(word, "red")
    return f"[{colour}]{word}[/]"
