"""The loop of watch: it waits for saves, keys and the reports of a judge, and reacts to one after the other."""

import os
import select
import signal
import time
from pathlib import Path

from kit.commands.options import command_line, shown
from kit.course.manifest import ROOT, Exercise, end_of_the_lecture, exercises
from kit.verdict.card import line_of, place
from kit.watch.drawing import Drawing
from kit.watch.json_lines import Lines
from kit.watch.key_bindings import KEYS, press
from kit.watch.keys import Keys
from kit.watch.progress import Progress, Source
from kit.watch.request import Request
from kit.watch.screen import Screen

OWN = tuple(ROOT / name for name in ("kit", "tests", "solutions"))  # a change here concerns this program itself
SAVED_AGAIN = 1.0  # seconds after a verdict, from which on a save without a change asks for another


class Watch:
    """Which exercise a person works at, and the round of judging that runs."""

    def __init__(self, focus: Exercise, progress: Progress, screen: Screen, keys: Keys, file_events: Lines):
        self.focus, self.progress, self.screen, self.keys, self.file_events = focus, progress, screen, keys, file_events
        self.judges = None  # until they are loaded
        self.round: Lines | None = None
        self.drawing: Drawing | None = None
        self.sources: dict[Exercise, Source] = {}  # of what the round judges
        self.first: list[str] = []  # the functions that it judges first
        self.shown = ""  # the function whose failure was shown last, such as ex05.conv2d
        self.in_a_card = False  # of which the rest is still to come
        self.quiet_since = time.monotonic()
        self.status: int | None = None  # with which it ends, once it is to end
        self.is_to_restart = False

    def begin(self) -> None:
        """Say what can be said before anything is loaded."""
        if self.progress.is_stub(self.focus):
            self.judge(self.focus)

    def loop(self, judges) -> int:
        """Judge until somebody ends it; returns the exit status.

        A signal is noticed between two other events, so that none of them is left half done.
        """
        self.judges = judges
        stop, writing = os.pipe()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: os.write(writing, b"!"))
        try:
            if self.focus in self.progress.judged:
                self.wait_for_keys()
            else:
                self.judge(self.focus)
            while self.status is None:
                keys = self.keys if self.keys.can_end else None
                sources = [source for source in (stop, keys, self.file_events, self.round, self.drawing) if source]
                busy = not self.round and judges.prepare(self.focus)
                for source in select.select(sources, [], [], 0 if busy else None)[0]:
                    self.react_to(source)
        finally:
            self.drop()
            self.end_drawing()
            judges.forget()
        return self.status

    def react_to(self, source: int | Keys | Lines | Drawing) -> None:
        """React to a signal, keys, saves or reports."""
        if self.status is not None:
            return
        if isinstance(source, int):
            self.stop()
        elif source is self.keys:
            self.on_keys()
        elif source is self.file_events:
            self.on_file_events()
        elif source is self.round:  # and not one that has been dropped since
            self.on_reports()
        elif source is self.drawing:
            self.end_drawing()
            self.wait_for_keys()

    def on_keys(self) -> None:
        """Do what the keys stand for."""
        try:
            for key in self.keys.read():
                press(self, key)
        except EOFError:
            self.stop()

    def on_file_events(self) -> None:
        """React to saves."""
        try:
            events = self.file_events.read()
        except EOFError:
            self.screen.say("The process that looks at the folders has ended, and with it the watch.")
            self.stop(1)
            return
        for event in events:
            if "note" in event:
                self.screen.say(event["note"])
                if not self.round:
                    self.wait_for_keys()
            else:
                self.on_save([*map(Path, event["saved"])])

    def on_save(self, paths: list[Path]) -> None:
        """Judge the exercise that was saved, or that imports what was; start anew after a change to what judges."""
        own = next((path for path in paths if any(path.is_relative_to(folder) for folder in OWN)), None)
        if own:
            self.screen.say(f"{shown(own)} has changed: starting anew.")
            self.is_to_restart = True
            self.stop()
            return
        saved, concerned = self.progress.read()
        if not (saved or concerned or self.round) and time.monotonic() > self.quiet_since + SAVED_AGAIN:
            saved = [e for e in exercises() if self.progress.path(e) in paths]
        new = saved or concerned
        if new:
            self.judge(self.focus if self.focus in new else new[0])

    def judge(self, exercise: Exercise) -> None:
        """Judge an exercise, its changed functions first, in place of what is being judged."""
        self.make_room()
        self.focus, self.quiet_since = exercise, time.monotonic()
        first = self.progress.changed_functions(exercise)
        self.screen.rule(", ".join([exercise.name, *first]))
        if self.progress.sources[exercise].own is None:
            path = shown(self.progress.path(exercise))
            self.screen.say(f"{path} is not there. {command_line('reset')} {exercise.id} puts the stub back.")
        elif self.progress.is_stub(exercise):
            self.say_where_to_begin(exercise)
            if self.judges:
                self.wait_for_keys()
        else:
            self.start([exercise], first)

    def say_where_to_begin(self, exercise: Exercise) -> None:
        """The verdict on a stub, for which no judge is needed."""
        begin, path = exercise.functions[0], self.progress.path(exercise)
        where = place(self.progress.folder, exercise, line_of(path, begin))
        self.screen.say(f"Begin with {self.screen.styled(begin, '1')}: {where}")
        standings = dict.fromkeys(exercise.functions, "not started")
        self.progress.note(exercise, self.progress.sources[exercise], standings)

    def start(self, asked: list[Exercise], first: list[str]) -> None:
        """Start a round of judging."""
        self.first, self.sources = first, {exercise: self.progress.sources[exercise] for exercise in asked}
        request = Request([e.name for e in asked], first, self.screen.width, self.screen.in_colour)
        self.round = self.judges.start(request)

    def make_room(self) -> None:
        """Drop the round that runs, for another; a card that has begun ends here."""
        self.drop()
        if self.in_a_card:
            self.screen.say("  … the rest is dropped")
        self.in_a_card = False
        if self.drawing:
            self.screen.say("  … nothing is drawn")
        self.end_drawing()

    def drop(self) -> None:
        """End the round that runs, and all that it has started."""
        if self.round:
            self.round.end()
        self.round = None

    def draw(self) -> None:
        """Have the failure that was shown last drawn, in place of what is being drawn."""
        self.end_drawing()
        self.drawing = Drawing(self.shown, self.progress.folder)
        self.screen.say("drawing …")

    def end_drawing(self) -> None:
        """End what is being drawn, if anything is."""
        if self.drawing:
            self.drawing.end()
        self.drawing = None

    def stop(self, status: int = 0) -> None:
        """End watch once the event is over that is reacted to."""
        self.status = status

    def on_reports(self) -> None:
        """Show what the judge reports."""
        try:
            reports = self.round.read()
        except EOFError:
            self.screen.say("The judge has ended before its time: nothing is judged.")
            reports = [{"standings": {}}]
        for report in reports:
            if "text" in report:
                self.screen.write(report["text"])
                self.in_a_card = "goes on" in report
            else:
                self.shown = report.get("shown", "")
                self.on_end(report["standings"])

    def on_end(self, standings: dict[str, dict[str, str]]) -> None:
        """A round is over: move on if its exercise is done."""
        judged, self.quiet_since = self.sources, time.monotonic()
        self.drop()
        for exercise in sorted(judged, key=lambda each: each == self.focus):  # whose functions then passed last
            if exercise.name in standings:
                self.progress.note(exercise, judged[exercise], standings[exercise.name], self.first)
        if [*judged] == [self.focus] and self.progress.is_done(self.focus):
            self.move_on()
        else:
            self.wait_for_keys()

    def move_on(self) -> None:
        """To the next exercise that is not known to be done."""
        following = self.progress.following(self.focus)
        if following:
            if following.beyond and not self.focus.beyond:
                self.screen.say(end_of_the_lecture())
            self.screen.say(f"next: {following.name}, {following.title}")
            self.judge(following)
        else:
            self.say_all_is_done()

    def say_all_is_done(self) -> None:
        """What comes after the last exercise."""
        self.screen.say(f"All is done. Train a network with your own parts: {command_line('train')} --mine")
        self.wait_for_keys()

    def wait_for_keys(self) -> None:
        """Say which keys there are."""
        if self.keys.on:
            self.screen.say(KEYS, "2")
