import itertools

import torch

from mistakes import mistake, right, right_answer


def each_window(image, kernel, number):
    """An answer of the right shape and dtype, each number worked out from its window."""
    answer, (kh, kw) = right.correlate2d(image, kernel), kernel.shape
    for i, j in itertools.product(*map(range, answer.shape)):
        answer[i, j] = number(image[i : i + kh, j : j + kw])
    return answer


def unchecked(image, kernel):
    """The right loops without a look at the sizes."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    answer = torch.zeros(h - kh + 1, w - kw + 1, dtype=torch.result_type(image, kernel))
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            answer[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return answer


@mistake(
    "correlate2d",
    "whole numbers become int64, as sum() makes them",
    "torch.result_type(image, kernel): two int32 give int32",
)
def dtype_of_the_sum(image, kernel):
    (kh, kw), answer = kernel.shape, right.correlate2d(image, kernel)
    windows = image.unfold(0, kh, 1).unfold(1, kw, 1)
    return answer.to((windows[0, 0] * kernel).sum().dtype)


# which number of the kernel meets which pixel


@mistake(
    "correlate2d",
    "the kernel is turned by 180 degrees: correlation slides it as it is",
    "which number of the kernel meets the first pixel of a window",
)
def kernel_turned(image, kernel):
    return right.correlate2d(image, kernel.flip(0, 1))


@mistake("correlate2d", same_as="kernel_turned")
def indices_of_the_kernel_count_down(image, kernel):
    h, w = image.shape
    kh, kw = kernel.shape
    if kh > h or kw > w:
        raise ValueError(f"kernel {kh}x{kw} > image {h}x{w}")
    out = torch.zeros((h - kh + 1, w - kw + 1), dtype=torch.promote_types(image.dtype, kernel.dtype))
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            for a in range(kh):
                for b in range(kw):
                    out[i, j] += image[i + a, j + b] * kernel[kh - 1 - a, kw - 1 - b]
    return out


@mistake("correlate2d", "the kernel is turned upside down", "row a of the kernel meets row a of the window")
def kernel_upside_down(image, kernel):
    return right.correlate2d(image, kernel.flip(0))


@mistake("correlate2d", "the kernel is mirrored from left to right", "both indices of the kernel count upwards")
def kernel_mirrored(image, kernel):
    return right.correlate2d(image, kernel.flip(1))


@mistake("correlate2d", "the kernel is transposed before it slides", "kernel[a, b] has its row first")
def kernel_transposed(image, kernel):
    return right.correlate2d(image, kernel.T)


@mistake(
    "correlate2d",
    "rows and columns of the kernel are exchanged where it is read: kernel[b, a] for kernel[a, b]",
    "which of the two indices runs to KH",
)
def kernel_indices_exchanged(image, kernel):
    answer, (kh, kw) = right.correlate2d(image, kernel).zero_(), kernel.shape
    for i, j, a, b in itertools.product(*map(range, answer.shape), range(kh), range(kw)):
        answer[i, j] += image[i + a, j + b] * kernel[b, a]
    return answer


@mistake("correlate2d", "rows and columns of the answer are exchanged", "the window i down and j right gives [i, j]")
def answer_transposed(image, kernel):
    return right.correlate2d(image, kernel).T


@mistake(
    "correlate2d",
    "rows and columns are exchanged where the answer is written: [j, i] for [i, j]",
    "which of the two indices counts the rows of the answer",
)
def answer_indices_exchanged(image, kernel):
    want = right.correlate2d(image, kernel)
    answer = torch.zeros_like(want)
    for i, j in itertools.product(*map(range, want.shape)):
        answer[j, i] = want[i, j]
    return answer


# how many windows there are, and where they begin


@mistake("correlate2d", "the last window in each direction is missing", "range stops before its end: H - KH + 1 places")
def last_window_missing(image, kernel):
    return right.correlate2d(image, kernel)[:-1, :-1]


@mistake("correlate2d", same_as="last_window_missing")
def too_few_rows_and_columns(image, kernel):
    kh, kw = kernel.size()
    rows, columns = image.size(0) - kh, image.size(1) - kw
    if rows < 0 or columns < 0:
        raise ValueError(f"kernel {kh, kw} larger than image {tuple(image.shape)}")
    out = torch.zeros(rows, columns, dtype=(image[0, 0] * kernel[0, 0]).dtype)
    r = 0
    while r < rows:
        c = 0
        while c < columns:
            out[r, c] = torch.sum(image[r : r + kh, c : c + kw] * kernel)
            c += 1
        r += 1
    return out


@mistake("correlate2d", "the last row of windows is missing", "range stops before its end: H - KH + 1 rows")
def last_row_missing(image, kernel):
    return right.correlate2d(image, kernel)[:-1]


@mistake("correlate2d", "the last column of windows is missing", "range stops before its end: W - KW + 1 columns")
def last_column_missing(image, kernel):
    return right.correlate2d(image, kernel)[:, :-1]


@mistake(
    "correlate2d",
    "the answer has its last row and column, but they stay 0: the loops stop one window too early",
    "range stops before its end",
)
def last_window_stays_0(image, kernel):
    answer = right.correlate2d(image, kernel)
    answer[-1], answer[:, -1] = 0, 0
    return answer


@mistake(
    "correlate2d",
    "the answer is as large as the image, with zeros below and to the right",
    "how many places the whole kernel has inside the image",
)
def as_large_as_the_image(image, kernel):
    inner = right.correlate2d(image, kernel)
    answer = torch.zeros(image.shape, dtype=inner.dtype)
    answer[: inner.shape[0], : inner.shape[1]] = inner
    return answer


@mistake("correlate2d", same_as="as_large_as_the_image")
def zeros_like_the_image(image, kernel):
    result = torch.zeros_like(image, dtype=torch.result_type(image, kernel))
    for i in range(len(image) - len(kernel) + 1):
        for j in range(len(image[0]) - len(kernel[0]) + 1):
            patch = image[i : i + len(kernel), j : j + len(kernel[0])]
            result[i][j] = (patch * kernel).sum()
    return result


@mistake(
    "correlate2d",
    "the answer is as large as the image, with a border of zeros: each sum is written where its window has its middle",
    "pixels at the border have no answer, so that the answer is smaller",
)
def border_of_zeros(image, kernel):
    inner = right.correlate2d(image, kernel)
    answer = torch.zeros(image.shape, dtype=inner.dtype)
    i, j = (k // 2 for k in kernel.shape)
    answer[i : i + inner.shape[0], j : j + inner.shape[1]] = inner
    return answer


@mistake(
    "correlate2d",
    "the image is framed in zeros first, so that the answer keeps its size",
    "the whole kernel has to lie inside the image; padding comes in ex04",
)
def framed_first(image, kernel):
    right.correlate2d(image, kernel)
    (h, w), (kh, kw) = image.shape, kernel.shape
    framed = image.new_zeros(h + 2 * (kh // 2), w + 2 * (kw // 2))
    framed[kh // 2 : kh // 2 + h, kw // 2 : kw // 2 + w] = image
    return right.correlate2d(framed, kernel)


@mistake(
    "correlate2d",
    "the loops run over all pixels of the image, where the last windows hang over the edge",
    "a slice that reaches over the edge gets shorter",
)
def over_the_edge(image, kernel):
    answer, (kh, kw) = torch.zeros(image.shape, dtype=right.correlate2d(image, kernel).dtype), kernel.shape
    for i, j in itertools.product(*map(range, image.shape)):
        answer[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return answer


@mistake(
    "correlate2d",
    "the windows begin before the image: index -1 is the last row, not the one above the first",
    "which pixels the first window holds",
)
def windows_around_the_corner(image, kernel):
    return right.correlate2d(image.roll([k // 2 for k in kernel.shape], (0, 1)), kernel)


@mistake(
    "correlate2d",
    "a slice from -1 on is empty: the first windows begin above and left of the image",
    "where window [0, 0] begins and ends",
)
def windows_from_minus_1(image, kernel):
    answer, (kh, kw) = right.correlate2d(image, kernel), kernel.shape
    for i, j in itertools.product(*map(range, answer.shape)):
        top, left = i - kh // 2, j - kw // 2
        answer[i, j] = (image[top : top + kh, left : left + kw] * kernel).sum()
    return answer


@mistake(
    "correlate2d",
    "the windows do not overlap: the kernel moves on by its own size",
    "the next window begins one pixel further",
)
def windows_side_by_side(image, kernel):
    return right.correlate2d(image, kernel)[:: kernel.shape[0], :: kernel.shape[1]]


@mistake("correlate2d", same_as="windows_side_by_side")
def steps_of_the_kernels_size(image, kernel):
    kh, kw = kernel.shape
    rows = range(0, image.shape[0] - kh + 1, kh)
    columns = range(0, image.shape[1] - kw + 1, kw)
    sums = [(image[i : i + kh, j : j + kw] * kernel).sum() for i in rows for j in columns]
    return torch.stack(sums).reshape(len(rows), len(columns))


@mistake("correlate2d", "the image is taken to be square: its height is used for its width too", "image.shape has both")
def image_taken_as_square(image, kernel):
    answer, (kh, kw), n = right.correlate2d(image, kernel), kernel.shape, len(image)
    answer = answer.new_zeros(n - kh + 1, max(0, n - kw + 1))
    for i, j in itertools.product(*map(range, answer.shape)):
        answer[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return answer


@mistake("correlate2d", "the kernel is taken to be square: its height is used for its width", "kernel.shape has both")
def kernel_taken_as_square(image, kernel):
    (h, w), k = image.shape, len(kernel)
    answer = right.correlate2d(image, kernel).new_zeros(h - k + 1, max(0, w - k + 1))
    for i, j in itertools.product(*map(range, answer.shape)):
        answer[i, j] = (image[i : i + k, j : j + k] * kernel).sum()
    return answer


@mistake("correlate2d", "every kernel is taken to be 3x3, as on the slide", "kernel.shape says how large it is")
def always_3x3(image, kernel):
    h, w = image.shape
    answer = right.correlate2d(image, kernel).new_zeros(max(0, h - 2), max(0, w - 2))
    for i, j in itertools.product(*map(range, answer.shape)):
        answer[i, j] = (image[i : i + 3, j : j + 3] * kernel).sum()
    return answer


# what becomes of the products


@mistake("correlate2d", "the sum is not reset between windows", "where the total is set to 0")
def total_not_reset(image, kernel):
    answer = right.correlate2d(image, kernel)
    return answer.flatten().cumsum(0).reshape(answer.shape)


@mistake("correlate2d", same_as="total_not_reset")
def total_set_to_0_outside(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if h < kh or w < kw:
        raise ValueError(f"{kh}x{kw} does not fit into {h}x{w}")
    total, rows = 0, []
    for i in range(h - kh + 1):
        row = []
        for j in range(w - kw + 1):
            for a, b in itertools.product(range(kh), range(kw)):
                total += image[i + a, j + b].item() * kernel[a, b].item()
            row.append(total)
        rows.append(row)
    return torch.tensor(rows, dtype=torch.result_type(image, kernel))


@mistake("correlate2d", "the sum is reset once a row and not for each window", "where the total is set to 0")
def total_reset_once_a_row(image, kernel):
    return right.correlate2d(image, kernel).cumsum(1)


@mistake(
    "correlate2d", "only the last product is kept: = puts it where += would add it", "what the innermost loop does"
)
def last_product_only(image, kernel):
    return each_window(image, kernel, lambda window: window[-1, -1] * kernel[-1, -1])


@mistake("correlate2d", same_as="last_product_only")
def equals_for_plus_equals(image, kernel):
    kh, kw = kernel.shape
    h, w = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    if h < 1 or w < 1:
        raise ValueError(f"image is {tuple(image.shape)} but kernel is {tuple(kernel.shape)}")
    out = torch.zeros(h, w, dtype=torch.result_type(image, kernel))
    for i in range(h):
        for j in range(w):
            for a in range(kh):
                for b in range(kw):
                    out[i, j] = image[i + a, j + b] * kernel[a, b]
    return out


@mistake(
    "correlate2d",
    "the kernel's last row and last column are left out",
    "range stops before its end: KH rows, KW columns",
)
def last_weights_left_out(image, kernel):
    return each_window(image, kernel, lambda window: (window * kernel)[:-1, :-1].sum())


@mistake("correlate2d", "the products are averaged, not added", "a number of the answer is a sum")
def mean_of_products(image, kernel):
    return right.correlate2d(image, kernel) / kernel.numel()


@mistake("correlate2d", same_as="mean_of_products")
def divided_by_the_number_of_weights(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if h < kh or w < kw:
        raise ValueError(f"{kh}x{kw} is more than {h}x{w}")
    rows = []
    for i in range(h - kh + 1):
        windows = [image[i : i + kh, j : j + kw] for j in range(w - kw + 1)]
        rows.append(torch.stack([torch.sum(window * kernel) / (kh * kw) for window in windows]))
    return torch.stack(rows)


@mistake("correlate2d", "the sum is divided by the sum of the weights", "not every kernel blurs: the sum is the answer")
def divided_by_the_sum(image, kernel):
    return right.correlate2d(image, kernel) / kernel.sum()


@mistake(
    "correlate2d",
    "window and kernel are added up first and the two sums are multiplied",
    "each pixel is multiplied by its own weight, then all is added",
)
def sums_multiplied(image, kernel):
    return each_window(image, kernel, lambda window: window.sum() * kernel.sum())


@mistake("correlate2d", "window and kernel are multiplied as matrices", "* multiplies number by number, @ does not")
def matrix_product(image, kernel):
    return each_window(image, kernel, lambda window: (window @ kernel).sum())


@mistake("correlate2d", same_as="matrix_product")
def at_sign(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if h < kh or w < kw:
        raise ValueError(f"{(kh, kw)} into {(h, w)}")
    out = torch.empty(h - kh + 1, w - kw + 1, dtype=torch.result_type(image, kernel))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = torch.matmul(image[i : i + kh, j : j + kw], kernel).sum()
    return out


@mistake("correlate2d", "the products are not added up", "one number of the answer cannot hold a whole window")
def not_summed(image, kernel):
    return each_window(image, kernel, lambda window: window * kernel)


@mistake("correlate2d", "Python's sum adds rows to rows and leaves a row", "(window * kernel).sum() adds all numbers")
def pythons_sum(image, kernel):
    return each_window(image, kernel, lambda window: sum(window * kernel))


@mistake("correlate2d", "negative sums are cut off at 0", "no number of the answer has to be a brightness")
def negatives_cut_off(image, kernel):
    return right.correlate2d(image, kernel).clamp(min=0)


@mistake("correlate2d", "the sums lose their signs", "an edge from dark to bright differs from one from bright to dark")
def signs_lost(image, kernel):
    return right.correlate2d(image, kernel).abs()


@mistake("correlate2d", "the function returns after the first number", "how far the return is indented")
def first_number_only(image, kernel):
    answer = right.correlate2d(image, kernel)
    number = answer[0, 0].item()
    answer.zero_()[0, 0] = number
    return answer


@mistake("correlate2d", "the function returns after the first row", "how far the return is indented")
def first_row_only(image, kernel):
    answer = right.correlate2d(image, kernel)
    answer[1:] = 0
    return answer


@mistake("correlate2d", "nothing is returned", "the last line: return the answer")
def nothing_returned(image, kernel):
    right.correlate2d(image, kernel)


# numbers and their dtypes


@mistake(
    "correlate2d",
    "the sums are written into a tensor of the image's dtype, which cuts them to whole numbers or to a byte",
    "the dtype of the tensor that the sums are written into",
)
def dtype_of_the_image(image, kernel):
    return right.correlate2d(image, kernel).to(image.dtype)


@mistake("correlate2d", "the answer has the kernel's dtype", "the image may have the larger dtype: torch.result_type")
def dtype_of_the_kernel(image, kernel):
    return right.correlate2d(image, kernel).to(kernel.dtype)


@mistake("correlate2d", "the kernel is cast to the image's dtype", "what a weight of a half is as a whole number")
def kernel_cast(image, kernel):
    return right.correlate2d(image, kernel.to(image.dtype))


@mistake(
    "correlate2d", "the answer is float32, whatever goes in", "torch.zeros makes float32 unless it is told a dtype"
)
def always_float32(image, kernel):
    return right.correlate2d(image, kernel).float()


@mistake("correlate2d", "the answer is float64, whatever goes in", "whole numbers times whole numbers are whole")
def always_float64(image, kernel):
    return right.correlate2d(image, kernel).double()


@mistake(
    "correlate2d", "the answer is made of whole numbers", "int() and an integer tensor cut off what follows the dot"
)
def whole_numbers(image, kernel):
    return right.correlate2d(image, kernel).long()


@mistake(
    "correlate2d",
    "the products are written into the image: a slice is a view, and *= changes what it looks at",
    "what the image holds after the first window",
)
def image_overwritten(image, kernel):
    return each_window(image, kernel, lambda window: window.mul_(kernel).sum())


# sizes that must be refused


@mistake("correlate2d", "whether the kernel fits is not checked", "what must raise a ValueError, and its text")
def size_not_checked(image, kernel):
    return unchecked(image, kernel)


@mistake("correlate2d", "a kernel as large as the image is refused", "how many places it has: one in each direction")
def equal_size_refused(image, kernel):
    if kernel.shape[0] >= image.shape[0] or kernel.shape[1] >= image.shape[1]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    return unchecked(image, kernel)


@mistake("correlate2d", "only the height is checked", "a kernel may be too wide, too")
def only_the_height_checked(image, kernel):
    if kernel.shape[0] > image.shape[0]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    return unchecked(image, kernel)


@mistake("correlate2d", "only the width is checked", "a kernel may be too high, too")
def only_the_width_checked(image, kernel):
    if kernel.shape[1] > image.shape[1]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    return unchecked(image, kernel)


@mistake(
    "correlate2d",
    "a kernel is refused only if it is both too high and too wide",
    "the word between the two comparisons: and, or",
)
def both_sides_must_be_too_large(image, kernel):
    if kernel.shape[0] > image.shape[0] and kernel.shape[1] > image.shape[1]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    return unchecked(image, kernel)


@mistake(
    "correlate2d", "assert raises an AssertionError", "which exception the docstring asks for: raise ValueError(…)"
)
def asserted(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    assert max(kh - h, kw - w) <= 0, f"{kh}x{kw} does not fit into {h}x{w}"
    return unchecked(image, kernel)


@mistake("correlate2d", "the message does not name the sizes", "which numbers would help whoever reads the message")
def message_without_sizes(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit into the image")
    return unchecked(image, kernel)


@mistake("correlate2d", "that the kernel does not fit is printed, not raised", "raise, which also ends the function")
def printed_for_raised(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        return print("ValueError:", tuple(kernel.shape), "does not fit into", tuple(image.shape))
    return unchecked(image, kernel)


@mistake("correlate2d", "the work is left to PyTorch", "the loops are what is to be written here")
def left_to_pytorch(image, kernel):
    return torch.conv2d(image[None, None], kernel[None, None])[0, 0]


# the turned kernel


@mistake("convolve2d", "the kernel is not turned", "mathematics' convolution turns the kernel, correlation does not")
def not_turned(image, kernel):
    return right.correlate2d(image, kernel)


@mistake("convolve2d", same_as="not_turned")
def correlation_for_convolution(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    rows = torch.arange(h - kh + 1)[:, None, None, None] + torch.arange(kh)[:, None]
    columns = torch.arange(w - kw + 1)[:, None, None] + torch.arange(kw)
    return (image[rows, columns] * kernel).sum((2, 3))


@mistake("convolve2d", "only the rows are put in reverse", "a turn by 180 degrees reverses the columns too")
def rows_reversed_only(image, kernel):
    return right.correlate2d(image, kernel.flip(0))


@mistake("convolve2d", same_as="rows_reversed_only")
def row_index_counts_down(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if h < kh or w < kw:
        raise ValueError(f"kernel ({kh}, {kw}), image ({h}, {w})")
    out = torch.zeros(h - kh + 1, w - kw + 1, dtype=torch.result_type(image, kernel))
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            out[i, j] = sum(image[i + a, j + b] * kernel[-1 - a, b] for a in range(kh) for b in range(kw))
    return out


@mistake("convolve2d", "only the columns are put in reverse", "a turn by 180 degrees reverses the rows too")
def columns_reversed_only(image, kernel):
    return right.correlate2d(image, kernel.flip(1))


@mistake(
    "convolve2d", "the kernel is transposed, not turned", "where its first number lies after a turn by 180 degrees"
)
def transposed_for_turned(image, kernel):
    return right.correlate2d(image, kernel.T)


@mistake("convolve2d", "the kernel is turned by 90 degrees", "rot90 turns once unless it is told how often")
def turned_by_90_degrees(image, kernel):
    return right.correlate2d(image, kernel.rot90())


@mistake("convolve2d", "the answer is turned, not the kernel", "what slides over an image that stays as it is")
def answer_turned(image, kernel):
    return right.correlate2d(image, kernel).flip(0, 1)


@mistake("convolve2d", "the image is turned, not the kernel", "the image stays as it is")
def image_turned(image, kernel):
    return right.correlate2d(image.flip(0, 1), kernel)


@mistake("convolve2d", "kernel[::-1] is NumPy's: a tensor's slices take no steps backwards", "Tensor.flip")
def negative_steps(image, kernel):
    return right.correlate2d(image, kernel[::-1, ::-1])


@mistake(
    "convolve2d",
    "the kernel is turned again for each window, so that every other window gets it as it was",
    "turn it once, before the loops",
)
def turned_in_the_loop(image, kernel):
    answer, (kh, kw) = right.convolve2d(image, kernel), kernel.shape
    for i, j in itertools.product(*map(range, answer.shape)):
        kernel = kernel.flip(0, 1)
        answer[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return answer


@mistake(
    "convolve2d", "the kernel that belongs to the caller is turned", "flip makes a copy; copy_ writes into its tensor"
)
def callers_kernel_turned(image, kernel):
    return right.correlate2d(image, kernel.copy_(kernel.flip(0, 1)))


@mistake(
    "convolve2d",
    "every overlap counts, as in scipy's convolve2d: the answer is larger than the image",
    "the answer has one number for each place where the whole kernel lies inside the image",
)
def every_overlap(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    right.convolve2d(image, kernel)
    framed = image.new_zeros(h + 2 * kh - 2, w + 2 * kw - 2)
    framed[kh - 1 : kh - 1 + h, kw - 1 : kw - 1 + w] = image
    return right.convolve2d(framed, kernel)


@mistake("convolve2d", same_as="every_overlap")
def print_for_each_pixel(image, kernel):
    rows, columns = (n + k - 1 for n, k in zip(image.shape, kernel.shape, strict=True))
    canvas = torch.zeros(rows, columns, dtype=torch.result_type(image, kernel))
    for i, row in enumerate(image):
        for j, pixel in enumerate(row):
            canvas[i : i + kernel.shape[0], j : j + kernel.shape[1]] += pixel.to(canvas.dtype) * kernel.to(canvas.dtype)
    return canvas


@mistake("convolve2d", "whether the turned kernel fits is not checked", "what must raise a ValueError, and its text")
def turned_without_a_check(image, kernel):
    return unchecked(image, kernel.flip(0, 1))


@mistake("convolve2d", "the answer is float32, whatever goes in", "torch.zeros makes float32 unless it is told a dtype")
def convolved_in_float32(image, kernel):
    return right.convolve2d(image, kernel).float()


@mistake(
    "convolve2d",
    "the sums are written into a tensor of the image's dtype, which cuts them to whole numbers or to a byte",
    "the dtype of the tensor that the sums are written into",
)
def convolved_in_the_images_dtype(image, kernel):
    return right.convolve2d(image, kernel).to(image.dtype)


# right answers


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


@right_answer("correlate2d", "by recursion: the kernel's last row, and what is above it")
def row_upon_row(image, kernel):
    if image.dim() != 2 or kernel.dim() != 2:
        raise ValueError(f"want a grey image and one kernel, not {image.dim()} and {kernel.dim()} dimensions")
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError(f"no place for {kh} rows and {kw} columns in {h} rows and {w} columns")
    if kh > 1:
        return row_upon_row(image[:-1], kernel[:-1]) + row_upon_row(image[kh - 1 :], kernel[-1:])
    dtype = torch.result_type(image, kernel)  # and not int64, as sum() makes every whole number
    columns = [(image[:, j : j + kw] * kernel).sum(dim=1, dtype=dtype) for j in range(w - kw + 1)]
    return torch.stack(columns, dim=1)


@right_answer("correlate2d", "all windows at once, picked by tensors of indices")
def all_windows_at_once(image, kernel):
    starts = [n - k + 1 for n, k in zip(image.shape, kernel.shape, strict=True)]
    if min(starts) < 1:
        raise ValueError(f"kernel {list(kernel.shape)} exceeds image {list(image.shape)}")
    i, j, a, b = torch.meshgrid(*map(torch.arange, (*starts, *kernel.shape)), indexing="ij")
    return (image[i + a, j + b] * kernel).sum((-1, -2)).to(torch.result_type(image, kernel))


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


@right_answer("convolve2d", "as the sum that mathematics writes down, with indices that run against each other")
def indices_against_each_other(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h:
        raise ValueError(f"{kh} rows of the kernel are more than {h} of the image ({kw} and {w} columns)")
    if kw > w:
        raise ValueError(f"{kw} columns of the kernel are more than {w} of the image ({kh} and {h} rows)")
    answer = torch.zeros(h - kh + 1, w - kw + 1, dtype=torch.result_type(image, kernel))
    for i, j, a, b in itertools.product(range(kh - 1, h), range(kw - 1, w), range(kh), range(kw)):
        answer[i - kh + 1, j - kw + 1] += image[i - a, j - b] * kernel[a, b]
    return answer


@right_answer("correlate2d", "a view of all windows by their strides, and einsum")
def strided_windows(image, kernel):
    (h, w), (kh, kw), dtype = image.shape, kernel.shape, torch.result_type(image, kernel)
    if kh > h or kw > w:
        raise ValueError(f"the kernel {kh}x{kw} is larger than the image {h}x{w}")
    windows = image.as_strided((h - kh + 1, w - kw + 1, kh, kw), image.stride() * 2)
    return torch.einsum("ijab,ab->ij", windows.to(dtype), kernel.to(dtype))


@right_answer("correlate2d", "with helpers of its own for everything")
def many_helpers(image, kernel):
    def size_of(axis):
        room = image.shape[axis] - kernel.shape[axis]
        if room < 0:
            raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
        return room + 1

    def window_at(row, column):
        return image.narrow(0, row, kernel.shape[0]).narrow(1, column, kernel.shape[1])

    def number_at(place):
        return torch.sum(window_at(*divmod(place, width)) * kernel, dtype=torch.result_type(image, kernel))

    height, width = size_of(0), size_of(1)
    return torch.stack([number_at(place) for place in range(height * width)]).reshape(height, width)


@right_answer("correlate2d", "nested comprehensions")
def in_one_comprehension(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    if rows <= 0 or columns <= 0:
        raise ValueError(f"image {tuple(image.shape)}, kernel {tuple(kernel.shape)}")
    size = kernel.shape
    sums = [[(image[i:, j:][: size[0], : size[1]] * kernel).sum() for j in range(columns)] for i in range(rows)]
    return torch.stack([torch.stack(row) for row in sums]).to(torch.result_type(image, kernel))


@right_answer("convolve2d", "image and kernel as one long row each, and a matrix of weights between them")
def matrix_of_weights(image, kernel):
    (h, w), (kh, kw), dtype = image.shape, kernel.shape, torch.result_type(image, kernel)
    if min(h - kh, w - kw) < 0:
        raise ValueError(f"{kh} x {kw} is too large for {h} x {w}")
    rows, columns = h - kh + 1, w - kw + 1
    matrix = torch.zeros(rows * columns, h * w, dtype=dtype)
    for i, j, a, b in itertools.product(range(rows), range(columns), range(kh), range(kw)):
        matrix[i * columns + j, (i + a) * w + j + b] = kernel[kh - 1 - a, kw - 1 - b]
    return (matrix @ image.reshape(-1).to(dtype)).reshape(rows, columns)
