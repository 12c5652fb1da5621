import torch

from kit.given import pair
from mistakes import mistake, right, right_answer


@mistake("pad2d", "all padding is put below and to the right", "the same number of rows above as below")
def at_the_end_only(image, padding):
    ph, pw = pair(padding)
    return right.pad2d(image, padding).roll((-ph, -pw), (0, 1))


@mistake("pad2d", "each side grows by the padding once", "padding 1 makes 7x7 of 5x5, not 6x6")
def grown_once(image, padding):
    ph, pw = pair(padding)
    return right.pad2d(image, padding)[: image.shape[0] + ph, : image.shape[1] + pw]


@mistake("pad2d", "the parts of the padding are exchanged", "a pair is (height, width): rows come first")
def paddings_exchanged(image, padding):
    return right.pad2d(image, pair(padding)[::-1])


@mistake("pad2d", "the border is repeated outwards", "the frame is made of zeros")
def border_repeated(image, padding):
    (h, w), (ph, pw) = image.shape, pair(padding)
    right.pad2d(image, padding)
    return image[torch.arange(-ph, h + ph).clamp(0, h - 1)][:, torch.arange(-pw, w + pw).clamp(0, w - 1)]


@mistake("pad2d", "the frame is float32, whatever the image is", "torch.zeros makes float32 unless it is told a dtype")
def always_float32(image, padding):
    return right.pad2d(image, padding).float()


@mistake("pad2d", "the image is cut off from its gradients", "detach, tolist and torch.tensor break the graph")
def image_detached(image, padding):
    return right.pad2d(image.detach(), padding)


@mistake("pad2d", "negative padding counts as 0", "what must raise a ValueError, and its text")
def negative_counts_as_0(image, padding):
    return right.pad2d(image, tuple(max(0, p) for p in pair(padding)))


@mistake("pad2d", "the work is left to PyTorch", "the frame is what is to be written here")
def left_to_pytorch(image, padding):
    (ph, pw), _ = pair(padding), right.pad2d(image, padding)
    return torch.nn.functional.pad(image, (pw, pw, ph, ph))


@mistake("correlate2d", "the stride of the rows is used for the columns too", "a stride may be a pair (height, width)")
def one_stride_for_both(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, pair(stride)[0], padding)


@mistake("correlate2d", "the parts of the stride are exchanged", "a pair is (height, width)")
def strides_exchanged(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, pair(stride)[::-1], padding)


@mistake("correlate2d", "the stride shrinks the answer but the windows move by 1", "where window i begins: i * stride")
def stride_in_the_size_only(image, kernel, stride=1, padding=0):
    h, w = right.correlate2d(image, kernel, stride, padding).shape
    return right.correlate2d(image, kernel, 1, padding)[:h, :w]


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


@mistake("correlate2d", "the padding is put around the answer", "the image is padded, then the kernel slides over it")
def answer_padded(image, kernel, stride=1, padding=0):
    return right.pad2d(right.correlate2d(image, kernel, stride), padding)


@mistake("correlate2d", "the kernel is cut off from its gradients", "detach, item and tolist break the graph")
def kernel_detached(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel.detach(), stride, padding)


@mistake("correlate2d", "a stride of 0 or less counts as 1", "what must raise a ValueError, and its text")
def stride_at_least_1(image, kernel, stride=1, padding=0):
    return right.correlate2d(image, kernel, tuple(max(1, s) for s in pair(stride)), padding)


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
