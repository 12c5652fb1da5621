"""Makes the device known to torch; a process can do that once, and cannot undo it."""

import functools
import types

import torch
from torch.utils import backend_registration

from kit.learner.accelerator.tensor import AccelTensor, host_of, mark
from kit.learner.accelerator.words import ABSENT, NAME, NOT_LOADABLE
from kit.learner.without_dynamo import instead

aten = torch.ops.aten
FACTORIES = ("empty.memory_format", "empty_strided")  # torch builds zeros, randn and the others on these two

present = False  # whether this machine has the device just now


def _refuse_absent(message: str = ABSENT) -> None:
    if not present:
        raise RuntimeError(message)


def _make(operation, *args, **kwargs) -> AccelTensor:
    _refuse_absent()
    return AccelTensor(operation(*args, **{**kwargs, "device": torch.device("cpu")}))


def _copy_from(source: torch.Tensor, target: torch.Tensor, _non_blocking: bool = False) -> torch.Tensor:
    """Copy for torch.tensor, which does so below __torch_dispatch__."""
    host_of(target).copy_(host_of(source))
    return target


def _restore(storage: torch.UntypedStorage, location: str) -> torch.UntypedStorage | None:
    """Answer torch.load, which asks each backend in turn whether the location is one of its own."""
    if not location.startswith(NAME):
        return None
    _refuse_absent(NOT_LOADABLE)
    return mark(storage)


class _Module(backend_registration._DummyBackendModule):
    """What torch finds as torch.accel."""

    def is_available(self) -> bool:
        return present

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.bfloat16, torch.float16]

    def get_device_name(self, _device: object = None) -> str:
        return "the kit's pretend accelerator"

    def synchronize(self, _device: object = None) -> None:
        """Nothing is ever under way."""

    def empty_cache(self) -> None:
        """There is none."""

    def memory_allocated(self, _device: object = None) -> int:
        return 0

    max_memory_allocated = memory_reserved = memory_allocated

    def manual_seed(self, seed: int) -> None:
        """Numbers are drawn by the CPU's generator."""
        torch.default_generator.manual_seed(int(seed))

    manual_seed_all = manual_seed

    def get_rng_state(self, _device: object = None) -> torch.Tensor:
        return torch.default_generator.get_state()

    def set_rng_state(self, state: torch.Tensor, _device: object = None) -> None:
        torch.default_generator.set_state(state)


@functools.cache
def register() -> tuple[torch.library.Library, torch.library.Library]:
    """Make the device known to torch; a process can do that once, and cannot undo it."""
    backend_registration._setup_privateuseone_for_python_backend(NAME, _Module())
    library = torch.library.Library("aten", "IMPL")
    for name in FACTORIES:
        packet, _, overload = name.partition(".")
        operation = getattr(getattr(aten, packet), overload or "default")
        library.impl(name, functools.partial(_make, operation), "PrivateUse1")
    library.impl("_copy_from", _copy_from, "PrivateUse1")
    library.impl("_local_scalar_dense", lambda tensor: tensor._host.item(), "PrivateUse1")
    # torch.autocast casts nothing here: it would need kernels of its own, and rounding would no longer be the CPU's.
    autocast = torch.library.Library("_", "IMPL")
    autocast.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    torch.serialization.register_package(0, lambda _storage: None, _restore)  # asked before torch's own
    with instead(_distributed_tensors()):
        AccelTensor(torch.zeros(())).detach()
    return library, autocast  # their kernels live as long as they do


def _distributed_tensors() -> types.ModuleType:
    """Stand in for a module that torch imports at the first call on any subclass, to see if it is its own.

    The real one takes up to two seconds. torch asks once and keeps the class, so distributed tensors no
    longer work in this process.
    """
    stand_in = types.ModuleType("torch.distributed.tensor")
    stand_in.DTensor = type("DTensor", (), {})
    return stand_in
