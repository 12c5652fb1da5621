"""Draws the first failure of a function on one page: python -m kit.see conv2d.

What can be said without judging is said first.
"""

import argparse
import contextlib
import os
import sys
import webbrowser
from pathlib import Path

from kit.commands.options import OneSentenceParser, command_line, find_function, refuse
from kit.course.manifest import ROOT, Exercise, shortest_name
from kit.gallery.saving import saving
from kit.verdict.terminal import on_any_terminal


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """What can be chosen."""
    parser = OneSentenceParser(command_line("see"), description="Draw the first failure of a function on a page.")
    parser.add_argument("function", metavar="conv2d", help="conv2d, or ex04.correlate2d where two share a name")
    parser.add_argument("--folder", type=Path, default=ROOT / "exercises", help="where the exercise files are")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="where see.html goes")
    parser.add_argument("--no-browser", action="store_true", help="only print where the page is")
    parser.add_argument(
        "--png", action="store_true", help="a still picture too, see.png; without a screen it is made anyway"
    )
    return parser.parse_args(arguments)


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; status 2 for what cannot be done as asked."""
    options = parse(arguments)
    exercise, function = find_function(options.function)
    folder, out = options.folder.resolve(), options.out.resolve()
    if not (folder / f"{exercise.name}.py").is_file():
        refuse(f"There is no {exercise.name}.py in {str(options.folder)!r}.")
    with saving(out):
        out.mkdir(parents=True, exist_ok=True)  # before the time is spent
    print(f"Judging {exercise.id}'s {function} to see where it fails.", flush=True)
    try:
        return draw(exercise, function, folder, out / "see.html", options)
    except KeyboardInterrupt:
        print("Stopped; nothing was drawn.", file=sys.stderr)
        return 130


def draw(exercise: Exercise, function: str, folder: Path, path: Path, options: argparse.Namespace) -> int:
    """Judge the function, and draw its failure if there is one; returns the status."""
    from kit.judge.one_function import AllDone, NotJudgedError
    from kit.see.failure import first_failure
    from kit.see.page import page

    try:
        seen = first_failure(exercise, function, folder)
    except NotJudgedError as error:
        refuse(str(error))
    if isinstance(seen, AllDone):
        print("Everything that was asked for is done, so there is no failure to see.")
        return 0
    if seen.check.word == "not started":
        where = f"{exercise.name}.py, and {command_line('hint')} {shortest_name(exercise, function)} gives a first hint"
        print(f"{function} is not started, so there is nothing to see yet: begin in {where}.")
        return 0
    from kit.see.scene import scene_of

    scene = scene_of(seen, folder)
    with saving(path.parent):
        path.write_text(page(scene), encoding="utf-8")
    print(scene["finding"])
    if options.png or (sits_at_terminal() and not has_screen() and not options.no_browser):
        from kit.see.png import save_png

        with saving(path.parent):
            save_png(scene, path.with_suffix(".png"))
        print(path.with_suffix(".png").as_uri())
    print(path.as_uri())
    if not options.no_browser:
        open_in_browser(path.as_uri())
    return 0


def open_in_browser(address: str) -> None:
    """Open the page where a person sits at a screen; a terminal alone has its address."""
    if has_screen() and sits_at_terminal():
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(address)


def has_screen() -> bool:
    """Whether a browser could show something."""
    return sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ


def sits_at_terminal() -> bool:
    """Whether a person reads what is printed."""
    return sys.stdout.isatty() and "CI" not in os.environ


if __name__ == "__main__":
    sys.exit(main())
