"""One round of judging for watch: what was changed first, then the rest, and the reports on both.

A report is a dict: {"text": what a person reads}, with "goes on" if the next one belongs to the same card; the last is
{"standings": how every function stands}.
"""

import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator

import pytest
from _pytest.runner import runtestprotocol
from rich.markup import escape
from rich.text import Text

from kit.course.manifest import exercises
from kit.judge.items import EXERCISE, FUNCTION
from kit.judge.judge import Judge
from kit.judge.parallel import JudgePool, judge_together
from kit.verdict.board import Report
from kit.verdict.card import colour
from kit.verdict.console import new_console
from kit.verdict.record import Check, Record
from kit.watch.request import Request


class Round:
    """Judges items of a collected session; `send` takes each report.

    With a pool, whose tasks are the items, each for itself, several judges work at it.
    """

    def __init__(
        self,
        session: pytest.Session,
        judge: Judge,
        request: Request,
        send: Callable[[dict], None],
        pool: JudgePool | None = None,
    ):
        self.session, self.judge, self.request, self.send, self.pool = session, judge, request, send, pool
        self.asked = [e for e in exercises() if e.name in request.names]
        judge.record = self.record = Record({e: list(e.checks) for e in self.asked})
        self.shown: Check | None = None
        self.opened: int | None = None  # lines of its card that have been sent

    def run(self) -> None:
        """Judge, and send reports."""
        try:
            self._run()
        except Exception:
            self.send({"text": f"The kit itself has failed:\n{traceback.format_exc()}"})

    def _run(self) -> None:
        items = [item for item in self.session.items if item.stash[EXERCISE] in self.asked]
        items.sort(key=lambda item: item.stash[FUNCTION] not in self.request.first)
        first = sum(item.stash[FUNCTION] in self.request.first for item in items)
        self._judge(items[:first])
        if first:
            self._report(self._changed)
        self._judge(items[first:])
        self._report(self._all if len(self.asked) > 1 else self._rest)
        standings = {e.name: {s.function: s.word for s in self.record.standings_of(e)} for e in self.asked}
        self.send({"standings": standings, "shown": self._function_shown()})

    def _function_shown(self) -> str:
        """The function whose failure has been shown, as it can be typed; nothing if none has."""
        shown = self.shown or self.record.first_failure()
        return f"{shown.exercise.id}.{shown.function}" if shown and shown.word != "not started" else ""

    def _judge(self, items: list[pytest.Item]) -> None:
        """Judge, and send the beginning of the card as soon as it is known which check is shown."""
        waiting, failed = {*range(len(items))}, []
        for number, checks in self._judge_together(items) if self.pool else self._judge_alone(items):
            waiting.discard(number)
            failed += [(number, c) for c in checks if c.word not in ("done", "not started")]
            if failed and self.shown is None and len(self.asked) == 1:
                earliest, check = min(failed, key=lambda pair: pair[0])
                if all(earliest < other for other in waiting):
                    self.shown = check
                    self._report(self._open, goes_on=True)

    def _judge_alone(self, items: list[pytest.Item]) -> Iterator[tuple[int, list[Check]]]:
        for number, (item, following) in enumerate(zip(items, [*items, None][1:], strict=True)):
            before = len(self.record.checks)
            runtestprotocol(item, log=False, nextitem=following)
            yield number, self.record.checks[before:]

    def _judge_together(self, items: list[pytest.Item]) -> Iterator[tuple[int, list[Check]]]:
        tasks = [self.session.items.index(item) for item in items]
        for task, found in judge_together(self.pool, tasks):
            yield tasks.index(task), found.checks

    def _report(self, write: Callable[[Report], None], goes_on: bool = False) -> None:
        """Send what is written for the screen of the one who watches."""
        options = {"force_terminal": True} if self.request.in_colour else {"no_color": True}
        screen = new_console(file=io.StringIO(), width=self.request.width, soft_wrap=True, **options)
        command = self.judge.command() if len(self.asked) > 1 else ""
        write(Report(self.record, self.judge.folder, command, self.judge.diagnosis, screen))
        self.send({"text": screen.file.getvalue()} | ({"goes on": True} if goes_on else {}))

    def _open(self, report: Report) -> None:
        """The first lines of the card."""
        self.opened = report.opening(self.shown)

    def _changed(self, report: Report) -> None:
        """The verdict on what was changed: a card, or that it is done."""
        (exercise,) = self.asked
        standings = [s for s in self.record.standings_of(exercise) if s.function in self.request.first]
        self._card(report, [s.failure for s in standings if s.failure])
        for s in standings if self.shown is None else ():
            report.console.print(Text("done", colour("done")).append(f": {s.function}, {s.held} checks", "default"))

    def _rest(self, report: Report) -> None:
        """How the whole exercise stands."""
        standings = self.record.standings()
        if all(s.word == "not started" for s in standings):
            begin = standings[0]
            return report.console.print(f"Begin with [bold]{begin.function}[/]: {escape(report.place(begin))}")
        self._card(report, [s.failure for s in standings if s.failure and s.word != "not started"])
        report.board(standings)
        after = next((s for s in standings if s.word != "done"), None)
        if after and self.shown is None:
            report.console.print(f"next: {after.function}, {escape(report.place(after))}")
        return None

    def _card(self, report: Report, failures: list[Check]) -> None:
        """The rest of the card that was begun, or the whole of one, but no second one."""
        if self.opened:
            report.rest_of_card(self.shown, self.opened)
        elif self.shown is None and failures:
            self.shown = failures[0]
            report.card(self.shown)
        self.opened = None

    def _all(self, report: Report) -> None:
        report.write()


def sender(descriptor: int) -> Callable[[dict], None]:
    """A function that writes reports as lines of JSON, for `Lines` to read; nothing else is written anywhere then."""

    def send(report: dict) -> None:
        text = json.dumps(report).encode() + b"\n"
        while text:
            text = text[os.write(descriptor, text) :]

    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return send
