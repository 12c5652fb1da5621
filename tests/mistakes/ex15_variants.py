import torch
from torch import nn

from kit.given import pad2d, pair
from mistakes import mistake, right, right_answer


def blocks(input, weight, groups):
    """The channels and the filters of each group."""
    if input.shape[1] != groups * weight.shape[1]:
        raise ValueError(f"{input.shape[1]} channels are not {groups} times {weight.shape[1]}")
    if weight.shape[0] % groups:
        raise ValueError(f"{weight.shape[0]} filters do not make {groups} groups")
    return list(zip(input.chunk(groups, 1), weight.chunk(groups), strict=True))


def with_bias(maps, bias):
    return maps if bias is None else maps + bias[:, None, None]


def with_holes(weight, dilation):
    """A filter with zeros in its holes."""
    (kh, kw), (dh, dw) = weight.shape[2:], pair(dilation)
    holes = weight.new_zeros(*weight.shape[:2], dh * (kh - 1) + 1, dw * (kw - 1) + 1)
    holes[:, :, ::dh, ::dw] = weight
    return holes


def spread(input, stride):
    """The pixels with stride - 1 zeros between them."""
    sh, sw = pair(stride)
    n, c, h, w = input.shape
    apart = input.new_zeros(n, c, (h - 1) * sh + 1, (w - 1) * sw + 1)
    apart[:, :, ::sh, ::sw] = input
    return apart


def cut(full, padding):
    ph, pw = pair(padding)
    return full[:, :, ph : full.shape[2] - ph, pw : full.shape[3] - pw]


def look_at(input, weight):
    if input.shape[1] != weight.shape[0]:
        raise ValueError(f"{input.shape[1]} channels, want {weight.shape[0]}")


@mistake("conv2d", "groups is ignored: a filter looks at the first channels only", "a block of channels for each group")
def first_channels_only(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    parts = blocks(input, weight, groups)
    maps = [right.conv2d(parts[0][0], filters, None, stride, padding, dilation) for _, filters in parts]
    return with_bias(torch.cat(maps, 1), bias)


@mistake("conv2d", "groups is ignored, and filters must be as deep as the input", "a filter has C / groups channels")
def groups_ignored(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, padding, dilation)


@mistake("conv2d", same_as="groups_ignored")
def plain_convolution(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    if weight.shape[0] % groups:
        raise ValueError(f"{groups} groups")
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    padded = pad2d(input, padding)
    (c, h, w), (c_in, kh, kw) = padded.shape[1:], weight.shape[1:]
    if c != c_in:
        raise ValueError(f"{c} channels in the input, {c_in} in the filters")
    h_out, w_out = (h - dh * (kh - 1) - 1) // sh + 1, (w - dw * (kw - 1) - 1) // sw + 1
    if h_out < 1 or w_out < 1:
        raise ValueError(f"too large for {h} x {w}")
    out = 0
    for i in range(kh):
        for j in range(kw):
            part = padded[
                :, :, i * dh : i * dh + (h_out - 1) * sh + 1 : sh, j * dw : j * dw + (w_out - 1) * sw + 1 : sw
            ]
            out = out + torch.einsum("nchw,oc->nohw", part, weight[:, :, i, j])
    return with_bias(out, bias)


@mistake(
    "conv2d",
    "the maps of the groups lie in turn, one of each, and not in blocks",
    "first all maps of the first group, then those of the second",
)
def maps_in_turn(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    maps = right.conv2d(input, weight, None, stride, padding, dilation, groups)
    return with_bias(maps.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2), bias)


@mistake(
    "conv2d",
    "the channels are dealt out to the groups in turn, and not in blocks",
    "the first C / groups channels belong to the first group",
)
def channels_in_turn(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    c = input.shape[1]
    if c % groups:
        raise ValueError(f"{c} channels do not make {groups} groups")
    dealt = torch.cat([input[:, g::groups] for g in range(groups)], 1)
    return right.conv2d(dealt, weight, bias, stride, padding, dilation, groups)


@mistake("conv2d", same_as="channels_in_turn")
def loop_in_turn(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    c_out = weight.shape[0]
    if input.shape[1] % groups or c_out % groups or input.shape[1] // groups != weight.shape[1]:
        raise ValueError(f"{input.shape[1]} channels, {c_out} filters, {groups} groups")
    maps = []
    for k in range(c_out):
        group = k // (c_out // groups)
        own = input[:, range(group, input.shape[1], groups)]
        maps.append(right.conv2d(own, weight[k : k + 1], None, stride, padding, dilation))
    return with_bias(torch.cat(maps, 1), bias)


@mistake(
    "conv2d",
    "the filters are dealt out to the groups in turn, and not in blocks",
    "the first C_out / groups filters belong to the first group",
)
def filters_in_turn(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    parts = blocks(input, weight, groups)
    maps = [
        right.conv2d(parts[k % groups][0], weight[k : k + 1], None, stride, padding, dilation)
        for k in range(len(weight))
    ]
    return with_bias(torch.cat(maps, 1), bias)


@mistake("conv2d", "the maps of the groups are added up", "they lie one after the other: torch.cat")
def groups_added(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    parts = blocks(input, weight, groups)
    maps = sum(right.conv2d(channels, filters, None, stride, padding, dilation) for channels, filters in parts)
    return with_bias(maps, None if bias is None else bias[: maps.shape[1]])


@mistake("conv2d", "the groups go from the last to the first", "the first channels meet the first filters")
def groups_backwards(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    parts = blocks(input, weight, groups)
    turned = torch.cat([channels for channels, _ in reversed(parts)], 1)
    return right.conv2d(turned, weight, bias, stride, padding, dilation, groups)


@mistake("conv2d", "each group's maps get the biases of the first group", "one bias for each of all C_out maps")
def bias_of_first_group(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    maps = right.conv2d(input, weight, None, stride, padding, dilation, groups)
    return with_bias(maps, None if bias is None else bias[: len(bias) // groups].repeat(groups))


@mistake("conv2d", "dilation is ignored", "dilation - 1 pixels are left out between two of a filter's")
def dilation_ignored(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, padding, 1, groups)


@mistake(
    "conv2d",
    "dilation counts the pixels left out, so that 1 leaves one out",
    "dilation 1 is none: neighbours are dilation apart",
)
def holes_of_dilation(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    dh, dw = pair(dilation)
    return right.conv2d(input, weight, bias, stride, padding, (dh + 1, dw + 1), groups)


@mistake("conv2d", "the dilation of the rows is used for the columns too", "a dilation may be a pair")
def one_dilation_for_both(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, padding, pair(dilation)[0], groups)


@mistake("conv2d", "the dilations of rows and columns are exchanged", "(height, width)")
def dilations_exchanged(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, padding, pair(dilation)[::-1], groups)


@mistake("conv2d", "a pair for dilation is not expected", "pair(dilation), as for stride and padding")
def dilation_no_pair(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    span = dilation * (weight.shape[2] - 1) + 1
    if span < 1:
        raise ValueError(span)
    return right.conv2d(input, weight, bias, stride, padding, dilation, groups)


@mistake(
    "conv2d",
    "the image is dilated in place of the filter: it is sampled first",
    "the windows begin at every pixel, their pixels are dilation apart",
)
def image_dilated(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    dh, dw = pair(dilation)
    padded = pad2d(input, padding)
    return right.conv2d(padded[:, :, ::dh, ::dw], weight, bias, stride, 0, 1, groups)


@mistake("conv2d", "the span of a filter is dilation * KH", "dilation * (KH - 1) + 1: no hole after the last")
def span_too_large(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (dh, dw), (kh, kw) = pair(dilation), weight.shape[2:]
    longer = right.conv2d(input, weight, None, 1, padding, dilation, groups)
    sh, sw = pair(stride)
    kept = longer[:, :, : longer.shape[2] - dh + 1 : sh, : longer.shape[3] - dw + 1 : sw]
    if longer.shape[2] - dh + 1 < 1 or longer.shape[3] - dw + 1 < 1:
        raise ValueError(f"{dh * kh} x {dw * kw} do not fit into {tuple(pad2d(input, padding).shape[2:])}")
    return with_bias(kept, bias)


@mistake(
    "conv2d",
    "dilation is in the indices and not in the size: the last windows reach over the edge",
    "H_out counts with dilation * (KH - 1) + 1",
)
def dilation_not_in_size(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), weight.shape[2:]
    parts, padded = blocks(input, weight, groups), pad2d(input, padding)
    h_out, w_out = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    if h_out < 1 or w_out < 1:
        raise ValueError(f"too large for {tuple(padded.shape[2:])}")
    maps = 0
    for i in range(kh):
        for j in range(kw):
            rows = torch.arange(h_out, device=input.device) * sh + i * dh
            columns = torch.arange(w_out, device=input.device) * sw + j * dw
            pixels = padded[:, :, rows][:, :, :, columns]
            per_group = zip(pixels.chunk(groups, 1), weight.chunk(groups), strict=True)
            maps = maps + torch.cat([torch.einsum("nchw,oc->nohw", p, w[:, :, i, j]) for p, w in per_group], 1)
    return with_bias(maps, bias) if parts else maps


@mistake(
    "conv2d",
    "dilation is in the size and not in the indices: the windows have no holes",
    "the pixels of a window are dilation apart",
)
def dilation_only_in_size(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), weight.shape[2:]
    dense = right.conv2d(input, weight, None, 1, padding, 1, groups)
    h, w = dense.shape[2] - (dh - 1) * (kh - 1), dense.shape[3] - (dw - 1) * (kw - 1)
    if h < 1 or w < 1:
        raise ValueError(f"too large for {tuple(pad2d(input, padding).shape[2:])}")
    return with_bias(dense[:, :, :h:sh, :w:sw], bias)


@mistake("conv2d", "the filter with its holes is turned by 180°", "the convolution of PyTorch does not turn it")
def turned(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight.flip(2, 3), bias, stride, padding, dilation, groups)


@mistake("conv2d", same_as="image_dilated")
def stride_times_dilation(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    return right.conv2d(input, weight, bias, (sh * dh, sw * dw), padding, dilation, groups)


@mistake("conv2d", "padding is multiplied by the dilation", "padding is in pixels, whatever the dilation")
def padding_times_dilation(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (ph, pw), (dh, dw) = pair(padding), pair(dilation)
    return right.conv2d(input, weight, bias, stride, (ph * dh, pw * dw), dilation, groups)


@mistake("conv2d", "stride is ignored", "windows begin at every SH-th row and SW-th column")
def stride_ignored(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, 1, padding, dilation, groups)


@mistake("conv2d", "padding is ignored", "pad2d(input, padding) before all else")
def padding_ignored(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, 0, dilation, groups)


@mistake("conv2d", "the bias is forgotten", "one bias for each map, if there is one")
def bias_forgotten(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, None, stride, padding, dilation, groups)


@mistake("conv2d", "the bias is added along the columns", "bias[:, None, None] meets the maps")
def bias_along_columns(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    maps = right.conv2d(input, weight, None, stride, padding, dilation, groups)
    return maps if bias is None else maps + bias


@mistake("conv2d", "groups that do not divide the filters are not refused", "ValueError if C_out % groups is not 0")
def any_groups(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    c, c_group = input.shape[1], weight.shape[1]
    if c != groups * c_group:
        raise ValueError(f"{c} channels")
    rest = weight.shape[0] % groups  # these filters belong to no group
    kept = len(weight) - rest if len(weight) > rest else groups
    filters = torch.cat([weight] * groups)[:kept]
    return right.conv2d(input, filters, None if bias is None else bias[:kept], stride, padding, dilation, groups)


@mistake("conv2d", "channels that do not fit are not refused: the rest is left out", "ValueError, with the numbers")
def channels_not_compared(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    c, c_group = input.shape[1], weight.shape[1]
    if c < groups * c_group and weight.shape[0] % groups == 0:
        c_group = max(1, c // groups)
        weight = weight[:, :c_group]
    return right.conv2d(input[:, : groups * c_group], weight, bias, stride, padding, dilation, groups)


@mistake("conv2d", "a filter that is too large gives an empty answer", "ValueError, with the size of the padded image")
def too_large_is_empty(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (dh, dw), (ph, pw), (kh, kw) = pair(dilation), pair(padding), weight.shape[2:]
    h, w = input.shape[2] + 2 * ph, input.shape[3] + 2 * pw
    if h < dh * (kh - 1) + 1 or w < dw * (kw - 1) + 1:
        return input.new_zeros(len(input), len(weight), 0, 0)
    return right.conv2d(input, weight, bias, stride, padding, dilation, groups)


@mistake("conv2d", "an error does not name the numbers", "what must raise a ValueError, and its text")
def errors_without_numbers(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    try:
        return right.conv2d(input, weight, bias, stride, padding, dilation, groups)
    except ValueError:
        raise ValueError("these do not fit") from None


@mistake("conv2d", same_as="errors_without_numbers")
def too_large_without_size(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    blocks(input, weight, groups)
    try:
        return right.conv2d(input, weight, bias, stride, padding, dilation, groups)
    except ValueError:
        raise ValueError("the filter is too large") from None


@mistake("conv2d", "the answer is float32 whatever the input is", "torch.zeros needs dtype=input.dtype")
def in_float32(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, padding, dilation, groups).float()


@mistake("conv2d", "the graph is cut: no gradient gets through", "no detach, item or torch.tensor")
def graph_cut(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return right.conv2d(input, weight, bias, stride, padding, dilation, groups).detach()


@mistake("conv2d", "PyTorch's own convolution is called", "windows by slices or Tensor.unfold")
def by_pytorch(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups)


@mistake("DepthwiseSeparable", "the first layer is a full convolution", "groups=in_channels in depthwise")
class FullConvolution(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=padding, bias=False)


@mistake("DepthwiseSeparable", same_as="FullConvolution")
class WithoutGroups(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, 1, padding, bias=False)
        self.pointwise = nn.Conv2d(in_channels, out_channels, kernel_size=(1, 1), bias=False)

    def forward(self, x):
        out = self.depthwise(x)
        return self.pointwise(out)


@mistake("DepthwiseSeparable", "both layers have biases", "bias=False in both")
class WithBiases(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=padding, groups=in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)


@mistake("DepthwiseSeparable", "the second layer has a bias", "bias=False in both")
class PointwiseBias(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)


@mistake("DepthwiseSeparable", "the first layer has a bias", "bias=False in both")
class DepthwiseBias(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=padding, groups=in_channels)


@mistake("DepthwiseSeparable", "the second layer has the large kernel too", "a 1 × 1 kernel mixes channels")
class TwoLargeKernels(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.pointwise = nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding, bias=False)


@mistake("DepthwiseSeparable", "the pixels are mixed before they are filtered", "pointwise(depthwise(x))")
class PointwiseFirst(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.depthwise = nn.Conv2d(
            out_channels, out_channels, kernel_size, padding=padding, groups=out_channels, bias=False
        )

    def forward(self, x):
        return self.depthwise(self.pointwise(x))


@mistake("DepthwiseSeparable", "the padding is ignored", "padding=padding in depthwise")
class PaddingIgnored(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):  # noqa: ARG002
        super().__init__(in_channels, out_channels, kernel_size)


@mistake("DepthwiseSeparable", "pointwise pads too", "padding belongs to depthwise alone")
class BothPad(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, padding=padding, bias=False)


@mistake("DepthwiseSeparable", "pointwise pads in place of depthwise", "padding belongs to depthwise")
class PointwisePads(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, padding=padding, bias=False)


@mistake("DepthwiseSeparable", "it pads by itself so that the size stays", "padding=0 unless it is given")
class PadsByItself(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=1):
        super().__init__(in_channels, out_channels, kernel_size, padding)


@mistake(
    "DepthwiseSeparable", "padding is taken for the stride", "padding=padding, by its name: stride comes before it"
)
class PaddingAsStride(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        stride = padding if padding else 1
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, stride=stride, groups=in_channels, bias=False)


@mistake("DepthwiseSeparable", "there is a ReLU between both layers", "nothing between them here")
class ReluBetween(right.DepthwiseSeparable):
    def forward(self, x):
        return self.pointwise(torch.relu(self.depthwise(x)))


@mistake("DepthwiseSeparable", "a ReLU follows", "the numbers of pointwise as they are")
class ReluAtTheEnd(right.DepthwiseSeparable):
    def forward(self, x):
        return torch.relu(super().forward(x))


@mistake("DepthwiseSeparable", "the layers are called conv1 and conv2", "depthwise and pointwise")
class OtherNames(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.conv1, self.conv2 = self.depthwise, self.pointwise
        del self.depthwise, self.pointwise

    def forward(self, x):
        return self.conv2(self.conv1(x))


@mistake("DepthwiseSeparable", "super().__init__() is forgotten", "nn.Module must be set up first")
class WithoutSuper(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):  # noqa: ARG002
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels, bias=False)

    def forward(self, x):
        return self.depthwise(x)


@mistake("DepthwiseSeparable", "depthwise is left out in forward", "pointwise(depthwise(x))")
class DepthwiseLeftOut(right.DepthwiseSeparable):
    def forward(self, x):
        return self.pointwise(x)


@mistake("DepthwiseSeparable", "what depthwise gives is detached", "no detach: both layers are trained")
class DetachedBetween(right.DepthwiseSeparable):
    def forward(self, x):
        return self.pointwise(self.depthwise(x).detach())


@mistake("DepthwiseSeparable", "x is added, as in a residual block, where the shapes fit", "pointwise(depthwise(x))")
class XAdded(right.DepthwiseSeparable):
    def forward(self, x):
        out = super().forward(x)
        return out + x if out.shape == x.shape else out


@mistake("DepthwiseSeparable", "depthwise has as many filters as there are outputs", "in_channels -> in_channels")
class FiltersForOutputs(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        super().__init__(in_channels, out_channels, kernel_size, padding)
        self.depthwise = nn.Conv2d(out_channels, out_channels, kernel_size, groups=out_channels, bias=False)
        self.pointwise = nn.Conv2d(out_channels, out_channels, 1, bias=False)


@mistake("DepthwiseSeparable", "the answer is float64 whatever x is", "the dtype belongs to the caller")
class LayerInFloat64(right.DepthwiseSeparable):
    def forward(self, x):
        return super().forward(x).double()


@mistake("DepthwiseSeparable", "a tensor is made on the CPU, wherever x is", "device=x.device, or no new tensor")
class LayerOnTheCpu(right.DepthwiseSeparable):
    def forward(self, x):
        return super().forward(x) + torch.zeros(1, 1, 1, 2, dtype=x.dtype)[..., :1]


@mistake(
    "conv_transpose2d",
    "the weight is read as (C_out, C, KH, KW), as for conv2d",
    "here the channels of input come first: (C, C_out, KH, KW)",
)
def weight_as_for_conv2d(input, weight, bias=None, stride=1, padding=0):
    if input.shape[1] != weight.shape[1]:
        raise ValueError(f"{input.shape[1]} channels, want {weight.shape[1]}")
    return right.conv_transpose2d(input, weight.transpose(0, 1), bias, stride, padding)


@mistake("conv_transpose2d", "the filter is turned by 180°", "a pixel paints the filter as it is")
def painted_turned(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight.flip(2, 3), bias, stride, padding)


@mistake("conv_transpose2d", same_as="painted_turned")
def convolved_without_turning(input, weight, bias=None, stride=1, padding=0):
    look_at(input, weight)
    kh, kw = weight.shape[2:]
    apart = pad2d(spread(input, stride), (kh - 1, kw - 1))
    full = right.conv2d(apart, weight.transpose(0, 1))
    return with_bias(cut(full, padding), bias)


@mistake("conv_transpose2d", "padding is added, where it has to be cut off", "PH rows and PW columns less on each side")
def padding_added(input, weight, bias=None, stride=1, padding=0):
    full = right.conv_transpose2d(input, weight, None, stride)
    return with_bias(pad2d(full, padding), bias)


@mistake("conv_transpose2d", "the input is padded, as for a convolution", "padding cuts the answer")
def input_padded(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(pad2d(input, padding), weight, bias, stride)


@mistake("conv_transpose2d", "padding is ignored", "PH rows and PW columns less on each side")
def transposed_padding_ignored(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, stride)


@mistake("conv_transpose2d", "padding is cut off on one side only", "on each side: above and below, left and right")
def cut_on_one_side(input, weight, bias=None, stride=1, padding=0):
    (ph, pw), full = pair(padding), right.conv_transpose2d(input, weight, None, stride)
    return with_bias(full[:, :, ph:, pw:], bias)


@mistake("conv_transpose2d", "[p:-p] with p = 0 leaves nothing", "full.shape[2] - ph as the end of the slice")
def cut_by_minus_zero(input, weight, bias=None, stride=1, padding=0):
    (ph, pw), full = pair(padding), right.conv_transpose2d(input, weight, None, stride)
    return with_bias(full[:, :, ph:-ph, pw:-pw], bias)


@mistake("conv_transpose2d", "the paddings of rows and columns are exchanged", "(height, width)")
def paddings_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, stride, pair(padding)[::-1])


@mistake("conv_transpose2d", "the stride is ignored: pixels paint at neighbouring places", "the row i * SH")
def transposed_stride_ignored(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, 1, padding)


@mistake("conv_transpose2d", "the stride leaves pixels out, as in a convolution", "it moves the places further apart")
def stride_as_in_conv2d(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), full = pair(stride), right.conv_transpose2d(input, weight, None, 1, padding)
    return with_bias(full[:, :, ::sh, ::sw], bias)


@mistake("conv_transpose2d", "the stride of the rows is used for the columns too", "a stride may be a pair")
def transposed_one_stride(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, pair(stride)[0], padding)


@mistake("conv_transpose2d", "the strides of rows and columns are exchanged", "(height, width)")
def transposed_strides_exchanged(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, pair(stride)[::-1], padding)


@mistake("conv_transpose2d", "zeros follow the last pixel too", "H * SH is too high: (H - 1) * SH + KH")
def zeros_after_the_last(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), full = pair(stride), right.conv_transpose2d(input, weight, None, stride)
    n, c, h, w = full.shape
    longer = full.new_zeros(n, c, h + sh - 1, w + sw - 1)
    longer[:, :, :h, :w] = full
    return with_bias(cut(longer, padding), bias)


@mistake("conv_transpose2d", same_as="zeros_after_the_last")
def dilated_as_in_dlsys(input, weight, bias=None, stride=1, padding=0):
    look_at(input, weight)
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), weight.shape[2:]
    n, c, h, w = input.shape
    dilated = torch.zeros(n, c, h * sh, w * sw, dtype=input.dtype, device=input.device)
    dilated[:, :, ::sh, ::sw] = input
    around = pad2d(dilated, (kh - 1, kw - 1))
    out = right.conv2d(around, weight.transpose(0, 1).flip(2, 3))
    out = out[:, :, ph : out.shape[2] - ph, pw : out.shape[3] - pw]
    return out if bias is None else out + bias.reshape(1, -1, 1, 1)


@mistake("conv_transpose2d", "where filters overlap, the later one overwrites", "+= and not =")
def overwritten(input, weight, bias=None, stride=1, padding=0):
    look_at(input, weight)
    (n, _, h, w), (_, c_out, kh, kw), (sh, sw) = input.shape, weight.shape, pair(stride)
    full = input.new_zeros(n, c_out, (h - 1) * sh + kh, (w - 1) * sw + kw)
    for i in range(h):
        for j in range(w):
            painted = torch.einsum("nc,cokl->nokl", input[:, :, i, j], weight)
            full[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] = painted
    return with_bias(cut(full, padding), bias)


@mistake("conv_transpose2d", "the bias is painted by every pixel", "the bias is added once, at the end")
def bias_painted(input, weight, bias=None, stride=1, padding=0):
    painted = right.conv_transpose2d(input, weight, None, stride, padding)
    if bias is None:
        return painted
    often = right.conv_transpose2d(
        torch.ones_like(input[:, :1]), torch.ones_like(weight[:1, :1]), None, stride, padding
    )
    return painted + often * bias[:, None, None]


@mistake("conv_transpose2d", "the bias is forgotten", "one bias for each map, if there is one")
def transposed_bias_forgotten(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, None, stride, padding)


@mistake("conv_transpose2d", "the bias is added along the columns", "bias[:, None, None] meets the maps")
def transposed_bias_along_columns(input, weight, bias=None, stride=1, padding=0):
    painted = right.conv_transpose2d(input, weight, None, stride, padding)
    return painted if bias is None else painted + bias


@mistake("conv_transpose2d", "the bias is added before padding is cut, to zeros that nobody painted too, twice", "once")
def bias_twice(input, weight, bias=None, stride=1, padding=0):
    painted = right.conv_transpose2d(input, weight, bias, stride, padding)
    return painted if bias is None else painted + bias[:, None, None]


@mistake("conv_transpose2d", "channels that do not fit are not refused", "ValueError, with the number of channels")
def transposed_channels_not_compared(input, weight, bias=None, stride=1, padding=0):
    c = min(input.shape[1], weight.shape[0])
    return right.conv_transpose2d(input[:, :c], weight[:c], bias, stride, padding)


@mistake("conv_transpose2d", "the answer is float32 whatever the input is", "input.new_zeros, or dtype=input.dtype")
def transposed_in_float32(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, stride, padding).float()


@mistake("conv_transpose2d", "the graph is cut: no gradient gets through", "no detach, item or torch.tensor")
def transposed_graph_cut(input, weight, bias=None, stride=1, padding=0):
    return right.conv_transpose2d(input, weight, bias, stride, padding).detach()


@mistake("conv_transpose2d", "PyTorch's own transposed convolution is called", "paint by += into slices")
def transposed_by_pytorch(input, weight, bias=None, stride=1, padding=0):
    return nn.functional.conv_transpose2d(input, weight, bias, stride, padding)


@right_answer("conv2d", "group by group, with filters that have zeros in their holes")
def group_by_group(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), filters = pair(stride), with_holes(weight, dilation)
    padded = pad2d(input, padding)
    kh, kw = filters.shape[2:]
    parts = blocks(padded, filters, groups)
    if padded.shape[2] < kh or padded.shape[3] < kw:
        raise ValueError(f"{kh} x {kw} in {padded.shape[2]} x {padded.shape[3]}")
    maps = []
    for channels, own in parts:
        windows = channels.unfold(2, kh, sh).unfold(3, kw, sw)
        maps.append(torch.stack([(windows * one[:, None, None]).sum((1, 4, 5)) for one in own], 1))
    return with_bias(torch.cat(maps, 1), bias)


@right_answer("conv2d", "in loops over the places of the answer")
def in_loops(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), weight.shape[2:]
    padded = pad2d(input, padding)
    n, c, h, w = padded.shape
    c_out, c_in = weight.shape[:2]
    if c % groups or c_out % groups or c // groups != c_in:
        raise ValueError(f"C_in = {c}, C_out = {c_out} and groups = {groups} do not fit a weight {tuple(weight.shape)}")
    h_out, w_out = (h - dh * (kh - 1) - 1) // sh + 1, (w - dw * (kw - 1) - 1) // sw + 1
    if h_out <= 0 or w_out <= 0:
        raise ValueError(f"{(kh, kw)} with dilation {(dh, dw)} does not fit into {(h, w)}")
    out = torch.zeros(n, c_out, h_out, w_out, dtype=input.dtype)
    for k in range(c_out):
        first = k // (c_out // groups) * c_in
        for i in range(h_out):
            for j in range(w_out):
                rows = slice(i * sh, i * sh + dh * (kh - 1) + 1, dh)
                columns = slice(j * sw, j * sw + dw * (kw - 1) + 1, dw)
                window = padded[:, first : first + c_in, rows, columns]
                out[:, k, i, j] = (window * weight[k]).sum((1, 2, 3))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@right_answer("DepthwiseSeparable", "with both layers in the order of a loop")
class InALoop(right.DepthwiseSeparable):
    def __init__(self, in_channels, out_channels, kernel_size, padding=0):
        nn.Module.__init__(self)
        options = {"bias": False, "stride": 1}
        self.pointwise = nn.Conv2d(in_channels, out_channels, kernel_size=(1, 1), **options)
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, kernel_size=kernel_size, padding=padding, groups=in_channels, **options
        )

    def forward(self, x):
        for layer in (self.depthwise, self.pointwise):
            x = layer(x)
        return x


@right_answer("conv_transpose2d", "zeros between the pixels, then a convolution with the turned filter")
def convolved(input, weight, bias=None, stride=1, padding=0):
    look_at(input, weight)
    kh, kw = weight.shape[2:]
    apart = pad2d(spread(input, stride), (kh - 1, kw - 1))
    full = right.conv2d(apart, weight.flip(2, 3).transpose(0, 1))
    return with_bias(cut(full, padding), bias)


@right_answer("conv_transpose2d", "pixel by pixel")
def pixel_by_pixel(input, weight, bias=None, stride=1, padding=0):
    (n, c, h, w), (c_in, c_out, kh, kw) = input.shape, weight.shape
    if c != c_in:
        raise ValueError(f"input has {c} channels and weight {c_in}")
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    full = torch.zeros(n, c_out, (h - 1) * sh + kh, (w - 1) * sw + kw, dtype=input.dtype)
    for i in range(h):
        for j in range(w):
            pixel = input[:, :, i, j]  # (N, C)
            painted = (pixel[:, :, None, None, None] * weight[None]).sum(1)
            full[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += painted
    full = full[:, :, ph : ph + (h - 1) * sh - 2 * ph + kh, pw : pw + (w - 1) * sw - 2 * pw + kw]
    return full if bias is None else full + bias[None, :, None, None]
