"""Tensors that say they are on the accelerator, and their bytes."""

import functools
from collections import OrderedDict
from collections.abc import Callable

import torch

from kit.learner.accelerator.mixing import refuse_mixed
from kit.learner.accelerator.words import NAME, NO_NUMPY


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
            refuse_mixed(func, args, kwargs, cls)
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
        return mark(self._host.untyped_storage())


class AccelStorage(torch.UntypedStorage):
    """The bytes of a tensor, marked as the accelerator's."""

    @property
    def device(self) -> torch.device:
        """Where torch.save says that it was."""
        return torch.device(NAME, 0)

    def clone(self) -> torch.UntypedStorage:
        """Copy without asking the device for memory, which ends in a segmentation fault."""
        return torch.UntypedStorage(self.nbytes()).copy_(self)


def mark(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """Say of these bytes that they are the accelerator's."""
    storage.__class__ = AccelStorage  # torch keeps one Python object for each storage, so the mark stays
    return storage


def host_of(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor in host memory that has the values."""
    return tensor._host if isinstance(tensor, AccelTensor) else tensor


def _map(function: Callable, tree):
    """Apply a function to every tensor in lists and tuples."""
    if isinstance(tree, torch.Tensor):
        return function(tree)
    if isinstance(tree, (list, tuple)):
        return type(tree)([_map(function, part) for part in tree])
    return tree


def _to_host(known: dict, tensor: torch.Tensor) -> torch.Tensor:
    host = host_of(tensor)
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
