"""What a person sees: the board of all exercises, and one failure on a card."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kit.course.manifest import Exercise, end_of_the_lecture, exercises, shortest_name
from kit.verdict.card import MOST_LINES, colour, command_for, line_of, opening, place, rest
from kit.verdict.console import new_console
from kit.verdict.diagnosis import Diagnosis
from kit.verdict.record import Check, Record, Standing

PADDING = 2  # columns between two columns of the board
UNCHANGED = " (unchanged)"


class Report:
    """Writes to a terminal, in colour where there is one."""

    def __init__(
        self,
        record: Record,
        folder: Path,
        command: str,
        diagnose: Callable[[Check], Diagnosis] = lambda _: Diagnosis(),
        console: Console | None = None,
        speeds: Callable[[], list[str]] = list,
    ):
        self.record, self.folder, self.command, self.diagnose = record, folder, command, diagnose
        self.speeds, self.console = speeds, console or new_console(soft_wrap=True)

    def write(self) -> None:
        """The board and one failure; for an untouched clone, where to begin."""
        standings = self.record.standings()
        if not standings:
            return self.console.print("No check of these functions was asked for.")
        if all(s.word == "not started" for s in standings):
            return self._nothing_done(standings)
        self.board(standings)
        for sentence in self.speeds():
            self.console.print(sentence)
        for reason in self.record.left_out[:3]:
            self.console.print(f"[yellow]not judged:[/] {escape(reason)}")
        if failure := self.record.first_failure():
            self.console.print()
            self.card(failure)
        self._closing(standings)
        return None

    def _nothing_done(self, standings: list[Standing]) -> None:
        first = standings[0]
        of_all = f"0 of {len(standings)} functions" if len(standings) > 1 else first.function
        self.console.print(f"Nothing is done yet ({of_all}).")
        self.console.print(f"Begin with [bold]{first.function}[/]: {escape(self.place(first))}")
        self.console.print(f"Read its docstring, replace the raise, then: {escape(self.command)} {first.exercise.id}")
        self.console.print(f"A hint: {escape(self._command_about('hint', first))}")

    def place(self, standing: Standing) -> str:
        """Where a function stands: exercises/ex05_conv2d.py:12."""
        line = line_of(self.folder / f"{standing.exercise.name}.py", standing.function)
        return place(self.folder, standing.exercise, line)

    def _command_about(self, what: str, standing: Standing) -> str:
        return f"{command_for(what, self.command)} {shortest_name(standing.exercise, standing.function)}"

    def board(self, standings: list[Standing]) -> None:
        """A row for each exercise: its name, how many functions are done, and the verdict on each."""
        board, rows = Table.grid(padding=(0, PADDING)), []
        for exercise in dict.fromkeys(s.exercise for s in standings):
            own = [s for s in standings if s.exercise == exercise]
            rows.append((exercise.name, self._share(own), own))
        taken = max(len(name) for name, _, _ in rows) + max(len(share) for _, share, _ in rows) + 2 * PADDING
        for name, share, own in rows:
            board.add_row(Text(name), Text(share), _verdicts(own, self.console.width - taken))
        self.console.print(board)

    def _share(self, standings: list[Standing]) -> str:
        """How many functions are done; of a part, how many checks held."""
        if self.record.is_partial:
            return f"{sum(s.held for s in standings)}/{sum(s.asked for s in standings)}"
        return f"{sum(s.word == 'done' for s in standings)}/{len(standings)}"

    def card(self, failure: Check) -> None:
        """One failure."""
        self.rest_of_card(failure, self.opening(failure))

    def opening(self, failure: Check) -> int:
        """The beginning of a card, which takes no time; returns how many lines it has."""
        lines = opening(failure, self.console.width)
        self._print(lines)
        return len(lines)

    def rest_of_card(self, failure: Check, above: int) -> None:
        """What follows that many lines."""
        about = self.diagnose(failure), self.folder, self.command, self.console.width
        self._print(rest(failure, *about, MOST_LINES - above))

    def _print(self, lines: list[Text]) -> None:
        for line in lines:
            self.console.print(line)

    def _closing(self, standings: list[Standing]) -> None:
        """How many are done, how long the rest is planned to take, and what comes next."""
        if self.record.is_partial:
            return self._closing_of_a_part(standings)
        done = sum(s.word == "done" for s in standings)
        self.console.print(f"\n{done} of {len(standings)} functions done{_minutes_left(standings)}")
        after = next((s for s in standings if s.word != "done"), None)
        if after:
            if after.exercise.beyond and not standings[0].exercise.beyond:
                self.console.print(end_of_the_lecture())
            self.console.print(f"next: {after.function}, {escape(self.place(after))}")
        elif self.record.counts_as_done():
            self._what_comes_after([*self.record.asked][-1], standings[-1])
        return None

    def _closing_of_a_part(self, standings: list[Standing]) -> None:
        """What was asked for and not more; nothing is known of the rest."""
        held, asked = sum(s.held for s in standings), sum(s.asked for s in standings)
        self.console.print(f"\n{held} of {asked} checks asked for held{', then it was stopped' * self.record.stopped}")
        exercise = standings[0].exercise
        self.console.print(f"all of its checks: {escape(self.command)} {exercise.id}")

    def _what_comes_after(self, last: Exercise, standing: Standing) -> None:
        """After a part of the course the next exercise, after the last one a training with all that was written."""
        self.console.print(f"your code beside the model answer: {escape(self._command_about('compare', standing))}")
        course = exercises()
        following = None if last == course[-1] else course[course.index(last) + 1]
        if following is None or following.beyond > last.beyond:
            fresh = escape(f"{self.command} --hypothesis-profile=fresh-seed")
            self.console.print(f"graders draw other examples; so does: {fresh}")
            train = escape(command_for("train", self.command))
            self.console.print(f"next: train a network with your own parts: {train} --mine")
        if following:
            begins = f"{escape(self.command)} {following.id}"
            title = end_of_the_lecture() if following.beyond > last.beyond else _title(following)
            self.console.print(f"{title}: {begins}")


def _verdicts(standings: list[Standing], width: int) -> Text:
    """Each word with the functions on which it is the verdict; a line ends between two functions only."""
    words = list(dict.fromkeys(map(_word, standings)))
    pieces = []
    for word in words:
        names = [_name(s) for s in standings if _word(s) == word]
        ends = [","] * (len(names) - 1) + [";" if word != words[-1] else ""]
        pieces += [Text(f"{name}{end}") for name, end in zip(names, ends, strict=True)]
        pieces[-len(names)] = Text(word, colour(word.removesuffix(UNCHANGED))).append(
            f": {pieces[-len(names)]}", "default"
        )
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1].append(" ").append_text(piece)
        else:
            lines.append(piece)
    return Text("\n").join(lines)


def _word(standing: Standing) -> str:
    """Its verdict, and whether it was found by an earlier run; a stub is seen to be one each time."""
    return f"{standing.word}{UNCHANGED if standing.is_kept and standing.word == 'done' else ''}"


def _name(standing: Standing) -> str:
    """A function; if only a part of its checks was asked for, with their number."""
    part = f" ({standing.asked} of its {standing.planned} checks)" if standing.word == "held" else ""
    return f"{standing.function}{part}"


def _title(exercise: Exercise) -> str:
    return f"next: {exercise.name}, {exercise.title}"


def _minutes_left(standings: list[Standing]) -> str:
    """The minutes planned for what is not done yet, those beyond the lecture by themselves."""
    left = [s for s in standings if s.word != "done"]
    lecture, beyond = (_minutes([s for s in left if s.exercise.beyond == beyond]) for beyond in (False, True))
    if lecture and beyond:
        return f", about {lecture} minutes to go, and {beyond} beyond the lecture"
    return f", about {lecture or beyond} minutes to go" if left else ""


def _minutes(standings: list[Standing]) -> int:
    """The minutes planned for these functions, a function's share being that of its exercise."""
    minutes = sum(s.exercise.minutes / len(s.exercise.checks) for s in standings)
    return max(5, round(minutes / 5) * 5) if standings else 0
