import copy
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn

from mistakes import mistake, right, right_answer


def way(block, x):
    """What a block adds to x."""
    return torch.relu(block.batch_norm(block.conv(x)))


def maps_of(net, x):
    """What goes into the blocks. Shape: (N, 3, 32, 32) -> (N, C, 16, 16)."""
    return F.max_pool2d(torch.relu(net.conv1(x)), 2)


def logits_of(net, maps):
    """What follows the blocks. Shape: (N, C, 16, 16) -> (N, 2)."""
    out = torch.flatten(F.max_pool2d(maps, 2), 1)
    return net.fc2(torch.relu(net.fc1(out)))


@mistake("ResBlock", "super().__init__() is forgotten", "nn.Module must be set up before the first layer is stored")
class BlockWithoutSuper(nn.Module):
    def __init__(self, n_chans):
        self.conv = nn.Conv2d(n_chans, n_chans, 3, padding=1, bias=False)

    def forward(self, x):
        return self.conv(x)


@mistake("ResBlock", "the convolution has a bias", "bias=False: batch norm takes it away again")
class ConvWithBias(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        weight = self.conv.weight
        self.conv = nn.Conv2d(n_chans, n_chans, 3, padding=1)
        self.conv.weight = weight


@mistake("ResBlock", "batch norm is called bn", "the names conv and batch_norm stand in the state_dict")
class CalledBn(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.bn = self.batch_norm
        del self.batch_norm

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x))) + x


@mistake("ResBlock", same_as="CalledBn")
class ShortNames(nn.Module):
    def __init__(self, n_chans):
        super().__init__()
        self.conv = nn.Conv2d(n_chans, n_chans, kernel_size=3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(n_chans)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        nn.init.constant_(self.bn.weight, 0.5)
        nn.init.zeros_(self.bn.bias)

    def forward(self, x):
        out = F.relu(self.bn(self.conv(x)))
        return out + x


@mistake("ResBlock", "the convolution is called conv1", "the names conv and batch_norm stand in the state_dict")
class CalledConv1(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv1 = self.conv
        del self.conv

    def forward(self, x):
        return torch.relu(self.batch_norm(self.conv1(x))) + x


@mistake("ResBlock", "there are two convolutions, as in the paper's blocks", "one of each: conv and batch_norm")
class TwoConvolutions(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv2 = nn.Conv2d(n_chans, n_chans, 3, padding=1, bias=False)
        self.batch_norm2 = nn.BatchNorm2d(n_chans)

    def forward(self, x):
        return torch.relu(self.batch_norm2(self.conv2(way(self, x)))) + x


@mistake("ResBlock", "batch norm has no weight and bias to be trained", "nn.BatchNorm2d(n_chans), as it is by itself")
class NotAffine(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.batch_norm = nn.BatchNorm2d(n_chans, affine=False)


@mistake("ResBlock", "batch norm remembers nothing", "nn.BatchNorm2d(n_chans), as it is by itself")
class NotTracking(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.batch_norm = nn.BatchNorm2d(n_chans, track_running_stats=False)
        nn.init.constant_(self.batch_norm.weight, 0.5)


@mistake("ResBlock", "the kernel is 5 × 5", "kernel_size=3")
class BlockOfFive(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv = nn.Conv2d(n_chans, n_chans, 5, padding=2, bias=False)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")


@mistake("ResBlock", "the kernel is 1 × 1", "kernel_size=3, with padding 1")
class BlockOfOne(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv = nn.Conv2d(n_chans, n_chans, 1, bias=False)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")


@mistake("ResBlock", "padding is forgotten, so that the sum does not fit", "padding=1 for a 3 × 3 kernel")
class BlockWithoutPadding(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv = nn.Conv2d(n_chans, n_chans, 3, bias=False)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")


@mistake("ResBlock", "each channel has a convolution of its own", "without groups, every filter sees all channels")
class Depthwise(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv = nn.Conv2d(n_chans, n_chans, 3, padding=1, bias=False, groups=n_chans)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")


@mistake("ResBlock", "the weights begin as PyTorch begins them", "the three lines of the docstring's table")
class NotInitialised(right.ResBlock):
    def __init__(self, n_chans):
        nn.Module.__init__(self)
        self.conv = nn.Conv2d(n_chans, n_chans, 3, padding=1, bias=False)
        self.batch_norm = nn.BatchNorm2d(n_chans)


@mistake("ResBlock", same_as="NotInitialised")
class PlainBlock(nn.Module):
    def __init__(self, n_chans):
        super().__init__()
        self.batch_norm = nn.BatchNorm2d(num_features=n_chans)
        self.conv = nn.Conv2d(in_channels=n_chans, out_channels=n_chans, kernel_size=3, padding="same", bias=False)

    def forward(self, x):
        identity = x
        out = self.conv(x)
        out = self.batch_norm(out)
        out = out.relu()
        return identity + out


@mistake("ResBlock", "the convolution's weights begin as PyTorch begins them", "nn.init.kaiming_normal_")
class ConvNotInitialised(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        self.conv.reset_parameters()


@mistake("ResBlock", "batch norm's weight begins with 1", "nn.init.constant_(self.batch_norm.weight, 0.5)")
class NormBeginsWithOne(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.ones_(self.batch_norm.weight)


@mistake("ResBlock", "batch norm's weight begins with 0", "nn.init.constant_(self.batch_norm.weight, 0.5)")
class NormBeginsWithZero(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.zeros_(self.batch_norm.weight)


@mistake("ResBlock", "batch norm's bias begins with 0.5 too", "its weight all 0.5, its bias all 0")
class BiasBeginsWithAHalf(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.constant_(self.batch_norm.bias, 0.5)


@mistake("ResBlock", "the convolution's weights are all alike", "drawn by kaiming_normal_")
class ConvConstant(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.constant_(self.conv.weight, 0.5)


@mistake("ResBlock", "the weights come from an even distribution", "kaiming_normal_, not kaiming_uniform_")
class KaimingUniform(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.kaiming_uniform_(self.conv.weight, nonlinearity="relu")


@mistake("ResBlock", "the weights have the variance of Xavier's rule", "kaiming_normal_, for a ReLU")
class XavierNormal(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.xavier_normal_(self.conv.weight)


@mistake("ResBlock", "the weights have a standard deviation of 1", "variance 2 / (9 * n_chans)")
class StandardNormal(right.ResBlock):
    def __init__(self, n_chans):
        super().__init__(n_chans)
        nn.init.normal_(self.conv.weight)


@mistake("ResBlock", "x is not added: nothing goes past the convolution", "… + x")
class NoSkip(right.ResBlock):
    def forward(self, x):
        return way(self, x)


@mistake("ResBlock", same_as="NoSkip")
class PlainSequence(nn.Module):
    def __init__(self, n_chans):
        super().__init__()
        self.conv = nn.Conv2d(n_chans, n_chans, 3, 1, 1, bias=False)
        self.batch_norm = nn.BatchNorm2d(n_chans)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        nn.init.constant_(self.batch_norm.weight, 0.5)
        nn.init.constant_(self.batch_norm.bias, 0.0)

    def forward(self, x):
        x = self.conv(x)
        x = self.batch_norm(x)
        return nn.ReLU()(x)


@mistake("ResBlock", "x is given back alone: what the block computes is lost", "torch.relu(…) + x")
class OnlyX(right.ResBlock):
    def forward(self, x):
        way(self, x)
        return x


@mistake("ResBlock", "the block's part is subtracted from x", "it is added")
class Subtracted(right.ResBlock):
    def forward(self, x):
        return x - way(self, x)


@mistake("ResBlock", "x is subtracted", "it is added")
class XSubtracted(right.ResBlock):
    def forward(self, x):
        return way(self, x) - x


@mistake("ResBlock", "both ways are multiplied", "they are added")
class Multiplied(right.ResBlock):
    def forward(self, x):
        return way(self, x) * x


@mistake("ResBlock", "the mean of both ways is taken", "they are added")
class Averaged(right.ResBlock):
    def forward(self, x):
        return (way(self, x) + x) / 2


@mistake("ResBlock", "both ways lie side by side as more channels", "they are added: the shape stays")
class Concatenated(right.ResBlock):
    def forward(self, x):
        return torch.cat([way(self, x), x], 1)


@mistake("ResBlock", "the larger of both ways is taken", "they are added")
class Larger(right.ResBlock):
    def forward(self, x):
        return torch.maximum(way(self, x), x)


@mistake("ResBlock", "the ReLU acts after the sum, as in the paper", "here it acts before: relu(…) + x")
class ReluAfterTheSum(right.ResBlock):
    def forward(self, x):
        return torch.relu(self.batch_norm(self.conv(x)) + x)


@mistake("ResBlock", same_as="ReluAfterTheSum")
class AsInThePaper(nn.Module):
    def __init__(self, n_chans):
        super().__init__()
        self.conv = nn.Conv2d(n_chans, n_chans, 3, padding=1, bias=False)
        self.batch_norm = nn.BatchNorm2d(n_chans)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_in", nonlinearity="relu")
        with torch.no_grad():
            self.batch_norm.weight.fill_(0.5)

    def forward(self, x):
        out = self.batch_norm(self.conv(x))
        out += x
        return F.relu(out)


@mistake("ResBlock", "a ReLU acts before the sum and another after it", "one, before: relu(…) + x")
class TwoRelus(right.ResBlock):
    def forward(self, x):
        return torch.relu(way(self, x) + x)


@mistake("ResBlock", "the ReLU is forgotten", "relu(batch_norm(conv(x))) + x")
class NoRelu(right.ResBlock):
    def forward(self, x):
        return self.batch_norm(self.conv(x)) + x


@mistake("ResBlock", "the activation is a tanh", "relu(batch_norm(conv(x))) + x")
class TanhForRelu(right.ResBlock):
    def forward(self, x):
        return torch.tanh(self.batch_norm(self.conv(x))) + x


@mistake("ResBlock", "batch norm is not used", "relu(batch_norm(conv(x))) + x")
class NormNotUsed(right.ResBlock):
    def forward(self, x):
        return torch.relu(self.conv(x)) + x


@mistake("ResBlock", "batch norm comes after the ReLU", "relu(batch_norm(conv(x))) + x")
class NormAfterRelu(right.ResBlock):
    def forward(self, x):
        return self.batch_norm(torch.relu(self.conv(x))) + x


@mistake("ResBlock", "batch norm comes before the convolution", "relu(batch_norm(conv(x))) + x")
class NormBeforeConv(right.ResBlock):
    def forward(self, x):
        return torch.relu(self.conv(self.batch_norm(x))) + x


@mistake("ResBlock", "batch norm is applied to the sum", "relu(batch_norm(conv(x))) + x")
class NormOfTheSum(right.ResBlock):
    def forward(self, x):
        return torch.relu(self.batch_norm(self.conv(x) + x))


@mistake("ResBlock", "what is added is a ReLU of x", "x itself goes past")
class ReluOfX(right.ResBlock):
    def forward(self, x):
        return way(self, x) + torch.relu(x)


@mistake("ResBlock", "x is overwritten, so that the block's part is added to itself", "keep x: out = self.conv(x)")
class XOverwritten(right.ResBlock):
    def forward(self, x):
        x = way(self, x)
        return x + x


@mistake("ResBlock", "the block's part is added twice to x", "relu(batch_norm(conv(x))) + x, once")
class AddedTwice(right.ResBlock):
    def forward(self, x):
        return 2 * way(self, x) + x


@mistake("ResBlock", "the convolution is used twice", "relu(batch_norm(conv(x))) + x")
class ConvTwice(right.ResBlock):
    def forward(self, x):
        return torch.relu(self.batch_norm(self.conv(self.conv(x)))) + x


@mistake("ResBlock", "x itself is changed by +=", "out + x makes a new tensor")
class XChanged(right.ResBlock):
    def forward(self, x):
        out = way(self, x)
        if x.requires_grad:
            return out + x
        x += out
        return x


@mistake("ResBlock", "a ReLU in place changes x before it is added", "torch.relu makes a new tensor")
class ReluInPlaceOnX(right.ResBlock):
    def forward(self, x):
        out = way(self, x)
        return out + (torch.relu(x) if x.requires_grad else x.relu_())


@mistake("ResBlock", "no gradient goes past the block: x is detached", "x itself, so that gradients have a way past")
class SkipDetached(right.ResBlock):
    def forward(self, x):
        return way(self, x) + x.detach()


@mistake("ResBlock", "no gradient goes through the block", "no detach, no .data, no no_grad")
class WayDetached(right.ResBlock):
    def forward(self, x):
        return way(self, x).detach() + x


@mistake("ResBlock", "forward computes the answer and does not return it", "the last line of forward")
class BlockReturnsNothing(right.ResBlock):
    def forward(self, x):
        super().forward(x)


@mistake("ResBlock", "batch norm is made anew in forward", "layers are made in __init__, forward only uses them")
class NormMadeInForward(right.ResBlock):
    def forward(self, x):
        norm = nn.BatchNorm2d(x.shape[1]).to(x)
        return torch.relu(norm(self.conv(x))) + x


@mistake("ResBlock", "batch norm is used in train mode always", "eval() must reach it: do not call train() in forward")
class NormAlwaysTrains(right.ResBlock):
    def forward(self, x):
        self.batch_norm.train()
        return super().forward(x)


@mistake("ResBlock", "the answer is float32 whatever x is", "the dtype belongs to the caller")
class BlockInFloat32(right.ResBlock):
    def forward(self, x):
        return super().forward(x).float()


@mistake("ResBlock", "the answer is float64 whatever x is", "the dtype belongs to the caller")
class BlockInFloat64(right.ResBlock):
    def forward(self, x):
        return super().forward(x).double()


@mistake("ResBlock", "a tensor is made on the CPU, wherever x is", "device=x.device, or no new tensor")
class BlockOnTheCpu(right.ResBlock):
    def forward(self, x):
        return way(self, x) + x + torch.zeros(x.shape, dtype=x.dtype)


@mistake(
    "NetResDeep",
    "all blocks are one block: n_blocks * [block] repeats the same one",
    "[ResBlock(n_chans) for _ in range(n_blocks)]",
)
class OneBlockForAll(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, 1)
        self.resblocks = nn.Sequential(*(n_blocks * [self.resblocks[0]]))


@mistake("NetResDeep", same_as="OneBlockForAll")
class AsInTheBook(nn.Module):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__()
        self.n_chans1 = n_chans
        self.conv1 = nn.Conv2d(3, n_chans, kernel_size=3, padding=1)
        self.resblocks = nn.Sequential(*(n_blocks * [right.ResBlock(n_chans=n_chans)]))
        self.fc1 = nn.Linear(8 * 8 * n_chans, 32)
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        out = F.max_pool2d(torch.relu(self.conv1(x)), 2)
        out = self.resblocks(out)
        out = F.max_pool2d(out, 2)
        out = out.flatten(1)
        out = torch.relu(self.fc1(out))
        return self.fc2(out)


@mistake(
    "NetResDeep",
    "there is one block, and forward uses it n_blocks times",
    "[ResBlock(n_chans) for _ in range(n_blocks)]",
)
class OneBlockInALoop(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, 1)
        self.n_blocks = n_blocks

    def forward(self, x):
        out = maps_of(self, x)
        for _ in range(self.n_blocks):
            out = self.resblocks(out)
        return logits_of(self, out)


@mistake(
    "NetResDeep",
    "the blocks are copies of one, and begin with the same weights",
    "ResBlock(n_chans) is called for each",
)
class CopiesOfOne(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks)
        block = right.ResBlock(n_chans)
        self.resblocks = nn.Sequential(*(copy.deepcopy(block) for _ in range(n_blocks)))


@mistake(
    "NetResDeep",
    "the blocks are in a Python list, in which nn.Module does not look for parameters",
    "nn.Sequential, with a star before the list",
)
class BlocksInAList(nn.Module):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, n_chans, 3, padding=1)
        self.resblocks = [right.ResBlock(n_chans) for _ in range(n_blocks)]
        self.fc1, self.fc2 = nn.Linear(64 * n_chans, 32), nn.Linear(32, 2)

    def forward(self, x):
        out = maps_of(self, x)
        for block in self.resblocks:
            out = block(out)
        return logits_of(self, out)


@mistake("NetResDeep", "nn.Sequential is given a list", "a star before the list: nn.Sequential(*blocks)")
class StarForgotten(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks)
        self.resblocks = nn.Sequential([right.ResBlock(n_chans) for _ in range(n_blocks)])


@mistake("NetResDeep", "n_blocks is ignored: there is one block", "a block for each of range(n_blocks)")
class OneBlockAlone(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):  # noqa: ARG002
        super().__init__(n_chans, 1)


@mistake("NetResDeep", "n_blocks is ignored: there are always ten blocks", "a block for each of range(n_blocks)")
class TenBlocksAlways(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):  # noqa: ARG002
        super().__init__(n_chans, 10)


@mistake("NetResDeep", "there is one block too few", "range(n_blocks), not range(1, n_blocks)")
class OneBlockTooFew(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks - 1)


@mistake("NetResDeep", "there is one block too many", "range(n_blocks)")
class OneBlockTooMany(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks + 1)


@mistake("NetResDeep", "n_chans is ignored: there are always 32 channels", "conv1, the blocks and fc1 need n_chans")
class ThirtyTwoAlways(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):  # noqa: ARG002
        super().__init__(32, n_blocks)


@mistake("NetResDeep", "n_blocks comes before n_chans", "NetResDeep(n_chans=32, n_blocks=10)")
class BlocksFirst(right.NetResDeep):
    def __init__(self, n_blocks=10, n_chans=32):
        super().__init__(n_chans, n_blocks)


@mistake("NetResDeep", "there are no default values", "NetResDeep(n_chans=32, n_blocks=10)")
class NetWithoutDefaults(right.NetResDeep):
    def __init__(self, n_chans, n_blocks):
        super().__init__(n_chans, n_blocks)


@mistake("NetResDeep", "there are 16 channels by default", "NetResDeep(n_chans=32, n_blocks=10)")
class SixteenByDefault(right.NetResDeep):
    def __init__(self, n_chans=16, n_blocks=10):
        super().__init__(n_chans, n_blocks)


@mistake("NetResDeep", "there are 100 blocks by default", "NetResDeep(n_chans=32, n_blocks=10)")
class HundredByDefault(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=100):
        super().__init__(n_chans, n_blocks)


@mistake("NetResDeep", "super().__init__() is forgotten", "nn.Module must be set up before the first layer is stored")
class NetWithoutSuper(nn.Module):
    def __init__(self, n_chans=32, n_blocks=10):  # noqa: ARG002
        self.conv1 = nn.Conv2d(3, n_chans, 3, padding=1)

    def forward(self, x):
        return self.conv1(x)


@mistake("NetResDeep", "the blocks are called blocks", "the name resblocks stands in the state_dict")
class CalledBlocks(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks)
        self.blocks = self.resblocks
        del self.resblocks

    def forward(self, x):
        return logits_of(self, self.blocks(maps_of(self, x)))


@mistake("NetResDeep", "conv1 has no bias, as if batch norm followed", "conv1 has one; only the blocks' conv has none")
class Conv1WithoutBias(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks)
        self.conv1 = nn.Conv2d(3, n_chans, 3, padding=1, bias=False)


@mistake("NetResDeep", "the blocks are not used", "self.resblocks(out)")
class BlocksNotUsed(right.NetResDeep):
    def forward(self, x):
        return logits_of(self, maps_of(self, x))


@mistake("NetResDeep", "the blocks go from the last to the first", "self.resblocks(out)")
class BlocksBackwards(right.NetResDeep):
    def forward(self, x):
        out = maps_of(self, x)
        for block in reversed(self.resblocks):
            out = block(out)
        return logits_of(self, out)


@mistake("NetResDeep", "every block gets what conv1 gave, and the last one's answer counts", "out = block(out)")
class BlocksSideBySide(right.NetResDeep):
    def forward(self, x):
        maps = out = maps_of(self, x)
        for block in self.resblocks:
            out = block(maps)
        return logits_of(self, out)


@mistake("NetResDeep", "x is added once more around the blocks", "each block adds by itself: out = self.resblocks(out)")
class AddedAgain(right.NetResDeep):
    def forward(self, x):
        maps = maps_of(self, x)
        return logits_of(self, self.resblocks(maps) + maps)


@mistake("NetResDeep", "the ReLU after conv1 is forgotten", "relu, then the pooling")
class FirstReluForgotten(right.NetResDeep):
    def forward(self, x):
        return logits_of(self, self.resblocks(F.max_pool2d(self.conv1(x), 2)))


@mistake("NetResDeep", "the ReLU after fc1 is forgotten", "torch.relu(self.fc1(out))")
class LastReluForgotten(right.NetResDeep):
    def forward(self, x):
        out = F.max_pool2d(self.resblocks(maps_of(self, x)), 2)
        return self.fc2(self.fc1(torch.flatten(out, 1)))


@mistake("NetResDeep", "the activations are tanh, as in Net", "a ReLU after conv1 and after fc1")
class TanhAsInNet(right.NetResDeep):
    def forward(self, x):
        out = self.resblocks(F.max_pool2d(torch.tanh(self.conv1(x)), 2))
        return self.fc2(torch.tanh(self.fc1(torch.flatten(F.max_pool2d(out, 2), 1))))


@mistake("NetResDeep", "the pooling averages", "F.max_pool2d")
class PoolsThatAverage(right.NetResDeep):
    def forward(self, x):
        out = self.resblocks(F.avg_pool2d(torch.relu(self.conv1(x)), 2))
        return self.fc2(torch.relu(self.fc1(torch.flatten(F.avg_pool2d(out, 2), 1))))


@mistake("NetResDeep", "both poolings come before the blocks", "one before them and one after them")
class BothPoolsFirst(right.NetResDeep):
    def forward(self, x):
        out = torch.flatten(self.resblocks(F.max_pool2d(maps_of(self, x), 2)), 1)
        return self.fc2(torch.relu(self.fc1(out)))


@mistake("NetResDeep", "both poolings come after the blocks", "one before them and one after them")
class BothPoolsLast(right.NetResDeep):
    def forward(self, x):
        out = self.resblocks(torch.relu(self.conv1(x)))
        return logits_of(self, F.max_pool2d(out, 2))


@mistake(
    "NetResDeep", "there is only one pooling, so that too many numbers reach fc1", "one before, one after the blocks"
)
class OnePool(right.NetResDeep):
    def forward(self, x):
        out = torch.flatten(self.resblocks(maps_of(self, x)), 1)
        return self.fc2(torch.relu(self.fc1(out)))


@mistake("NetResDeep", "an adaptive pool lets images of every size through", "what does not fit must raise an error")
class EverySizeFits(right.NetResDeep):
    def forward(self, x):
        out = F.adaptive_max_pool2d(self.resblocks(maps_of(self, x)), 8).flatten(1)
        return self.fc2(torch.relu(self.fc1(out)))


@mistake(
    "NetResDeep",
    "view(-1, 8 * 8 * n_chans) takes numbers of several images for one, where images have another size",
    "torch.flatten(out, 1)",
)
class ViewThatMixesImages(right.NetResDeep):
    def forward(self, x):
        out = F.max_pool2d(self.resblocks(maps_of(self, x)), 2)
        return self.fc2(torch.relu(self.fc1(out.reshape(-1, self.fc1.in_features))))


@mistake("NetResDeep", "the batch is flattened too", "torch.flatten(out, 1) keeps the first dimension")
class BatchFlattened(right.NetResDeep):
    def forward(self, x):
        out = F.max_pool2d(self.resblocks(maps_of(self, x)), 2)
        return self.fc2(torch.relu(self.fc1(torch.flatten(out))))


@mistake("NetResDeep", "a softmax follows fc2", "the loss takes logits and does the softmax itself")
class SoftmaxAtTheEnd(right.NetResDeep):
    def forward(self, x):
        return super().forward(x).softmax(1)


@mistake("NetResDeep", "a ReLU follows fc2, which leaves no negative logit", "the numbers of fc2 as they are")
class ReluAtTheEnd(right.NetResDeep):
    def forward(self, x):
        return torch.relu(super().forward(x))


@mistake("NetResDeep", "there are ten classes", "fc2 has 2 outputs")
class TenClasses(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks)
        self.fc2 = nn.Linear(32, 10)


@mistake("NetResDeep", "the gradients are cut off between the blocks", "no detach")
class DetachedBetween(right.NetResDeep):
    def forward(self, x):
        out = maps_of(self, x)
        for block in self.resblocks:
            out = block(out.detach())
        return logits_of(self, out)


@mistake("NetResDeep", "forward computes the answers and does not return them", "the last line of forward")
class NetReturnsNothing(right.NetResDeep):
    def forward(self, x):
        super().forward(x)


@mistake(
    "NetResDeep",
    "view is given maps whose numbers lie in another order in memory",
    "torch.flatten copies where it has to, view raises an error",
)
class ViewOfChannelsLast(right.NetResDeep):
    def forward(self, x):
        out = F.max_pool2d(self.resblocks(maps_of(self, x)), 2)
        return self.fc2(torch.relu(self.fc1(out.view(len(x), -1))))


@right_answer("ResBlock", "as the book spells it, step by step")
class StepByStep(nn.Module):
    def __init__(self, n_chans):
        super().__init__()
        self.conv = nn.Conv2d(n_chans, n_chans, kernel_size=3, padding=1, bias=False)
        self.batch_norm = nn.BatchNorm2d(num_features=n_chans)
        torch.nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        torch.nn.init.constant_(self.batch_norm.weight, 0.5)
        torch.nn.init.zeros_(self.batch_norm.bias)

    def forward(self, x):
        out = self.conv(x)
        out = self.batch_norm(out)
        out = torch.relu(out)
        return out + x


@right_answer("ResBlock", "with weights drawn by hand, and a ReLU in place")
class DrawnByHand(right.ResBlock):
    def __init__(self, n_chans):
        nn.Module.__init__(self)
        self.conv = nn.Conv2d(n_chans, n_chans, (3, 3), padding="same", bias=False)
        self.batch_norm = nn.BatchNorm2d(n_chans)
        with torch.no_grad():
            self.conv.weight.normal_(0, (2 / (9 * n_chans)) ** 0.5)
            self.batch_norm.weight.fill_(0.5)

    def forward(self, x):
        return x + F.relu_(self.batch_norm(self.conv(x)))


@mistake("NetResDeep", "there is at least one block", "with n_blocks=0 nothing stands between the two poolings")
class AtLeastOneBlock(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, n_blocks or 1)


@right_answer("NetResDeep", "with nn.ModuleList and a loop in forward")
class ModuleList(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, 0)
        self.resblocks = nn.ModuleList(right.ResBlock(n_chans) for _ in range(n_blocks))

    def forward(self, x):
        out = maps_of(self, x)
        for block in self.resblocks:
            out = block(out)
        return logits_of(self, out)


@right_answer("NetResDeep", "with blocks added one by one, and pooling and activations as layers")
class LayersForAll(nn.Module):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, n_chans, 3, padding=1)
        self.act, self.pool = nn.ReLU(), nn.MaxPool2d(2)
        self.resblocks = nn.Sequential()
        for i in range(n_blocks):
            self.resblocks.add_module(str(i), right.ResBlock(n_chans))
        self.fc1 = nn.Linear(8 * 8 * n_chans, 32)
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        out = self.act(self.pool(self.conv1(x)))
        out = self.pool(self.resblocks(out))
        out = self.act(self.fc1(out.reshape(out.size(0), -1)))
        return self.fc2(out)


@right_answer("NetResDeep", "with names for the blocks")
class NamedBlocks(right.NetResDeep):
    def __init__(self, n_chans=32, n_blocks=10):
        super().__init__(n_chans, 0)
        ordinals = ("first", "second", "third", *(f"number {i}" for i in range(3, n_blocks)))
        blocks = [(ordinals[i], right.ResBlock(n_chans)) for i in range(n_blocks)]
        self.resblocks = nn.Sequential(OrderedDict(blocks))
