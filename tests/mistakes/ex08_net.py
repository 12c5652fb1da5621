import torch
import torch.nn.functional as F
from torch import nn

from mistakes import mistake, right, right_answer


def maps_of(net, x):
    """Net's maps before they are flattened. Shape: (N, 3, 32, 32) -> (N, 8, 8, 8)."""
    out = net.pool1(net.act1(net.conv1(x)))
    return net.pool2(net.act2(net.conv2(out)))


def logits_of(net, flat):
    """Net's linear layers. Shape: (N, 512) -> (N, 2)."""
    return net.fc2(net.act3(net.fc1(flat)))


def rename(net, **names):
    """Give some of a network's layers other names, in their places."""
    layers = {names.get(name, name): layer for name, layer in net.named_children()}
    net._modules.clear()
    net._modules.update(layers)


def lenet_maps(net, x):
    """LeNet5's maps before they are flattened. Shape: (N, C, 32, 32) -> (N, 16, 5, 5)."""
    out = net.pool1(torch.tanh(net.conv1(x)))
    return net.pool2(torch.tanh(net.conv2(out)))


def lenet_logits(net, flat):
    """LeNet5's linear layers. Shape: (N, 400) -> (N, n_classes)."""
    out = torch.tanh(net.fc1(flat))
    return net.output(torch.tanh(net.fc2(out)))


@mistake(
    "Net",
    "super().__init__() is forgotten",
    "nn.Module must be set up before the first layer is stored in self",
)
class WithoutSuper(nn.Module):
    def __init__(self):
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)

    def forward(self, x):
        return self.conv1(x)


@mistake("Net", same_as="WithoutSuper")
class SuperWithoutBrackets(nn.Module):
    def __init__(self):
        super().__init__  # noqa: B018
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.act1 = nn.Tanh()
        self.fc = nn.Linear(16 * 32 * 32, 2)

    def forward(self, x):
        x = self.act1(self.conv1(x))
        return self.fc(torch.flatten(x, 1))


@mistake(
    "Net",
    "super().__init__ has lost underscores, as on the slide",
    "two underscores on each side: __init__",
)
class UnderscoresLostInSuper(right.Net):
    def __init__(self):
        super().init()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)


@mistake(
    "Net",
    "no layer becomes an attribute: self. is missing, or __init__ has lost underscores and is never called",
    "self.conv1 = …, in a method with two underscores on each side: __init__",
)
class UnderscoresLost(nn.Module):
    def init(self):
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)

    def forward(self, x):
        return logits_of(self, torch.flatten(maps_of(self, x), 1))


@mistake("Net", same_as="UnderscoresLost")
class LocalNames(nn.Module):
    def __init__(self):
        super().__init__()
        conv1 = nn.Conv2d(3, 16, 3, padding=1)  # noqa: F841
        act1 = nn.Tanh()  # noqa: F841
        pool1 = nn.MaxPool2d(2)  # noqa: F841
        fc1 = nn.Linear(512, 32)  # noqa: F841

    def forward(self, x):
        x = self.conv1(x)
        x = self.act1(x)
        x = self.pool1(x)
        return self.fc1(x.flatten(1))


@mistake("Net", "self. is missing in forward", "self.conv1(x), and not conv1(x)")
class SelfMissingInForward(right.Net):
    def forward(self, x):
        return pool1(act1(conv1(x)))  # noqa: F821


@mistake("Net", "forward is defined without self", "def forward(self, x)")
class ForwardWithoutSelf(right.Net):
    def forward(x):  # noqa: N805
        return x


@mistake("Net", "forward is spelt in another way, so that nn.Module does not find it", "the name is forward")
class ForwardMisspelt(nn.Module):
    def __init__(self):
        super().__init__()
        for name, layer in right.Net().named_children():
            setattr(self, name, layer)

    def foward(self, x):
        return logits_of(self, torch.flatten(maps_of(self, x), 1))


@mistake("Net", "conv1 is called convl, as the slide shows it", "the name ends with the number one")
class LetterForOne(right.Net):
    def __init__(self):
        super().__init__()
        rename(self, conv1="convl")

    def forward(self, x):
        out = self.pool1(self.act1(self.convl(x)))
        out = self.pool2(self.act2(self.conv2(out)))
        return logits_of(self, torch.flatten(out, 1))


@mistake("Net", "conv1 and fc1 are called convl and fcl, as the slide shows them", "both end with the number one")
class TwoLettersForOnes(right.Net):
    def __init__(self):
        super().__init__()
        rename(self, conv1="convl", fc1="fcl")

    def forward(self, x):
        out = self.pool1(self.act1(self.convl(x)))
        out = self.pool2(self.act2(self.conv2(out)))
        return self.fc2(self.act3(self.fcl(torch.flatten(out, 1))))


@mistake("Net", same_as="TwoLettersForOnes")
class CopiedFromTheSlide(nn.Module):
    def __init__(self):
        super().__init__()
        self.convl = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.act1 = nn.Tanh()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3, padding=1)
        self.act2 = nn.Tanh()
        self.pool2 = nn.MaxPool2d(2)
        self.fcl = nn.Linear(8 * 8 * 8, 32)
        self.act3 = nn.Tanh()
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        out = self.pool1(self.act1(self.convl(x)))
        out = self.pool2(self.act2(self.conv2(out)))
        out = out.flatten(start_dim=1)
        out = self.act3(self.fcl(out))
        out = self.fc2(out)
        return out  # noqa: RET504


@mistake(
    "Net", "__init__ makes convl, and forward calls conv1", "l and 1 look alike: the name ends with the number one"
)
class LetterInInitOnly(right.Net):
    def __init__(self):
        super().__init__()
        rename(self, conv1="convl")


@mistake(
    "Net",
    "the layers are kept in a Python list, in which nn.Module does not look for parameters",
    "each layer is an attribute of its own",
)
class LayersInAList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = list(right.Net().children())

    def forward(self, x):
        for layer in self.layers:
            x = layer(torch.flatten(x, 1) if isinstance(layer, nn.Linear) else x)
        return x


@mistake("Net", same_as="LayersInAList")
class ListWrittenOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = [nn.Conv2d(3, 16, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2)]
        self.steps += [nn.Conv2d(16, 8, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2)]
        self.steps += [nn.Flatten(), nn.Linear(512, 32), nn.Tanh(), nn.Linear(32, 2)]

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x


@mistake(
    "Net",
    "the layers are in one nn.Sequential, where they have numbers in place of names",
    "each layer is an attribute of its own",
)
class LayersInSequential(nn.Module):
    def __init__(self):
        super().__init__()
        conv1, act1, pool1, conv2, act2, pool2, fc1, act3, fc2 = right.Net().children()
        self.layers = nn.Sequential(conv1, act1, pool1, conv2, act2, pool2, nn.Flatten(), fc1, act3, fc2)

    def forward(self, x):
        return self.layers(x)


@mistake(
    "Net",
    "the layers belong to the class and not to the network: they are no attributes of self",
    "layers are made in __init__ and stored in self",
)
class LayersOfTheClass(nn.Module):
    layers = right.Net()

    def forward(self, x):
        return type(self).layers(x)


@mistake(
    "Net",
    "fc1 is made anew in forward, with other weights in each call",
    "layers are made in __init__, forward only uses them",
)
class LinearMadeInForward(right.Net):
    def forward(self, x):
        flat = torch.flatten(maps_of(self, x), 1)
        self.fc1 = nn.Linear(flat.shape[1], 32).to(flat)
        return logits_of(self, flat)


@mistake("Net", "the batch is flattened too", "torch.flatten(out, 1) keeps the first dimension")
class BatchFlattened(right.Net):
    def forward(self, x):
        return logits_of(self, torch.flatten(maps_of(self, x)))


@mistake("Net", same_as="BatchFlattened")
class ReshapedToARow(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1)
        self.act1 = nn.Tanh()
        self.pool1 = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(16, 8, 3, 1, 1)
        self.act2 = nn.Tanh()
        self.pool2 = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(512, 32)
        self.act3 = nn.Tanh()
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        x = self.conv1(x)
        x = self.act1(x)
        x = self.pool1(x)
        x = self.conv2(x)
        x = self.act2(x)
        x = self.pool2(x)
        x = x.reshape(-1)
        x = self.fc1(x)
        x = self.act3(x)
        return self.fc2(x)


@mistake("Net", "nothing is flattened before fc1", "torch.flatten(out, 1) between pool2 and fc1")
class NotFlattened(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x))


@mistake("Net", "an adaptive pool lets images of every size through", "what does not fit must raise an error")
class EverySizeFits(right.Net):
    def forward(self, x):
        return logits_of(self, F.adaptive_max_pool2d(maps_of(self, x), 8).flatten(1))


@mistake(
    "Net",
    "view(-1, 512) takes numbers of several images for one, where images have another size",
    "the dimension that must stay is the first one: torch.flatten(out, 1)",
)
class ViewThatMixesImages(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x).view(-1, 8 * 8 * 8))


@mistake("Net", same_as="ViewThatMixesImages")
class ForwardOfTheLecture(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.act1 = nn.Tanh()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3, padding=1)
        self.act2 = nn.Tanh()
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(8 * 8 * 8, 32)
        self.act3 = nn.Tanh()
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        out = self.pool1(self.act1(self.conv1(x)))
        out = self.pool2(self.act2(self.conv2(out)))
        out = out.view(-1, 512)
        out = self.act3(self.fc1(out))
        return self.fc2(out)


@mistake(
    "Net",
    "view is given a tensor whose numbers lie in another order in memory",
    "torch.flatten copies where it has to, view raises an error",
)
class ViewOfChannelsLast(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x).view(len(x), -1))


@mistake("Net", "the batch is always one of 64", "the number of images is x.shape[0], or leave it to torch.flatten")
class BatchOf64(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x).view(64, -1))


@mistake(
    "Net",
    "padding=1 is forgotten, so that fewer than 8 × 8 × 8 numbers reach fc1",
    "the size of an image after a 3 × 3 kernel",
)
class WithoutPadding(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3)


@mistake("Net", same_as="WithoutPadding")
class PaddingNowhere(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels=3, out_channels=16, kernel_size=(3, 3))
        self.act1 = nn.Tanh()
        self.pool1 = nn.MaxPool2d(kernel_size=2)
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=8, kernel_size=(3, 3))
        self.act2 = nn.Tanh()
        self.pool2 = nn.MaxPool2d(kernel_size=2)
        self.fc1 = nn.Linear(in_features=8 * 8 * 8, out_features=32)
        self.act3 = nn.Tanh()
        self.fc2 = nn.Linear(in_features=32, out_features=2)

    def forward(self, x):
        features = self.pool2(self.act2(self.conv2(self.pool1(self.act1(self.conv1(x))))))
        return self.fc2(self.act3(self.fc1(features.view(features.size(0), -1))))


@mistake("Net", "padding is 2, which makes images larger", "the size of an image after a 3 × 3 kernel: n + 2p - f + 1")
class PaddingTwo(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=2)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3, padding=2)


@mistake("Net", "the kernels are 5 × 5", "the table of the layers says 3 × 3 with padding 1")
class KernelFive(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=5, padding=2)


@mistake("Net", "the convolutions have stride 2, as if they were to halve", "the pools halve, the convolutions do not")
class ConvStrideTwo(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3, stride=2, padding=1)


@mistake("Net", "the pools have stride 1", "nn.MaxPool2d(2): without a stride, it is the window's size")
class PoolStrideOne(right.Net):
    def __init__(self):
        super().__init__()
        self.pool1, self.pool2 = nn.MaxPool2d(2, stride=1), nn.MaxPool2d(2, stride=1)


@mistake("Net", "the windows of the pools are 3 × 3 and overlap", "nn.MaxPool2d(2) halves without overlap")
class PoolsOfThree(right.Net):
    def __init__(self):
        super().__init__()
        self.pool1, self.pool2 = (nn.MaxPool2d(3, stride=2, padding=1) for _ in range(2))


@mistake("Net", "the pools average", "nn.MaxPool2d takes the maximum")
class PoolsThatAverage(right.Net):
    def __init__(self):
        super().__init__()
        self.pool1, self.pool2 = nn.AvgPool2d(2), nn.AvgPool2d(2)


@mistake("Net", "pool2 is made in __init__ and left out in forward", "each of the nine layers has its turn")
class PoolLeftOut(right.Net):
    def forward(self, x):
        out = self.pool1(self.act1(self.conv1(x)))
        return logits_of(self, torch.flatten(self.act2(self.conv2(out)), 1))


@mistake("Net", "pool1 is used twice, and pool2 never", "each of the nine layers has its turn")
class OnePoolForBoth(right.Net):
    def forward(self, x):
        out = self.pool1(self.act1(self.conv1(x)))
        out = self.pool1(self.act2(self.conv2(out)))
        return logits_of(self, torch.flatten(out, 1))


@mistake("Net", "conv1 is used a second time where conv2 belongs", "each of the nine layers has its turn")
class ConvUsedTwice(right.Net):
    def forward(self, x):
        out = self.pool1(self.act1(self.conv1(x)))
        out = self.pool2(self.act2(self.conv1(out)))
        return logits_of(self, torch.flatten(out, 1))


@mistake("Net", "3 -> 8 and 8 -> 16 channels, as in LeNet5", "Net has 3 -> 16 and 16 -> 8 channels")
class EightThenSixteen(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.fc1 = nn.Linear(16 * 8 * 8, 32)


@mistake("Net", "nn.Conv2d is given the output channels first", "nn.Conv2d(in_channels, out_channels, kernel_size)")
class OutputChannelsFirst(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(16, 3, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)


@mistake("Net", "fc1 expects 16 × 8 × 8 numbers, with the channels of conv1", "pool2 gives 8 channels of 8 × 8")
class ChannelsOfConv1(right.Net):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16 * 8 * 8, 32)


@mistake("Net", "fc1 expects 8 × 16 × 16 numbers, as after one pool", "two pools: 32, then 16, then 8")
class SizeAfterOnePool(right.Net):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(8 * 16 * 16, 32)


@mistake("Net", "fc1 expects 8 × 8 numbers, and the channels are forgotten", "pool2 gives 8 channels of 8 × 8")
class ChannelsForgotten(right.Net):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(8 * 8, 32)


@mistake("Net", "there is one answer for two classes", "a logit for each class: fc2 has 2 outputs")
class OneLogit(right.Net):
    def __init__(self):
        super().__init__()
        self.fc2 = nn.Linear(32, 1)


@mistake("Net", "there are ten classes, as in all of CIFAR-10", "airplane or bird: fc2 has 2 outputs")
class TenClasses(right.Net):
    def __init__(self):
        super().__init__()
        self.fc2 = nn.Linear(32, 10)


@mistake("Net", "the layers have no biases", "bias=True is what nn.Conv2d and nn.Linear do by themselves")
class WithoutBiases(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3, padding=1, bias=False)
        self.fc1, self.fc2 = nn.Linear(512, 32, bias=False), nn.Linear(32, 2, bias=False)


@mistake("Net", "forward computes the answers and does not return them", "the last line of forward")
class NothingReturned(right.Net):
    def forward(self, x):
        super().forward(x)


@mistake("Net", "the probabilities are returned beside the logits", "one tensor: the numbers of fc2")
class ProbabilitiesToo(right.Net):
    def forward(self, x):
        logits = super().forward(x)
        return logits, logits.softmax(1)


@mistake("Net", "the class is returned", "the two numbers of fc2 as they are: the loss needs them")
class ClassReturned(right.Net):
    def forward(self, x):
        return super().forward(x).argmax(1)


@mistake("Net", "a batch of one loses its dimension", "squeeze() removes every side of 1")
class OneImageSqueezed(right.Net):
    def forward(self, x):
        return super().forward(x).squeeze()


@mistake("Net", "a tanh follows fc2 too", "the answers are logits, which may be of any size")
class TanhAtTheEnd(right.Net):
    def forward(self, x):
        return torch.tanh(super().forward(x))


@mistake("Net", "a softmax follows fc2", "the loss takes logits and does the softmax itself")
class SoftmaxAtTheEnd(right.Net):
    def forward(self, x):
        return super().forward(x).softmax(1)


@mistake("Net", same_as="SoftmaxAtTheEnd")
class SoftmaxLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding="same")
        self.act1 = nn.Tanh()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 8, 3, padding="same")
        self.act2 = nn.Tanh()
        self.pool2 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(512, 32)
        self.act3 = nn.Tanh()
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        x = self.pool1(self.act1(self.conv1(x)))
        x = self.pool2(self.act2(self.conv2(x)))
        x = self.flatten(x)
        x = self.act3(self.fc1(x))
        return nn.Softmax(dim=1)(self.fc2(x))


@mistake("Net", "a log_softmax follows fc2", "the loss takes logits and does the log_softmax itself")
class LogSoftmaxAtTheEnd(right.Net):
    def forward(self, x):
        return super().forward(x).log_softmax(1)


@mistake("Net", "a sigmoid follows fc2", "the answers are logits, which may be of any size")
class SigmoidAtTheEnd(right.Net):
    def forward(self, x):
        return super().forward(x).sigmoid()


@mistake(
    "Net", "a ReLU follows fc2, which leaves no negative logit", "the answers are logits, which may be of any size"
)
class ReluAtTheEnd(right.Net):
    def forward(self, x):
        return torch.relu(super().forward(x))


@mistake("Net", "the activations are ReLU", "the table of the layers says nn.Tanh")
class ReluForTanh(right.Net):
    def __init__(self):
        super().__init__()
        self.act1, self.act2, self.act3 = nn.ReLU(), nn.ReLU(), nn.ReLU()


@mistake("Net", "act3 is made in __init__ and left out in forward", "each of the nine layers has its turn")
class ActivationLeftOut(right.Net):
    def forward(self, x):
        return self.fc2(self.fc1(torch.flatten(maps_of(self, x), 1)))


@mistake("Net", "all activations are left out in forward", "without them, several layers can do no more than one")
class NoActivations(right.Net):
    def forward(self, x):
        out = self.pool2(self.conv2(self.pool1(self.conv1(x))))
        return self.fc2(self.fc1(torch.flatten(out, 1)))


@mistake("Net", "act1 is used three times, and act2 and act3 never", "each of the nine layers has its turn")
class OneActivationForAll(right.Net):
    def forward(self, x):
        out = self.pool1(self.act1(self.conv1(x)))
        out = self.pool2(self.act1(self.conv2(out)))
        return self.fc2(self.act1(self.fc1(torch.flatten(out, 1))))


@mistake(
    "Net", "torch.tanh is called, and the layers act1, act2 and act3 are not used", "each of the nine has its turn"
)
class FunctionsForActivations(right.Net):
    def forward(self, x):
        out = self.pool1(torch.tanh(self.conv1(x)))
        out = self.pool2(torch.tanh(self.conv2(out)))
        return self.fc2(torch.tanh(self.fc1(torch.flatten(out, 1))))


@mistake(
    "Net",
    "forward is called by its name, so that hooks do not see the layers",
    "self.conv1(x) calls forward and what belongs to it",
)
class ForwardOfEachLayer(right.Net):
    def forward(self, x):
        out = self.pool1.forward(self.act1.forward(self.conv1.forward(x)))
        out = self.pool2.forward(self.act2.forward(self.conv2.forward(out)))
        out = self.fc1.forward(torch.flatten(out, 1))
        return self.fc2.forward(self.act3.forward(out))


@mistake("Net", same_as="ForwardOfEachLayer")
class FunctionsOfTheWeights(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.act1 = nn.Tanh()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 8, kernel_size=3, padding=1)
        self.act2 = nn.Tanh()
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(512, 32)
        self.act3 = nn.Tanh()
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        x = F.max_pool2d(torch.tanh(F.conv2d(x, self.conv1.weight, self.conv1.bias, padding=1)), 2)
        x = F.max_pool2d(torch.tanh(F.conv2d(x, self.conv2.weight, self.conv2.bias, padding=1)), 2)
        x = torch.tanh(F.linear(x.flatten(1), self.fc1.weight, self.fc1.bias))
        return F.linear(x, self.fc2.weight, self.fc2.bias)


@mistake("Net", "torch.tanh is given a layer and not what the layer gives", "torch.tanh(self.conv1(x))")
class TanhOfALayer(right.Net):
    def forward(self, x):
        return self.pool1(torch.tanh(self.conv1)(x))


@mistake("Net", "nn.Tanh is given the numbers, where it only makes a layer", "nn.Tanh()(x), or self.act1(x)")
class LayerMadeOfNumbers(right.Net):
    def forward(self, x):
        return self.pool1(nn.Tanh(self.conv1(x)))


@mistake(
    "Net",
    "F.dropout acts in eval mode too: it does not know the network's mode",
    "no dropout here; where there is one, nn.Dropout, or F.dropout with training=self.training",
)
class DropoutAlways(right.Net):
    def forward(self, x):
        return logits_of(self, F.dropout(torch.flatten(maps_of(self, x), 1), 0.4))


@mistake("Net", "a layer of dropout is added", "the lecture's network has nine layers, and no dropout")
class DropoutAdded(right.Net):
    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.4)

    def forward(self, x):
        return logits_of(self, self.dropout(torch.flatten(maps_of(self, x), 1)))


@mistake(
    "Net",
    "a layer is a default value, which Python makes once for all networks",
    "make each layer inside __init__, as self.…",
)
class LayerAsDefault(right.Net):
    def __init__(self, conv1=nn.Conv2d(3, 16, 3, padding=1)):  # noqa: B008
        super().__init__()
        self.conv1 = conv1


@mistake("Net", "self.train = True hides the method train of nn.Module", "eval() and train() are names of nn.Module")
class TrainHidden(right.Net):
    def __init__(self):
        super().__init__()
        self.train = True


@mistake(
    "Net",
    "a plain tensor is put where nn.Module keeps a parameter",
    "change the numbers inside torch.no_grad(), or make an nn.Parameter",
)
class TensorForParameter(right.Net):
    def __init__(self):
        super().__init__()
        self.fc2.weight = self.fc2.weight * 0.1


@mistake(
    "Net",
    "a bias is a plain tensor, which nn.Module neither trains nor saves nor moves",
    "nn.Parameter, or leave the bias to nn.Linear",
)
class PlainTensorForBias(right.Net):
    def __init__(self):
        super().__init__()
        self.fc2 = nn.Linear(32, 2, bias=False)
        self.bias = torch.zeros(2)

    def forward(self, x):
        return super().forward(x) + self.bias


@mistake("Net", "the gradients are cut off by detach", "backward must reach conv1: no detach, no .data")
class MapsDetached(right.Net):
    def forward(self, x):
        return logits_of(self, torch.flatten(maps_of(self, x).detach(), 1))


@mistake("Net", "forward works inside torch.no_grad()", "who calls decides whether gradients are needed")
class NoGradInForward(right.Net):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


@mistake("Net", "forward turns the images into float32", "the dtype belongs to the caller: model.double() works too")
class ConvertedToFloat32(right.Net):
    def forward(self, x):
        return super().forward(x.float())


@mistake(
    "Net",
    "the answers are written into torch.zeros, which is float32 and on the CPU",
    "return what fc2 gives; a new tensor needs the dtype and the device of x",
)
class WrittenIntoZeros(right.Net):
    def forward(self, x):
        answers = torch.zeros(len(x), 2)
        answers[:] = super().forward(x)
        return answers


@mistake(
    "Net",
    "the images are permuted as if their channels came last",
    "images come as (N, C, H, W), as nn.Conv2d wants them",
)
class ImagesPermuted(right.Net):
    def forward(self, x):
        return super().forward(x.permute(0, 3, 1, 2))


@mistake(
    "LeNet5", "super().__init__() is forgotten", "nn.Module must be set up before the first layer is stored in self"
)
class LeNetWithoutSuper(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):  # noqa: ARG002
        self.conv1 = nn.Conv2d(in_channels, 8, kernel_size=5)

    def forward(self, x):
        return self.conv1(x)


@mistake(
    "LeNet5",
    "the last layer is made once, outside the class, for all networks",
    "make each layer inside __init__, as self.…",
)
class LayerOutsideTheClass(right.LeNet5):
    last = nn.Linear(84, 10)

    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        if n_classes == 10:
            self.output = LayerOutsideTheClass.last


@mistake("LeNet5", "there are no default values", "LeNet5() is the network of the table: 3 channels, 10 classes")
class LeNetWithoutDefaults(right.LeNet5):
    def __init__(self, in_channels, n_classes):
        super().__init__(in_channels, n_classes)


@mistake("LeNet5", "the images are grey by default", "in_channels=3: the table has 3 channels")
class GreyByDefault(right.LeNet5):
    def __init__(self, in_channels=1, n_classes=10):
        super().__init__(in_channels, n_classes)


@mistake("LeNet5", "n_classes comes before in_channels", "LeNet5(in_channels=3, n_classes=10), in this order")
class ClassesFirst(right.LeNet5):
    def __init__(self, n_classes=10, in_channels=3):
        super().__init__(in_channels, n_classes)


@mistake("LeNet5", "in_channels is ignored", "the first argument of conv1")
class ThreeChannelsAlways(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):  # noqa: ARG002
        super().__init__(3, n_classes)


@mistake("LeNet5", same_as="ThreeChannelsAlways")
class ThreeWrittenIntoConv1(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):  # noqa: ARG002
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 5)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.output = nn.Linear(84, n_classes)
        self.act = nn.Tanh()

    def forward(self, x):
        x = self.pool1(self.act(self.conv1(x)))
        x = self.pool2(self.act(self.conv2(x)))
        x = x.flatten(1)
        x = self.act(self.fc1(x))
        x = self.act(self.fc2(x))
        return self.output(x)


@mistake("LeNet5", "n_classes is ignored", "the last argument of output")
class TenClassesAlways(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):  # noqa: ARG002
        super().__init__(in_channels, 10)


@mistake(
    "LeNet5",
    "conv1 has 6 filters like the LeNet-5 of 1998",
    "the table of the lecture has 8 filters in conv1",
)
class SixFilters(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1, self.conv2 = nn.Conv2d(in_channels, 6, 5), nn.Conv2d(6, 16, 5)


@mistake("LeNet5", same_as="SixFilters")
class NetworkOf1998(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 6, kernel_size=5)
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.output = nn.Linear(84, n_classes)

    def forward(self, x):
        out = torch.tanh(self.conv1(x))
        out = self.pool1(out)
        out = torch.tanh(self.conv2(out))
        out = self.pool2(out)
        out = torch.flatten(out, start_dim=1)
        out = torch.tanh(self.fc1(out))
        out = torch.tanh(self.fc2(out))
        return self.output(out)


@mistake("LeNet5", "conv2 expects 6 channels like the LeNet-5 of 1998, where conv1 gives 8", "what conv1 gives")
class SixChannelsExpected(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv2 = nn.Conv2d(6, 16, 5)


@mistake("LeNet5", "the kernels are 3 × 3", "the table's kernels are 5 × 5")
class KernelsOfThree(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1, self.conv2 = nn.Conv2d(in_channels, 8, 3), nn.Conv2d(8, 16, 3)


@mistake(
    "LeNet5",
    "conv1 pads by 2, as is done for images of 28 × 28",
    "images of 32 × 32 need no padding: 32 becomes 28",
)
class Conv1Padded(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1 = nn.Conv2d(in_channels, 8, 5, padding=2)


@mistake("LeNet5", "both convolutions pad by 2", "kernels of 5 × 5 without padding: 32 -> 28, 14 -> 10")
class BothPadded(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1, self.conv2 = nn.Conv2d(in_channels, 8, 5, padding=2), nn.Conv2d(8, 16, 5, padding=2)


@mistake("LeNet5", "conv1 has stride 2", "the pools halve, the convolutions do not")
class Conv1StrideTwo(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1 = nn.Conv2d(in_channels, 8, 5, stride=2)


@mistake("LeNet5", "the pools have stride 1", "nn.MaxPool2d(2): without a stride, it is the window's size")
class LeNetPoolStrideOne(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.pool1, self.pool2 = nn.MaxPool2d(2, 1), nn.MaxPool2d(2, 1)


@mistake("LeNet5", "fc1 expects 16 × 4 × 4 numbers, as after images of 28 × 28", "32 -> 28 -> 14 -> 10 -> 5")
class FourByFour(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)


@mistake("LeNet5", "fc1 expects 5 × 5 numbers, and the channels are forgotten", "pool2 gives 16 channels of 5 × 5")
class LeNetChannelsForgotten(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.fc1 = nn.Linear(5 * 5, 120)


@mistake("LeNet5", "the layers have no biases", "bias=True is what nn.Conv2d and nn.Linear do by themselves")
class LeNetWithoutBiases(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1, self.conv2 = nn.Conv2d(in_channels, 8, 5, bias=False), nn.Conv2d(8, 16, 5, bias=False)
        self.fc1, self.fc2 = nn.Linear(400, 120, bias=False), nn.Linear(120, 84, bias=False)
        self.output = nn.Linear(84, n_classes, bias=False)


@mistake("LeNet5", "the last layer is called fc3", "the table calls it output")
class OutputCalledFc3(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        rename(self, output="fc3")

    def forward(self, x):
        out = torch.tanh(self.fc1(torch.flatten(lenet_maps(self, x), 1)))
        return self.fc3(torch.tanh(self.fc2(out)))


@mistake(
    "LeNet5",
    "the layers are kept in a Python list, in which nn.Module does not look for parameters",
    "each layer is an attribute of its own",
)
class LeNetInAList(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__()
        self.layers = list(right.LeNet5(in_channels, n_classes).children())

    def forward(self, x):
        conv1, pool1, conv2, pool2, fc1, fc2, output = self.layers
        out = pool2(torch.tanh(conv2(pool1(torch.tanh(conv1(x))))))
        return output(torch.tanh(fc2(torch.tanh(fc1(torch.flatten(out, 1))))))


@mistake(
    "LeNet5",
    "the last layer is made anew in forward, with other weights in each call",
    "layers are made in __init__, forward only uses them",
)
class OutputMadeInForward(right.LeNet5):
    def forward(self, x):
        self.output = nn.Linear(84, self.output.out_features).to(x)
        return super().forward(x)


@mistake("LeNet5", "the batch is flattened too", "torch.flatten(out, 1) keeps the first dimension")
class LeNetBatchFlattened(right.LeNet5):
    def forward(self, x):
        return lenet_logits(self, torch.flatten(lenet_maps(self, x)))


@mistake("LeNet5", "nothing is flattened before fc1", "torch.flatten(out, 1) between pool2 and fc1")
class LeNetNotFlattened(right.LeNet5):
    def forward(self, x):
        return lenet_logits(self, lenet_maps(self, x))


@mistake("LeNet5", "an adaptive pool lets images of every size through", "what does not fit must raise an error")
class LeNetEverySizeFits(right.LeNet5):
    def forward(self, x):
        return lenet_logits(self, F.adaptive_max_pool2d(lenet_maps(self, x), 5).flatten(1))


@mistake(
    "LeNet5",
    "view(-1, 400) takes numbers of several images for one, where images have another size",
    "the dimension that must stay is the first one: torch.flatten(out, 1)",
)
class LeNetViewThatMixesImages(right.LeNet5):
    def forward(self, x):
        return lenet_logits(self, lenet_maps(self, x).view(-1, 16 * 5 * 5))


@mistake("LeNet5", same_as="LeNetViewThatMixesImages")
class ViewWithMinusOne(nn.Module):
    def __init__(self, in_channels: int = 3, n_classes: int = 10):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 8, 5)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.output = nn.Linear(84, n_classes)

    def forward(self, x):
        x = self.pool1(F.tanh(self.conv1(x)))
        x = self.pool2(F.tanh(self.conv2(x)))
        x = x.view(-1, self.fc1.in_features)
        x = F.tanh(self.fc1(x))
        x = F.tanh(self.fc2(x))
        return self.output(x)


@mistake(
    "LeNet5",
    "view is given a tensor whose numbers lie in another order in memory",
    "torch.flatten copies where it has to, view raises an error",
)
class LeNetViewOfChannelsLast(right.LeNet5):
    def forward(self, x):
        return lenet_logits(self, lenet_maps(self, x).view(x.size(0), -1))


@mistake("LeNet5", "the pools average", "the pools of the lecture take the maximum")
class AveragePools(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.pool1, self.pool2 = nn.AvgPool2d(2), nn.AvgPool2d(2)


@mistake("LeNet5", "the activations are ReLU", "a tanh follows conv1, conv2, fc1 and fc2")
class LeNetReluForTanh(right.LeNet5):
    def forward(self, x):
        out = self.pool1(torch.relu(self.conv1(x)))
        out = self.pool2(torch.relu(self.conv2(out)))
        out = torch.relu(self.fc1(torch.flatten(out, 1)))
        return self.output(torch.relu(self.fc2(out)))


@mistake("LeNet5", same_as="LeNetReluForTanh")
class ReluEverywhere(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 8, 5)
        self.relu = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.output = nn.Linear(84, n_classes)

    def forward(self, x):
        h = self.pool1(self.relu(self.conv1(x)))
        h = self.pool2(self.relu(self.conv2(h)))
        h = h.reshape(h.shape[0], -1)
        h = self.relu(self.fc1(h))
        h = self.relu(self.fc2(h))
        return self.output(h)


@mistake("LeNet5", "there are no activations", "without them, several layers can do no more than one")
class LeNetWithoutActivations(right.LeNet5):
    def forward(self, x):
        out = self.pool2(self.conv2(self.pool1(self.conv1(x))))
        return self.output(self.fc2(self.fc1(torch.flatten(out, 1))))


@mistake("LeNet5", "no tanh follows conv1 and conv2", "a tanh follows conv1, conv2, fc1 and fc2")
class TanhAfterLinearOnly(right.LeNet5):
    def forward(self, x):
        out = self.pool2(self.conv2(self.pool1(self.conv1(x))))
        return lenet_logits(self, torch.flatten(out, 1))


@mistake("LeNet5", "no tanh follows fc1 and fc2", "a tanh follows conv1, conv2, fc1 and fc2")
class TanhAfterConvOnly(right.LeNet5):
    def forward(self, x):
        out = torch.flatten(lenet_maps(self, x), 1)
        return self.output(self.fc2(self.fc1(out)))


@mistake("LeNet5", "no tanh follows fc2", "a tanh follows conv1, conv2, fc1 and fc2")
class TanhAfterFc2LeftOut(right.LeNet5):
    def forward(self, x):
        out = torch.flatten(lenet_maps(self, x), 1)
        return self.output(self.fc2(torch.tanh(self.fc1(out))))


@mistake("LeNet5", "conv1 is used a second time where conv2 belongs", "each row of the table has its turn")
class LeNetConvUsedTwice(right.LeNet5):
    def forward(self, x):
        out = self.pool1(torch.tanh(self.conv1(x)))
        out = self.pool2(torch.tanh(self.conv1(out)))
        return lenet_logits(self, torch.flatten(out, 1))


@mistake("LeNet5", "pool1 is used twice, and pool2 never", "each row of the table has its turn")
class LeNetOnePoolForBoth(right.LeNet5):
    def forward(self, x):
        out = self.pool1(torch.tanh(self.conv1(x)))
        out = self.pool1(torch.tanh(self.conv2(out)))
        return lenet_logits(self, torch.flatten(out, 1))


@mistake("LeNet5", "the table's softmax is put into the network", "the loss takes logits and does the softmax itself")
class SoftmaxOfTheTable(right.LeNet5):
    def forward(self, x):
        return super().forward(x).softmax(1)


@mistake("LeNet5", same_as="SoftmaxOfTheTable")
class SoftmaxAsAFunction(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 8, 5)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.output = nn.Linear(84, n_classes)

    def forward(self, x):
        out = self.pool1(self.conv1(x).tanh())
        out = self.pool2(self.conv2(out).tanh())
        out = self.fc1(out.flatten(1)).tanh()
        logits = self.output(self.fc2(out).tanh())
        return F.softmax(logits, dim=-1)


@mistake("LeNet5", "a log_softmax follows the last layer", "the loss takes logits and does the log_softmax itself")
class LeNetLogSoftmax(right.LeNet5):
    def forward(self, x):
        return super().forward(x).log_softmax(1)


@mistake("LeNet5", "a tanh follows the last layer too", "the answers are logits, which may be of any size")
class LeNetTanhAtTheEnd(right.LeNet5):
    def forward(self, x):
        return torch.tanh(super().forward(x))


@mistake(
    "LeNet5",
    "a ReLU follows the last layer, which leaves no negative logit",
    "the answers are logits, which may be of any size",
)
class LeNetReluAtTheEnd(right.LeNet5):
    def forward(self, x):
        return torch.relu(super().forward(x))


@mistake("LeNet5", "forward computes the answers and does not return them", "the last line of forward")
class LeNetNothingReturned(right.LeNet5):
    def forward(self, x):
        super().forward(x)


@mistake("LeNet5", "the class is returned", "the numbers of the last layer as they are: the loss needs them")
class LeNetClassReturned(right.LeNet5):
    def forward(self, x):
        return super().forward(x).argmax(1)


@mistake("LeNet5", "a batch of one loses its dimension", "squeeze() removes every side of 1")
class Squeezed(right.LeNet5):
    def forward(self, x):
        return super().forward(x).squeeze()


@mistake(
    "LeNet5",
    "forward is called by its name, so that hooks do not see the layers",
    "self.conv1(x) calls forward and what belongs to it",
)
class LeNetForwardOfEachLayer(right.LeNet5):
    def forward(self, x):
        out = self.pool1.forward(torch.tanh(self.conv1.forward(x)))
        out = self.pool2.forward(torch.tanh(self.conv2.forward(out)))
        out = torch.tanh(self.fc1.forward(torch.flatten(out, 1)))
        return self.output.forward(torch.tanh(self.fc2.forward(out)))


@mistake("LeNet5", "torch.tanh is given a layer and not what the layer gives", "torch.tanh(self.conv1(x))")
class LeNetTanhOfALayer(right.LeNet5):
    def forward(self, x):
        return self.pool1(torch.tanh(self.conv1)(x))


@mistake("LeNet5", "nn.Tanh is given the numbers, where it only makes a layer", "nn.Tanh()(x), or torch.tanh(x)")
class LeNetLayerMadeOfNumbers(right.LeNet5):
    def forward(self, x):
        return self.pool1(nn.Tanh(self.conv1(x)))


@mistake(
    "LeNet5",
    "F.dropout acts in eval mode too: it does not know the network's mode",
    "no dropout here; where there is one, nn.Dropout, or F.dropout with training=self.training",
)
class LeNetDropoutAlways(right.LeNet5):
    def forward(self, x):
        return lenet_logits(self, F.dropout(torch.flatten(lenet_maps(self, x), 1)))


@mistake("LeNet5", "self.train = True hides the method train of nn.Module", "eval() and train() are names of nn.Module")
class LeNetTrainHidden(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.train = True


@mistake(
    "LeNet5",
    "a plain tensor is put where nn.Module keeps a parameter",
    "change the numbers inside torch.no_grad(), or make an nn.Parameter",
)
class LeNetTensorForParameter(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1.weight = self.conv1.weight * 2


@mistake(
    "LeNet5",
    "a bias is a plain tensor, which nn.Module neither trains nor saves nor moves",
    "nn.Parameter, or leave the bias to nn.Linear",
)
class LeNetPlainTensorForBias(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.output = nn.Linear(84, n_classes, bias=False)
        self.bias = torch.zeros(n_classes)

    def forward(self, x):
        return super().forward(x) + self.bias


@right_answer("Net", "with a loop over the layers, and flatten as a layer")
class LoopOverLayers(right.Net):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()

    def forward(self, x):
        before, after = "conv1 act1 pool1 conv2 act2 pool2 flatten", "fc1 act3 fc2"
        for name in [*before.split(), *after.split()]:
            x = getattr(self, name)(x)
        return x


@right_answer("Net", "reshaped to as many rows as there are images")
class Reshaped(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x).reshape(len(x), -1))


@right_answer("Net", "with padding by name, and images flattened one by one once their size is known")
class OneByOne(right.Net):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding="same")
        self.conv2 = nn.Conv2d(16, 8, 3, padding="same")

    def forward(self, x):
        maps = maps_of(self, x)
        if maps.shape[1:] != (8, 8, 8):
            raise ValueError(f"images of {tuple(x.shape[2:])} are not 32 × 32")
        return logits_of(self, torch.stack([image.flatten() for image in maps]))


@right_answer("LeNet5", "pooled before tanh, which is the same for a maximum")
class PooledFirst(right.LeNet5):
    def forward(self, x):
        out = torch.tanh(self.pool1(self.conv1(x)))
        out = torch.tanh(self.pool2(self.conv2(out)))
        out = torch.tanh(self.fc1(out.flatten(1)))
        return self.output(self.fc2(out).tanh())


@right_answer("LeNet5", "with activations as layers")
class ActivationLayers(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.act1, self.act2, self.act3, self.act4 = (nn.Tanh() for _ in range(4))

    def forward(self, x):
        out = self.pool1(self.act1(self.conv1(x)))
        out = self.pool2(self.act2(self.conv2(out)))
        out = self.act3(self.fc1(nn.Flatten()(out)))
        return self.output(self.act4(self.fc2(out)))


@right_answer("LeNet5", "in halves that are computed in methods of their own")
class InHalves(right.LeNet5):
    def features(self, x):
        for conv, pool in ((self.conv1, self.pool1), (self.conv2, self.pool2)):
            x = pool(F.tanh(conv(x)))
        return x

    def classify(self, flat):
        for layer in (self.fc1, self.fc2):
            flat = F.tanh(layer(flat))
        return self.output(flat)

    def forward(self, x):
        return self.classify(self.features(x).flatten(start_dim=1))


@right_answer("Net", "forward has helpers for its two halves")
class InTwoHalves(nn.Module):
    def __init__(self):
        super().__init__()
        for number, (before, after) in enumerate([(3, 16), (16, 8)], start=1):
            setattr(self, f"conv{number}", nn.Conv2d(before, after, 3, padding="same"))
            setattr(self, f"act{number}", nn.Tanh())
            setattr(self, f"pool{number}", nn.MaxPool2d(kernel_size=2, stride=2))
        self.fc1, self.act3, self.fc2 = nn.Linear(512, 32), nn.Tanh(), nn.Linear(32, 2)

    def features(self, x):
        for layer in (self.conv1, self.act1, self.pool1, self.conv2, self.act2, self.pool2):
            x = layer(x)
        return x

    def classify(self, x):
        return self.fc2(self.act3(self.fc1(x)))

    def forward(self, x):
        return self.classify(self.features(x).flatten(start_dim=1))


@right_answer("LeNet5", "layers from a list, called by their names")
class ByName(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(in_channels, 8, 5), nn.Conv2d(8, 16, 5)
        self.pool1, self.pool2 = nn.MaxPool2d(2, 2), nn.MaxPool2d(2, 2)
        sizes = [16 * 5**2, 120, 84, n_classes]
        for name, before, after in zip(["fc1", "fc2", "output"], sizes, sizes[1:], strict=False):
            setattr(self, name, nn.Linear(before, after))

    def forward(self, x):
        for number in (1, 2):
            x = getattr(self, f"pool{number}")(getattr(self, f"conv{number}")(x).tanh())
        x = x.flatten(1)
        for name in ("fc1", "fc2"):
            x = torch.tanh(getattr(self, name)(x))
        return self.output(x)


@right_answer("Net", "with layers made from the last to the first")
class LastLayerFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc2, self.act3, self.fc1 = nn.Linear(32, 2), nn.Tanh(), nn.Linear(512, 32)
        self.pool2, self.act2, self.conv2 = nn.MaxPool2d(2), nn.Tanh(), nn.Conv2d(16, 8, 3, padding=1)
        self.pool1, self.act1, self.conv1 = nn.MaxPool2d(2), nn.Tanh(), nn.Conv2d(3, 16, 3, padding=1)

    def forward(self, x):
        return right.Net.forward(self, x)
