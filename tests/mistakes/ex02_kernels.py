import torch

from kit.given import correlate2d, pair
from mistakes import mistake, right, right_answer


@mistake("box_blur", "the weights are 1: the image gets brighter", "a mean is a sum divided by the number of pixels")
def box_of_ones(size):
    return right.box_blur(size) * size**2


@mistake("box_blur", "the weights are divided by the side of the window", "a window has size * size pixels")
def divided_by_the_side(size):
    return right.box_blur(size) * size


@mistake("box_blur", "every weight is 1/9, however large the window is", "1/9 is right for 3x3 only")
def always_a_ninth(size):
    return right.box_blur(size) * size**2 / 9


@mistake(
    "prewitt",
    "the last row of the kernel for horizontal edges is positive, as on the slide",
    "what the kernel answers where all pixels are alike: its weights must add up to 0",
)
def horizontal_as_on_the_slide(edges):
    kernel = right.prewitt(edges)
    return kernel.abs() if edges == "horizontal" else kernel


@mistake("prewitt", "the signs are turned: bright on the left must give a positive number", "the first column's sign")
def signs_turned(edges):
    return -right.prewitt(edges)


@mistake("prewitt", "the kernel is divided by its sum, which is 0", "only kernels that blur add up to 1")
def divided_by_its_sum(edges):
    kernel = right.prewitt(edges)
    return kernel / kernel.sum()


@mistake(
    "sobel",
    "the directions are exchanged: a vertical edge has dark and bright beside each other, not above each other",
    "along which direction the kernel compares",
)
def directions_exchanged(edges):
    return right.sobel({"vertical": "horizontal", "horizontal": "vertical"}.get(edges, edges))


@mistake("sobel", "all rows count alike, which is Prewitt's kernel", "the pixel's own row counts twice")
def sobel_as_prewitt(edges):
    return right.prewitt(edges)


@mistake("sobel", "the weights are integers", "torch.tensor([1, 2]) is int64, torch.tensor([1.0, 2.0]) is float32")
def whole_weights(edges):
    return right.sobel(edges).long()


@mistake("scharr", "the weights are Sobel's", "Scharr's weights are 3, 10, 3")
def scharr_as_sobel(edges):
    return right.sobel(edges)


@mistake("scharr", "any word but vertical means horizontal", "an else also takes what nobody has thought of")
def other_words_are_horizontal(edges):
    return right.scharr("vertical" if edges == "vertical" else "horizontal")


@mistake("edge_strength", "only vertical edges are found", "gx and gy both count")
def vertical_edges_only(image):
    return correlate2d(image, right.sobel("vertical").to(image.dtype)).abs()


@mistake(
    "edge_strength",
    "the absolute values are added: that is too much where an edge is slanted",
    "the length of an arrow that goes gx to the right and gy down",
)
def absolute_values_added(image):
    return sum(correlate2d(image, right.sobel(edges)).abs() for edges in ("vertical", "horizontal"))


@mistake("edge_strength", "the root is missing", "twice the contrast must give twice the strength")
def root_missing(image):
    return right.edge_strength(image) ** 2


@mistake(
    "edge_strength",
    "the image is framed in zeros first, so that its border looks like an edge",
    "pixels at the border have no answer",
)
def framed_first(image):
    framed = image.new_zeros(image.shape[0] + 2, image.shape[1] + 2)
    framed[1:-1, 1:-1] = image
    return right.edge_strength(framed)


@mistake("learn_kernel", "the gradient is added: the loss climbs", "a gradient points to where the loss grows")
def uphill(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, -lr)


@mistake("learn_kernel", "the squares are added up, not averaged", "the loss is a mean over the target's numbers")
def sum_of_squares(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, steps, lr * target.numel())


@mistake(
    "learn_kernel",
    "old gradients are not cleared: backward adds to what is in grad",
    "what grad holds at the start of the second step",
)
def gradients_not_cleared(image, target, kernel_size, steps, lr):
    kernel = torch.zeros(pair(kernel_size), dtype=image.dtype, requires_grad=True)
    for _ in range(steps):
        ((correlate2d(image, kernel) - target) ** 2).mean().backward()
        with torch.no_grad():
            kernel -= lr * kernel.grad
    return kernel.detach()


@right_answer("prewitt", "with both kernels written out")
def written_out(edges):
    if edges == "vertical":
        return torch.tensor([[1.0, 0.0, -1.0]] * 3)
    if edges == "horizontal":
        return torch.tensor([[1.0] * 3, [0.0] * 3, [-1.0] * 3])
    raise ValueError(f"no kernel for {edges} edges")


@right_answer("box_blur", "as the product of a column and a row")
def column_times_row(size):
    if size <= 0:
        raise ValueError(f"size is {size}")
    side = torch.ones(size, 1) / size
    return side @ side.T


@right_answer("edge_strength", "with PyTorch's convolution, both kernels at once, and a norm")
def both_kernels_at_once(image):
    kernels = torch.stack([right.sobel("vertical"), right.sobel("horizontal")]).to(image.dtype)
    return torch.conv2d(image[None, None], kernels[:, None])[0].norm(dim=0)


@right_answer("learn_kernel", "with a parameter and PyTorch's optimizer")
def with_an_optimizer(image, target, kernel_size, steps, lr):
    kernel = torch.nn.Parameter(torch.zeros(pair(kernel_size), dtype=image.dtype))
    optimizer = torch.optim.SGD([kernel], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(correlate2d(image, kernel), target).backward()
        optimizer.step()
    return kernel.data


@right_answer("learn_kernel", "with the gradient worked out by hand")
def gradient_by_hand(image, target, kernel_size, steps, lr):
    kernel = image.new_zeros(pair(kernel_size))
    for _ in range(steps):
        error = correlate2d(image, kernel) - target
        kernel = kernel - lr * 2 / error.numel() * correlate2d(image, error)
    return kernel
