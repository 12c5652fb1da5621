import math

import torch
from torch import nn

from kit.given import pair
from mistakes import mistake, right, right_answer


def changed(table, **parameters):
    """The rows of a table, some with another number of parameters."""
    return [(name, shape, size, parameters.get(name, number)) for name, shape, size, number in table]


def table_with(in_channels, filters, sides):
    """The rows for other filters in the first layer, or for other sides of the maps of the first four."""
    (a, b, c, d), features = sides, 16 * sides[-1] ** 2
    shapes = [(in_channels, 32, 32), (filters, a, a), (filters, b, b), (16, c, c), (16, d, d), (120,), (84,), (10,)]
    conv1, conv2 = right.conv2d_parameters(in_channels, filters, 5), right.conv2d_parameters(filters, 16, 5)
    numbers = [0, conv1, 0, conv2, 0, right.linear_parameters(features, 120), 10164, 850]
    names = [row[0] for row in right.lenet5_table()]
    return [(name, s, math.prod(s), n) for name, s, n in zip(names, shapes, numbers, strict=True)]


def trainable(parameters):
    """How many numbers training changes in these."""
    return sum(parameter.numel() for parameter in parameters if parameter.requires_grad)


# conv2d_parameters


@mistake("conv2d_parameters", "the channels of the input are ignored", "a filter is as deep as its input")
def channels_ignored(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(1, out_channels, kernel_size, bias)


@mistake(
    "conv2d_parameters", "each slice of a filter has a bias of its own", "a filter has one bias, however deep it is"
)
def bias_for_each_slice(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * right.conv2d_parameters(1, out_channels, kernel_size, bias)


@mistake("conv2d_parameters", "there is a bias for each input channel", "each of the maps that come out has one bias")
def bias_for_each_input_channel(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, kernel_size, False) + in_channels * bias


@mistake("conv2d_parameters", "the bias is counted even if there is none", "the argument bias")
def bias_even_without(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, kernel_size)


@mistake("conv2d_parameters", "the biases are forgotten", "each filter has one bias")
def biases_forgotten(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, kernel_size, False)


@mistake("conv2d_parameters", "all filters share one bias", "each filter has a bias of its own")
def one_bias_in_all(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, kernel_size, False) + bias


@mistake(
    "conv2d_parameters",
    "without a bias the answer is 0: the conditional expression reaches over the whole sum",
    "a + b if c else 0 means (a + b) if c else 0",
)
def nothing_without_bias(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, kernel_size) if bias else 0


@mistake("conv2d_parameters", "only one filter is counted", "how many filters the layer has: out_channels")
def one_filter_only(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, 1, kernel_size, bias)


@mistake(
    "conv2d_parameters", "the weights of one filter are counted, and the biases of all", "each filter has its weights"
)
def weights_of_one_filter(in_channels, out_channels, kernel_size, bias=True):
    weights = right.conv2d_parameters(in_channels, 1, kernel_size, False)
    return weights + (out_channels if bias else 0)


@mistake("conv2d_parameters", "a filter is taken to be as deep as the output", "a filter is as deep as its input")
def as_deep_as_the_output(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(out_channels, out_channels, kernel_size, bias)


@mistake("conv2d_parameters", "a kernel is taken for one row of numbers", "a kernel of 5×5 has 25 numbers")
def one_row_of_the_kernel(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, (pair(kernel_size)[0], 1), bias)


@mistake("conv2d_parameters", "the sides of the kernel are added", "a kernel of 5×5 has 25 numbers")
def sides_added(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, (sum(pair(kernel_size)), 1), bias)


@mistake("conv2d_parameters", "every kernel is taken for a square", "kernel_size may be a pair (height, width)")
def height_squared(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, pair(kernel_size)[0], bias)


@mistake("conv2d_parameters", "the kernel's size is taken for an int", "kernel_size may be a pair (height, width)")
def int_taken_for_granted(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * kernel_size**2 + bias)


@mistake(
    "conv2d_parameters",
    "the numbers that come out are counted, here of an image of 32×32",
    "parameters are what is learned, not what is computed with it",
)
def activations_counted(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = pair(kernel_size)
    return out_channels * (33 - kh) * (33 - kw)


@mistake(
    "conv2d_parameters",
    "the connections are counted, here of an image of 32×32",
    "a filter has the same weights at every place of the image",
)
def connections_of_a_layer(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = pair(kernel_size)
    return right.conv2d_parameters(in_channels, out_channels, kernel_size, bias) * (33 - kh) * (33 - kw)


@mistake("conv2d_parameters", "weights and biases are given as two numbers", "the answer is their sum")
def two_numbers(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, kernel_size, False), out_channels * bias


@mistake("conv2d_parameters", "the tensors are counted, not the numbers in them", "numel of each")
def weight_and_bias_are_two(in_channels, out_channels, kernel_size, bias=True):
    return len(list(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias).parameters()))


@mistake("conv2d_parameters", same_as="channels_ignored")
def f_squared_and_one(in_channels, out_channels, kernel_size, bias=True):
    f = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    per_filter = f[0] * f[1]
    if bias:
        per_filter += 1
    return per_filter * out_channels


@mistake("conv2d_parameters", same_as="bias_for_each_slice")
def one_more_for_each_kernel(in_channels, out_channels, kernel_size, bias=True):
    total = 0
    kh, kw = pair(kernel_size)
    for _ in range(out_channels):
        for _ in range(in_channels):
            total += kh * kw + (1 if bias else 0)
    return total


@mistake("conv2d_parameters", same_as="bias_for_each_input_channel")
def filters_and_channels_exchanged(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = pair(kernel_size)
    return in_channels * (out_channels * kh * kw + int(bias))


@mistake("conv2d_parameters", same_as="nothing_without_bias")
def conditional_at_the_end(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = pair(kernel_size)
    return in_channels * out_channels * kh * kw + out_channels if bias else 0


@right_answer("conv2d_parameters", "PyTorch makes the layer, and its numbers are counted")
def layer_made(in_channels, out_channels, kernel_size, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return layer.weight.numel() + (layer.bias.numel() if bias else 0)


@right_answer("conv2d_parameters", "weight by weight, with sizes that are checked")
def weight_by_weight(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = pair(kernel_size)
    if min(in_channels, out_channels, kh, kw) < 1:
        raise ValueError(f"no layer has {in_channels} channels, {out_channels} filters and kernels of {kh}×{kw}")
    weights = sum(1 for _ in range(in_channels) for _ in range(kh) for _ in range(kw))
    return sum(weights + 1 if bias else weights for _ in range(out_channels))


# linear_parameters


@mistake("linear_parameters", "the biases are forgotten", "each output has one bias")
def linear_without_bias(in_features, out_features, bias=True):
    return right.linear_parameters(in_features, out_features, False)


@mistake("linear_parameters", "there is a bias for each input", "each output has one bias")
def bias_for_each_input(in_features, out_features, bias=True):
    return in_features * (out_features + bias)


@mistake("linear_parameters", "all outputs share one bias", "each output has one bias")
def one_bias_for_all_outputs(in_features, out_features, bias=True):
    return in_features * out_features + bias


@mistake("linear_parameters", "each weight has a bias", "each output has one bias")
def bias_for_each_weight(in_features, out_features, bias=True):
    return in_features * out_features * (1 + bias)


@mistake("linear_parameters", "the biases are counted even if there are none", "the argument bias")
def biases_even_without(in_features, out_features, bias=True):
    return right.linear_parameters(in_features, out_features)


@mistake(
    "linear_parameters",
    "without a bias the answer is 0: the conditional expression reaches over the whole sum",
    "a + b if c else 0 means (a + b) if c else 0",
)
def no_weights_without_bias(in_features, out_features, bias=True):
    return right.linear_parameters(in_features, out_features) if bias else 0


@mistake("linear_parameters", "inputs and outputs are added", "each output looks at every input")
def features_added(in_features, out_features, bias=True):
    return in_features + out_features * bias


@mistake("linear_parameters", "the outputs are counted", "each output has a weight for every input")
def outputs_counted(in_features, out_features, bias=True):
    return out_features


@mistake("linear_parameters", same_as="bias_for_each_input")
def ones_beside_the_outputs(in_features, out_features, bias=True):
    weights = in_features * out_features
    if bias:
        return weights + in_features
    return weights


@right_answer("linear_parameters", "PyTorch makes the layer, and its shapes are multiplied")
def layer_made_and_multiplied(in_features, out_features, bias=True):
    layer = nn.Linear(in_features, out_features, bias=bias)
    return sum(math.prod(parameter.shape) for parameter in layer.parameters())


# lenet5_table


@mistake("lenet5_table", "a shape has its channels last", "PyTorch puts the channels first: (C, H, W)")
def channels_last(in_channels=3):
    return [(name, (*shape[1:], shape[0]), *rest) for name, shape, *rest in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "a shape begins with the batch", "(C, H, W) of one image, (F,) of its features")
def batch_in_the_shapes(in_channels=3):
    return [(name, (1, *shape), *rest) for name, shape, *rest in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "the shape of a fully connected layer is a number", "(120) is a number, (120,) a tuple")
def features_as_numbers(in_channels=3):
    table = right.lenet5_table(in_channels)
    return [(name, shape if len(shape) == 3 else shape[0], *rest) for name, shape, *rest in table]


@mistake("lenet5_table", "features are a column, (120, 1), as on the slide", "PyTorch's are (F,)")
def features_as_columns(in_channels=3):
    table = right.lenet5_table(in_channels)
    return [(name, shape if len(shape) == 3 else (*shape, 1), *rest) for name, shape, *rest in table]


@mistake("lenet5_table", "the shapes are lists", "a tuple is written (8, 28, 28)")
def shapes_as_lists(in_channels=3):
    return [(name, list(shape), *rest) for name, shape, *rest in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "the rows are lists", "a tuple is written (name, shape, size, parameters)")
def rows_as_lists(in_channels=3):
    return [list(row) for row in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "the table is a dict", "a list of rows, each beginning with its name")
def table_as_dict(in_channels=3):
    return {name: tuple(rest) for name, *rest in right.lenet5_table(in_channels)}


@mistake("lenet5_table", "the row of the input is missing", "the table begins with what goes in")
def input_missing(in_channels=3):
    return right.lenet5_table(in_channels)[1:]


@mistake("lenet5_table", "only layers that learn have a row", "pooling has a row, and so has the input")
def learning_rows_only(in_channels=3):
    return [row for row in right.lenet5_table(in_channels) if row[3]]


@mistake("lenet5_table", "a row of totals is added", "which rows the table has")
def totals_added(in_channels=3):
    table = right.lenet5_table(in_channels)
    return [*table, ("Total", (), sum(row[2] for row in table), sum(row[3] for row in table))]


@mistake("lenet5_table", "the names are the slide's: FC2, FC3 and Softmax", "the names in the docstring")
def names_of_the_slide(in_channels=3):
    names = {"FC1": "FC2", "FC2": "FC3", "Output": "Softmax"}
    return [(names.get(name, name), *rest) for name, *rest in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "size and parameters are exchanged", "the order within a row")
def columns_exchanged(in_channels=3):
    return [(name, shape, n, size) for name, shape, size, n in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "the images always have 3 channels", "the argument in_channels")
def always_three_channels(in_channels=3):
    return right.lenet5_table()


@mistake("lenet5_table", "the filters are those of 1998, 6 and 16", "the lecture's network has 8 and 16")
def filters_of_1998(in_channels=3):
    return table_with(in_channels, 6, (28, 14, 10, 5))


@mistake("lenet5_table", "the convolutions keep the size", "without padding 5×5 takes 4 rows and 4 columns")
def convolutions_keep_the_size(in_channels=3):
    return table_with(in_channels, 8, (32, 16, 16, 8))


@mistake("lenet5_table", "the pooling windows move on by 1", "2×2 with stride 2 halves the sides")
def pooling_moves_on_by_1(in_channels=3):
    return table_with(in_channels, 8, (28, 27, 23, 22))


@mistake("lenet5_table", "the sides are floats", "/ gives a float, // an int")
def sides_as_floats(in_channels=3):
    floats = [(name, (shape[0], *map(float, shape[1:])), n) for name, shape, _, n in right.lenet5_table(in_channels)]
    return [(name, shape, math.prod(shape), n) for name, shape, n in floats]


@mistake("lenet5_table", "the lecture's 208 and 416 are copied", "a filter of 5×5 is as deep as its input")
def numbers_of_the_lecture(in_channels=3):
    return changed(right.lenet5_table(in_channels), Conv1=208, Conv2=416)


@mistake("lenet5_table", "the lecture's size of Conv1, 6072, is copied", "28 · 28 · 8")
def size_of_the_lecture(in_channels=3):
    return [(name, s, 6072 if name == "Conv1" else size, n) for name, s, size, n in right.lenet5_table(in_channels)]


@mistake(
    "lenet5_table", "pooling is given parameters, four for each channel", "taking the largest of four learns nothing"
)
def pooling_learns(in_channels=3):
    return changed(right.lenet5_table(in_channels), Pool1=4 * 8, Pool2=4 * 16)


@mistake("lenet5_table", "the biases are forgotten", "a filter has one bias, and so has each output")
def no_biases_in_the_table(in_channels=3):
    biases = {"Conv1": 8, "Conv2": 16, "FC1": 120, "FC2": 84, "Output": 10}
    return [(name, s, size, n - biases.get(name, 0)) for name, s, size, n in right.lenet5_table(in_channels)]


@mistake(
    "lenet5_table", "the connections of the convolutions are counted", "a filter's weights are the same everywhere"
)
def connections_in_the_table(in_channels=3):
    conv1, conv2 = right.conv2d_parameters(in_channels, 8, 5), right.conv2d_parameters(8, 16, 5)
    return changed(right.lenet5_table(in_channels), Conv1=conv1 * 28 * 28, Conv2=conv2 * 10 * 10)


@mistake("lenet5_table", "FC1 looks at one map only", "all 16 maps of 5×5 are flattened into 400 numbers")
def one_map_into_fc1(in_channels=3):
    return changed(right.lenet5_table(in_channels), FC1=right.linear_parameters(25, 120))


@mistake("lenet5_table", "a size is that of one map", "the size counts the numbers of all maps: 8 · 28 · 28")
def size_of_one_map(in_channels=3):
    return [(name, shape, math.prod(shape[-2:]), n) for name, shape, _, n in right.lenet5_table(in_channels)]


@mistake("lenet5_table", same_as="numbers_of_the_lecture")
def slide_typed_in(in_channels=3):
    f = 5
    return [
        ("Input", (in_channels, 32, 32), in_channels * 32 * 32, 0),
        ("Conv1", (8, 28, 28), 6272, (f * f + 1) * 8),
        ("Pool1", (8, 14, 14), 1568, 0),
        ("Conv2", (16, 10, 10), 1600, (f * f + 1) * 16),
        ("Pool2", (16, 5, 5), 400, 0),
        ("FC1", (120,), 120, 400 * 120 + 120),
        ("FC2", (84,), 84, 120 * 84 + 84),
        ("Output", (10,), 10, 84 * 10 + 10),
    ]


@right_answer("lenet5_table", "an image goes through the layers, whose shapes are written down")
def image_sent_through(in_channels=3):
    layers = {"Input": nn.Identity(), "Conv1": nn.Conv2d(in_channels, 8, 5), "Pool1": nn.AvgPool2d(2)}
    layers |= {"Conv2": nn.Conv2d(8, 16, 5), "Pool2": nn.AvgPool2d(2), "FC1": nn.Linear(400, 120)}
    layers |= {"FC2": nn.Linear(120, 84), "Output": nn.Linear(84, 10)}
    table, maps = [], torch.zeros(1, in_channels, 32, 32)
    for name, layer in layers.items():
        maps = layer(maps.flatten(1) if name == "FC1" else maps)
        table.append((name, tuple(maps.shape[1:]), maps.numel(), right.count_parameters(layer)))
    return table


# lenet5_1998


@mistake("lenet5_1998", "every map of C3 looks at all 6 maps of S2", "6 look at three maps, 9 at four and 1 at all six")
def c3_fully_connected():
    return {**right.lenet5_1998(), "C3": right.conv2d_parameters(6, 16, 5)}


@mistake("lenet5_1998", "every map of C3 looks at one map of S2", "6 look at three maps, 9 at four and 1 at all six")
def c3_one_map_each():
    return {**right.lenet5_1998(), "C3": right.conv2d_parameters(1, 16, 5)}


@mistake("lenet5_1998", "every map of C3 looks at three maps of S2", "9 of the 16 look at four maps, and 1 at all six")
def c3_three_maps_each():
    return {**right.lenet5_1998(), "C3": right.conv2d_parameters(3, 16, 5)}


@mistake("lenet5_1998", "every kernel of C3 has a bias", "a map has one bias, however many maps it looks at")
def c3_bias_for_each_kernel():
    return {**right.lenet5_1998(), "C3": 60 * (25 + 1)}


@mistake("lenet5_1998", "the biases of C3 are forgotten", "every map has one bias")
def c3_without_biases():
    return {**right.lenet5_1998(), "C3": 60 * 25}


@mistake("lenet5_1998", "the map of C3 that looks at all six is left out", "6 + 9 + 1 = 16 maps")
def c3_without_the_last_map():
    return {**right.lenet5_1998(), "C3": (6 * 3 + 9 * 4) * 25 + 15}


@mistake("lenet5_1998", "pooling learns nothing, as today", "each map of S2 and S4 had a weight and a bias")
def pooling_as_today():
    return {**right.lenet5_1998(), "S2": 0, "S4": 0}


@mistake("lenet5_1998", "a map of S2 and S4 has four weights and no bias", "one weight for the average of all four")
def four_weights_for_each_map():
    return {**right.lenet5_1998(), "S2": 6 * 4, "S4": 16 * 4}


@mistake("lenet5_1998", "a map of S2 and S4 has four weights and a bias", "one weight for the average of all four")
def four_weights_and_a_bias():
    return {**right.lenet5_1998(), "S2": 6 * 5, "S4": 16 * 5}


@mistake("lenet5_1998", "a map of S2 and S4 has one number", "each was multiplied by a weight and got a bias")
def one_number_for_each_map():
    return {**right.lenet5_1998(), "S2": 6, "S4": 16}


@mistake("lenet5_1998", "S2 and S4 are left out", "each map of S2 and S4 had a weight and a bias")
def pooling_left_out():
    return {name: number for name, number in right.lenet5_1998().items() if name not in ("S2", "S4")}


@mistake("lenet5_1998", "C5 looks at one map of S4", "its kernels of 5×5 lie on all 16 maps")
def c5_one_map_each():
    return {**right.lenet5_1998(), "C5": right.conv2d_parameters(1, 120, 5)}


@mistake("lenet5_1998", "C5 is fully connected to 16 numbers", "S4 has 16 maps, each of 5×5")
def c5_from_16_numbers():
    return {**right.lenet5_1998(), "C5": right.linear_parameters(16, 120)}


@mistake("lenet5_1998", "the images have three channels", "one grey image")
def colour_images():
    return {**right.lenet5_1998(), "C1": right.conv2d_parameters(3, 6, 5)}


@mistake("lenet5_1998", "all biases are forgotten", "every map and every output has one bias")
def no_biases_in_1998():
    return {"C1": 150, "S2": 6, "C3": 1500, "S4": 16, "C5": 48000, "F6": 10080}


@mistake("lenet5_1998", "the connections are counted", "a weight that is used in many places is one parameter")
def connections_of_1998():
    return {"C1": 122304, "S2": 5880, "C3": 151600, "S4": 2000, "C5": 48120, "F6": 10164}


@mistake("lenet5_1998", "what comes after F6 is counted too", "it was not trained")
def output_of_1998():
    return {**right.lenet5_1998(), "Output": right.linear_parameters(84, 10)}


@mistake(
    "lenet5_1998",
    "the network is the one that is called LeNet-5 today, with 61706 parameters",
    "the docstring's C3 and S2",
)
def modern_network():
    return {**right.lenet5_1998(), "S2": 0, "C3": 2416, "S4": 0, "Output": 850}


@mistake("lenet5_1998", "the network is the lecture's, with 8 and 16 filters", "the docstring's C1, S2 and C3")
def network_of_the_lecture():
    return {"C1": 608, "S2": 0, "C3": 3216, "S4": 0, "C5": 48120, "F6": 10164}


@mistake("lenet5_1998", "the total is added", "which names the answer has")
def total_of_1998():
    return {**right.lenet5_1998(), "total": sum(right.lenet5_1998().values())}


@mistake("lenet5_1998", "the numbers come without their names", "a dict from names to numbers")
def numbers_without_names():
    return list(right.lenet5_1998().values())


@mistake("lenet5_1998", same_as="c3_fully_connected")
def all_six_typed_in():
    numbers = [(1 * 25 + 1) * 6, 12, (6 * 5 * 5 + 1) * 16, 32, (16 * 5 * 5 + 1) * 120, 121 * 84]
    return dict(zip(["C1", "S2", "C3", "S4", "C5", "F6"], numbers, strict=True))


@right_answer("lenet5_1998", "as numbers, in another order")
def numbers_only():
    return {"F6": 10164, "C5": 48120, "C3": 1516, "C1": 156, "S4": 32, "S2": 12}


# count_parameters


@mistake("count_parameters", "frozen ones count too", "requires_grad")
def frozen_too(module):
    return sum(parameter.numel() for parameter in module.parameters())


@mistake("count_parameters", "the frozen ones are counted, and only those", "requires_grad is True for what is trained")
def frozen_only(module):
    return sum(parameter.numel() for parameter in module.parameters() if not parameter.requires_grad)


@mistake("count_parameters", "what was counted is frozen, so that it is not counted again", "counting only looks")
def counted_ones_frozen(module):
    total = 0
    for parameter in module.parameters():
        total += parameter.numel() if parameter.requires_grad else 0
        parameter.requires_grad_(False)
    return total


@mistake("count_parameters", "tensors are counted, not the numbers in them", "numel of each")
def tensors_counted(module):
    return len([parameter for parameter in module.parameters() if parameter.requires_grad])


@mistake("count_parameters", "of each parameter only the first side is counted", "len gives a side, numel all numbers")
def first_side_only(module):
    return sum(len(parameter) for parameter in module.parameters() if parameter.requires_grad)


@mistake("count_parameters", "bytes are counted, not numbers", "a float32 has four bytes")
def bytes_counted(module):
    return sum(parameter.nbytes for parameter in module.parameters() if parameter.requires_grad)


@mistake("count_parameters", "the biases are forgotten", "a bias is a parameter like any other")
def weights_only(module):
    return trainable(parameter for name, parameter in module.named_parameters() if not name.endswith("bias"))


@mistake("count_parameters", "only parameters that have a gradient count", "before the first backward none has one")
def with_gradient_only(module):
    return sum(parameter.numel() for parameter in module.parameters() if parameter.grad is not None)


@mistake("count_parameters", "all that is saved is counted, buffers too", "state_dict holds more than parameters")
def all_that_is_saved(module):
    return sum(value.numel() for value in module.state_dict().values())


@mistake("count_parameters", "parameters beside the layers are left out", "a module may have some of its own")
def layers_alone(module):
    layers = [*module.children()] or [module]
    return sum(p.numel() for p in {p for layer in layers for p in layer.parameters()} if p.requires_grad)


@mistake("count_parameters", "the buffers are counted too", "a running mean is no parameter: no gradient changes it")
def buffers_too(module):
    return right.count_parameters(module) + sum(buffer.numel() for buffer in module.buffers())


@mistake("count_parameters", "what two layers share is counted in each of them", "a parameter in two places is one")
def shared_ones_twice(module):
    own = trainable(module.parameters(recurse=False))
    return own + sum(shared_ones_twice(child) for child in module.children())


@mistake(
    "count_parameters",
    "a layer that occurs twice is counted once, but a weight that two layers share twice",
    "a parameter is one, whatever modules it belongs to",
)
def shared_weights_twice(module):
    return sum(trainable(part.parameters(recurse=False)) for part in module.modules())


@mistake(
    "count_parameters",
    "what lies within a layer is counted again for every layer around it",
    "modules() and parameters()",
)
def nested_ones_again(module):
    return sum(right.count_parameters(part) for part in module.modules())


@mistake("count_parameters", "only the module's own parameters are counted", "recurse=False leaves out what is inside")
def own_ones_only(module):
    return trainable(module.parameters(recurse=False))


@mistake(
    "count_parameters",
    "only the layers directly inside are looked at",
    "a layer may hold layers, and parameters of its own",
)
def one_level_only(module):
    return sum(trainable(child.parameters(recurse=False)) for child in module.children())


@mistake("count_parameters", "parameters with equal numbers in them count once", "training changes each by itself")
def equal_ones_once(module):
    different = {(p.shape, tuple(p.flatten().tolist())) for p in module.parameters() if p.requires_grad}
    return sum(math.prod(shape) for shape, _ in different)


@mistake("count_parameters", "only known kinds of layers are counted", "a batch norm learns too, and so may any module")
def known_layers_only(module):
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    return right.count_parameters(nn.ModuleList(layers))


@mistake("count_parameters", "the answer is a tensor", "int(), item() and numel() give plain numbers")
def count_as_tensor(module):
    return torch.tensor(right.count_parameters(module))


@mistake("count_parameters", same_as="frozen_too")
def every_one_by_name(module):
    total = 0
    for _name, parameter in module.named_parameters():
        numbers = 1
        for side in parameter.size():
            numbers *= side
        total += numbers
    return total


@mistake("count_parameters", same_as="all_that_is_saved")
def values_of_the_state(module):
    state = module.state_dict()
    return sum(math.prod(state[key].shape) for key in state)


@mistake("count_parameters", same_as="nested_ones_again")
def loop_over_all_modules(module):
    count = 0
    for layer in module.modules():
        for weight in layer.parameters():
            if weight.requires_grad:
                count += weight.nelement()
    return count


@mistake("count_parameters", same_as="known_layers_only")
def convolutions_and_linears(module):
    seen, n = [], 0
    for layer in module.modules():
        if type(layer) in (nn.Linear, nn.Conv2d):
            for p in (layer.weight, layer.bias):
                if p is not None and p.requires_grad and not any(p is q for q in seen):
                    n += p.numel()
                    seen.append(p)
    return n


@right_answer("count_parameters", "module by module, with a memory for what was seen")
def module_by_module(module):
    seen, total = set(), 0
    for part in module.modules():
        for parameter in part.parameters(recurse=False):
            if parameter.requires_grad and id(parameter) not in seen:
                total += math.prod(parameter.shape)
            seen.add(id(parameter))
    return total


@right_answer("count_parameters", "all numbers joined into one long row")
def one_long_row(module):
    rows = [parameter.detach().flatten() for parameter in module.parameters() if parameter.requires_grad]
    return len(torch.cat(rows)) if rows else 0


@right_answer("conv2d_parameters", "a list of all weights and biases, counted")
def listed(in_channels, out_channels, kernel_size, bias=True):
    kh, kw = pair(kernel_size)
    weights = [
        (o, c, a, b) for o in range(out_channels) for c in range(in_channels) for a in range(kh) for b in range(kw)
    ]
    return len(weights) + (out_channels if bias else 0)


@right_answer("linear_parameters", "a convolution of 1 pixel")
def convolution_of_a_pixel(in_features, out_features, bias=True):
    return right.conv2d_parameters(in_features, out_features, 1, bias)


@right_answer("lenet5_table", "row upon row, with helpers")
def row_upon_row(in_channels=3):
    table = []

    def add(name, shape, parameters=0):
        size = 1
        for side in shape:
            size *= side
        table.append((name, shape, size, parameters))

    add("Input", (in_channels, 32, 32))
    for number, (depth, maps, side) in enumerate([(in_channels, 8, 28), (8, 16, 10)], start=1):
        add(f"Conv{number}", (maps, side, side), right.conv2d_parameters(depth, maps, 5))
        add(f"Pool{number}", (maps, side // 2, side // 2))
    for name, before, after in [("FC1", 400, 120), ("FC2", 120, 84), ("Output", 84, 10)]:
        add(name, (after,), right.linear_parameters(before, after))
    return table


@right_answer("count_parameters", "by recursion over the modules inside")
def modules_inside(module):
    def collect(part, known):
        for parameter in part._parameters.values():
            if parameter is not None:
                known[id(parameter)] = parameter
        for child in part.children():
            collect(child, known)
        return known

    return sum(p.numel() if p.requires_grad else 0 for p in collect(module, {}).values())
