"""What is drawn is seldom all zeros, which would hide mistakes, and still shrinks to something simple."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import Phase, find, given, seed, settings

from strategies import conv2d_calls, tensors

QUIET = {"database": None, "deadline": None, "derandomize": False}


@pytest.mark.parametrize("begin", [1, 2, 3])
def test_drawn_convolutions_differ_in_shape_and_most_answers_are_not_all_zeros(begin):
    """Hypothesis changes parts of earlier examples: sizes, not only numbers, and the numbers must still fit."""
    shapes, telling = set(), []

    @seed(begin)
    @settings(max_examples=100, phases=[Phase.generate], **QUIET)
    @given(call=conv2d_calls())
    def draw(call):
        answer = F.conv2d(call.input, call.weight, stride=call.stride, padding=call.padding)
        telling.append(bool(answer.any()))
        shapes.add((call.input.shape, call.weight.shape, call.stride, call.padding, call.bias is None))

    draw()
    assert (len(shapes) >= 70, sum(telling) >= 70) == (True, True), (len(shapes), sum(telling))


def test_a_failure_shrinks_to_a_single_1_among_zeros():
    found = find(tensors(2, 3), lambda tensor: bool(tensor.any()), settings=settings(**QUIET))
    assert (found.abs().sum().item(), found.sum().item()) == (1, 1)
    assert torch.equal(found, found.contiguous())
