import itertools

import torch

from kit.given import pair
from mistakes import mistake, right, right_answer


def slid(padded, kernel, stride, dtype=None):
    """The right loops over an image that is padded already, without a look at the numbers."""
    (h, w), (kh, kw), (sh, sw) = padded.shape, kernel.shape, pair(stride)
    h_out, w_out = (h - kh) // sh + 1, (w - kw) // sw + 1
    answer = torch.zeros(h_out, w_out, dtype=dtype or torch.result_type(padded, kernel))
    for i, j in itertools.product(range(h_out), range(w_out)):
        answer[i, j] = (padded[i * sh : i * sh + kh, j * sw : j * sw + kw] * kernel).sum()
    return answer


def framed(image, padding):
    """The right frame, without a look at the numbers."""
    (h, w), (ph, pw) = image.shape, pair(padding)
    padded = image.new_zeros(h + 2 * ph, w + 2 * pw)
    padded[ph : ph + h, pw : pw + w] = image
    return padded


def any_stride(image, kernel, stride, padding):
    """The right loops, in which everything has been checked but the stride."""
    right.correlate2d(image, kernel, padding=padding)
    return slid(framed(image, padding), kernel, stride)


def any_fit(image, kernel, stride, padding):
    """The right loops, in which all has been checked but whether the kernel fits."""
    if min(pair(stride)) < 1:
        raise ValueError(f"{stride=}")
    return slid(right.pad2d(image, padding), kernel, stride)


def picked(image, padding, place):
    """A frame of pixels of the image: `place` says which row or column stands in for one outside."""
    right.pad2d(image, padding)
    (h, w), (ph, pw) = image.shape, pair(padding)
    rows, columns = ([place(i, n) for i in range(-p, n + p)] for n, p in ((h, ph), (w, pw)))
    return image[rows][:, columns]


# the frame


@mistake("pad2d", "all padding is put below and to the right", "the same number of rows above as below")
def at_the_end_only(image, padding):
    ph, pw = pair(padding)
    return right.pad2d(image, padding).roll((-ph, -pw), (0, 1))


@mistake("pad2d", same_as="at_the_end_only")
def image_in_the_corner(image, padding):
    ph, pw = pair(padding)
    h, w = image.shape
    out = torch.zeros((h + 2 * ph, w + 2 * pw), dtype=image.dtype)
    out[:h, :w] = image
    return out


@mistake("pad2d", "all padding is put above and to the left", "the same number of rows below as above")
def at_the_start_only(image, padding):
    return right.pad2d(image, padding).roll(pair(padding), (0, 1))


@mistake("pad2d", "each side grows by the padding once", "padding 1 makes 7x7 of 5x5, not 6x6")
def grown_once(image, padding):
    ph, pw = pair(padding)
    return right.pad2d(image, padding)[: image.shape[0] + ph, : image.shape[1] + pw]


@mistake("pad2d", same_as="grown_once")
def rows_above_and_columns_left(image, padding):
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    if ph < 0 or pw < 0:
        raise ValueError(f"negative padding: {padding}")
    above = torch.zeros(ph, image.shape[1], dtype=image.dtype)
    taller = torch.cat((above, image))
    left = torch.zeros(taller.shape[0], pw, dtype=image.dtype)
    return torch.cat((left, taller), dim=1)


@mistake("pad2d", "each end gets twice the padding", "padding 1 makes 7x7 of 5x5, not 9x9")
def twice_at_each_end(image, padding):
    ph, pw = pair(padding)
    return right.pad2d(image, (2 * ph, 2 * pw))


@mistake("pad2d", "only rows are added", "the frame has columns at the left and at the right, too")
def rows_only(image, padding):
    right.pad2d(image, padding)
    return right.pad2d(image, (pair(padding)[0], 0))


@mistake("pad2d", "only columns are added", "the frame has rows above and below, too")
def columns_only(image, padding):
    right.pad2d(image, padding)
    return right.pad2d(image, (0, pair(padding)[1]))


@mistake("pad2d", "the parts of the padding are exchanged", "a pair is (height, width): rows come first")
def paddings_exchanged(image, padding):
    return right.pad2d(image, pair(padding)[::-1])


@mistake("pad2d", same_as="paddings_exchanged")
def width_before_height(image, padding):
    pw, ph = pair(padding)
    padded = torch.zeros(image.shape[0] + 2 * ph, image.shape[1] + 2 * pw, dtype=image.dtype)
    for i, row in enumerate(image):
        for j, pixel in enumerate(row):
            padded[ph + i, pw + j] = pixel
    return padded


@mistake("pad2d", "the padding of the height is used for the width too", "padding may be a pair (height, width)")
def one_padding_for_both(image, padding):
    right.pad2d(image, padding)
    return right.pad2d(image, pair(padding)[0])


@mistake("pad2d", "padding is taken to be an int", "it may be a pair (height, width), too")
def pairs_not_taken(image, padding):
    if padding < 0:
        raise ValueError(f"{padding=}")
    return right.pad2d(image, padding)


@mistake(
    "pad2d", "a padding of 0 leaves nothing: [0:-0] is the same as [0:0]", "[p : p + n] has n numbers for p = 0, too"
)
def up_to_minus_0(image, padding):
    padded, (ph, pw) = right.pad2d(image, padding).new_zeros(framed(image, padding).shape), pair(padding)
    padded[ph:-ph, pw:-pw] = image
    return padded


@mistake("pad2d", "height and width of the padded image are exchanged", "torch.zeros(rows, columns)")
def sides_exchanged(image, padding):
    (h, w), (ph, pw) = image.shape, pair(padding)
    padded = torch.zeros(right.pad2d(image, padding).T.shape, dtype=image.dtype)
    padded[ph : ph + h, pw : pw + w] = image
    return padded


@mistake("pad2d", "the frame is made of ones", "the frame is made of zeros")
def frame_of_ones(image, padding):
    return right.pad2d(image - 1, padding) + 1


@mistake("pad2d", "the border is repeated outwards", "the frame is made of zeros")
def border_repeated(image, padding):
    return picked(image, padding, lambda i, n: min(max(i, 0), n - 1))


@mistake("pad2d", "the image is mirrored at its border", "the frame is made of zeros")
def mirrored(image, padding):
    return picked(image, padding, lambda i, n: min(i % max(1, 2 * n - 2), -i % max(1, 2 * n - 2)))


@mistake("pad2d", "the image goes on at its other side", "the frame is made of zeros")
def wrapped_around(image, padding):
    return picked(image, padding, lambda i, n: i % n)


@mistake("pad2d", "the frame is written over the border of the caller's image", "the padded image is a larger tensor")
def frame_over_the_image(image, padding):
    (h, w), (ph, pw) = image.shape, pair(padding)
    right.pad2d(image, padding)
    with torch.no_grad():
        image[:ph], image[max(0, h - ph) :], image[:, :pw], image[:, max(0, w - pw) :] = 0, 0, 0, 0
    return image


@mistake("pad2d", "the frame is float32, whatever the image is", "torch.zeros makes float32 unless it is told a dtype")
def always_float32(image, padding):
    return right.pad2d(image, padding).float()


@mistake("pad2d", same_as="always_float32")
def zeros_without_dtype(image, padding):
    (rows, columns), (down, across) = image.size(), pair(padding)
    if down < 0:
        raise ValueError(f"cannot pad by {down}")
    if across < 0:
        raise ValueError(f"cannot pad by {across}")
    canvas = torch.zeros(rows + down + down, columns + across + across)
    canvas[down : down + rows, across : across + columns] = image
    return canvas


@mistake("pad2d", "the frame is float64, whatever the image is", "the padded image has the image's dtype")
def always_float64(image, padding):
    return right.pad2d(image, padding).double()


@mistake("pad2d", "the image is cut off from its gradients", "detach, tolist and torch.tensor break the graph")
def image_detached(image, padding):
    return right.pad2d(image.detach(), padding)


@mistake("pad2d", same_as="image_detached")
def through_python_lists(image, padding):
    ph, pw = pair(padding)
    if ph < 0 or pw < 0:
        raise ValueError(f"padding {ph, pw} is negative")
    empty = [0] * (image.shape[1] + 2 * pw)
    rows = [[0] * pw + row + [0] * pw for row in image.tolist()]
    rows = [list(empty) for _ in range(ph)] + rows + [list(empty) for _ in range(ph)]
    return torch.tensor(rows, dtype=image.dtype)


@mistake(
    "pad2d",
    "the image is multiplied into place, where 0 times inf or nan is nan",
    "copy the image into zeros: frame and image do not meet",
)
def multiplied_into_place(image, padding):
    (h, w), (rows, columns), (ph, pw) = image.shape, right.pad2d(image, padding).shape, pair(padding)
    down, right_ = torch.eye(rows, dtype=image.dtype)[:, ph : ph + h], torch.eye(columns, dtype=image.dtype)
    return (down[:, :, None] * image[None]).sum(1, dtype=image.dtype) @ right_[pw : pw + w]


@mistake("pad2d", "negative padding counts as 0", "what must raise a ValueError, and its text")
def negative_counts_as_0(image, padding):
    return right.pad2d(image, tuple(max(0, p) for p in pair(padding)))


@mistake("pad2d", "negative padding is not looked for", "what must raise a ValueError, and its text")
def padding_not_checked(image, padding):
    return framed(image, padding)


@mistake("pad2d", "only the padding of the height is checked", "a pair has two parts")
def only_the_height_checked(image, padding):
    if pair(padding)[0] < 0:
        raise ValueError(f"{padding=}")
    return framed(image, padding)


@mistake("pad2d", "padding is refused only if both parts are negative", "the word between the comparisons: and, or")
def both_must_be_negative(image, padding):
    if max(pair(padding)) < 0:
        raise ValueError(f"{padding=}")
    return framed(image, padding)


@mistake("pad2d", "the sum of the padding is checked: -3 and 5 make 2", "each part is 0 or more")
def sum_checked(image, padding):
    if sum(pair(padding)) < 0:
        raise ValueError(f"{padding=}")
    return framed(image, padding)


@mistake("pad2d", "a padding of 0 is refused", "no frame is a frame, too")
def padding_0_refused(image, padding):
    if min(pair(padding)) <= 0:
        raise ValueError(f"{padding=}")
    return framed(image, padding)


@mistake("pad2d", "assert raises an AssertionError", "which exception the docstring asks for: raise ValueError(…)")
def padding_asserted(image, padding):
    assert min(pair(padding)) >= 0, f"{padding=}"
    return framed(image, padding)


@mistake("pad2d", "the message does not name the padding", "which number would help whoever reads the message")
def message_without_the_padding(image, padding):
    if min(pair(padding)) < 0:
        raise ValueError("padding is negative")
    return framed(image, padding)


@mistake("pad2d", "the work is left to PyTorch", "the frame is what is to be written here")
def left_to_pytorch(image, padding):
    (ph, pw), _ = pair(padding), right.pad2d(image, padding)
    return torch.nn.functional.pad(image, (pw, pw, ph, ph))


# the steps


@mistake("correlate2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def one_stride_for_both(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, pair(stride)[0], padding)


@mistake("correlate2d", same_as="one_stride_for_both")
def first_of_the_pair(image, kernel, stride=1, padding=0):
    s = stride if isinstance(stride, int) else stride[0]
    ph, pw = pair(padding)
    h, w = image.shape
    padded = torch.zeros(h + 2 * ph, w + 2 * pw, dtype=image.dtype)
    padded[ph : ph + h, pw : pw + w] = image
    kh, kw = kernel.shape
    rows = (h + 2 * ph - kh) // s + 1
    columns = (w + 2 * pw - kw) // s + 1
    out = torch.zeros(rows, columns, dtype=torch.result_type(image, kernel))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = (padded[s * i : s * i + kh, s * j : s * j + kw] * kernel).sum()
    return out


@mistake(
    "correlate2d",
    "the answer has the right size, but the windows move right by the stride of the rows",
    "window j begins at column j * SW",
)
def rows_stride_in_the_loop(image, kernel, stride=1, padding=0):
    answer, padded = right.correlate2d(image, kernel, stride, padding), right.pad2d(image, padding)
    (sh, _), (kh, kw), answer = pair(stride), kernel.shape, torch.zeros_like(answer)
    for i, j in itertools.product(*map(range, answer.shape)):
        answer[i, j] = (padded[i * sh : i * sh + kh, j * sh : j * sh + kw] * kernel).sum()
    return answer


@mistake("correlate2d", "the parts of the stride are exchanged", "a pair is (height, width)")
def strides_exchanged(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, pair(stride)[::-1], padding)


@mistake("correlate2d", "the stride is ignored", "how far the kernel moves on")
def stride_ignored(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return right.correlate2d(image, kernel, 1, padding)


@mistake("correlate2d", same_as="stride_ignored")
def weights_times_moved_images(image, kernel, stride=1, padding=0):
    (h, w), (kh, kw), (ph, pw) = image.shape, kernel.shape, pair(padding)
    padded = torch.zeros(h + 2 * ph, w + 2 * pw, dtype=image.dtype)
    padded[ph : ph + h, pw : pw + w] = image
    down, across = padded.shape[0] - kh + 1, padded.shape[1] - kw + 1
    return sum(padded[a : a + down, b : b + across] * kernel[a, b] for a in range(kh) for b in range(kw))


@mistake("correlate2d", "stride is taken to be an int", "it may be a pair (height, width), too")
def stride_pairs_not_taken(image, kernel, stride=1, padding=0):
    if stride < 1:
        raise ValueError(f"{stride=}")
    return right.correlate2d(image, kernel, stride, padding)


@mistake("correlate2d", "the stride shrinks the answer but the windows move by 1", "where window i begins: i * stride")
def stride_in_the_size_only(image, kernel, stride=1, padding=0):
    h, w = right.correlate2d(image, kernel, stride, padding).shape
    return right.correlate2d(image, kernel, 1, padding)[:h, :w]


@mistake("correlate2d", same_as="stride_in_the_size_only")
def i_for_i_times_stride(image, kernel, stride=1, padding=0):
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), kernel.shape
    if min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError(f"stride {stride} or padding {padding}")
    middle = torch.cat([image.new_zeros(len(image), pw), image, image.new_zeros(len(image), pw)], 1)
    frame = image.new_zeros(ph, middle.shape[1])
    padded = torch.cat([frame, middle, frame])
    h_out, w_out = (padded.shape[0] - kh) // sh + 1, (padded.shape[1] - kw) // sw + 1
    if h_out < 1 or w_out < 1:
        raise ValueError(f"kernel {kh}x{kw} in {padded.shape[0]}x{padded.shape[1]}")
    windows = [padded[i : i + kh, j : j + kw] for i in range(h_out) for j in range(w_out)]
    return torch.stack([(window * kernel).sum() for window in windows]).view(h_out, w_out)


@mistake(
    "correlate2d",
    "the windows move by the stride, but there are as many as with stride 1: the last ones lie over the edge",
    "a slice that reaches over the edge gets shorter",
)
def stride_in_the_index_only(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw), padded = pair(stride), kernel.shape, right.pad2d(image, padding)
    right.correlate2d(image, kernel, stride, padding)
    answer = right.correlate2d(image, kernel, 1, padding).detach()
    for i, j in itertools.product(*map(range, answer.shape)):
        answer[i, j] = (padded[i * sh : i * sh + kh, j * sw : j * sw + kw] * kernel).sum()
    return answer


@mistake(
    "correlate2d",
    "the answer is as large as with stride 1 and has zeros between its numbers",
    "window i begins at row i * stride, but its number goes to row i",
)
def answer_with_holes(image, kernel, stride=1, padding=0):
    (sh, sw), answer = pair(stride), right.correlate2d(image, kernel, stride, padding)
    wide = torch.zeros_like(right.correlate2d(image, kernel, 1, padding))
    wide[::sh, ::sw] = answer
    return wide


@mistake("correlate2d", "the first window begins at the last row of the first step", "window 0 begins at row 0")
def late_start(image, kernel, stride=1, padding=0):
    (sh, sw), _ = pair(stride), right.correlate2d(image, kernel, stride, padding)
    return right.correlate2d(image, kernel, 1, padding)[sh - 1 :: sh, sw - 1 :: sw]


@mistake(
    "correlate2d",
    "the stride is taken through the image, not through the windows",
    "a window holds neighbouring pixels, however large the steps are",
)
def image_thinned_out_first(image, kernel, stride=1, padding=0):
    sh, sw = pair(stride)
    return right.correlate2d(image[::sh, ::sw], kernel, 1, padding)


@mistake("correlate2d", same_as="image_thinned_out_first")
def every_second_pixel(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw) = pair(stride), kernel.shape
    small = torch.stack([row[::sw] for row in image[::sh]])
    ph, pw = pair(padding)
    padded = torch.zeros(small.shape[0] + 2 * ph, small.shape[1] + 2 * pw, dtype=image.dtype)
    padded[ph : ph + small.shape[0], pw : pw + small.shape[1]] = small
    h, w = padded.shape
    if h < kh or w < kw:
        raise ValueError(f"kernel ({kh}, {kw}) > padded image ({h}, {w})")
    out = torch.zeros(h - kh + 1, w - kw + 1, dtype=image.dtype)
    for y in range(h - kh + 1):
        for x in range(w - kw + 1):
            out[y, x] = torch.sum(padded[y : y + kh, x : x + kw] * kernel)
    return out


@mistake(
    "correlate2d",
    "the padded image loses rows and columns first, then the kernel slides over what is left",
    "a window holds neighbouring pixels, however large the steps are",
)
def padded_image_thinned_out(image, kernel, stride=1, padding=0):
    sh, sw = pair(stride)
    return right.correlate2d(right.pad2d(image, padding)[::sh, ::sw], kernel)


@mistake(
    "correlate2d",
    "the loop goes through the answer in steps of the stride, so that numbers between them stay 0",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def steps_through_the_answer(image, kernel, stride=1, padding=0):
    (sh, sw), (h, w) = pair(stride), right.correlate2d(image, kernel, stride, padding).shape
    dense = right.correlate2d(image, kernel, 1, padding)
    answer = torch.zeros(h, w, dtype=dense.dtype)
    answer[::sh, ::sw] = dense[:h:sh, :w:sw]
    return answer


@mistake(
    "correlate2d",
    "the answer is divided by the stride twice: in H_out, and in the steps of the loop over it",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def stride_counted_twice(image, kernel, stride=1, padding=0):
    (sh, sw), (h, w) = pair(stride), right.correlate2d(image, kernel, stride, padding).shape
    return right.correlate2d(image, kernel, 1, padding)[:h:sh, :w:sw]


@mistake("correlate2d", "the stride lies between the pixels of a window: that is dilation", "how far windows lie apart")
def dilation_for_stride(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw) = pair(stride), kernel.shape
    right.correlate2d(image, kernel, stride, padding)
    wide = kernel.new_zeros(sh * (kh - 1) + 1, sw * (kw - 1) + 1)
    wide[::sh, ::sw] = kernel
    return right.correlate2d(image, wide, 1, padding)


@mistake(
    "correlate2d",
    "the numbers that a larger step leaves out are averaged in",
    "a number of the answer belongs to one window",
)
def skipped_averaged(image, kernel, stride=1, padding=0):
    (sh, sw), shape = pair(stride), right.correlate2d(image, kernel, stride, padding).shape
    dense = right.correlate2d(image, kernel, 1, padding)
    blocks = [[dense[i * sh : (i + 1) * sh, j * sw : (j + 1) * sw] for j in range(shape[1])] for i in range(shape[0])]
    return torch.stack([torch.stack([(block / block.numel()).sum() for block in row]) for row in blocks])


@mistake("correlate2d", "windows may reach over the edge", "rows and columns that are left over give no answer")
def over_the_edge(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw), padded = pair(stride), kernel.shape, right.pad2d(image, padding)
    h, w = padded.shape
    larger = padded.new_zeros(h + (kh - h) % sh, w + (kw - w) % sw)
    larger[:h, :w] = padded
    return right.correlate2d(larger, kernel, stride)


@mistake("correlate2d", "a window that ends at the edge is left out", "range stops before its end: H - KH + 1")
def last_window_missing(image, kernel, stride=1, padding=0):
    (sh, sw), _ = pair(stride), right.correlate2d(image, kernel, stride, padding)
    return right.correlate2d(image, kernel, 1, padding)[:-1:sh, :-1:sw]


@mistake("correlate2d", same_as="last_window_missing")
def range_without_plus_1(image, kernel, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    h, w, (kh, kw) = image.shape[0] + 2 * ph, image.shape[1] + 2 * pw, kernel.shape
    padded = torch.zeros(h, w, dtype=image.dtype)
    padded[ph : h - ph, pw : w - pw] = image
    numbers = [
        (padded[top : top + kh, left : left + kw] * kernel).sum()
        for top in range(0, h - kh, sh)
        for left in range(0, w - kw, sw)
    ]
    shape = len(range(0, h - kh, sh)), len(range(0, w - kw, sw))
    return torch.stack(numbers).reshape(shape) if numbers else torch.zeros(shape, dtype=image.dtype)


# the padding


@mistake("correlate2d", "padding is ignored", "the kernel slides over the padded image")
def padding_ignored(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return slid(image, kernel, stride)


@mistake("correlate2d", "the parts of the padding are exchanged", "a pair is (height, width): rows come first")
def padding_exchanged(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, stride, pair(padding)[::-1])


@mistake("correlate2d", "the padding of the height is used for the width too", "padding may be a pair (height, width)")
def padding_of_the_height_for_both(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return slid(framed(image, pair(padding)[0]), kernel, stride)


@mistake("correlate2d", "all padding is put below and to the right", "the same number of rows above as below")
def padded_at_the_end_only(image, kernel, stride=1, padding=0):
    (ph, pw), _ = pair(padding), right.correlate2d(image, kernel, stride, padding)
    return slid(framed(image, padding).roll((-ph, -pw), (0, 1)), kernel, stride)


@mistake("correlate2d", "each side grows by the padding once", "padding 1 makes 7x7 of 5x5, not 6x6")
def padded_once(image, kernel, stride=1, padding=0):
    (h, w), (ph, pw) = image.shape, pair(padding)
    right.correlate2d(image, kernel, stride, padding)
    return slid(framed(image, padding)[: h + ph, : w + pw], kernel, stride)


@mistake("correlate2d", "the border is repeated outwards", "the frame is made of zeros")
def padded_with_its_border(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return slid(picked(image, padding, lambda i, n: min(max(i, 0), n - 1)), kernel, stride)


@mistake("correlate2d", "the image is padded twice", "pad2d does it once, and nothing else has to")
def padded_twice(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return right.correlate2d(right.pad2d(image, padding), kernel, stride, padding)


@mistake("correlate2d", "the padding is put around the answer", "the image is padded, then the kernel slides over it")
def answer_padded(image, kernel, stride=1, padding=0):
    return right.pad2d(right.correlate2d(image, kernel, stride), padding)


@mistake("correlate2d", "the padding is put around the kernel", "the image is padded, the kernel stays as it is")
def kernel_padded(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, right.pad2d(kernel, padding), stride)


@mistake(
    "correlate2d",
    "the answer has room for the padding, but the windows are taken from the image without it",
    "which tensor is sliced",
)
def size_padded_image_not(image, kernel, stride=1, padding=0):
    answer, inner = right.correlate2d(image, kernel, stride, padding), slid(image, kernel, stride)
    answer = torch.zeros_like(answer)
    answer[: inner.shape[0], : inner.shape[1]] = inner
    return answer


# products, dtypes, gradients


@mistake("correlate2d", "the kernel is turned by 180 degrees", "the kernel's first number meets a window's first pixel")
def kernel_turned(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel.flip(0, 1), stride, padding)


@mistake("correlate2d", "rows and columns of the kernel are exchanged", "kernel[a, b] has its row first")
def kernel_transposed(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel.T, stride, padding)


@mistake("correlate2d", "the sum is not reset between windows", "where the total is set to 0")
def total_not_reset(image, kernel, stride=1, padding=0):
    answer = right.correlate2d(image, kernel, stride, padding)
    return answer.flatten().cumsum(0).reshape(answer.shape)


@mistake("correlate2d", "the products are averaged, not added", "a number of the answer is a sum")
def mean_of_products(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, stride, padding) / kernel.numel()


@mistake(
    "correlate2d",
    "the products are written into the padded image: a slice is a view, and *= changes what it looks at",
    "what the padded image holds after the first window",
)
def padded_image_overwritten(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw), padded = pair(stride), kernel.shape, right.pad2d(image, padding)
    answer = torch.zeros_like(right.correlate2d(image, kernel, stride, padding))
    for i, j in itertools.product(*map(range, answer.shape)):
        window = padded[i * sh : i * sh + kh, j * sw : j * sw + kw]
        window *= kernel
        answer[i, j] = window.sum()
    return answer


@mistake(
    "correlate2d", "the answer is float32, whatever goes in", "torch.zeros makes float32 unless it is told a dtype"
)
def correlated_in_float32(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return slid(framed(image, padding), kernel, stride, torch.float32)


@mistake("correlate2d", "the answer is float64, whatever goes in", "whole numbers times whole numbers are whole")
def correlated_in_float64(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, stride, padding).double()


@mistake("correlate2d", "the image is cut off from its gradients", "detach, tolist and torch.tensor break the graph")
def image_cut_off(image, kernel, stride=1, padding=0):
    return right.correlate2d(image.detach(), kernel, stride, padding)


@mistake("correlate2d", "the kernel is cut off from its gradients", "detach, item and tolist break the graph")
def kernel_detached(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel.detach(), stride, padding)


@mistake("correlate2d", same_as="image_cut_off")
def item_by_item(image, kernel, stride=1, padding=0):
    padded, (sh, sw), (kh, kw) = framed(image, padding), pair(stride), kernel.shape
    h, w = padded.shape
    out = torch.zeros((h - kh) // sh + 1, (w - kw) // sw + 1, dtype=kernel.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total = 0
            for a in range(kh):
                for b in range(kw):
                    total += padded[i * sh + a, j * sw + b].item() * kernel[a, b].item()
            out[i, j] = total
    return out


# what must be refused


@mistake("correlate2d", "a stride of 0 or less counts as 1", "what must raise a ValueError, and its text")
def stride_at_least_1(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, tuple(max(1, s) for s in pair(stride)), padding)


@mistake("correlate2d", "the stride is not checked", "what must raise a ValueError, and its text")
def stride_not_checked(image, kernel, stride=1, padding=0):
    return any_stride(image, kernel, stride, padding)


@mistake("correlate2d", "a stride below 0 is refused, but 0 is not", "< 0 is not the same as < 1")
def stride_0_let_through(image, kernel, stride=1, padding=0):
    if min(pair(stride)) < 0:
        raise ValueError(f"{stride=}")
    return any_stride(image, kernel, stride, padding)


@mistake("correlate2d", "only the stride of the rows is checked", "a stride may be a pair (height, width)")
def only_the_first_stride_checked(image, kernel, stride=1, padding=0):
    if pair(stride)[0] < 1:
        raise ValueError(f"{stride=}")
    return any_stride(image, kernel, stride, padding)


@mistake("correlate2d", "negative padding counts as 0", "what must raise a ValueError, and its text")
def negative_padding_counts_as_0(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, stride, tuple(max(0, p) for p in pair(padding)))


@mistake("correlate2d", "negative padding is not looked for", "what must raise a ValueError, and its text")
def negative_padding_not_refused(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, 9)
    if min(pair(padding)) >= 0:
        right.correlate2d(image, kernel, stride, padding)
    return slid(framed(image, padding), kernel, stride)


@mistake("correlate2d", "whether the kernel fits is not checked", "what must raise a ValueError, and its text")
def fit_not_checked(image, kernel, stride=1, padding=0):
    return any_fit(image, kernel, stride, padding)


@mistake("correlate2d", "only the height is checked", "a kernel may be too wide, too")
def only_the_height_must_fit(image, kernel, stride=1, padding=0):
    padded = right.pad2d(image, padding)
    if kernel.shape[0] > padded.shape[0]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(padded.shape)}")
    return any_fit(image, kernel, stride, padding)


@mistake("correlate2d", "whether the kernel fits is asked without the padding", "what it has to fit into")
def fit_without_padding(image, kernel, stride=1, padding=0):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    return right.correlate2d(image, kernel, stride, padding)


@mistake("correlate2d", "a kernel as large as the padded image is refused", "it has one place in that direction")
def equal_size_refused(image, kernel, stride=1, padding=0):
    padded = right.pad2d(image, padding)
    if kernel.shape[0] >= padded.shape[0] or kernel.shape[1] >= padded.shape[1]:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(padded.shape)}")
    return right.correlate2d(image, kernel, stride, padding)


@mistake(
    "correlate2d", "assert raises an AssertionError", "which exception the docstring asks for: raise ValueError(…)"
)
def asserted(image, kernel, stride=1, padding=0):
    assert min(pair(stride)) >= 1, f"{stride=}"
    assert min(pair(padding)) >= 0, f"{padding=}"
    padded = right.pad2d(image, padding)
    sides = zip(kernel.shape, padded.shape, strict=True)
    assert all(k <= n for k, n in sides), f"{tuple(kernel.shape)} does not fit into {tuple(padded.shape)}"
    return slid(padded, kernel, stride)


@mistake("correlate2d", "the messages do not name the numbers", "stride, padding, the sides of kernel and padded image")
def messages_without_numbers(image, kernel, stride=1, padding=0):
    try:
        return right.correlate2d(image, kernel, stride, padding)
    except ValueError:
        raise ValueError("stride, padding or kernel are not as they should be") from None


@mistake("correlate2d", "the work is left to PyTorch", "the loops are what is to be written here")
def convolution_left_to_pytorch(image, kernel, stride=1, padding=0):
    right.correlate2d(image, kernel, stride, padding)
    return torch.conv2d(image[None, None], kernel[None, None], None, stride, padding)[0, 0]


# right answers


@right_answer("pad2d", "with strips of zeros that are joined to the image")
def strips_joined(image, padding):
    ph, pw = pair(padding)
    if min(ph, pw) < 0:
        raise ValueError(f"negative padding {ph, pw}")
    side = image.new_zeros(len(image), pw)
    wide = torch.cat([side, image, side], dim=1)
    above = image.new_zeros(ph, wide.shape[1])
    return torch.cat([above, wide, above])


@right_answer("pad2d", "pixel by pixel")
def pixel_by_pixel(image, padding):
    ph, pw = pair(padding)
    for p in (ph, pw):
        if p < 0:
            raise ValueError(f"{p} is negative")
    padded = image.new_zeros([n + 2 * p for n, p in zip(image.shape, (ph, pw), strict=True)])
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            padded[i + ph, j + pw] = image[i, j]
    return padded


@right_answer("pad2d", "by recursion, one ring of zeros after another")
def ring_by_ring(image, padding):
    ph, pw = pair(padding)
    if image.dim() != 2 or ph < 0 or pw < 0:
        raise ValueError(f"cannot put {ph} rows and {pw} columns around {image.dim()} dimensions")
    if ph > 0:
        row = torch.zeros_like(image[:1])
        return ring_by_ring(torch.vstack((row, image, row)), (ph - 1, pw))
    if pw > 0:
        column = torch.zeros_like(image[:, :1])
        return ring_by_ring(torch.hstack((column, image, column)), (ph, pw - 1))
    return image


@right_answer("correlate2d", "every window first, then every nth row and column of the answer")
def thinned_out_afterwards(image, kernel, stride=1, padding=0):
    sh, sw = pair(stride)
    if min(sh, sw) < 1:
        raise ValueError(f"the stride {sh, sw} leads nowhere")
    padded, (kh, kw) = right.pad2d(image, padding), kernel.shape
    h, w = padded.shape[0] - kh + 1, padded.shape[1] - kw + 1
    if min(h, w) < 1:
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(padded.shape)}")
    windows = [[(padded[i : i + kh, j : j + kw] * kernel).sum() for j in range(w)] for i in range(h)]
    return torch.stack([torch.stack(row) for row in windows])[::sh, ::sw]


@right_answer("correlate2d", "one weight at a time, with slices that take the steps")
def weight_by_weight(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw), padded = pair(stride), kernel.shape, right.pad2d(image, padding)
    if sh <= 0 or sw <= 0:
        raise ValueError(f"stride {stride}")
    h, w = padded.shape[0] - kh, padded.shape[1] - kw
    if h < 0 or w < 0:
        raise ValueError(f"{kh, kw} does not fit into {tuple(padded.shape)}")
    answer = 0
    for a in range(kh):
        for b in range(kw):
            answer = answer + padded[a : a + h + 1 : sh, b : b + w + 1 : sw] * kernel[a, b]
    return answer


@right_answer("correlate2d", "all windows at once, picked by tensors of indices")
def all_windows_at_once(image, kernel, stride=1, padding=0):
    for name, numbers, least in (("stride", pair(stride), 1), ("padding", pair(padding), 0)):
        if any(number < least for number in numbers):
            raise ValueError(f"{name} is {numbers}; want {least} or more")
    padded = right.pad2d(image, padding)
    spare = [n - k for n, k in zip(padded.shape, kernel.shape, strict=True)]
    if min(spare) < 0:
        raise ValueError(f"no place for {list(kernel.shape)} in {list(padded.shape)}")
    tops, lefts = (torch.arange(0, room + 1, step) for room, step in zip(spare, pair(stride), strict=True))
    rows = tops[:, None, None, None] + torch.arange(kernel.shape[0])[:, None]
    columns = lefts[:, None, None] + torch.arange(kernel.shape[1])
    return (padded[rows, columns] * kernel).sum((2, 3))


@right_answer("pad2d", "rows of lists around the image's own, stacked")
def rows_stacked(image, padding):
    ph, pw = pair(padding)
    if min(ph, pw) < 0:
        raise ValueError(f"padding={padding}")
    side = image.new_zeros(pw)
    rows = [torch.cat([side, row, side]) for row in image]
    empty = image.new_zeros(len(image[0]) + 2 * pw)
    return torch.stack([empty] * ph + rows + [empty] * ph)


@right_answer("pad2d", "by recursion: one side at a time")
def side_by_side(image, padding):
    def above(tensor, rows):
        if rows == 0:
            return tensor
        return above(torch.cat([tensor.new_zeros(1, tensor.shape[1]), tensor]), rows - 1)

    ph, pw = pair(padding)
    if ph < 0 or pw < 0:
        raise ValueError(f"no negative padding: {padding}")
    for rows in (ph, pw, ph, pw):
        image = above(image, rows).rot90()
    return image


@right_answer("correlate2d", "a view of all windows by their strides, and einsum")
def strided_windows(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw) = pair(stride), kernel.shape
    if sh <= 0 or sw <= 0:
        raise ValueError(f"stride={stride}")
    padded, dtype = right.pad2d(image, padding), torch.result_type(image, kernel)
    rows, columns = (padded.shape[0] - kh) // sh + 1, (padded.shape[1] - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"{(kh, kw)} is larger than {tuple(padded.shape)}")
    down, across = padded.stride()
    windows = padded.as_strided((rows, columns, kh, kw), (down * sh, across * sw, down, across))
    return torch.einsum("ijab,ab->ij", windows.to(dtype), kernel.to(dtype))


@right_answer("correlate2d", "with helpers: which rows, which columns, which number")
def which_rows_which_columns(image, kernel, stride=1, padding=0):
    padded = right.pad2d(image, padding)

    def begins(axis):
        step, size, room = pair(stride)[axis], kernel.shape[axis], padded.shape[axis]
        if step < 1:
            raise ValueError(f"a stride of {step}")
        if size > room:
            raise ValueError(f"{size} of the kernel, {room} of the padded image")
        return [start for start in range(room) if start % step == 0 and start + size <= room]

    def number(top, left):
        return sum(
            (padded[top + a, left + b] * kernel[a, b] for a in range(len(kernel)) for b in range(len(kernel[0]))),
            start=torch.zeros((), dtype=torch.result_type(image, kernel)),
        )

    return torch.stack([torch.stack([number(top, left) for left in begins(1)]) for top in begins(0)])
