import itertools

import torch
import torch.nn.functional as F

from kit.given import pad2d, pair
from mistakes import mistake, right, right_answer


def answer_size(input, kernel_size, stride, padding):
    """How many windows there are below and beside each other."""
    sides = zip(input.shape[2:], pair(padding), pair(kernel_size), pair(stride), strict=True)
    rows, columns = ((n + 2 * p - k) // s + 1 for n, p, k, s in sides)
    if rows < 1 or columns < 1:
        h, w = (n + 2 * p for n, p in zip(input.shape[2:], pair(padding), strict=True))
        raise ValueError(f"{pair(kernel_size)} does not fit into {h, w}")
    return rows, columns


def windows_of(input, kernel_size, stride, padding):
    """All windows. Shape: (N, C, H_out, W_out, KH, KW)."""
    answer_size(input, kernel_size, stride, padding)  # for its errors
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    return pad2d(input, padding).unfold(2, kh, sh).unfold(3, kw, sw)


def in_columns(windows):
    """The windows as columns."""
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)


def refuse(input, weight, padding):
    """What the solution refuses."""
    if input.shape[1] != weight.shape[1]:
        raise ValueError(f"{input.shape[1]} channels, filters of {weight.shape[1]}")
    answer_size(input, weight.shape[2:], 1, padding)


# im2col


@mistake(
    "im2col",
    "the windows stand in rows, not in columns",
    "the answer is (N, C * KH * KW, L): what belongs to one window stands below each other",
)
def windows_in_rows(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, stride, padding).transpose(1, 2)


@mistake(
    "im2col",
    "the channels lie innermost: for each place in the window all channels",
    "channel after channel, in each the rows of the window: C before KH before KW",
)
def channels_innermost(input, kernel_size, stride=1, padding=0):
    windows = windows_of(input, kernel_size, stride, padding)
    return windows.permute(0, 4, 5, 1, 2, 3).flatten(4).flatten(1, 3)


@mistake(
    "im2col",
    "a window is written column by column",
    "the rows of a window follow each other, as in flatten: KH before KW",
)
def window_by_columns(input, kernel_size, stride=1, padding=0):
    windows = windows_of(input, kernel_size, stride, padding)
    return windows.permute(0, 1, 5, 4, 2, 3).flatten(4).flatten(1, 3)


@mistake("im2col", "the windows are taken column by column", "window [i, j] is column i * W_out + j")
def windows_by_columns(input, kernel_size, stride=1, padding=0):
    windows = windows_of(input, kernel_size, stride, padding)
    return windows.permute(0, 1, 4, 5, 3, 2).flatten(4).flatten(1, 3)


@mistake(
    "im2col",
    "the windows are reshaped without permute, so that numbers of different windows stand in a column",
    "reshape keeps the order in memory: first bring KH and KW before H_out and W_out",
)
def reshaped_without_permute(input, kernel_size, stride=1, padding=0):
    windows = windows_of(input, kernel_size, stride, padding)
    n, c, rows, columns, kh, kw = windows.shape
    return windows.reshape(n, c * kh * kw, rows * columns)


@mistake(
    "im2col",
    "rows of windows are reshaped to columns where they must be transposed",
    "(N, L, C * KH * KW) to (N, C * KH * KW, L) is transpose(1, 2)",
)
def reshaped_for_transposed(input, kernel_size, stride=1, padding=0):
    answer = right.im2col(input, kernel_size, stride, padding)
    return answer.transpose(1, 2).reshape(answer.shape)


@mistake("im2col", "the samples stand beside each other in one matrix", "each sample has columns of its own: (N, …, L)")
def samples_beside_each_other(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, stride, padding).transpose(0, 1).flatten(1)


@mistake("im2col", "rows and columns of windows are not joined", "the answer has three dimensions: L is H_out * W_out")
def windows_not_joined(input, kernel_size, stride=1, padding=0):
    sides = answer_size(input, kernel_size, stride, padding)
    return right.im2col(input, kernel_size, stride, padding).unflatten(2, sides)


@mistake("im2col", "the channels are not joined", "the answer has three dimensions: C * KH * KW is one of them")
def channels_not_joined(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, stride, padding).unflatten(1, (input.shape[1], -1))


@mistake("im2col", "the channels are added up", "each channel has rows of its own; the product with the filters adds")
def channels_added_up(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, stride, padding).unflatten(1, (input.shape[1], -1)).sum(1)


@mistake("im2col", "the stride is ignored", "window [i, j] begins at row i * SH and column j * SW")
def stride_ignored(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, 1, padding)


@mistake("im2col", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def one_stride_for_both(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, pair(stride)[0], padding)


@mistake("im2col", "the parts of the stride are exchanged", "a pair is (height, width)")
def strides_exchanged(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, pair(stride)[::-1], padding)


@mistake("im2col", "the stride shrinks the answer but the windows move by 1", "where window i begins: i * stride")
def stride_in_the_size_only(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    return in_columns(windows_of(input, kernel_size, 1, padding)[:, :, :rows, :columns])


@mistake("im2col", "the padding is ignored", "the last argument")
def padding_ignored(input, kernel_size, stride=1, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    return right.im2col(input, kernel_size, stride)


@mistake("im2col", "the parts of the padding are exchanged", "a pair is (height, width)")
def paddings_exchanged(input, kernel_size, stride=1, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    return right.im2col(input, kernel_size, stride, pair(padding)[::-1])


@mistake("im2col", "the border is repeated outwards", "padding is zeros")
def border_repeated(input, kernel_size, stride=1, padding=0):
    (h, w), (ph, pw) = input.shape[2:], pair(padding)
    rows, columns = (torch.arange(-p, n + p).clamp(0, n - 1) for n, p in ((h, ph), (w, pw)))
    return in_columns(windows_of(input[:, :, rows][:, :, :, columns], kernel_size, stride, 0))


@mistake("im2col", "height and width of the window are exchanged", "a pair is (height, width)")
def sides_exchanged(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, pair(kernel_size)[::-1], stride, padding)


@mistake("im2col", "every window is a square", "kernel_size may be a pair (height, width)")
def height_for_both_sides(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, pair(kernel_size)[0], stride, padding)


@mistake(
    "im2col",
    "as_strided counts on the usual order in memory, which permute and slices do not leave",
    "take the strides of the tensor, or call contiguous() first",
)
def usual_order_in_memory(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    padded = pad2d(input, padding) if ph or pw else input
    n, c, h, w = padded.shape
    if input.untyped_storage().nbytes() < n * c * h * w * input.element_size():
        padded = padded.contiguous()
    start = padded.storage_offset()
    view = padded.as_strided((n, c, rows, columns, kh, kw), (c * h * w, h * w, sh * w, sw, w, 1), start)
    return in_columns(view)


@mistake("im2col", "the columns are always float32", "torch.zeros makes float32 unless it is told a dtype")
def columns_always_float32(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, stride, padding).float()


@mistake("im2col", "the columns are cut off from their gradients", "detach, item and tolist break the graph")
def columns_without_gradients(input, kernel_size, stride=1, padding=0):
    return right.im2col(input, kernel_size, stride, padding).detach().clone()


@mistake(
    "im2col",
    "a loop goes through the windows: the more pixels, the more calls",
    "loop over the KH * KW places of the kernel at most; slices and unfold take all windows at once",
)
def loop_over_windows(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), padded = pair(kernel_size), pair(stride), pad2d(input, padding)
    corners = itertools.product(range(0, rows * sh, sh), range(0, columns * sw, sw))
    return torch.stack([padded[:, :, i : i + kh, j : j + kw].flatten(1) for i, j in corners], 2)


@mistake("im2col", "a window that does not fit is not refused", "compare it with the padded image first")
def anything_fits(input, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    return in_columns(pad2d(input, padding).unfold(2, kh, sh).unfold(3, kw, sw))


@mistake("im2col", "the error does not name the numbers", "what must raise a ValueError, and its text")
def error_without_numbers(input, kernel_size, stride=1, padding=0):
    try:
        return right.im2col(input, kernel_size, stride, padding)
    except ValueError:
        raise ValueError("the window does not fit") from None


@mistake("im2col", "PyTorch's own unfold does the work", "the paragraph Not allowed")
def pytorch_unfolds(input, kernel_size, stride=1, padding=0):
    answer_size(input, kernel_size, stride, padding)  # for its errors
    return F.unfold(input, kernel_size, padding=padding, stride=stride)


@mistake("im2col", same_as="loop_over_windows")
def one_column_after_the_other(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), padded = pair(kernel_size), pair(stride), pad2d(input, padding)
    out = torch.zeros(len(input), input.shape[1] * kh * kw, rows * columns, dtype=input.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i * columns + j] = window.reshape(len(input), -1)
    return out


@mistake("im2col", same_as="channels_innermost")
def places_outside_channels(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), x = pair(kernel_size), pair(stride), pad2d(input, padding)
    parts = [
        x[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw].flatten(2) for a in range(kh) for b in range(kw)
    ]
    return torch.cat(parts, dim=1)


@right_answer("im2col", "with a loop over the places of the kernel")
def a_slice_for_each_place(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), x = pair(kernel_size), pair(stride), pad2d(input, padding)
    places = [
        x[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw] for a, b in itertools.product(range(kh), range(kw))
    ]
    return torch.stack(places, 2).flatten(1, 2).flatten(2)


@right_answer("im2col", "with tables of the rows and columns that each place of a column comes from")
def tables_of_places(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    i = torch.arange(kh).repeat_interleave(kw)[:, None] + sh * torch.arange(rows).repeat_interleave(columns)
    j = torch.arange(kw).repeat(kh)[:, None] + sw * torch.arange(columns).repeat(rows)
    return F.pad(input, (pw, pw, ph, ph))[:, :, i, j].reshape(input.shape[0], -1, rows * columns)


@right_answer("im2col", "with as_strided on the tensor's own strides")
def as_strided(input, kernel_size, stride=1, padding=0):
    rows, columns = answer_size(input, kernel_size, stride, padding)
    (kh, kw), (sh, sw), x = pair(kernel_size), pair(stride), pad2d(input, padding).contiguous()
    n, c, *_ = x.shape
    s, t, u, v = x.stride()
    view = x.as_strided((n, c, kh, kw, rows, columns), (s, t, u, v, u * sh, v * sw))
    return view.reshape(n, c * kh * kw, rows * columns)


# conv2d


@mistake(
    "conv2d",
    "the filters are reshaped to columns, which mixes their numbers up",
    "a filter is a row: weight.reshape(C_out, -1), not .reshape(-1, C_out).T",
)
def filters_mixed_up(input, weight, bias=None, stride=1, padding=0):
    mixed = weight.reshape(-1, len(weight)).T.reshape(weight.shape)
    return right.conv2d(input, mixed, bias, stride, padding)


@mistake(
    "conv2d",
    "the answer is put into shape as (W_out, H_out)",
    "columns are windows row by row: unflatten to (H_out, W_out)",
)
def height_and_width_exchanged(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, bias, stride, padding)
    return answer.flatten(2).unflatten(2, (answer.shape[3], answer.shape[2]))


@mistake(
    "conv2d",
    "the product of all samples is reshaped, so that maps of different samples are mixed",
    "(C_out, N, L) to (N, C_out, L) is transpose(0, 1), and no reshape",
)
def samples_mixed_up(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, bias, stride, padding)
    return answer.transpose(0, 1).reshape(answer.shape)


@mistake(
    "conv2d",
    "the answer has filters before samples",
    "the answer is (N, C_out, H_out, W_out)",
)
def filters_before_samples(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).transpose(0, 1)


@mistake("conv2d", "the answer stays a matrix", "the answer is (N, C_out, H_out, W_out): unflatten the windows")
def stays_a_matrix(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).flatten(2)


@mistake(
    "conv2d",
    "rows and columns of the answer are exchanged",
    "columns are windows row by row: window [i, j] is column i * W_out + j",
)
def answer_transposed(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).mT


@mistake("conv2d", "the bias is not added", "the third argument")
def no_bias(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, None, stride, padding)


@mistake(
    "conv2d",
    "the bias goes along the columns of the answer",
    "a bias belongs to a map: bias[:, None] beside (N, C_out, L)",
)
def bias_along_columns(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, None, stride, padding)
    return answer if bias is None else answer + bias


@mistake("conv2d", "the bias is added to every product", "one bias for each number of the answer")
def bias_times_window(input, weight, bias=None, stride=1, padding=0):
    bias = None if bias is None else bias * weight[0].numel()
    return right.conv2d(input, weight, bias, stride, padding)


@mistake(
    "conv2d",
    "the kernel is turned by 180°: PyTorch's convolution does not turn it",
    "weight.reshape(C_out, -1) as it is",
)
def kernel_turned(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight.flip(2, 3), bias, stride, padding)


@mistake(
    "conv2d",
    "filters and windows are flattened in different orders: one by rows, the other by columns",
    "both channel after channel, in each row after row",
)
def orders_differ(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    by_columns = weight.mT.reshape(weight.shape)
    return right.conv2d(input, by_columns, bias, stride, padding)


@mistake(
    "conv2d",
    "filters and windows are flattened in different orders: one has its channels innermost",
    "both channel after channel, in each row after row",
)
def channels_of_filters_innermost(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    innermost = weight.permute(0, 2, 3, 1).reshape(weight.shape)
    return right.conv2d(input, innermost, bias, stride, padding)


@mistake("conv2d", "the stride is ignored", "the fourth argument belongs to im2col")
def stride_left_out(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, 1, padding)


@mistake("conv2d", "the padding is ignored", "the last argument belongs to im2col")
def padding_left_out(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    return right.conv2d(input, weight, bias, stride)


@mistake("conv2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def rows_stride_for_both(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, pair(stride)[0], padding)


@mistake("conv2d", "the parts of the stride are exchanged", "a pair is (height, width)")
def parts_of_stride_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, pair(stride)[::-1], padding)


@mistake("conv2d", "the parts of the padding are exchanged", "a pair is (height, width)")
def parts_of_padding_exchanged(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    return right.conv2d(input, weight, bias, stride, pair(padding)[::-1])


@mistake("conv2d", "only the first sample is convolved", "a batch has N samples, and each its own columns")
def first_sample_only(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input[:1], weight, bias, stride, padding).expand(len(input), -1, -1, -1)


@mistake(
    "conv2d",
    "the number of channels is not compared: a matrix product complains in its own words",
    "compare input.shape[1] and weight.shape[1] first",
)
def channels_not_compared(input, weight, bias=None, stride=1, padding=0):
    rows, columns = answer_size(input, weight.shape[2:], stride, padding)
    maps = weight.flatten(1) @ right.im2col(input, tuple(weight.shape[2:]), stride, padding)
    maps = maps if bias is None else maps + bias[:, None]
    return maps.unflatten(2, (rows, columns))


@mistake("conv2d", "the errors do not name the numbers", "what must raise a ValueError, and its text")
def errors_without_numbers(input, weight, bias=None, stride=1, padding=0):
    try:
        return right.conv2d(input, weight, bias, stride, padding)
    except ValueError:
        raise ValueError("the shapes do not fit") from None


@mistake("conv2d", "the answer is always float32", "the dtype of what the products are written into")
def always_float32(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).float()


@mistake(
    "conv2d", "everything is computed in float32, which has 7 digits", "the product in the dtype of input and weight"
)
def computed_in_float32(input, weight, bias=None, stride=1, padding=0):
    bias = None if bias is None else bias.float()
    return right.conv2d(input.float(), weight.float(), bias, stride, padding).to(input.dtype)


@mistake("conv2d", "gradients are cut off", "item, tolist, detach and torch.tensor break the graph")
def gradients_cut_off(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).detach()


@mistake(
    "conv2d",
    "a loop goes through the windows: the more pixels, the more calls",
    "all windows are columns of one matrix; one product makes all answers",
)
def loops_over_pixels(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    rows, columns = answer_size(input, weight.shape[2:], stride, padding)
    (sh, sw), (kh, kw), padded = pair(stride), weight.shape[2:], pad2d(input, padding)
    maps = []
    for i, j in itertools.product(range(rows), range(columns)):
        window = padded[:, None, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
        maps.append((window * weight).sum((2, 3, 4)))
    answer = torch.stack(maps, 2).unflatten(2, (rows, columns))
    return answer if bias is None else answer + bias[:, None, None]


@mistake("conv2d", "PyTorch's own convolution does the work", "the paragraph Not allowed")
def pytorch_convolves(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    return F.conv2d(input, weight, bias, stride, padding)


@mistake("conv2d", same_as="loops_over_pixels")
def a_loop_over_rows(input, weight, bias=None, stride=1, padding=0):
    windows = windows_of(input, weight.shape[2:], stride, padding)
    refuse(input, weight, padding)
    rows = [torch.einsum("nchab,ocab->noh", windows[:, :, i], weight) for i in range(windows.shape[2])]
    answer = torch.stack(rows, 2)
    return answer if bias is None else answer + bias.reshape(-1, 1, 1)


@mistake("conv2d", same_as="filters_mixed_up")
def product_from_the_left(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    rows, columns = answer_size(input, weight.shape[2:], stride, padding)
    windows = windows_of(input, weight.shape[2:], stride, padding).permute(0, 2, 3, 1, 4, 5).flatten(3)
    answer = (windows.flatten(1, 2) @ weight.reshape(-1, weight.shape[0])).transpose(1, 2)
    answer = answer.reshape(input.shape[0], -1, rows, columns)
    return answer if bias is None else answer + bias.view(1, -1, 1, 1)


@right_answer("conv2d", "with einsum over the windows")
def einsum_over_windows(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    windows = windows_of(input, weight.shape[2:], stride, padding)
    answer = torch.einsum("ncijab,ocab->noij", windows, weight)
    return answer if bias is None else answer + bias[:, None, None]


@right_answer("conv2d", "with a product for each place of the kernel")
def a_product_for_each_place(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    rows, columns = answer_size(input, weight.shape[2:], stride, padding)
    (sh, sw), x, answer = pair(stride), pad2d(input, padding), 0
    for a, b in itertools.product(*map(range, weight.shape[2:])):
        seen = x[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw]
        answer = answer + torch.tensordot(seen, weight[:, :, a, b], ([1], [1])).movedim(3, 1)
    return answer if bias is None else answer + bias[:, None, None]


@right_answer("conv2d", "with one product for all samples at once")
def one_product_for_all(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    rows, columns = answer_size(input, weight.shape[2:], stride, padding)
    all_columns = right.im2col(input, tuple(weight.shape[2:]), stride, padding).movedim(0, 1).flatten(1)
    maps = weight.flatten(1) @ all_columns  # (C_out, N * L)
    if bias is not None:
        maps = maps + bias[:, None]
    return maps.reshape(len(weight), len(input), rows, columns).transpose(0, 1)


@right_answer("conv2d", "with a product for the whole batch")
def the_whole_batch(input, weight, bias=None, stride=1, padding=0):
    refuse(input, weight, padding)
    sides = answer_size(input, weight.shape[2:], stride, padding)
    maps = torch.matmul(weight.flatten(1), in_columns(windows_of(input, weight.shape[2:], stride, padding)))
    return (maps if bias is None else maps + bias.reshape(1, -1, 1)).unflatten(2, sides)
