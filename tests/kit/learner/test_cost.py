"""What a call costs is counted below every spelling, and counting leaves nothing behind."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from kit.course.manifest import find
from kit.learner.call import Account, RecordedCall
from kit.learner.cost import Counting
from kit.learner.workers import Limits
from kit.verdict.cost_line import counted, in_words, largest_call
from kit.verdict.record import Check, Record

N, C, H, W, O, KH, KW = 2, 3, 8, 9, 4, 2, 3
H_OUT, W_OUT = H - KH + 1, W - KW + 1
ALL = N * O * H_OUT * W_OUT * C * KH * KW  # multiply-adds of the convolution, whoever makes it
INPUT, WEIGHT = torch.ones(N, C, H, W), torch.ones(O, C, KH, KW)


def cost(work):
    """Multiply-adds and numbers read."""
    with Counting() as counting:
        work()
    return counting.multiply_adds, counting.numbers_read


def windows():
    return INPUT.unfold(2, KH, 1).unfold(3, KW, 1)  # (N, C, H_OUT, W_OUT, KH, KW)


def by_hand():
    answer = torch.zeros(N, O, H_OUT, W_OUT)
    for n, o, i, j in torch.cartesian_prod(*map(torch.arange, answer.shape)).tolist():
        answer[n, o, i, j] = (INPUT[n, :, i : i + KH, j : j + KW] * WEIGHT[o]).sum()
    return answer


def by_bmm():
    columns = windows().permute(0, 2, 3, 1, 4, 5).reshape(N, H_OUT * W_OUT, -1)
    return columns.bmm(WEIGHT.flatten(1).T.expand(N, -1, -1))


SPELLINGS = {
    "conv2d": lambda: F.conv2d(INPUT, WEIGHT),
    "loops": by_hand,
    "einsum": lambda: torch.einsum("nchwij,ocij->nohw", windows(), WEIGHT),
    "tensordot": lambda: torch.tensordot(windows(), WEIGHT, ([1, 4, 5], [1, 2, 3])),
    "bmm": by_bmm,
    "products of all": lambda: (windows()[:, None] * WEIGHT[:, :, None, None]).sum((2, 5, 6)),
    "a module": lambda: nn.Conv2d(C, O, (KH, KW))(INPUT),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_convolution_costs_the_same_products_in_every_spelling(spelling):
    assert cost(SPELLINGS[spelling])[0] == ALL


OPERATIONS = {
    "conv2d": (lambda: F.conv2d(INPUT, WEIGHT), ALL, INPUT.numel() + WEIGHT.numel()),
    "mm": (lambda: INPUT[0, 0] @ INPUT[0, 1].T, H * H * W, 2 * H * W),
    "matmul of a batch": (lambda: INPUT[0] @ INPUT[0, 0].T, C * H * H * W, C * H * W + H * W),
    "mv": (lambda: INPUT[0, 0] @ INPUT[0, 0, 0], H * W, H * W + W),
    "linear": (lambda: F.linear(INPUT[0, 0], INPUT[0, 0, :5], INPUT[0, 0, 0, :5]), 5 * H * W, H * W + 5 * W + 5),
    "dot": (lambda: INPUT[0, 0, 0].dot(INPUT[0, 0, 1]), W, 2 * W),
    "vdot": (lambda: torch.vdot(INPUT[0, 0, 0], INPUT[0, 0, 1]), W, 2 * W),
    "by a number": (lambda: INPUT[0, 0, 0] * 2, W, W),
    "sum": (lambda: (INPUT + 1).sum(), 0, 2 * INPUT.numel()),
    "copy_": (lambda: torch.zeros(4).copy_(INPUT[0, 0, 0, :4]), 0, 4),
    "item": (lambda: INPUT[0, 0, 0, 0].item(), 0, 1),
    "cat": (lambda: torch.cat([INPUT, INPUT]), 0, 2 * INPUT.numel()),
}


@pytest.mark.parametrize(("work", "products", "numbers"), OPERATIONS.values(), ids=OPERATIONS)
def test_what_operations_multiply_and_read(work, products, numbers):
    assert cost(work) == (products, numbers)


def test_a_convolutions_gradients_cost_it_once_more_each():
    def work(*wanted):
        leaves = [t.clone().requires_grad_(name in wanted) for t, name in ((INPUT, "input"), (WEIGHT, "weight"))]
        return cost(lambda: F.conv2d(*leaves).sum().backward())[0]

    assert (work("input"), work("weight"), work("input", "weight")) == (2 * ALL, 2 * ALL, 3 * ALL)


def test_views_cost_nothing():
    def work():
        seen = INPUT.reshape(N * C, H, W).permute(1, 0, 2)[None].expand(3, -1, -1, -1).detach()
        return seen[0].mT.unfold(0, 2, 1).squeeze().unflatten(1, (3, 3)).split(1), *INPUT.unbind()

    assert cost(work) == (0, 0)
    assert cost(lambda: torch.ops.aten._unsafe_view(INPUT, (N, C * H * W))) == (0, 0)  # einsum and @ end with it


def test_calls_are_counted_and_the_largest_tensor_is_known():
    with Counting() as counting:
        columns = windows().flatten(4)  # a view of a view, and a copy
        columns.sum().item()
    assert counting.cost()["calls"] > 4
    assert counting.cost()["largest_tensor"] == columns.numel()
    with Counting() as counting:
        windows()[0].expand(9, -1, -1, -1, -1, -1)
    assert counting.cost()["largest_tensor"] == 0  # views hold no numbers of their own


STATEFUL = """
    import torch
    from torch.utils._python_dispatch import _get_current_dispatch_mode
    def f(x): return x * x
    def g(x): return str(_get_current_dispatch_mode()), torch.rand(2), torch.get_default_dtype() == torch.float32
    def h(x): raise ValueError("counted or not")
"""


def test_a_counted_call_changes_nothing_for_the_next(make_learner):
    learner, x = make_learner(STATEFUL), torch.arange(6.0)
    before = learner.g(x)
    expected = {"calls": 1, "multiply_adds": 6, "numbers_read": 12, "largest_tensor": 6}
    assert learner.cost(RecordedCall({"function": "f"}, (x,), {})) == expected
    assert learner.cost(RecordedCall({"function": "h"}, (x,), {})) == {}
    assert str(learner.g(x)) == str(before)
    assert before[0] == "None"
    assert torch.equal(learner.f(x), x * x)


@pytest.mark.parametrize(
    "code", ["raise ValueError", "import os; os._exit(3)", "while True: pass", "import torch; torch.conv2d(x, x)"]
)
def test_a_call_that_fails_while_it_is_counted_has_no_cost(make_learner, code):
    learner = make_learner(f"def f(x): {code}", limits=Limits(call=0.3, grace=0.3))
    assert counted(learner, RecordedCall({"function": "f"}, (torch.ones(3),), {})) == ""


def test_a_cost_made_up_by_the_learners_process_ends_nothing(make_learner, monkeypatch):
    learner, recorded = make_learner("def f(x): return x"), RecordedCall({"function": "f"}, (torch.ones(3),), {})
    for cost in ({"multiply_adds": "many"}, {"multiply_adds": 3, "numbers_read": math.inf}, {}, [], None):
        monkeypatch.setattr(learner, "_exchange", lambda _, body, cost=cost: ({"value": 1, "cost": cost}, body))
        assert counted(learner, recorded) == ""


def test_the_bill_is_for_the_largest_call_that_was_answered():
    ex05 = find("ex05")[0][0]
    sizes = [RecordedCall({"function": "conv2d"}, (torch.ones(n),), {"bias": torch.ones(1)}) for n in (3, 5, 4)]
    failed = RecordedCall({"function": "conv2d"}, (torch.ones(9),), {}, account=Account("crashed"))
    others = [
        RecordedCall({"probe": "gradients"}, (torch.ones(9),), {}),
        RecordedCall({"function": "conv2d"}, (1, "a"), {}),
    ]
    record = Record({}, checks=[Check(ex05, "conv2d", "test_a", "done", calls=(*sizes, failed, *others))])
    assert largest_call(record, ex05, "conv2d") is sizes[1]
    assert largest_call(record, ex05, "stack_filters") is None
    words = in_words({"multiply_adds": 12345, "numbers_read": 9, "calls": 2, "largest_tensor": 54}, sizes[1])
    assert words == (
        "conv2d: 12,345 multiply-adds, 1.5 passes over its input, 2 torch calls, largest tensor 9.0 inputs"
    )
