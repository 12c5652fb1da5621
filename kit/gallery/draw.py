"""Draws all pictures with the functions of one folder, and saves them with their page."""

import io
import re
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import torch
from matplotlib.figure import Figure
from PIL import Image
from rich.progress import track

from kit.course.manifest import ROOT
from kit.gallery.ahead import Ahead
from kit.gallery.canvas import spaced
from kit.gallery.exhibits import EXHIBITS, TRAINING, Exhibit
from kit.gallery.page import Hung, page
from kit.gallery.parts import SOLUTIONS, Parts, UndrawableError, guarded, with_command
from kit.gallery.saving import saving
from kit.gallery.trained import Trained, UnfitError, read_run, show_run, train_quickly
from kit.learner.process import can_fork
from kit.verdict.console import new_console

DPI = 200  # of a photograph
TRAINING_SECONDS = 90  # more than ten times what the model answers take
SVG = {
    "svg.hashsalt": "gallery",  # the same picture is the same file
    "svg.fonttype": "none",  # text stays text
    "font.sans-serif": ["DejaVu Sans", "Verdana"],  # of one width; a browser that has neither takes its own
}
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


class Gallery:
    """Draws exhibits by what the files of one folder define; looks for a trained network, or trains one, at most once.

    `runs` are folders in which `nox -s train` may have left one; `about_network` says which one is shown.
    """

    def __init__(self, folder: Path, runs: list[Path] | None = None):
        self.folder, self.parts, self.runs = folder, Parts(folder), runs or []
        self.trained: Trained | UndrawableError | None = None
        self.ahead: Ahead | None = None
        self.about_network = ""

    def hang(self, exhibit: Exhibit) -> Hung:
        """The exhibit's picture, or the sentence that says why there is none."""
        try:
            if exhibit.parts is TRAINING:
                trained = self.training()
                return Hung(exhibit, as_file(exhibit, exhibit.figure(trained)), about=self.about_network)
            parts = [self.parts[name] for name in exhibit.parts]
            picture = as_file(exhibit, exhibit.figure(*parts))
            steps = tuple(as_file(exhibit, draw()) for draw in (exhibit.steps(*parts) if exhibit.steps else ()))
        except UndrawableError as error:
            return Hung(exhibit, None, str(error))
        except Exception as error:
            return Hung(exhibit, None, self.undrawable(exhibit, error))
        differing = sorted({part.exercise.id for part in parts if part.differs})
        remark = f"{differing[0]} does not answer here as the model answer does" if differing else ""
        return Hung(exhibit, picture, with_command(remark, differing[0]) if differing else "", steps=steps)

    def undrawable(self, exhibit: Exhibit, error: Exception) -> str:
        """The sentence for answers that no picture can be made of; an error of the kit itself is raised again."""
        if self.folder == SOLUTIONS:
            raise error
        sentence = f"what {exhibit.exercises} gave cannot be drawn ({type(error).__name__})"
        return with_command(sentence, exhibit.exercises[:4])

    def train_ahead(self) -> None:
        """Look for a network, or train one, in another process while the first pictures are drawn."""
        if can_fork():
            self.ahead = Ahead(lambda: (self.tried(), self.about_network))

    def training(self) -> Trained:
        """The trained network; raises UndrawableError, each time, if there is none to be had."""
        if self.trained is None:
            self.trained = self.from_ahead() if self.ahead else self.tried()
        if isinstance(self.trained, UndrawableError):
            raise self.trained
        return self.trained

    def from_ahead(self) -> Trained | UndrawableError:
        """What the other process has made."""
        try:
            trained, self.about_network = self.ahead.result()
        except EOFError:
            return UndrawableError(with_command("the training ends its process", "ex10"))
        return trained

    def tried(self) -> Trained | UndrawableError:
        """The trained network, or why there is none."""
        try:
            functions = {name.split(".")[1]: self.parts.plain(name) for name in TRAINING}
            functions["predict"] = self.parts["ex11.predict"]  # called last: a limit within a limit ends both
            return self.found_or_trained(SimpleNamespace(**functions))
        except UndrawableError as error:
            return error

    def found_or_trained(self, functions: SimpleNamespace) -> Trained:
        """What `nox -s train` left, if it can be shown, else what a short training gives."""
        try:
            return self.found(functions)
        except UnfitError as error:
            with guarded(self.folder, "ex08", "Net", TRAINING_SECONDS):
                trained = train_quickly(functions)
            n, epochs = len(trained.labels), len(trained.losses)
            short = f"{epochs} epochs on {spaced(2 * n)} drawn pictures, tried on {spaced(n)} others"
            self.about_network = f"{error} So the gallery has trained one of its own: {short}."
            return trained

    def found(self, functions: SimpleNamespace) -> Trained:
        """What `nox -s train` left; raises UnfitError if that cannot be shown."""
        unfit, own = None, self.folder != SOLUTIONS
        with guarded(self.folder, "ex08", "Net", TRAINING_SECONDS):
            try:
                run = read_run(self.runs, own, lambda *args: self.parts.plain("ex09.select_classes")(*args))
                trained = show_run(functions, run)
            except UnfitError as error:
                unfit = error
        if unfit:
            raise unfit
        self.about_network = (
            f"This is the network that {'you have' if own else 'the model answers have'} trained: {run}"
        )
        return trained


def as_file(exhibit: Exhibit, figure: Figure) -> bytes:
    """The figure as the bytes of an SVG file, a photograph as those of a PNG file with 256 colours."""
    buffer = io.BytesIO()
    if not exhibit.photograph:
        with matplotlib.rc_context(SVG):
            figure.savefig(buffer, format="svg", metadata=NO_METADATA)
        return smaller(buffer.getvalue())
    figure.savefig(buffer, dpi=DPI, format="png")
    with Image.open(buffer) as image:
        few = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def smaller(svg: bytes) -> bytes:
    """An SVG whose coordinates have at most two places after the point, and scales four: nobody sees more.

    The names of fonts need no quotation marks, which the page has for other things.
    """
    svg = re.sub(rb"font(-family)?: [^;\"]*", lambda found: found[0].replace(b"'", b""), svg)
    short = re.sub(rb"(\.\d\d)\d+", rb"\1", svg)
    scales = iter(re.findall(rb"scale\([^)]*\)", svg))
    return re.sub(rb"scale\([^)]*\)", lambda _: re.sub(rb"(\.\d{4})\d+", rb"\1", next(scales)), short)


def save(wall: list[Hung], intro: str, out: Path) -> Path:
    """Write the pictures and the page; a picture of an earlier run that is greyed out now is removed."""
    for number, hung in enumerate(wall, start=1):
        for suffix in ("svg", "png"):
            path = out / f"{number:02}_{hung.exhibit.name}.{suffix}"
            if hung.picture and suffix == hung.exhibit.suffix:
                path.write_bytes(hung.picture)
            else:
                path.unlink(missing_ok=True)
    (out / "index.html").write_text(page(wall, intro), encoding="utf-8")
    return out / "index.html"


def run(solutions: bool, out: Path) -> int:
    """Draw all and save it; returns the status."""
    console = new_console()
    gallery = Gallery(ROOT / ("solutions" if solutions else "exercises"), [out, ROOT / "out"])
    torch.set_num_threads(1)  # the pictures are small, and a second thread waits for the first
    gallery.train_ahead()
    exhibits = EXHIBITS
    if console.is_terminal:  # elsewhere even a disabled bar leaves an empty line, before rich 14.3
        exhibits = track(EXHIBITS, "drawing", console=console, transient=True)
    wall = [gallery.hang(exhibit) for exhibit in exhibits]
    with saving(out):
        place = save(wall, f"Drawn by the functions in {gallery.folder.name}/. {counted(wall)}", out)
    lines = [gallery.about_network, counted(wall), place.resolve().as_uri()]
    console.print("\n".join(filter(None, lines)), soft_wrap=True, markup=False)
    return 0


def counted(wall: list[Hung]) -> str:
    """How many pictures there are and how many could not be drawn."""
    n_drawn = sum(hung.picture is not None for hung in wall)
    return f"{n_drawn} of {len(wall)} pictures drawn, {len(wall) - n_drawn} greyed out."
