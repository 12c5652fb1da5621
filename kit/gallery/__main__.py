"""Draws the gallery: pictures and one page, by the learner's functions as far as they are written.

What can be said without torch is said before it is imported, which takes seconds.
"""

import argparse
import sys
from pathlib import Path

from kit.commands.options import OneSentenceParser, command_line
from kit.course.manifest import ROOT
from kit.gallery.saving import saving
from kit.verdict.terminal import on_any_terminal


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """What can be chosen."""
    parser = OneSentenceParser(command_line("gallery"), description="Draw what your functions make of pictures.")
    parser.add_argument("--solutions", action="store_true", help="draw with the model answers in place of yours")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="where the pictures and index.html go")
    return parser.parse_args(arguments)


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; status 2 for what cannot be done as asked."""
    options = parse(arguments)
    with saving(options.out):
        options.out.mkdir(parents=True, exist_ok=True)  # before the time is spent
    whose = "the model answers" if options.solutions else "your functions in exercises/"
    print(f"Drawing pictures with {whose}, and a page for them: about 10 seconds on two cores.", flush=True)
    try:
        from kit.gallery.draw import run

        return run(options.solutions, options.out)
    except KeyboardInterrupt:
        print("Stopped; nothing was saved.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
