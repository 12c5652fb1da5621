"""Which picture belongs to a failure, and its data."""

from kit.learner.call import RecordedCall
from kit.see import kernels, network, parameters, saving, sizes, statistics, training, validation
from kit.see.failure import Seen
from kit.verdict.diagnosis import agree


def picture_of(seen: Seen) -> dict | None:
    """The picture that belongs to this function; None where got and want side by side say what there is."""
    return picture_of_other(seen) or picture_of_asked(seen)


def picture_of_other(seen: Seen) -> dict | None:
    """The picture of the call that was made for it alone."""
    if not answered(seen.other, seen.other_right):
        return None
    draw = {
        "layers_told": network.network_picture,
        "validated": validation.validation_picture,
        "saved": saving.saving_picture,
    }.get(seen.other.header.get("probe"))
    if draw:
        return draw(seen.other.value, seen.other_right.value)
    function, right = seen.other.header.get("function", ""), seen.other_right
    if agree(right, seen.other):
        return None
    if function == "channel_statistics":
        return statistics.statistics_picture(seen.other.args[0], seen.other.value, right.value)
    if function in parameters.NAMES:
        return parameters.parameters_picture(function, seen.other.args, {}, seen.other.value, right.value)
    return None


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
    if "probe" in asked.header:
        return training.training_picture({**asked.kwargs}.get("state"), asked.value, right.value)
    return window_of(seen) if seen.check.exercise.tensors else None


def window_of(seen: Seen) -> dict | None:
    """A window that slides, with the same call in other numbers where there is one."""
    from kit.see import window

    asked, other = seen.asked, seen.other
    if not window.is_one(asked.header):
        return None
    function = asked.header["function"]
    picture = window.window_picture(function, asked.args, asked.kwargs, asked.value, seen.right.value)
    if picture and answered(other, seen.other_right):
        picture["yours"] = window.yours(function, other.args, other.kwargs, other.value)
        clear = window.window_picture(function, other.args, other.kwargs, other.value, seen.other_right.value)
        picture["other"] = clear and {**clear, "yours": picture["yours"]}
    return picture


def answered(*calls: RecordedCall | None) -> bool:
    """Whether all of these calls were made and answered."""
    return all(call is not None and not (call.account or call.changed) for call in calls)
