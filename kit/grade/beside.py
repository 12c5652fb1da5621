"""A warm judge beside a worker of a cluster: python -m kit.grade.beside, a process with one thread of its own.

It is asked on its standard input and answers on its standard output, a line of JSON each time. First it hears how to
grade, and says with what it judges; then parts come, and of each goes back what was found in it.
"""

import os
import select
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread would make forking unsafe

import contextlib
import json
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kit.course.manifest import exercises
from kit.grade import record
from kit.grade.forks import Forks
from kit.grade.grading import Options
from kit.grade.part import Part
from kit.judge.items import EXERCISE
from kit.judge.judge import Judge
from kit.judge.starters import from_a_clean_interpreter
from kit.judge.warm import draw_examples, with_warm_judge
from kit.learner.process import end_with_parent

IDLE = 600  # seconds without a request, after which it ends; the next one starts another


def requests() -> Iterator[dict]:
    """What is asked, until nobody is there to ask, or nobody does for a while."""
    while select.select([sys.stdin], [], [], IDLE)[0] and (line := sys.stdin.buffer.readline()):
        yield json.loads(line)


def main() -> None:
    """Judge what is asked."""
    end_with_parent()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what it has made is removed, and what it forked ended
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what is printed by mistake is no answer

    def say(answer: dict) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    try:
        live(say)
    except BrokenPipeError:  # nobody hears it any more
        os._exit(1)
    except KeyboardInterrupt:
        os._exit(1)
    except Exception as error:
        say({"failed": f"{type(error).__name__}: {error}"})


def live(say: Callable[[dict], None]) -> None:
    """Its whole life."""
    asked = requests()
    how = next(asked, None)
    if how is None:
        return
    options = Options(**how["options"])
    say({"about": options.judged_with(Path(tempfile.gettempdir())), "commit": record.kit_commit()})
    settings.register_profile(record.PROFILE, max_examples=options.examples, derandomize=False)

    def loop(items: list[pytest.Item], judge: Judge) -> None:
        draw_examples([item for item in items if item.stash[EXERCISE].name in how["drawn"]], judge)
        for request in asked:
            parts = [Part.from_plain(plain) for plain in request["parts"]]
            numbers = {id(part): number for number, part in enumerate(parts)}
            with contextlib.closing(Forks(items, judge, options.jobs)) as forks:
                for part, found in forks.judge_all(deque(parts)):
                    say({"number": numbers[id(part)], "found": found})

    asked_for = [exercise for exercise in exercises() if exercise.name in how["asked"]]
    with from_a_clean_interpreter(has_torch=True):
        with_warm_judge(loop, asked_for, options.for_pytest())


if __name__ == "__main__":
    main()
