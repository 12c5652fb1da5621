"""Which picture belongs to a failure, and its data."""

from collections.abc import Callable

from kit.learner.call import RecordedCall
from kit.see import (
    counting,
    dropping,
    edges,
    exposing,
    kernels,
    learning,
    loader,
    loading,
    machines,
    network,
    norm,
    normalizing,
    parameters,
    predicting,
    saving,
    sizes,
    statistics,
    training,
    validation,
)
from kit.see.failure import Seen
from kit.verdict.diagnosis import agree

Pairs = list[tuple[RecordedCall, RecordedCall]]  # your call and the right one


def picture_of(seen: Seen) -> dict | None:
    """The picture that belongs to this function; None where got and want side by side say what there is."""
    if seen.check.exercise.free:
        calls = seen.check.calls
        return exposing.exposing_picture(seen.check.function, calls[-1].value) if calls else None
    return picture_of_others(seen) or picture_of_asked(seen)


def picture_of_others(seen: Seen) -> dict | None:
    """The picture of the calls that were made for it alone."""
    if not seen.others:
        return None
    draw_all = {
        "learn_kernel": of_learning,
        "make_loader": of_loader,
        "load_weights": of_loading,
        "count_parameters": of_counting,
        "pick_device": of_machines,
        "BatchNorm2d": norm.norm_picture,
        "Dropout": of_dropping,
        "normalize": of_normalizing,
    }.get(seen.check.function)
    if draw_all:
        return draw_all([*seen.others])
    return picture_of_other(*seen.others[0])


def picture_of_other(other: RecordedCall, right: RecordedCall) -> dict | None:
    """The picture of the one call that was made for it."""
    if not answered(other, right):
        return None
    draw = {
        "layers_told": network.network_picture,
        "validated": validation.validation_picture,
        "saved": saving.saving_picture,
    }.get(other.header.get("probe"))
    if draw:
        return draw(other.value, right.value)
    function = other.header.get("function", "")
    if agree(right, other):
        return None
    if function == "channel_statistics":
        return statistics.statistics_picture(other.args[0], other.value, right.value)
    if function in parameters.NAMES:
        return parameters.parameters_picture(function, other.args, {}, other.value, right.value)
    return None


def of_learning(pairs: Pairs) -> dict | None:
    """A kernel step by step."""
    return learning.learning_picture(pairs) if all(answered(*pair) for pair in pairs) else None


def of_loader(pairs: Pairs) -> dict | None:
    """The first epochs in which something is the matter."""
    return first_of(pairs, lambda asked, right: loader.loader_picture(*asked.args[:3], asked.value, right.value))


def of_loading(pairs: Pairs) -> dict | None:
    """The first file with which something is the matter."""
    return next(filter(None, (loading.loading_picture(*pair) for pair in pairs)), None)


def of_counting(pairs: Pairs) -> dict | None:
    """A network's tensors, which only the right side is believed."""
    if len(pairs) < 2 or not answered(pairs[0][0], pairs[0][1], pairs[1][1]):
        return None
    (got, want), (_, told) = pairs
    return counting.counting_picture(got.args[0], got.value, want.value, told.value)


def of_machines(pairs: Pairs) -> dict | None:
    """Four machines, on some of which there may be no answer."""
    return machines.machines_picture(pairs) if all(answered(right) for _, right in pairs) else None


def of_dropping(pairs: Pairs) -> dict | None:
    """Some calls of a dropout."""
    ((asked, right),) = pairs
    arguments, shape, mode = asked.args
    if not answered(asked, right):
        return None
    return dropping.dropping_picture(arguments["p"], shape, mode, asked.value, right.value)


def of_normalizing(pairs: Pairs) -> dict | None:
    """The first images that were normalised otherwise."""
    draw = normalizing.normalizing_picture
    return first_of(pairs, lambda asked, right: draw(asked.args[0], asked.value, right.value))


def first_of(pairs: Pairs, draw: Callable[[RecordedCall, RecordedCall], dict | None]) -> dict | None:
    """The first picture that there is of calls that were answered."""
    return next(filter(None, (draw(*pair) for pair in pairs if answered(*pair))), None)


def picture_of_asked(seen: Seen) -> dict | None:
    """The picture of the call that failed."""
    asked, right = seen.asked, seen.right
    if asked is None or right.account or right.changed:
        return None
    function, arguments = asked.header.get("function", ""), (asked.args, asked.kwargs)
    if function in sizes.NAMES:
        return sizes.size_picture(function, *arguments, asked.value, right.value)
    if function in parameters.NAMES:
        return parameters.parameters_picture(function, *arguments, asked.value, right.value)
    if function in kernels.NAMES:
        return kernels.kernel_picture(asked.value, right.value)
    if function == "edge_strength" and answered(asked) and asked.args:
        return edges.edges_picture(asked.args[0], asked.value, right.value)
    if function == "predict" and answered(asked):
        return predicting.predicting_picture(asked.args[0], asked.value, right.value)
    if "probe" in asked.header:
        return training.training_picture({**asked.kwargs}.get("state"), asked.value, right.value)
    return window_of(seen) if seen.check.exercise.tensors else None


def window_of(seen: Seen) -> dict | None:
    """A window that slides, with the same call in other numbers where there is one."""
    from kit.see import window

    asked = seen.asked
    if not window.is_one(asked.header):
        return None
    function = asked.header["function"]
    picture = window.window_picture(function, asked.args, asked.kwargs, asked.value, seen.right.value)
    if picture and seen.others and answered(*seen.others[0]):
        other, right = seen.others[0]
        picture["yours"] = window.yours(function, other.args, other.kwargs, other.value)
        clear = window.window_picture(function, other.args, other.kwargs, other.value, right.value)
        picture["other"] = clear and {**clear, "yours": picture["yours"]}
    return picture


def answered(*calls: RecordedCall | None) -> bool:
    """Whether all of these calls were made and answered."""
    return all(call is not None and not (call.account or call.changed) for call in calls)
