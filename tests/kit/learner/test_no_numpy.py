"""Where NumPy is forbidden nothing of it computes, however a learner's code comes upon it; torch works as before."""

import pytest
import torch

from kit.learner.call import LearnerError, NoAnswer

USING = {
    "np.array(x.tolist())": "using NumPy's array",
    "np.asarray(x)": "using NumPy's asarray",
    "np.lib.stride_tricks.sliding_window_view(x.tolist(), (2, 2))": "using NumPy's lib",
    "getattr(__import__('numpy'), 'convolve')([1], [1])": "using NumPy's convolve",
    "__import__('numpy.linalg').linalg.norm([1])": "importing numpy",
    "importlib.reload(np)": "using NumPy's",
    "x.numpy()": "calling PyTorch's Tensor.numpy",
    "np.linalg.norm([1])": "using NumPy's linalg",
}
OTHERWISE = [  # what was loaded before, and is still held by somebody
    "torch.storage.np.convolve([1], [1])",
    "held('numpy').convolve([1], [1])",
    "importlib.import_module('numpy._core.multiarray').correlate([1.0], [1.0])",
    "held('numpy._core.multiarray').correlate([1.0], [1.0])",
    "held('numpy.lib._stride_tricks_impl').sliding_window_view([1, 2], 2)",
]
CODE = """
import gc, importlib, sys, torch, weakref, numpy as np
def held(name):
    gc.unfreeze()
    objects = weakref.finalize(held, gc.get_objects)()  # in the name of a library, which may look
    return [each for each in objects if type(each) is type(sys) and each.__name__ == name][0]
def f(x): return {}
"""


@pytest.mark.parametrize(
    ("expression", "starter"), [*((each, "forked") for each in USING), (next(iter(USING)), "fresh")]
)
def test_whatever_is_used_of_it_is_named(make_learner, expression, starter):
    with pytest.raises(NoAnswer) as caught:
        make_learner(CODE.format(expression), forbidden=["numpy"], starter=starter).f(torch.ones(4, 4))
    assert caught.value.account.word == "not allowed"
    assert caught.value.account.message.startswith(USING[expression])


@pytest.mark.parametrize("expression", OTHERWISE)
def test_what_others_still_hold_of_it_is_empty(make_learner, expression):
    with pytest.raises((LearnerError, NoAnswer)):
        make_learner(CODE.format(expression), forbidden=["numpy"]).f(torch.ones(4, 4))
    make_learner(CODE.format(expression)).f(torch.ones(4, 4))


def test_a_name_taken_from_it_at_the_top_is_not_allowed(make_learner):
    with pytest.raises(NoAnswer) as caught:
        make_learner("from numpy import convolve\ndef f(): return 1", forbidden=["numpy"]).f()
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", "using NumPy's convolve")


HONEST = [
    "torch.tensor(x.tolist())",
    "torch.stack([row for row in x]).flip(0)",
    "torch.frombuffer(bytearray(8), dtype=torch.float64) + x.sum()",
    "torch.vmap(lambda row: row * 2)(x)",
    "[str(x), repr(x.half())]",
    "torch.as_strided(x, (3, 3, 2, 2), (4, 1, 4, 1)).sum((2, 3))",
    "x.unfold(0, 2, 1)",
    "isinstance(3, int | np.integer) and not isinstance(x, np.number | np.floating)",
]


@pytest.mark.parametrize("expression", HONEST)
def test_torch_needs_nothing_of_it_and_a_mere_import_is_no_use(make_learner, expression):
    want = make_learner(CODE.format(expression)).f(torch.ones(4, 4))
    got = make_learner(CODE.format(expression), forbidden=["numpy"]).f(torch.ones(4, 4))
    assert torch.equal(got, want) if torch.is_tensor(want) else got == want
