"""What exercise 3 is judged by is what PyTorch does."""

import torch
import torch.nn.functional as F
from hypothesis import given, settings

from places import pixels_seen, places
from plain_strategies import size_calls, stacks_of_layers

often = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@often
@given(call=size_calls())
def test_each_number_of_conv1d_depends_on_the_pixels_of_its_place_and_there_are_no_more(call):
    n, kernel_size, *rest = vars(call).values()
    image = torch.zeros(1, 1, n, requires_grad=True)
    output = F.conv1d(image, torch.ones(1, 1, kernel_size), None, *rest)[0, 0]
    found = places(**vars(call))
    assert len(found) == len(output)
    for number, pixels in zip(output, found, strict=True):
        (grad,) = torch.autograd.grad(number, image, retain_graph=True)
        assert grad[0, 0].nonzero()[:, 0].tolist() == [pixel for pixel in pixels if 0 <= pixel < n]


@often
@given(stack=stacks_of_layers())
def test_the_pixels_that_are_seen_are_those_that_a_gradient_reaches(stack):
    _, layers = stack
    image = torch.zeros(1, 1, 512, requires_grad=True)
    maps = image
    for kernel_size, stride, _ in layers:
        maps = F.conv1d(maps, torch.ones(1, 1, kernel_size), stride=stride)
    maps[0, 0, 0].backward()
    assert image.grad.nonzero()[:, 2].tolist() == sorted(pixels_seen(layers))
