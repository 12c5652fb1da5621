"""What runs inside a learner process: it imports one learner's file, calls its functions and tells what happened."""

import contextlib
import difflib
import importlib.util
import io
import json
import linecache
import os
import random
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

import torch

from kit.accelerator import without_dynamo
from kit.fence import Fence, ForbiddenCalls
from kit.wire import Channel, pack, unpack

LONGEST_PRINT = 2_000  # characters of what a learner's code prints in one call
LONGEST_MESSAGE = 500
SECRETS = ("GITHUB_", "ACTIONS_", "RUNNER_")  # what CI puts into the environment is not for learner code


@dataclass(frozen=True)
class Job:
    """What a learner process is told when it starts."""

    path: str  # the learner's file
    probes: str  # the file with the kit's own functions that run beside it; may be missing
    closed: list[str]  # folders it may not read
    forbidden: list[str]  # kinds of calls, keys of fence.FORBIDDEN
    seconds: float  # for one call
    memory: int  # bytes above what the process has when it starts
    limit_address_space: bool  # false beside a GPU, whose driver reserves more address space than there is memory


class TimedOut(BaseException):
    """Raised in a learner's code when its time is up; no Exception, so that a plain `except` does not swallow it."""


class Printed(io.TextIOBase):
    """Stands for stdout and stderr: sends on what is printed while it is printed, up to LONGEST_PRINT characters."""

    def __init__(self, channel: Channel | None):
        self.channel = channel
        self.left = LONGEST_PRINT

    def write(self, text: str) -> int:
        """Send on as much of the text as is left to send."""
        part, self.left = text[: self.left], max(0, self.left - len(text))
        if part and self.channel:
            self.channel.send({"printed": part})
        return len(text)

    def close(self) -> None:
        """Stay open: the next call prints too."""


class Workbench:
    """A learner's module with the means to call it as the job asks."""

    def __init__(self, job: Job, channel: Channel):
        self.job, self.channel = job, channel
        self.fence = Fence()
        forbids = bool(job.forbidden)  # a mode costs a little at every operation
        self.forbidden_calls = ForbiddenCalls(tuple(job.forbidden), self.fence) if forbids else nullcontext()
        self.home = os.getcwd()
        self.nowhere = os.open(os.devnull, os.O_RDWR)
        self.probes = load_probes(Path(job.probes))
        self.module: ModuleType | None = None

    def serve(self) -> None:
        """Import the learner's file, then answer calls until the judge hangs up."""
        self.fence.close_folders([Path(folder) for folder in self.job.closed], Path(self.job.path))
        reply, body = self.attempt(self.open_module)
        self.channel.send(reply, body)
        while self.module:
            header, body = self.channel.receive()
            self.channel.send(*self.answer(header, body))

    def open_module(self) -> None:
        """Import the learner's file."""
        sys.path.insert(0, str(Path(self.job.path).parent))
        self.module = load_module(self.job.path, Path(self.job.path).stem)

    def answer(self, header: dict, body: bytes | bytearray) -> tuple[dict, bytes]:
        """Make one call; the reply names the arguments that were changed by it."""
        args, kwargs = unpack(header["arguments"], body)
        if "probe" in header:
            return self.attempt(lambda: getattr(self.probes, header["probe"])(self.module, *args, **kwargs))
        function = getattr(self.module, header["function"], None)
        if function is None:
            return missing_function(self.module, header["function"], self.job.path), b""
        reply, reply_body = self.attempt(lambda: function(*args, **kwargs))
        if fingerprint((args, kwargs)) != (repr(header["arguments"]), bytes(body)):
            reply["changed"] = changed_arguments((args, kwargs), unpack(header["arguments"], body))
        return reply, reply_body

    def attempt(self, work: Callable[[], object]) -> tuple[dict, bytes]:
        """Do the work on a clean slate and inside the limits, and describe what came of it."""
        self.clean_slate()
        body = b""
        try:
            with time_limit(self.job.seconds), without_dynamo():
                with self.forbidden_calls:
                    value = work()
                tree, body = pack(value)
            reply = {"value": tree}
        except BaseException as error:  # a learner's code may raise anything, SystemExit too
            reply = describe(error, self.job.path)
            if isinstance(error, AttributeError) and error.obj is self.module is not None:  # a probe looked for it
                reply = missing_function(self.module, error.name, self.job.path)
        if self.fence.broken:
            reply = {"word": "not allowed", "message": self.fence.broken, "lines": reply.get("lines", [])}
            self.fence.broken, body = None, b""
        reply["threads"] = threading.active_count() - 1
        return reply, body

    def clean_slate(self) -> None:
        """Undo what an earlier call may have done to this process."""
        os.dup2(self.nowhere, 1)
        os.dup2(self.nowhere, 2)
        sys.stdout = sys.stderr = Printed(self.channel)
        os.chdir(self.home)
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)
        torch.set_num_threads(1)
        torch.default_generator.manual_seed(0)  # torch.manual_seed would note a traceback for CUDA each time
        random.seed(0)


def load_module(path: str, name: str) -> ModuleType:
    """Import the file at `path` under `name`."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_probes(path: Path) -> ModuleType | None:
    """Import the kit's functions that run beside the learner's, and what they need, while tests/ is still open."""
    if not path.exists():
        return None
    for source in path.parent.glob("*.py"):
        linecache.getlines(str(source))  # torch.manual_seed quotes its callers, when tests/ is closed already
    sys.path.insert(0, str(path.parent.parent))
    try:
        return load_module(str(path), f"probes.{path.stem}")
    finally:
        del sys.path[0]


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimedOut in the code inside when its time is up, again and again; the judge has a limit of its own."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_signal: int, _frame: object) -> None:
        raise TimedOut

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def describe(error: BaseException, path: str) -> dict:
    """What the learner needs to know of an exception: word, types, message, lines of their own file."""
    lines = learner_lines(error, path)
    innermost = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)][-1]
    if isinstance(error, TimedOut):
        word = "too slow"
    elif isinstance(error, NotImplementedError) and innermost == path:
        word = "not started"
    else:
        word = "crashed"
    try:
        message = str(error)[:LONGEST_MESSAGE]
    except Exception:
        message = "(its message cannot be shown)"
    return {"word": word, "types": [t.__name__ for t in type(error).__mro__], "message": message, "lines": lines}


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


def limit_resources(job: Job) -> None:
    """Limit memory, files and processes of this process, where the platform can."""
    with contextlib.suppress(ImportError, OSError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + job.memory
        kind = resource.RLIMIT_AS if job.limit_address_space else resource.RLIMIT_DATA
        limits = {kind: most, resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 256, resource.RLIMIT_NPROC: 4096}
        for limit, value in limits.items():
            _, hard = resource.getrlimit(limit)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(limit, (value, value))


def work_for(sock: socket.socket, job: Job) -> None:
    """The whole life of a learner process."""
    for name in [name for name in os.environ if name.startswith(SECRETS)]:
        del os.environ[name]
    root = str(Path(__file__).resolve().parent.parent)
    sys.path[:] = [entry for entry in sys.path if entry and not entry.startswith(os.path.join(root, "tests"))]
    channel = Channel(sock)
    try:
        workbench = Workbench(job, channel)
        limit_resources(job)
        workbench.serve()
    except (EOFError, ConnectionError):
        pass  # the judge has hung up
    except Exception as error:
        channel.send({"word": "crashed", "message": f"the kit itself failed: {error!r}", "lines": []})
        raise


def main() -> None:
    """Start as a fresh interpreter: the judge's port, a password and the job come on standard input."""
    letter = json.loads(sys.stdin.readline())
    sock = socket.create_connection(("127.0.0.1", letter["port"]))
    sock.sendall(bytes.fromhex(letter["password"]))
    work_for(sock, Job(**letter["job"]))


def to_json(job: Job) -> dict:
    """The job as it is sent to a process."""
    return asdict(job)


if __name__ == "__main__":
    main()
