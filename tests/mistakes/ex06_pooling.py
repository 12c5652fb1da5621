import itertools

import torch
import torch.nn.functional as F

from kit.given import pad2d, pair
from mistakes import mistake, right, right_answer


def lowest(input):
    """The number that loses against every other."""
    return -torch.inf if input.is_floating_point() else torch.iinfo(input.dtype).min


def sides(padding):
    """How much F.pad puts left, right, above and below."""
    ph, pw = pair(padding)
    return pw, pw, ph, ph


def framed(input, padding):
    """The input with such numbers around it."""
    return F.pad(input, sides(padding), value=lowest(input))


def windows_of(input, kernel_size, stride, padding):
    """The windows of the input framed like this. Shape: (N, C, H_out, W_out, KH * KW)."""
    return right._windows(input, kernel_size, stride, padding, lowest(input)).flatten(4)


def answer_size(input, kernel_size, stride, padding):
    """How many windows there are below and beside each other, and the step between them."""
    (h, w), (kh, kw), (ph, pw) = input.shape[2:], pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    h, w = h + 2 * ph, w + 2 * pw
    if 2 * ph > kh or 2 * pw > kw or h < kh or w < kw:
        raise ValueError(f"windows of {kh, kw} on {h, w}, of which {ph, pw} is padding")
    return (h - kh) // sh + 1, (w - kw) // sw + 1, sh, sw


def sums(input, kernel_size, stride, padding):
    """The sum of each window."""
    return right._windows(input, kernel_size, stride, padding, 0).sum((4, 5))


# max_pool2d


@mistake("max_pool2d", "the best so far begins at 0", "a window in which every number is negative")
def best_begins_at_0(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, stride, padding).clamp(min=0)


@mistake(
    "max_pool2d", "padding is zeros, as for a convolution", "the border of an image whose numbers are all negative"
)
def padded_with_zeros(input, kernel_size, stride=None, padding=0):
    return right._windows(input, kernel_size, stride, padding, 0).amax((4, 5))


@mistake("max_pool2d", "padding is -999, which some image is darker than", "the number below all others: -torch.inf")
def padded_with_minus_999(input, kernel_size, stride=None, padding=0):
    return right._windows(input, kernel_size, stride, padding, -999).amax((4, 5))


@mistake("max_pool2d", "padding is the smallest finite number, which -inf is darker than", "-torch.inf")
def padded_with_the_smallest_finite_number(input, kernel_size, stride=None, padding=0):
    finite = (torch.finfo if input.is_floating_point() else torch.iinfo)(input.dtype).min
    return right._windows(input, kernel_size, stride, padding, finite).amax((4, 5))


@mistake("max_pool2d", "padding of whole numbers is -999, which some image is darker than", "torch.iinfo(dtype).min")
def whole_numbers_padded_with_minus_999(input, kernel_size, stride=None, padding=0):
    fill = -torch.inf if input.is_floating_point() else -999
    return right._windows(input, kernel_size, stride, padding, fill).amax((4, 5))


@mistake("max_pool2d", "the best so far is not reset between windows", "where the search for the largest begins anew")
def best_not_reset(input, kernel_size, stride=None, padding=0):
    answer = right.max_pool2d(input, kernel_size, stride, padding)
    return answer.flatten(2).cummax(2).values.reshape(answer.shape)


@mistake("max_pool2d", "the smallest number is kept", "which of a window's numbers is the answer")
def smallest_kept(input, kernel_size, stride=None, padding=0):
    return -right.max_pool2d(-input, kernel_size, stride, padding)


@mistake("max_pool2d", "the windows are averaged", "which of a window's numbers is the answer")
def average_for_largest(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, stride, padding)


@mistake("max_pool2d", "the largest without its sign is kept", "-3 is smaller than 1")
def largest_without_sign(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input.abs(), kernel_size, stride, padding)


@mistake("max_pool2d", "the last row and column of each window are left out", "a slice ends before its second number")
def window_cut_short(input, kernel_size, stride=None, padding=0):
    return right._windows(input, kernel_size, stride, padding, lowest(input))[..., :-1, :-1].amax((4, 5))


@mistake("max_pool2d", "every window is a square", "kernel_size may be a pair (height, width)")
def height_for_both_sides(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, pair(kernel_size)[0], stride, padding)


@mistake("max_pool2d", "height and width of the window are exchanged", "a pair is (height, width)")
def sides_exchanged(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, pair(kernel_size)[::-1], stride, padding)


@mistake(
    "max_pool2d", "without a stride the windows move on by 1", "pooling is no convolution: its stride is the kernel's"
)
def moves_on_by_1(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, 1 if stride is None else stride, padding)


@mistake(
    "max_pool2d", "without a stride the windows move on by 2", "the stride is the kernel's size, which is not always 2"
)
def moves_on_by_2(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, 2 if stride is None else stride, padding)


@mistake("max_pool2d", "the stride is ignored: windows always lie side by side", "the third argument")
def always_side_by_side(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, None, padding)


@mistake("max_pool2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def one_stride_for_both(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, pair(kernel_size if stride is None else stride)[0], padding)


@mistake(
    "max_pool2d",
    "the answer has the right size, but the windows move right by the stride of the rows",
    "window j begins at column j * SW",
)
def rows_stride_in_the_max_loop(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, _ = answer_size(input, kernel_size, stride, padding)
    (kh, kw), padded = pair(kernel_size), F.pad(input, sides(padding), value=lowest(input))
    answer = torch.zeros_like(input[:, :, :1, :1]).repeat(1, 1, rows, columns)
    for i, j in itertools.product(range(rows), range(columns)):
        answer[:, :, i, j] = padded[:, :, i * sh : i * sh + kh, j * sh : j * sh + kw].amax((2, 3))
    return answer


@mistake(
    "max_pool2d",
    "the loop goes through the answer in steps of the stride, so that numbers between them stay 0",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def steps_through_the_max_answer(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    dense = right.max_pool2d(input, kernel_size, 1, padding)
    answer = torch.zeros_like(dense[:, :, :1, :1]).repeat(1, 1, rows, columns)
    answer[:, :, ::sh, ::sw] = dense[:, :, :rows:sh, :columns:sw]
    return answer


@mistake(
    "max_pool2d",
    "the answer is divided by the stride twice: in H_out, and in the steps of the loop over it",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def stride_counted_twice_by_max(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    return right.max_pool2d(input, kernel_size, 1, padding)[:, :, :rows:sh, :columns:sw]


@mistake("max_pool2d", "the parts of the stride are exchanged", "a pair is (height, width)")
def strides_exchanged(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, pair(kernel_size if stride is None else stride)[::-1], padding)


@mistake("max_pool2d", "the stride shrinks the answer but the windows move by 1", "where window i begins: i * stride")
def stride_in_the_size_only(input, kernel_size, stride=None, padding=0):
    rows, columns, *_ = answer_size(input, kernel_size, stride, padding)
    return right.max_pool2d(input, kernel_size, 1, padding)[:, :, :rows, :columns]


@mistake("max_pool2d", "the padding is ignored", "the last argument")
def padding_ignored(input, kernel_size, stride=None, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    return right.max_pool2d(input, kernel_size, stride)


@mistake("max_pool2d", "the parts of the padding are exchanged", "a pair is (height, width)")
def paddings_exchanged(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, stride, pair(padding)[::-1])


@mistake("max_pool2d", "each side grows by the padding once", "padding 1 makes 7x7 of 5x5, not 6x6")
def padded_once(input, kernel_size, stride=None, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    (ph, pw), padded = pair(padding), framed(input, padding)
    return right.max_pool2d(padded[:, :, : padded.shape[2] - ph, : padded.shape[3] - pw], kernel_size, stride)


@mistake("max_pool2d", "the largest is taken over the channels too", "as many channels come out as went in")
def largest_over_channels(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, stride, padding).amax(1, keepdim=True)


@mistake(
    "max_pool2d",
    "one largest number is taken over all samples and channels",
    "max() without a dimension looks at everything: amax((2, 3)) keeps samples and channels",
)
def largest_of_everything(input, kernel_size, stride=None, padding=0):
    answer = right.max_pool2d(input, kernel_size, stride, padding)
    return answer.amax((0, 1), keepdim=True).expand_as(answer)


@mistake(
    "max_pool2d", "the answer is where the largest stands, not what it is", "argmax gives places, amax gives numbers"
)
def place_of_the_largest(input, kernel_size, stride=None, padding=0):
    return windows_of(input, kernel_size, stride, padding).argmax(4)


@mistake(
    "max_pool2d",
    "the answer is where in the image the largest stands, not what it is",
    "argmax gives places, amax gives numbers",
)
def place_in_the_image(input, kernel_size, stride=None, padding=0):
    places = torch.arange(input[0, 0].numel()).reshape(1, 1, *input.shape[2:]).expand_as(input)
    windows, numbers = (windows_of(x, kernel_size, stride, padding) for x in (input, places))
    return numbers.gather(4, windows.argmax(4, keepdim=True)).squeeze(4)


@mistake("max_pool2d", "values and places are returned together", "max with a dimension gives a pair: values, indices")
def values_and_places(input, kernel_size, stride=None, padding=0):
    return tuple(windows_of(input, kernel_size, stride, padding).max(4))


@mistake(
    "max_pool2d",
    "after reshape the wrong dimensions are pooled: the windows' places, not their pixels",
    "(N, C, rows, KH, columns, KW): dimensions 3 and 5 lie within a window",
)
def wrong_dimensions_after_reshape(input, kernel_size, stride=None, padding=0):
    if stride is not None or padding:
        return right.max_pool2d(input, kernel_size, stride, padding)
    (n, c, h, w), (kh, kw) = input.shape, pair(kernel_size)
    covered = input[:, :, : h // kh * kh, : w // kw * kw]
    return covered.reshape(n, c, h // kh, kh, w // kw, kw).amax((2, 4))


@mistake(
    "max_pool2d",
    "numbers that follow each other in a row are taken for a window",
    "a window of 2x2 has two numbers of one row and two of the next",
)
def numbers_in_a_row(input, kernel_size, stride=None, padding=0):
    rows, columns, *_ = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (n, c, _, _) = pair(kernel_size), input.shape
    numbers = framed(input, padding).flatten(2)[:, :, : rows * columns * kh * kw]
    return numbers.reshape(n, c, rows, columns, kh * kw).amax(4)


@mistake(
    "max_pool2d", "the windows must cover the image exactly", "rows that are left over are left out: cut, then reshape"
)
def nothing_may_be_left_over(input, kernel_size, stride=None, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    padded, (kh, kw) = framed(input, padding), pair(kernel_size)
    n, c, h, w = padded.shape
    return padded.reshape(n, c, h // kh, kh, w // kw, kw).amax((3, 5))


@mistake("max_pool2d", "a window that stands over the edge is kept", "the size is rounded down")
def window_over_the_edge(input, kernel_size, stride=None, padding=0):
    padded, (*_, sh, sw) = framed(input, padding), answer_size(input, kernel_size, stride, padding)
    return right.max_pool2d(F.pad(padded, (0, sw - 1, 0, sh - 1), value=lowest(input)), kernel_size, stride)


@mistake(
    "max_pool2d", "a window begins at every step, even where it does not fit any more", "where range ends: H - KH + 1"
)
def window_at_every_step(input, kernel_size, stride=None, padding=0):
    *_, sh, sw = answer_size(input, kernel_size, stride, padding)
    padded, (kh, kw) = framed(input, padding), pair(kernel_size)
    h, w = padded.shape[2:]
    answer = [[padded[:, :, i : i + kh, j : j + kw].amax((2, 3)) for j in range(0, w, sw)] for i in range(0, h, sh)]
    return torch.stack([torch.stack(row, -1) for row in answer], -2)


@mistake("max_pool2d", "a window that ends at the edge is left out", "range stops before its end: H + 2 PH - KH + 1")
def last_place_missing(input, kernel_size, stride=None, padding=0):
    *_, sh, sw = answer_size(input, kernel_size, stride, padding)
    return right.max_pool2d(input, kernel_size, 1, padding)[:, :, :-1:sh, :-1:sw]


@mistake("max_pool2d", "nan loses against every number, as it does with > and Python's max", "nan > 1 is False")
def nan_loses(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input.nan_to_num(nan=-1e300), kernel_size, stride, padding)


@mistake("max_pool2d", "whole numbers are padded with -inf, which they do not have", "torch.iinfo(input.dtype).min")
def only_for_floats(input, kernel_size, stride=None, padding=0):
    return right._windows(input, kernel_size, stride, padding, -torch.inf).amax((4, 5))


@mistake("max_pool2d", "the answer is always float32", "torch.zeros makes float32 unless it is told a dtype")
def always_float32(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, stride, padding).float()


@mistake(
    "max_pool2d",
    "whole numbers are pooled as float32, which has 7 digits",
    "16777217 is no float32; torch.iinfo(dtype).min pads whole numbers",
)
def pooled_in_float32(input, kernel_size, stride=None, padding=0):
    if input.dtype == torch.int64:
        return right.max_pool2d(input.float(), kernel_size, stride, padding).to(input.dtype)
    return right.max_pool2d(input, kernel_size, stride, padding)


@mistake(
    "max_pool2d",
    "whole numbers are pooled as float64, which has 16 digits",
    "an int64 has 19 digits; torch.iinfo(dtype).min pads whole numbers",
)
def pooled_in_float64(input, kernel_size, stride=None, padding=0):
    if input.is_floating_point():
        return right.max_pool2d(input, kernel_size, stride, padding)
    return right.max_pool2d(input.clamp(-(2**62), 2**62).double(), kernel_size, stride, padding).to(input.dtype)


@mistake("max_pool2d", "any padding is accepted", "a window that holds nothing but padding has no largest pixel")
def any_padding(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(framed(input, padding), kernel_size, stride)


@mistake("max_pool2d", "padding of exactly half a window is refused", "it is allowed: only more than half is not")
def half_a_window_refused(input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    if 2 * ph >= kh or 2 * pw >= kw:
        raise ValueError(f"a padding of {ph, pw} for a window of {kh, kw}")
    return right.max_pool2d(input, kernel_size, stride, padding)


@mistake("max_pool2d", "a window that does not fit gives an empty answer", "compare it with the padded image first")
def empty_answer(input, kernel_size, stride=None, padding=0):
    (kh, kw), (h, w) = pair(kernel_size), framed(input, padding).shape[2:]
    if h < kh or w < kw:
        return input[:, :, :0, :0]
    return right.max_pool2d(input, kernel_size, stride, padding)


@mistake(
    "max_pool2d",
    "the error about a window that does not fit does not name the numbers",
    "what must raise a ValueError, and its text",
)
def error_says_little(input, kernel_size, stride=None, padding=0):
    (kh, kw), (h, w) = pair(kernel_size), pad2d(input, padding).shape[2:]
    if h < kh or w < kw:
        raise ValueError("the window does not fit")
    return right.max_pool2d(input, kernel_size, stride, padding)


@mistake("max_pool2d", "the answer is cut off from its gradients", "detach, item, tolist and .data break the graph")
def copied_one_by_one(input, kernel_size, stride=None, padding=0):
    answer = right.max_pool2d(input, kernel_size, stride, padding)
    return torch.tensor(answer.tolist(), dtype=input.dtype).reshape(answer.shape)


@mistake(
    "max_pool2d", "the largest are written into the image: a slice is a view", "what the image holds after the call"
)
def image_overwritten(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    padded, (kh, kw) = framed(input, padding) if any(pair(padding)) else input, pair(kernel_size)
    best = padded[:, :, ::sh, ::sw][:, :, :rows, :columns]
    for a in range(kh):
        for b in range(kw):
            best.copy_(torch.maximum(best, padded[:, :, a::sh, b::sw][:, :, :rows, :columns]))
    return best


@mistake("max_pool2d", "PyTorch's own pooling does the work", "the paragraph Not allowed")
def pytorch_does_it(input, kernel_size, stride=None, padding=0):
    return F.max_pool2d(input, kernel_size, stride, padding)


@mistake("max_pool2d", same_as="best_begins_at_0")
def larger_than_nothing(input, kernel_size, stride=None, padding=0):
    (sh, sw), (kh, kw), (ph, pw) = pair(stride or kernel_size), pair(kernel_size), pair(padding)
    n, c, h, w = input.shape
    out = torch.zeros(n, c, (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1, dtype=input.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for y in range(max(0, i * sh - ph), min(h, i * sh - ph + kh)):
                for x in range(max(0, j * sw - pw), min(w, j * sw - pw + kw)):
                    out[:, :, i, j] = torch.maximum(out[:, :, i, j].clone(), input[:, :, y, x])
    return out


@mistake("max_pool2d", same_as="padded_with_zeros")
def zeros_around(input, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = kernel_size
    (sh, sw), (kh, kw), (ph, pw) = pair(stride), pair(kernel_size), pair(padding)
    if ph > kh / 2 or pw > kw / 2:
        raise ValueError(f"padding {padding} too large for kernel {kernel_size}")
    x = pad2d(input, (ph, pw))
    if x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"kernel {kernel_size} too large for image {x.shape[2]}x{x.shape[3]}")
    columns = range(0, x.shape[3] - kw + 1, sw)
    strips = [x[:, :, i : i + kh].amax(2) for i in range(0, x.shape[2] - kh + 1, sh)]
    return torch.stack([torch.stack([strip[..., j : j + kw].amax(-1) for j in columns], -1) for strip in strips], 2)


@mistake("max_pool2d", same_as="moves_on_by_1")
def stride_or_1(input, kernel_size, stride=None, padding=0):
    sh, sw = pair(stride or 1)
    (kh, kw), x = pair(kernel_size), framed(input, padding)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.max(dim=-1).values.max(dim=-1).values


@mistake("max_pool2d", same_as="largest_over_channels")
def one_largest_for_a_sample(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    (kh, kw), x = pair(kernel_size), framed(input, padding)
    out = input.new_empty(len(x), 1, rows, columns)
    for n, image in enumerate(x):
        for i in range(rows):
            for j in range(columns):
                out[n, 0, i, j] = image[:, i * sh : i * sh + kh, j * sw : j * sw + kw].max()
    return out


@mistake("max_pool2d", same_as="place_of_the_largest")
def argmax_in_loops(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    (kh, kw), x = pair(kernel_size), framed(input, padding)
    out = torch.zeros(*input.shape[:2], rows, columns, dtype=torch.int64)
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(*x.shape[:2], -1).argmax(-1)
    return out


@mistake("max_pool2d", same_as="stride_in_the_size_only")
def windows_one_beside_the_other(input, kernel_size, stride=None, padding=0):
    rows, columns, *_ = answer_size(input, kernel_size, stride, padding)
    (kh, kw), x = pair(kernel_size), framed(input, padding)
    best = x[:, :, :rows, :columns]
    for a in range(kh):
        for b in range(kw):
            best = torch.maximum(best, x[:, :, a : a + rows, b : b + columns])
    return best


@right_answer("max_pool2d", "the largest of KH * KW shifted images, in place of windows")
def shifted_images(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    (kh, kw), padded = pair(kernel_size), framed(input, padding)
    best = padded[:, :, ::sh, ::sw][:, :, :rows, :columns]
    for a in range(kh):
        for b in range(kw):
            best = torch.maximum(best, padded[:, :, a::sh, b::sw][:, :, :rows, :columns])
    return best


@right_answer("max_pool2d", "with two loops over an answer made beforehand")
def loops(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    (kh, kw), padded = pair(kernel_size), framed(input, padding)
    answer = input.new_empty(*input.shape[:2], rows, columns)
    for i in range(rows):
        for j in range(columns):
            answer[:, :, i, j] = padded[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].flatten(2).max(2).values
    return answer


@right_answer("max_pool2d", "with sorted windows, of which the last is taken, and more that is checked")
def sorted_windows(input, kernel_size, stride=None, padding=0):
    if input.dim() != 4:
        raise TypeError("an input has four dimensions")
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    if ph > kh // 2 or pw > kw // 2:
        raise ValueError(f"padding should be at most half of the kernel size, but is {(ph, pw)} for {(kh, kw)}")
    _, _, sh, sw = answer_size(input, kernel_size, stride, padding)
    windows = framed(input, padding).unfold(2, kh, sh).unfold(3, kw, sw).flatten(4)
    return windows.sort(4).values[..., -1]


# avg_pool2d


@mistake("avg_pool2d", "the numbers are added, not averaged", "a window of equal numbers gives that number")
def sum_for_average(input, kernel_size, stride=None, padding=0):
    return right._windows(input, kernel_size, stride, padding, 0).sum((4, 5))


@mistake("avg_pool2d", "the padding is not counted", "a window always has KH * KW numbers, at the border too")
def padding_not_counted(input, kernel_size, stride=None, padding=0):
    inside = right.avg_pool2d(torch.ones_like(input), kernel_size, stride, padding)
    return right.avg_pool2d(input, kernel_size, stride, padding) / inside


@mistake("avg_pool2d", "a plain convolution mixes the channels", "groups: each channel is averaged by itself")
def channels_mixed(input, kernel_size, stride=None, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    (kh, kw), c = pair(kernel_size), input.shape[1]
    weight = torch.full((c, c, kh, kw), 1 / (kh * kw), dtype=input.dtype)
    return F.conv2d(input, weight, None, kernel_size if stride is None else stride, padding)


@mistake("avg_pool2d", "the average is taken over the channels too", "as many channels come out as went in")
def averaged_over_channels(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, stride, padding).mean(1, keepdim=True)


@mistake(
    "avg_pool2d",
    "one average is taken over all samples and channels",
    "mean() without a dimension looks at everything: mean((2, 3)) keeps samples and channels",
)
def average_of_everything(input, kernel_size, stride=None, padding=0):
    answer = right.avg_pool2d(input, kernel_size, stride, padding)
    return answer.mean((0, 1), keepdim=True).expand_as(answer)


@mistake(
    "avg_pool2d", "the sums are divided by the number of channels too", "a window of one channel has KH * KW numbers"
)
def divided_by_channels_too(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, stride, padding) / input.shape[1]


@mistake(
    "avg_pool2d", "the sums are divided by the product of the strides", "a window has KH * KW numbers, however it moves"
)
def divided_by_the_stride(input, kernel_size, stride=None, padding=0):
    sh, sw = pair(kernel_size if stride is None else stride)
    return sums(input, kernel_size, stride, padding) / (sh * sw)


@mistake("avg_pool2d", "the sums are divided by the height of a window twice", "a window has KH * KW numbers")
def divided_by_height_squared(input, kernel_size, stride=None, padding=0):
    return sums(input, kernel_size, stride, padding) / pair(kernel_size)[0] ** 2


@mistake("avg_pool2d", "the sums are divided by one side of the window only", "a window has KH * KW numbers")
def divided_by_one_side(input, kernel_size, stride=None, padding=0):
    return sums(input, kernel_size, stride, padding) / pair(kernel_size)[0]


@mistake("avg_pool2d", "the sums are always divided by 4", "only a window of 2x2 has four numbers")
def always_divided_by_4(input, kernel_size, stride=None, padding=0):
    return sums(input, kernel_size, stride, padding) / 4


@mistake(
    "avg_pool2d", "the averages are rounded down to whole numbers", "// and floor cut off what lies behind the point"
)
def rounded_down(input, kernel_size, stride=None, padding=0):
    (kh, kw), added_up = pair(kernel_size), sums(input, kernel_size, stride, padding)
    return added_up // (kh * kw)


@mistake("avg_pool2d", "the largest number is kept", "all numbers of a window have a part in its average")
def largest_for_average(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, stride, padding)


@mistake("avg_pool2d", "the sum is not reset between windows", "where the total is set to 0")
def total_not_reset(input, kernel_size, stride=None, padding=0):
    answer = right.avg_pool2d(input, kernel_size, stride, padding)
    return answer.flatten(2).cumsum(2).reshape(answer.shape)


@mistake("avg_pool2d", "every window is a square", "kernel_size may be a pair (height, width)")
def square_windows_only(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, pair(kernel_size)[0], stride, padding)


@mistake(
    "avg_pool2d", "without a stride the windows move on by 1", "pooling is no convolution: its stride is the kernel's"
)
def averages_move_on_by_1(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, 1 if stride is None else stride, padding)


@mistake("avg_pool2d", "a stride of 1 is taken for no stride", "1 is a stride: None says that there is none")
def one_for_no_stride(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, None if stride == 1 else stride, padding)


@mistake("avg_pool2d", "the stride is ignored: windows always lie side by side", "the third argument")
def averages_side_by_side(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, None, padding)


@mistake("avg_pool2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def rows_stride_for_both(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, pair(kernel_size if stride is None else stride)[0], padding)


@mistake(
    "avg_pool2d",
    "without a stride the windows move on by their height in both directions",
    "side by side: by KH downwards, by KW to the right",
)
def height_for_no_stride(input, kernel_size, stride=None, padding=0):
    stride = pair(kernel_size)[0] if stride is None else stride
    return right.avg_pool2d(input, kernel_size, stride, padding)


@mistake(
    "avg_pool2d",
    "the answer has the right size, but the windows move right by the stride of the rows",
    "window j begins at column j * SW",
)
def rows_stride_in_the_avg_loop(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, _ = answer_size(input, kernel_size, stride, padding)
    (kh, kw), padded = pair(kernel_size), F.pad(input, sides(padding), value=0)
    answer = torch.zeros_like(input[:, :, :1, :1]).repeat(1, 1, rows, columns)
    for i, j in itertools.product(range(rows), range(columns)):
        answer[:, :, i, j] = padded[:, :, i * sh : i * sh + kh, j * sh : j * sh + kw].mean((2, 3))
    return answer


@mistake(
    "avg_pool2d",
    "the loop goes through the answer in steps of the stride, so that numbers between them stay 0",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def steps_through_the_avg_answer(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    dense = right.avg_pool2d(input, kernel_size, 1, padding)
    answer = torch.zeros_like(dense[:, :, :1, :1]).repeat(1, 1, rows, columns)
    answer[:, :, ::sh, ::sw] = dense[:, :, :rows:sh, :columns:sw]
    return answer


@mistake(
    "avg_pool2d",
    "the answer is divided by the stride twice: in H_out, and in the steps of the loop over it",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def stride_counted_twice_by_avg(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    return right.avg_pool2d(input, kernel_size, 1, padding)[:, :, :rows:sh, :columns:sw]


@mistake("avg_pool2d", "the padding is ignored", "the last argument")
def averages_without_padding(input, kernel_size, stride=None, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    return right.avg_pool2d(input, kernel_size, stride)


@mistake("avg_pool2d", "the parts of the padding are exchanged", "a pair is (height, width)")
def paddings_the_wrong_way_round(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, stride, pair(padding)[::-1])


@mistake("avg_pool2d", "padding is -inf, as for the largest number", "0 changes no sum")
def padded_as_for_the_largest(input, kernel_size, stride=None, padding=0):
    return right._windows(input, kernel_size, stride, padding, -torch.inf).mean((4, 5))


@mistake("avg_pool2d", "the border is repeated outwards", "padding is zeros")
def border_repeated(input, kernel_size, stride=None, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    (h, w), (ph, pw) = input.shape[2:], pair(padding)
    rows, columns = (torch.arange(-p, n + p).clamp(0, n - 1) for n, p in ((h, ph), (w, pw)))
    return right.avg_pool2d(input[:, :, rows][:, :, :, columns], kernel_size, stride)


@mistake("avg_pool2d", "a window that stands over the edge is kept", "the size is rounded down")
def average_over_the_edge(input, kernel_size, stride=None, padding=0):
    *_, sh, sw = answer_size(input, kernel_size, stride, padding)
    return right.avg_pool2d(F.pad(pad2d(input, padding), (0, sw - 1, 0, sh - 1)), kernel_size, stride)


@mistake("avg_pool2d", "a window that ends at the edge is left out", "range stops before its end: H + 2 PH - KH + 1")
def last_average_missing(input, kernel_size, stride=None, padding=0):
    *_, sh, sw = answer_size(input, kernel_size, stride, padding)
    return right.avg_pool2d(input, kernel_size, 1, padding)[:, :, :-1:sh, :-1:sw]


@mistake(
    "avg_pool2d",
    "after reshape the wrong dimensions are averaged: the windows' places, not their pixels",
    "(N, C, rows, KH, columns, KW): dimensions 3 and 5 lie within a window",
)
def averaged_over_places(input, kernel_size, stride=None, padding=0):
    if stride is not None or padding:
        return right.avg_pool2d(input, kernel_size, stride, padding)
    (n, c, h, w), (kh, kw) = input.shape, pair(kernel_size)
    return input[:, :, : h // kh * kh, : w // kw * kw].reshape(n, c, h // kh, kh, w // kw, kw).mean((2, 4))


@mistake("avg_pool2d", "the answer is always float32", "torch.zeros makes float32 unless it is told a dtype")
def averages_always_float32(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, stride, padding).float()


@mistake("avg_pool2d", "the answer is always float64", "the dtype of the tensor that the averages are written into")
def averages_always_float64(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(input, kernel_size, stride, padding).double()


@mistake("avg_pool2d", "the answer is cut off from its gradients", "detach, item, tolist and .data break the graph")
def averages_copied_one_by_one(input, kernel_size, stride=None, padding=0):
    answer = right.avg_pool2d(input, kernel_size, stride, padding)
    return torch.tensor(answer.tolist(), dtype=input.dtype).reshape(answer.shape)


@mistake("avg_pool2d", "any padding is accepted", "a window that holds nothing but padding is no part of the image")
def any_padding_averaged(input, kernel_size, stride=None, padding=0):
    return right.avg_pool2d(pad2d(input, padding), kernel_size, stride)


@mistake("avg_pool2d", "a window that does not fit gives an empty answer", "compare it with the padded image first")
def no_averages(input, kernel_size, stride=None, padding=0):
    (kh, kw), (h, w) = pair(kernel_size), pad2d(input, padding).shape[2:]
    if h < kh or w < kw:
        return input[:, :, :0, :0]
    return right.avg_pool2d(input, kernel_size, stride, padding)


@mistake(
    "avg_pool2d",
    "the error about a window that does not fit does not name the numbers",
    "what must raise a ValueError, and its text",
)
def error_without_numbers(input, kernel_size, stride=None, padding=0):
    (kh, kw), (h, w) = pair(kernel_size), pad2d(input, padding).shape[2:]
    if h < kh or w < kw:
        raise ValueError("the window does not fit")
    return right.avg_pool2d(input, kernel_size, stride, padding)


@mistake("avg_pool2d", "PyTorch's own pooling does the work", "the paragraph Not allowed")
def pytorch_averages(input, kernel_size, stride=None, padding=0):
    return F.avg_pool2d(input, kernel_size, stride, padding)


@mistake("avg_pool2d", same_as="padding_not_counted")
def averages_of_what_is_there(input, kernel_size, stride=None, padding=0):
    (sh, sw), (kh, kw), (ph, pw) = pair(stride or kernel_size), pair(kernel_size), pair(padding)
    n, c, h, w = input.shape
    if 2 * ph > kh or 2 * pw > kw:
        raise ValueError(f"padding {ph}, {pw} for {kh}x{kw}")
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError(f"{kh}x{kw} does not fit into {h + 2 * ph}x{w + 2 * pw}")
    out = torch.zeros(n, c, (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1, dtype=input.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            top, left = i * sh - ph, j * sw - pw
            out[:, :, i, j] = input[:, :, max(top, 0) : top + kh, max(left, 0) : left + kw].mean(dim=(2, 3))
    return out


@mistake("avg_pool2d", same_as="sum_for_average")
def loops_that_only_add(input, kernel_size, stride=None, padding=0):
    (sh, sw), (kh, kw), x = pair(stride or kernel_size), pair(kernel_size), pad2d(input, padding)
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    total = 0
    for a in range(kh):
        for b in range(kw):
            total = total + x[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw][:, :, :rows, :columns]
    return total


@mistake("avg_pool2d", same_as="divided_by_height_squared")
def divided_by_k_times_k(input, kernel_size, stride=None, padding=0):
    *_, sh, sw = answer_size(input, kernel_size, stride, padding)
    kh, kw = pair(kernel_size)
    windows = pad2d(input, padding).unfold(2, kh, sh).unfold(3, kw, sw)
    k = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
    return windows.sum(dim=(-2, -1)) / k**2


@right_answer("avg_pool2d", "as a convolution of each channel alone")
def convolution_in_groups(input, kernel_size, stride=None, padding=0):
    *_, sh, sw = answer_size(input, kernel_size, stride, padding)
    (kh, kw), c = pair(kernel_size), input.shape[1]
    sums = F.conv2d(input, input.new_ones(c, 1, kh, kw), None, (sh, sw), padding, groups=c)
    return sums / (kh * kw)


@right_answer("avg_pool2d", "with sums of all that is above and to the left")
def running_sums(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    (kh, kw), top, left = pair(kernel_size), torch.arange(rows) * sh, torch.arange(columns) * sw
    sums = F.pad(pad2d(input, padding).cumsum(2).cumsum(3), (1, 0, 1, 0))
    strips = sums[:, :, top + kh] - sums[:, :, top]
    return (strips[..., left + kw] - strips[..., left]) / (kh * kw)


@right_answer("avg_pool2d", "as a product of three matrices, with more that is checked")
def matrices(input, kernel_size, stride=None, padding=0):
    rows, columns, sh, sw = answer_size(input, kernel_size, stride, padding)
    if not input.is_floating_point() or min(sh, sw) < 1:
        raise ValueError(f"averages of {input.dtype}, stride {sh, sw}")
    padded, (kh, kw) = pad2d(input, padding), pair(kernel_size)
    below, beside = input.new_zeros(rows, padded.shape[2]), input.new_zeros(padded.shape[3], columns)
    for i in range(rows):
        below[i, i * sh : i * sh + kh] = 1 / kh
    for j in range(columns):
        beside[j * sw : j * sw + kw, j] = 1 / kw
    return below @ padded @ beside


# subsample


@mistake(
    "subsample", "the slices thin out samples and channels", "rows and columns are the last two of four dimensions"
)
def first_dimensions(input, stride):
    sh, sw = pair(stride)
    return input[::sh, ::sw]


@mistake("subsample", "the size is rounded down", "of 5 rows and a stride of 2 the rows 0, 2 and 4 are kept")
def size_rounded_down(input, stride):
    (sh, sw), (h, w) = pair(stride), input.shape[2:]
    return right.subsample(input, stride)[:, :, : h // sh, : w // sw]


@mistake("subsample", "the first row that is kept is the last of the first step", "row 0 and column 0 are always kept")
def late_start(input, stride):
    sh, sw = pair(stride)
    return input[:, :, sh - 1 :: sh, sw - 1 :: sw]


@mistake("subsample", "the middle of each step is kept", "row 0 and column 0 are always kept")
def middle_of_each_step(input, stride):
    sh, sw = pair(stride)
    return input[:, :, sh // 2 :: sh, sw // 2 :: sw]


@mistake(
    "subsample",
    "as many rows as the stride says are left out",
    "a stride of 2 leaves out every other row, not two of three",
)
def stride_left_out(input, stride):
    sh, sw = pair(stride)
    return input[:, :, :: sh + 1, :: sw + 1]


@mistake("subsample", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def rows_stride_for_columns(input, stride):
    return right.subsample(input, pair(stride)[0])


@mistake("subsample", "the parts of the stride are exchanged", "a pair is (height, width)")
def parts_exchanged(input, stride):
    return right.subsample(input, pair(stride)[::-1])


@mistake("subsample", "only rows are left out", "the stride goes through the columns too")
def rows_only(input, stride):
    return input[:, :, :: pair(stride)[0]]


@mistake(
    "subsample", "every nth number of the flattened image is kept", "rows and columns are thinned out each by itself"
)
def every_nth_number(input, stride):
    (sh, sw), wanted = pair(stride), right.subsample(input, stride)
    return input.flatten(2)[:, :, :: sh * sw][:, :, : wanted[0, 0].numel()].reshape(wanted.shape)


@mistake("subsample", "the image is cut off, not thinned out", "[:n] keeps the first n, [::n] keeps every nth")
def cut_off(input, stride):
    h, w = right.subsample(input, stride).shape[2:]
    return input[:, :, :h, :w]


@mistake("subsample", "the largest of each step is kept", "subsampling looks at one pixel; max pooling at all")
def largest_of_each_step(input, stride):
    sh, sw = pair(stride)
    rows = torch.stack([part.amax(2) for part in input.split(sh, 2)], 2)
    return torch.stack([part.amax(3) for part in rows.split(sw, 3)], 3)


@mistake("subsample", "each step is averaged", "subsampling looks at one pixel; average pooling at all")
def average_of_each_step(input, stride):
    sh, sw = pair(stride)
    rows = torch.stack([part.mean(2) for part in input.split(sh, 2)], 2)
    return torch.stack([part.mean(3) for part in rows.split(sw, 3)], 3)


@mistake("subsample", "the answer is always float32", "torch.zeros makes float32 unless it is told a dtype")
def pixels_always_float32(input, stride):
    return right.subsample(input, stride).float()


@mistake("subsample", "the answer is cut off from its gradients", "detach, item, tolist and .data break the graph")
def pixels_copied_one_by_one(input, stride):
    return torch.tensor(right.subsample(input, stride).tolist(), dtype=input.dtype)


@mistake("subsample", "PyTorch's pooling of single pixels does the work", "the paragraph Not allowed")
def pooling_of_single_pixels(input, stride):
    return F.max_pool2d(input, 1, stride)


@mistake("subsample", same_as="late_start")
def places_from_the_end_of_a_step(input, stride):
    s, t = (stride, stride) if isinstance(stride, int) else stride
    rows = [i for i in range(input.size(2)) if (i + 1) % s == 0]
    columns = [j for j in range(input.size(3)) if (j + 1) % t == 0]
    return input[:, :, rows][..., columns]


@mistake("subsample", same_as="size_rounded_down")
def whole_steps_only(input, stride):
    sh, sw = pair(stride)
    n, c, h, w = input.shape
    pixels = input[:, :, : h // sh * sh, : w // sw * sw].reshape(n, c, h // sh, sh, w // sw, sw)
    return pixels[:, :, :, 0, :, 0]


@right_answer("subsample", "with lists of the rows and columns to keep")
def lists_of_places(input, stride):
    sh, sw = pair(stride)
    rows, columns = (torch.arange(0, side, step) for side, step in zip(input.shape[2:], (sh, sw), strict=True))
    return input.index_select(2, rows).index_select(3, columns)


@right_answer("max_pool2d", "the largest of each row of a window first, then of these")
def rows_then_columns(input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    if ph * 2 > kh or pw * 2 > kw:
        raise ValueError(f"padding {ph, pw} for windows of {kh, kw}")
    lowest = float("-inf") if input.dtype.is_floating_point else torch.iinfo(input.dtype).min
    padded = F.pad(input, [pw, pw, ph, ph], value=lowest)
    if kh > padded.shape[-2] or kw > padded.shape[-1]:
        raise ValueError(f"no window of {kh, kw} in {tuple(padded.shape)}")
    return padded.unfold(3, kw, sw).amax(-1).unfold(2, kh, sh).amax(-1)


@right_answer("avg_pool2d", "shifted images are added up and divided in the end")
def shifted_and_divided(input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    if ph > kh / 2 or pw > kw / 2:
        raise ValueError(f"padding={padding}, kernel_size={kernel_size}")
    padded = pad2d(input, padding)
    rows, columns = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a window of {(kh, kw)} in {tuple(padded.shape)}")
    total = 0
    for a, b in itertools.product(range(kh), range(kw)):
        total = total + padded[:, :, a::sh, b::sw][:, :, :rows, :columns]
    return total / (kh * kw)


@right_answer("subsample", "picked by their numbers")
def picked_by_number(input, stride):
    rows, columns = (torch.arange(0, side, step) for side, step in zip(input.shape[2:], pair(stride), strict=True))
    return input.index_select(2, rows).index_select(3, columns)
