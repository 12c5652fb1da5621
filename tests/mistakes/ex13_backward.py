import itertools

import torch
import torch.nn.functional as F

from kit.given import pad2d, pair
from mistakes import mistake, right, right_answer


def places(a, b, grad_output, stride):
    """The pixels of the padded input that weight [a, b] meets, as two slices."""
    (sh, sw), (rows, columns) = pair(stride), grad_output.shape[2:]
    return slice(a, a + rows * sh, sh), slice(b, b + columns * sw, sw)


def weights(weight):
    """The places of a kernel."""
    return itertools.product(*map(range, weight.shape[2:]))


def spread(grad_output, padded, weight, stride):
    """The gradient of the padded input."""
    answer = torch.zeros_like(padded)
    for a, b in weights(weight):
        rows, columns = places(a, b, grad_output, stride)
        answer[:, :, rows, columns] += torch.einsum("nohw,oc->nchw", grad_output, weight[:, :, a, b])
    return answer


def met(grad_output, padded, weight, stride):
    """The gradient of the weight."""
    answer = torch.zeros_like(weight)
    for a, b in weights(weight):
        rows, columns = places(a, b, grad_output, stride)
        answer[:, :, a, b] = torch.einsum("nohw,nchw->oc", grad_output, padded[:, :, rows, columns])
    return answer


def cut(grad_padded, input, padding):
    """Without what the padding got."""
    (ph, pw), (h, w) = pair(padding), input.shape[2:]
    return grad_padded[:, :, ph : ph + h, pw : pw + w]


# conv2d_backward


@mistake(
    "conv2d_backward",
    "the kernel is turned by 180° for the gradient of the input",
    "weight [a, b] meets the pixel at i * SH + a, j * SW + b: there its gradient goes, without a turn",
)
def kernel_turned(grad_output, input, weight, stride=1, padding=0):
    _, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return right.conv2d_backward(grad_output, input, weight.flip(2, 3), stride, padding)[0], grad_weight, grad_bias


@mistake(
    "conv2d_backward",
    "the gradient of the weight is turned by 180°",
    "grad_weight [a, b] is for the weight that meets the pixel at i * SH + a, j * SW + b",
)
def weight_gradient_turned(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight.flip(2, 3), grad_bias


@mistake(
    "conv2d_backward",
    "where windows overlap the last one overwrites what the others gave",
    "a pixel adds up what all of its windows give: += and not =",
)
def windows_overwrite(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    ((sh, sw), (kh, kw)), answer = (pair(stride), weight.shape[2:]), torch.zeros_like(pad2d(input, padding))
    for i, j in itertools.product(*map(range, grad_output.shape[2:])):
        given = torch.einsum("no,ocab->ncab", grad_output[:, :, i, j], weight)
        answer[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] = given
    return cut(answer, input, padding), *rest


@mistake(
    "conv2d_backward",
    "the windows overwrite one another for the weight: the last place is all that counts",
    "a weight meets a pixel in every window and adds up over all of them: += and not =",
)
def last_window_only(grad_output, input, weight, stride=1, padding=0):
    grad_input, _, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    last = torch.zeros_like(grad_output)
    last[:, :, -1, -1] = grad_output[:, :, -1, -1]
    return grad_input, met(last, pad2d(input, padding), weight, stride), grad_bias


@mistake(
    "conv2d_backward", "the gradient of the bias is a mean", "the bias is in every number of its map: sum, not mean"
)
def bias_averaged(grad_output, input, weight, stride=1, padding=0):
    *two, _ = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return *two, grad_output.mean((0, 2, 3))


@mistake(
    "conv2d_backward",
    "the gradient of the bias is summed over places, but averaged over samples",
    "whether the loss is a mean stands in grad_output already",
)
def bias_averaged_over_samples(grad_output, input, weight, stride=1, padding=0):
    *two, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return *two, grad_bias / len(input)


@mistake(
    "conv2d_backward",
    "the gradient of the weight is divided by the number of samples",
    "whether the loss is a mean stands in grad_output already",
)
def weight_averaged_over_samples(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight / len(input), grad_bias


@mistake(
    "conv2d_backward",
    "the gradients of weight and bias are divided by the number of samples",
    "whether the loss is a mean stands in grad_output already",
)
def both_averaged_over_samples(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight / len(input), grad_bias / len(input)


@mistake(
    "conv2d_backward",
    "the gradient of the weight is averaged over all windows",
    "a weight is in every number of its map: sum, not mean",
)
def weight_averaged_over_windows(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight / grad_output[0, 0].numel(), grad_bias


@mistake(
    "conv2d_backward",
    "the gradient of the padded input is returned",
    "grad_input has the input's shape: cut off what the padding got",
)
def padding_not_cut(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return spread(grad_output, pad2d(input, padding), weight, stride), *rest


@mistake(
    "conv2d_backward",
    "the padding is cut off by [p:-p], of which nothing is left where the padding is 0",
    "-0 is 0: count from the front, p : p + H",
)
def nothing_left_without_padding(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    (ph, pw), grad_padded = pair(padding), spread(grad_output, pad2d(input, padding), weight, stride)
    return grad_padded[:, :, ph:-ph, pw:-pw], *rest


@mistake(
    "conv2d_backward",
    "the padding is cut off at the end only",
    "the padding stands on both sides: the input begins at row PH and column PW",
)
def cut_at_the_end(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    grad_padded = spread(grad_output, pad2d(input, padding), weight, stride)
    return grad_padded[:, :, : input.shape[2], : input.shape[3]], *rest


@mistake(
    "conv2d_backward",
    "the gradient of the input ends with the last window: rows and columns that are left over are missing",
    "grad_input has the input's shape; a pixel in no window gets 0",
)
def left_over_missing(grad_output, input, weight, stride=1, padding=0):
    grad_input, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    sides = zip(grad_output.shape[2:], pair(stride), weight.shape[2:], pair(padding), input.shape[2:], strict=True)
    h, w = (min(n, (count - 1) * s + k - p) for count, s, k, p, n in sides)
    return grad_input[:, :, : max(h, 0), : max(w, 0)], *rest


@mistake(
    "conv2d_backward",
    "the stride is forgotten in the gradient of the weight",
    "window i begins at row i * SH here too",
)
def stride_forgotten_for_the_weight(grad_output, input, weight, stride=1, padding=0):
    grad_input, _, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, met(grad_output, pad2d(input, padding), weight, 1), grad_bias


@mistake(
    "conv2d_backward",
    "the stride is forgotten in the gradient of the input",
    "window i begins at row i * SH here too",
)
def stride_forgotten_for_the_input(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return cut(spread(grad_output, pad2d(input, padding), weight, 1), input, padding), *rest


@mistake("conv2d_backward", "the stride is forgotten", "window i begins at row i * SH, as in the forward pass")
def stride_forgotten(grad_output, input, weight, stride=1, padding=0):
    *_, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    padded = pad2d(input, padding)
    grad_input = cut(spread(grad_output, padded, weight, 1), input, padding)
    return grad_input, met(grad_output, padded, weight, 1), grad_bias


@mistake(
    "conv2d_backward",
    "the windows of the weight's gradient begin at the input, not at its padding",
    "the window at row i * SH lies in the padded input, as in the forward pass",
)
def weight_without_padding(grad_output, input, weight, stride=1, padding=0):
    grad_input, _, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    ph, pw = pair(padding)
    return grad_input, met(grad_output, F.pad(input, (0, 2 * pw, 0, 2 * ph)), weight, stride), grad_bias


@mistake(
    "conv2d_backward",
    "the filters take the place of the channels in the gradient of the weight",
    "grad_weight has the weight's shape, (C_out, C, KH, KW)",
)
def filters_and_channels_exchanged(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight.transpose(0, 1), grad_bias


@mistake(
    "conv2d_backward",
    "every filter gets the gradient of all maps together",
    "filter o made map o only: its gradient uses grad_output[:, o]",
)
def all_maps_for_every_filter(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, grad_weight.sum(0, keepdim=True).expand_as(weight), grad_bias


@mistake(
    "conv2d_backward",
    "every channel of the input gets the gradient of all channels together",
    "channel c was multiplied by weight[:, c] only",
)
def all_channels_for_every_channel(grad_output, input, weight, stride=1, padding=0):
    grad_input, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input.sum(1, keepdim=True).expand_as(input), *rest


@mistake(
    "conv2d_backward",
    "only the last filter's gradient arrives at the input",
    "a pixel is in all maps and adds up what they give: += over the filters",
)
def last_filter_only(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    last = torch.zeros_like(weight)
    last[-1] = weight[-1]
    return right.conv2d_backward(grad_output, input, last, stride, padding)[0], *rest


@mistake(
    "conv2d_backward",
    "only the last sample's gradient arrives at the weight",
    "all samples share the weight: += over the samples",
)
def last_sample_only(grad_output, input, weight, stride=1, padding=0):
    grad_input, _, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input, met(grad_output[-1:], pad2d(input[-1:], padding), weight, stride), grad_bias


@mistake(
    "conv2d_backward",
    "the gradient of the input is not emptied between samples",
    "each sample begins with zeros of its own",
)
def input_gradient_not_emptied(grad_output, input, weight, stride=1, padding=0):
    grad_input, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_input.cumsum(0), *rest


@mistake(
    "conv2d_backward",
    "grad_output is not used: these are the gradients of the answer's sum",
    "each number of the answer counts as much as grad_output says",
)
def grad_output_not_used(grad_output, input, weight, stride=1, padding=0):
    return right.conv2d_backward(torch.ones_like(grad_output), input, weight, stride, padding)


@mistake(
    "conv2d_backward",
    "the gradient of the bias is one number for all maps",
    "there is a bias for each map: sum over samples, rows and columns, dimensions 0, 2 and 3",
)
def one_number_for_all_biases(grad_output, input, weight, stride=1, padding=0):
    *two, _ = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return *two, grad_output.sum()


@mistake(
    "conv2d_backward",
    "the gradient of the bias is not summed over the samples",
    "all samples share the bias: sum over dimensions 0, 2 and 3",
)
def a_bias_for_each_sample(grad_output, input, weight, stride=1, padding=0):
    *two, _ = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return *two, grad_output.sum((2, 3))


@mistake(
    "conv2d_backward",
    "the gradient of the bias is summed over the samples only",
    "the bias is in every row and column of its map: sum over dimensions 0, 2 and 3",
)
def a_bias_for_each_place(grad_output, input, weight, stride=1, padding=0):
    *two, _ = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return *two, grad_output.sum(0)


@mistake("conv2d_backward", "the gradient of the bias is missing", "three gradients are asked for")
def bias_missing(grad_output, input, weight, stride=1, padding=0):
    return right.conv2d_backward(grad_output, input, weight, stride, padding)[:2]


@mistake(
    "conv2d_backward",
    "the gradients come in another order",
    "the order is that of conv2d's arguments: input, weight, bias",
)
def another_order(grad_output, input, weight, stride=1, padding=0):
    grad_input, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return grad_weight, grad_bias, grad_input


@mistake("conv2d_backward", "the gradients are always float32", "torch.zeros makes float32 unless it is told a dtype")
def gradients_always_float32(grad_output, input, weight, stride=1, padding=0):
    *two, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return *(part.float() for part in two), grad_bias


@mistake("conv2d_backward", "the gradients are always float64", "zeros take the dtype of the input")
def gradients_always_float64(grad_output, input, weight, stride=1, padding=0):
    return tuple(part.double() for part in right.conv2d_backward(grad_output, input, weight, stride, padding))


@mistake(
    "conv2d_backward",
    "what does not fit is not refused",
    "compare channels, and grad_output's shape with that of the answer, before anything is computed",
)
def anything_taken(grad_output, input, weight, stride=1, padding=0):
    padded = pad2d(input, padding)
    grad_input = cut(spread(grad_output, padded, weight, stride), input, padding)
    return grad_input, met(grad_output, padded, weight, stride), grad_output.sum((0, 2, 3))


@mistake(
    "conv2d_backward",
    "the channels are compared, but not the shape of grad_output",
    "grad_output has the answer's shape, or it is no gradient of it",
)
def any_shape_taken(grad_output, input, weight, stride=1, padding=0):
    if input.shape[1] != weight.shape[1]:
        raise ValueError(f"{input.shape[1]} channels, weights for {weight.shape[1]}")
    padded = pad2d(input, padding)
    grad_input = cut(spread(grad_output, padded, weight, stride), input, padding)
    return grad_input, met(grad_output, padded, weight, stride), grad_output.sum((0, 2, 3))


@mistake(
    "conv2d_backward", "the error does not name the numbers", "what must raise a ValueError, and what its text holds"
)
def complaint_without_numbers(grad_output, input, weight, stride=1, padding=0):
    try:
        return right.conv2d_backward(grad_output, input, weight, stride, padding)
    except ValueError:
        raise ValueError("the shapes do not fit") from None


@mistake("conv2d_backward", "PyTorch's own gradients do the work", "the paragraph Not allowed")
def autograd_does_it(grad_output, input, weight, stride=1, padding=0):
    right.conv2d_backward(grad_output, input, weight, stride, padding)  # for its errors
    x, w = input.detach().clone().requires_grad_(), weight.detach().clone().requires_grad_()
    b = torch.zeros_like(weight[:, 0, 0, 0]).requires_grad_()
    return torch.autograd.grad(F.conv2d(x, w, b, stride, padding), (x, w, b), grad_output)


@mistake("conv2d_backward", same_as="autograd_does_it")
def transposed_convolution_does_it(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    return F.conv_transpose2d(grad_output, weight, None, stride, padding), *rest


@mistake("conv2d_backward", same_as="kernel_turned")
def loops_with_the_kernel_turned(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), weight.shape[2:]
    _, grad_weight, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    n, c, h, w = input.shape
    dx = torch.zeros(n, c, h + 2 * ph, w + 2 * pw, dtype=input.dtype)
    for s in range(n):
        for o in range(weight.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    turned = torch.flip(weight[o], [1, 2])
                    dx[s, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += grad_output[s, o, i, j] * turned
    return dx[:, :, ph : h + ph, pw : w + pw], grad_weight, grad_bias


@mistake("conv2d_backward", same_as="stride_forgotten_for_the_weight")
def loops_without_stride_for_dw(grad_output, input, weight, stride=1, padding=0):
    grad_input, _, grad_bias = right.conv2d_backward(grad_output, input, weight, stride, padding)
    padded, dw = pad2d(input, padding), torch.zeros(weight.shape, dtype=weight.dtype)
    kh, kw = weight.shape[-2:]
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            window = padded[:, None, :, i : i + kh, j : j + kw]
            dw += (grad_output[:, :, i, j, None, None, None] * window).sum(dim=0)
    return grad_input, dw, grad_bias


@mistake("conv2d_backward", same_as="padding_not_cut")
def loops_that_keep_the_padding(grad_output, input, weight, stride=1, padding=0):
    _, *rest = right.conv2d_backward(grad_output, input, weight, stride, padding)
    (sh, sw), (kh, kw), dx = pair(stride), weight.shape[2:], torch.zeros_like(pad2d(input, padding))
    for i, j in itertools.product(range(grad_output.shape[2]), range(grad_output.shape[3])):
        for o in range(len(weight)):
            share = grad_output[:, o, i, j].reshape(-1, 1, 1, 1) * weight[o]
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += share
    return dx, *rest


@right_answer("conv2d_backward", "with loops over samples, filters and windows")
def loops(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), weight.shape[2:]
    if input.shape[1] != weight.shape[1]:
        raise ValueError(f"the input has {input.shape[1]} channels, the weight {weight.shape[1]}")
    x = pad2d(input, padding)
    n, _, h, w = x.shape
    wanted = [n, weight.shape[0], (h - kh) // sh + 1, (w - kw) // sw + 1]
    if list(grad_output.shape) != wanted:
        raise ValueError(f"expected a gradient of shape {wanted}, got {list(grad_output.shape)}")
    dx, dw, db = torch.zeros_like(x), torch.zeros_like(weight), torch.zeros_like(weight[:, 0, 0, 0])
    for s, o, i, j in itertools.product(*map(range, grad_output.shape)):
        g, i, j = grad_output[s, o, i, j], i * sh, j * sw
        dx[s, :, i : i + kh, j : j + kw] += g * weight[o]
        dw[o] += g * x[s, :, i : i + kh, j : j + kw]
        db[o] += g
    return dx[:, :, ph : h - ph, pw : w - pw], dw, db


@right_answer("conv2d_backward", "with the gradient spread out by the stride and convolved with the kernel turned")
def full_convolution(grad_output, input, weight, stride=1, padding=0):
    right.conv2d_backward(grad_output, input, weight, stride, padding)  # for its errors
    (sh, sw), (kh, kw), (n, o, rows, columns) = pair(stride), weight.shape[2:], grad_output.shape
    padded = pad2d(input, padding)
    h, w = padded.shape[2:]
    apart = padded.new_zeros(n, o, h - kh + 1, w - kw + 1)
    apart[:, :, : rows * sh : sh, : columns * sw : sw] = grad_output
    turned = weight.flip(2, 3).transpose(0, 1)
    grad_padded = F.conv2d(F.pad(apart, (kw - 1, kw - 1, kh - 1, kh - 1)), turned)
    grad_weight = F.conv2d(padded.transpose(0, 1), apart.transpose(0, 1)).transpose(0, 1)
    return cut(grad_padded, input, padding), grad_weight, grad_output.sum(dim=[0, 2, 3])


@right_answer("conv2d_backward", "with matrices of windows, put together again by fold")
def matrices(grad_output, input, weight, stride=1, padding=0):
    right.conv2d_backward(grad_output, input, weight, stride, padding)  # for its errors
    options = {"kernel_size": tuple(weight.shape[2:]), "stride": stride, "padding": padding}
    columns = F.unfold(input, **options)  # (N, C * KH * KW, L)
    flat = grad_output.flatten(2)  # (N, C_out, L)
    grad_weight = (flat @ columns.transpose(1, 2)).sum(0).reshape(weight.shape)
    grad_columns = weight.flatten(1).T @ flat
    grad_input = F.fold(grad_columns, output_size=tuple(input.shape[2:]), **options)
    return grad_input, grad_weight, flat.sum((0, 2))


@right_answer("conv2d_backward", "with all windows at once, and a loop that adds them up")
def windows_at_once(grad_output, input, weight, stride=1, padding=0):
    right.conv2d_backward(grad_output, input, weight, stride, padding)  # for its errors
    (sh, sw), (kh, kw), padded = pair(stride), weight.shape[2:], pad2d(input, padding)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    grad_windows = torch.tensordot(grad_output, weight, dims=([1], [0]))  # (N, H_out, W_out, C, KH, KW)
    grad_padded = torch.zeros_like(padded)
    for i, j in itertools.product(*map(range, grad_output.shape[2:])):
        grad_padded[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += grad_windows[:, i, j]
    grad_weight = torch.einsum("noij,ncijab->ocab", grad_output, windows)
    return cut(grad_padded, input, padding), grad_weight, torch.einsum("noij->o", grad_output)


# max_pool2d_backward


def windows_of(input, kernel_size, stride):
    """All windows. Shape: (N, C, H_out, W_out, KH * KW)."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    return input.unfold(2, kh, sh).unfold(3, kw, sw).flatten(4)


def put_back(shares, input, kernel_size, stride):
    """The sum, for each pixel, of its shares (N, C, H_out, W_out, KH * KW) in all windows."""
    (_, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    answer = torch.zeros_like(input)
    rows, columns = shares.shape[2:4]
    for place in range(shares.shape[4]):
        a, b = divmod(place, kw)
        answer[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw] += shares[..., place]
    return answer


def one_hot(place, count):
    """1 at each place, 0 elsewhere."""
    return F.one_hot(place, count)


def one_apart(grad_output, input, kernel_size):
    """As many windows as the gradient has numbers, each one pixel further on."""
    rows, columns = grad_output.shape[2:]
    windows = windows_of(input, kernel_size, 1)[:, :, :rows, :columns]
    shares = one_hot(windows.argmax(4), windows.shape[4]) * grad_output[..., None]
    return put_back(shares, input, kernel_size, 1)


@mistake(
    "max_pool2d_backward",
    "every pixel that is as large as the largest gets the whole gradient",
    "a window gives its gradient once: of equal numbers to the first",
)
def all_of_the_largest(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    windows = windows_of(input, kernel_size, stride)
    shares = (windows == windows.amax(4, keepdim=True)) * grad_output[..., None]
    return put_back(shares, input, kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "pixels that are as large as each other share the gradient",
    "of equal numbers the first one gets all of it, as with PyTorch",
)
def the_largest_share(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    windows = windows_of(input, kernel_size, stride)
    largest = (windows == windows.amax(4, keepdim=True)).to(input.dtype)
    return put_back(largest / largest.sum(4, keepdim=True) * grad_output[..., None], input, kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "of equal numbers the last one gets the gradient",
    "the first one wins: > and not >= in the search",
)
def the_last_of_the_largest(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    windows = windows_of(input, kernel_size, stride)
    place = windows.shape[4] - 1 - windows.flip(4).argmax(4)
    return put_back(one_hot(place, windows.shape[4]) * grad_output[..., None], input, kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "of equal numbers the first one column by column gets the gradient",
    "the first one row by row wins: rows outside, columns inside",
)
def the_first_by_columns(grad_output, input, kernel_size, stride=None):
    kernel_size, stride = pair(kernel_size), pair(kernel_size if stride is None else stride)
    turned = right.max_pool2d_backward(grad_output.mT, input.mT, kernel_size[::-1], stride[::-1])
    return turned.mT


@mistake(
    "max_pool2d_backward",
    "where windows overlap the last one overwrites what the others gave",
    "a pixel that is the largest of two windows adds up: += and not =",
)
def pools_overwrite(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    answer = torch.zeros_like(input)
    for n, c, i, j in itertools.product(*map(range, grad_output.shape)):
        a, b = divmod(int(input[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw].argmax()), kw)
        answer[n, c, i * sh + a, j * sw + b] = grad_output[n, c, i, j]
    return answer


@mistake(
    "max_pool2d_backward",
    "a window overwrites all that was there, zeros too",
    "only the largest pixel of a window is touched, and it adds up",
)
def whole_windows_overwrite(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    answer, windows = torch.zeros_like(input), windows_of(input, kernel_size, stride)
    shares = (one_hot(windows.argmax(4), kh * kw) * grad_output[..., None]).unflatten(4, (kh, kw))
    for i, j in itertools.product(*map(range, grad_output.shape[2:])):
        answer[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] = shares[:, :, i, j]
    return answer


@mistake(
    "max_pool2d_backward",
    "every pixel of a window gets its gradient",
    "only the largest number decides on the maximum; the others get nothing",
)
def every_pixel(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    shares = torch.ones_like(windows_of(input, kernel_size, stride)) * grad_output[..., None]
    return put_back(shares, input, kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "the gradient is spread over the window, as for average pooling",
    "only the largest number decides on the maximum; the others get nothing",
)
def as_for_the_average(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    shares = torch.ones_like(windows_of(input, kernel_size, stride)) * grad_output[..., None]
    return put_back(shares / shares.shape[4], input, kernel_size, stride)


@mistake("max_pool2d_backward", "the smallest pixel gets the gradient", "argmax, where this has argmin")
def to_the_smallest(grad_output, input, kernel_size, stride=None):
    return right.max_pool2d_backward(grad_output, -input, kernel_size, stride)


@mistake("max_pool2d_backward", "the largest without its sign gets the gradient", "-3 is smaller than 1")
def to_the_largest_without_sign(grad_output, input, kernel_size, stride=None):
    return right.max_pool2d_backward(grad_output, input.abs(), kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "the best so far begins at 0, so that in a window of negative numbers the first pixel wins",
    "begin with the first number of the window, or with -torch.inf",
)
def begins_at_0(grad_output, input, kernel_size, stride=None):
    return right.max_pool2d_backward(grad_output, input.clamp(min=0), kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "a window without a positive number gives its gradient to nobody",
    "begin with the first number of the window, or with -torch.inf",
)
def nobody_in_the_dark(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    has_light = windows_of(input, kernel_size, stride).amax(4) > 0
    return right.max_pool2d_backward(grad_output * has_light, input, kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "the gradient is multiplied by the pixel",
    "the maximum grows as fast as its largest pixel: the factor is 1",
)
def times_the_pixel(grad_output, input, kernel_size, stride=None):
    return right.max_pool2d_backward(grad_output, input, kernel_size, stride) * input


@mistake(
    "max_pool2d_backward",
    "grad_output is not used: these are the gradients of the answer's sum",
    "each number of the answer counts as much as grad_output says",
)
def pooled_gradient_not_used(grad_output, input, kernel_size, stride=None):
    return right.max_pool2d_backward(torch.ones_like(grad_output), input, kernel_size, stride)


@mistake(
    "max_pool2d_backward",
    "the place in the window is divided by its height",
    "argmax counts row by row, and a row has KW numbers: place // KW and place % KW",
)
def divided_by_the_height(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    answer = torch.zeros_like(input)
    for n, c, i, j in itertools.product(*map(range, grad_output.shape)):
        a, b = divmod(int(input[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw].argmax()), kh)
        answer[n, c, i * sh + a, j * sw + b] += grad_output[n, c, i, j]
    return answer


@mistake(
    "max_pool2d_backward",
    "the place in the window is taken for a place in the image",
    "window [i, j] begins at row i * SH and column j * SW: add that",
)
def all_in_the_first_window(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    (kh, kw), windows = pair(kernel_size), windows_of(input, kernel_size, stride)
    shares = one_hot(windows.argmax(4), kh * kw) * grad_output[..., None]
    answer = torch.zeros_like(input)
    answer[:, :, :kh, :kw] = shares.sum((2, 3)).unflatten(2, (kh, kw))
    return answer


@mistake("max_pool2d_backward", "the windows move on by 1, whatever the stride", "window i begins at row i * SH")
def pools_move_on_by_1(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    return one_apart(grad_output, input, kernel_size)


@mistake(
    "max_pool2d_backward",
    "without a stride the windows move on by 1",
    "pooling is no convolution: its stride is the kernel's",
)
def no_stride_is_1(grad_output, input, kernel_size, stride=None):
    answer = right.max_pool2d_backward(grad_output, input, kernel_size, stride)
    return one_apart(grad_output, input, kernel_size) if stride is None else answer


@mistake(
    "max_pool2d_backward",
    "the gradient ends with the last window: rows and columns that are left over are missing",
    "the answer has the input's shape; a pixel in no window gets 0",
)
def pools_left_over_missing(grad_output, input, kernel_size, stride=None):
    answer = right.max_pool2d_backward(grad_output, input, kernel_size, stride)
    steps = pair(kernel_size if stride is None else stride)
    h, w = ((n - 1) * s + k for n, s, k in zip(grad_output.shape[2:], steps, pair(kernel_size), strict=True))
    return answer[:, :, :h, :w]


@mistake("max_pool2d_backward", "the gradient is always float32", "torch.zeros makes float32 unless it is told a dtype")
def pooled_always_float32(grad_output, input, kernel_size, stride=None):
    return right.max_pool2d_backward(grad_output, input, kernel_size, stride).float()


@mistake(
    "max_pool2d_backward",
    "a gradient of another shape is not refused",
    "compare grad_output's shape with that of the answer first",
)
def any_gradient_taken(grad_output, input, kernel_size, stride=None):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(kernel_size if stride is None else stride)
    answer = torch.zeros_like(input)
    for n, c, i, j in itertools.product(*map(range, grad_output.shape)):
        window = input[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]
        a, b = divmod(int(window.argmax()), kw)
        answer[n, c, i * sh + a, j * sw + b] += grad_output[n, c, i, j]
    return answer


@mistake(
    "max_pool2d_backward",
    "the error does not name the numbers",
    "what must raise a ValueError, and what its text holds",
)
def pools_complain_without_numbers(grad_output, input, kernel_size, stride=None):
    try:
        return right.max_pool2d_backward(grad_output, input, kernel_size, stride)
    except ValueError:
        raise ValueError("the gradient does not fit") from None


@mistake("max_pool2d_backward", "PyTorch's own gradient does the work", "the paragraph Not allowed")
def autograd_pools(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    x = input.detach().clone().requires_grad_()
    (F.max_pool2d(x, kernel_size, stride) * grad_output).sum().backward()
    return x.grad


@mistake("max_pool2d_backward", same_as="all_of_the_largest")
def mask_of_the_largest(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride or kernel_size)
    dx = torch.zeros_like(input)
    for i in range(grad_output.size(2)):
        for j in range(grad_output.size(3)):
            here = (..., slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))
            mask = input[here] == input[here].amax(dim=(2, 3), keepdim=True)
            dx[here] += mask * grad_output[:, :, i : i + 1, j : j + 1]
    return dx


@mistake("max_pool2d_backward", same_as="the_last_of_the_largest")
def search_with_greater_or_equal(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride or kernel_size)
    dx = torch.zeros(input.shape, dtype=input.dtype)
    for n, c, i, j in itertools.product(*map(range, grad_output.shape)):
        best, place = -float("inf"), None
        for a, b in itertools.product(range(i * sh, i * sh + kh), range(j * sw, j * sw + kw)):
            if input[n, c, a, b] >= best:
                best, place = input[n, c, a, b], (a, b)
        dx[n, c, place[0], place[1]] += grad_output[n, c, i, j]
    return dx


@right_answer("max_pool2d_backward", "with loops and a search for the largest")
def loops_and_a_search(grad_output, input, kernel_size, stride=None):
    (kh, kw), (sh, sw), (n, c, h, w) = pair(kernel_size), pair(stride or kernel_size), input.shape
    if tuple(grad_output.shape) != (n, c, (h - kh) // sh + 1, (w - kw) // sw + 1):
        raise ValueError(
            f"no gradient of {tuple(grad_output.shape)}: {n}, {c}, {(h - kh) // sh + 1}, {(w - kw) // sw + 1}"
        )
    dx = torch.zeros(input.shape, dtype=input.dtype)
    for s, k, i, j in itertools.product(*map(range, grad_output.shape)):
        place = i * sh, j * sw
        for a, b in itertools.product(range(i * sh, i * sh + kh), range(j * sw, j * sw + kw)):
            if input[s, k, a, b] > input[s, k, place[0], place[1]]:
                place = a, b
        dx[s, k, place[0], place[1]] += grad_output[s, k, i, j]
    return dx


@right_answer("max_pool2d_backward", "with the places that the forward pass told")
def places_of_the_forward_pass(grad_output, input, kernel_size, stride=None):
    if 0 in grad_output.shape:
        raise ValueError(f"an empty gradient, {tuple(grad_output.shape)}")
    pooled, index = F.max_pool2d(input, kernel_size, stride, return_indices=True)
    if pooled.shape != grad_output.shape:
        raise ValueError(f"{tuple(grad_output.shape)} is not {tuple(pooled.shape)}")
    dx = torch.zeros(input.shape, dtype=grad_output.dtype).flatten(2)
    return dx.scatter_add(2, index.flatten(2), grad_output.flatten(2)).reshape(input.shape)


@right_answer("max_pool2d_backward", "with a mask of first places, added up place by place")
def mask_of_first_places(grad_output, input, kernel_size, stride=None):
    right.max_pool2d_backward(grad_output, input, kernel_size, stride)  # for its errors
    windows = windows_of(input, kernel_size, stride)
    largest = (windows == windows.amax(4, keepdim=True)).long()
    first = largest * (largest.cumsum(4) == 1)
    return put_back(first * grad_output[..., None], input, kernel_size, stride)
