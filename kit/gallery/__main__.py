"""Draws the gallery: PNG files and one page, by the learner's functions as far as they are written."""

import argparse
import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import torch
from matplotlib.figure import Figure
from rich.progress import track

from kit.commands.options import OneSentenceParser, command_line, refuse, shown
from kit.course.manifest import ROOT
from kit.gallery.exhibits import EXHIBITS, TRAINING, Exhibit
from kit.gallery.network import Trained, train_quickly
from kit.gallery.page import Hung, page
from kit.gallery.parts import SOLUTIONS, Parts, UndrawableError, guarded, with_command
from kit.verdict.console import new_console
from kit.verdict.terminal import on_any_terminal

DPI = 150
TRAINING_SECONDS = 90  # more than ten times what the model answers take


class Gallery:
    """Draws exhibits by what the files of one folder define; trains at most once."""

    def __init__(self, folder: Path):
        self.folder, self.parts = folder, Parts(folder)
        self.trained: Trained | UndrawableError | None = None

    def hang(self, exhibit: Exhibit) -> Hung:
        """The exhibit's picture, or the sentence that says why there is none."""
        try:
            if exhibit.parts is TRAINING:
                return Hung(exhibit, as_png(exhibit.figure(self.training())))
            parts = [self.parts[name] for name in exhibit.parts]
            png = as_png(exhibit.figure(*parts))
        except UndrawableError as error:
            return Hung(exhibit, None, str(error))
        except Exception as error:
            return Hung(exhibit, None, self.undrawable(exhibit, error))
        differing = sorted({part.exercise.id for part in parts if part.differs})
        remark = f"{differing[0]} does not answer here as the model answer does" if differing else ""
        return Hung(exhibit, png, with_command(remark, differing[0]) if differing else "")

    def undrawable(self, exhibit: Exhibit, error: Exception) -> str:
        """The sentence for answers that no picture can be made of; an error of the kit itself is raised again."""
        if self.folder == SOLUTIONS:
            raise error
        sentence = f"what {exhibit.exercises} gave cannot be drawn ({type(error).__name__})"
        return with_command(sentence, exhibit.exercises[:4])

    def training(self) -> Trained:
        """What came of the training; raises UndrawableError, each time, if it failed."""
        if self.trained is None:
            try:
                functions = {name.split(".")[1]: self.parts.plain(name) for name in TRAINING}
                functions["predict"] = self.parts["ex11.predict"]  # called last: a limit within a limit ends both
                with guarded(self.folder, "ex08", "Net", TRAINING_SECONDS):
                    self.trained = train_quickly(SimpleNamespace(**functions))
            except UndrawableError as error:
                self.trained = error
        if isinstance(self.trained, UndrawableError):
            raise self.trained
        return self.trained


def as_png(figure: Figure) -> bytes:
    """The figure as the bytes of a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=DPI, format="png")
    return buffer.getvalue()


def save(wall: list[Hung], intro: str, out: Path) -> Path:
    """Write the pictures and the page; a picture of an earlier run that is greyed out now is removed."""
    for number, hung in enumerate(wall, start=1):
        path = out / f"{number:02}_{hung.exhibit.name}.png"
        if hung.png:
            path.write_bytes(hung.png)
        else:
            path.unlink(missing_ok=True)
    (out / "index.html").write_text(page(wall, intro), encoding="utf-8")
    return out / "index.html"


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
    console = new_console()
    gallery = Gallery(ROOT / ("solutions" if options.solutions else "exercises"))
    torch.set_num_threads(1)  # the pictures are small, and a second thread waits for the first
    try:
        with saving(options.out):
            options.out.mkdir(parents=True, exist_ok=True)  # before the time is spent
        exhibits = EXHIBITS
        if console.is_terminal:  # elsewhere even a disabled bar leaves an empty line, before rich 14.3
            exhibits = track(EXHIBITS, "drawing", console=console, transient=True)
        wall = [gallery.hang(exhibit) for exhibit in exhibits]
    except KeyboardInterrupt:
        print("Stopped; nothing was saved.", file=sys.stderr)
        return 130
    with saving(options.out):
        place = save(wall, f"Drawn by the functions in {gallery.folder.name}/. {counted(wall)}", options.out)
    console.print(f"{counted(wall)}\n{shown(place)}", soft_wrap=True)
    return 0


@contextlib.contextmanager
def saving(out: Path) -> Iterator[None]:
    """End the program with one sentence and status 2 if something cannot be saved."""
    try:
        yield
    except OSError as error:
        refuse(f"Nothing can be saved in {out}: {error.strerror}.")


def counted(wall: list[Hung]) -> str:
    """How many pictures there are and how many could not be drawn."""
    n_drawn = sum(hung.png is not None for hung in wall)
    return f"{n_drawn} of {len(wall)} pictures drawn, {len(wall) - n_drawn} greyed out."


if __name__ == "__main__":
    sys.exit(main())
