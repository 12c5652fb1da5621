"""Judges an exercise each time its file is saved, and moves on when it is done."""

import argparse
import gc
import os
import select
import shutil
import signal
import sys
import textwrap
import time
from pathlib import Path

from kit.commands.hint import next_hint
from kit.commands.options import OneSentenceParser, command_line, refuse, shown
from kit.course.manifest import ROOT, Exercise, UnknownNameError, exercises, find
from kit.watch.changes import changed
from kit.watch.file_events import saves
from kit.watch.json_lines import Lines
from kit.watch.keys import Keys
from kit.watch.request import Fresh, Request

SAFE_TO_FORK = {"OPENBLAS_NUM_THREADS": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}  # see tests/conftest.py
KEYS = "n next · h hint · r run all · s solution · q quit"
OWN = tuple(ROOT / name for name in ("kit", "tests", "solutions"))  # a change here concerns this program itself
SAVED_AGAIN = 1.0  # seconds after a verdict, from which on a save without a change asks for another


class Watch:
    """What is watched, what is known of it, and the round of judging that runs."""

    def __init__(self, folder: Path, focus: Exercise, judges, keys: Keys, watcher: Lines):
        self.folder, self.focus, self.judges, self.keys, self.watcher = folder, focus, judges, keys, watcher
        self.in_colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.width = shutil.get_terminal_size().columns
        self.sources = {exercise: self.read(exercise) for exercise in exercises()}
        self.judged: dict[Exercise, bytes] = {}  # the source of the last whole round
        self.words: dict[Exercise, dict[str, str]] = {}  # how each function stands
        self.first: list[str] = []
        self.passed: tuple[Exercise, str] | None = None
        self.round: Lines | None = None
        self.running: list[Exercise] = []
        self.quiet_since = time.monotonic()
        self.restart = False

    def read(self, exercise: Exercise) -> bytes | None:
        """The learner's file; None if it is not there."""
        try:
            return (self.folder / f"{exercise.name}.py").read_bytes()
        except OSError:
            return None

    def say(self, text: str, style: str = "") -> None:
        """Write to the screen."""
        print(f"\x1b[{style}m{text}\x1b[m" if style and self.in_colour else text, flush=True)

    def loop(self) -> None:
        """Judge until somebody ends it; a signal is heeded between two other things, so that none is left half done."""
        stop, writing = os.pipe()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: os.write(writing, b"!"))
        try:
            self.judge(self.focus)
            while not self.restart:
                sources = [stop, self.watcher, *filter(None, (self.round, self.keys if self.keys.can_end else None))]
                busy = not self.round and self.judges.prepare(self.focus)
                ready = select.select(sources, [], [], 0 if busy else None)[0]
                if stop in ready:
                    break
                for source in ready:
                    self.react_to(source)
        except (EOFError, BrokenPipeError):
            pass
        finally:
            self.drop()
            self.judges.forget()

    def react_to(self, source: Keys | Lines) -> None:
        """React to a key, a save or a word of the judge."""
        if source is self.keys:
            for key in self.keys.read():
                self.press(key)
        elif source is self.watcher:
            self.on_save(self.saved())
        elif source is self.round:  # and not one that has been dropped since
            self.on_words()

    def saved(self) -> list[Path]:
        """The files that were saved."""
        try:
            return [Path(path) for paths in self.watcher.read() for path in paths]
        except EOFError:
            self.say("The process that looks at the folders has ended, and with it the watch.")
            raise

    def on_save(self, paths: list[Path]) -> None:
        """Judge the exercise that was saved; start anew after a change to what judges."""
        own = next((path for path in paths if any(path.is_relative_to(folder) for folder in OWN)), None)
        if own:
            self.say(f"{shown(own)} has changed: starting anew.")
            self.restart = True
            return
        present = {exercise: self.read(exercise) for exercise in exercises()}
        new = [e for e in exercises() if present[e] != self.sources[e]]
        if not new and not self.round and time.monotonic() > self.quiet_since + SAVED_AGAIN:
            new = [e for e in exercises() if self.folder / f"{e.name}.py" in paths]
        self.sources = present
        if new:
            self.judge(self.focus if self.focus in new else new[0])

    def judge(self, exercise: Exercise) -> None:
        """Judge an exercise, its changed functions first, in place of what is being judged."""
        source, self.focus, self.quiet_since = self.sources[exercise], exercise, time.monotonic()
        self.drop()
        self.first = changed(self.judged.get(exercise), source or b"", exercise.functions) if source else []
        if exercise not in self.judged:
            self.first = []
        self.rule(", ".join([exercise.name, *self.first]))
        if source is None:
            path = shown(self.folder / f"{exercise.name}.py")
            self.say(f"{path} is not there. {command_line('reset')} {exercise.id} puts the stub back.")
        else:
            self.start([exercise])

    def start(self, asked: list[Exercise]) -> None:
        """Start a round of judging."""
        self.drop()
        self.width = shutil.get_terminal_size().columns
        self.running = asked
        self.round = self.judges.start(Request([e.name for e in asked], self.first, self.width, self.in_colour))

    def drop(self) -> None:
        """End the round that runs, and all that it has started."""
        if self.round:
            self.round.end()
        self.round = None

    def on_words(self) -> None:
        """Show what the judge says."""
        try:
            words = self.round.read()
        except EOFError:
            self.say("The judge has ended before its time: nothing is judged.")
            words = [{"standings": {}}]
        for word in words:
            if "text" in word:
                print(word["text"], end="", flush=True)
            else:
                self.on_end(word["standings"])

    def on_end(self, standings: dict[str, dict[str, str]]) -> None:
        """A round is over: move on if its exercise is done."""
        self.drop()
        self.quiet_since = time.monotonic()
        for exercise in self.running:
            if exercise.name in standings:
                self.words[exercise], self.judged[exercise] = standings[exercise.name], self.sources[exercise]
        own = self.words.get(self.focus, {})
        done = [function for function in own if own[function] == "done"]
        if done:
            self.passed = self.focus, next((f for f in self.first if f in done), done[-1])
        if self.running == [self.focus] and self.focus.name in standings and len(done) == len(own):
            self.move_on()
        elif self.keys.on:
            self.say(KEYS, "2")

    def move_on(self) -> None:
        """To the next exercise that is not known to be done."""
        later = exercises()[exercises().index(self.focus) + 1 :]
        following = next((e for e in later if {*self.words.get(e, {"": ""}).values()} != {"done"}), None)
        if following:
            self.say(f"next: {following.name}, {following.title}")
            self.judge(following)
        else:
            self.say(f"All is done. Train a network with your own parts: {command_line('train')} --mine")

    def press(self, key: str) -> None:
        """Do what a key stands for."""
        actions = {"n": self.next, "h": self.hint, "r": self.run_all, "s": self.solution, "q": self.quit}
        actions.get(key.lower(), lambda: self.say(KEYS, "2"))()

    def next(self) -> None:
        """Go to the next exercise, after the last to the first."""
        self.judge(exercises()[(exercises().index(self.focus) + 1) % len(exercises())])

    def hint(self) -> None:
        """Give the next hint to the first function that is not done."""
        words = self.words.get(self.focus, {})
        function = next((f for f in self.focus.checks if words.get(f) != "done"), self.focus.functions[0])
        number, hint = next_hint(self.focus, function)
        self.say(f"{function}: hint {number} of {len(self.focus.hints[function])}")
        self.say(textwrap.indent(textwrap.fill(hint, min(self.width, 100) - 2), "  "))

    def run_all(self) -> None:
        """Judge all exercises."""
        self.first = []
        self.rule("all exercises")
        self.start([*exercises()])

    def solution(self) -> None:
        """Show the last function that passed beside the model answer."""
        from rich.console import Console

        from kit.commands.compare import show

        if self.passed is None:
            self.say("The model answer is for afterwards: nothing is done yet. h gives a hint.")
            return
        exercise, function = self.passed
        self.rule(f"{exercise.name}, {function}")
        show(exercise, function, self.folder, [], Console(highlight=False))

    def quit(self) -> None:
        """End it."""
        raise EOFError

    def rule(self, about: str) -> None:
        """A line between one verdict and the next."""
        self.say("")
        clock = time.strftime("%H:%M:%S")
        width = min(self.width, 100) - len(clock) - 8
        about = about if len(about) <= width else f"{about[: width - 1]}…"
        self.say(f"── {about} {'─' * (width + 2 - len(about))} {clock}", "2")


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """What is asked for; ends the program if it makes no sense."""
    parser = OneSentenceParser(command_line("watch"), description="Judge an exercise each time its file is saved.")
    parser.add_argument("exercise", nargs="?", default="ex01", metavar="ex05", help="where to begin")
    parser.add_argument("--folder", type=Path, default=ROOT / "exercises", help="watch another folder")
    parser.add_argument("--fresh-interpreters", action="store_true", help="start judges without fork")
    options = parser.parse_args(arguments)
    try:
        options.exercise = find(options.exercise)[0][0]
    except UnknownNameError as error:
        refuse(str(error))
    if not options.folder.is_dir():
        refuse(f"There is no folder {str(options.folder)!r}.")
    options.folder = options.folder.resolve()
    return options


def main(arguments: list[str] | None = None) -> int:
    """Watch until q, Ctrl-C, SIGTERM or the end of the input; after a change to the kit, start anew."""
    options = options_of(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.update(SAFE_TO_FORK)
    watcher = saves([options.folder, *OWN])
    try:
        with Keys() as keys:
            watch = _watch(options, keys, watcher)
    except KeyboardInterrupt:
        return 0
    finally:
        watcher.end()
    if watch and watch.restart:
        again = [f"--folder={options.folder}", *(["--fresh-interpreters"] if options.fresh_interpreters else [])]
        os.execv(sys.executable, [sys.executable, "-m", "kit.watch", watch.focus.id, *again])
    return 0


def _watch(options: argparse.Namespace, keys: Keys, watcher: Lines) -> Watch | None:
    """Watch with a warm judge, or where there is no fork with new ones."""
    found = []

    def watch(judges) -> None:
        found.append(Watch(options.folder, options.exercise, judges, keys, watcher))
        found[0].loop()

    def loop(session, judge) -> None:
        watch(Forked(session, judge) if can_fork() else Fresh(options.folder))

    if options.fresh_interpreters or sys.platform != "linux":
        print("Without fork each verdict comes from a new interpreter and takes seconds.", flush=True)
        watch(Fresh(options.folder))
    else:
        print("Loading PyTorch and the checks, once.", flush=True)
        gc.disable()  # until the checks are there, as in tests/conftest.py
        from kit.learner.process import can_fork
        from kit.watch.warm_judge import Forked, collect

        collect(options.folder, [exercise.test_file for exercise in exercises()], loop)
    return found[0] if found else None


if __name__ == "__main__":
    sys.exit(main())
