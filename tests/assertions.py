"""What must hold, and the sentence said when it does not. The simplest fact is checked first."""

from kit.learner.call import LearnerError, WrongAnswerError
from kit.learner.lazy_torch import is_tensor
from kit.learner.protocol import Foreign
from kit.verdict.values import show_value


def assert_same(got, want, because=""):
    """The same type, shape, dtype and values, exactly; `because` is a sentence for the learner."""
    if is_tensor(want):
        assert_same_kind(got, want, because)
        report_differences(got, want, (got != want) & ~(got.isnan() & want.isnan()), because)
    else:
        assert_same_type(got, want, because)
        fail_unless(got == want, "the answer differs", because, (got, want))


def assert_close(got, want, scale=1.0, because=""):
    """As assert_same, but values may differ by rounding: 16 units in the last place of `scale`, or of the value."""
    import torch  # here, since an exercise without tensors is judged without it

    assert_same_kind(got, want, because)
    allowed = 16 * torch.finfo(want.dtype).eps * torch.clamp(want.abs(), min=scale)
    report_differences(got, want, ~((got - want).abs() <= allowed), because)


def assert_same_kind(got, want, because=""):
    """A plain Tensor of the wanted shape and dtype."""
    fail_unless(is_tensor(got), f"the answer is {kind_of(got)}, want a Tensor", because)
    shapes = f"the shape is {tuple(got.shape)}, want {tuple(want.shape)}"
    fail_unless(got.shape == want.shape, shapes, because, (got, want))
    fail_unless(got.dtype == want.dtype, f"the dtype is {got.dtype}, want {want.dtype}", because)


def assert_same_type(got, want, because=""):
    """The same plain type; an int is no float and a bool is no int."""
    fail_unless(type(got) is type(want), f"the answer is {kind_of(got)}, want {kind_of(want)}", because)


def assert_same_gradients(got, want, because, compare=assert_same):
    """Gradients by the name of what they belong to: each arrives, and is right."""
    for name, gradient in want.items():
        if gradient is not None:
            fail_unless(got[name] is not None, f"no gradient arrives at {name}", "it was cut off by a copy or item")
        compare(got[name], gradient, because=f"this is the gradient of {name}; {because}")


def assert_same_parts(got, want, because="", compare=assert_same):
    """A tuple of answers, or a list, in the order of `want`, which has their names."""
    fail_unless(isinstance(got, tuple | list), f"the answer is {kind_of(got)}, want a tuple: {', '.join(want)}")
    fail_unless(len(got) == len(want), f"the answer has {len(got)} parts, want {len(want)}: {', '.join(want)}")
    for part, (name, wanted) in zip(got, want.items(), strict=True):
        try:
            compare(part, wanted, because=because)
        except WrongAnswerError as error:
            raise WrongAnswerError(f"{name}: {error.what}", error.because, error.values) from None


def assert_raises(kind, work, *numbers, because="what does not fit must raise"):
    """The learner's code raises `kind`, and its message holds the numbers."""
    try:
        answer = work()
    except LearnerError as error:
        types, message = error.account.types, error.account.message
    except kind as error:  # with --in-process
        types, message = (kind.__name__,), str(error)
    else:
        raise WrongAnswerError(f"want {kind.__name__}, got {show_value(answer)}", because)
    fail_unless(kind.__name__ in types, f"raised {types[0]}, want {kind.__name__}: {message}")
    missing = [str(number) for number in numbers if str(number) not in message]
    fail_unless(not missing, f"the message {message!r} does not name {', '.join(missing)}")


def assert_moved(stayed, device):
    """Nothing was left on another device; `stayed` says what was, and where."""
    for thing, where in stayed.items():
        what = f"the {thing} {'is' if thing == 'model' else 'are'} still on {where}, want {device}"
        because = "images, labels and model must all be on the device"
        fail_unless(False, what, f"{because}; accel is the kit's pretend GPU" if device == "accel" else because)


def fail_unless(holds, what, because="", values=None):
    """Raise an error that says what is the case, why it matters, and which two values (got, want) were compared.

    Why it matters may be a function, which is asked only if it does.
    """
    if not holds:
        raise WrongAnswerError(what, because() if callable(because) else because, values)


def report_differences(got, want, different, because=""):
    """Say where two tensors of one shape differ first, and how often."""
    count = (
        f"{int(different.sum())} of {different.numel()} numbers differ" if want.numel() > 1 else "the number differs"
    )
    fail_unless(not different.any(), count, because, (got, want))


def kind_of(value):
    """The type of a value in words."""
    return value.type_name if isinstance(value, Foreign) else type(value).__name__
