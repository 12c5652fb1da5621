"""A pretend accelerator: training code is checked for its device handling on a machine without a GPU.

Its tensors keep real values in host memory, so losses and gradients equal a CPU run bit for bit; mixing them
with CPU tensors raises CUDA's sentence. It uses what PyTorch offers to makers of backends: a wrapper subclass
below autograd, kernels for the spare backend, a package for torch.load. There is no TorchFunctionMode, which
could get in the way of another one, and no TorchDispatchMode, which would import torch._dynamo.
One thing must not be done on it: a tensor hook that raises during backward() aborts the process.
"""

import functools
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch.utils import backend_registration

from kit.learner.without_dynamo import instead

NAME = "accel"
MIXED = f"Expected all tensors to be on the same device, but found at least two devices, {NAME}:0 and cpu!"
FOREIGN_INDEX = "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
NO_NUMPY = (
    f"can't convert {NAME}:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first."
)
ABSENT = f"There is no {NAME} device on this machine: torch.{NAME}.is_available() is False."
NOT_LOADABLE = (
    f"Attempting to deserialize object on an {NAME} device but torch.{NAME}.is_available() is False. "
    "If you are running on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') "
    "to map your storages to the CPU."
)

aten = torch.ops.aten
COPIES = {aten.copy_.default, aten._foreach_copy_.default}
INDEXING = {aten.index.Tensor, aten.index_put_.default, aten._index_put_impl_.default}
FILLING = {aten.fill_.Tensor, aten.masked_fill.Tensor, aten.masked_fill_.Tensor}
FACTORIES = ("empty.memory_format", "empty_strided")  # torch builds zeros, randn and the others on these two

torch_swaps_tensors = torch.utils.swap_tensors
present = False  # whether this machine has the device just now


class AccelTensor(torch.Tensor):
    """A tensor that says it is on the accelerator; `_host`, of the same shape, has its values."""

    __torch_function__ = torch._C._disabled_torch_function_impl  # all the work is done in __torch_dispatch__

    @staticmethod
    def __new__(cls, host: torch.Tensor) -> "AccelTensor":  # noqa: D102
        layout = {"strides": host.stride(), "storage_offset": host.storage_offset(), "dtype": host.dtype}
        tensor = torch.Tensor._make_wrapper_subclass(cls, host.size(), device=f"{NAME}:0", **layout)
        tensor._host = host
        return tensor

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        kwargs, known = dict(kwargs or {}), {}
        target = kwargs.get("device")
        if target is not None and target.type == NAME:
            kwargs["device"] = torch.device("cpu")
        to_host = functools.partial(_to_host, known)
        host_args = _map(to_host, args)
        host_kwargs = {key: _map(to_host, value) for key, value in kwargs.items()}
        if target is None and not all(isinstance(tensor, cls) for tensor in known.values()):
            _refuse_mixed(func, args, kwargs)
        answer = func(*host_args, **host_kwargs)
        if target is not None and target.type != NAME:
            return answer
        return _map(functools.partial(_to_accelerator, known), answer)

    # What torch does for plain tensors only.

    @property
    def data(self) -> torch.Tensor:
        """The tensor without its history."""
        return torch.Tensor.data.__get__(self)

    @data.setter
    def data(self, other: torch.Tensor) -> None:
        torch.Tensor.data.__set__(self, other)
        self._host = other._host

    def numpy(self, *, force: bool = False):
        """Refuse, as CUDA does."""
        if not force:
            raise TypeError(NO_NUMPY)
        return self._host.numpy(force=True)

    def tolist(self):
        """Give the values as numbers in nested lists."""
        return self._host.tolist()

    def __format__(self, spec: str) -> str:
        return format(self._host, spec) if self.dim() == 0 else super().__format__(spec)

    def __repr__(self, *, tensor_contents=None) -> str:
        history = ", requires_grad=True" if self.requires_grad else ""
        if self.grad_fn is not None:
            history = f", grad_fn=<{type(self.grad_fn).__name__}>"
        text = f"{repr(self._host)[:-1]}, device='{self.device}'{history})"
        return f"Parameter containing:\n{text}" if isinstance(self, torch.nn.Parameter) else text

    def __reduce_ex__(self, protocol):
        """Be stored as any tensor is, under the name of the device, so that map_location works."""
        if isinstance(self, torch.nn.Parameter):
            return torch._utils._rebuild_parameter, (self.data, self.requires_grad, OrderedDict())
        self.untyped_storage()  # marks the bytes that the host tensor is about to store
        return self._host.detach().requires_grad_(self.requires_grad).__reduce_ex__(protocol)

    def untyped_storage(self) -> torch.UntypedStorage:
        """Give the bytes, marked as the accelerator's."""
        return _mark(self._host.untyped_storage())


class AccelStorage(torch.UntypedStorage):
    """The bytes of a tensor, marked as the accelerator's."""

    @property
    def device(self) -> torch.device:
        """Where torch.save says that it was."""
        return torch.device(NAME, 0)

    def clone(self) -> torch.UntypedStorage:
        """Copy without asking the device for memory, which ends in a segmentation fault."""
        return torch.UntypedStorage(self.nbytes()).copy_(self)


def _mark(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    storage.__class__ = AccelStorage  # torch keeps one Python object for each storage, so the mark stays
    return storage


def _map(function: Callable, tree):
    """Apply a function to every tensor in lists and tuples."""
    if isinstance(tree, torch.Tensor):
        return function(tree)
    if isinstance(tree, (list, tuple)):
        return type(tree)([_map(function, part) for part in tree])
    return tree


def _to_host(known: dict, tensor: torch.Tensor) -> torch.Tensor:
    host = tensor._host if isinstance(tensor, AccelTensor) else tensor
    known.setdefault(id(host), tensor)  # the first is the one that works in place
    return host


def _to_accelerator(known: dict, answer: torch.Tensor) -> torch.Tensor:
    """Give back the caller's own tensor where the operation worked in place."""
    tensor = known.get(id(answer))
    if tensor is None:
        return AccelTensor(answer)
    if (tensor.shape, tensor.stride()) != (answer.shape, answer.stride()):  # squeeze_, resize_, set_
        torch.Tensor.data.__set__(tensor, AccelTensor(answer))
    return tensor


def _refuse_mixed(func, args: tuple, kwargs: dict) -> None:
    """Raise what CUDA raises, unless CUDA too would take these CPU tensors."""
    if func in COPIES:
        return
    if func in INDEXING:
        if not isinstance(args[0], AccelTensor):
            raise RuntimeError(FOREIGN_INDEX)
        args = (args[0], *args[2:])  # the indices may lie on the CPU
    strangers = []
    _map(lambda tensor: isinstance(tensor, AccelTensor) or strangers.append(tensor), [*args, *kwargs.values()])
    takes_scalars = torch.Tag.pointwise in func.tags or func in INDEXING | FILLING
    targets = [args[0], kwargs.get("out")] if func._schema.is_mutable else []
    if not all(takes_scalars and stranger.dim() == 0 for stranger in strangers) or any(
        target is stranger for target in targets for stranger in strangers
    ):
        raise RuntimeError(MIXED)


def _refuse_absent(message: str = ABSENT) -> None:
    if not present:
        raise RuntimeError(message)


def _make(operation, *args, **kwargs) -> AccelTensor:
    _refuse_absent()
    return AccelTensor(operation(*args, **{**kwargs, "device": torch.device("cpu")}))


def _copy_from(source: torch.Tensor, target: torch.Tensor, _non_blocking: bool = False) -> torch.Tensor:
    """Copy for torch.tensor, which does so below __torch_dispatch__."""
    _to_host({}, target).copy_(_to_host({}, source))
    return target


def _restore(storage: torch.UntypedStorage, location: str) -> torch.UntypedStorage | None:
    """Answer torch.load, which asks each backend in turn whether the location is one of its own."""
    if not location.startswith(NAME):
        return None
    _refuse_absent(NOT_LOADABLE)
    return _mark(storage)


class _Module(backend_registration._DummyBackendModule):
    """What torch finds as torch.accel."""

    def is_available(self) -> bool:
        return present


@functools.cache
def _register() -> torch.library.Library:
    """Make the device known to torch; a process can do that once, and cannot undo it."""
    backend_registration._setup_privateuseone_for_python_backend(NAME, _Module())
    library = torch.library.Library("aten", "IMPL")
    for name in FACTORIES:
        packet, _, overload = name.partition(".")
        operation = getattr(getattr(aten, packet), overload or "default")
        library.impl(name, functools.partial(_make, operation), "PrivateUse1")
    library.impl("_copy_from", _copy_from, "PrivateUse1")
    library.impl("_local_scalar_dense", lambda tensor: tensor._host.item(), "PrivateUse1")
    torch.serialization.register_package(0, lambda _storage: None, _restore)  # asked before torch's own
    with instead(_distributed_tensors()):
        AccelTensor(torch.zeros(())).detach()
    return library  # its kernels live as long as it does


def _distributed_tensors() -> types.ModuleType:
    """Stand in for a module that torch imports at the first call on any subclass, to see if it is its own.

    The real one takes up to two seconds. torch asks once and keeps the class, so distributed tensors no
    longer work in this process.
    """
    stand_in = types.ModuleType("torch.distributed.tensor")
    stand_in.DTensor = type("DTensor", (), {})
    return stand_in


@contextmanager
def accelerator() -> Iterator[torch.device]:
    """Give this machine an accelerator; without the block, the device is refused."""
    global present
    _register()
    swaps_by_itself = torch.__future__.get_swap_module_params_on_conversion()
    before, present = (present, torch.utils.swap_tensors), True
    torch.__future__.set_swap_module_params_on_conversion(True)  # Module.to keeps its parameters, as on CUDA
    torch.utils.swap_tensors = _swap_tensors
    try:
        # The engine's own thread for the device makes the interpreter abort when it exits.
        with torch.autograd.set_multithreading_enabled(False):
            yield torch.device(NAME, 0)
    finally:
        present, torch.utils.swap_tensors = before
        torch.__future__.set_swap_module_params_on_conversion(swaps_by_itself)


def _swap_tensors(first: torch.Tensor, second: torch.Tensor) -> None:
    """Swap between devices only: torch does it where nothing moves too, and then no graph may be there."""
    if isinstance(first, AccelTensor) == isinstance(second, AccelTensor):
        first.data = second.data
    else:
        torch_swaps_tensors(first, second)
