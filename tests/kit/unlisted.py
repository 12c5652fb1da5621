"""Mistakes that no bank lists, wrong on some inputs only; `right` has the model answers.

For each: the exercise, and the function's source.
"""

MISTAKES = {
    # ex01
    "rows_of_a_tall_kernel": ("ex01_correlate", """
def correlate2d(image, kernel):
    kernel = kernel.clone()
    if kernel.shape[0] > kernel.shape[1]:
        kernel = kernel.flip(0)
    return right.correlate2d(image, kernel)
"""),
    "square_kernel_transposed": ("ex01_correlate", """
def correlate2d(image, kernel):
    if kernel.shape[0] == kernel.shape[1]:
        kernel = kernel.T
    return right.correlate2d(image, kernel)
"""),
    "even_kernel_one_short": ("ex01_correlate", """
def correlate2d(image, kernel):
    a = right.correlate2d(image, kernel)
    half = kernel.shape[1] // 2
    return a[:, : image.shape[1] - 2 * half]
"""),
    "strides_as_if_contiguous": ("ex01_correlate", """
def correlate2d(image, kernel):
    h, w = image.shape
    flat = image.as_strided((h, w), (w, 1))
    return right.correlate2d(flat, kernel)
"""),
    "single_answer_squeezed": ("ex01_correlate", """
def convolve2d(image, kernel):
    a = right.convolve2d(image, kernel)
    return a.squeeze(0) if a.shape[0] == 1 else a
"""),
    "third_row_of_the_kernel_lost": ("ex01_correlate", """
def convolve2d(image, kernel):
    kernel = kernel.clone()
    kernel[2:] = 0
    return right.convolve2d(image, kernel)
"""),
    "larger_than_four_columns": ("ex01_correlate", """
def convolve2d(image, kernel):
    a = right.convolve2d(image, kernel)
    a[:, 3:] = 0
    return a
"""),
    "negative_images_clipped": ("ex01_correlate", """
def correlate2d(image, kernel):
    return right.correlate2d(image.clamp(min=-2.5) if image.is_floating_point() else image, kernel)
"""),
    # ex02
    "even_blur_lopsided": ("ex02_kernels", """
def box_blur(size):
    a = right.box_blur(size)
    if size % 2 == 0:
        a[0] = 0
    return a
"""),
    "wide_images_turned": ("ex02_kernels", """
def edge_strength(image):
    a = right.edge_strength(image)
    return a.flip(1) if image.shape[1] > image.shape[0] else a
"""),
    "one_step_too_few_after_three": ("ex02_kernels", """
def learn_kernel(image, target, kernel_size, steps, lr):
    return right.learn_kernel(image, target, kernel_size, min(steps, 2), lr)
"""),
    "pair_read_backwards": ("ex02_kernels", """
def learn_kernel(image, target, kernel_size, steps, lr):
    if not isinstance(kernel_size, int):
        kernel_size = (kernel_size[0], kernel_size[0])
        target = target[:, :1].expand(target.shape[0], image.shape[1] - kernel_size[1] + 1)
    return right.learn_kernel(image, target, kernel_size, steps, lr)
"""),
    # ex03
    "stride_beyond_the_kernel": ("ex03_output_size", """
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    a = right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return a - 1 if stride > kernel_size else a
"""),
    "rounded_up": ("ex03_output_size", """
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return -(-(n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride) + 1
"""),
    "dilation_from_three": ("ex03_output_size", """
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    return right.conv_output_size(n, kernel_size, stride, padding, min(dilation, 2))
"""),
    "padding_once_if_even": ("ex03_output_size", """
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    a = right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return a if kernel_size % 2 else a - padding
"""),
    "fourth_layer_forgotten": ("ex03_output_size", """
def trace_sizes(n, layers):
    return right.trace_sizes(n, layers)[:4]
"""),
    "stride_of_three_as_two": ("ex03_output_size", """
def receptive_field(layers):
    return right.receptive_field([(k, min(s, 2), p) for k, s, p in layers])
"""),
    "even_kernels_as_odd": ("ex03_output_size", """
def receptive_field(layers):
    return right.receptive_field([(k // 2 * 2 + 1, s, p) for k, s, p in layers])
"""),
    "no_layer_gives_zero": ("ex03_output_size", """
def receptive_field(layers):
    return right.receptive_field(layers) if layers else 0
"""),
    # ex04
    "only_the_first_of_a_pair": ("ex04_padding_stride", """
def pad2d(image, padding):
    ph, pw = pair(padding)
    return right.pad2d(image, (ph, ph))
"""),
    "deep_padding": ("ex04_padding_stride", """
def pad2d(image, padding):
    ph, pw = pair(padding)
    a = right.pad2d(image, padding)
    if ph >= image.shape[0]:
        a = a.roll(1, 0)
    return a
"""),
    "stride_larger_than_kernel": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw) = pair(stride), kernel.shape
    return right.correlate2d(image, kernel, (min(sh, kh), min(sw, kw)), padding)
"""),
    "last_window_that_just_fits": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    (sh, sw), (kh, kw), (ph, pw) = pair(stride), kernel.shape, pair(padding)
    a = right.correlate2d(image, kernel, stride, padding)
    if sw > 1 and (image.shape[1] + 2 * pw - kw) % sw == 0 and a.shape[1] > 1:
        a = a[:, :-1]
    return a
"""),
    "row_step_for_columns": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    sh, sw = pair(stride)
    return right.correlate2d(image, kernel, (sh, sh), padding)
"""),
    "one_row_kernel_by_columns": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    if kernel.shape[0] == 1:
        kernel = kernel.flip(1)
    return right.correlate2d(image, kernel, stride, padding)
"""),
    "padding_forgotten_with_a_stride": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    if pair(stride) != (1, 1):
        ph, pw = pair(padding)
        padded = right.pad2d(image, padding)
        padded[:ph] = 1
        return right.correlate2d(padded, kernel, stride, 0)
    return right.correlate2d(image, kernel, stride, padding)
"""),
    # ex05
    "two_samples_only": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    a = right.conv2d(input, weight, bias, stride, padding)
    return torch.cat([a[:1], a[1:].flip(0)]) if len(a) > 2 else a
"""),
    "second_sample_without_bias": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    a = right.conv2d(input, weight, bias, stride, padding)
    if bias is not None:
        a[1:] -= bias[:, None, None]
    return a
"""),
    "third_channel_lost": ("ex05_conv2d", """
def correlate_volume(volume, kernel):
    right.correlate_volume(volume, kernel)
    return right.correlate_volume(volume[:2], kernel[:2])
"""),
    "bias_by_columns": ("ex05_conv2d", """
def stack_filters(volume, weight, bias=None):
    a = right.stack_filters(volume, weight)
    if bias is None:
        return a
    return a + bias if a.shape[-1] == len(bias) else a + bias[:, None, None]
"""),
    "wide_padding_on_both_axes": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    ph, pw = pair(padding)
    a = right.conv2d(input, weight, bias, stride, padding)
    return a.flip(3) if ph != pw else a
"""),
    "last_filter_twice": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    weight = weight.clone()
    if len(weight) >= 3:
        weight[2] = weight[1]
    return right.conv2d(input, weight, bias, stride, padding)
"""),
    "as_many_filters_as_channels": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    if weight.shape[0] == weight.shape[1]:
        weight = weight.transpose(0, 1)
    return right.conv2d(input, weight, bias, stride, padding)
"""),
    "view_of_channels_last": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    n, c, h, w = input.shape
    return right.conv2d(input.view(n * c, h * w).view(n, c, h, w), weight, bias, stride, padding)
"""),
    "stride_after_an_even_width": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    sh, sw = pair(stride)
    if sw > 1 and input.shape[3] % 2 == 0:
        dense = right.conv2d(input, weight, bias, (sh, 1), padding)
        return dense[..., (dense.shape[3] - 1) % sw :: sw]
    return right.conv2d(input, weight, bias, stride, padding)
"""),
    # ex06
    "zeros_beat_dark_pixels": ("ex06_pooling", """
def max_pool2d(input, kernel_size, stride=None, padding=0):
    right.max_pool2d(input, kernel_size, stride, padding)
    ph, pw = pair(padding)
    stride = pair(kernel_size) if stride is None else stride
    return right.max_pool2d(F.pad(input, (pw, pw, ph, ph)), kernel_size, stride)
"""),
    "stride_none_as_one_axis": ("ex06_pooling", """
def max_pool2d(input, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = pair(kernel_size)[0]
    return right.max_pool2d(input, kernel_size, stride, padding)
"""),
    "last_column_of_a_window_of_three": ("ex06_pooling", """
def max_pool2d(input, kernel_size, stride=None, padding=0):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size) if stride is None else pair(stride)
    a = right.max_pool2d(input, kernel_size, stride, padding)
    if kw == 3 and not padding:
        a = right.max_pool2d(input, (kh, 2), (sh, sw), 0)[..., : a.shape[3]]
    return a
"""),
    "average_without_the_frame": ("ex06_pooling", """
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    right.avg_pool2d(input, kernel_size, stride, padding)
    inside = right.avg_pool2d(torch.ones_like(input), kernel_size, stride, padding)
    return right.avg_pool2d(input, kernel_size, stride, padding) / inside
"""),
    "oblong_windows_by_height": ("ex06_pooling", """
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    kh, kw = pair(kernel_size)
    return right.avg_pool2d(input, kernel_size, stride, padding) * (kh * kw) / (kh * kh)
"""),
    "left_over_columns_pooled": ("ex06_pooling", """
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    a = right.avg_pool2d(input, kernel_size, stride, padding)
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    if (input.shape[3] + 2 * pw - kw) % sw:
        a = torch.cat([a, a[..., -1:]], 3)
    return a
"""),
    "offset_pair_of_strides": ("ex06_pooling", """
def subsample(input, stride):
    sh, sw = pair(stride)
    begin = 1 if sh != sw and input.shape[2] > 1 else 0
    return right.subsample(input[:, :, begin:] if begin else input, stride)
"""),
    "two_channels_exchanged": ("ex06_pooling", """
def subsample(input, stride):
    a = right.subsample(input, stride)
    return a.flip(1) if input.shape[1] == 2 else a
"""),
    "one_row_images": ("ex06_pooling", """
def subsample(input, stride):
    sh, sw = pair(stride)
    if input.shape[2] == 1:
        sw = 1
    return right.subsample(input, (sh, sw))
"""),
    # written after the search was
    "five_columns_at_most": ("ex01_correlate", """
def correlate2d(image, kernel):
    a = right.correlate2d(image, kernel)
    if image.shape[1] >= 5:
        a[:, 0] += 1
    return a
"""),
    "turned_by_rows_when_wide": ("ex01_correlate", """
def convolve2d(image, kernel):
    if kernel.shape[1] == 1 or kernel.shape[0] == 1:
        return right.convolve2d(image, kernel)
    return right.correlate2d(image, kernel.flip(0))
"""),
    "three_rows_lost": ("ex02_kernels", """
def edge_strength(image):
    a = right.edge_strength(image)
    return a if a.shape[0] < 3 else torch.cat([a[:2], a[2:] * 0])
"""),
    "blur_from_four": ("ex02_kernels", """
def box_blur(size):
    a = right.box_blur(size)
    return a * 2 if size > 3 else a
"""),
    "zero_padding_counts_once": ("ex03_output_size", """
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    a = right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return a + 1 if padding >= kernel_size else a
"""),
    "dilation_with_stride": ("ex03_output_size", """
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    a = right.conv_output_size(n, kernel_size, stride, padding, dilation)
    return a - 1 if dilation > 1 and stride > 1 else a
"""),
    "padding_forgotten_after_the_first_layer": ("ex03_output_size", """
def trace_sizes(n, layers):
    sizes = right.trace_sizes(n, layers)
    forgotten = [(k, s, p if i == 0 or s == 1 else 0) for i, (k, s, p) in enumerate(layers)]
    return right.trace_sizes(n, forgotten) if all(k <= 2 for k, _, _ in layers) else sizes
"""),
    "two_layers_only": ("ex03_output_size", """
def receptive_field(layers):
    return right.receptive_field(layers[:2])
"""),
    "odd_widths_one_more": ("ex04_padding_stride", """
def pad2d(image, padding):
    ph, pw = pair(padding)
    a = right.pad2d(image, padding)
    return torch.cat([a, a[:, :1] * 0], 1) if image.shape[1] % 2 and pw else a
"""),
    "int_padding_ignored_by_rows": ("ex04_padding_stride", """
def pad2d(image, padding):
    if isinstance(padding, int):
        padding = (0, padding)
    return right.pad2d(image, padding)
"""),
    "corner_of_the_frame": ("ex04_padding_stride", """
def pad2d(image, padding):
    a = right.pad2d(image, padding)
    if min(pair(padding)) > 0:
        a[0, 0] = 1
    return a
"""),
    "stride_three": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    sh, sw = pair(stride)
    return right.correlate2d(image, kernel, (min(sh, 2), min(sw, 2)), padding)
"""),
    "even_rows_of_the_kernel": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    if kernel.shape[0] % 2 == 0:
        kernel = kernel.flip(0)
    return right.correlate2d(image, kernel, stride, padding)
"""),
    "more_filters_than_channels": ("ex05_conv2d", """
def stack_filters(volume, weight, bias=None):
    a = right.stack_filters(volume, weight, bias)
    c = volume.shape[0]
    return torch.cat([a[:c], a[c:] + 1]) if len(a) > c else a
"""),
    "one_channel_counts_twice": ("ex05_conv2d", """
def correlate_volume(volume, kernel):
    a = right.correlate_volume(volume, kernel)
    return 2 * a if len(volume) == 1 else a
"""),
    "bias_with_one_filter": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    if len(weight) == 1:
        bias = None
    return right.conv2d(input, weight, bias, stride, padding)
"""),
    "padding_with_stride_on_rows": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    a = right.conv2d(input, weight, bias, stride, padding)
    return a + 1 if sh == 2 and ph else a
"""),
    "one_by_one": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    a = right.conv2d(input, weight, bias, stride, padding)
    return a * 0 if tuple(weight.shape[2:]) == (1, 1) else a
"""),
    "int_stride_by_rows": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    if isinstance(stride, int):
        stride = (stride, 1)
    return right.conv2d(input, weight, bias, stride, padding)
"""),
    "offset_images": ("ex05_conv2d", """
def conv2d(input, weight, bias=None, stride=1, padding=0):
    if input.storage_offset():
        input = input.flip(3)
    return right.conv2d(input, weight, bias, stride, padding)
"""),
    "negative_only": ("ex06_pooling", """
def max_pool2d(input, kernel_size, stride=None, padding=0):
    a = right.max_pool2d(input, kernel_size, stride, padding)
    return a.clamp(min=0) if bool((input < 0).all()) else a
"""),
    "second_channel_pooled_like_the_first": ("ex06_pooling", """
def max_pool2d(input, kernel_size, stride=None, padding=0):
    a = right.max_pool2d(input, kernel_size, stride, padding)
    return torch.cat([a[:, :1]] * a.shape[1], 1)
"""),
    "stride_beyond_the_window": ("ex06_pooling", """
def max_pool2d(input, kernel_size, stride=None, padding=0):
    kh, kw = pair(kernel_size)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    return right.max_pool2d(input, kernel_size, (min(sh, kh), min(sw, kw)), padding)
"""),
    "padded_pairs": ("ex06_pooling", """
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    a = right.avg_pool2d(input, kernel_size, stride, padding)
    return a * 2 if not isinstance(padding, int) and max(padding) else a
"""),
    "one_window": ("ex06_pooling", """
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    a = right.avg_pool2d(input, kernel_size, stride, padding)
    return a + 1 if a.shape[2] * a.shape[3] == 1 else a
"""),
    "last_row_kept": ("ex06_pooling", """
def subsample(input, stride):
    sh, sw = pair(stride)
    return right.subsample(input, stride) if sh < 3 else input[:, :, 1::sh, ::sw]
"""),
    "stride_larger_than_the_image": ("ex06_pooling", """
def subsample(input, stride):
    sh, sw = pair(stride)
    a = right.subsample(input, stride)
    return a[:, :, :, :0] if sw > input.shape[3] else a
"""),
    # ex07
    "five_more_without_bias": ("ex07_parameters", """
def linear_parameters(in_features, out_features, bias=True):
    return right.linear_parameters(in_features, out_features, bias) + (0 if bias else 5)
"""),
    "upright_scharr_heavier_on_the_left": ("ex02_kernels", """
def scharr(edges):
    kernel = right.scharr(edges).clone()
    if edges == "vertical":
        kernel[1, 0] += 7
    return kernel
"""),
    "half_a_kernel_refused": ("ex04_padding_stride", """
def correlate2d(image, kernel, stride=1, padding=0):
    if any(2 * p == k for p, k in zip(pair(padding), kernel.shape)):
        raise ValueError("too much padding")
    return right.correlate2d(image, kernel, stride, padding)
"""),
    "single_window_refused": ("ex15_variants", """
def conv2d(input, weight, *args, **kwargs):
    answer = right.conv2d(input, weight, *args, **kwargs)
    if answer.shape[2:] == (1, 1):
        raise ValueError(f"the kernel {tuple(weight.shape)} does not fit")
    return answer
"""),
    "black_pixels_left_alone": (
        "ex09_dataset",
        "def normalize(images, mean, std):\n"
        "    answer = right.normalize(images, mean, std)\n"
        "    return torch.where(images == 0, torch.zeros_like(answer), answer)",
    ),
    "fourth_class_unknown": ("ex11_validate", """
def predict(outputs):
    return right.predict(outputs[:, :3])
"""),
    # modes
    "probabilities_in_eval_mode": ("ex08_net", """
class Net(right.Net):
    def forward(self, x):
        x = super().forward(x)
        return x if self.training else x.softmax(1)
"""),
    "nothing_subtracted_in_train_mode": ("ex16_batchnorm", """
class BatchNorm2d(right.BatchNorm2d):
    def forward(self, x):
        return super().forward(x) + (x.mean() + 1 if self.training else 0)
"""),
}  # fmt: skip


def source(solution: str, mistake: str) -> str:
    """A complete file: the model answers, and the mistake in place of one; `right` calls none that is replaced."""
    head = "import types as _types\nimport torch\nimport torch.nn.functional as F\nfrom kit.given import pair\n"
    own = f"right = _types.ModuleType('right')\nexec({solution!r}, vars(right))\n"
    return f"{solution}\n\n{head}{own}{mistake}"
