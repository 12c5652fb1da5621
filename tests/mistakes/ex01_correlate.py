import torch

from mistakes import mistake, right, right_answer


@mistake(
    "correlate2d",
    "the kernel is turned by 180°: correlation slides it as it is",
    "which number of the kernel meets the first pixel of a window",
)
def kernel_turned(image, kernel):
    return right.correlate2d(image, kernel.flip(0, 1))


@mistake("correlate2d", "the kernel is mirrored from left to right", "both indices of the kernel count upwards")
def columns_reversed(image, kernel):
    return right.correlate2d(image, kernel.flip(1))


@mistake("correlate2d", "rows and columns of the kernel are exchanged", "kernel[a, b] has its row first")
def kernel_transposed(image, kernel):
    return right.correlate2d(image, kernel.T)


@mistake("correlate2d", "rows and columns of the answer are exchanged", "the window i down and j right gives [i, j]")
def answer_transposed(image, kernel):
    return right.correlate2d(image, kernel).T


@mistake("correlate2d", "the last window in each direction is missing", "range stops before its end: H - KH + 1 places")
def last_window_missing(image, kernel):
    return right.correlate2d(image, kernel)[:-1, :-1]


@mistake("correlate2d", "the answer is as large as the image", "how many places the whole kernel has inside the image")
def as_large_as_the_image(image, kernel):
    inner = right.correlate2d(image, kernel)
    answer = torch.zeros(image.shape, dtype=inner.dtype)
    answer[: inner.shape[0], : inner.shape[1]] = inner
    return answer


@mistake("correlate2d", "the sum is not reset between windows", "where the total is set to 0")
def total_not_reset(image, kernel):
    answer = right.correlate2d(image, kernel)
    return answer.flatten().cumsum(0).reshape(answer.shape)


@mistake("correlate2d", "the products are averaged, not added", "a number of the answer is a sum")
def mean_of_products(image, kernel):
    return right.correlate2d(image, kernel) / kernel.numel()


@mistake("correlate2d", "the height is used for the width too", "images and kernels need not be square")
def one_side_for_both(image, kernel):
    return right.correlate2d(image, kernel)[:, : len(image) - len(kernel) + 1]


@mistake(
    "correlate2d",
    "the answer has the image's dtype, and with whole pixels a kernel of halves is cut to whole numbers",
    "the dtype of the tensor that the sums are written into",
)
def dtype_of_the_image(image, kernel):
    return right.correlate2d(image, kernel).to(image.dtype)


@mistake(
    "correlate2d",
    "the products are written into the image: a slice is a view, and *= changes what it looks at",
    "what the image holds after the first window",
)
def image_overwritten(image, kernel):
    answer = right.correlate2d(image, kernel)
    for i in range(answer.shape[0]):
        for j in range(answer.shape[1]):
            window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
            window *= kernel
            answer[i, j] = window.sum()
    return answer


@mistake("correlate2d", "window and kernel are multiplied as matrices", "* multiplies number by number, @ does not")
def matrix_product(image, kernel):
    answer, (kh, kw) = right.correlate2d(image, kernel), kernel.shape
    for i in range(answer.shape[0]):
        for j in range(answer.shape[1]):
            answer[i, j] = (image[i : i + kh, j : j + kw] @ kernel).sum()
    return answer


@mistake("correlate2d", "a kernel that does not fit gets an empty answer", "what must raise a ValueError, and its text")
def size_not_checked(image, kernel):
    sides = [max(0, n - k + 1) for n, k in zip(image.shape, kernel.shape, strict=True)]
    return right.correlate2d(image, kernel) if all(sides) else torch.zeros(sides)


@mistake("correlate2d", "the work is left to PyTorch", "the loops are what is to be written here")
def left_to_pytorch(image, kernel):
    return torch.conv2d(image[None, None], kernel[None, None])[0, 0]


@mistake("convolve2d", "the kernel is not turned", "mathematics' convolution turns the kernel, correlation does not")
def not_turned(image, kernel):
    return right.correlate2d(image, kernel)


@mistake("convolve2d", "only the rows are put in reverse", "a turn by 180 degrees reverses the columns too")
def rows_reversed_only(image, kernel):
    return right.correlate2d(image, kernel.flip(0))


@mistake("convolve2d", "the kernel is transposed", "where its first number lies after a turn by 180 degrees")
def transposed_for_turned(image, kernel):
    return right.correlate2d(image, kernel.T)


@mistake("convolve2d", "the answer is turned, not the kernel", "what slides over an image that stays as it is")
def answer_turned(image, kernel):
    return right.correlate2d(image, kernel).flip(0, 1)


@right_answer("correlate2d", "one weight at a time: the moved images are added up")
def moved_images(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if h < kh or w < kw:
        raise ValueError(f"{h, w} is too small for {kh, kw}")
    down, across, dtype = h - kh + 1, w - kw + 1, torch.result_type(image, kernel)
    wide, weights = image.to(dtype), kernel.to(dtype)
    return sum(wide[a : a + down, b : b + across] * weights[a, b] for a in range(kh) for b in range(kw))


@right_answer("correlate2d", "with plain lists, made a tensor in the end")
def plain_lists(image, kernel):
    if len(image) < len(kernel) or image.shape[1] < kernel.shape[1]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    pixels, weights, rows = image.tolist(), kernel.tolist(), []
    for i in range(len(pixels) - len(weights) + 1):
        rows.append([])
        for j in range(len(pixels[0]) - len(weights[0]) + 1):
            terms = (pixels[i + a][j + b] * weight for a, row in enumerate(weights) for b, weight in enumerate(row))
            rows[-1].append(sum(terms))
    return torch.tensor(rows, dtype=torch.result_type(image, kernel))


@right_answer("convolve2d", "each pixel leaves a print of the kernel, and the whole overlaps are cut out")
def prints_of_the_kernel(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if h < kh or w < kw:
        raise ValueError(f"{kh, kw} does not fit into {h, w}")
    canvas = torch.zeros(h + kh - 1, w + kw - 1, dtype=torch.result_type(image, kernel))
    for i in range(h):
        for j in range(w):
            canvas[i : i + kh, j : j + kw] += image[i, j].to(canvas.dtype) * kernel.to(canvas.dtype)
    return canvas[kh - 1 : h, kw - 1 : w]


@right_answer("convolve2d", "the image is turned before and the answer after")
def image_turned_and_turned_back(image, kernel):
    return right.correlate2d(image.rot90(2), kernel).rot90(2)
