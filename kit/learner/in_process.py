"""A learner without the other process: for pdb and print, and for nothing else."""

import functools
from collections.abc import Callable
from pathlib import Path

from kit.course.manifest import Exercise
from kit.learner import devices
from kit.learner.protocol import pack, unpack
from kit.learner.stand_in import Learner
from kit.learner.worker import load_module


class InProcess(Learner):
    """Stands for one exercise file, which it imports."""

    def __init__(self, exercise: Exercise, path: Path):
        super().__init__(exercise, path, starter=None)
        self.module = None

    def _answer(self, header: dict, args: tuple, kwargs: dict) -> tuple[object, int]:
        if (accelerator := header.get("accelerator", devices.CPU)) not in (devices.CPU, devices.here):
            devices.use(accelerator)
        tree, body = pack(self.function_of(header)(*args, **kwargs))
        return unpack(tree, body), len(body)  # as if it had crossed: a torch.Size is a tuple then

    def run_apart(self, probe: Callable, *args: object, **kwargs: object) -> object:
        """There is no other process."""
        return self.look(probe, *args, **kwargs)

    def function_of(self, header: dict) -> Callable:
        """The learner's own function, or a probe beside the learner's module."""
        self.module = self.module or load_module(str(self.path), self.path.stem)
        if "probe" in header:
            probes = load_module(self.workers.job().probes, f"probes_of_{self.exercise.name}")
            return functools.partial(getattr(probes, header["probe"]), self.module)
        return getattr(self.module, header["function"])
