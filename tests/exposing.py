"""What ex18 asks of an input: is it one, how large is it, and does it tell a wrong function from the right one?

A learner's code has no part in this. Its answer is data, which is looked at before both functions get copies of it.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import torch

from assertions import fail_unless, kind_of
from kit.course.manifest import ROOT
from kit.learner.call import Call
from kit.learner.lazy_torch import is_tensor
from kit.verdict.values import show_value

MOST_AT_ALL = 100  # numbers of an input that is tried; Python's loops would take long over more of them
LARGEST = 99  # whole number among the arguments
INT = ()  # a parameter that is no tensor has no sides
SHORT = 150  # characters of a call that a card has room for
SMALLER = "there is a smaller input that shows the slip"


@dataclass(frozen=True)
class Pair:
    """Two functions of kit/pairs.py, and what is said of an input on which they agree."""

    number: int
    parameters: dict[str, tuple[str, ...]]  # by name, with the sides of those that are tensors
    most: int  # numbers in the tensors, or the largest n
    why: Callable[..., str]  # they agree, said of the arguments
    is_list: bool = False  # of calls, made one after the other

    @property
    def wanted(self) -> str:
        """The arguments of a call as a tuple."""
        return f"({', '.join(self.parameters)}{',' if len(self.parameters) == 1 else ''})"


def calls_of(pair, answer):
    """The arguments of each call by name; fails if the answer is no input."""
    if not pair.is_list:
        return [arguments_of(pair, answer, "the answer")]
    listed = f"the answer is {kind_of(answer)}, want a list of calls, each a tuple: {pair.wanted}"
    fail_unless(isinstance(answer, list | tuple), listed)
    fail_unless(answer, "the answer is a list without a call")
    return [arguments_of(pair, call, f"call {i + 1} of {len(answer)}") for i, call in enumerate(answer)]


def arguments_of(pair, call, what):
    names = ", ".join(pair.parameters)
    if isinstance(call, dict):
        fail_unless(call.keys() == pair.parameters.keys(), f"{what} has the names {list(call)}, want {names}")
        arguments = {name: call[name] for name in pair.parameters}
    else:
        fail_unless(isinstance(call, tuple | list), f"{what} is {kind_of(call)}, want a tuple: {pair.wanted}")
        count = f"{what} has {len(call)} part{'s' * (len(call) != 1)}, want {len(pair.parameters)}: {names}"
        fail_unless(len(call) == len(pair.parameters), count)
        arguments = dict(zip(pair.parameters, call, strict=True))
    for name, value in arguments.items():
        look = assert_is_image if pair.parameters[name] else assert_is_int
        look(name, value, pair.parameters[name])
    return arguments


def assert_is_image(name, value, sides):
    fail_unless(is_tensor(value), f"{name} is {kind_of(value)}, want a Tensor")
    shape = f"the shape of {name} is {tuple(value.shape)}, want ({', '.join(sides)})"
    fail_unless(value.dim() == len(sides), shape)
    fail_unless(value.numel(), f"{name} has no numbers: its shape is {tuple(value.shape)}")
    fail_unless(not value.is_complex(), f"{name} has complex numbers, want real ones")


def assert_is_int(name, value, _):
    fail_unless(type(value) is int, f"{name} is {kind_of(value)}, want int")
    fail_unless(abs(value) <= LARGEST, f"{name} is not from -{LARGEST} to {LARGEST}")


def assert_is_small(pair, answer, most=None):
    """No more numbers than the docstring allows."""
    calls, most = calls_of(pair, answer), most or pair.most
    count = size_of(calls)
    if "n" in pair.parameters:
        fail_unless(count <= most, f"n is {count}; at most {pair.most} is allowed", SMALLER)
    else:
        number, allowed = "number" if count == 1 else "numbers", "is" if pair.most == 1 else "are"
        fail_unless(count <= most, f"{count} {number}; at most {pair.most} {allowed} allowed", SMALLER)


def size_of(calls):
    """How many numbers there are in all tensors; n where there is none."""
    values = [value for call in calls for value in call.values()]
    return sum(value.numel() for value in values if is_tensor(value)) or values[0]


def assert_tells_apart(pair, answer, learner):
    """The right function takes the input, and the wrong one gives something else."""
    assert_is_small(pair, answer, MOST_AT_ALL)
    calls = calls_of(pair, answer)
    show_on_card(pair, calls, learner)
    right = [assert_counts(*each) for each in outcomes(pair, "right", calls)]
    wrong = outcomes(pair, "wrong", calls)
    if all(error is None and is_alike(got, want) for (got, error), want in zip(wrong, right, strict=True)):
        because = pair.why(calls) if pair.is_list else pair.why(**calls[0])
        fail_unless(False, f"both give {', then '.join(map(in_short, right))}", f"no slip shows here: {because}")


def in_short(value):
    """A value to be read, where nobody pastes it."""
    numbers = value.tolist() if is_tensor(value) else value
    text = shown_list(numbers)
    return text if len(text) <= SHORT // 2 else f"{text[: SHORT // 2]} …"


def shown_list(value):
    return f"[{', '.join(map(shown_list, value))}]" if isinstance(value, list) else f"{value:.4g}"


def show_on_card(pair, calls, learner):
    """The card has the call that was made of the answer, unless it is too long to be read."""
    shown = [f"pairs.wrong_{pair.number}({', '.join(map(show_value, call.values()))})" for call in calls]
    text = f"[{', '.join(shown)}]" if pair.is_list else shown[0]
    if len(text) <= SHORT and "<tensor of" not in text:
        learner.last_call = Call(f"expose_{pair.number}", (text,), paste=str)


def outcomes(pair, which, calls):
    """What comes of the calls: value and exception of each. What a function may keep is new for each input."""
    spec = importlib.util.spec_from_file_location("fresh_pairs", ROOT / "kit" / "pairs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function, found = getattr(module, f"{which}_{pair.number}"), []
    for call in calls:
        copies = [value.detach().clone() if is_tensor(value) else value for value in call.values()]
        try:
            found.append((function(*copies), None))
        except Exception as error:  # which ones, the input decides
            found.append((None, error))
    return found


def assert_counts(value, error):
    """The right function's answer, which must be one, and finite."""
    fail_unless(error is None, f"the right one refuses it: {error}")
    finite = not is_tensor(value) or bool(value.isfinite().all())
    fail_unless(
        finite, f"the right one gives {in_short(value)}", "an input that leads to nan or infinity does not count"
    )
    return value


def is_alike(got, want):
    """Whether two answers have the same shape, dtype and numbers, up to rounding."""
    if not is_tensor(want):
        return got == want
    if got.shape != want.shape or got.dtype != want.dtype:
        return False
    return bool(torch.isclose(got.double(), want.double(), rtol=1e-5, atol=0).all())


def why_1(image, kernel):
    kh, kw = kernel.shape
    if kh == kw:
        return f"the kernel is {kh} x {kw}, as high as it is wide"
    return "the kernel is wider than it is high, but its last products add up to 0: try other numbers"


def why_2(n, kernel_size, stride):
    steps, rest = divmod(n - kernel_size, stride)
    shown = f"({n} - {kernel_size}) / {stride} is {(n - kernel_size) / stride:.3g}"
    if not rest:
        return f"{shown}, a whole number"
    return f"{shown}, which both make {steps}"


def why_3(image, padding):
    if padding:
        return f"with a padding of {padding} the image lies inside of a border"
    return "the image is zero, and so is what it is laid upon"


def why_4(images):
    if len(images) == 1:
        return "the batch has a single image"
    return "all images have the same mean"


def why_5(image):
    if image.is_floating_point():
        return f"numbers of {image.dtype} can be negative, and large"
    return f"each difference is a number that {image.dtype} has"


def why_6(image, kernel_size, padding):
    if not padding:
        return "nothing is padded"
    return "in each window with padding some pixel is 0 or more"


def why_7(calls):
    if len(calls) == 1:
        return "there is a single call"
    if len({call["image"].shape for call in calls}) == len(calls):
        return "each image has a shape of its own"
    return "images of one shape are equally bright"


def why_8(image):
    if len(image) == 1:
        return "the image has a single row"
    return "in no column the last row is brighter than the first"


GREY = ("H", "W")
PAIRS = {
    pair.number: pair
    for pair in (
        Pair(1, {"image": GREY, "kernel": ("KH", "KW")}, 4, why_1),
        Pair(2, {"n": INT, "kernel_size": INT, "stride": INT}, 3, why_2),
        Pair(3, {"image": GREY, "padding": INT}, 1, why_3),
        Pair(4, {"images": ("N", "C", "H", "W")}, 2, why_4),
        Pair(5, {"image": GREY}, 2, why_5),
        Pair(6, {"image": GREY, "kernel_size": INT, "padding": INT}, 1, why_6),
        Pair(7, {"image": GREY}, 2, why_7, is_list=True),
        Pair(8, {"image": GREY}, 2, why_8),
    )
}
