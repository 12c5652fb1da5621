"""What a call costs that is made twice, and how long it takes beside PyTorch's own."""

import itertools
import time

import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from probes.gradients import gradients
from probes.hidden import hide

__all__ = ["gradients"]

MOST_SECONDS = 0.5  # for a call that is timed
MOST_MORE = 8  # calls for the larger image; one in each row of it would be more


def torch_calls(module, function, small, large):
    """How many of PyTorch's operations a call takes on a small image and on a large one."""
    counts = [counted(getattr(module, function), arguments) for arguments in (small, large)]
    return {"grows": counts[1] > counts[0] + MOST_MORE, "small": counts[0], "large": counts[1]}


def counted(function, arguments):
    """How many of PyTorch's operations a call takes."""
    calls = itertools.count()

    def see(_mode, operation, _types, args=(), kwargs=None):
        next(calls)
        return operation(*args, **(kwargs or {}))

    with type("Counting", (TorchDispatchMode,), {"__torch_dispatch__": hide(see)})():
        function(**arguments)
    return next(calls)


def speed(module, function):
    """How many times as long a convolution of the learner's takes as PyTorch's, on as many images as take no time."""
    weight = torch.randn(32, 32, 3, 3)
    for images in (1, 8, 64):
        call = torch.randn(images, 32, 32, 32), weight, None, 1, 1
        own = shortest(getattr(module, function), call)
        pytorch = shortest(F.conv2d, call)
        if own * 8 > MOST_SECONDS:
            break
    return {"ratio": own / pytorch, "images": images}


def shortest(function, call):
    """The seconds of the fastest of three calls: the first one takes longer."""
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        function(*call)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def paste(function, small, large):
    """The call with the large image."""
    from kit.learner.call import Call  # here, since learners' processes have no use for them
    from kit.verdict.values import show_call

    return show_call(Call(function, (), tuple(large.items())))


torch_calls.paste = paste
speed.allows_all = True  # it calls PyTorch's convolution too
