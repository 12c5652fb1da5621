"""What a call costs that is made twice, and how long it takes beside PyTorch's own."""

from kit.learner.cost import Counting
from probes.gradients import gradients

__all__ = ["gradients"]

MOST_MORE = 8  # calls for the larger image; one in each row of it would be more


def torch_calls(module, function, small, large):
    """How many of PyTorch's operations a call takes on a small image and on a large one."""
    counts = []
    for arguments in (small, large):
        with Counting() as counting:
            getattr(module, function)(**arguments)
        counts.append(counting.calls)
    return {"grows": counts[1] > counts[0] + MOST_MORE, "small": counts[0], "large": counts[1]}


def paste(function, small, large):
    """The call with the large image."""
    from kit.learner.call import Call  # here, since learners' processes have no use for them
    from kit.verdict.values import show_call

    return show_call(Call(function, (), tuple(large.items())))


torch_calls.paste = paste
