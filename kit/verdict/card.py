"""One failure on a card: what was asked, what came, what it looks like, where, and what to type next."""

import ast
import textwrap
from pathlib import Path

from rich.text import Text

from kit.course.manifest import ROOT, Exercise, shortest_name
from kit.learner.call import Call
from kit.learner.imported_files import NO_PYTHON
from kit.learner.printed import LONGEST
from kit.verdict.diagnosis import Diagnosis
from kit.verdict.record import Check
from kit.verdict.values import MOST_ROWS, beside, harmless, show_call, show_value

MOST_LINES = 12
WIDEST = 100
MOST_CALL_LINES = 3
MOST_PRINTED_LINES = 3
TO_LOOK_AT = 3  # how much that matters, of 1 to 5
COLOURS = {"done": "green", "held": "green", "not started": "dim", "not judged": "yellow"}  # the others are red
KEEPS_CALLS = True  # whether a call that is too long for a card is kept in out/
COMMANDS = {"nox": "nox -s {} --", "pytest": "python -m kit.{}"}


def opening(check: Check, width: int) -> list[Text]:
    """The first lines of a card, which need no diagnosis: the verdict, the call, and what came of it."""
    width = min(width, WIDEST)
    sentence = check.name.removeprefix("test_").replace("_", " ")
    heading = Text(check.word, f"bold {colour(check.word)}").append(f": {check.exercise.name}, {sentence}", "default")
    return _cut([heading, *_indented([*_call(check, width - 2), *_wrapped(check.account, width - 2, 2)])], width)


def rest(check: Check, diagnosis: Diagnosis, folder: Path, command: str, width: int, room: int) -> list[Text]:
    """The other lines of a card: values, cause, place, and what to type next."""
    width = min(width, WIDEST)
    foot = _indented([Text(line) for line in _foot(check, folder, command, width - 2)])
    return [*_cut(_indented(_body(check, diagnosis, width - 2, room - len(foot))), width), *foot]


def plain_card(check: Check, diagnosis: Diagnosis, folder: Path, command: str) -> str:
    """A whole card as text, for a file, an editor or a terminal that is not ours."""
    above = opening(check, WIDEST)
    lines = [*above, *rest(check, diagnosis, folder, command, WIDEST, MOST_LINES - len(above))]
    return "\n".join(line.plain.rstrip() for line in lines)


def _indented(lines: list[Text]) -> list[Text]:
    return [Text("  ").append_text(line) for line in lines]


def _cut(lines: list[Text], width: int) -> list[Text]:
    for line in lines:
        line.truncate(width, overflow="ellipsis")  # some characters are two columns wide
    return lines


def colour(word: str) -> str:
    """The colour of a verdict."""
    return COLOURS.get(word, "red")


def _body(check: Check, diagnosis: Diagnosis, width: int, room: int) -> list[Text]:
    """What else there is to say, in the order of reading; what matters least is left out where room is short."""
    for rows in (MOST_ROWS, 1):  # rather a single row of the values than no word on what to look at
        sections, left_out = _sections(check, diagnosis, width, rows), 0
        while sum(len(lines) for _, lines in sections) > room:
            least = min((s for s in sections if s[1]), key=lambda section: section[0])
            sections.remove(least)
            left_out = least[0]
        if left_out < TO_LOOK_AT:
            break
    return [line for _, lines in sections for line in lines]


def _sections(check: Check, diagnosis: Diagnosis, width: int, rows: int) -> list[tuple[int, list[Text]]]:
    """What else there is to say, in parts: how much each matters, and its lines."""
    named = diagnosis.mistake
    return [
        (4, beside(*check.values, width, rows) if check.values else []),
        (TO_LOOK_AT, _printed(check, width)),
        (2, _wrapped(f"seen:  {diagnosis.pattern}", width, 2) if diagnosis.pattern else []),
        (5, _wrapped(f"cause: {named.sentence}", width, 2) if named else []),
        (TO_LOOK_AT, _wrapped(f"look:  {named.look}", width, 2) if named else []),
        (1 if named else TO_LOOK_AT, _wrapped(diagnosis.when, width, 2)),
        (1, [] if named else _wrapped(check.because, width, 2)),
    ]


def _wrapped(text: str, width: int, most: int) -> list[Text]:
    lines = [
        part for line in harmless(text).splitlines() for part in textwrap.wrap(line, width, subsequent_indent="  ")
    ]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: width - 2]} …"]
    return [Text(harmless(line)) for line in lines]  # once more, since lines begin elsewhere now


def _call(check: Check, width: int) -> list[Text]:
    """The call, to be pasted; one that is too long is kept in a file, from which it can be made again."""
    if not check.call or check.word == "not started":
        return []
    text = show_call(check.call)
    whole = {"break_long_words": False, "break_on_hyphens": False}
    lines = textwrap.wrap(harmless(text), width, subsequent_indent="    ", **whole)
    too_wide = len(lines) > MOST_CALL_LINES or any(len(line) > width for line in lines)
    if "<tensor of" in text or "…" in text or too_wide or not _is_code(lines):
        lines = _kept(check.call, width) or lines[:MOST_CALL_LINES]
    return [Text(line, "bold") for line in lines]


def _is_code(lines: list[str]) -> bool:
    """Whether no word in quotation marks is torn apart."""
    try:
        return bool(ast.parse("\n".join(lines)))
    except SyntaxError:
        return False


def _kept(call: Call, width: int) -> list[str]:
    """Lines that make a call again from a file in out/; none if it cannot be written."""
    if not call.function or not KEEPS_CALLS:
        return []
    import torch  # here, for its seconds: a call that is too long mostly has tensors

    path = ROOT / "out" / f"call_of_{call.function}.pt"
    try:
        path.parent.mkdir(exist_ok=True)
        torch.save([list(call.args), dict(call.kwargs)], path)
    except (OSError, RuntimeError):  # torch.save raises RuntimeError where there is no folder or no right to write
        return []
    shapes = [*map(show_value, call.args), *(f"{name}={show_value(value)}" for name, value in call.kwargs)]
    lines = [f'args, kwargs = torch.load("{path.relative_to(ROOT).as_posix()}")', f"{call.function}(*args, **kwargs)"]
    return [*lines, textwrap.shorten(harmless("# " + ", ".join(shapes)), width, placeholder=" …")]


def _printed(check: Check, width: int) -> list[Text]:
    """What the learner's code printed; no line may begin with ::, which commands a CI runner."""
    lines = harmless(check.printed).splitlines()
    shown = [Text(f"printed | {line}"[:width]) for line in lines[:MOST_PRINTED_LINES]]
    more = len(lines) - MOST_PRINTED_LINES
    cut = ", and others that were not kept" if len(check.printed) >= LONGEST else ""
    return [*shown, Text(f"printed | … {more} lines more{cut}"[:width])] if more > 0 else shown


def _foot(check: Check, folder: Path, command: str, width: int) -> list[str]:
    """Where it is, and what to type; without a command, where it is."""
    path = folder / f"{check.exercise.name}.py"
    number = check.lines[-1][0] if check.lines else line_of(path, check.function)
    where = place(folder, check.exercise, number)
    source = "  " + " ".join(harmless(check.lines[-1][1]).splitlines()) if check.lines else ""
    again = f"again: {command} {check.exercise.id}.{check.function}"
    hint = f"hint: {command_for('hint', command)} {shortest_name(check.exercise, check.function)}"
    both = f"{again}   {hint}"
    line, least = Text(f"{where}{source}"), 0 if folder.is_relative_to(ROOT) else 24  # of the source
    line.truncate(max(width, len(where) + least), overflow="ellipsis")  # the path stays whole, to be clicked
    commands = [both] if len(both) <= width else [again, hint]
    return [line.plain, *(commands if command else [])]


def command_for(what: str, command: str) -> str:
    """How to call one of the kit's commands, in the way in which the judge was called."""
    return COMMANDS["nox" if command.startswith("nox") else "pytest"].format(what)


def line_of(path: Path, function: str) -> int:
    """The line on which a function or class of a file begins; 1 if that cannot be read."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, *NO_PYTHON):
        return 1
    lines = [node.lineno for node in tree.body if getattr(node, "name", None) == function]
    return lines[-1] if lines else 1  # a later definition takes the place of an earlier one


def place(folder: Path, exercise: Exercise, line: int) -> str:
    """A path that a terminal makes clickable: exercises/ex05_conv2d.py:12."""
    path = folder / f"{exercise.name}.py"
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}"
