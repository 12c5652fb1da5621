"""What runs in a worker of a Dask cluster: it hands parts to the warm judge beside it, and text back.

A worker has threads, so it forks nothing. Its judge is a process of its own, started anew when it is gone.
"""

import contextlib
import json
import subprocess
import sys
import threading

from distributed import Worker, WorkerPlugin, get_worker

from kit.course.manifest import ROOT
from kit.grade.forks import GONE

SECONDS_TO_END = 5


class JudgeError(Exception):
    """The judge beside this worker cannot judge; its text says why."""


class Beside(WorkerPlugin):
    """Starts a warm judge beside each worker, also beside those that come later."""

    def __init__(self, name: str, how: dict, about: dict, commit: str):
        self.name, self.how, self.about, self.commit = name, how, about, commit

    def setup(self, worker: Worker) -> None:
        """See distributed.WorkerPlugin."""
        self.lock, self.process = threading.Lock(), None
        self.how["options"]["jobs"] = worker.state.nthreads
        self._start()

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """See distributed.WorkerPlugin."""
        self._stop()

    def judged(self, parts: list[dict]) -> list[dict]:
        """What is found in each part. The one in which the judge ends twice is lost, and costs nobody else anything."""
        with self.lock:
            found = self._ask(parts)
            for number in range(len(parts)):
                if number not in found:
                    found[number] = self._ask([parts[number]]).get(0, {"lost": GONE})
        return [found[number] for number in range(len(parts))]

    def _ask(self, parts: list[dict]) -> dict[int, dict]:
        """What the judge says of parts by their numbers, as far as it comes before it ends."""
        found: dict[int, dict] = {}
        with contextlib.suppress(EOFError, BrokenPipeError):
            if self.process is None or self.process.poll() is not None:
                self._stop()
                self._start()
            if not self.is_known:
                self._compare(self._hear())
            self._tell({"parts": parts})
            while len(found) < len(parts):
                answer = self._hear()
                found[answer["number"]] = answer["found"]
        return found

    def _start(self) -> None:
        command = [sys.executable, "-m", "kit.grade.beside"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes)
        self.is_known = False
        with contextlib.suppress(BrokenPipeError):
            self._tell(self.how)

    def _stop(self) -> None:
        if self.process:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(SECONDS_TO_END)
            self.process.kill()  # what it forked ends with it
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
            self.process = None

    def _tell(self, request: dict) -> None:
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def _hear(self) -> dict:
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        answer = json.loads(line)
        if "failed" in answer:
            raise JudgeError(answer["failed"])
        return answer

    def _compare(self, own: dict) -> None:
        """Refuse to judge with another kit, other versions or another wall than the records will say."""
        pairs = [(name, own["about"].get(name), wanted) for name, wanted in self.about.items()]
        pairs.append(("commit", own["commit"], self.commit))
        if different := [f"{name} {there!r} there, {here!r} here" for name, there, here in pairs if there != here]:
            raise JudgeError(f"it judges with something else ({'; '.join(different)})")
        self.is_known = True


def judge_parts(name: str, text: str) -> str:
    """The task: JSON of parts becomes JSON of what is found in them, or of why they cannot be judged here."""
    worker = get_worker()
    try:
        return json.dumps({"found": worker.plugins[name].judged(json.loads(text))})
    except Exception as error:
        why = str(error) if isinstance(error, JudgeError) else f"{type(error).__name__}: {error}"
        return json.dumps({"failed": f"The worker at {worker.address} cannot grade: {why}."})
