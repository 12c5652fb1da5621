"""The devices on which a learner's code is tried: the CPU, the kit's pretend accelerator, and what is really there.

A process that has had the pretend accelerator can never run a backward on another one: registering a backend takes
autograd's streams away from CUDA, and cannot be undone (PyTorch issue 161129). So each accelerator has learner
processes of its own. The judge never starts CUDA nor looks at a GPU, since it could not be forked any more.
"""

import functools
import os
import subprocess
import sys
from pathlib import Path

from kit.course.manifest import ROOT
from kit.learner.process import StartError, can_fork

CPU = "cpu"
PRETEND = "accel"
CUDA = "cuda"
DRIVERS = ("/dev/nvidiactl", "/dev/nvmap", "/dev/dxg", "/dev/kfd")  # CUDA's, Jetson's, WSL's, ROCm's (cuda to torch)
SECONDS_TO_START = {CUDA: 60.0}  # at most: it and its libraries are loaded

here = CPU  # the accelerator of this learner process


def use(accelerator: str) -> None:
    """Say which accelerator this learner process is asked about, and start it: that is not the learner's time."""
    global here
    if here == PRETEND and accelerator == CUDA:
        raise StartError("one process cannot have CUDA after the pretend accelerator: ask for one check alone")
    here = accelerator
    if accelerator == CUDA:
        _warm_up()


def _warm_up() -> None:
    """Load what the exercises need of CUDA: its context, and the kernels of a small training step."""
    import torch
    from torch import nn

    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 2)).to(CUDA)
    for dtype in (torch.float32, torch.float64):
        net.to(dtype)(torch.zeros(2, 3, 4, 4, dtype=dtype, device=CUDA)).sum().backward()
    torch.cuda.synchronize()


@functools.cache
def real_accelerators() -> tuple[str, ...]:
    """The accelerators of this machine on which torch can compute; asked once, in a process that ends."""
    import torch

    built = torch.version.cuda or torch.version.hip
    return (CUDA,) if is_driver_there() and built and _cuda_works_elsewhere() else ()


def is_driver_there() -> bool:
    """Whether this machine may have a GPU on which torch can compute."""
    return sys.platform == "win32" or any(Path(path).exists() for path in DRIVERS)


def cuda_works() -> bool:
    """Whether torch can compute on CUDA, which may be busy, broken or too old; starts it in this process."""
    os.environ.pop("PYTORCH_NVML_BASED_CUDA_CHECK", None)  # it would count GPUs and no more
    import torch

    try:
        return torch.cuda.is_available() and torch.ones(1, device=CUDA).add(1).item() == 2
    except RuntimeError:
        return False


def _cuda_works_elsewhere() -> bool:
    if not can_fork():
        code = "import sys; from kit.learner.devices import cuda_works; sys.exit(not cuda_works())"
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # torch warns of a driver that is too old
            status = int(not cuda_works())
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0
