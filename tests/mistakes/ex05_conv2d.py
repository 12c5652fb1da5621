import itertools

import torch
import torch.nn.functional as F

from kit.given import correlate2d, pad2d, pair
from mistakes import mistake, right, right_answer


def size_of(padded, weight, stride):
    """How many windows there are below and beside each other, and the steps between them."""
    (sh, sw), (kh, kw) = pair(stride), weight.shape[2:]
    return (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1, sh, sw


def with_bias(maps, bias):
    """Maps with one bias each."""
    return maps if bias is None else maps + bias.view(-1, 1, 1)


def nearest_place(places, n):
    """The nearest of n places."""
    return places.clamp(0, n - 1)


def mirror_place(places, n):
    """Places before the first and behind the last of n, mirrored there."""
    return n - 1 - (n - 1 - places.abs()).abs()


def framed_with(input, padding, place):
    """The image with a frame of its own pixels; `place` says which row or column stands at places outside it."""
    (h, w), (ph, pw) = input.shape[2:], pair(padding)
    rows, columns = place(torch.arange(-ph, h + ph), h), place(torch.arange(-pw, w + pw), w)
    return input[:, :, rows][:, :, :, columns]


# correlate_volume: one filter


@mistake(
    "correlate_volume",
    "the kernel is turned by 180°: PyTorch's convolution does not turn it",
    "which number of the kernel meets the first pixel of a window",
)
def kernel_turned(volume, kernel):
    return right.correlate_volume(volume, kernel.flip(1, 2))


@mistake(
    "correlate_volume",
    "the kernel is put in reverse along all three dimensions",
    "kernel[0] belongs to volume[0], and no slice is turned",
)
def reversed_in_depth_too(volume, kernel):
    return right.correlate_volume(volume, kernel.flip(0, 1, 2))


@mistake("correlate_volume", "the kernel is mirrored from left to right", "both indices of a slice count upwards")
def slices_mirrored(volume, kernel):
    return right.correlate_volume(volume, kernel.flip(2))


@mistake("correlate_volume", "rows and columns of the kernel are exchanged", "kernel[c, a, b] has the row before b")
def slices_transposed(volume, kernel):
    (h, w), (kh, kw) = right.correlate_volume(volume, kernel).shape, kernel.shape[1:]
    places = [(a, b) for a in range(kh) for b in range(kw)]
    return sum((volume[:, a : a + h, b : b + w] * kernel[:, b, a, None, None]).sum(0) for a, b in places)


@mistake("correlate_volume", "only the first channel is used", "the sum runs over the channels too")
def first_channel_only(volume, kernel):
    right.correlate_volume(volume, kernel)  # for its errors
    return right.correlate_volume(volume[:1], kernel[:1])


@mistake("correlate_volume", "each channel overwrites what the one before gave", "= where += is meant")
def last_channel_only(volume, kernel):
    right.correlate_volume(volume, kernel)  # for its errors
    return right.correlate_volume(volume[-1:], kernel[-1:])


@mistake(
    "correlate_volume", "the channels are averaged, not added", "a window of 3 channels gives a sum of 27 products"
)
def channel_mean(volume, kernel):
    return right.correlate_volume(volume, kernel) / len(volume)


@mistake("correlate_volume", "the products are averaged, not added", "mean() divides by C * KH * KW")
def mean_of_products(volume, kernel):
    return right.correlate_volume(volume, kernel) / kernel.numel()


@mistake("correlate_volume", "the channels are not added up", "the third dimension disappears")
def channels_not_summed(volume, kernel):
    return torch.stack([correlate2d(image, part) for image, part in zip(volume, kernel, strict=True)])


@mistake("correlate_volume", "the answer keeps a dimension for the channels", "the shape that sum and stack leave")
def channel_dimension_kept(volume, kernel):
    return right.correlate_volume(volume, kernel)[None]


@mistake(
    "correlate_volume",
    "every channel gets the kernel of the first",
    "each channel has a slice of the kernel of its own",
)
def one_kernel_for_all_channels(volume, kernel):
    return right.correlate_volume(volume, kernel[:1].expand_as(kernel))


@mistake(
    "correlate_volume",
    "image and kernel are each added up over the channels before they meet",
    "a product of sums is not the sum of products",
)
def added_up_before(volume, kernel):
    right.correlate_volume(volume, kernel)  # for its errors
    return correlate2d(volume.sum(0), kernel.sum(0))


@mistake("correlate_volume", "the last window in each direction is missing", "range stops before its end: H - KH + 1")
def last_window_missing(volume, kernel):
    return right.correlate_volume(volume, kernel)[:-1, :-1]


@mistake("correlate_volume", "only three columns of a kernel count", "a kernel has KH rows and KW columns")
def three_columns(volume, kernel):
    cut = kernel.clone()
    cut[:, :, 3:] = 0
    return right.correlate_volume(volume, cut)


@mistake("correlate_volume", "the answer is as large as the image", "how many places the whole kernel has inside")
def as_large_as_the_image(volume, kernel):
    inner = right.correlate_volume(volume, kernel)
    answer = torch.zeros(volume.shape[1:], dtype=inner.dtype)
    answer[: inner.shape[0], : inner.shape[1]] = inner
    return answer


@mistake("correlate_volume", "rows and columns of the answer are exchanged", "the window i down and j right is [i, j]")
def answer_transposed(volume, kernel):
    return right.correlate_volume(volume, kernel).T


@mistake("correlate_volume", "the sum is not reset between windows", "where the total is set to 0")
def total_not_reset_between_windows(volume, kernel):
    answer = right.correlate_volume(volume, kernel)
    return answer.flatten().cumsum(0).reshape(answer.shape)


@mistake("correlate_volume", "the answer is float32, whatever the image is", "torch.zeros makes float32 unless told")
def map_always_float32(volume, kernel):
    return right.correlate_volume(volume, kernel).float()


@mistake(
    "correlate_volume",
    "the products are written into the image: a slice is a view, and *= changes what it looks at",
    "what the image holds after the first window",
)
def volume_overwritten(volume, kernel):
    h, w = right.correlate_volume(volume, kernel).shape
    _, kh, kw = kernel.shape
    windows = [volume[:, i : i + kh, j : j + kw] for i in range(h) for j in range(w)]
    return torch.stack([window.mul_(kernel).sum() for window in windows]).reshape(h, w)


@mistake("correlate_volume", "channels for which there is no kernel are left out", "zip stops at the shorter of two")
def left_over_channels_ignored(volume, kernel):
    c = min(len(volume), len(kernel))
    return right.correlate_volume(volume[:c], kernel[:c])


@mistake(
    "correlate_volume",
    "one channel is used for all: a side of 1 fits every other one",
    "broadcasting: compare the numbers of channels first",
)
def one_channel_broadcast(volume, kernel):
    if 1 in (len(volume), len(kernel)):
        c = max(len(volume), len(kernel))
        volume, kernel = volume.expand(c, -1, -1), kernel.expand(c, -1, -1)
    return right.correlate_volume(volume, kernel)


@mistake("correlate_volume", "what does not fit is not refused", "what must raise a ValueError, and its text")
def volume_not_checked(volume, kernel):
    _, kh, kw = kernel.shape
    windows = volume.unfold(1, kh, 1).unfold(2, kw, 1)  # (C, H', W', KH, KW)
    return (windows * kernel[:, None, None]).sum((0, 3, 4))


@mistake("correlate_volume", "the error does not name the numbers", "what must raise a ValueError, and its text")
def error_without_numbers(volume, kernel):
    try:
        return right.correlate_volume(volume, kernel)
    except ValueError:
        raise ValueError("the kernel does not fit") from None


@mistake("correlate_volume", "the answer is always float64", "the dtype of the tensor that the sums are written into")
def map_always_float64(volume, kernel):
    return right.correlate_volume(volume, kernel).double()


@mistake("correlate_volume", "all is computed in float32, which keeps 7 digits", "why a dtype is changed at all")
def map_computed_in_float32(volume, kernel):
    return right.correlate_volume(volume.float(), kernel.float()).to(volume.dtype)


@mistake("correlate_volume", same_as="kernel_turned")
def from_the_last_weight_on(volume, kernel):
    c, kh, kw = kernel.shape
    h, w = volume.shape[1] - kh + 1, volume.shape[2] - kw + 1
    out = torch.zeros(h, w, dtype=volume.dtype)
    for i in range(h):
        for j in range(w):
            for a in range(kh):
                for b in range(kw):
                    for k in range(c):
                        out[i, j] += volume[k, i + a, j + b] * kernel[k, kh - 1 - a, kw - 1 - b]
    return out


@mistake("correlate_volume", same_as="last_channel_only")
def out_assigned_again(volume, kernel):
    for image, one in zip(volume, kernel, strict=True):
        out = correlate2d(image, one)
    return out


@mistake("correlate_volume", same_as="added_up_before")
def grey_first(volume, kernel):
    image, k = volume.sum(dim=0), kernel.sum(dim=0)
    rows, cols = image.shape[0] - k.shape[0] + 1, image.shape[1] - k.shape[1] + 1
    grid = [[(image[r : r + k.shape[0], c : c + k.shape[1]] * k).sum() for c in range(cols)] for r in range(rows)]
    return torch.stack([torch.stack(row) for row in grid])


@right_answer("correlate_volume", "one window at a time, over all channels at once")
def window_by_window(volume, kernel):
    (c, h, w), (c_in, kh, kw) = volume.shape, kernel.shape
    if c != c_in or h < kh or w < kw:
        raise ValueError(f"a kernel of {c_in, kh, kw} does not fit {c, h, w}")
    rows = [
        torch.stack([(volume[:, i : i + kh, j : j + kw] * kernel).sum() for j in range(w - kw + 1)])
        for i in range(h - kh + 1)
    ]
    return torch.stack(rows).to(volume.dtype)


# stack_filters: many filters, and a bias for each


@mistake("stack_filters", "the bias is added once for each channel", "a map has one bias, however deep its filter is")
def bias_once_per_channel(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias * len(volume))


@mistake("stack_filters", "the bias is added to each product", "a map has one bias, however large its kernel is")
def bias_once_per_product(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias * weight[0].numel())


@mistake("stack_filters", "the bias is added twice", "once for each map, wherever that is done")
def bias_twice(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else 2 * bias)


@mistake("stack_filters", "the maps are multiplied by the bias", "a bias is added")
def bias_as_a_factor(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight)
    return maps if bias is None else maps * bias[:, None, None]


@mistake("stack_filters", "the bias is forgotten", "the third argument")
def bias_missing(volume, weight, bias=None):
    return right.stack_filters(volume, weight)


@mistake("stack_filters", "a bias is taken for granted", "what is added when bias is None")
def bias_taken_for_granted(volume, weight, bias=None):
    return right.stack_filters(volume, weight) + bias[:, None, None]


@mistake("stack_filters", "the bias is asked whether it is true", "several numbers are neither: bias is not None")
def truth_of_a_bias(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias if bias else None)


@mistake("stack_filters", "all maps get the first map's bias", "bias has one number for each filter")
def first_bias_for_all(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias[:1].expand_as(bias))


@mistake("stack_filters", "every map gets the sum of all biases", "bias[o] belongs to map o")
def all_biases_for_all(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias.sum().expand_as(bias))


@mistake(
    "stack_filters",
    "the bias goes along the columns: maps + bias broadcasts over the last dimension",
    "the shape that bias needs so that each number meets one map",
)
def bias_along_the_columns(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight)
    return maps if bias is None else maps + bias


@mistake(
    "stack_filters",
    "the bias goes along the rows: in the shape (C_out, 1) it broadcasts over the last two dimensions",
    "the shape that bias needs so that each number meets one map",
)
def bias_along_the_rows(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight)
    return maps if bias is None else maps + bias[:, None]


@mistake("stack_filters", "the sum is not reset between filters", "where the total is set to 0")
def total_not_reset(volume, weight, bias=None):
    return with_bias(right.stack_filters(volume, weight).cumsum(0), bias)


@mistake("stack_filters", "filters and channels of the weight are exchanged", "weight is (C_out, C_in, KH, KW)")
def filters_and_channels_exchanged(volume, weight, bias=None):
    right.stack_filters(volume, weight)  # for its errors
    c_out, c_in = weight.shape[:2]
    maps = [sum(correlate2d(volume[c], weight[c, o]) for c in range(c_in)) for o in range(c_out)]
    return with_bias(torch.stack(maps), bias)


@mistake("stack_filters", "filter o looks at channel o only", "each filter has a slice for every channel")
def one_channel_for_each_filter(volume, weight, bias=None):
    right.stack_filters(volume, weight)  # for its errors
    c = len(volume)
    maps = [correlate2d(volume[o % c], weight[o, o % c]) for o in range(len(weight))]
    return with_bias(torch.stack(maps), bias)


@mistake("stack_filters", "there is a map for each filter and channel", "a filter adds up over its channels")
def map_for_each_channel(volume, weight, bias=None):
    maps = [right.stack_filters(volume[c : c + 1], weight[:, c : c + 1], bias) for c in range(len(volume))]
    return torch.stack(maps, 1).flatten(0, 1)


@mistake("stack_filters", "every map but the last stays 0", "what each step of the loop over the filters writes to")
def last_filter_only(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight, bias)
    return torch.cat([torch.zeros_like(maps[:-1]), maps[-1:]])


@mistake(
    "stack_filters", "the last filter is left out", "range ends before its end: range(len(weight)) has every filter"
)
def last_filter_left_out(volume, weight, bias=None):
    maps = [right.correlate_volume(volume, weight[o]) for o in range(len(weight) - 1)]
    return with_bias(torch.stack(maps), None if bias is None else bias[:-1])


@mistake("stack_filters", "the map of the last filter stays 0", "range ends before its end: range(len(weight)) has all")
def last_map_stays_0(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight, bias)
    return torch.cat([maps[:-1], torch.zeros_like(maps[-1:])])


@mistake("stack_filters", "every map is made with the first filter", "the index of weight within the loop")
def first_filter_for_all(volume, weight, bias=None):
    return right.stack_filters(volume, weight[:1].expand_as(weight), bias)


@mistake("stack_filters", "only the first filter is applied", "return stands within the loop")
def return_within_the_loop(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias)[:1]


@mistake("stack_filters", "the maps are added up", "a filter adds up channels; its own map is kept")
def maps_added_up(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias).sum(0)


@mistake("stack_filters", "the maps come last", "channels come first: (C_out, H', W')")
def maps_last(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias).permute(1, 2, 0)


@mistake("stack_filters", "the maps are joined into one tall one", "cat joins, stack makes a new dimension")
def maps_below_each_other(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias).flatten(0, 1)


@mistake("stack_filters", "the kernels are turned by 180°", "which number of a kernel meets a window's first pixel")
def every_kernel_turned(volume, weight, bias=None):
    return right.stack_filters(volume, weight.flip(2, 3), bias)


@mistake("stack_filters", "the answer is always float64", "the dtype of the tensor that the sums are written into")
def maps_always_float64(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias).double()


@mistake("stack_filters", "the answer is always float32", "torch.zeros makes float32 unless it is told a dtype")
def maps_written_into_zeros(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight, bias)
    answer = torch.zeros(maps.shape)
    answer[:] = maps
    return answer


@mistake("stack_filters", "the bias is left out where its first number is 0", "bias is not None asks for what matters")
def bias_beginning_with_zero(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None or bias[0] == 0 else bias)


@mistake("stack_filters", "all is computed in float32, which keeps 7 digits", "why a dtype is changed at all")
def maps_computed_in_float32(volume, weight, bias=None):
    numbers = volume.float(), weight.float(), None if bias is None else bias.float()
    return right.stack_filters(*numbers).to(volume.dtype)


@mistake("stack_filters", "channels for which there is no kernel are left out", "zip stops at the shorter of two")
def channels_without_kernel_ignored(volume, weight, bias=None):
    c = min(len(volume), weight.shape[1])
    return right.stack_filters(volume[:c], weight[:, :c], bias)


@mistake("stack_filters", "what does not fit is not refused", "what must raise a ValueError, and its text")
def filters_not_checked(volume, weight, bias=None):
    windows = volume.unfold(1, weight.shape[2], 1).unfold(2, weight.shape[3], 1)  # (C, H', W', KH, KW)
    return with_bias(torch.einsum("chwij,ocij->ohw", windows, weight), bias)


@mistake("stack_filters", "the error does not name the numbers", "what must raise a ValueError, and its text")
def filters_error_without_numbers(volume, weight, bias=None):
    try:
        return right.stack_filters(volume, weight, bias)
    except ValueError:
        raise ValueError("the filters do not fit") from None


@mistake("stack_filters", same_as="bias_once_per_channel")
def bias_within_the_inner_loop(volume, weight, bias=None):
    maps = []
    for o, kernel in enumerate(weight):
        total = 0
        for image, one in zip(volume, kernel, strict=True):
            total = total + correlate2d(image, one)
            if bias is not None:
                total = total + bias[o]
        maps.append(total)
    return torch.stack(maps)


@mistake("stack_filters", same_as="total_not_reset")
def total_begun_once(volume, weight, bias=None):
    out, total = [], 0
    for kernel in weight:
        for c in range(volume.shape[0]):
            total = total + correlate2d(volume[c], kernel[c])
        out.append(total)
    out = torch.stack(out)
    if bias is not None:
        out = out + bias.reshape(-1, 1, 1)
    return out


@right_answer("stack_filters", "one weight at a time: a matrix of weights on a slice of the volume")
def weight_by_weight(volume, weight, bias=None):
    c_out, c_in, kh, kw = weight.shape
    h, w = volume.shape[1] - kh + 1, volume.shape[2] - kw + 1
    if len(volume) != c_in:
        raise ValueError(f"{len(volume)} channels, but the filters have {c_in}")
    if min(h, w) < 1:
        raise ValueError(f"filters of {kh} × {kw} do not fit into {tuple(volume.shape)}")
    maps = volume.new_zeros(c_out, h, w) if bias is None else bias.view(-1, 1, 1).expand(c_out, h, w)
    for a in range(kh):
        for b in range(kw):
            maps = maps + torch.tensordot(weight[:, :, a, b], volume[:, a : a + h, b : b + w], dims=1)
    return maps


# conv2d: a batch, stride and padding


@mistake(
    "conv2d",
    "the kernel is turned by 180°: PyTorch's convolution does not turn it",
    "which number of the kernel meets the first pixel of a window",
)
def turned(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight.flip(2, 3), bias, stride, padding)


@mistake("conv2d", "the kernel is mirrored from left to right", "both indices of a slice count upwards")
def mirrored(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight.flip(3), bias, stride, padding)


@mistake("conv2d", "the kernel stands on its head", "both indices of a slice count upwards")
def upside_down(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight.flip(2), bias, stride, padding)


@mistake("conv2d", "rows and columns of the kernel are exchanged", "weight[o, c, a, b] has the row a before b")
def transposed(input, weight, bias=None, stride=1, padding=0):
    padded, (kh, kw) = pad2d(input, padding), weight.shape[2:]
    h, w, sh, sw = size_of(padded, weight, stride)
    maps = 0
    for a in range(kh):
        for b in range(kw):
            pixels = padded[:, :, a::sh, b::sw][:, :, :h, :w]
            maps = maps + torch.einsum("nchw,oc->nohw", pixels, weight[:, :, b, a])
    return with_bias(maps, bias)


@mistake("conv2d", "the last row and column of the kernel are left out", "range(KH) ends with KH - 1")
def kernel_cut_short(input, weight, bias=None, stride=1, padding=0):
    shorter = weight.clone()
    shorter[:, :, -1], shorter[:, :, :, -1] = 0, 0
    return right.conv2d(input, shorter, bias, stride, padding)


@mistake("conv2d", "the products are averaged, not added", "mean() divides by C * KH * KW")
def mean_for_sum(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight / weight[0].numel(), bias, stride, padding)


@mistake("conv2d", "negative answers are cut off", "an activation such as ReLU is a layer of its own")
def negative_cut_off(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).clamp(min=0)


@mistake("conv2d", "rows and columns of the answer are exchanged", "the window i down and j right is [n, o, i, j]")
def maps_transposed(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).mT


@mistake("conv2d", "only the first channel is used", "the sum runs over the channels too")
def grey_only(input, weight, bias=None, stride=1, padding=0):
    right.conv2d(input, weight, bias, stride, padding)  # for its errors
    return right.conv2d(input[:, :1], weight[:, :1], bias, stride, padding)


@mistake("conv2d", "the channels are averaged, not added", "a window of 3 channels gives a sum of 27 products")
def mean_over_channels(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight / weight.shape[1], bias, stride, padding)


@mistake("conv2d", "every channel gets the kernel of the first", "weight[o] has a slice for each channel")
def first_slice_for_all(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight[:, :1].expand_as(weight), bias, stride, padding)


@mistake("conv2d", "map o looks at channel o only, as in a depthwise convolution", "a map adds up over all channels")
def depthwise(input, weight, bias=None, stride=1, padding=0):
    right.conv2d(input, weight, bias, stride, padding)  # for its errors
    c = weight.shape[1]
    maps = [right.conv2d(input[:, [o % c]], weight[[o]][:, [o % c]], None, stride, padding) for o in range(len(weight))]
    return with_bias(torch.cat(maps, 1), bias)


@mistake("conv2d", "there is a map for each filter and channel", "a filter adds up over its channels")
def channels_kept_apart(input, weight, bias=None, stride=1, padding=0):
    single = [right.conv2d(input[:, [c]], weight[:, [c]], bias, stride, padding) for c in range(weight.shape[1])]
    return torch.stack(single, 2).flatten(1, 2)


@mistake("conv2d", "filters and channels of the weight are exchanged", "weight is (C_out, C_in, KH, KW)")
def weight_exchanged(input, weight, bias=None, stride=1, padding=0):
    c_out, c_in = weight.shape[:2]
    kernels = [[weight[c, o] for c in range(c_in)] for o in range(c_out)]
    return right.conv2d(input, torch.stack([torch.stack(one) for one in kernels]), bias, stride, padding)


@mistake("conv2d", "the bias is added once for each channel", "a map has one bias, however deep its filter is")
def bias_for_each_channel(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, None if bias is None else bias * weight.shape[1], stride, padding)


@mistake("conv2d", "the bias is added to each product", "a map has one bias, however large its kernel is")
def bias_for_each_product(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, None if bias is None else bias * weight[0].numel(), stride, padding)


@mistake("conv2d", "the bias is forgotten", "the third argument")
def no_bias(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, None, stride, padding)


@mistake("conv2d", "all maps get the first map's bias", "bias has one number for each filter")
def one_bias_for_all_maps(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, None if bias is None else bias[:1].expand_as(bias), stride, padding)


@mistake(
    "conv2d",
    "the bias goes along the columns: answer + bias broadcasts over the last dimension",
    "the shape that bias needs so that each number meets one map",
)
def bias_on_columns(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, None, stride, padding)
    return answer if bias is None else answer + bias


@mistake(
    "conv2d",
    "the bias goes along the rows: in the shape (C_out, 1) it broadcasts over the last two dimensions",
    "the shape that bias needs so that each number meets one map",
)
def bias_on_rows(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, None, stride, padding)
    return answer if bias is None else answer + bias[:, None]


@mistake("conv2d", "the sum is not reset between filters", "where the total is set to 0")
def maps_pile_up(input, weight, bias=None, stride=1, padding=0):
    return with_bias(right.conv2d(input, weight, None, stride, padding).cumsum(1), bias)


@mistake("conv2d", "every map but the last stays 0", "what each step of the loop over the filters writes to")
def last_map_only(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, bias, stride, padding)
    return torch.cat([torch.zeros_like(answer[:, :-1]), answer[:, -1:]], 1)


@mistake("conv2d", "only the first sample is computed", "the loop over the batch")
def first_sample_only(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, bias, stride, padding)
    return torch.cat([answer[:1], torch.zeros_like(answer[1:])])


@mistake("conv2d", "every sample gets the first one's answer", "the index of input within the loop over the batch")
def first_sample_for_all(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input[:1].expand_as(input), weight, bias, stride, padding)


@mistake("conv2d", "the samples of a batch are added up", "a sample has an answer of its own, whatever its batch")
def samples_added_up(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).sum(0, keepdim=True)


@mistake("conv2d", "the maps come before the samples", "stack inside the loop over samples: (N, C_out, …)")
def maps_before_samples(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).transpose(0, 1)


@mistake("conv2d", "a batch of one loses its dimension", "squeeze(0), or an index where a slice is meant")
def squeezed(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).squeeze(0)


@mistake("conv2d", "every side of 1 gets lost", "squeeze() removes all sides of 1, the batch's and the maps' too")
def squeezed_everywhere(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).squeeze()


@mistake("conv2d", "the stride is ignored", "the fourth argument")
def stride_ignored(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, 1, padding)


@mistake("conv2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def one_stride_for_both(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, pair(stride)[0], padding)


@mistake("conv2d", "the parts of the stride are exchanged", "a pair is (height, width)")
def strides_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, pair(stride)[::-1], padding)


@mistake("conv2d", "the stride shrinks the answer but the windows move by 1", "where window i begins: i * stride")
def stride_in_the_size_only(input, weight, bias=None, stride=1, padding=0):
    h, w, *_ = size_of(pad2d(input, padding), weight, stride)
    return right.conv2d(input, weight, bias, 1, padding)[:, :, :h, :w]


@mistake("conv2d", "the stride moves the windows but does not shrink the answer", "H_out, where the stride divides")
def stride_in_the_index_only(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (kh, kw), padded = pair(stride), weight.shape[2:], pad2d(input, padding)
    h, w = right.conv2d(padded, weight).shape[2:]
    answer = input.new_zeros(len(input), len(weight), h, w)
    for n, o, i, j in itertools.product(*map(range, answer.shape)):
        window = padded[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
        answer[n, o, i, j] = (window * weight[o]).sum()
    return with_bias(answer, bias)


@mistake(
    "conv2d",
    "the loop goes through the answer in steps of the stride, so that numbers between them stay 0",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def steps_through_the_answer(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), answer = pair(stride), right.conv2d(input, weight, bias, stride, padding)
    (h, w), answer = answer.shape[2:], torch.zeros_like(answer)
    answer[:, :, ::sh, ::sw] = right.conv2d(input, weight, bias, 1, padding)[:, :, :h:sh, :w:sw]
    return answer


@mistake(
    "conv2d",
    "the answer is divided by the stride twice: in H_out, and in the steps of the loop over it",
    "H_out counts windows: range(H_out), and window i begins at row i * stride",
)
def stride_counted_twice(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (h, w) = pair(stride), right.conv2d(input, weight, bias, stride, padding).shape[2:]
    return right.conv2d(input, weight, bias, 1, padding)[:, :, :h:sh, :w:sw]


@mistake(
    "conv2d",
    "the answer has the right size, but the windows move right by the stride of the rows",
    "window j begins at column j * SW",
)
def rows_stride_in_the_loop(input, weight, bias=None, stride=1, padding=0):
    answer, padded = right.conv2d(input, weight, bias, stride, padding), pad2d(input, padding)
    (sh, _), (kh, kw), answer = pair(stride), weight.shape[2:], torch.zeros_like(answer)
    for i, j in itertools.product(*map(range, answer.shape[2:])):
        window = padded[:, None, :, i * sh : i * sh + kh, j * sh : j * sh + kw]
        answer[:, :, i, j] = (window * weight).sum((2, 3, 4)) + (0 if bias is None else bias)
    return answer


@mistake("conv2d", "the first window begins at the last row of the first step", "window 0 begins at pixel 0")
def late_start(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), dense = pair(stride), right.conv2d(input, weight, bias, 1, padding)
    return dense[:, :, sh - 1 :: sh, sw - 1 :: sw]


@mistake(
    "conv2d",
    "the stride is taken through the image, not through the windows",
    "a window holds neighbouring pixels, however large the steps are",
)
def image_thinned_out_first(input, weight, bias=None, stride=1, padding=0):
    sh, sw = pair(stride)
    return right.conv2d(pad2d(input, padding)[:, :, ::sh, ::sw], weight, bias)


@mistake(
    "conv2d",
    "what lies between the steps is averaged into the answer",
    "a stride leaves windows out; it does not average them",
)
def steps_averaged(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), dense = pair(stride), right.conv2d(input, weight, bias, 1, padding)
    rows = torch.stack([part.mean(2) for part in dense.split(sh, 2)], 2)
    return torch.stack([part.mean(3) for part in rows.split(sw, 3)], 3)


@mistake("conv2d", "a window may stand over the edge", "rows and columns that are left over give no answer")
def over_the_edge(input, weight, bias=None, stride=1, padding=0):
    padded, (kh, kw), (sh, sw) = pad2d(input, padding), weight.shape[2:], pair(stride)
    missing = (kw - padded.shape[3]) % sw, (kh - padded.shape[2]) % sh
    return right.conv2d(F.pad(padded, (0, missing[0], 0, missing[1])), weight, bias, stride)


@mistake("conv2d", "a window that ends at the edge is left out", "range stops before its end: H + 2 PH - KH + 1")
def last_place_missing(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), dense = pair(stride), right.conv2d(input, weight, bias, 1, padding)
    return dense[:, :, :-1:sh, :-1:sw]


@mistake(
    "conv2d",
    "an even kernel is taken for an odd one, with as much on each side of its middle",
    "KH // 2 pixels on both sides are KH + 1 rows if KH is even",
)
def even_taken_for_odd(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), dense, (kh, kw) = pair(stride), right.conv2d(input, weight, bias, 1, padding), weight.shape[2:]
    h, w = dense.shape[2] - (kh + 1) % 2, dense.shape[3] - (kw + 1) % 2
    return dense[:, :, :h:sh, :w:sw]


@mistake("conv2d", "the padding is ignored", "the last argument")
def padding_ignored(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride)


@mistake("conv2d", "each side grows by the padding once", "padding 1 makes 7x7 of 5x5, not 6x6")
def padded_once(input, weight, bias=None, stride=1, padding=0):
    (ph, pw), padded = pair(padding), pad2d(input, padding)
    return right.conv2d(padded[:, :, : padded.shape[2] - ph, : padded.shape[3] - pw], weight, bias, stride)


@mistake("conv2d", "the parts of the padding are exchanged", "a pair is (height, width)")
def paddings_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, pair(padding)[::-1])


@mistake("conv2d", "the padding of the rows is used for the columns too", "a padding may be a pair (height, width)")
def one_padding_for_both(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, pair(padding)[0])


@mistake("conv2d", "padding is put below and to the right only, twice as much", "padding goes around the image")
def padding_at_the_end_only(input, weight, bias=None, stride=1, padding=0):
    ph, pw = pair(padding)
    return right.conv2d(pad2d(input, padding).roll((-ph, -pw), (2, 3)), weight, bias, stride)


@mistake("conv2d", "the border is repeated outwards", "the frame is made of zeros")
def border_repeated(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(framed_with(input, padding, nearest_place), weight, bias, stride)


@mistake("conv2d", "the frame mirrors the image", "the frame is made of zeros")
def border_mirrored(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(framed_with(input, padding, mirror_place), weight, bias, stride)


@mistake("conv2d", "the padding is put around the answer", "the image is padded, then the kernel slides over it")
def answer_padded(input, weight, bias=None, stride=1, padding=0):
    return pad2d(right.conv2d(input, weight, bias, stride), padding)


@mistake("conv2d", "the padding makes the answer larger but is not put around the image", "what a window looks at")
def padding_in_the_size_only(input, weight, bias=None, stride=1, padding=0):
    h, w, *_ = size_of(pad2d(input, padding), weight, stride)
    inner = right.conv2d(input, weight, bias, stride)
    return F.pad(inner, (0, w - inner.shape[3], 0, h - inner.shape[2]))


@mistake("conv2d", "the kernel is padded, not the image", "what gets a frame of zeros")
def kernel_padded(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, pad2d(weight, padding), bias, stride)


@mistake("conv2d", "samples and channels are padded too", "the frame lies around the last two dimensions")
def padded_in_all_dimensions(input, weight, bias=None, stride=1, padding=0):
    ph, pw = pair(padding)
    return right.conv2d(F.pad(input, (pw, pw, ph, ph, ph, ph, ph, ph)), weight, bias, stride)


@mistake(
    "conv2d", "a pair is not expected", "stride and padding may be pairs (height, width): pair() makes one of both"
)
def int_taken_for_granted(input, weight, bias=None, stride=1, padding=0):
    padded = pad2d(input, padding)
    h, w = (padded.shape[2] - weight.shape[2]) // stride + 1, (padded.shape[3] - weight.shape[3]) // stride + 1
    return right.conv2d(padded, weight, bias, stride)[:, :, :h, :w]


@mistake("correlate_volume", "the answer is cut off from its gradients", "detach, item and tolist break the graph")
def volume_detached(volume, kernel):
    return right.correlate_volume(volume, kernel).detach()


@mistake(
    "correlate_volume", "the kernel is cut off from its gradient", "kernel.data and kernel.detach() leave the graph"
)
def kernel_detached(volume, kernel):
    return right.correlate_volume(volume, kernel.detach())


@mistake("stack_filters", "the answer is cut off from its gradients", "detach, item and tolist break the graph")
def stack_detached(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias).detach()


@mistake("stack_filters", "the bias is cut off from its gradient", "item, tolist and detach leave the graph")
def bias_as_plain_numbers(volume, weight, bias=None):
    if bias is None:
        return right.stack_filters(volume, weight)
    return right.stack_filters(volume, weight) + bias.detach()[:, None, None]


@mistake("conv2d", "the answer is cut off from its gradients", "detach, item, tolist and new tensors break the graph")
def detached(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).detach()


@mistake("conv2d", "the weight is cut off from its gradient", "weight.data and weight.detach() leave the graph")
def weight_detached(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight.detach(), bias, stride, padding)


@mistake("conv2d", "the answer is always float64", "the dtype of the tensor that the sums are written into")
def always_float64(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).double()


@mistake("conv2d", "the answer is always float32", "torch.zeros makes float32 unless it is told a dtype")
def always_float32(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).float()


@mistake("conv2d", "all is computed in float32, which keeps 7 digits", "why a dtype is changed at all")
def computed_in_float32(input, weight, bias=None, stride=1, padding=0):
    numbers = input.float(), weight.float(), None if bias is None else bias.float()
    return right.conv2d(*numbers, stride, padding).to(input.dtype)


@mistake("conv2d", "the sums are cut to whole numbers", "the dtype of the tensor that the sums are written into")
def whole_numbers_only(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).trunc()


@mistake(
    "conv2d",
    "the products are written into the image: a slice is a view, and *= changes what it looks at",
    "what the image holds after the first window",
)
def image_overwritten(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, bias, stride, padding)
    if not any(pair(padding)):
        window = input[:, :, : weight.shape[2], : weight.shape[3]]
        window *= weight[0]
    return answer


@mistake("conv2d", "the kernel is compared with the image before it is padded", "in which order padding and check come")
def compared_before_padding(input, weight, bias=None, stride=1, padding=0):
    right.conv2d(input, weight)  # for its errors
    return right.conv2d(input, weight, bias, stride, padding)


@mistake("conv2d", "channels for which there is no kernel are left out", "zip stops at the shorter of two")
def channels_left_out(input, weight, bias=None, stride=1, padding=0):
    c = min(input.shape[1], weight.shape[1])
    return right.conv2d(input[:, :c], weight[:, :c], bias, stride, padding)


@mistake(
    "conv2d",
    "one channel is used for all: a side of 1 fits every other one",
    "broadcasting: compare the numbers of channels first",
)
def one_channel_for_all_broadcast(input, weight, bias=None, stride=1, padding=0):
    if weight.shape[1] == 1:
        weight = weight.expand(-1, input.shape[1], -1, -1)
    return right.conv2d(input, weight, bias, stride, padding)


@mistake("conv2d", "a kernel that does not fit gets an empty answer", "what must raise a ValueError, and its text")
def empty_answer(input, weight, bias=None, stride=1, padding=0):
    h, w, *_ = size_of(pad2d(input, padding), weight, stride)
    return right.conv2d(input, weight, bias, stride, padding) if min(h, w) > 0 else input.new_zeros(0)


@mistake("conv2d", "what does not fit is not refused", "what must raise a ValueError, and its text")
def not_refused(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (kh, kw) = pair(stride), weight.shape[2:]
    windows = pad2d(input, padding).unfold(2, kh, sh).unfold(3, kw, sw)
    return with_bias(torch.einsum("nchwij,ocij->nohw", windows, weight), bias)


@mistake("conv2d", "the error does not name the numbers", "what must raise a ValueError, and its text")
def error_says_little(input, weight, bias=None, stride=1, padding=0):
    try:
        return right.conv2d(input, weight, bias, stride, padding)
    except ValueError:
        raise ValueError("the filters do not fit") from None


@mistake("conv2d", "the work is left to PyTorch", "the paragraph Not allowed")
def left_to_pytorch(input, weight, bias=None, stride=1, padding=0):
    return F.conv2d(input, weight, bias, stride, padding)


@mistake("conv2d", same_as="turned")
def all_loops_from_the_last_weight(input, weight, bias=None, stride=1, padding=0):
    if isinstance(stride, int):
        stride = (stride, stride)
    x = pad2d(input, padding)
    c_out, _, kh, kw = weight.shape
    h = (x.shape[2] - kh) // stride[0] + 1
    w = (x.shape[3] - kw) // stride[1] + 1
    out = torch.zeros(x.shape[0], c_out, h, w, dtype=x.dtype)
    for o in range(c_out):
        for i in range(h):
            for j in range(w):
                for a in range(kh):
                    for b in range(kw):
                        pixels = x[:, :, i * stride[0] + kh - 1 - a, j * stride[1] + kw - 1 - b]
                        out[:, o, i, j] += (pixels * weight[o, :, a, b]).sum(1)
        if bias is not None:
            out[:, o] += bias[o]
    return out


@mistake("conv2d", same_as="first_slice_for_all")
def slice_broadcast(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (kh, kw), x = pair(stride), weight.shape[2:], pad2d(input, padding)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)  # (N, C, H', W', KH, KW)
    maps = [(windows * weight[o, 0]).sum((1, 4, 5)) for o in range(weight.shape[0])]
    out = torch.stack(maps, dim=1)
    return out if bias is None else out + bias[None, :, None, None]


@mistake("conv2d", same_as="bias_on_columns")
def einsum_plus_bias(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (kh, kw), x = pair(stride), weight.shape[2:], pad2d(input, padding)
    if x.shape[1] != weight.shape[1]:
        raise ValueError(f"input has {x.shape[1]} channels, weight expects {weight.shape[1]}")
    if x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"kernel {kh}x{kw} is larger than the image {x.shape[2]}x{x.shape[3]}")
    out = torch.einsum("ncxyij,ocij->noxy", x.unfold(2, kh, sh).unfold(3, kw, sw), weight)
    if bias is not None:
        out = out + bias
    return out


@mistake("conv2d", same_as="one_stride_for_both")
def step_from_the_first_of_a_pair(input, weight, bias=None, stride=1, padding=0):
    s = stride if isinstance(stride, int) else stride[0]
    x, kh, kw = pad2d(input, padding), weight.shape[-2], weight.shape[-1]
    rows, columns = range(0, x.shape[2] - kh + 1, s), range(0, x.shape[3] - kw + 1, s)
    patches = [[x[:, None, :, i : i + kh, j : j + kw] for j in columns] for i in rows]
    sums = [torch.stack([(patch * weight).sum((2, 3, 4)) for patch in row], -1) for row in patches]
    out = torch.stack(sums, -2)
    return out + bias.view(1, -1, 1, 1) if bias is not None else out


@mistake("conv2d", same_as="stride_in_the_size_only")
def windows_without_steps(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    n, c, h, w = input.shape
    out_c, _, kh, kw = weight.shape
    x = input.new_zeros(n, c, h + 2 * ph, w + 2 * pw)
    x[:, :, ph : ph + h, pw : pw + w] = input
    out = input.new_zeros(n, out_c, (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for o in range(out_c):
                out[:, o, i, j] = (x[:, :, i : i + kh, j : j + kw] * weight[o]).sum(dim=(1, 2, 3))
                if bias is not None:
                    out[:, o, i, j] += bias[o]
    return out


@mistake("conv2d", same_as="image_thinned_out_first")
def every_nth_pixel_kept(input, weight, bias=None, stride=1, padding=0):
    sh, sw = pair(stride)
    small = pad2d(input, padding)[..., ::sh, ::sw]
    kh, kw = weight.shape[2:]
    h, w = small.shape[2] - kh + 1, small.shape[3] - kw + 1
    if h < 1 or w < 1 or small.shape[1] != weight.shape[1]:
        raise ValueError(f"{list(weight.shape)} and {list(small.shape)}")
    terms = [
        torch.einsum("nchw,oc->nohw", small[:, :, a : a + h, b : b + w], weight[:, :, a, b])
        for a in range(kh)
        for b in range(kw)
    ]
    return sum(terms) + (0 if bias is None else bias[:, None, None])


@mistake("conv2d", same_as="last_place_missing")
def one_place_less_than_there_are(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (_, _, kh, kw), x = pair(stride), weight.shape, pad2d(input, padding)
    h, w = x.shape[2] - kh, x.shape[3] - kw
    if h < 0 or w < 0 or x.shape[1] != weight.shape[1]:
        raise ValueError(f"weight {tuple(weight.shape)} does not fit image {tuple(x.shape)}")
    out = 0
    for a in range(kh):
        for b in range(kw):
            pixels = x[:, None, :, a : a + h : sh, b : b + w : sw]
            out = out + (pixels * weight[:, :, a, b, None, None]).sum(2)
    return out if bias is None else out + bias[None, :, None, None]


@mistake("conv2d", same_as="padded_once")
def frame_above_and_left(input, weight, bias=None, stride=1, padding=0):
    (ph, pw), (n, c, h, w) = pair(padding), input.shape
    bigger = torch.zeros((n, c, h + ph, w + pw), dtype=input.dtype)
    bigger[:, :, ph:, pw:] = input
    (sh, sw), (kh, kw) = pair(stride), weight.shape[2:]
    if c != weight.shape[1] or h + ph < kh or w + pw < kw:
        raise ValueError(f"filters of {tuple(weight.shape)} do not fit into {tuple(bigger.shape)}")
    windows = bigger.unfold(2, kh, sh).unfold(3, kw, sw).permute(0, 2, 3, 1, 4, 5).flatten(3)
    answer = (windows @ weight.flatten(1).T).permute(0, 3, 1, 2)
    return answer if bias is None else answer + bias.view(-1, 1, 1)


@mistake("conv2d", same_as="detached")
def written_as_numbers(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (_, _, kh, kw), x = pair(stride), weight.shape, pad2d(input, padding)
    b = [0] * len(weight) if bias is None else bias.tolist()
    rows, columns = range(0, x.shape[2] - kh + 1, sh), range(0, x.shape[3] - kw + 1, sw)
    numbers = [
        [
            [[(image[:, i : i + kh, j : j + kw] * k).sum().item() + b[o] for j in columns] for i in rows]
            for o, k in enumerate(weight)
        ]
        for image in x
    ]
    return torch.tensor(numbers, dtype=input.dtype)


@right_answer("conv2d", "with windows and a product over all of them, in place of loops")
def windows(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (kh, kw), padded = pair(stride), weight.shape[2:], pad2d(input, padding)
    if padded.shape[1] != weight.shape[1] or padded.shape[2] < kh or padded.shape[3] < kw:
        raise ValueError(f"{tuple(weight.shape)} does not fit {tuple(padded.shape)}")
    patches = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    answer = torch.einsum("nchwij,ocij->nohw", patches, weight)
    return answer if bias is None else answer + bias.view(-1, 1, 1)


@right_answer("conv2d", "with four loops over an answer made beforehand")
def loops(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (c_out, c_in, kh, kw), padded = pair(stride), weight.shape, pad2d(input, padding)
    h, w = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    if padded.shape[1] != c_in or h < 1 or w < 1:
        raise ValueError(f"{tuple(weight.shape)} does not fit {tuple(padded.shape)}")
    answer = torch.zeros(len(input), c_out, h, w, dtype=input.dtype)
    for n in range(len(input)):
        for o in range(c_out):
            for i in range(h):
                for j in range(w):
                    patch = padded[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    answer[n, o, i, j] = (patch * weight[o]).sum() + (0 if bias is None else bias[o])
    return answer


@right_answer("conv2d", "as the product of two matrices: weights, and a column for each window")
def columns_of_windows(input, weight, bias=None, stride=1, padding=0):
    padded = pad2d(input, padding)
    if padded.shape[1] != weight.shape[1]:
        raise ValueError(f"input has {padded.shape[1]} channels, weight has {weight.shape[1]}")
    h, w, sh, sw = size_of(padded, weight, stride)
    if h <= 0 or w <= 0:
        raise ValueError(f"kernel size {tuple(weight.shape[2:])}, padded image only {tuple(padded.shape[2:])}")
    places, (kh, kw) = [(i * sh, j * sw) for i in range(h) for j in range(w)], weight.shape[2:]
    columns = torch.stack([padded[:, :, i : i + kh, j : j + kw].flatten(1) for i, j in places], 2)  # (N, C*KH*KW, L)
    return with_bias((weight.flatten(1) @ columns).unflatten(2, (h, w)), bias)


@right_answer("conv2d", "with shifted images, one for each weight of a kernel, and an assertion of its own kind")
def shifted_images(input, weight, bias=None, stride=1, padding=0):
    class DoesNotFitError(ValueError):
        pass

    padded, (_, c_in, kh, kw) = pad2d(input, padding), weight.shape
    h, w, sh, sw = size_of(padded, weight, stride)
    if (padded.shape[1] != c_in) or h < 1 or w < 1:
        raise DoesNotFitError(f"no place for {c_in} x {kh} x {kw} in {' x '.join(map(str, padded.shape[1:]))}")
    maps = torch.zeros((), dtype=input.dtype)
    for a in range(kh):
        for b in range(kw):
            pixels = padded[:, :, a : a + (h - 1) * sh + 1 : sh, b : b + (w - 1) * sw + 1 : sw]
            maps = maps + (pixels[:, None] * weight[:, :, a, b, None, None]).sum(2)
    return with_bias(maps, bias)


@right_answer("correlate_volume", "all windows by Tensor.unfold, and einsum")
def windows_and_einsum(volume, kernel):
    (c, h, w), (depth, kh, kw) = volume.shape, kernel.shape
    if c != depth:
        raise ValueError(f"{depth} channels for {c}")
    if kh > h or kw > w:
        raise ValueError(f"{(kh, kw)} does not fit into {(h, w)}")
    return torch.einsum("cijab,cab->ij", volume.unfold(1, kh, 1).unfold(2, kw, 1), kernel)


@right_answer("correlate_volume", "by recursion: the first channel and the others")
def first_channel_and_the_others(volume, kernel):
    if volume.shape[0] != kernel.shape[0]:
        raise ValueError(f"{volume.shape[0]} and {kernel.shape[0]} channels")
    first = correlate2d(volume[0], kernel[0])
    if len(volume) == 1:
        return first
    return first + first_channel_and_the_others(volume[1:], kernel[1:])


@right_answer("stack_filters", "a list of maps that grows, each with its bias")
def maps_one_by_one(volume, weight, bias=None):
    maps = []
    for number, kernel in enumerate(weight):
        answer = right.correlate_volume(volume, kernel)
        if bias is not None:
            answer = answer + bias[number]
        maps.append(answer[None])
    return torch.cat(maps, dim=0)


@right_answer("conv2d", "a view of all windows by their strides, and einsum")
def strided_windows(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (out_channels, depth, kh, kw) = pair(stride), weight.shape
    padded = pad2d(input, padding)
    n, c, h, w = padded.shape
    if depth != c:
        raise ValueError(f"the filters have {depth} channels, the input has {c}")
    if h < kh or w < kw:
        raise ValueError(f"filters of {(kh, kw)} do not fit into {(h, w)}")
    each, deep, down, across = padded.stride()
    size = n, c, (h - kh) // sh + 1, (w - kw) // sw + 1, kh, kw
    windows = padded.as_strided(size, (each, deep, down * sh, across * sw, down, across))
    maps = torch.einsum("ncijab,ocab->noij", windows, weight)
    return maps if bias is None else maps + bias.reshape(1, out_channels, 1, 1)


@right_answer("conv2d", "by recursion: the first sample and the others")
def first_sample_and_the_others(input, weight, bias=None, stride=1, padding=0):
    if len(input) > 1:
        parts = input[:1], input[1:]
        return torch.cat([first_sample_and_the_others(part, weight, bias, stride, padding) for part in parts])
    rows, columns = pair(stride)
    return right.stack_filters(pad2d(input[0], padding), weight, bias)[None, :, ::rows, ::columns]
