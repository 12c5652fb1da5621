import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import ex02_kernels
from assertions import assert_close, assert_raises, assert_same, assert_same_kind, fail_unless
from docstring_examples import assert_keeps_examples
from probes.ex02_kernels import kernel_after_another_was_changed
from strategies import images_with_kernels, tensors, whole

PREWITT = torch.tensor([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
SOBEL = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
SCHARR = torch.tensor([[3.0, 0.0, -3.0], [10.0, 0.0, -10.0], [3.0, 0.0, -3.0]])
in_both_directions = pytest.mark.parametrize("edges", ["vertical", "horizontal"])
in_other_words = pytest.mark.parametrize("word", ["diagonal", "both", "zigzag", "vert", "horizontally", "Vertical"])
images = tensors(st.integers(3, 6), st.integers(3, 6))
few_steps = st.integers(1, 4)


def correlated(image, kernel):
    """PyTorch's answer for one image and one kernel."""
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


def assert_kernel(kernel, edges, vertical):
    """The whole kernel for one direction, given the one for vertical edges."""
    side = "column" if edges == "vertical" else "row"
    because = f"for {edges} edges the first {side} is positive and the last one negative"
    assert_same(kernel, vertical if edges == "vertical" else vertical.T, because)


def assert_finds_its_own_edge(find, edges, answer):
    """Where 0 and 1 meet it answers `answer`; elsewhere, and on an edge in the other direction, 0."""
    image = torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0, 1.0]).expand(6, 6)
    want = torch.tensor([0.0, answer, answer, 0.0]).expand(4, 4)
    own, other, turn = image, image.T, ""
    if edges == "horizontal":
        own, other, want, turn = other, own, want.T, "not "
    kernel = find(edges)
    assert_same_kind(kernel, torch.zeros(3, 3))
    assert_same(correlated(own, kernel), want, f"this is what {kernel.tolist()} answers on an image of 0 and 1")
    because = f"on an edge that is {turn}horizontal a kernel for {edges} edges answers 0"
    assert_same(correlated(other, kernel), torch.zeros(4, 4), because)


def assert_ignores_brightness(kernel):
    """On an image without edges it answers 0."""
    assert_same_kind(kernel, torch.zeros(3, 3))
    because = "where all pixels are 5 there is no edge, so the weights must add up to 0"
    assert_same(correlated(torch.full((4, 5), 5.0), kernel), torch.zeros(2, 3), because)


def assert_makes_a_new_kernel(function, argument, want):
    """Who changes a weight of one kernel changes no other weight, neither in this kernel nor in the next one."""
    told = ex02_kernels.run(kernel_after_another_was_changed, function, argument)
    changed = want.clone()
    changed[0, 0] = 100
    why_first = "kernel[0, 0] was set to 100, and no other weight: each has a place of its own in memory"
    assert_close(told["first"], changed, because=why_first)
    why_second = "this is the next answer after kernel[0, 0] = 100: each call makes a new kernel"
    assert_close(told["second"], want, because=why_second)


def test_box_blur_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex02_kernels, "box_blur")


@pytest.mark.parametrize("size", range(1, 7))
def test_box_blur_has_the_same_weight_everywhere(size):
    because = f"each of the {size * size} pixels of the window counts equally, and together they count 1"
    want = torch.full((size, size), 1 / size**2)
    assert_close(ex02_kernels.box_blur(size), want, scale=1 / size**2, because=because)


@pytest.mark.parametrize("size", range(1, 7))
def test_box_blur_leaves_an_even_image_as_bright_as_it_is(size):
    kernel = ex02_kernels.box_blur(size)
    assert_same_kind(kernel, torch.ones(size, size))
    assert_close(
        kernel.sum(), torch.tensor(1.0), because="the weights add up to 1, or the image gets brighter or darker"
    )


@pytest.mark.parametrize("size", [0, -2])
def test_box_blur_refuses_a_size_below_1(size):
    assert_raises(ValueError, lambda: ex02_kernels.box_blur(size), size)


@pytest.mark.parametrize("size", [2, 3])
def test_box_blur_makes_a_new_kernel_in_each_call(size):
    assert_makes_a_new_kernel("box_blur", size, torch.full((size, size), 1 / size**2))


def test_prewitt_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex02_kernels, "prewitt")


@in_both_directions
def test_prewitt_is_the_kernel_of_the_lecture(edges):
    assert_kernel(ex02_kernels.prewitt(edges), edges, PREWITT)


@in_both_directions
def test_prewitt_finds_its_own_edge_and_not_the_other(edges):
    assert_finds_its_own_edge(ex02_kernels.prewitt, edges, -3.0)


@in_both_directions
def test_prewitt_answers_0_where_all_pixels_are_alike(edges):
    assert_ignores_brightness(ex02_kernels.prewitt(edges))


@in_other_words
def test_prewitt_refuses_other_words(word):
    assert_raises(ValueError, lambda: ex02_kernels.prewitt(word), word)


@in_both_directions
def test_prewitt_makes_a_new_kernel_in_each_call(edges):
    assert_makes_a_new_kernel("prewitt", edges, PREWITT if edges == "vertical" else PREWITT.T)


def test_sobel_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex02_kernels, "sobel")


@in_both_directions
def test_sobel_is_the_kernel_of_the_lecture(edges):
    assert_kernel(ex02_kernels.sobel(edges), edges, SOBEL)


@in_both_directions
def test_sobel_finds_its_own_edge_and_not_the_other(edges):
    assert_finds_its_own_edge(ex02_kernels.sobel, edges, -4.0)


@in_both_directions
def test_sobel_answers_0_where_all_pixels_are_alike(edges):
    assert_ignores_brightness(ex02_kernels.sobel(edges))


@in_other_words
def test_sobel_refuses_other_words(word):
    assert_raises(ValueError, lambda: ex02_kernels.sobel(word), word)


@in_both_directions
def test_sobel_makes_a_new_kernel_in_each_call(edges):
    assert_makes_a_new_kernel("sobel", edges, SOBEL if edges == "vertical" else SOBEL.T)


def test_scharr_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex02_kernels, "scharr")


@in_both_directions
def test_scharr_is_the_kernel_of_the_lecture(edges):
    assert_kernel(ex02_kernels.scharr(edges), edges, SCHARR)


@in_both_directions
def test_scharr_finds_its_own_edge_and_not_the_other(edges):
    assert_finds_its_own_edge(ex02_kernels.scharr, edges, -16.0)


@in_both_directions
def test_scharr_answers_0_where_all_pixels_are_alike(edges):
    assert_ignores_brightness(ex02_kernels.scharr(edges))


@in_other_words
def test_scharr_refuses_other_words(word):
    assert_raises(ValueError, lambda: ex02_kernels.scharr(word), word)


@in_both_directions
def test_scharr_makes_a_new_kernel_in_each_call(edges):
    assert_makes_a_new_kernel("scharr", edges, SCHARR if edges == "vertical" else SCHARR.T)


def test_edge_strength_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex02_kernels, "edge_strength")


@given(right=st.integers(-3, 3), down=st.integers(-3, 3), h=st.integers(3, 5), w=st.integers(3, 5))
def test_edge_strength_of_a_ramp_is_8_times_its_slope(right, down, h, w):
    ramp = right * torch.arange(float(w)) + down * torch.arange(float(h))[:, None]
    slope = torch.full((h - 2, w - 2), float(right**2 + down**2)).sqrt()
    because = f"brightness grows by {right} a column and {down} a row, so gx is {-8 * right} and gy is {-8 * down}"
    assert_close(ex02_kernels.edge_strength(ramp), 8 * slope, because=because)


@given(image=images)
def test_edge_strength_is_the_root_of_both_squares(image):
    gx, gy = correlated(image, SOBEL.double()), correlated(image, SOBEL.T.double())
    because = f"gx is {gx.tolist()} and gy is {gy.tolist()}"
    assert_close(ex02_kernels.edge_strength(image), (gx**2 + gy**2).sqrt(), because=because)


@given(image=images)
def test_edge_strength_is_the_same_when_the_image_is_transposed(image):
    transposed = ex02_kernels.edge_strength(image.T.contiguous())
    because = "want the answer for the transposed image, transposed: both directions count alike"
    assert_close(ex02_kernels.edge_strength(image), transposed.T, because=because)


@given(image=images, quarters=st.integers(1, 3))
def test_edge_strength_is_the_same_when_the_image_is_turned(image, quarters):
    turned = ex02_kernels.edge_strength(image.rot90(quarters).contiguous())
    because = f"want the answer for the image turned by {90 * quarters} degrees, turned back"
    assert_close(ex02_kernels.edge_strength(image), turned.rot90(-quarters), because=because)


@given(image=images, contrast=st.sampled_from([-2, -1, 0.125, 3]), brightness=st.integers(-3, 3))
def test_edge_strength_grows_with_contrast_and_ignores_brightness(image, contrast, brightness):
    before = ex02_kernels.edge_strength(image)
    because = f"the image is {contrast} times another one plus {brightness}; want {abs(contrast)} times its edges"
    got = ex02_kernels.edge_strength(contrast * image + brightness)
    assert_close(got, abs(contrast) * before, because=because)


@given(image=images, dtype=st.sampled_from([torch.float32, torch.float64]))
def test_edge_strength_keeps_the_dtype(image, dtype):
    got = ex02_kernels.edge_strength(image.to(dtype))
    assert_same_kind(got, correlated(image, SOBEL.double()).to(dtype), f"the image is {dtype}")


def descended(image, target, kernel_size, steps, lr):
    """The kernel after so many steps, the gradient written out: twice the mean of error times pixel."""
    kernel = torch.zeros(kernel_size, dtype=image.dtype)
    for _ in range(steps):
        error = correlated(image, kernel) - target
        kernel = kernel - lr * 2 * correlated(image, error) / error.numel()
    return kernel


def test_learn_kernel_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex02_kernels, "learn_kernel")


@pytest.mark.parametrize("kernel_size", [1, 3, (1, 3), (3, 2)])
def test_learn_kernel_starts_from_zeros(kernel_size):
    want = torch.zeros(kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size))
    image = torch.arange(20.0).reshape(4, 5)
    target = torch.ones_like(correlated(image, want))
    got = ex02_kernels.learn_kernel(image, target, kernel_size=kernel_size, steps=0, lr=0.1)
    assert_same(got, want, f"kernel_size is {kernel_size}, and without a step the kernel is still all zeros")


@given(call=images_with_kernels(), steps=few_steps, lr=st.sampled_from([0.01, 0.02]), as_int=st.booleans())
def test_learn_kernel_follows_gradient_descent_step_by_step(call, steps, lr, as_int):
    (image, kernel), target = call, correlated(*call)
    kernel_size = len(kernel) if as_int and kernel.shape[0] == kernel.shape[1] else tuple(kernel.shape)
    got = ex02_kernels.learn_kernel(image, target, kernel_size=kernel_size, steps=steps, lr=lr)
    want = descended(image, target, kernel.shape, steps, lr)
    because = f"this is the kernel after {steps} steps of lr times the gradient of the mean squared difference"
    assert_close(got, want, scale=max(1.0, want.abs().max().item()), because=because)


@pytest.mark.parametrize(
    ("steps", "lr", "loss"), [(200, 0.1, "is below 1e-6 after 31 of"), (5, 3.0, "grows in each of")]
)
def test_learn_kernel_makes_every_step(steps, lr, loss):
    image = torch.ones(3, 3, dtype=torch.float64)
    got = ex02_kernels.learn_kernel(image, image, kernel_size=1, steps=steps, lr=lr)
    want = descended(image, image, (1, 1), steps, lr)
    because = f"the loss {loss} {steps} steps; all of them are to be made"
    assert_close(got, want, scale=want.abs().max().item(), because=because)


@given(call=images_with_kernels(), dtype=st.sampled_from([torch.float32, torch.float64]))
def test_learn_kernel_keeps_the_dtype(call, dtype):
    image, kernel = (numbers.to(dtype) for numbers in call)
    target, size = correlated(image, kernel), tuple(kernel.shape)
    got = ex02_kernels.learn_kernel(image, target, kernel_size=size, steps=1, lr=0.01)
    assert_same_kind(got, kernel, f"the image is {dtype}")


@pytest.mark.parametrize("seed", range(3))
def test_learn_kernel_finds_the_kernel_that_made_the_target(seed):
    image, kernel = whole(seed, (14, 13)), whole(seed + 10, (3, 3))
    got = ex02_kernels.learn_kernel(image, correlated(image, kernel), kernel_size=3, steps=40, lr=0.1)
    assert_same_kind(got, kernel)
    because = "the target was made with a kernel that can be found to 0.001 with these steps"
    fail_unless((got - kernel).abs().max() < 1e-3, f"got  {got.tolist()}\nwant {kernel.tolist()}", because)
