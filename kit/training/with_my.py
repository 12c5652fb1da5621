"""What a mistake costs: the small network, trained once with the learner's function and once with the right one.

Both begin with the same weights and learn from the same pictures, so that only this function tells them apart.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import torch
from rich.console import Console
from torch import Tensor, nn

from kit.course.manifest import ROOT, shortest_name
from kit.judge.judge import Judge
from kit.judge.one_function import AllDone, NotJudgedError, judge_one
from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import Pictures
from kit.training.checkpoint import Run
from kit.training.compared import CURVES, Learned, draw
from kit.training.ladder import DifferenceError, compare, inputs_of
from kit.training.loop import run_epochs
from kit.training.mine import DTYPE, MOMENTUM, affordable, few, one_thread
from kit.training.parts import PartError, load_exercise, loaders, normalized, part
from kit.training.results import accuracy_table, say, shown
from kit.training.swaps import LAYERS, SWAPPED, WITHOUT_PLACE, World, swap
from kit.verdict.console import new_console
from kit.verdict.harmless import harmless
from kit.verdict.record import Check

SOLUTIONS = ROOT / "solutions"
N_TRAIN, N_VAL = 400, 400
SAME = 1e-6  # losses that differ only by the order of additions
TOO_LONG = 30  # seconds of the training with the learner's function; then fewer pictures are taken


@dataclass(frozen=True)
class Failure:
    """What the judge said of the learner's function."""

    check: Check
    mistake: str  # the sentence of the known mistake that it is, if it is one


def refuse_others(options: argparse.Namespace) -> None:
    """See that the options fit together; raises PartError if not."""
    name = options.function
    if name in WITHOUT_PLACE:
        raise PartError(f"The small training has no place for {name}: {WITHOUT_PLACE[name]}.")
    if name not in SWAPPED:
        raise PartError(f"The small training has no place for {name}; it has one for {', '.join(SWAPPED)}.")
    for name in ("mine", "resume", "solutions", "fast"):
        if getattr(options, name):
            raise PartError(f"--with-my trains a small network of its own; leave out --{name}.")


def failure(options: argparse.Namespace) -> Failure | str:
    """The verdict on the learner's function, or the sentence that says that it is right.

    Raises PartError or DifferenceError if nothing can be trained with it.
    """
    name = options.function
    print(f"Judging {options.exercise.id}'s {name} to see what is wrong with it.", flush=True)
    try:
        found = judge_one(options.exercise, name, options.folder, look_at)
    except NotJudgedError as error:
        raise PartError(str(error)) from error
    if isinstance(found, AllDone):
        return f"{name} is done: the network learns with it what it learns with the model answer."
    if found.check.word == "not started":
        raise PartError(f"{name} is not started, so no network can be trained with it yet.")
    if why := hopeless(found.check):
        raise DifferenceError(harmless(f"No network can be trained with a {name} that {why}: {found.check.account}."))
    return found


def hopeless(check: Check) -> str:
    """Why a function should not even be called by the process that trains; nothing if it can be tried."""
    answers = [recorded.account for recorded in check.calls[-1:] if recorded.account]
    if check.word == "crashed" and not any(account.types for account in answers):
        return "ends its process"
    return {"too slow": "is too slow", "cannot import": "cannot be imported"}.get(check.word, "")


def look_at(judge: Judge, failure: Check) -> Failure:
    """The failure, and the name of the mistake."""
    if failure.word in ("not started", "cannot import"):
        return Failure(failure, "")
    named = judge.diagnosis(failure).mistake
    return Failure(failure, named.sentence if named else "")


@one_thread()
def train(
    parts: SimpleNamespace, pictures: Pictures, failure: Failure, options: argparse.Namespace, console: Console
) -> None:
    """Train both, and say what the difference is.

    The learner's function runs in this process, outside of the sandbox: a gradient has to find its way back through
    it, which no call to another process allows. So nobody's files are trained with but those of the person who types
    the command, as in `kit.train`; what ends or hangs a process has been found by the judge before.
    """
    name, options.device = options.function, torch.device("cpu")
    file = options.exercise.name
    yours, given = (part(load_exercise(folder, file), name) for folder in (options.folder, SOLUTIONS))
    parts.predict, parts.looks = part(load_exercise(SOLUTIONS, "ex11_validate"), "predict"), False
    right, own = swap(parts, name, yours, given)
    theirs, mine = trying(lambda: (begin(right, options), begin(own, options)), name)
    trying(lambda: refuse_other_shapes(theirs, name, yours, pictures), name)
    n, _, seconds = trying(lambda: affordable(mine, pictures, options, N_TRAIN, TOO_LONG), name)
    some = few(pictures, n, N_VAL, options.seed)
    say(console, f"Two trainings of {options.epochs} epochs with {n} pictures: about {seconds:.0f} s with your {name}.")
    with_right = learn(right, theirs, some, options, new_console(quiet=True))
    with_yours = trying(lambda: learn(own, mine, some, options, console), name)
    report(with_right, with_yours, some, failure, options, console)


def trying(what: Callable, name: str) -> object:
    """Do what only the learner's function can make fail; raises DifferenceError in one sentence if it does."""
    try:
        return what()
    except PartError:
        raise
    except DifferenceError as error:
        raise DifferenceError(f"No network can be trained with your {name}: {error}") from error
    except Exception as error:
        first = (str(error).splitlines() or [""])[0]
        words = f"{type(error).__name__}: {first}".rstrip(": .")
        raise DifferenceError(harmless(f"No network can be trained with your {name}: {words}.")) from error


def begin(world: World, options: argparse.Namespace) -> nn.Module:
    """The network of a world, with the weights of the seed."""
    torch.manual_seed(options.seed)
    return world.Net().to(DTYPE)


def refuse_other_shapes(theirs: nn.Module, name: str, yours: Callable, pictures: Pictures) -> None:
    """Raise DifferenceError if a layer or the network gives other shapes, or cuts the way of the gradients."""
    images = pictures.train.images[:2].to(DTYPE)
    if name in LAYERS:
        kind, own = LAYERS[name]
        for place, reaching in inputs_of(theirs, images).items():
            layer = theirs.get_submodule(place)
            if type(layer) is kind:
                compare(place, own(layer, yours).to(DTYPE), layer, reaching)
    theirs.zero_grad()


def learn(world: World, net: nn.Module, some: Pictures, options: argparse.Namespace, console: Console) -> Learned:
    """Train a network, and let it look at the validation pictures."""
    sets = normalized(world, some, DTYPE)
    shape = tuple(sets[0][0][0].shape)
    if shape != tuple(some.train.images.shape[1:]):
        raise DifferenceError(f"The network takes pictures of (3, 32, 32), and with yours they are {shape}.")
    loader, val_loader, order = loaders(world, sets, options.batch_size, options.seed, None)
    with without_dynamo():
        run = Run(net, torch.optim.SGD(net.parameters(), lr=options.lr, momentum=MOMENTUM), order, {})
    said: list[object] = []

    def look() -> None:
        if world.looks:
            said.append(world.validate(net, val_loader, val_loader, options.device))

    run_epochs(run, world.training_loop, loader, options.device, options.epochs, look, console)
    classes = predictions(world, net, torch.stack([image for image, _ in sets[1]]))
    return Learned(run.history, classes, some.val.labels, share_in(said[-1]) if said else None)


@torch.no_grad()
def predictions(world: World, net: nn.Module, images: Tensor) -> Tensor:
    """The class of each picture. Shape: (N, 3, 32, 32) -> (N,)."""
    net.eval()
    found = []
    for batch in images.split(50):
        classes = world.predict(net(batch))
        if not isinstance(classes, Tensor) or classes.shape != batch.shape[:1]:
            kind = f"the shape {tuple(classes.shape)}" if isinstance(classes, Tensor) else f"a {type(classes).__name__}"
            raise DifferenceError(f"predict gives {kind} for the scores of {len(batch)} pictures.")
        found.append(classes)
    return torch.cat(found)


def share_in(said: object) -> float:
    """The accuracy that a validate says."""
    share = dict.get(said, "val") if isinstance(said, dict) else None
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise DifferenceError(f"validate says {share!r} of the validation pictures, which is no share from 0 to 1.")
    return float(share)


def by_chance(lost: int, won: int) -> float:
    """How often coins would fall at least as far to one side (McNemar's exact test)."""
    n, fewer = lost + won, min(lost, won)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)


def report(
    right: Learned, yours: Learned, some: Pictures, failure: Failure, options: argparse.Namespace, console: Console
) -> None:
    """Say how both did, which pictures flipped, and where they are drawn."""
    name = shortest_name(options.exercise, options.function)
    shares = {"with the right one": right.accuracy, f"with your {options.function}": yours.accuracy}
    console.print(accuracy_table(shares, dict.fromkeys(shares, len(right.labels))))
    lost, won = (int((a.is_right & ~b.is_right).sum()) for a, b in ((right, yours), (yours, right)))
    say(console, f"{lost + won} pictures flipped: {lost} are wrong with yours only, {won} are right with yours only.")
    same = math.dist(right.history, yours.history) < SAME and right.accuracy == yours.accuracy
    if not lost + won and same:
        say(console, f"What is wrong with your {name}, this network never asks for: both learned the same.")
    elif right.said is not None:
        say(console, f"In truth both networks are right on {right.share:.2f} and {yours.share:.2f} of the pictures.")
    elif by_chance(lost, won) > 0.05:
        say(console, "So small a difference can be chance: another --seed may show the contrary.")
    path = options.out / CURVES
    draw(right, yours, some, options.function, path)
    say(console, f"Drawn: {shown(path)}")
    sentence = failure.mistake or f"with your {options.function}"
    say(console, f"{sentence[0].upper()}{sentence[1:]}: {right.accuracy:.2f} → {yours.accuracy:.2f}")
