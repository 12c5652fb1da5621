"""Where an exercise forbids NumPy there is none in the process: torch needs it in C only, and has loaded that."""

import sys
from collections.abc import Callable
from types import ModuleType

import torch

NAME = "numpy"
WITH_FUNCTIONS = (  # modules that hold what computes, or lead there
    *("numpy", "numpy.lib", "numpy.linalg", "numpy.fft", "numpy._core", "numpy._core.multiarray", "numpy._core.umath"),
    *("numpy._core._multiarray_umath", "numpy._core.numeric", "numpy._core.fromnumeric", "numpy._core.einsumfunc"),
    *("numpy._core.shape_base", "numpy.lib._stride_tricks_impl", "numpy.lib._function_base_impl"),
    *("numpy.lib._arraypad_impl", "numpy.lib._shape_base_impl"),
)
ABSTRACT = ("number", "integer", "floating")  # isinstance(stride, int | np.integer) computes nothing


class NoNumpy(ModuleType):
    """Stands for NumPy: it can be imported, as many files do out of habit, and nothing that computes can be used."""

    def __init__(self, types: dict[str, type], refuse: Callable[[str], None]):
        super().__init__(NAME)
        self.__dict__.update(types, __path__=[])
        self.refuse = refuse

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # Python asks every module for such names
            raise AttributeError(name)
        return self.refuse(f"using NumPy's {name}")


def take_numpy_away(refuse: Callable[[str], None]) -> None:
    """Empty NumPy's modules, which others may still hold, and have `refuse` called for what is looked up in it."""
    torch.tensor([0]).numpy()  # loads what torch has of it
    for name in ("numpy", "__array__"):
        setattr(torch.Tensor, name, lambda *_, name=name, **__: refuse(f"calling PyTorch's Tensor.{name}"))
    types = {name: getattr(sys.modules[NAME], name) for name in ABSTRACT} if NAME in sys.modules else {}
    for name in WITH_FUNCTIONS:
        if module := sys.modules.get(name):
            vars(module).clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]
    sys.modules[NAME] = NoNumpy(types, refuse)
