import math
import random

import torch
from torch import nn

from mistakes import mistake, right, right_answer


def spread(values):
    """(C,) -> (C, 1, 1), to meet the channels of (N, C, H, W)."""
    return values[:, None, None]


def moments(x, correction=0):
    """Each channel's mean and variance. Shape: (N, C, H, W) -> (C,), (C,)."""
    return x.mean((0, 2, 3)), x.var((0, 2, 3), correction=correction)


def remember(norm, x, momentum=None):
    """What a right layer notes of a batch."""
    if x[:, 0].numel() == 1:
        raise ValueError("a channel has 1 number")
    momentum = norm.momentum if momentum is None else momentum
    with torch.no_grad():
        mean, var = moments(x, correction=1)
        norm.running_mean += momentum * (mean - norm.running_mean)
        norm.running_var += momentum * (var - norm.running_var)
        norm.num_batches_tracked += 1


def answer(norm, x, mean, var):
    """What a right layer answers with this mean and variance."""
    normed = (x - spread(mean)) / torch.sqrt(spread(var) + norm.eps)
    return normed * spread(norm.weight) + spread(norm.bias)


def remembered(norm, x):
    """What a right layer answers in eval mode."""
    return answer(norm, x, norm.running_mean, norm.running_var)


@mistake(
    "BatchNorm2d", "super().__init__() is forgotten", "nn.Module must be set up before the first parameter is stored"
)
class NormWithoutSuper(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))

    def forward(self, x):
        return x


@mistake(
    "BatchNorm2d",
    "weight and bias are plain tensors, which nn.Module neither trains nor saves",
    "nn.Parameter(torch.ones(num_features))",
)
class PlainWeights(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.weight, self.bias
        self.weight, self.bias = torch.ones(num_features), torch.zeros(num_features)


@mistake(
    "BatchNorm2d",
    "what is remembered is kept in plain attributes, which nn.Module neither saves nor moves",
    "self.register_buffer(name, tensor)",
)
class PlainBuffers(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.running_mean, self.running_var, self.num_batches_tracked
        self.running_mean, self.running_var = torch.zeros(num_features), torch.ones(num_features)
        self.num_batches_tracked = torch.tensor(0)

    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        if x[:, 0].numel() == 1:
            raise ValueError("1 number")
        mean, var = moments(x.detach(), correction=1)
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
        self.num_batches_tracked += 1
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", same_as="PlainBuffers")
class AttributesFromScratch(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.running_mean = torch.zeros(num_features)
        self.running_var = torch.ones(num_features)
        self.num_batches_tracked = 0
        self.eps = eps
        self.momentum = momentum

    def forward(self, x):
        if self.training:
            n = x.numel() // x.shape[1]
            if n == 1:
                raise ValueError(f"{n} value per channel")
            mean = x.mean(dim=(0, 2, 3))
            var = x.var(dim=(0, 2, 3), unbiased=False)
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach()
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.detach() * n / (n - 1)
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


@mistake(
    "BatchNorm2d",
    "the running statistics are parameters, as if they were to be trained by gradients",
    "self.register_buffer(name, tensor)",
)
class StatisticsAsParameters(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.running_mean, self.running_var
        self.running_mean = nn.Parameter(torch.zeros(num_features))
        self.running_var = nn.Parameter(torch.ones(num_features))


@mistake(
    "BatchNorm2d",
    "num_batches_tracked is missing, or no buffer, so that the state_dict does not fit PyTorch's",
    'self.register_buffer("num_batches_tracked", torch.tensor(0))',
)
class BatchesNotTracked(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.num_batches_tracked
        self.num_batches_tracked = 0


@mistake("BatchNorm2d", "weight begins with zeros, so that no image gets through", "the weights begin with ones")
class WeightOfZeros(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.weight = nn.Parameter(torch.zeros(num_features))


@mistake("BatchNorm2d", "weight begins with chance, as in a linear layer", "the weights begin with ones")
class WeightOfChance(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.weight = nn.Parameter(torch.rand(num_features))


@mistake("BatchNorm2d", "running_var begins with zeros", "before the first batch the variance is taken for 1")
class VarianceOfZeros(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.running_var.zero_()


@mistake(
    "BatchNorm2d", "num_batches_tracked counts in floats", "torch.tensor(0) is a whole number, torch.zeros is none"
)
class CountInFloats(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.register_buffer("num_batches_tracked", torch.tensor(0.0))


@mistake("BatchNorm2d", "num_batches_tracked has a dimension", "torch.tensor(0) has none, torch.tensor([0]) has one")
class CountInAList(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.register_buffer("num_batches_tracked", torch.tensor([0]))


@mistake("BatchNorm2d", "the class is a subclass of PyTorch's own layer", "class BatchNorm2d(nn.Module)")
class SubclassOfPytorch(nn.BatchNorm2d):
    def forward(self, x):
        if self.training:
            remember(self, x)
            return answer(self, x, *moments(x))
        return remembered(self, x)


@mistake("BatchNorm2d", "eps is ignored, or another one is used", "self.eps, as it was given")
class EpsIgnored(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):  # noqa: ARG002
        super().__init__(num_features, 1e-5, momentum)


@mistake(
    "BatchNorm2d", "eps is left out: even a channel that is alike everywhere is divided by its deviation, 0", "eps"
)
class WithoutEps(right.BatchNorm2d):
    def forward(self, x):
        before, self.eps = self.eps, 0.0
        try:
            return super().forward(x)
        finally:
            self.eps = before


@mistake("BatchNorm2d", "eps is added to the root and not under it", "sqrt(variance + eps)")
class EpsOutsideTheRoot(right.BatchNorm2d):
    def normed(self, x, mean, var):
        normed = (x - spread(mean)) / (spread(var).sqrt() + self.eps)
        return normed * spread(self.weight) + spread(self.bias)

    def forward(self, x):
        if not self.training:
            return self.normed(x, self.running_mean, self.running_var)
        remember(self, x)
        return self.normed(x, *moments(x))


@mistake("BatchNorm2d", same_as="EpsOutsideTheRoot")
class StdPlusEps(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))

    def forward(self, x):
        if self.training:
            n = x.size(0) * x.size(2) * x.size(3)
            if n <= 1:
                raise ValueError(f"Expected more than 1 value per channel when training, got {tuple(x.shape)}")
            mean = x.mean(dim=[0, 2, 3])
            var = ((x - mean[None, :, None, None]) ** 2).mean(dim=[0, 2, 3])
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach()
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.detach() * n / (n - 1)
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        std = var.sqrt() + self.eps
        x_hat = (x - mean[None, :, None, None]) / std[None, :, None, None]
        return self.weight[None, :, None, None] * x_hat + self.bias[None, :, None, None]


@mistake("BatchNorm2d", "the root is forgotten: it divides by the variance", "sqrt(variance + eps)")
class DividedByVariance(right.BatchNorm2d):
    def normed(self, x, mean, var):
        return (x - spread(mean)) / (spread(var) + self.eps) * spread(self.weight) + spread(self.bias)

    def forward(self, x):
        if not self.training:
            return self.normed(x, self.running_mean, self.running_var)
        remember(self, x)
        return self.normed(x, *moments(x))


@mistake(
    "BatchNorm2d",
    "batches are normalised by the variance with n - 1, as var gives it by itself",
    "n - 1 is for what is remembered: var(..., correction=0) for the answer",
)
class NormalisedWithNMinusOne(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        return answer(self, x, *moments(x, correction=1))


@mistake("BatchNorm2d", same_as="NormalisedWithNMinusOne")
class VarByItself(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.zeros((), dtype=torch.int64))

    def forward(self, x):
        if self.training:
            flat = x.transpose(0, 1).reshape(self.num_features, -1)
            if flat.shape[1] == 1:
                raise ValueError("want more than 1 number in each channel")
            mean, var = flat.mean(1), flat.var(1)
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(mean, alpha=self.momentum)
                self.running_var.mul_(1 - self.momentum).add_(var, alpha=self.momentum)
                self.num_batches_tracked.add_(1)
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight / torch.sqrt(var + self.eps)
        return (x - mean.reshape(-1, 1, 1)) * scale.reshape(-1, 1, 1) + self.bias.reshape(-1, 1, 1)


@mistake(
    "BatchNorm2d",
    "the variance is the mean of the squares, without the mean's square",
    "squared distances from the mean",
)
class MeanOfSquares(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        return answer(self, x, x.mean((0, 2, 3)), x.square().mean((0, 2, 3)))


@mistake(
    "BatchNorm2d",
    "the variance is mean(x²) - mean(x)², which loses its digits where images are bright",
    "the mean of (x - mean)², or var",
)
class VarianceThatCancels(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        mean = x.mean((0, 2, 3))
        return answer(self, x, mean, x.square().mean((0, 2, 3)) - mean.square())


@mistake(
    "BatchNorm2d", "each image has a mean and variance of its own", "a channel's are over the whole batch: (0, 2, 3)"
)
class PerImage(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), keepdim=True, correction=0)
        return (x - mean) / (var + self.eps).sqrt() * spread(self.weight) + spread(self.bias)


@mistake(
    "BatchNorm2d",
    "each pixel has a mean and variance of its own",
    "a channel's are over rows and columns too: (0, 2, 3)",
)
class PerPixel(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        mean, var = x.mean(0), x.var(0, correction=0)
        return (x - mean) / (var + self.eps).sqrt() * spread(self.weight) + spread(self.bias)


@mistake("BatchNorm2d", "there is one mean and variance for all channels together", "(0, 2, 3) leaves the channels")
class OneForAllChannels(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        normed = (x - x.mean()) / (x.var(correction=0) + self.eps).sqrt()
        return normed * spread(self.weight) + spread(self.bias)


@mistake(
    "BatchNorm2d", "each image is normalised over all its channels, as a layer norm does", "(0, 2, 3), not (1, 2, 3)"
)
class AsLayerNorm(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        mean, var = x.mean((1, 2, 3), keepdim=True), x.var((1, 2, 3), keepdim=True, correction=0)
        return (x - mean) / (var + self.eps).sqrt() * spread(self.weight) + spread(self.bias)


@mistake("BatchNorm2d", "weight and bias are not used", "normed * weight + bias, channel by channel")
class WeightAndBiasIgnored(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return (x - spread(self.running_mean)) / torch.sqrt(spread(self.running_var) + self.eps)
        remember(self, x)
        mean, var = moments(x)
        return (x - spread(mean)) / torch.sqrt(spread(var) + self.eps)


@mistake("BatchNorm2d", "the bias is added before the weight multiplies", "normed * weight + bias, in this order")
class BiasFirst(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            mean, var = self.running_mean, self.running_var
        else:
            remember(self, x)
            mean, var = moments(x)
        normed = (x - spread(mean)) / torch.sqrt(spread(var) + self.eps)
        return (normed + spread(self.bias)) * spread(self.weight)


@mistake(
    "BatchNorm2d",
    "mean, weight and so on meet the columns and not the channels",
    "the shape (C, 1, 1), by [:, None, None] or view",
)
class MeetTheColumns(right.BatchNorm2d):
    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            remember(self, x)
            mean, var = moments(x)
        return (x - mean) / (var + self.eps).sqrt() * self.weight + self.bias


@mistake("BatchNorm2d", "weight and bias meet the columns and not the channels", "the shape (C, 1, 1)")
class WeightsMeetTheColumns(right.BatchNorm2d):
    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            remember(self, x)
            mean, var = moments(x)
        return (x - spread(mean)) / (spread(var) + self.eps).sqrt() * self.weight + self.bias


@mistake("BatchNorm2d", "eval mode uses the batch's own mean and variance", "in eval mode: running_mean, running_var")
class BatchInEvalMode(right.BatchNorm2d):
    def forward(self, x):
        if self.training:
            remember(self, x)
        return answer(self, x, *moments(x))


@mistake(
    "BatchNorm2d",
    "eval mode does all that train mode does: the mode is not asked for",
    "self.training is False in eval mode; self.train is a method, and always true",
)
class ModeNotAskedFor(right.BatchNorm2d):
    def forward(self, x):
        remember(self, x)
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", same_as="ModeNotAskedFor")
class MethodForMode(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.train:
            n = x.numel() / x.shape[1]
            if n == 1:
                raise ValueError("only 1 number")
            mean, var = x.mean([0, 2, 3]), x.var([0, 2, 3], unbiased=False)
            with torch.no_grad():
                self.running_mean = self.running_mean * (1 - self.momentum) + mean * self.momentum
                self.running_var = self.running_var * (1 - self.momentum) + var * (n / (n - 1)) * self.momentum
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        out = (x - mean[None, :, None, None]) / (var[None, :, None, None] + self.eps) ** 0.5
        return out * self.weight[None, :, None, None] + self.bias[None, :, None, None]


@mistake("BatchNorm2d", "train mode normalises with what is remembered", "in train mode: the batch's own, of now")
class RememberedInTrainMode(right.BatchNorm2d):
    def forward(self, x):
        if self.training:
            remember(self, x)
        return remembered(self, x)


@mistake("BatchNorm2d", "the modes are exchanged", "self.training is True in train mode")
class ModesExchanged(right.BatchNorm2d):
    def forward(self, x):
        if self.training:
            return remembered(self, x)
        remember(self, x)
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", "nothing is ever remembered", "running_mean and running_var move with each batch in train mode")
class NothingRemembered(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        if x[:, 0].numel() == 1:
            raise ValueError("1 number")
        self.num_batches_tracked += 1
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", "running_var is never moved", "mean and variance are both remembered")
class VarianceNotRemembered(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        before = self.running_var.clone()
        remember(self, x)
        self.running_var.copy_(before)
        return answer(self, x, *moments(x))


@mistake(
    "BatchNorm2d",
    "the variance that is remembered divides by n",
    "n - 1 for what is remembered: variance * n / (n - 1), or correction=1",
)
class RememberedWithN(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        before = self.running_var.clone()
        remember(self, x)
        mean, var = moments(x)
        with torch.no_grad():
            self.running_var.copy_((1 - self.momentum) * before + self.momentum * var)
        return answer(self, x, mean, var)


@mistake("BatchNorm2d", same_as="RememberedWithN")
class AsARENA(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            if x.numel() // x.shape[1] == 1:
                raise ValueError("more than 1 value per channel, please")
            mean = torch.mean(x, dim=(0, 2, 3))
            var = torch.var(x, dim=(0, 2, 3), unbiased=False)
            self.running_mean = ((1 - self.momentum) * self.running_mean + self.momentum * mean).detach()
            self.running_var = ((1 - self.momentum) * self.running_var + self.momentum * var).detach()
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        shape = (1, -1, 1, 1)
        x = (x - mean.reshape(shape)) / (var.reshape(shape) + self.eps).sqrt()
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)


@mistake(
    "BatchNorm2d",
    "momentum is turned round: old * momentum + new * (1 - momentum)",
    "with PyTorch momentum is the share of the new batch",
)
class MomentumTurnedRound(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x, 1 - self.momentum)
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", same_as="MomentumTurnedRound")
class MomentumAsInThePaper(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum, self.n = eps, momentum, num_features
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        for name, value in (("running_mean", torch.zeros(num_features)), ("running_var", torch.ones(num_features))):
            self.register_buffer(name, value)
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        m = self.momentum
        mean, var = self.running_mean, self.running_var
        if self.training:
            pixels = x.permute(1, 0, 2, 3).flatten(1)
            count = pixels.shape[1]
            if count < 2:
                raise ValueError(f"{count} is too few")
            mean = pixels.mean(1)
            var = ((pixels - mean[:, None]) ** 2).sum(1) / count
            with torch.no_grad():
                self.running_mean.copy_(m * self.running_mean + (1 - m) * mean)
                self.running_var.copy_(m * self.running_var + (1 - m) * var * count / (count - 1))
            self.num_batches_tracked += 1
        x = (x - mean.view(self.n, 1, 1)) * (var + self.eps).rsqrt().view(self.n, 1, 1)
        return x * self.weight.view(self.n, 1, 1) + self.bias.view(self.n, 1, 1)


@mistake("BatchNorm2d", "momentum is ignored: it is always 0.1", "self.momentum, as it was given")
class MomentumIgnored(right.BatchNorm2d):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):  # noqa: ARG002
        super().__init__(num_features, eps)


@mistake(
    "BatchNorm2d",
    "the last batch alone is remembered, without a share of what was before",
    "(1 - momentum) * old + momentum * new",
)
class LastBatchAlone(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x, 1.0)
        return answer(self, x, *moments(x))


@mistake(
    "BatchNorm2d",
    "a share of the new is added, and nothing of the old is given up",
    "(1 - momentum) * old + momentum * new",
)
class OnlyAdded(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        mean, var = self.running_mean.clone(), self.running_var.clone()
        remember(self, x)
        self.running_mean += self.momentum * mean
        self.running_var += self.momentum * var
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", "the deviation is remembered in place of the variance", "running_var is no root")
class DeviationRemembered(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        before = self.running_var.clone()
        remember(self, x)
        with torch.no_grad():
            self.running_var.copy_((1 - self.momentum) * before + self.momentum * moments(x, 1)[1].sqrt())
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", "num_batches_tracked never moves", "num_batches_tracked += 1 for each batch in train mode")
class NotCounted(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        self.num_batches_tracked -= 1
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", "num_batches_tracked counts images, not batches", "num_batches_tracked += 1 for each batch")
class ImagesCounted(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        self.num_batches_tracked += len(x) - 1
        return answer(self, x, *moments(x))


@mistake("BatchNorm2d", "eval mode counts batches too", "eval mode changes nothing that is remembered")
class CountedInEvalMode(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            self.num_batches_tracked += 1
        return super().forward(x)


@mistake("BatchNorm2d", "eval mode uses what is remembered, but goes on remembering", "eval mode changes nothing")
class RemembersInEvalMode(right.BatchNorm2d):
    def forward(self, x):
        if self.training:
            remember(self, x)
            return answer(self, x, *moments(x))
        out = remembered(self, x)
        remember(self, x)
        return out


@mistake(
    "BatchNorm2d",
    "what is remembered keeps the graph of every batch",
    "torch.no_grad() around it, or detach",
)
class GraphsRemembered(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        old_mean, old_var = self.running_mean, self.running_var
        if x[:, 0].numel() == 1:
            raise ValueError("1 number")
        self.running_mean = (1 - self.momentum) * old_mean + self.momentum * x.mean((0, 2, 3))
        self.running_var = (1 - self.momentum) * old_var + self.momentum * x.var((0, 2, 3))
        self.num_batches_tracked += 1
        return answer(self, x, *moments(x))


@mistake(
    "BatchNorm2d",
    "mean and variance are cut off from the graph in train mode",
    "only what is remembered needs no gradient: mean and variance of the batch depend on x",
)
class StatisticsDetached(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        remember(self, x)
        with torch.no_grad():
            mean, var = moments(x)
        return answer(self, x, mean, var)


@mistake("BatchNorm2d", "forward works inside torch.no_grad()", "only what is remembered needs no gradient")
class NormInsideNoGrad(right.BatchNorm2d):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


@mistake("BatchNorm2d", "weight and bias are used by .data, which gets no gradient", "self.weight itself")
class DataOfTheWeights(right.BatchNorm2d):
    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            remember(self, x)
            mean, var = moments(x)
        normed = (x - spread(mean)) / (spread(var) + self.eps).sqrt()
        return normed * spread(self.weight.data) + spread(self.bias.data)


@mistake(
    "BatchNorm2d",
    "a single number in each channel is taken in train mode, which gives nan to remember",
    "ValueError if N * H * W is 1",
)
class SingleNumberTaken(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        mean, var = moments(x)
        n = x[:, 0].numel()
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * n / (n - 1) if n > 1 else var, self.momentum)
            self.num_batches_tracked += 1
        return answer(self, x, mean, var)


@mistake(
    "BatchNorm2d",
    "n / (n - 1) is computed before it is known that n is not 1",
    "raise ValueError if N * H * W is 1",
)
class DividedByZero(right.BatchNorm2d):
    def forward(self, x):
        if not self.training:
            return remembered(self, x)
        mean, var = moments(x)
        n = x[:, 0].numel()
        bessel = n / (n - 1)
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * bessel, self.momentum)
            self.num_batches_tracked += 1
        return answer(self, x, mean, var)


@mistake("BatchNorm2d", "a batch of one image is refused", "one image of several pixels has a variance")
class OneImageRefused(right.BatchNorm2d):
    def forward(self, x):
        if self.training and len(x) == 1:
            raise ValueError("a batch of 1 image")
        return super().forward(x)


@mistake("BatchNorm2d", "a single number is refused in eval mode too", "only train mode needs a variance of the batch")
class SingleNumberRefusedAlways(right.BatchNorm2d):
    def forward(self, x):
        if x[:, 0].numel() == 1:
            raise ValueError("1 number")
        return super().forward(x)


@mistake("BatchNorm2d", "the answers are float32 whatever x is", "the dtype belongs to the caller")
class NormInFloat32(right.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).float()


@mistake("BatchNorm2d", "the answers are float64 whatever x is", "the dtype belongs to the caller")
class NormInFloat64(right.BatchNorm2d):
    def forward(self, x):
        return super().forward(x).double()


@mistake("BatchNorm2d", "the batch itself is changed by -= or by a method with an underscore", "x = x - mean")
class BatchChanged(right.BatchNorm2d):
    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            remember(self, x)
            mean, var = moments(x)
        x -= spread(mean)
        return x / (spread(var) + self.eps).sqrt() * spread(self.weight) + spread(self.bias)


@mistake("BatchNorm2d", "the answers are written into torch.zeros on the CPU", "device=x.device, or no zeros at all")
class NormOnTheCpu(right.BatchNorm2d):
    def forward(self, x):
        return super().forward(x) + torch.zeros(x.shape[1:], dtype=x.dtype)


@mistake("BatchNorm2d", "PyTorch's own batch norm is called", "the lines that it stands for")
class NormOfPytorch(right.BatchNorm2d):
    def forward(self, x):
        return torch.nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )


@mistake("Dropout", "super().__init__() is forgotten", "nn.Module must be set up before it is called")
class DropoutWithoutSuper(nn.Module):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(p)
        self.p = p

    def forward(self, x):
        return x * (torch.rand_like(x) >= self.p) / (1 - self.p) if self.training else x


@mistake("Dropout", "p is not looked at", "ValueError if p is below 0 or above 1")
class AnyP(right.Dropout):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p


@mistake("Dropout", "p above 1 is not refused", "ValueError if p is below 0 or above 1")
class LargePTaken(right.Dropout):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0:
            raise ValueError(f"{p} is below 0")
        self.p = p


@mistake("Dropout", "p below 0 is not refused", "ValueError if p is below 0 or above 1")
class NegativePTaken(right.Dropout):
    def __init__(self, p=0.5):
        super().__init__()
        if p > 1:
            raise ValueError(f"{p} is above 1")
        self.p = p


@mistake("Dropout", "p = 1 is refused", "0 and 1 are probabilities too")
class OneRefused(right.Dropout):
    def __init__(self, p=0.5):
        if not 0 <= p < 1:
            raise ValueError(f"not {p}")
        super().__init__(p)


@mistake("Dropout", "p = 0 and p = 1 are refused", "0 and 1 are probabilities too")
class EndsRefused(right.Dropout):
    def __init__(self, p=0.5):
        if not 0 < p < 1:
            raise ValueError(f"not {p}")
        super().__init__(p)


@mistake("Dropout", "p outside 0 to 1 is moved to the nearest end", "ValueError, so that a slip is seen")
class PClamped(right.Dropout):
    def __init__(self, p=0.5):
        super().__init__(min(max(p, 0.0), 1.0))


@mistake("Dropout", "eval mode drops numbers too", "self.training is False in eval mode")
class DropsInEvalMode(right.Dropout):
    def forward(self, x):
        scale = 1 / (1 - self.p) if self.p < 1 else 0
        return x * (torch.rand_like(x) >= self.p) * scale


@mistake("Dropout", same_as="DropsInEvalMode")
class AsksTheMethod(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p

    def forward(self, x):
        if not self.train:
            return x
        if self.p == 1:
            return torch.zeros_like(x) * x
        mask = torch.bernoulli(torch.full_like(x, 1 - self.p))
        return mask * x / (1 - self.p)


@mistake("Dropout", "what is kept is not enlarged", "divide by 1 - p, so that the mean stays")
class NotEnlarged(right.Dropout):
    def forward(self, x):
        return x * (torch.rand_like(x) >= self.p) if self.training else x


@mistake("Dropout", same_as="NotEnlarged")
class MaskedFill(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not (0.0 <= p <= 1.0):
            raise ValueError(f"p = {p}")
        self.p = p

    def forward(self, x):
        if self.training:
            dropped = torch.rand(x.shape, device=x.device) < self.p
            x = x.masked_fill(dropped, 0.0)
        return x


@mistake(
    "Dropout",
    "eval mode multiplies by 1 - p, as in the paper, and train mode enlarges nothing",
    "PyTorch enlarges in train mode, so that eval mode has nothing to do",
)
class AsInThePaper(right.Dropout):
    def forward(self, x):
        return x * (torch.rand_like(x) >= self.p) if self.training else x * (1 - self.p)


@mistake("Dropout", "eval mode divides by 1 - p too", "eval mode gives x back")
class EnlargedInEvalMode(right.Dropout):
    def forward(self, x):
        if not self.training:
            return x / (1 - self.p) if self.p < 1 else x * 0
        return super().forward(x)


@mistake("Dropout", "eval mode multiplies by 1 - p, though train mode has enlarged already", "eval mode gives x back")
class BothMadeUpFor(right.Dropout):
    def forward(self, x):
        return super().forward(x) if self.training else x * (1 - self.p)


@mistake("Dropout", "what is kept is divided by p", "a share of 1 - p is kept, so divide by that")
class DividedByP(right.Dropout):
    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) >= self.p) * (1 / self.p if self.p else 1)


@mistake("Dropout", "what is kept is multiplied by 1 - p", "divide by 1 - p: the others must grow")
class MultipliedByKept(right.Dropout):
    def forward(self, x):
        return x * (torch.rand_like(x) >= self.p) * (1 - self.p) if self.training else x


@mistake("Dropout", "p is taken as the probability of being kept", "with PyTorch p is the probability of being dropped")
class PKeeps(right.Dropout):
    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) < self.p) * (1 / self.p if self.p else 0)


@mistake("Dropout", same_as="PKeeps")
class BernoulliOfP(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"got {p}")
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 0:
            return x * 0
        return torch.empty_like(x).bernoulli_(self.p).div_(self.p) * x


@mistake(
    "Dropout",
    "a number is kept with probability p, and what is kept is divided by 1 - p",
    "with PyTorch p is the probability of being dropped",
)
class MaskTurnedRound(right.Dropout):
    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) < self.p) * (1 / (1 - self.p) if self.p < 1 else 1)


@mistake("Dropout", "half of the numbers are dropped whatever p is", "self.p, as it was given")
class AlwaysAHalf(right.Dropout):
    def forward(self, x):
        if not self.training or self.p in (0, 1):
            return super().forward(x)
        return x * (torch.rand_like(x) >= 0.5) / 0.5


@mistake("Dropout", "the default is not 0.5", "Dropout() drops every second number")
class AnotherDefault(right.Dropout):
    def __init__(self, p=0.1):
        super().__init__(p)


@mistake("Dropout", "p has no default", "Dropout(p=0.5)")
class NoDefault(right.Dropout):
    def __init__(self, p):
        super().__init__(p)


@mistake("Dropout", "p = 1 divides by 0, which gives nan or an error", "with p = 1 all numbers are zero")
class DividesByZero(right.Dropout):
    def forward(self, x):
        return x * (torch.rand_like(x) >= self.p) / (1 - self.p) if self.training else x


@mistake("Dropout", "p = 1 divides by 0 in Python, which is an error", "with p = 1 all numbers are zero")
class DividesByZeroInPython(right.Dropout):
    def forward(self, x):
        return x * (torch.rand_like(x) >= self.p) * (1 / (1 - self.p)) if self.training else x


@mistake(
    "Dropout",
    "whole rows are dropped: chance decides for the first dimension only",
    "torch.rand_like(x): a number for each number",
)
class RowsDropped(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        mask = torch.rand(x.shape[:1], device=x.device) >= self.p
        return x * mask.reshape(-1, *[1] * (x.dim() - 1)) / (1 - self.p)


@mistake("Dropout", "whole channels are dropped, as nn.Dropout2d does", "torch.rand_like(x): a number for each number")
class ChannelsDropped(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1 or x.dim() < 3:
            return super().forward(x)
        return x * (torch.rand_like(x[:, :, :1, :1]) >= self.p) / (1 - self.p)


@mistake(
    "Dropout",
    "all samples of a batch lose the same numbers",
    "torch.rand_like(x): a number for each number, and not for x[0]",
)
class OneMaskForTheBatch(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1 or x.dim() < 2:
            return super().forward(x)
        return x * (torch.rand_like(x[0]) >= self.p) / (1 - self.p)


@mistake("Dropout", "one throw decides for all numbers", "torch.rand_like(x): a number for each number")
class AllOrNothing(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        return x * (random.random() >= self.p) / (1 - self.p)


@mistake("Dropout", "always the same count of numbers is dropped", "each number has a chance of its own: no randperm")
class CountFixed(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        mask = torch.ones(x.numel(), dtype=x.dtype, device=x.device)
        mask[torch.randperm(x.numel(), device=x.device)[: round(self.p * x.numel())]] = 0
        return x * mask.reshape(x.shape) / (1 - self.p)


@mistake("Dropout", "the same numbers are dropped in each call: the mask is kept", "a new mask in each forward")
class MaskKept(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        if getattr(self, "mask", None) is None or self.mask.shape != x.shape:
            self.mask = torch.rand_like(x) >= self.p
        return x * self.mask / (1 - self.p)


@mistake(
    "Dropout", "forward sets the seed, so that the same numbers are dropped in each call", "set no seed in forward"
)
class SeedSet(right.Dropout):
    def forward(self, x):
        torch.default_generator.manual_seed(0)
        return super().forward(x)


@mistake(
    "Dropout", "chance is Python's own, which torch.manual_seed does not reach", "torch.rand_like or torch.bernoulli"
)
class PythonsChance(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        mask = torch.tensor([random.random() >= self.p for _ in range(x.numel())], device=x.device)
        return x * mask.reshape(x.shape) / (1 - self.p)


@mistake("Dropout", "numbers of noise multiply, in place of zero or 1 / (1 - p)", "rand_like(x) >= p is true or false")
class NoiseForMask(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        return x * torch.rand_like(x) / (1 - self.p)


@mistake("Dropout", "the mask comes from randn, whose numbers are not spread evenly from 0 to 1", "torch.rand_like")
class NormalChance(right.Dropout):
    def forward(self, x):
        if not self.training or self.p in (0, 1):
            return super().forward(x)
        return x * (torch.randn_like(x) >= self.p) / (1 - self.p)


@mistake(
    "Dropout", "x itself is changed, by an assignment or a method with an underscore", "x * mask makes a new tensor"
)
class InputChanged(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        with torch.no_grad():
            x[torch.rand_like(x) < self.p] = 0
        return x / (1 - self.p)


@mistake("Dropout", "the answer is cut off from the graph", "no detach, no .data, no no_grad")
class DropoutDetached(right.Dropout):
    def forward(self, x):
        return super().forward(x).detach()


@mistake(
    "Dropout",
    "gradients reach the numbers that were dropped too",
    "x times the mask, with nothing detached",
)
class GradientsToAll(right.Dropout):
    def forward(self, x):
        return x + (super().forward(x) - x).detach()


@mistake("Dropout", "gradients are not enlarged as the numbers were", "the factor belongs to x, not to x.detach()")
class GradientsNotEnlarged(right.Dropout):
    def forward(self, x):
        if not self.training:
            return x
        kept = x * (torch.rand_like(x) >= self.p)
        scale = 1 / (1 - self.p) if self.p < 1 else 0
        return kept + kept.detach() * (scale - 1)


@mistake("Dropout", "the answer is float64 whatever x is", "the dtype belongs to the caller")
class DropoutInFloat64(right.Dropout):
    def forward(self, x):
        return super().forward(x).double()


@mistake("Dropout", "the answer is float32 whatever x is", "the dtype belongs to the caller")
class DropoutInFloat32(right.Dropout):
    def forward(self, x):
        return super().forward(x).float()


@mistake("Dropout", "the mask is made on the CPU, wherever x is", "torch.rand_like(x), or device=x.device")
class MaskOnTheCpu(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 1:
            return super().forward(x)
        return x * (torch.rand(x.shape) >= self.p) / (1 - self.p)


@mistake("Dropout", "the mask is a buffer, which is saved with the weights", "a new mask in each forward, not kept")
class MaskAsBuffer(right.Dropout):
    def __init__(self, p=0.5):
        super().__init__(p)
        self.register_buffer("mask", torch.ones(1))


@mistake("Dropout", "the class is a subclass of PyTorch's own layer", "class Dropout(nn.Module)")
class SubclassOfDropout(nn.Dropout):
    def forward(self, x):
        if not self.training:
            return x
        scale = 1 / (1 - self.p) if self.p < 1 else 0
        return x * (torch.rand_like(x) >= self.p) * scale


@mistake("Dropout", "PyTorch's own dropout is called", "the lines that it stands for")
class DropoutOfPytorch(right.Dropout):
    def forward(self, x):
        return nn.functional.dropout(x, self.p, self.training)


@right_answer("BatchNorm2d", "as PyTorch's own source spells it, with views of (1, C, 1, 1)")
class InViews(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.empty(num_features))
        self.bias = nn.Parameter(torch.empty(num_features))
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))

    def forward(self, x):
        shape = (1, self.num_features, 1, 1)
        if self.training:
            n = x.size(0) * x.size(2) * x.size(3)
            if n == 1:
                raise ValueError(f"Expected more than 1 value per channel when training, got input size {x.size()}")
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(shape)) ** 2).mean(dim=(0, 2, 3))
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach()
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var.detach() * n / (n - 1)
            self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        x_hat = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + self.eps)
        return self.weight.view(shape) * x_hat + self.bias.view(shape)


@right_answer("BatchNorm2d", "with a row of numbers for each channel, and a factor and a summand worked out before")
class InRows(right.BatchNorm2d):
    def forward(self, x):
        n, c, h, w = x.shape
        if self.training:
            rows = x.transpose(0, 1).reshape(c, n * h * w)
            if rows.shape[1] < 2:
                raise ValueError(f"want at least 2 numbers in each channel, there is {rows.shape[1]}")
            var, mean = torch.var_mean(rows, dim=1, unbiased=False)
            with torch.no_grad():
                unbiased = rows.var(dim=1, unbiased=True)
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * unbiased)
                self.num_batches_tracked.add_(1)
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight * torch.rsqrt(var + self.eps)
        return x * scale[:, None, None] + (self.bias - mean * scale)[:, None, None]


@right_answer("BatchNorm2d", "channel by channel in a loop, and stacked")
class ChannelByChannel(right.BatchNorm2d):
    def forward(self, x):
        maps = []
        if self.training:
            remember(self, x)
        for c in range(x.shape[1]):
            channel = x[:, c]
            mean, var = self.running_mean[c], self.running_var[c]
            if self.training:
                mean = channel.sum() / channel.numel()
                var = (channel - mean).square().sum() / channel.numel()
            maps.append((channel - mean) / (var + self.eps).sqrt() * self.weight[c] + self.bias[c])
        return torch.stack(maps, dim=1)


@right_answer("Dropout", "with a mask from torch.bernoulli")
class Bernoulli(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p

    def forward(self, x):
        if self.training and self.p > 0:
            if self.p == 1:
                return torch.zeros_like(x)
            mask = torch.bernoulli(torch.full_like(x, 1 - self.p))
            return x * mask / (1 - self.p)
        return x


@right_answer("Dropout", "with where and a mask of the dropped")
class Where(right.Dropout):
    def forward(self, x):
        if not self.training or self.p == 0:
            return x.clone()
        dropped = torch.rand(x.shape, dtype=x.dtype, device=x.device) < self.p
        return torch.where(dropped, torch.zeros_like(x), x / (1 - self.p if self.p < 1 else math.inf))


@right_answer("Dropout", "with a mask in place, and what it keeps divided")
class MaskInPlace(right.Dropout):
    def forward(self, x):
        if self.training:
            mask = torch.empty_like(x).bernoulli_(1.0 - self.p)
            if self.p != 1.0:
                mask.div_(1.0 - self.p)
            return x * mask
        return x
