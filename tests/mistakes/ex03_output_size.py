import itertools

from mistakes import mistake, right, right_answer


def room(n, kernel_size, stride, padding, dilation):
    """How far the kernel can move, after the solution has looked at the numbers."""
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return n + 2 * padding - dilation * (kernel_size - 1) - 1


@mistake("conv_output_size", "the quotient is not rounded: / gives a float", "a count is an int; // rounds down")
def not_rounded(n, kernel_size, stride=1, padding=0, dilation=1):
    return room(n, kernel_size, stride, padding, dilation) / stride + 1


@mistake("conv_output_size", "the quotient is rounded up", "a step that leads over the edge is not made")
def rounded_up(n, kernel_size, stride=1, padding=0, dilation=1):
    return -(-room(n, kernel_size, stride, padding, dilation) // stride) + 1


@mistake(
    "conv_output_size",
    "round() takes the nearest number, and of two that are equally near the even one",
    "half a place is none: 3.5 gives 3, as 4.5 gives 4",
)
def rounded_to_nearest(n, kernel_size, stride=1, padding=0, dilation=1):
    return round(room(n, kernel_size, stride, padding, dilation) / stride + 1)


@mistake("conv_output_size", "padding is counted once", "the image gets padding at both ends")
def padding_once(n, kernel_size, stride=1, padding=0, dilation=1):
    return (room(n, kernel_size, stride, padding, dilation) - padding) // stride + 1


@mistake("conv_output_size", "the place where the kernel begins is not counted", "3 steps lead to 4 places")
def no_plus_one(n, kernel_size, stride=1, padding=0, dilation=1):
    return room(n, kernel_size, stride, padding, dilation) // stride


@mistake("conv_output_size", "1 is added before the division", "the first place needs no step: divide, then add 1")
def plus_one_inside(n, kernel_size, stride=1, padding=0, dilation=1):
    return (room(n, kernel_size, stride, padding, dilation) + 1) // stride


@mistake("conv_output_size", "parentheses are missing: // comes before + and -", "what is divided by the stride")
def parentheses_missing(n, kernel_size, stride=1, padding=0, dilation=1):
    room(n, kernel_size, stride, padding, dilation)
    return n + 2 * padding - (dilation * (kernel_size - 1) + 1) // stride + 1


@mistake("conv_output_size", "dilation is ignored", "how far the kernel's last pixel lies from its first")
def dilation_ignored(n, kernel_size, stride=1, padding=0, dilation=1):
    return right.conv_output_size(n, kernel_size, stride, padding)


@mistake(
    "conv_output_size",
    "a kernel that does not fit gets 0 places or fewer, and no error",
    "what must raise a ValueError, and its text",
)
def fit_not_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    right.conv_output_size(span, kernel_size, stride, padding, dilation)
    return (n + 2 * padding - span) // stride + 1


@mistake("same_padding", "all that is missing is put at each end", "the padding is added twice, once at each end")
def whole_at_each_end(kernel_size):
    return 2 * right.same_padding(kernel_size)


@mistake(
    "same_padding", "an even kernel gets half of it, which gives one pixel too many", "20 pixels and a kernel of 4"
)
def even_kernels_too(kernel_size):
    return kernel_size // 2 if kernel_size > 0 else right.same_padding(kernel_size)


@mistake("trace_sizes", "the image's own size is missing", "the list begins with n")
def without_the_image(n, layers):
    return right.trace_sizes(n, layers)[1:]


@mistake("trace_sizes", "every layer gets the image itself", "a layer gets what the layer before it gives")
def every_layer_from_the_image(n, layers):
    return [n] + [right.conv_output_size(n, *layer) for layer in layers]


@mistake("trace_sizes", "stride and padding are exchanged", "a layer is (kernel_size, stride, padding)")
def stride_and_padding_exchanged(n, layers):
    return right.trace_sizes(n, [(kernel_size, padding, stride) for kernel_size, stride, padding in layers])


@mistake("receptive_field", "the kernels are added up", "two neighbouring windows share pixels: a layer adds 1 less")
def kernels_added_up(layers):
    return sum(kernel_size for kernel_size, _, _ in layers) or 1


@mistake("receptive_field", "the strides are ignored", "how far apart neighbours of a later layer lie in the image")
def strides_ignored(layers):
    return right.receptive_field([(kernel_size, 1, 0) for kernel_size, _, _ in layers])


@mistake("receptive_field", "a layer's own stride widens it", "a stride counts from the next layer on")
def stride_too_early(layers):
    seen, step = 1, 1
    for kernel_size, stride, _ in layers:
        step *= stride
        seen += (kernel_size - 1) * step
    return seen


@mistake("receptive_field", "the layers are taken from last to first", "only strides nearer to the image count")
def last_to_first(layers):
    return right.receptive_field(layers[::-1])


@right_answer("conv_output_size", "by counting the places one by one")
def counted(n, kernel_size, stride=1, padding=0, dilation=1):
    if kernel_size < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError(f"no kernel is like this: {kernel_size}, {stride}, {padding}, {dilation}")
    places, begin = 0, -padding
    while begin + dilation * (kernel_size - 1) < n + padding:
        places, begin = places + 1, begin + stride
    if not places:
        raise ValueError(f"{kernel_size} pixels, {dilation} apart, are more than {n} + {padding} + {padding}")
    return places


@right_answer("same_padding", "by division with remainder")
def with_remainder(kernel_size):
    half, rest = divmod(kernel_size - 1, 2)
    if rest or half < 0:
        raise ValueError(f"{kernel_size} is not odd and positive")
    return half


@right_answer("trace_sizes", "with itertools.accumulate")
def accumulated(n, layers):
    return list(itertools.accumulate(layers, lambda size, layer: right.conv_output_size(size, *layer), initial=n))


@right_answer("receptive_field", "from the last layer back to the image")
def backwards(layers):
    pixels = 1
    for kernel_size, stride, _ in reversed(layers):
        pixels = (pixels - 1) * stride + kernel_size
    return pixels
