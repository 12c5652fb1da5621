"""ex18's ninth, which is not counted: a mistake that the learner once made comes back, and an input is to show it."""

import ast
import contextlib
import sys
from pathlib import Path

from kit.commands.compare import code_of
from kit.commands.earlier import BACKUPS, Earlier, as_exercise, latest_mistake, parameters
from kit.commands.options import OneSentenceParser, command_line, refuse, shown
from kit.course.manifest import ROOT, Exercise, exercises
from kit.learner.call import ChangedInputError, LearnerError, NoAnswer, RecordedCall
from kit.learner.fork_server import ForkServer, FreshInterpreters
from kit.learner.imported_files import NO_PYTHON
from kit.learner.lazy_torch import is_tensor, load_torch
from kit.learner.process import can_fork
from kit.learner.stand_in import Learner
from kit.verdict.diagnosis import agree
from kit.verdict.harmless import harmless
from kit.verdict.terminal import on_any_terminal
from kit.verdict.values import show_value

EXERCISES = ROOT / "exercises"
NINTH = "expose_9"
COLUMNS = 80


def asked(earlier: Earlier, own: Exercise) -> tuple[bool, str]:
    """Whether the learner's expose_9 shows the mistake, and the sentence about it."""
    load_torch()
    with contextlib.closing(ForkServer() if can_fork() else FreshInterpreters()) as starter:
        return _asked(earlier, own, starter)


def _asked(earlier: Earlier, own: Exercise, starter: ForkServer | FreshInterpreters) -> tuple[bool, str]:
    ninth = Learner(own, EXERCISES / f"{own.name}.py", starter)
    try:
        answer = getattr(ninth, NINTH)()
    except (LearnerError, NoAnswer, ChangedInputError) as error:
        return False, f"{NINTH}() gives no input: {str(error).rstrip(': ')}."
    finally:
        ninth.end()
    if not isinstance(answer, tuple | list | dict):
        return False, f"{NINTH}() gives {show_value(answer)}, want the arguments of a call, as a tuple or a dict."
    if isinstance(answer, dict) and not {*answer} <= {*(taken := parameters(earlier.exercise, earlier.function))}:
        return False, f"{NINTH}() has the names {[*answer]}, and {earlier.function} takes {', '.join(taken)}."
    solution = earlier.exercise.solution
    right, yours = (_outcome(earlier, path, starter, answer) for path in (solution, earlier.path))
    return verdict(right, yours, answer)


def _outcome(earlier: Earlier, path: Path, starter: ForkServer | FreshInterpreters, answer: object) -> RecordedCall:
    """What comes of the arguments in a process that has this file."""
    args, kwargs = ((), answer) if isinstance(answer, dict) else (tuple(answer), {})
    with as_exercise(earlier.exercise, path.read_bytes()) as folder:
        learner = Learner(earlier.exercise, folder / f"{earlier.exercise.name}.py", starter)
        try:
            return learner.repeat(RecordedCall({"function": earlier.function}, args, kwargs))
        finally:
            learner.end()


def verdict(right: RecordedCall, yours: RecordedCall, answer: object) -> tuple[bool, str]:
    """Whether the two outcomes differ; a ValueError may be what is right, another complaint is not."""
    if right.account and "ValueError" not in right.account.types:
        return False, f"The right one does not take this input: {right.account.message}"
    if agree(right, yours):
        return False, f"Both give {said(right)}: no mistake shows here."
    values = answer.values() if isinstance(answer, dict) else answer
    numbers = sum(value.numel() for value in values if is_tensor(value))
    size = f", with {numbers} numbers in its tensors" if numbers else ""
    short = f"Exposed{size}: yours gave {said(yours)}, and right is {said(right)}."
    below = f"Exposed{size}:\n  yours  {said(yours)}\n  right  {said(right)}"
    return True, short if len(short) <= COLUMNS else below


def said(outcome: RecordedCall) -> str:
    """An outcome in words."""
    if outcome.changed:
        return f"an answer, but {outcome.changed}"
    if outcome.account:
        kind = outcome.account.types[0] if outcome.account.types else outcome.account.word
        return f"{kind} ({outcome.account.message})"
    return show_value(outcome.value)


def _defines_ninth(own: Exercise) -> bool:
    try:
        tree = ast.parse((EXERCISES / f"{own.name}.py").read_bytes())
    except (OSError, *NO_PYTHON):
        return False
    return any(isinstance(node, ast.FunctionDef) and node.name == NINTH for node in tree.body)


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Show the latest mistake that was kept, and judge the learner's input for it; status 1 if it is not exposed."""
    OneSentenceParser(command_line("expose"), description="Let a mistake of your own come back.").parse_args(arguments)
    print("Looking for a mistake in what you put away.", flush=True)
    try:
        return expose(next(exercise for exercise in exercises() if exercise.free))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def expose(own: Exercise) -> int:
    """Show the mistake, and ask for an input or judge it."""
    earlier = latest_mistake()
    if earlier is None:
        kept_by = f"{command_line('reset')} ex05"
        refuse(f"No mistake of yours is kept in {shown(BACKUPS)}/; what {kept_by} takes away goes there.")
    print(f"This was yours on {earlier.when} ({shown(earlier.path)}):\n")
    print(harmless(code_of(earlier.path, earlier.function, earlier.exercise.functions)))
    if not _defines_ninth(own):
        print(f"\nWhich input shows what is wrong with {earlier.function}? Write {NINTH}() into")
        print(f"{shown(EXERCISES / f'{own.name}.py')}: it returns the arguments of one call,")
        print("as a tuple or a dict.")
        print(f"Then again: {command_line('expose')}")
        return 1
    is_exposed, sentence = asked(earlier, own)
    print(f"\n{harmless(sentence)}")
    return 0 if is_exposed else 1
