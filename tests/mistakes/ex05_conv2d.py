import torch

from kit.given import correlate2d, pad2d, pair
from mistakes import mistake, right, right_answer


@mistake(
    "correlate_volume",
    "the kernel is turned by 180°: PyTorch's convolution does not turn it",
    "which number of the kernel meets the first pixel of a window",
)
def kernel_turned(volume, kernel):
    return right.correlate_volume(volume, kernel.flip(1, 2))


@mistake("correlate_volume", "only the first channel is used", "the sum runs over the channels too")
def first_channel_only(volume, kernel):
    return right.correlate_volume(volume[:1], kernel[:1])


@mistake(
    "correlate_volume", "the channels are averaged, not added", "a window of 3 channels gives a sum of 27 products"
)
def channel_mean(volume, kernel):
    return right.correlate_volume(volume, kernel) / len(volume)


@mistake("correlate_volume", "the channels are not added up", "the third dimension disappears")
def channels_not_summed(volume, kernel):
    return torch.stack([correlate2d(image, part) for image, part in zip(volume, kernel, strict=True)])


@mistake(
    "correlate_volume",
    "every channel gets the kernel of the first",
    "each channel has a slice of the kernel of its own",
)
def one_kernel_for_all_channels(volume, kernel):
    return right.correlate_volume(volume, kernel[:1].expand_as(kernel))


@mistake("stack_filters", "the bias is added once for each channel", "a map has one bias, however deep its filter is")
def bias_once_per_channel(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias * len(volume))


@mistake("stack_filters", "the bias is added to each product", "a map has one bias, however large its kernel is")
def bias_once_per_product(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias * weight[0].numel())


@mistake("stack_filters", "the bias is forgotten", "the third argument")
def bias_missing(volume, weight, bias=None):
    return right.stack_filters(volume, weight)


@mistake("stack_filters", "all maps get the first map's bias", "bias has one number for each filter")
def first_bias_for_all(volume, weight, bias=None):
    return right.stack_filters(volume, weight, None if bias is None else bias[:1].expand_as(bias))


@mistake(
    "stack_filters",
    "the bias goes along the columns: maps + bias broadcasts over the last dimension",
    "the shape that bias needs so that each number meets one map",
)
def bias_along_the_columns(volume, weight, bias=None):
    maps = right.stack_filters(volume, weight)
    return maps if bias is None else maps + bias


@mistake("stack_filters", "the sum is not reset between filters", "where the total is set to 0")
def total_not_reset(volume, weight, bias=None):
    return right.stack_filters(volume, weight, bias).cumsum(0)


@mistake("stack_filters", "filters and channels of the weight are exchanged", "weight is (C_out, C_in, KH, KW)")
def filters_and_channels_exchanged(volume, weight, bias=None):
    square = weight.shape[0] == weight.shape[1]
    return right.stack_filters(volume, weight.transpose(0, 1) if square else weight, bias)


@mistake("conv2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def one_stride_for_both(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, pair(stride)[0], padding)


@mistake("conv2d", "the parts of the stride are exchanged", "a pair is (height, width)")
def strides_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, pair(stride)[::-1], padding)


@mistake("conv2d", "the parts of the padding are exchanged", "a pair is (height, width)")
def paddings_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, pair(padding)[::-1])


@mistake("conv2d", "padding is put below and to the right only, twice as much", "padding goes around the image")
def padding_at_the_end_only(input, weight, bias=None, stride=1, padding=0):
    ph, pw = pair(padding)
    return right.conv2d(pad2d(input, padding).roll((-ph, -pw), (2, 3)), weight, bias, stride)


@mistake("conv2d", "the stride shrinks the answer but the windows move by 1", "where window i begins: i * stride")
def stride_in_the_size_only(input, weight, bias=None, stride=1, padding=0):
    dense, strided = (right.conv2d(input, weight, bias, s, padding) for s in (1, stride))
    return dense[:, :, : strided.shape[2], : strided.shape[3]]


@mistake("conv2d", "the first window begins at the last row of the first step", "window 0 begins at pixel 0")
def late_start(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), dense = pair(stride), right.conv2d(input, weight, bias, 1, padding)
    return dense[:, :, sh - 1 :: sh, sw - 1 :: sw]


@mistake("conv2d", "only the first sample is computed", "the loop over the batch")
def first_sample_only(input, weight, bias=None, stride=1, padding=0):
    answer = right.conv2d(input, weight, bias, stride, padding)
    return torch.cat([answer[:1], torch.zeros_like(answer[1:])])


@mistake("conv2d", "a batch of one loses its dimension", "squeeze() removes every side of 1")
def squeezed(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).squeeze(0)


@mistake("conv2d", "the answer is cut off from its gradients", "detach, item, tolist and new tensors break the graph")
def detached(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).detach()


@mistake("conv2d", "the answer is always float64", "the dtype of the tensor that the sums are written into")
def always_float64(input, weight, bias=None, stride=1, padding=0):
    return right.conv2d(input, weight, bias, stride, padding).double()


@mistake("conv2d", "the padding is put around the answer", "the image is padded, then the kernel slides over it")
def answer_padded(input, weight, bias=None, stride=1, padding=0):
    wanted = right.conv2d(input, weight, bias, stride, padding)
    inner = right.conv2d(input, weight, bias, stride, 0) if min(input.shape[2:]) >= max(weight.shape[2:]) else wanted
    top, left = (wanted.shape[2] - inner.shape[2]) // 2, (wanted.shape[3] - inner.shape[3]) // 2
    answer = torch.zeros_like(wanted)
    answer[:, :, top : top + inner.shape[2], left : left + inner.shape[3]] = inner
    return answer


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
