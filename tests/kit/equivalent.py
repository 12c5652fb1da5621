"""Mutants that differ from the right answer for nobody: by answer, a part of the changed lines and the reason."""

EVEN = "0 is refused for being even"
ANOTHER_INPUT = "another input that shows the slip"
AS_THE_FIRST = "all rows are as long as the first"
BY_DEFAULT = "without a slope the default has the gain of relu"
CROPPED = "what is put there is cut off again"
EITHER_ORDER = "either comes first"
EITHER_WAY = "two dimensions change places either way round"
AS_IN_STATE_DICT = "a state_dict has no graphs, and a file knows where its tensors were"
NONE_OR_ZEROS = "no gradients are as good as zeros"
WEIGHTS_ONLY = "weights_only is True by default"
FROM_0 = "the first pixel that is seen is 0, wherever counting begins"
GIVEN = "kit.given's correlate2d refuses such a kernel too"
LOOKED_AT = "answer_size looks at the padding too"
LOOKED_AT_BY_FC1 = "fc1 refuses images of another size by itself"
MORE = "it refuses what nobody promises to refuse"
ROUNDED = "a whole padding is more than half of an odd window where it is more than that rounded down"
NO_GRAPH = "nobody promises that the kernel remembers no gradients"
ONE_IMAGE = "the only image is the first and the last one"
ONE_FOR_EACH_FILTER = "any one number of each filter has the shape of the bias"
FEWER_LOOKS = (
    *("ph > kh // 2", "pw > kw // 2", "ph > kh // 2 and pw > kw // 2", "ph > kh or pw > kw // 2"),
    *("ph > kh / 2 or pw > kw // 2", "ph > kh // 1 or pw > kw // 2", "ph > kh // 2 or pw > kw"),
    *("ph > kh // 2 or pw > kw / 2", "ph > kh // 2 or pw > kw // 1"),
)
FEWER_DIMENSIONS = (
    *("image.dim() != 2", "kernel.dim() != 2", "image.dim() != 2 and kernel.dim() != 2"),
    *("image.dim() < 2 or kernel.dim() != 2", "image.dim() > 2 or kernel.dim() != 2"),
    *("image.dim() != 2 or kernel.dim() < 2", "image.dim() != 2 or kernel.dim() > 2"),
)
LARGER_CANVASES = (
    *("h + kh, w + kw - 1", "h + kh + 1, w + kw - 1", "h + kh - 0, w + kw - 1"),
    *("h + kh - 1, w + kw", "h + kh - 1, w + kw + 1", "h + kh - 1, w + kw - 0"),
)

EQUIVALENT: dict[str, dict[str, str]] = {
    "ex03.solution": {"+    if kernel_size < 0 or kernel_size % 2 == 0:": EVEN},
    "ex01.moved_images": {"= (image.to(dtype), kernel)": "the product of both has that dtype"},
    "ex01.plain_lists": {
        "= (image.tolist(), kernel, [])": "a tensor has rows and numbers as a list has",
        "len(pixels[-1]) - len(weights[0])": AS_THE_FIRST,
        "len(pixels[0]) - len(weights[-1])": AS_THE_FIRST,
    },
    "ex01.row_upon_row": {
        "-        raise ValueError(f'want a grey image": MORE,
        **{f"+    if {condition}:": MORE for condition in FEWER_DIMENSIONS},
    },
    "ex01.all_windows_at_once": {
        "(*starts, *kernel.shape)))": "ij is the default, of which PyTorch warns",
        "sum((-1, 2))": "of four dimensions the last but one is number 2",
    },
    "ex01.prints_of_the_kernel": {
        **{f"+    canvas = torch.zeros({size}, dtype": CROPPED for size in LARGER_CANVASES},
        "+= image[i, j] * kernel.to(canvas.dtype)": "the canvas keeps its dtype",
        "+= image[i, j].to(canvas.dtype) * kernel": "the canvas keeps its dtype",
    },
    "ex02.solution": {"-    return kernel.detach()\n+    return kernel": NO_GRAPH},
    "ex02.number_by_number": {"+    if edges not in {": "a word is a str"},
    "ex02.column_times_row": {"side * side.T": "a column times a row is the same either way"},
    "ex02.both_kernels_at_once": {"kernels[:, None])[-1]": ONE_IMAGE},
    "ex02.with_an_optimizer": {"mse_loss(target, correlate2d": "a squared difference is the same either way round"},
    "ex02.one_step_and_the_rest": {
        "kernel = start.requires_grad_()": "each step has a tensor of its own to start from"
    },
    "ex02.with_hypot": {
        "+    return torch.hypot(*(correlate2d(image, right.sobel(edges)) for": "whole weights are exact in float32",
    },
    "ex03.pixels_on_one_side": {
        "+    if kernel_size % 2 != 1 or kernel_size < 1:": EVEN,
        "+    if kernel_size % 2 != 1 or kernel_size <= 0:": EVEN,
        "+    if kernel_size % 2 < 1 or kernel_size < 0:": "what is left of a division by 2 is 0 or 1",
        "if 2 * pixel >= kernel_size": "an odd number is twice no pixel",
    },
    "ex03.by_trying": {
        "range(max(-1, kernel_size))": "a kernel below 1 has no paddings to try",
        "range(max(1, kernel_size))": "with a padding of 0 alone no kernel below 1 keeps the size",
    },
    "ex03.set_of_pixels": {
        "{stride * i - a for i": "pixels to the left are as many as those to the right",
        "pixels = {-1}": FROM_0,
        "pixels = {1}": FROM_0,
        "max(pixels) + min(pixels) + 1": FROM_0,
        "+    return max(pixels) + 1": FROM_0,
    },
    "ex03.last_layer_and_those_before": {
        "return last + 1": FROM_0,
        "return last + first + 1": FROM_0,
        "first_and_last(index - 1, first, last * stride": FROM_0,
        "first_and_last(index - 1, first // stride, last * stride": FROM_0,
    },
    "ex04.ring_by_ring": {"image.dim() < 2": MORE, "image.dim() > 2": MORE},
    "ex04.all_windows_at_once": {"('padding', pair(padding), -1)": "pad2d looks at the padding too"},
    "ex04.rows_stacked": {"len(image[-1]) + 2 * pw": AS_THE_FIRST},
    "ex04.strided_windows": {
        "down * sh, sw, down": "the last stride of a contiguous image is 1",
        "windows, kernel.to(dtype)": "image and kernel have one dtype",
        "windows.to(dtype), kernel)": "image and kernel have one dtype",
    },
    "ex04.which_rows_which_columns": {
        "range(len(kernel[0]))))": "a sum that begins with the number 0 has the dtype of what is added",
        "range(len(kernel[-1]))": AS_THE_FIRST,
    },
    "ex05.solution": {
        "-    if volume.shape[1] < kernel.shape[1] or volume.shape[2] < kernel.shape[2]:": GIVEN,
        "-        raise ValueError(f'a kernel of": GIVEN,
    },
    "ex05.window_by_window": {"+    return torch.stack(rows)": "they have the dtype of the volume by then"},
    "ex05.weight_by_weight": {
        "else bias.view(-1, 1, 1)": "what is added to it makes it as large",
    },
    "ex05.maps_one_by_one": {"torch.cat(maps)": "the first dimension is the one that is meant"},
    "ex05.strided_windows": {"down * sh, sw, down": "the last stride of a contiguous image is 1"},
    "ex05.first_sample_and_the_others": {"pad2d(input[-1], padding)": "there is one sample by then"},
    "ex07.solution": {"+ 9 * 4 + 6": "six once is six"},
    "ex07.layer_made": {
        "+    layer = nn.Conv2d(in_channels, out_channels, kernel_size)": "an unused bias is not counted"
    },
    "ex07.weight_by_weight": {
        **{"no layer has": MORE, "kw, kw) < 1": MORE, "kh, kh) < 1": MORE, "kh, kw) < 0": MORE},
    },
    "ex07.module_by_module": dict.fromkeys(
        ("+        for parameter in part.parameters():", "recurse=True"), "what was seen is not counted again"
    ),
    "ex07.one_long_row": {"+    rows = [parameter.flatten()": "a count remembers no gradients"},
    "ex07.listed": dict.fromkeys(("(o, c, b, b)", "(o, c, a, a)"), "only how many there are is counted"),
    "ex08.OneByOne": {
        "padding='same')\n+        pass": "the model answer's convolution is there already",
        "-            raise ValueError(f'images of": LOOKED_AT_BY_FC1,
        "shape[1:] < (8, 8, 8)": LOOKED_AT_BY_FC1,
        "shape[1:] > (8, 8, 8)": LOOKED_AT_BY_FC1,
    },
    "ex08.InTwoHalves": {"nn.MaxPool2d(kernel_size=2))": "without a stride it is the window's size"},
    "ex09.by_number": {"else -2 for": "any negative number stands for a class that is not wanted"},
    "ex09.squares_less_square": {"images[:, -1].numel()": "all channels have as many numbers as the first"},
    "ex09.channel_by_channel": {
        "torch.promote_types(std.dtype, torch.result_type(images, mean))": EITHER_ORDER,
        "torch.result_type(images, std), std.dtype)": "nobody promises the dtype where mean and std have two",
        "range(len(std))": "mean and std have as many numbers by then",
    },
    "ex09.samplers": {"batch_sampler=batches, generator=generator)": "the default puts batches together alike"},
    "ex09.shape_that_fits": {
        "numbers.dim() < 1 or": MORE,
        "numbers.dim() > 1 or": MORE,
        "+        if numbers.numel() != channels:": MORE,
    },
    "ex10.read_once": {
        "torch.zeros((), device=device)": "a mean loss may be added up in float32",
        "torch.zeros((), dtype=torch.float64), 0)": "a number without dimensions goes with any device",
        "optimizer.zero_grad()": NONE_OR_ZEROS,
        "optimizer.zero_grad(set_to_none=True)": NONE_OR_ZEROS,
        "(total + loss, count + 1)": "nobody promises that an epoch keeps no graph of its batches",
    },
    "ex10.epoch_and_step": {
        "optimizer.zero_grad()": NONE_OR_ZEROS,
        "optimizer.zero_grad(set_to_none=False)": NONE_OR_ZEROS,
        "return float(loss)": "a plain number has no graph",
    },
    "ex11.of_probabilities": {
        "+    return outputs.argmax(dim=-1)": "softmax leaves the largest the largest",
        "argmax(dim=1)": "of two dimensions the last one is number 1",
    },
    "ex11.compared_on_the_cpu": {"labels.shape[-1]": "labels have one dimension"},
    "ex11.decorated": {
        "torch.zeros(2, device=device)": "float32 counts as far as 16 million without a slip",
        "counts -= ": "both counts are negative then, and their quotient is the same",
    },
    "ex11.each_layer_in_its_own_mode": {
        "-    model.eval()": "layers that came in another mode than the model's may have either one"
    },
    "ex11.sorted_stably": {"outputs.sort(descending=True": "the last dimension is the default"},
    "ex11.all_predictions_first": {"torch.eq(labels, predicted)": EITHER_ORDER},
    "ex12.solution": {"torch.load(path, map_location=device)": WEIGHTS_ONLY},
    "ex12.through_an_open_file": dict.fromkeys(("tensor.detach() for", "tensor.cpu() for"), AS_IN_STATE_DICT),
    "ex12.copied": dict.fromkeys(("tensor.detach() for", "tensor.clone() for"), AS_IN_STATE_DICT),
    "ex12.as_bytes_first": {"torch.load(content, map_location='cpu')": WEIGHTS_ONLY},
    "ex06.shifted_and_divided": {
        "+    if ph > kh // 2 or pw > kw / 2:": ROUNDED,
        "+    if ph > kh / 2 or pw > kw // 2:": ROUNDED,
    },
    "ex06.sorted_windows": {
        "-    if input.dim() != 4:\n-        raise": MORE,
        "+    if input.dim() < 4:": MORE,
        "+    if input.dim() > 4:": MORE,
        "-        raise TypeError('an input has four dimensions')": MORE,
        "-        raise ValueError(f'padding should be": LOOKED_AT,
        **{f"+    if {condition}:": LOOKED_AT for condition in FEWER_LOOKS},
    },
    "ex06.running_sums": {"(1, 1, 1, 0)": CROPPED, "(1, 0, 1, 1)": CROPPED},
    "ex06.matrices": {
        "-        raise ValueError(f'averages of": MORE,
        "+    if not input.is_floating_point():": MORE,
        "+    if min(sh, sw) < 1:": MORE,
        "floating_point() and min(sh, sw) < 1:": MORE,
        "floating_point() or min(sw, sw) < 1:": MORE,
        "floating_point() or min(sh, sh) < 1:": MORE,
        "floating_point() or min(sh, sw) < 0:": MORE,
    },
    "ex06.rows_then_columns": {"kh > padded.shape[2] or": "of four dimensions the last but one is number 2"},
    "ex13.solution": {"_refuse_channels(weight, input)": "the complaint has the same numbers in another order"},
    "ex13.loops": {
        "torch.zeros_like(weight[:, -1, 0, 0])": ONE_FOR_EACH_FILTER,
        "torch.zeros_like(weight[:, 0, -1, 0])": ONE_FOR_EACH_FILTER,
        "torch.zeros_like(weight[:, 0, 0, -1])": ONE_FOR_EACH_FILTER,
    },
    "ex13.full_convolution": {
        "apart[:, :, ::sh, :columns * sw:sw]": "there are as many rows as that",
        "apart[:, :, :rows * sh:sh, ::sw]": "there are as many columns as that",
        "(kw - 1, kw, kh - 1, kh - 1)": CROPPED,
        "(kw - 1, kw + 1, kh - 1, kh - 1)": CROPPED,
        "(kw - 1, kw - 0, kh - 1, kh - 1)": CROPPED,
        "(kw - 1, kw - 1, kh - 1, kh)": CROPPED,
        "(kw - 1, kw - 1, kh - 1, kh + 1)": CROPPED,
        "(kw - 1, kw - 1, kh - 1, kh - 0)": CROPPED,
    },
    "ex13.places_of_the_forward_pass": {
        "-    if 0 in grad_output.shape:": "PyTorch refuses a window that does not fit by itself",
        "-        raise ValueError(f'an empty gradient": "PyTorch refuses a window that does not fit by itself",
    },
    "ex13.mask_of_first_places": {
        "+    largest = windows == windows.amax(4, keepdim=True)": "truth is counted and multiplied as 0 and 1 are",
    },
    "ex14.solution": {"input.split(2)": "it is made of two samples at a time, with more memory"},
    "ex14.as_strided": {
        "pad2d(input, padding))": "pad2d makes a new image, which is contiguous",
        "u * sh, sw)": "the last stride of a contiguous image is 1",
    },
    "ex14.one_product_for_all": {
        "movedim(1, 0)": EITHER_WAY,
    },
    "ex15.in_loops": {"c / groups != c_in": "groups divides the channels without a rest by then"},
    "ex15.convolved": {
        "-    look_at(input, weight)": "the convolution refuses other channels too",
    },
    "ex15.pixel_by_pixel": {
        f"torch.zeros(n, c_out, {height}, {width}, dtype": CROPPED
        for height, width in (
            *(("h * sh + kh", "(w - 1) * sw + kw"), ("(h + 1) * sh + kh", "(w - 1) * sw + kw")),
            *(("(h - 0) * sh + kh", "(w - 1) * sw + kw"), ("(h - 1) * sh + kh", "w * sw + kw")),
            *(("(h - 1) * sh + kh", "(w + 1) * sw + kw"), ("(h - 1) * sh + kh", "(w - 0) * sw + kw")),
        )
    },
    "ex16.solution": {
        "x[:, -1].numel()": "all channels have as many numbers as the first",
        "torch.rand_like(x) > self.p": "a number drawn by chance is hardly ever p itself",
        "if self.p < 1 else 1": "with p = 1 nothing is kept that could be enlarged",
        "if self.p < 1 else -1": "with p = 1 nothing is kept that could be enlarged",
    },
    "ex16.InViews": {"torch.tensor(0))": "a whole number becomes a torch.long by itself"},
    "ex16.InRows": {"rows.var(dim=1)": "unbiased is the default"},
    "ex16.Bernoulli": dict.fromkeys(
        ("if self.training:", "self.p >= 0:", "self.p > -1:"), "with p = 0 all is kept, and divided by 1"
    ),
    "ex16.Where": {
        **dict.fromkeys(("if not self.training:", "self.p == -1:"), "with p = 0 all is kept, and divided by 1"),
        "+            return x": "nobody promises a copy in eval mode",
        "torch.rand(x.shape, device=x.device)": "chance in float32 keeps as many as chance in float64",
        "<= self.p": "a number drawn by chance is hardly ever p itself",
    },
    "ex16.MaskInPlace": {"self.p < 1.0": "p is 1 at most"},
    "ex17.solution": {"kaiming_normal_(self.conv.weight)": BY_DEFAULT},
    "ex17.StepByStep": {
        "kaiming_normal_(self.conv.weight)": BY_DEFAULT,
        "-        torch.nn.init.zeros_(self.batch_norm.bias)": "a new BatchNorm2d begins with zeros",
    },
    "ex17.DrawnByHand": {"(2 / (10 * n_chans))": "numbers drawn by chance hardly tell it"},
    "ex17.ModuleList": {
        "super().__init__(n_chans, 1)": "its blocks are replaced",
        "super().__init__(n_chans, -1)": "its blocks are replaced",
    },
    "ex18.solution": {
        "torch.tensor([-1.0, 1.0])": ANOTHER_INPUT,
        "torch.tensor([0.0, 2.0])": ANOTHER_INPUT,
        "torch.tensor([[2, 0]]": ANOTHER_INPUT,
        "torch.ones(1, 1), 3, 1)": ANOTHER_INPUT,
        "torch.tensor([[-1.0], [1.0]])": ANOTHER_INPUT,
        "torch.tensor([[0.0], [2.0]])": ANOTHER_INPUT,
    },
    "ex18.views": {"torch.arange(8.0)": ANOTHER_INPUT},
    "ex18.by_trying": {
        "+    tried = ": "it is found among more inputs, or among fewer",
        "right_2(*each) < pairs": "round never rounds down further than // does",
        "differing[-1]": "there is one such input only",
    },
    **{
        f"ex18.{name}": {"+    return ": "a changed number makes another input, and many show the slip"}
        for name in (
            *("by_names", "negative_pixel", "whole_images", "drawn", "booleans", "int8_image"),
            *("kernel_of_3", "calls_by_name", "negative_rows"),
        )
    },
}
