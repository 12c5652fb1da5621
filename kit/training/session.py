"""One training from the command line, from its settings to what is said if it fails."""

import argparse
import linecache
import tempfile
import traceback
from pathlib import Path
from types import SimpleNamespace

from rich.console import Console

from kit.course.manifest import ROOT
from kit.pictures.images import Pictures, PicturesError, load_pictures, validation_size
from kit.training import checkpoint, job, mine
from kit.training.checkpoint import CheckpointError
from kit.training.ladder import DifferenceError
from kit.training.options import complain
from kit.training.parts import PartError, choose, load_parts
from kit.training.results import say
from kit.verdict.console import new_console

DEFAULTS = {"epochs": 10, "batch_size": 64, "lr": 1e-2, "pictures": 10_000}
SAME = {"seed": 0, "data": None, "classes": None, "solutions": False, "net": "net"}  # for --mine and --with-my as well


def run(options: argparse.Namespace) -> int:
    """Train; returns status 2 for what cannot be done as asked, 1 if a learner's part fails."""
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


def settle(options: argparse.Namespace, stored: dict | None) -> None:
    """Fill in what was not chosen: as stored, else by default. What was chosen must not differ from what is stored."""
    for name, default in ((mine.DEFAULTS if options.mine or options.with_my else DEFAULTS) | SAME).items():
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
    if options.mine and options.net == "resdeep":
        raise PartError("--mine puts your layers into Net; leave out --net.")
    stored = checkpoint.read(options.out) if options.resume else None
    settle(options, stored and stored["settings"])
    options.folder = ROOT / ("solutions" if options.solutions else "exercises")
    if options.with_my:
        return train_with_my(options, console)
    parts = load_parts(options.folder, options.net)
    make_folder(options.out)
    n = options.pictures or mine.N_TRAIN
    pictures = take(parts, options, n, mine.N_VAL if options.mine else validation_size(n), console)
    if options.mine:
        mine.train(parts, pictures, options, console)
    else:
        job.train(parts, pictures, options, stored, console)
    return None


def train_with_my(options: argparse.Namespace, console: Console) -> None:
    """Train with one function of the learner's, and otherwise with the model answers."""
    from kit.training import with_my  # here, since it brings the judge along

    with_my.refuse_others(options)
    make_folder(options.out)
    failure = with_my.failure(options)
    if isinstance(failure, str):
        return say(console, failure)
    parts = load_parts(with_my.SOLUTIONS)
    pictures = take(parts, options, options.pictures or with_my.N_TRAIN, with_my.N_VAL, console)
    return with_my.train(parts, pictures, failure, options, console)


def take(parts: SimpleNamespace, options: argparse.Namespace, n: int, n_val: int, console: Console) -> Pictures:
    """The pictures of two classes, and a word on where they are from."""
    pictures = load_pictures(options.data and Path(options.data), options.download, options.seed, n, n_val)
    for sentence in (*pictures.notes, f"Data: {pictures.source}."):
        say(console, sentence)
    return choose(parts, pictures, options.classes)


def make_folder(path: Path) -> None:
    """See that things can be saved there before the time is spent; raises PartError if not."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        raise PartError(f"Nothing can be saved in {path}: {error.strerror}.") from error


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
