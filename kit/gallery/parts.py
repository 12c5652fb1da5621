"""The learner's functions, handed out so that nothing they do breaks the page."""

import contextlib
import io
import math
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from kit.course.manifest import ROOT, Exercise, find
from kit.learner.limits import TimedOut, time_limit
from kit.learner.worker import load_module

SECONDS = 5  # for one call, as when it is judged
SOLUTIONS = ROOT / "solutions"


class UndrawableError(Exception):
    """Why a picture cannot be drawn, in one sentence."""


class Part:
    """A learner's function that is called inside a time limit, and whose answer is compared with the model answer's."""

    def __init__(self, folder: Path, exercise: Exercise, name: str, function: Callable, right: Callable | None):
        self.folder, self.exercise, self.name, self.function, self.right = folder, exercise, name, function, right
        self.differs = False

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call it; raises UndrawableError if there is no answer that could be drawn."""
        with guarded(self.folder, self.exercise.id, self.name):
            answer = self.function(*copied(args), **kwargs)
        if self.right:
            self.compare(answer, self.right(*copied(args), **kwargs))
        return answer

    def through(self, use: Callable, *args: object) -> object:
        """What `use` makes of the function and the arguments: for a class, whose objects are called too."""
        with guarded(self.folder, self.exercise.id, self.name):
            answer = use(self.function, *copied(args))
        if self.right:
            self.compare(answer, use(self.right, *copied(args)))
        return answer

    def compare(self, answer: object, right: object) -> None:
        """Note whether the answer differs; raises UndrawableError if it differs in its form, or is not finite."""
        whose = f"{self.exercise.id}'s {self.name}"
        if form(answer) != form(right):
            raise UndrawableError(with_command(f"{whose} gives {words(answer)}, not {words(right)}", self.exercise.id))
        if isinstance(answer, Tensor) and not answer.isfinite().all():
            raise UndrawableError(with_command(f"{whose} gives numbers that are not finite", self.exercise.id))
        self.differs = self.differs or not alike(answer, right)


def ask(part: Callable, use: Callable, *args: object) -> object:
    """What `use` makes of a part, or of a plain function or class."""
    return part.through(use, *args) if isinstance(part, Part) else use(part, *args)


class Parts:
    """What the exercise files of a folder define; parts["ex06.max_pool2d"] is a Part."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.modules: dict[str, ModuleType] = {}
        self.right = None if folder == SOLUTIONS else Parts(SOLUTIONS)

    def __getitem__(self, name: str) -> Part:
        ((exercise, function),) = find(name)
        right = self.right.plain(name) if self.right and not exercise.free else None
        return Part(self.folder, exercise, function, self.plain(name), right)

    def plain(self, name: str) -> Callable:
        """The function itself; raises UndrawableError if its file cannot be imported or does not define it."""
        ((exercise, function),) = find(name)
        if exercise.name not in self.modules:
            with guarded(self.folder, exercise.id, "file"):
                key = exercise.name if self.right else f"model_answer_{exercise.name}"
                self.modules[exercise.name] = load_module(str(self.folder / f"{exercise.name}.py"), key)
        if not callable(value := getattr(self.modules[exercise.name], function, None)):
            raise UndrawableError(with_command(f"{exercise.id} defines no {function}", exercise.id))
        return value


@contextlib.contextmanager
def guarded(folder: Path, exercise: str, function: str, seconds: float = SECONDS) -> Iterator[None]:
    """Turn whatever goes wrong inside into UndrawableError, which names the place, or else exercise and function."""
    try:
        with time_limit(seconds), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    except (KeyboardInterrupt, UndrawableError):
        raise
    except BaseException as error:  # a learner's code may raise anything, SystemExit too
        exercise, function = culprit(error, folder) or (exercise, function)
        if isinstance(error, NotImplementedError):
            raise UndrawableError(f"write {exercise} to see this") from error
        what = f"raised {kind_and_message(error)}"
        if isinstance(error, TimedOut):
            what = f"takes more than {seconds:g} seconds"
        raise UndrawableError(with_command(f"{exercise}'s {function} {what}", exercise)) from error
    finally:
        torch.set_default_dtype(torch.float32)  # which a learner's file may set to something else


def culprit(error: BaseException, folder: Path) -> tuple[str, str] | None:
    """The exercise in whose file an error was raised, and which of its functions had been called from outside."""
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    codes = [code for code in codes if Path(code.co_filename).parent == folder]
    if not codes:
        return None
    path = codes[-1].co_filename
    first = next(code for code in codes if code.co_filename == path)
    name = first.co_qualname.split(".")[0]
    return Path(path).name.split("_")[0], "file" if name == "<module>" else name


def kind_and_message(error: BaseException) -> str:
    """The error's class and the first line of what it says, without control characters."""
    text = f"{type(error).__name__}: {error}".strip().splitlines()[0].removesuffix(":")
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= 160 else text[:157] + "..."


def with_command(sentence: str, exercise: str) -> str:
    """Add the command that says more."""
    return f"{sentence}: nox -s exercises -- {exercise}"


def copied(args: tuple) -> list:
    """Copies of the tensors, so that a function that changes them changes no picture."""
    return [arg.clone() if isinstance(arg, Tensor) else arg for arg in args]


def form(value: object) -> object:
    """What two answers must have in common to be drawn alike: shapes, lengths, kinds."""
    if isinstance(value, Tensor):
        return tuple(value.shape)
    if isinstance(value, list | tuple):
        return [form(item) for item in value]
    return "number" if isinstance(value, int | float) else type(value).__name__


def words(value: object) -> str:
    """An answer's form in words."""
    if isinstance(value, Tensor):
        return f"shape {tuple(value.shape)}"
    return f"{len(value)} items" if isinstance(value, list | tuple) else type(value).__name__


def alike(answer: object, right: object) -> bool:
    """Whether two answers of one form would give the same picture."""
    if isinstance(answer, Tensor):
        return torch.allclose(answer.detach().double(), right.double(), rtol=1e-3, atol=1e-3)
    if isinstance(answer, list | tuple):
        return all(map(alike, answer, right))
    if isinstance(answer, float) and isinstance(right, float):
        return math.isclose(answer, right, rel_tol=1e-3, abs_tol=1e-9)
    return answer == right
