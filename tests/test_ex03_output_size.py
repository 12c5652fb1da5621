import itertools
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ex03_output_size
from assertions import assert_raises, assert_same
from docstring_examples import assert_keeps_examples
from places import pixels_seen, places
from plain_strategies import size_calls, stacks_of_layers

LECTURES_NET = [(3, 1, 0), (5, 2, 0), (5, 2, 0)]
NET = [(3, 1, 1), (2, 2, 0), (3, 1, 1), (2, 2, 0)]
SMALL_LAYERS = [*itertools.product(range(1, 4), range(1, 4), range(2))]
LENET = [(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0)]


def starts(n, kernel_size, stride=1, padding=0, dilation=1):
    """Where a kernel can begin, counted from the first pixel of the padded image."""
    return range(0, n + 2 * padding - dilation * (kernel_size - 1), stride)


def test_conv_output_size_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex03_output_size, "conv_output_size")


@pytest.mark.parametrize(
    ("n", "kernel_size", "stride", "padding", "size"),
    [
        *((6, 3, 1, 0, 4), (5, 3, 1, 0, 3), (8, 3, 1, 0, 6), (5, 3, 1, 1, 5), (5, 3, 2, 1, 3)),
        *((39, 3, 1, 0, 37), (37, 5, 2, 0, 17), (17, 5, 2, 0, 7), (10, 3, 2, 0, 4)),
    ],
)
def test_conv_output_size_gives_the_lectures_sizes(n, kernel_size, stride, padding, size):
    assert_same(ex03_output_size.conv_output_size(n, kernel_size, stride, padding), size)


@given(call=size_calls())
@example(call=SimpleNamespace(n=5, kernel_size=4, stride=2, padding=2))
@example(call=SimpleNamespace(n=8, kernel_size=3, stride=2))
@example(call=SimpleNamespace(n=7, kernel_size=3, dilation=2))
def test_conv_output_size_counts_the_places_where_the_kernel_can_begin(call):
    places = starts(**vars(call))
    because = f"the kernel can begin at the pixels {list(places)} of the padded image"
    assert_same(ex03_output_size.conv_output_size(**vars(call)), len(places), because)


def test_conv_output_size_is_right_for_all_small_sizes():
    ranges = range(1, 6), range(1, 5), range(1, 5), range(3), range(1, 3)
    for n, kernel_size, stride, padding, dilation in itertools.product(*ranges):
        if want := len(starts(n, kernel_size, stride, padding, dilation)):
            got = ex03_output_size.conv_output_size(n, kernel_size, stride, padding, dilation)
            assert_same(got, want, "want how often the kernel can begin on the padded image")


@given(call=size_calls())
def test_conv_output_size_is_how_often_the_whole_kernel_lies_on_the_padded_image(call):
    found = places(**vars(call))
    because = f"at its last place the kernel lies on the pixels {found[-1]}; the image's first one is 0"
    assert_same(ex03_output_size.conv_output_size(*vars(call).values()), len(found), because)


@pytest.mark.parametrize(
    ("n", "kernel_size", "stride", "padding", "dilation", "numbers"),
    [
        *((2, 5, 2, 0, 1, (5, 2)), (6, 7, 1, 0, 1, (7, 6)), (1, 6, 3, 2, 1, (6,))),
        *((4, 3, 1, 0, 2, (4,)), (1, 4, 2, 1, 1, (4,)), (5, 4, 4, 0, 2, (5,))),
    ],
)
def test_conv_output_size_refuses_a_kernel_that_does_not_fit(n, kernel_size, stride, padding, dilation, numbers):
    call = {"stride": stride, "padding": padding, "dilation": dilation}
    assert_raises(ValueError, lambda: ex03_output_size.conv_output_size(n, kernel_size, **call), *numbers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("kernel_size", 0), ("kernel_size", -3), ("stride", 0), ("stride", -2), ("padding", -1)),
        *(("dilation", 0), ("dilation", -1)),
    ],
)
def test_conv_output_size_refuses_what_no_kernel_can_have(name, value):
    call = {"n": 9, "kernel_size": 3, name: value}
    assert_raises(ValueError, lambda: ex03_output_size.conv_output_size(**call), value)


def test_same_padding_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex03_output_size, "same_padding")


@pytest.mark.parametrize("kernel_size", range(1, 16, 2))
def test_same_padding_keeps_the_size_with_stride_1(kernel_size):
    padding = next(p for p in range(20) if len(starts(20, kernel_size, padding=p)) == 20)
    because = f"20 pixels stay 20 with a padding of {padding}"
    assert_same(ex03_output_size.same_padding(kernel_size), padding, because)


@pytest.mark.parametrize("kernel_size", [2, 4, 6, 10, 0, -1])
def test_same_padding_refuses_a_kernel_that_is_not_odd_and_positive(kernel_size):
    assert_raises(ValueError, lambda: ex03_output_size.same_padding(kernel_size), kernel_size)


def test_trace_sizes_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex03_output_size, "trace_sizes")


def test_trace_sizes_follows_the_lectures_example():
    assert_same(ex03_output_size.trace_sizes(39, LECTURES_NET), [39, 37, 17, 7])


def test_trace_sizes_pads_both_ends_and_rounds_down():
    because = "10 with a pixel at each end is 12, in which 3 has room for 5 places 2 apart; half of 5 is 2"
    assert_same(ex03_output_size.trace_sizes(10, [(3, 2, 1), (2, 2, 0)]), [10, 5, 2], because)


@given(stack=stacks_of_layers())
def test_trace_sizes_counts_the_places_of_each_kernel_on_the_answer_before(stack):
    n, layers = stack
    want = [n]
    for kernel_size, stride, padding in layers:
        want.append(len(starts(want[-1], kernel_size, stride, padding)))
    assert_same(ex03_output_size.trace_sizes(n, layers), want, "a layer is (kernel_size, stride, padding)")


def test_trace_sizes_is_right_for_all_small_pairs_of_layers():
    for n, *layers in itertools.product((1, 4), SMALL_LAYERS, SMALL_LAYERS):
        want = [n]
        for kernel_size, stride, padding in layers:
            want.append(len(starts(want[-1], kernel_size, stride, padding)))
        if all(want):
            assert_same(ex03_output_size.trace_sizes(n, layers), want, "a layer is (kernel_size, stride, padding)")


@given(stack=stacks_of_layers(), cut=st.integers(0, 3))
def test_trace_sizes_can_be_taken_up_in_the_middle(stack, cut):
    n, layers = stack
    begin = ex03_output_size.trace_sizes(n, layers[:cut])
    rest = ex03_output_size.trace_sizes(begin[-1], layers[cut:])
    because = f"the first {cut} layers alone give {begin}, the others go on with {rest}"
    assert_same(ex03_output_size.trace_sizes(n, layers), begin + rest[1:], because)


@pytest.mark.parametrize(
    ("n", "layers", "numbers"),
    [
        *((7, [(3, 2, 0), (5, 1, 0)], (5, 3)), (4, [(2, 2, 0), (2, 2, 0), (4, 3, 1)], (4,))),
        *((9, [(3, 0, 0)], (0,)), (9, [(3, 1, 0), (3, 1, -1)], (-1,))),
    ],
)
def test_trace_sizes_refuses_layers_that_do_not_fit(n, layers, numbers):
    assert_raises(ValueError, lambda: ex03_output_size.trace_sizes(n, layers), *numbers)


def test_receptive_field_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex03_output_size, "receptive_field")


@pytest.mark.parametrize(
    ("layers", "pixels"),
    [
        *(([], 1), ([(3, 1, 0)], 3), ([(3, 2, 0)], 3), ([(3, 1, 0), (3, 1, 0)], 5), ([(3, 2, 0), (3, 2, 0)], 7)),
        *((LECTURES_NET, 15), (NET, 10), (LENET, 16)),
    ],
)
def test_receptive_field_of_known_networks(layers, pixels):
    assert_same(ex03_output_size.receptive_field(layers), pixels)


def test_receptive_field_is_right_for_all_small_pairs_of_layers():
    for layers in itertools.product(SMALL_LAYERS, SMALL_LAYERS):
        pixels = max(pixels_seen(layers)) + 1
        assert_same(ex03_output_size.receptive_field([*layers]), pixels, f"want pixels 0 to {pixels - 1} of the image")


@given(stack=stacks_of_layers())
def test_receptive_field_reaches_to_the_last_pixel_on_which_a_number_depends(stack):
    _, layers = stack
    pixels = max(pixels_seen(layers)) + 1
    because = f"the first number of the last layer depends on pixels 0 to {pixels - 1} of the image"
    assert_same(ex03_output_size.receptive_field(layers), pixels, because)


@given(stack=stacks_of_layers())
def test_receptive_field_is_the_smallest_image_with_an_answer(stack):
    _, layers = stack
    size = 1
    for kernel_size, stride, _ in reversed(layers):
        size = next(n for n in range(1, 1000) if len(starts(n, kernel_size, stride)) == size)
    because = f"{size} pixels are the fewest that give an answer without padding"
    assert_same(ex03_output_size.receptive_field(layers), size, because)
