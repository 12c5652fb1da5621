"""The whole life of a judge that judges one part, in a fork of the warm judge; what it found crosses as JSON."""

import json
import os
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kit.course.manifest import Exercise
from kit.grade.part import Part
from kit.grade.record import EXERCISE_SECONDS, failure
from kit.grade.stopping import SIGNALS
from kit.judge.items import EXERCISE
from kit.judge.judge import Judge
from kit.judge.warm import judge_folder
from kit.learner.process import end_with_parent
from kit.verdict import card
from kit.verdict.diagnosis import Diagnosis
from kit.verdict.harmless import harmless
from kit.verdict.record import Standing
from kit.verdict.values import show_call, show_value

FOLDER = "submission"  # the name in which exercise files lie; it stands on cards
LONGEST = 600  # characters of a single text in a record


def live_and_judge(items: list[pytest.Item], judge: Judge, part: Part, place: Path, writing: int) -> None:
    """Judge the part, whose files lie below this place; write what was found, and end this process."""
    try:
        os.setsid()  # Ctrl-C is for the first process, which then ends this one
        end_with_parent()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        tempfile.tempdir = str(place)
        os.chdir(place)
        say(writing, judged(items, judge, part, place))
    except Exception as error:  # a fault of the kit: the record tells it
        say(writing, {"lost": clean(f"{type(error).__name__}: {error}", str(place / FOLDER))})
    finally:
        os._exit(0)


def say(writing: int, found: dict) -> None:
    """Write all that was found."""
    text = json.dumps(found).encode()
    while text:
        text = text[os.write(writing, text) :]


def judged(items: list[pytest.Item], judge: Judge, part: Part, place: Path) -> dict:
    """The verdict on every function of the part, and the seconds that it took."""
    begin = time.monotonic()
    own = [item for item in items if item.stash[EXERCISE] is part.exercise]
    limit(judge, part.exercise)
    record = judge_folder(own, judge, place / FOLDER)
    functions = [function_verdict(judge, s, place) for s in record.standings_of(part.exercise)]
    judge.starters[0].close()
    return {"functions": functions, "seconds": round(time.monotonic() - begin, 3)}


def limit(judge: Judge, exercise: Exercise) -> None:
    """Bound what an exercise may take; its learner was made with the limits of a person's own run."""
    judge.limits = replace(judge.limits, exercise=EXERCISE_SECONDS)
    learner = judge.learners[exercise]
    learner.limits = learner.workers.limits = judge.limits
    learner.seconds_left = EXERCISE_SECONDS


def function_verdict(judge: Judge, standing: Standing, place: Path) -> dict:
    """What a record says of one function; of one that is not done, why."""
    about = {
        "function": standing.function,
        "verdict": standing.word,
        "checks": {"held": standing.held, "planned": standing.planned},
    }
    if standing.failure:
        about["failure"] = failure_of(judge, standing, place)
    elif standing.word != "done":
        left_out = clean("; ".join(judge.record.left_out), str(place / FOLDER))
        about["failure"] = failure(f"the kit could not judge: {left_out or 'a check is missing'}")
    return about


def failure_of(judge: Judge, standing: Standing, place: Path) -> dict:
    """The first failure of a function in words; no path of this machine stands in it."""
    check = standing.failure
    try:
        diagnosis = judge.diagnosis(check)
    except Exception:  # a cause is a help; the verdict stands without it
        diagnosis = Diagnosis()
    named = diagnosis.mistake
    texts = {
        "check": check.name,
        "account": check.account,
        "because": check.because,
        "call": show_call(check.call) if check.call else "",
        "got": show_value(check.values[0]) if check.values else "",
        "want": show_value(check.values[1]) if check.values else "",
        "seen": diagnosis.pattern,
        "when": diagnosis.when,
        "line": check.lines[-1][0] if check.lines else None,
        "source": check.lines[-1][1].strip() if check.lines else "",
        "cause": {"name": getattr(named, "name", ""), "sentence": named.sentence, "look": named.look}
        if named
        else None,
        "card": card.plain_card(check, diagnosis, Path(FOLDER), ""),
    }
    return clean(texts, str(place / FOLDER))


def clean(value: object, place: str) -> object:
    """The same with texts that are safe to print, short, and the same wherever the files lay."""
    if isinstance(value, dict):
        return {key: clean(item, place) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    text = harmless(value.replace(place, FOLDER))
    return text if len(text) <= LONGEST or "\n" in text else f"{text[:LONGEST]}…"
