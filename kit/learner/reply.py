"""What a learner process tells of a call that went wrong, in plain data."""

import difflib
import linecache
import traceback
from types import ModuleType

from kit.learner.limits import TimedOut
from kit.learner.protocol import pack

LONGEST_MESSAGE = 500
BEYOND = {"word": "crashed", "types": [], "message": "(its error cannot be described)", "lines": []}
_NAME, _MRO = type.__dict__["__name__"].__get__, type.__dict__["__mro__"].__get__  # a metaclass may say what it likes


def describe(error: BaseException, path: str) -> dict:
    """What the learner needs to know of an exception: word, types, message, lines of their own file."""
    lines = learner_lines(error, path)
    if isinstance(error, TimedOut):
        word = "too slow"
    elif isinstance(error, NotImplementedError) and _is_raised_by_a_stub(error, path):
        word = "not started"
    else:
        word = "crashed"
    try:
        message = str.__getitem__(str(error), slice(LONGEST_MESSAGE))
    except Exception:
        message = "(its message cannot be shown)"
    return {"word": word, "types": [_NAME(kind) for kind in _MRO(type(error))], "message": message, "lines": lines}


def _is_raised_by_a_stub(error: BaseException, path: str) -> bool:
    """Whether the learner's own line raises it; torch raises it too, for an operation that a dtype does not have."""
    frame, number = [*traceback.walk_tb(error.__traceback__)][-1]
    is_own = frame.f_code.co_filename == path
    return is_own and "raise NotImplementedError" in linecache.getline(path, number).split("#")[0]


def learner_lines(error: BaseException, path: str) -> list[list]:
    """Where it happened in the learner's file, outermost first, at most three: [line number, source]."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return [[error.lineno or 1, (error.text or "").strip()]]
    numbers = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == path]
    return [[number, linecache.getline(path, number).strip()] for number in numbers[-3:]]


def missing_function(module: ModuleType, name: str, path: str) -> dict:
    """The reply when a function that the exercise needs is not in the file."""
    own = [n for n, item in vars(module).items() if getattr(item, "__module__", None) == module.__name__]
    close = difflib.get_close_matches(name, own, n=1, cutoff=0.5)
    hint = f"; there is {close[0]}" if close else ""
    line = getattr(getattr(vars(module).get(close[0]), "__code__", None), "co_firstlineno", 1) if close else 1
    lines = [[line, linecache.getline(path, line).strip()]]
    return {"word": "cannot import", "types": [], "message": f"{name} is not defined here{hint}", "lines": lines}


def fingerprint(value: object) -> tuple[str, bytes] | None:
    """The same for the same value, nan too; None for what cannot cross."""
    try:
        tree, body = pack(value)
    except Exception:  # a learner's code may have put anything into a list that it was given
        return None
    return repr(tree), body


def changed_arguments(after: tuple[list, dict], given: tuple[list, dict]) -> list[str]:
    """Names of the arguments that are no longer what the caller gave."""
    names = [f"argument {i + 1}" for i in range(len(given[0]))] + list(given[1])
    pairs = zip([*after[0], *after[1].values()], [*given[0], *given[1].values()], strict=True)
    return [name for name, (now, before) in zip(names, pairs, strict=True) if fingerprint(now) != fingerprint(before)]
