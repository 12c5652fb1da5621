"""What runs inside a learner process: it imports one learner's file, calls its functions and tells what happened."""

import functools
import importlib.util
import json
import linecache
import os
import random
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from kit.course.manifest import ROOT
from kit.learner import devices, wall
from kit.learner.fence import Fence
from kit.learner.lazy_torch import load_before, load_torch
from kit.learner.limits import limit_resources, time_limit
from kit.learner.no_prompt import take_input_away
from kit.learner.orphans import go_on_in_a_child
from kit.learner.printed import Printed
from kit.learner.protocol import Channel, pack, unpack
from kit.learner.reply import BEYOND, changed_arguments, describe, fingerprint, missing_function
from kit.learner.without_dynamo import without_dynamo

PID_BYTES = 8  # of a process's number, which follows the password
SECRETS = ("GITHUB_", "ACTIONS_", "RUNNER_")  # what CI puts into the environment is not for learner code


@dataclass(frozen=True)
class Job:
    """What a learner process is told when it starts."""

    path: str  # the learner's file
    probes: str  # the file with the kit's own functions that run beside it; may be missing
    forbidden: list[str]  # kinds of calls, keys of forbidden.FORBIDDEN
    functions: list[str]  # that the learner's file is to have
    seconds: float  # for one call
    import_seconds: float  # for the import of the file
    memory: int  # bytes above what the process has when it starts
    accelerator: str  # that the process has, see kit.learner.devices
    wall: tuple[str, ...] = wall.PARTS  # parts of it that are built where the system has them


class Worker:
    """A learner's module with the means to call it as the job asks."""

    def __init__(self, job: Job, channel: Channel):
        self.job, self.channel = job, channel
        self.fence = Fence(lambda sentence: channel.send({"refused": sentence}))
        self.home = os.getcwd()
        self.nowhere = os.open(os.devnull, os.O_RDWR)
        self.probes = load_probes(Path(job.probes))
        self.module: ModuleType | None = None

    def serve(self) -> None:
        """Import the learner's file, then answer calls until the judge hangs up."""
        self.fence.forbid(self.job.forbidden, self.job.functions)
        self.fence.close_folders(Path(self.job.path))
        reply, body = self.attempt(self.open_module, seconds=self.job.import_seconds)
        self.channel.send(reply, body)
        while self.module:
            header, body = self.channel.receive()
            self.channel.send(*self.answer(header, body))

    def open_module(self) -> None:
        """Import the learner's file."""
        take_input_away()
        sys.dont_write_bytecode = True  # kept for a file by the second: one saved twice in it would be judged as before
        sys.path.insert(0, str(Path(self.job.path).parent))
        self.module = load_module(self.job.path, Path(self.job.path).stem)

    def answer(self, header: dict, body: bytes | bytearray) -> tuple[dict, bytes]:
        """Make one call; the reply names the arguments that were changed by it."""
        args, kwargs = unpack(header["arguments"], body)
        module = getattr(self.module, header["in"]) if "in" in header else self.module
        counting = None
        if "count" in header:
            from kit.learner.cost import Counting

            counting = Counting()
        if "probe" in header:
            probe = functools.partial(getattr(self.probes, header["probe"]), module, *args, **kwargs)
            return self.attempt(probe, counting)
        function = getattr(module, header["function"], None)
        if function is None:
            return missing_function(self.module, header["function"], self.job.path), b""
        reply, reply_body = self.attempt(lambda: function(*args, **kwargs), counting)
        if fingerprint((args, kwargs)) != (repr(header["arguments"]), bytes(body)):
            reply["changed"] = changed_arguments((args, kwargs), unpack(header["arguments"], body))
        return reply, reply_body

    def attempt(
        self, work: Callable[[], object], counting: AbstractContextManager | None = None, seconds: float | None = None
    ) -> tuple[dict, bytes]:
        """Do the work on a clean slate and inside the limits, and describe what came of it."""
        self.clean_slate()
        body = b""
        try:
            with time_limit(seconds or self.job.seconds), without_dynamo():
                with self.fence.around_calls, counting or nullcontext():
                    value = work()
                tree, body = pack(value)
            reply = {"value": tree}
            if counting:
                reply["cost"] = counting.cost()
        except BaseException as error:  # a learner's code may raise anything, SystemExit too
            reply = self.told_of(error)
        self.fence.has_told = False
        reply["threads"] = threading.active_count() - 1
        return reply, body

    def told_of(self, error: BaseException) -> dict:
        """What the judge is told of an exception, whose class may say what it likes of itself."""
        try:
            if isinstance(error, AttributeError) and error.obj is self.module is not None:  # a probe looked for it
                return missing_function(self.module, error.name, self.job.path)
            reply = describe(error, self.job.path)
            reply["message"] += wall.advice(error, reply["message"])
            return reply
        except BaseException:
            return {**BEYOND}

    def clean_slate(self) -> None:
        """Undo what an earlier call may have done to this process."""
        os.dup2(self.nowhere, 1)
        os.dup2(self.nowhere, 2)
        printed = Printed(self.channel)
        sys.stdout, sys.stderr = printed.stream("<stdout>", 1), printed.stream("<stderr>", 2)
        os.chdir(self.home)
        random.seed(0)
        if "torch" in sys.modules:
            from kit.learner.tensors import fill_unset_memory, restore_defaults

            restore_defaults()
            if devices.here != devices.CUDA:  # it would warn there of operations that are the learner's business
                fill_unset_memory()


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
        for name in [name for name in sys.modules if name.partition(".")[0] == "probes"]:
            del sys.modules[name]  # so that the learner's code does not come upon them


def work_for(sock: socket.socket, job: Job) -> None:
    """The whole life of a learner process."""
    for name in [name for name in os.environ if name.startswith(SECRETS)]:
        del os.environ[name]
    sys.path[:] = [entry for entry in sys.path if entry and not entry.startswith(str(ROOT / "tests"))]
    channel = Channel(sock, waits_for_ever=True)
    try:
        worker = Worker(job, channel)
        devices.use(job.accelerator)
        load_before(Path(job.path))
        limit_resources(job.memory, limit_address_space=job.accelerator != devices.CUDA)  # whose driver reserves a lot
        wall.build(job.wall, Path(job.path), has_gpu=job.accelerator == devices.CUDA)
        worker.serve()
    except (EOFError, ConnectionError):
        pass  # the judge has hung up
    except Exception as error:
        channel.send({"word": "crashed", "message": f"the kit itself failed: {error!r}", "lines": []})
        raise


def main() -> None:
    """Start as a fresh interpreter: the judge's port, a password and the job come on standard input."""
    message = json.loads(sys.stdin.readline())
    go_on_in_a_child()
    if message["torch"]:
        load_torch()
    wall.base = message["base"]
    wall.prepare()
    sock = socket.create_connection(("127.0.0.1", message["port"]))
    sock.sendall(bytes.fromhex(message["password"]) + os.getpid().to_bytes(PID_BYTES))
    work_for(sock, Job(**message["job"]))


if __name__ == "__main__":
    main()
