"""Gives the hints to a function, one at each call: the idea, then the formula or shape, then almost the code."""

import contextlib
import json
import textwrap

from kit.commands.options import OneSentenceParser, command_line, find_function
from kit.course.manifest import ROOT, Exercise, shortest_name
from kit.verdict.terminal import on_any_terminal

GIVEN = ROOT / "out" / "hints.json"  # function -> how many of its hints were given


def next_hint(exercise: Exercise, function: str) -> tuple[int, str]:
    """The number of the next hint to a function, and the hint; after the last one it begins anew."""
    name, hints, given = f"{exercise.id}.{function}", exercise.hints[function], _read()
    number = given.get(name, 0) % len(hints) + 1
    _write(given | {name: number})
    return number, hints[number - 1]


def _read() -> dict[str, int]:
    try:
        given = json.loads(GIVEN.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in given.items() if type(v) is int} if isinstance(given, dict) else {}


def _write(given: dict[str, int]) -> None:
    with contextlib.suppress(OSError):  # then the first hint is given again
        GIVEN.parent.mkdir(exist_ok=True)
        GIVEN.write_text(json.dumps(given, indent=1), encoding="utf-8")


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Print the next hint to the function that is named."""
    parser = OneSentenceParser(command_line("hint"), description="Give the next hint to a function.")
    parser.add_argument("function", metavar="conv2d", help="conv2d, or ex04.correlate2d where two share a name")
    exercise, function = find_function(parser.parse_args(arguments).function)
    number, hint = next_hint(exercise, function)
    last = number == len(exercise.hints[function])
    print(f"{exercise.name}, {function}: hint {number} of {len(exercise.hints[function])}")
    print(textwrap.indent(textwrap.fill(hint, 78), "  "))
    more = "That was the last; they begin anew with" if last else "Still stuck?"
    print(f"{more} {command_line('hint')} {shortest_name(exercise, function)}")
    return 0
