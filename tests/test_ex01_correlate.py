import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex01_correlate
from assertions import assert_raises, assert_same
from docstring_examples import assert_keeps_examples
from strategies import images_with_kernels, whole

LECTURE_IMAGE = torch.tensor([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
LECTURE_KERNEL = torch.tensor([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
LECTURE_ANSWER = torch.tensor([[4, 3, 4], [2, 4, 3], [2, 3, 4]])
SMALL_IMAGE, SMALL_KERNEL = torch.tensor([[1, -3, 2], [3, 0, -2]]), torch.tensor([[-1, 3], [2, -3]])
in_dtypes = pytest.mark.parametrize(
    ("image_dtype", "kernel_dtype"),
    [
        *((dtype, dtype) for dtype in (torch.int64, torch.float32, torch.float64)),
        *((torch.int64, torch.float32), (torch.int64, torch.float64), (torch.float64, torch.int64)),
        *((torch.float32, torch.float64), (torch.float64, torch.float32)),
        *((torch.uint8, torch.int64), (torch.uint8, torch.float32), (torch.bfloat16, torch.bfloat16)),
        *((torch.int32, torch.int32), (torch.int32, torch.int64), (torch.float32, torch.int32)),
    ],
)
TOO_LARGE = [  # image, kernel, numbers
    *(((3, 5), (4, 2), (3, 4)), ((6, 2), (1, 3), (2, 3)), ((1, 2), (3, 4), (1, 2, 3, 4)), ((2, 3), (1, 7), (3, 7))),
]
SIZES = [((7, 9), (4, 2)), ((6, 6), (3, 3)), ((5, 6), (3, 3)), ((9, 8), (2, 5))]  # two of them the lecture's
in_larger_sizes = pytest.mark.parametrize(("image", "kernel"), SIZES)


def correlated(image, kernel):
    """PyTorch's answer for one image and one kernel."""
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


def exactly(image, kernel):
    """The same in the dtype of image times kernel, whole numbers without a way through floats."""
    dtype = torch.result_type(image, kernel)
    if dtype.is_floating_point:
        return correlated(image.double(), kernel.double()).to(dtype)
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return (windows.to(dtype) * kernel.to(dtype)).sum((2, 3), dtype=dtype)


def turned(kernel):
    return kernel.flip(0, 1)


def framed(image, kernel):
    """The image in so many zeros that the answer has every overlap of image and kernel."""
    kh, kw = kernel.shape
    return F.pad(image, (kw - 1, kw - 1, kh - 1, kh - 1))


def bright_pixel(kernel):
    """One 1 among zeros, which each part of the kernel meets once."""
    return framed(torch.ones(1, 1, dtype=kernel.dtype), kernel)


def in_dtype(numbers, dtype):
    """Whole numbers as numbers that need their dtype: halves, or the 0 to 255 of a photograph."""
    if dtype.is_floating_point:
        return (numbers / 2).to(dtype)
    return (numbers.abs() * 85).to(dtype) if dtype == torch.uint8 else numbers.to(dtype)


def in_dtypes_of(image_dtype, kernel_dtype):
    """The small image and kernel; where both are int64, an image that no float can hold."""
    image, kernel = in_dtype(SMALL_IMAGE, image_dtype), in_dtype(SMALL_KERNEL, kernel_dtype)
    return image + 2**53 * (image_dtype == kernel_dtype == torch.int64), kernel


def assert_moves_along(function, image, kernel, down, right):
    """The moved image gives the moved answer, where nothing has come in over the border."""
    h, w = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    down, right = down % h, right % w
    before = function(image, kernel)[: h - down, : w - right]
    moved = function(image.roll((down, right), (0, 1)), kernel)[down:, right:]
    because = f"want the answer for the image before it was moved by {down} down and {right} to the right"
    assert_same(moved, before, because)


def test_correlate2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex01_correlate, "correlate2d")


@given(call=images_with_kernels())
def test_correlate2d_equals_pytorch(call):
    assert_same(ex01_correlate.correlate2d(*call), correlated(*call))


def test_correlate2d_gives_the_lectures_answer():
    because = "each number is the sum of nine products; the slide shows only five of them"
    assert_same(ex01_correlate.correlate2d(LECTURE_IMAGE, LECTURE_KERNEL), LECTURE_ANSWER, because)


@given(call=images_with_kernels())
def test_correlate2d_of_a_single_bright_pixel_shows_the_kernel_turned(call):
    _, kernel = call
    because = "the last weight of the kernel meets the pixel first"
    assert_same(ex01_correlate.correlate2d(bright_pixel(kernel), kernel), turned(kernel), because)


@given(call=images_with_kernels(), down=st.integers(0, 4), right=st.integers(0, 4))
def test_correlate2d_of_a_moved_image_is_the_answer_moved(call, down, right):
    assert_moves_along(ex01_correlate.correlate2d, *call, down, right)


@given(call=images_with_kernels())
def test_correlate2d_turns_its_answer_when_image_and_kernel_change_places(call):
    image, kernel = call
    swapped = ex01_correlate.correlate2d(framed(kernel, image), image)
    because = "want the answer for kernel and image in each other's place, turned by 180 degrees"
    assert_same(ex01_correlate.correlate2d(framed(image, kernel), kernel), turned(swapped), because)


@in_dtypes
def test_correlate2d_answers_in_the_dtype_of_image_times_kernel(image_dtype, kernel_dtype):
    image, kernel = in_dtypes_of(image_dtype, kernel_dtype)
    want = exactly(image, kernel)
    because = f"the image is {image.dtype} and the kernel {kernel.dtype}"
    assert_same(ex01_correlate.correlate2d(image, kernel), want, because)


@in_larger_sizes
def test_correlate2d_is_right_in_larger_sizes(image, kernel):
    image, kernel = whole(1, image), whole(2, kernel)
    assert_same(ex01_correlate.correlate2d(image, kernel), correlated(image, kernel))


@pytest.mark.parametrize(("image", "kernel", "numbers"), TOO_LARGE)
def test_correlate2d_refuses_a_kernel_that_does_not_fit(image, kernel, numbers):
    image, kernel = torch.ones(image), torch.ones(kernel)
    assert_raises(ValueError, lambda: ex01_correlate.correlate2d(image, kernel), *numbers)


def test_convolve2d_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex01_correlate, "convolve2d")


@given(call=images_with_kernels())
def test_convolve2d_equals_pytorch_with_the_kernel_turned(call):
    image, kernel = call
    because = "the kernel is turned by 180 degrees before it slides: rows and columns in reverse"
    assert_same(ex01_correlate.convolve2d(image, kernel), correlated(image, turned(kernel)), because)


def test_convolve2d_gives_the_lectures_answer_since_that_kernel_is_the_same_turned():
    assert_same(ex01_correlate.convolve2d(LECTURE_IMAGE, LECTURE_KERNEL), LECTURE_ANSWER)


@given(call=images_with_kernels())
def test_convolve2d_of_a_single_bright_pixel_shows_the_kernel(call):
    _, kernel = call
    because = "one bright pixel leaves a print of the kernel as it is"
    assert_same(ex01_correlate.convolve2d(bright_pixel(kernel), kernel), kernel, because)


@given(call=images_with_kernels(), down=st.integers(0, 4), right=st.integers(0, 4))
def test_convolve2d_of_a_moved_image_is_the_answer_moved(call, down, right):
    assert_moves_along(ex01_correlate.convolve2d, *call, down, right)


@given(call=images_with_kernels())
def test_convolve2d_lets_image_and_kernel_change_places(call):
    image, kernel = call
    swapped = ex01_correlate.convolve2d(framed(kernel, image), image)
    because = "with zeros around it so that every overlap counts, want the same for kernel and image swapped"
    assert_same(ex01_correlate.convolve2d(framed(image, kernel), kernel), swapped, because)


@in_dtypes
def test_convolve2d_answers_in_the_dtype_of_image_times_kernel(image_dtype, kernel_dtype):
    image, kernel = in_dtypes_of(image_dtype, kernel_dtype)
    want = exactly(image, turned(kernel))
    because = f"the image is {image.dtype} and the kernel {kernel.dtype}"
    assert_same(ex01_correlate.convolve2d(image, kernel), want, because)


@in_larger_sizes
def test_convolve2d_is_right_in_larger_sizes(image, kernel):
    image, kernel = whole(1, image), whole(2, kernel)
    assert_same(ex01_correlate.convolve2d(image, kernel), correlated(image, turned(kernel)))


@pytest.mark.parametrize(("image", "kernel", "numbers"), TOO_LARGE)
def test_convolve2d_refuses_a_kernel_that_does_not_fit(image, kernel, numbers):
    image, kernel = torch.ones(image), torch.ones(kernel)
    assert_raises(ValueError, lambda: ex01_correlate.convolve2d(image, kernel), *numbers)
