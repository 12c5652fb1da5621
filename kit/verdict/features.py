"""What is true of the inputs of a call: simple facts with a name, computed from arguments by the names of parameters.

A feature is a pair of sentences, one of which is true: ("H is odd", "H is even"). Features stand in the order in which
they are preferred where several say the same.
"""

import inspect
import math
from collections.abc import Iterator
from types import SimpleNamespace

from kit.learner.lazy_torch import is_tensor
from kit.verdict.inputs import PARTS, Inputs, is_int

LEAST = {"P": 0}  # the others begin with 1
MOST = 5  # a size is told from others up to this one
TO_COMPARE = (("H", "W"), ("KH", "KW"), ("SH", "SW"), ("PH", "PW"), ("C", "C_out"), ("N", "C"), ("C_out", "W_out"))
LARGE = (10**3, 10**6, 10**9)

Feature = tuple[str, str]  # what is said where it is true, and where it is not
Facts = dict[Feature, bool]
Told = Iterator[tuple[str, str, bool]]


def facts(inputs: Inputs) -> Facts:
    """Every feature that can be told of these inputs."""
    groups = (_of_sizes, _of_whole_numbers, _of_layers, _of_kinds, _of_two_sizes, _of_axes, _of_one_axis, _of_tensors)
    return {(yes, no): truth for group in groups for yes, no, truth in group(inputs)}


def _of_sizes(inputs: Inputs) -> Told:
    for letter, size in (inputs.sizes | _outputs(inputs)).items():
        yield from _of_size(letter, size, LEAST.get(letter[0], 1))


def _of_whole_numbers(inputs: Inputs) -> Told:
    for name, value in inputs.values.items():
        if is_int(value) and not (name in PARTS and inputs.sizes):
            yield from _of_size(name, value, 0 if name in ("padding", "steps") else 1)


def _of_size(name: str, size: int, least: int) -> Told:
    yield f"{name} is {least + 1} or more", f"{name} is {least}", size > least
    for k in range(least + 2, MOST + 1):
        yield f"{name} is {k} or more", f"{name} is less than {k}", size >= k
    yield f"{name} is odd", f"{name} is even", size % 2 == 1
    for k in (2, 3):
        yield f"{name} is {k}", f"{name} is not {k}", size == k


def _of_two_sizes(inputs: Inputs) -> Told:
    sizes = inputs.sizes | _outputs(inputs)
    for one, other in TO_COMPARE:
        if {one, other} <= sizes.keys():
            yield f"{one} and {other} differ", f"{one} is {other}", sizes[one] != sizes[other]
            yield _more(sizes, one, other)
            yield _more(sizes, other, one)
    if {"H_out", "W_out"} <= sizes.keys():
        yield "there are several windows", "there is one window", max(sizes["H_out"], sizes["W_out"]) > 1


def _outputs(inputs: Inputs) -> dict[str, int]:
    """H_out and W_out, where there is a kernel."""
    sizes = inputs.sizes
    if inputs.is_transposed:
        return {}
    axes = {axis: _axis(sizes, axis) for axis in "HW" if {axis, f"K{axis}"} <= sizes.keys()}
    return {f"{letter}_out": axis.rest // axis.stride + 1 for letter, axis in axes.items() if axis.stride > 0}


def _axis(sizes: dict[str, int], letter: str) -> SimpleNamespace:
    side, kernel = sizes[letter], sizes[f"K{letter}"]
    stride, padding = sizes.get(f"S{letter}", 1), sizes.get(f"P{letter}", 0)
    return SimpleNamespace(
        side=side, kernel=kernel, stride=stride, padding=padding, rest=side + 2 * padding - kernel
    )  # rest: how far the kernel can move


def _of_axes(inputs: Inputs) -> Told:
    """How image, kernel, stride and padding go together: by axis, and on one axis at least."""
    sizes = inputs.sizes
    told = {axis: _of_an_axis(sizes, axis) for axis in "HW" if axis in sizes and not inputs.is_transposed}
    for axis in told.values():
        yield from axis.values()
    for key in told.get("H", {}).keys() & told.get("W", {}).keys():
        (yes, no, truth), (yes_w, no_w, truth_w) = told["H"][key], told["W"][key]
        yield f"{yes}, or {yes_w}", f"{no}, and {no_w}", truth or truth_w
    if "SH" in sizes:
        more = [sizes[f"S{axis}"] > 1 for axis in "HW"]
        yield "stride is 2 or more on an axis", "stride is 1", any(more)
        yield "stride is 2 or more on both axes", "stride is 1 on an axis", all(more)
    if "PH" in sizes:
        more = [sizes[f"P{axis}"] > 0 for axis in "HW"]
        yield "there is padding", "there is no padding", any(more)
        yield "there is padding on both axes", "there is no padding on an axis", all(more)


def _of_an_axis(sizes: dict[str, int], letter: str) -> dict[str, tuple[str, str, bool]]:
    image, kernel, stride, padding = letter, f"K{letter}", f"S{letter}", f"P{letter}"
    told = {"padding, image": _at_least(sizes, padding, image), "padding, kernel": _at_least(sizes, padding, kernel)}
    if kernel in sizes:
        axis = _axis(sizes, letter)
        padded = f"{letter} + 2 P{letter}" if padding in sizes else letter
        told["whole"] = f"{kernel} is less than {padded}", f"{kernel} is {padded}", axis.rest > 0
        told["kernel, image"] = _more(sizes, kernel, image)
        if padding in sizes:
            half = 2 * axis.padding == axis.kernel
            told["half"] = f"{padding} is half of {kernel}", f"{padding} is not half of {kernel}", half
        told["stride, kernel"] = _more(sizes, stride, kernel)
        told["kernel, stride"] = _more(sizes, kernel, stride)
        if stride in sizes and axis.stride > 0:
            lines = {"H": "rows", "W": "columns"}[letter]
            rest = axis.rest % axis.stride
            told["rest"] = f"{lines} are left over", f"no {lines} are left over", rest > 0
            told["rests"] = f"2 or more {lines} are left over", f"less than 2 {lines} are left over", rest > 1
    elif sizes.get(stride, 0) > 0:
        is_over = sizes[image] % sizes[stride] > 0
        told["multiple"] = f"{image} is no multiple of {stride}", f"{image} is a multiple of {stride}", is_over
    told["stride, image"] = _more(sizes, stride, image)
    return {key: one for key, one in told.items() if one}


def _more(sizes: dict[str, int], one: str, other: str) -> tuple[str, str, bool] | None:
    if {one, other} <= sizes.keys():
        return f"{one} is larger than {other}", f"{one} is at most {other}", sizes[one] > sizes[other]
    return None


def _at_least(sizes: dict[str, int], one: str, other: str) -> tuple[str, str, bool] | None:
    if {one, other} <= sizes.keys():
        return f"{one} is {other} or more", f"{one} is less than {other}", sizes[one] >= sizes[other]
    return None


def _of_one_axis(inputs: Inputs) -> Told:
    """The same for sizes that are told of one axis only."""
    v = inputs.values
    if not all(is_int(v.get(name)) for name in ("n", "kernel_size", "stride", "padding")):
        return
    span = v.get("dilation", 1) * (v["kernel_size"] - 1) + 1
    rest = v["n"] + 2 * v["padding"] - span
    yield "kernel_size is larger than n", "kernel_size is at most n", v["kernel_size"] > v["n"]
    yield "the kernel spans less than the padded image", "the kernel spans the padded image", rest > 0
    yield "stride is larger than kernel_size", "stride is at most kernel_size", v["stride"] > v["kernel_size"]
    if v["stride"] > 0:
        yield "pixels are left over", "no pixels are left over", rest % v["stride"] > 0
        yield "the answer is 2 or more", "the answer is 1", rest >= v["stride"]


def _of_layers(inputs: Inputs) -> Told:
    layers = inputs.values.get("layers")
    if not isinstance(layers, list | tuple):
        return
    if not all(isinstance(each, tuple | list) and len(each) == 3 and all(map(is_int, each)) for each in layers):
        return
    yield from _of_size("len(layers)", len(layers), 0)
    kernel_sizes, strides, paddings = zip(*layers, strict=True) if layers else ((), (), ())
    yield from _of_several("kernel_size", kernel_sizes, 1)
    yield "a kernel_size is even", "every kernel_size is odd", any(k % 2 == 0 for k in kernel_sizes)
    yield from _of_several("stride", strides, 1)
    for k in (2, 3):
        but_last = any(stride >= k for stride in strides[:-1])
        yield f"a stride before the last is {k} or more", f"no stride before the last is {k} or more", but_last
    yield from _of_several("padding", paddings, 0)
    larger = any(stride > kernel_size for kernel_size, stride, _ in layers)
    yield "a stride is larger than its kernel_size", "no stride is larger than its kernel_size", larger


def _of_several(name: str, numbers: tuple[int, ...], least: int) -> Told:
    yield f"a {name} is {least + 1} or more", f"every {name} is {least}", any(n > least for n in numbers)
    yield (
        f"a {name} is {least + 2} or more",
        f"every {name} is less than {least + 2}",
        any(n > least + 1 for n in numbers),
    )


def _of_kinds(inputs: Inputs) -> Told:
    """How an argument is given: as an int or a pair, as None, or not at all."""
    for name, value in inputs.values.items():
        if name in PARTS and inputs.sizes:
            yield f"{name} is a pair", f"{name} is no pair", isinstance(value, tuple | list)
        if name in ("bias", "stride"):
            yield f"{name} is None", f"{name} is not None", value is None
        if isinstance(value, bool):
            yield f"{name} is True", f"{name} is False", value
    for name, parameter in inputs.bound.signature.parameters.items():
        if parameter.default is not inspect.Parameter.empty:
            yield f"{name} is given", f"{name} is not given", name in inputs.bound.arguments


def _of_tensors(inputs: Inputs) -> Told:
    """Layout, dtype and values of each tensor."""
    tensors = {name: value for name, value in inputs.values.items() if is_tensor(value)}
    for name, tensor in tensors.items():
        dense = tensor.is_contiguous()
        yield f"{name} is not contiguous in memory", f"{name} is contiguous in memory", not dense
        begins = f"{name} is at the beginning of its memory"
        yield f"{name} lies behind other numbers in memory", begins, tensor.storage_offset() > 0
        yield from _of_dtype(name, tensor)
        yield from _of_numbers(name, tensor)
    if len(tensors) > 1:
        (one, first), (other, second) = [*tensors.items()][:2]
        both = f"{one} and {other}"
        yield f"{both} have different dtypes", f"{both} have one dtype", first.dtype != second.dtype


def _of_dtype(name: str, tensor: object) -> Told:
    yield f"{name} has floats", f"{name} has whole numbers", tensor.is_floating_point()
    for dtype in ("bfloat16", "float32", "float64", "uint8"):
        yield f"{name} is {dtype}", f"{name} is not {dtype}", str(tensor.dtype) == f"torch.{dtype}"


def _of_numbers(name: str, tensor: object) -> Told:
    if tensor.is_complex() or not tensor.numel():
        return
    numbers = tensor.double()
    least, most = float(numbers.min()), float(numbers.max())  # both nan if one number is
    yield f"{name} holds nan", f"{name} holds no nan", math.isnan(least)
    yield f"{name} holds inf", f"{name} holds no inf", bool(numbers.isinf().any())
    yield f"{name} holds a number below 0", f"{name} holds no number below 0", least < 0
    yield f"{name} holds a number above 0", f"{name} holds no number above 0", most > 0
    yield f"{name} holds a 0", f"{name} holds no 0", not bool(numbers.all())
    twice = numbers.unique().numel() < numbers.numel()
    yield f"{name} holds a number twice", f"all numbers of {name} differ", twice
    for k in LARGE:
        yield f"{name} holds a number beyond {k}", f"{name} holds no number beyond {k}", max(-least, most) > k
