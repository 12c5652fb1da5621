"""What the keys of watch do, each by a function that takes the watch (kit.watch.watch)."""

import textwrap

from kit.commands.hint import next_hint
from kit.course.manifest import exercises

KEYS = "n next · h hint · r run all · s solution · v see · q quit"


def press(watch, key: str) -> None:
    """Do what a key stands for; any other one tells which there are."""
    BINDINGS.get(key.lower(), lambda watch: watch.wait_for_keys())(watch)


def go_on(watch) -> None:
    """Go to the next exercise that is not known to be done."""
    following = watch.progress.following(watch.focus)
    if following is None:
        watch.say_all_is_done()
        return
    if following == watch.focus and watch.progress.standings_of(following):
        watch.screen.say(f"All but {following.name} is done.")
    watch.judge(following)


def hint(watch) -> None:
    """Give the next hint to the first function that is not done."""
    exercise, standings = watch.focus, watch.progress.standings_of(watch.focus)
    function = next((f for f in exercise.functions if standings.get(f) != "done"), exercise.functions[0])
    number, text = next_hint(exercise, function)
    count = len(exercise.hints[function])
    watch.screen.say(f"{function}: hint {number} of {count}")
    watch.screen.say(textwrap.indent(textwrap.fill(text, watch.screen.width - 2), "  "))
    if number == count:
        watch.screen.say("That was the last; h begins anew.")
    watch.wait_for_keys()


def run_all(watch) -> None:
    """Judge all exercises."""
    watch.make_room()
    watch.screen.rule("all exercises")
    watch.start([*exercises()], [])


def solution(watch) -> None:
    """Show the last function that passed beside the model answer."""
    from kit.commands.compare import show
    from kit.verdict.console import new_console

    passed = watch.progress.last_passed()
    if passed is None:
        watch.screen.say("The model answer is for afterwards: nothing is done yet. h gives a hint.")
    else:
        exercise, function = passed
        standings = watch.progress.standings_of(exercise)
        not_done = [f for f in exercise.functions if standings.get(f) != "done"]
        watch.screen.rule(f"{exercise.name}, {function}")
        show(exercise, function, watch.progress.folder, [], new_console(), not_done)
    watch.wait_for_keys()


def see(watch) -> None:
    """Draw the failure that was shown last on a page, while everything else goes on."""
    if watch.shown:
        watch.draw()
    else:
        watch.screen.say("There is no failure to draw. v draws the one that was shown last.")
        watch.wait_for_keys()


def end(watch) -> None:
    """End watch."""
    watch.stop()


BINDINGS = {"n": go_on, "h": hint, "r": run_all, "s": solution, "v": see, "q": end}
