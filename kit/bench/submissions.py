"""How long one warm judge takes for each of many whole submissions."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from kit.bench.answers import with_mistake
from kit.course.manifest import ROOT, exercises, find
from kit.course.mistakes import mistakes

COUNT = 6


def submissions(folder: Path) -> list[float]:
    """Seconds for each of several whole submissions, judged by one warm judge; every third has a wrong answer."""
    shutil.copytree(ROOT / "solutions", folder)
    code = f"from kit.bench.submissions import judge_submissions; judge_submissions({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def judge_submissions(folder: str) -> None:
    """The life of the warm judge; the last line that it prints is the list of seconds."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from kit.watch.request import Request
    from kit.watch.warm_judge import Forked, collect

    ((exercise, function),) = find("ex05.conv2d")
    known = mistakes(exercise, function)
    request = Request([e.name for e in exercises()], [], 80, False)
    seconds = []

    def loop(session, judge) -> None:
        judges = Forked(session, judge)
        while judges.prepare(exercise):
            pass
        for number in range(COUNT):
            source = with_mistake(known[number % len(known)]) if number % 3 == 0 else known[0].before
            Path(folder, f"{exercise.name}.py").write_text(source, encoding="utf-8")
            begin = time.perf_counter()
            one = judges.start(request)
            while not any("standings" in report for report in one.read()):
                pass
            seconds.append(time.perf_counter() - begin)
            one.end()
        judges.forget()

    collect(Path(folder), [e.test_file for e in exercises()], loop)
    print(json.dumps(seconds))
