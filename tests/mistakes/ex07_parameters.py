import math

import torch
from torch import nn

from kit.given import pair
from mistakes import mistake, right, right_answer


def changed(table, **parameters):
    """The rows of a table, some with another number of parameters."""
    return [(name, shape, size, parameters.get(name, number)) for name, shape, size, number in table]


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


@mistake("conv2d_parameters", "every kernel is taken for a square", "kernel_size may be a pair (height, width)")
def height_squared(in_channels, out_channels, kernel_size, bias=True):
    return right.conv2d_parameters(in_channels, out_channels, pair(kernel_size)[0], bias)


@mistake("linear_parameters", "the biases are forgotten", "each output has one bias")
def linear_without_bias(in_features, out_features, bias=True):
    return right.linear_parameters(in_features, out_features, False)


@mistake("linear_parameters", "there is a bias for each input", "each output has one bias")
def bias_for_each_input(in_features, out_features, bias=True):
    return in_features * (out_features + bias)


@mistake("lenet5_table", "a shape has its channels last", "PyTorch puts the channels first: (C, H, W)")
def channels_last(in_channels=3):
    return [(name, (*shape[1:], shape[0]), *rest) for name, shape, *rest in right.lenet5_table(in_channels)]


@mistake("lenet5_table", "the lecture's 208 and 416 are copied", "a filter of 5×5 is as deep as its input")
def numbers_of_the_lecture(in_channels=3):
    return changed(right.lenet5_table(in_channels), Conv1=208, Conv2=416)


@mistake(
    "lenet5_table", "pooling is given parameters, four for each channel", "taking the largest of four learns nothing"
)
def pooling_learns(in_channels=3):
    return changed(right.lenet5_table(in_channels), Pool1=4 * 8, Pool2=4 * 16)


@mistake("lenet5_table", "a size is that of one map", "the size counts the numbers of all maps: 8 · 28 · 28")
def size_of_one_map(in_channels=3):
    return [(name, shape, math.prod(shape[-2:]), n) for name, shape, _, n in right.lenet5_table(in_channels)]


@mistake("lenet5_1998", "every map of C3 looks at all 6 maps of S2", "6 look at three maps, 9 at four and 1 at all six")
def c3_fully_connected():
    return {**right.lenet5_1998(), "C3": right.conv2d_parameters(6, 16, 5)}


@mistake("lenet5_1998", "pooling learns nothing, as today", "each map of S2 and S4 had a weight and a bias")
def pooling_as_today():
    return {**right.lenet5_1998(), "S2": 0, "S4": 0}


@mistake("count_parameters", "frozen ones count too", "requires_grad")
def frozen_too(module):
    return sum(parameter.numel() for parameter in module.parameters())


@mistake("count_parameters", "tensors are counted, not the numbers in them", "numel of each")
def tensors_counted(module):
    return len([parameter for parameter in module.parameters() if parameter.requires_grad])


@mistake("count_parameters", "all that is saved is counted, buffers too", "state_dict holds more than parameters")
def all_that_is_saved(module):
    return sum(value.numel() for value in module.state_dict().values())


@mistake("count_parameters", "what two layers share is counted twice", "the same parameter under two names is one")
def shared_ones_twice(module):
    named = module.named_parameters(remove_duplicate=False)
    return sum(parameter.numel() for _, parameter in named if parameter.requires_grad)


@mistake("count_parameters", "only known kinds of layers are counted", "a batch norm learns too, and so may any module")
def known_layers_only(module):
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    return right.count_parameters(nn.ModuleList(layers))


@right_answer("conv2d_parameters", "PyTorch makes the layer, and its numbers are counted")
def layer_made(in_channels, out_channels, kernel_size, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return layer.weight.numel() + (layer.bias.numel() if bias else 0)


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


@right_answer("lenet5_1998", "as numbers, in another order")
def numbers_only():
    return {"F6": 10164, "C5": 48120, "C3": 1516, "C1": 156, "S4": 32, "S2": 12}


@right_answer("count_parameters", "module by module, with a memory for what was seen")
def module_by_module(module):
    seen, total = set(), 0
    for part in module.modules():
        for parameter in part.parameters(recurse=False):
            if parameter.requires_grad and id(parameter) not in seen:
                total += math.prod(parameter.shape)
            seen.add(id(parameter))
    return total
