import itertools
import math

from mistakes import mistake, right, right_answer


def room(n, kernel_size, stride, padding, dilation):
    """How far the kernel can move, after the solution has looked at the numbers."""
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return n + 2 * padding - dilation * (kernel_size - 1) - 1


def places(n, kernel_size, stride, padding, dilation):
    """The right formula, without a look at the numbers."""
    return (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


# how many places there are


@mistake("conv_output_size", "the quotient is not rounded: / gives a float", "a count is an int; // rounds down")
def not_rounded(n, kernel_size, stride=1, padding=0, dilation=1):
    return room(n, kernel_size, stride, padding, dilation) / stride + 1


@mistake("conv_output_size", same_as="not_rounded")
def as_on_the_slide(n, kernel_size, stride=1, padding=0, dilation=1):
    f = dilation * (kernel_size - 1) + 1
    if f > n + 2 * padding or kernel_size < 1 or stride < 1 or padding < 0 or dilation < 1:
        raise ValueError(f"n={n} f={kernel_size} s={stride} p={padding} d={dilation}")
    return (n - f + 2 * padding) / stride + 1


@mistake("conv_output_size", "the size is rounded down, but it is still a float", "a count is an int")
def floor_as_a_float(n, kernel_size, stride=1, padding=0, dilation=1):
    return float(right.conv_output_size(n, kernel_size, stride, padding, dilation))


@mistake("conv_output_size", "the quotient is rounded up", "a step that leads over the edge is not made")
def rounded_up(n, kernel_size, stride=1, padding=0, dilation=1):
    return math.ceil(room(n, kernel_size, stride, padding, dilation) / stride) + 1


@mistake("conv_output_size", same_as="rounded_up")
def walks_over_the_edge(n, kernel_size, stride=1, padding=0, dilation=1):
    last = n + 2 * padding - dilation * (kernel_size - 1) - 1
    if stride < 1:
        raise ValueError(f"stride {stride} leads nowhere")
    position, count = 0, 1
    while position < last:
        position += stride
        count += 1
    return count


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


@mistake("conv_output_size", same_as="padding_once")
def padding_at_one_end(n, kernel_size, stride=1, padding=0, dilation=1):
    if stride <= 0 or dilation <= 0 or kernel_size <= 0 or padding < 0:
        raise ValueError(f"kernel_size {kernel_size}, stride {stride}, padding {padding}, dilation {dilation}")
    effective = kernel_size + (kernel_size - 1) * (dilation - 1)
    total = n + padding
    return math.floor((total - effective) / stride + 1)


@mistake("conv_output_size", "padding is ignored", "the image gets `padding` more pixels at both ends")
def padding_ignored(n, kernel_size, stride=1, padding=0, dilation=1):
    return (room(n, kernel_size, stride, padding, dilation) - 2 * padding) // stride + 1


@mistake("conv_output_size", "padding is subtracted", "padding makes the image larger")
def padding_subtracted(n, kernel_size, stride=1, padding=0, dilation=1):
    return (room(n, kernel_size, stride, padding, dilation) - 4 * padding) // stride + 1


@mistake("conv_output_size", "stride is ignored", "with stride 2 the kernel stands at every second place")
def stride_ignored(n, kernel_size, stride=1, padding=0, dilation=1):
    return room(n, kernel_size, stride, padding, dilation) + 1


@mistake("conv_output_size", "the stride multiplies", "larger steps leave fewer places")
def stride_multiplies(n, kernel_size, stride=1, padding=0, dilation=1):
    return room(n, kernel_size, stride, padding, dilation) * stride + 1


@mistake("conv_output_size", "the size is divided by the stride, whatever the kernel is", "the kernel needs room, too")
def kernel_ignored(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return n // stride


@mistake("conv_output_size", same_as="kernel_ignored")
def n_over_s(n, kernel_size, stride=1, padding=0, dilation=1):
    return int(n / stride)


@mistake("conv_output_size", "n is divided by the stride and rounded up", "that is TensorFlow's padding='SAME'")
def as_in_tensorflow(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return -(-n // stride)


@mistake("conv_output_size", "the place where the kernel begins is not counted", "3 steps lead to 4 places")
def no_plus_one(n, kernel_size, stride=1, padding=0, dilation=1):
    return room(n, kernel_size, stride, padding, dilation) // stride


@mistake("conv_output_size", same_as="no_plus_one")
def plus_one_forgotten(n, kernel_size, stride=1, padding=0, dilation=1):
    size = n
    size += 2 * padding
    size -= dilation * (kernel_size - 1) + 1
    if size < 0:
        raise ValueError(f"kernel {kernel_size} (dilation {dilation}) does not fit into {n} + 2 * {padding}")
    return size // stride


@mistake("conv_output_size", "1 is added before the division", "the first place needs no step: divide, then add 1")
def plus_one_inside(n, kernel_size, stride=1, padding=0, dilation=1):
    return (room(n, kernel_size, stride, padding, dilation) + 1) // stride


@mistake("conv_output_size", "parentheses are missing: // comes before + and -", "what is divided by the stride")
def parentheses_missing(n, kernel_size, stride=1, padding=0, dilation=1):
    room(n, kernel_size, stride, padding, dilation)
    return n + 2 * padding - (dilation * (kernel_size - 1) + 1) // stride + 1


@mistake(
    "conv_output_size", "one place too many: the kernel's span is counted without its last pixel", "5 pixels and 5"
)
def span_too_short(n, kernel_size, stride=1, padding=0, dilation=1):
    return (room(n, kernel_size, stride, padding, dilation) + 1) // stride + 1


@mistake("conv_output_size", "dilation is ignored", "how far the kernel's last pixel lies from its first")
def dilation_ignored(n, kernel_size, stride=1, padding=0, dilation=1):
    return right.conv_output_size(n, kernel_size, stride, padding)


@mistake("conv_output_size", same_as="dilation_ignored")
def without_dilation(n, kernel_size, stride=1, padding=0, dilation=1):
    if kernel_size < 1 or stride < 1 or padding < 0:
        raise ValueError(f"{kernel_size=} {stride=} {padding=}")
    if kernel_size > n + 2 * padding:
        raise ValueError(f"kernel of {kernel_size} > {n} + 2*{padding}")
    return len(range(0, n + 2 * padding - kernel_size + 1, stride))


@mistake(
    "conv_output_size", "dilation counts the gaps: 0 for a kernel without gaps", "neighbours are 1 pixel apart, not 2"
)
def dilation_of_gaps(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return places(n, kernel_size, stride, padding, dilation + 1)


@mistake(
    "conv_output_size", "dilation multiplies the whole kernel", "a kernel of 3 has 2 steps from first to last pixel"
)
def dilation_times_the_kernel(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return places(n, dilation * kernel_size, stride, padding, 1)


@mistake("conv_output_size", "dilation is added once", "it widens each of the kernel's steps")
def dilation_added_once(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return places(n, kernel_size + dilation - 1, stride, padding, 1)


# what must be refused


@mistake(
    "conv_output_size",
    "a kernel that does not fit gets 0 places or fewer, and no error",
    "what must raise a ValueError, and its text",
)
def fit_not_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    if min(kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError(f"{kernel_size=}, {stride=}, {padding=}, {dilation=}")
    return places(n, kernel_size, stride, padding, dilation)


@mistake(
    "conv_output_size",
    "int() rounds towards 0, so that a kernel that is a little too large gets a place",
    "what must raise a ValueError; floor and int differ below 0",
)
def int_for_floor(n, kernel_size, stride=1, padding=0, dilation=1):
    if min(kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError(f"{kernel_size=}, {stride=}, {padding=}, {dilation=}")
    return int((n + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@mistake("conv_output_size", "a kernel that does not fit gets 0 places", "what must raise a ValueError, and its text")
def no_place_is_0(n, kernel_size, stride=1, padding=0, dilation=1):
    if min(kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError(f"{kernel_size=}, {stride=}, {padding=}, {dilation=}")
    return max(0, places(n, kernel_size, stride, padding, dilation))


@mistake("conv_output_size", "a kernel as long as the padded image is refused", "it has one place")
def equal_size_refused(n, kernel_size, stride=1, padding=0, dilation=1):
    if room(n, kernel_size, stride, padding, dilation) == 0:
        raise ValueError(f"{kernel_size=}, {dilation=} does not fit into {n} + 2 * {padding}")
    return places(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "whether the kernel fits is asked without the padding", "what it has to fit into")
def fit_without_padding(n, kernel_size, stride=1, padding=0, dilation=1):
    if dilation * (kernel_size - 1) + 1 > n:
        raise ValueError(f"{kernel_size=}, {dilation=} does not fit into {n}")
    return right.conv_output_size(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "whether the kernel fits is asked without its dilation", "a kernel of 3 may span 5 pixels")
def fit_without_dilation(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(max(n, kernel_size * dilation), kernel_size, stride, padding, dilation)
    if kernel_size > n + 2 * padding:
        raise ValueError(f"{kernel_size=} does not fit into {n} + 2 * {padding}")
    return places(n, kernel_size, stride, padding, dilation)


@mistake(
    "conv_output_size", "only whether the kernel fits is checked", "a stride of 0, a kernel of -3: no kernel has that"
)
def only_fit_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    if dilation * (kernel_size - 1) + 1 > n + 2 * padding:
        raise ValueError(f"{kernel_size=}, {dilation=} does not fit into {n} + 2 * {padding}")
    return places(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "a dilation below 1 is not refused", "neighbours in a kernel are at least 1 pixel apart")
def dilation_not_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    if dilation < 1 <= min(kernel_size, stride):
        return places(n, kernel_size, stride, padding, dilation)
    return right.conv_output_size(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "a stride below 1 is not refused", "a kernel that does not move on has no end of places")
def stride_not_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    if stride < 1 <= min(kernel_size, dilation):
        return places(n, kernel_size, stride, padding, dilation)
    return right.conv_output_size(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "a kernel without pixels is not refused", "kernel_size is at least 1")
def kernel_size_not_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    if kernel_size < 1 <= min(stride, dilation):
        return places(n, kernel_size, stride, padding, dilation)
    return right.conv_output_size(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "negative padding is not refused", "padding is 0 or more")
def padding_not_checked(n, kernel_size, stride=1, padding=0, dilation=1):
    if padding < 0 < min(kernel_size, stride, dilation):
        return places(n, kernel_size, stride, padding, dilation)
    return right.conv_output_size(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "0 is let through where 1 is the least", "< 0 is not the same as < 1")
def zeros_let_through(n, kernel_size, stride=1, padding=0, dilation=1):
    if min(kernel_size, stride, padding, dilation) < 0:
        raise ValueError(f"{kernel_size=}, {stride=}, {padding=}, {dilation=}")
    if dilation * (kernel_size - 1) + 1 > n + 2 * padding:
        raise ValueError(f"{kernel_size=}, {dilation=} does not fit into {n} + 2 * {padding}")
    return places(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "a padding of 0 is refused", "no padding is a padding, too")
def padding_0_refused(n, kernel_size, stride=1, padding=0, dilation=1):
    if padding == 0:
        raise ValueError(f"{padding=}, {kernel_size=}, {stride=}, {dilation=}, {n=}")
    return right.conv_output_size(n, kernel_size, stride, padding, dilation)


@mistake("conv_output_size", "assert raises an AssertionError", "which exception the docstring asks for: ValueError")
def asserted(n, kernel_size, stride=1, padding=0, dilation=1):
    assert min(kernel_size, stride, dilation, padding + 1) >= 1, f"{kernel_size=}, {stride=}, {padding=}, {dilation=}"
    assert n + 2 * padding > dilation * (kernel_size - 1), f"{kernel_size=}, {dilation=}, {n=}, {padding=}"
    return places(n, kernel_size, stride, padding, dilation)


@mistake(
    "conv_output_size", "the messages do not name the numbers", "which numbers would help whoever reads the message"
)
def messages_without_numbers(n, kernel_size, stride=1, padding=0, dilation=1):
    if min(kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("there is no such kernel")
    if dilation * (kernel_size - 1) + 1 > n + 2 * padding:
        raise ValueError("the kernel does not fit")
    return places(n, kernel_size, stride, padding, dilation)


# padding that keeps the size


@mistake("same_padding", "all that is missing is put at each end", "the padding is added twice, once at each end")
def whole_at_each_end(kernel_size):
    return 2 * right.same_padding(kernel_size)


@mistake("same_padding", same_as="whole_at_each_end")
def kernel_size_minus_1(kernel_size):
    if kernel_size < 1 or not kernel_size % 2:
        raise ValueError(f"{kernel_size} is no odd size")
    return kernel_size - 1


@mistake("same_padding", "the padding is as large as the kernel", "a 3x3 kernel loses one pixel at each end")
def padding_is_the_kernel(kernel_size):
    right.same_padding(kernel_size)
    return kernel_size


@mistake("same_padding", "the padding is 1, however large the kernel is", "1 is right for 3x3 only")
def always_1(kernel_size):
    right.same_padding(kernel_size)
    return 1


@mistake("same_padding", "half of the kernel is rounded up", "the pixel in the middle needs no padding")
def half_rounded_up(kernel_size):
    right.same_padding(kernel_size)
    return (kernel_size + 1) // 2


@mistake("same_padding", "the padding is a float", "a number of pixels is an int: // 2, not / 2")
def padding_as_a_float(kernel_size):
    right.same_padding(kernel_size)
    return (kernel_size - 1) / 2


@mistake("same_padding", "half of the kernel is not rounded", "there is no half a pixel: (kernel_size - 1) // 2")
def half_of_the_kernel(kernel_size):
    right.same_padding(kernel_size)
    return kernel_size / 2


@mistake(
    "same_padding", "an even kernel gets half of it, which gives one pixel too many", "20 pixels and a kernel of 4"
)
def even_kernels_too(kernel_size):
    return kernel_size // 2 if kernel_size > 0 else right.same_padding(kernel_size)


@mistake("same_padding", "an even kernel gets too little, which gives one pixel too few", "20 pixels and a kernel of 4")
def even_kernels_rounded_down(kernel_size):
    return (kernel_size - 1) // 2 if kernel_size > 0 else right.same_padding(kernel_size)


@mistake("same_padding", "no kernel is refused", "what must raise a ValueError, and its text")
def nothing_refused(kernel_size):
    return kernel_size // 2


@mistake("same_padding", "only even kernels are refused: -1 is odd, too", "unless kernel_size is odd and positive")
def negative_kernels_too(kernel_size):
    if kernel_size % 2 == 0:
        raise ValueError(f"{kernel_size} is even")
    return (kernel_size - 1) // 2


@mistake("same_padding", "a kernel of 1 is refused", "it keeps the size with a padding of 0")
def kernel_of_1_refused(kernel_size):
    if kernel_size <= 1:
        raise ValueError(f"{kernel_size} is too small")
    return right.same_padding(kernel_size)


@mistake("same_padding", "assert raises an AssertionError", "which exception the docstring asks for: ValueError")
def odd_asserted(kernel_size):
    assert kernel_size > 0, f"{kernel_size} is not positive"
    assert kernel_size % 2 == 1, f"{kernel_size} is not odd"
    return kernel_size // 2


@mistake("same_padding", "the message does not name the size", "which number would help whoever reads the message")
def message_without_the_size(kernel_size):
    if kernel_size < 1 or kernel_size % 2 == 0:
        raise ValueError("kernel_size must be odd and positive")
    return kernel_size // 2


# sizes on the way through layers


@mistake("trace_sizes", "the image's own size is missing", "the list begins with n")
def without_the_image(n, layers):
    return right.trace_sizes(n, layers)[1:]


@mistake("trace_sizes", same_as="without_the_image")
def starts_with_an_empty_list(n, layers):
    sizes = []
    for f, s, p in layers:
        if s < 1 or p < 0 or f > n + 2 * p:
            raise ValueError(f"layer {(f, s, p)} cannot follow {n}")
        n = (n + 2 * p - f) // s + 1
        sizes.append(n)
    return sizes


@mistake("trace_sizes", "only the last size is returned", "a list of all sizes is asked for")
def last_size_only(n, layers):
    return right.trace_sizes(n, layers)[-1]


@mistake("trace_sizes", "the last layer's answer is missing", "a size is noted after its layer, too")
def last_size_missing(n, layers):
    return right.trace_sizes(n, layers)[:-1] or [n]


@mistake("trace_sizes", "the function returns after the first layer", "how far the return is indented")
def first_layer_only(n, layers):
    return right.trace_sizes(n, layers[:1])


@mistake("trace_sizes", "every layer gets the image itself", "a layer gets what the layer before it gives")
def every_layer_from_the_image(n, layers):
    return [n] + [right.conv_output_size(n, *layer) for layer in layers]


@mistake("trace_sizes", same_as="every_layer_from_the_image")
def n_never_changes(n, layers):
    sizes = [n]
    for i in range(len(layers)):
        kernel_size, stride, padding = layers[i]
        size = n + 2 * padding - kernel_size
        sizes.append(size // stride + 1)
    return sizes


@mistake("trace_sizes", "stride and padding are exchanged", "a layer is (kernel_size, stride, padding)")
def stride_and_padding_exchanged(n, layers):
    return right.trace_sizes(n, [(kernel_size, padding, stride) for kernel_size, stride, padding in layers])


@mistake("trace_sizes", "the strides are forgotten", "a layer is (kernel_size, stride, padding)")
def strides_forgotten(n, layers):
    right.trace_sizes(n, layers)
    return right.trace_sizes(n, [(kernel_size, 1, padding) for kernel_size, _, padding in layers])


@mistake("trace_sizes", "the padding is forgotten", "a layer is (kernel_size, stride, padding)")
def paddings_forgotten(n, layers):
    right.trace_sizes(n, layers)
    sizes = [n]
    for kernel_size, stride, _ in layers:
        sizes.append(places(sizes[-1], kernel_size, stride, 0, 1))
    return sizes


@mistake("trace_sizes", "each padding is counted once", "the image gets padding at both ends")
def paddings_counted_once(n, layers):
    sizes = right.trace_sizes(n, layers)[:1]
    for kernel_size, stride, padding in layers:
        sizes.append(places(sizes[-1] - padding, kernel_size, stride, padding, 1))
    return sizes


@mistake("trace_sizes", "the sizes are rounded up", "a step that leads over the edge is not made")
def sizes_rounded_up(n, layers):
    sizes = right.trace_sizes(n, layers)[:1]
    for kernel_size, stride, padding in layers:
        sizes.append(-(-(sizes[-1] + 2 * padding - kernel_size) // stride) + 1)
    return sizes


@mistake("trace_sizes", "the sizes are not rounded: / gives floats", "a count is an int; // rounds down")
def sizes_not_rounded(n, layers):
    sizes = right.trace_sizes(n, layers)[:1]
    for kernel_size, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - kernel_size) / stride + 1)
    return sizes


@mistake("trace_sizes", "the layers are taken from last to first", "the first one is nearest to the image")
def layers_from_last_to_first(n, layers):
    right.trace_sizes(n, layers)
    sizes = [n]
    for layer in layers[::-1]:
        sizes.append(places(sizes[-1], *layer, 1))
    return sizes


@mistake("trace_sizes", "the sizes come in a tuple", "a list is asked for")
def tuple_for_a_list(n, layers):
    return tuple(right.trace_sizes(n, layers))


@mistake("trace_sizes", "the caller's list of layers is used up", "pop takes away; for only looks")
def layers_used_up(n, layers):
    sizes = right.trace_sizes(n, layers)
    layers.clear()
    return sizes


@mistake("trace_sizes", "whether a kernel fits is not checked", "what must raise a ValueError, and its text")
def layers_not_checked(n, layers):
    sizes = [n]
    for kernel_size, stride, padding in layers:
        sizes.append(places(sizes[-1], kernel_size, stride, padding, 1))
    return sizes


@mistake("trace_sizes", "the list ends where a kernel does not fit", "what must raise a ValueError, and its text")
def ends_where_nothing_fits(n, layers):
    sizes = [n]
    for kernel_size, stride, padding in layers:
        if stride > 0 and padding >= 0 and kernel_size > sizes[-1] + 2 * padding:
            break
        sizes.append(right.conv_output_size(sizes[-1], kernel_size, stride, padding))
    return sizes


# how much one number has seen


@mistake("receptive_field", "the kernels are added up", "two neighbouring windows share pixels: a layer adds 1 less")
def kernels_added_up(layers):
    return sum(kernel_size for kernel_size, _, _ in layers) or 1


@mistake("receptive_field", same_as="kernels_added_up")
def seen_plus_kernel(layers):
    if not layers:
        return 1
    seen = 0
    for layer in layers:
        seen += layer[0]
    return seen


@mistake("receptive_field", "the kernels are multiplied", "windows overlap: with stride 1 a layer adds kernel_size - 1")
def kernels_multiplied(layers):
    return math.prod(kernel_size for kernel_size, _, _ in layers)


@mistake("receptive_field", "each layer adds its whole kernel", "a layer adds kernel_size - 1 steps")
def whole_kernels_added(layers):
    seen, step = 1, 1
    for kernel_size, stride, _ in layers:
        seen += kernel_size * step
        step *= stride
    return seen


@mistake("receptive_field", "the strides are ignored", "how far apart neighbours of a later layer lie in the image")
def strides_ignored(layers):
    return right.receptive_field([(kernel_size, 1, 0) for kernel_size, _, _ in layers])


@mistake("receptive_field", same_as="strides_ignored")
def sum_of_kernels_less_1(layers):
    return 1 + sum(layer[0] - 1 for layer in layers)


@mistake("receptive_field", "a layer's own stride widens it", "a stride counts from the next layer on")
def stride_too_early(layers):
    seen, step = 1, 1
    for kernel_size, stride, _ in layers:
        step *= stride
        seen += (kernel_size - 1) * step
    return seen


@mistake("receptive_field", same_as="stride_too_early")
def jump_before_the_field(layers):
    field = 1
    for i, (kernel_size, _, _) in enumerate(layers):
        jump = math.prod(stride for _, stride, _ in layers[: i + 1])
        field = field + (kernel_size - 1) * jump
    return field


@mistake("receptive_field", "only the stride of the layer before counts", "the strides of all earlier layers multiply")
def only_the_stride_before(layers):
    strides = [1] + [stride for _, stride, _ in layers]
    return 1 + sum((layer[0] - 1) * stride for layer, stride in zip(layers, strides, strict=False))


@mistake("receptive_field", "the strides are added up", "a stride of 2 after a stride of 2 makes steps of 4 pixels")
def strides_added_up(layers):
    seen, step = 1, 1
    for kernel_size, stride, _ in layers:
        seen += (kernel_size - 1) * step
        step += stride - 1
    return seen


@mistake("receptive_field", "all strides count for the last layer's kernel only", "every layer adds to what is seen")
def last_kernel_only(layers):
    return right.receptive_field([(1, stride, 0) for _, stride, _ in layers[:-1]] + layers[-1:])


@mistake("receptive_field", "the layers are combined in the wrong order", "only strides nearer to the image count")
def last_to_first(layers):
    return right.receptive_field(layers[::-1])


@mistake("receptive_field", "padding is added", "in the interior no number has seen padding")
def padding_added(layers):
    return right.receptive_field(layers) + 2 * sum(padding for _, _, padding in layers)


@mistake("receptive_field", "padding is subtracted", "in the interior padding changes nothing")
def padding_taken_off(layers):
    return right.receptive_field(layers) - 2 * sum(padding for _, _, padding in layers)


@mistake("receptive_field", "layers that pool are left out", "pooling counts as a layer too")
def pooling_left_out(layers):
    return right.receptive_field([layer for layer in layers if layer[0] != layer[1]])


@mistake("receptive_field", "the first pixel is not counted", "a kernel of 3 has seen 3 pixels")
def starts_from_0(layers):
    return right.receptive_field(layers) - 1


@mistake("receptive_field", "without any layer nothing has been seen", "a number of the image is a pixel")
def no_layer_sees_nothing(layers):
    return right.receptive_field(layers) if layers else 0


@mistake(
    "receptive_field", "rows and columns are counted: the answer is squared", "from the first pixel to the last one"
)
def pixels_of_a_square(layers):
    return right.receptive_field(layers) ** 2


@mistake(
    "receptive_field",
    "pixels in gaps that no kernel looks at are not counted",
    "how far it is from the first pixel seen to the last one",
)
def gaps_not_counted(layers):
    pixels = {0}
    for kernel_size, stride, _ in reversed(layers):
        pixels = {stride * i + a for i in pixels for a in range(kernel_size)}
    return len(pixels)


# right answers


@right_answer("conv_output_size", "by counting the places one by one")
def counted(n, kernel_size, stride=1, padding=0, dilation=1):
    if kernel_size < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError(f"no kernel is like this: {kernel_size}, {stride}, {padding}, {dilation}")
    begins, begin = 0, -padding
    while begin + dilation * (kernel_size - 1) < n + padding:
        begins, begin = begins + 1, begin + stride
    if not begins:
        raise ValueError(f"{kernel_size} pixels, {dilation} apart, are more than {n} + {padding} + {padding}")
    return begins


@right_answer("conv_output_size", "by recursion: one place, and those of an image that is shorter by a step")
def one_place_and_the_rest(n, kernel_size, stride=1, padding=0, dilation=1):
    for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1)):
        if locals()[name] < least:
            raise ValueError(f"{name} is {locals()[name]}, and that is less than {least}")
    left = n + 2 * padding - dilation * (kernel_size - 1)
    if left < 1:
        raise ValueError(f"({n=}, {kernel_size=}, {padding=}, {dilation=}): {1 - left} pixels are missing")
    if left <= stride:
        return 1
    return 1 + one_place_and_the_rest(n - stride, kernel_size, stride, padding, dilation)


@right_answer("conv_output_size", "rounded up instead of 1 more")
def rounded_up_instead(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return math.ceil((n + 2 * padding - dilation * (kernel_size - 1)) / stride)


@right_answer("same_padding", "by division with remainder")
def with_remainder(kernel_size):
    half, rest = divmod(kernel_size - 1, 2)
    if rest or half < 0:
        raise ValueError(f"{kernel_size} is not odd and positive")
    return half


@right_answer("same_padding", "by trying")
def by_trying(kernel_size):
    for padding in range(max(0, kernel_size)):
        if 100 + 2 * padding - kernel_size + 1 == 100:
            return padding
    raise ValueError(f"I tried all paddings for a kernel of {kernel_size} pixels")


@right_answer("trace_sizes", "with itertools.accumulate")
def accumulated(n, layers):
    return list(itertools.accumulate(layers, lambda size, layer: right.conv_output_size(size, *layer), initial=n))


@right_answer("trace_sizes", "by recursion")
def first_layer_and_the_rest(n, layers):
    if not layers:
        return [n]
    first, *others = layers
    return [n, *first_layer_and_the_rest(right.conv_output_size(n, *first), others)]


@right_answer("receptive_field", "from the last layer back to the image")
def backwards(layers):
    pixels = 1
    for kernel_size, stride, _ in reversed(layers):
        pixels = (pixels - 1) * stride + kernel_size
    return pixels


@right_answer("receptive_field", "as the set of all pixels seen, from the first to the last one")
def set_of_pixels(layers):
    pixels = {0}
    for kernel_size, stride, _ in layers[::-1]:
        pixels = {stride * i + a for i in pixels for a in range(kernel_size)}
    return max(pixels) - min(pixels) + 1


@right_answer("conv_output_size", "as the length of a range")
def length_of_a_range(n, kernel_size, stride=1, padding=0, dilation=1):
    if kernel_size <= 0 or stride <= 0 or dilation <= 0 or padding <= -1:
        raise ValueError(f"{(kernel_size, stride, padding, dilation)}")
    begins = range(-padding, n + padding - dilation * (kernel_size - 1), stride)
    if not begins:
        raise ValueError(f"no place for {kernel_size=}, {dilation=} in {n=}, {padding=}")
    return len(begins)


@right_answer("same_padding", "counted by a comprehension")
def pixels_on_one_side(kernel_size):
    if kernel_size % 2 != 1 or kernel_size < 0:
        raise ValueError(f"{kernel_size} has no middle")
    return sum(1 for pixel in range(kernel_size) if 2 * pixel > kernel_size)


@right_answer("trace_sizes", "with a stack of layers that gets smaller")
def stack_of_layers(n, layers):
    sizes, left = [], list(layers)
    while left:
        sizes.append(n)
        n = right.conv_output_size(n, *left.pop(0))
    return [*sizes, n]


@right_answer("receptive_field", "by recursion from the last layer")
def last_layer_and_those_before(layers):
    def first_and_last(index, first, last):
        if index < 0:
            return last - first + 1
        kernel_size, stride, _ = layers[index]
        return first_and_last(index - 1, first * stride, last * stride + kernel_size - 1)

    return first_and_last(len(layers) - 1, 0, 0)
