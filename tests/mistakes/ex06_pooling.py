import torch
import torch.nn.functional as F

from kit.given import pad2d, pair
from mistakes import mistake, right, right_answer


def framed(input, padding):
    """The input with numbers around it that lose against every other."""
    (ph, pw), lowest = pair(padding), -torch.inf if input.is_floating_point() else torch.iinfo(input.dtype).min
    return F.pad(input, (pw, pw, ph, ph), value=lowest)


def answer_size(input, kernel_size, stride, padding):
    """How many windows there are below and beside each other, and the step between them."""
    (h, w), (kh, kw), (ph, pw) = input.shape[2:], pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    h, w = h + 2 * ph, w + 2 * pw
    if 2 * ph > kh or 2 * pw > kw or h < kh or w < kw:
        raise ValueError(f"windows of {kh, kw} on {h, w}, of which {ph, pw} is padding")
    return (h - kh) // sh + 1, (w - kw) // sw + 1, sh, sw


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


@mistake(
    "max_pool2d", "without a stride the windows move on by 1", "pooling is no convolution: its stride is the kernel's"
)
def moves_on_by_1(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, 1 if stride is None else stride, padding)


@mistake("max_pool2d", "the largest is taken over the channels too", "as many channels come out as went in")
def largest_over_channels(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input, kernel_size, stride, padding).amax(1, keepdim=True)


@mistake(
    "max_pool2d", "the answer is where the largest stands, not what it is", "argmax gives places, amax gives numbers"
)
def place_of_the_largest(input, kernel_size, stride=None, padding=0):
    return right._windows(framed(input, padding), kernel_size, stride, 0, 0).flatten(4).argmax(4)


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


@mistake("max_pool2d", "a window that stands over the edge is kept", "the size is rounded down")
def window_over_the_edge(input, kernel_size, stride=None, padding=0):
    sh, sw = pair(kernel_size if stride is None else stride)
    longer = framed(input, (sh - 1, sw - 1))[:, :, sh - 1 :, sw - 1 :]
    return right.max_pool2d(longer, kernel_size, stride, padding)


@mistake("max_pool2d", "nan loses against every number, as it does with > and Python's max", "nan > 1 is False")
def nan_loses(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(input.nan_to_num(nan=-1e300), kernel_size, stride, padding)


@mistake("max_pool2d", "any padding is accepted", "a window that holds nothing but padding has no largest pixel")
def any_padding(input, kernel_size, stride=None, padding=0):
    return right.max_pool2d(framed(input, padding), kernel_size, stride)


@mistake("max_pool2d", "a window that does not fit gives an empty answer", "compare it with the padded image first")
def empty_answer(input, kernel_size, stride=None, padding=0):
    (kh, kw), (h, w) = pair(kernel_size), framed(input, padding).shape[2:]
    if h < kh or w < kw:
        return input[:, :, :0, :0]
    return right.max_pool2d(input, kernel_size, stride, padding)


@mistake(
    "max_pool2d", "the numbers are copied one by one, without their gradients", "item and tolist give plain numbers"
)
def copied_one_by_one(input, kernel_size, stride=None, padding=0):
    answer = right.max_pool2d(input, kernel_size, stride, padding)
    return torch.tensor(answer.tolist(), dtype=input.dtype).reshape(answer.shape)


@mistake("max_pool2d", "PyTorch's own pooling does the work", "the paragraph Not allowed")
def pytorch_does_it(input, kernel_size, stride=None, padding=0):
    return F.max_pool2d(input, kernel_size, stride, padding)


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


@right_answer("subsample", "with lists of the rows and columns to keep")
def lists_of_places(input, stride):
    sh, sw = pair(stride)
    rows, columns = (torch.arange(0, side, step) for side, step in zip(input.shape[2:], (sh, sw), strict=True))
    return input.index_select(2, rows).index_select(3, columns)
