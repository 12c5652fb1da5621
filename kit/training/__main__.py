"""Train the learner's network on birds and airplanes, or the model answers: python -m kit.train --help."""

import argparse
import linecache
import sys
import tempfile
import traceback
from pathlib import Path

from rich.console import Console

from kit.commands.options import OneSentenceParser, above_zero, at_least
from kit.course.manifest import ROOT
from kit.pictures.images import PicturesError, load_pictures
from kit.training import checkpoint, job, mine
from kit.training.checkpoint import CheckpointError
from kit.training.ladder import DifferenceError
from kit.training.options import complain, device_here
from kit.training.parts import PartError, choose, load_parts
from kit.training.results import say
from kit.verdict.console import new_console
from kit.verdict.terminal import on_any_terminal

DEFAULTS = {"epochs": 10, "batch_size": 64, "lr": 1e-2, "pictures": 10_000}
SAME = {"seed": 0, "data": None, "classes": None, "solutions": False}  # for --mine as well


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """What can be chosen; None is what was not."""
    parser = OneSentenceParser("nox -s train --", description="Train your network on birds and airplanes.")
    add = parser.add_argument
    add("--solutions", action="store_true", default=None, help="train the model answers instead of your parts")
    add("--mine", action="store_true", help="the capstone: your own layers too, beside PyTorch's; about a minute")
    add("--resume", action="store_true", help="go on with the run in --out, up to --epochs in all, as it was begun")
    add("--epochs", type=at_least(1), help="10; --mine: 5")
    add("--batch-size", type=at_least(1), help="64; --mine: 16")
    add("--lr", type=above_zero, help="how far a step goes: 0.01; --mine: 0.02, with momentum 0.9")
    add("--seed", type=at_least(0), help="0; the same seed gives the same run")
    add("--device", type=device_here, help="cpu, cuda …; what your pick_device picks, --mine: cpu")
    add(
        "--fast",
        action="store_true",
        help="the kit's FastLoader in place of your make_loader: same run, less waiting",
    )
    add("--data", type=absolute, help="a folder with train/<class>/*.png and val/<class>/*.png")
    add("--classes", nargs=2, metavar=("A", "B"), help="which two classes of --data, 0 and 1")
    add("--download", action="store_true", help="download CIFAR-10 into data/ (170 MB)")
    add("--pictures", type=at_least(10), help="how many to draw, if none are found: 10000; --mine: how many to take")
    add("--out", type=Path, default=ROOT / "out", help="where weights, curve and checkpoint go; an earlier run is kept")
    return parser.parse_args(arguments)


def absolute(path: str) -> str:
    """A path that means the same from any folder."""
    return str(Path(path).expanduser().absolute())


def settle(options: argparse.Namespace, stored: dict | None) -> None:
    """Fill in what was not chosen: as stored, else by default. What was chosen must not differ from what is stored."""
    for name, default in ((mine.DEFAULTS if options.mine else DEFAULTS) | SAME).items():
        chosen, before = getattr(options, name), (stored or {}).get(name, default)
        if stored and name != "epochs" and chosen not in (None, before):
            option = "--" + name.replace("_", "-")
            sentence = f"The run in {options.out} was made with {option} {written(before)}, not {written(chosen)}"
            raise CheckpointError(f"{sentence}. Leave it out, or begin a new run without --resume.")
        setattr(options, name, before if chosen is None else chosen)


def written(value: object) -> str:
    """An option's value as it is typed."""
    return " ".join(value) if isinstance(value, list) else str(value)


def train(options: argparse.Namespace, console: Console) -> None:
    """Do what was chosen."""
    if options.mine and options.resume:
        raise PartError("--mine takes about a minute and keeps no checkpoint; leave out --resume.")
    stored = checkpoint.read(options.out) if options.resume else None
    settle(options, stored and stored["settings"])
    options.folder = ROOT / ("solutions" if options.solutions else "exercises")
    parts = load_parts(options.folder)
    make_folder(options.out)
    data = options.data and Path(options.data)
    n = options.pictures or mine.N_TRAIN
    n_val = mine.N_VAL if options.mine else max(1, n // 5)
    pictures = load_pictures(data, options.download, options.seed, n, n_val)
    for sentence in (*pictures.notes, f"Data: {pictures.source}."):
        say(console, sentence)
    pictures = choose(parts, pictures, options.classes)
    if options.mine:
        mine.train(parts, pictures, options, console)
    else:
        job.train(parts, pictures, options, stored, console)


def make_folder(path: Path) -> None:
    """See that things can be saved there before the time is spent; raises PartError if not."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        raise PartError(f"Nothing can be saved in {path}: {error.strerror}.") from error


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; status 2 for what cannot be done as asked, 1 if a learner's part fails."""
    options = parse(arguments)
    try:
        train(options, new_console())
    except (PicturesError, PartError, CheckpointError) as error:
        return complain("\n".join([str(error), *getattr(error, "__notes__", [])]), 2)
    except DifferenceError as error:
        return complain(str(error), 1)
    except KeyboardInterrupt as stop:
        return complain(str(stop) or "Stopped; nothing was saved.", 130)
    except Exception as error:
        return explain(error, options.folder)
    return 0


def explain(error: Exception, folder: Path) -> int:
    """Say which of the learner's parts failed, and where; an error of the kit itself is raised again."""
    steps = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [(code, line) for code, line in steps if Path(code.co_filename).parent == folder]
    if not own:
        raise error
    code, line = own[-1]
    place = f"{folder.name}/{Path(code.co_filename).name}:{line}"
    if isinstance(error, NotImplementedError):
        name = code.co_qualname.split(".")[0]
        hint = "The model answers train with: nox -s train -- --solutions"
        sentences = f"Training needs {name}, which is not written yet: {place}", hint
    else:
        sentences = f"{type(error).__name__}: {error}", f"{place}  {linecache.getline(code.co_filename, line).strip()}"
    notes = getattr(error, "__notes__", [])
    return complain("\n".join([*sentences, *notes]), 2 if isinstance(error, NotImplementedError) else 1)


if __name__ == "__main__":
    sys.exit(main())
