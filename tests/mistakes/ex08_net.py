import torch
from torch import nn

from mistakes import mistake, right, right_answer


def maps_of(net, x):
    """Net's maps before they are flattened. Shape: (N, 3, 32, 32) -> (N, 8, 8, 8)."""
    out = net.pool1(net.act1(net.conv1(x)))
    return net.pool2(net.act2(net.conv2(out)))


def logits_of(net, flat):
    """Net's linear layers. Shape: (N, 512) -> (N, 2)."""
    return net.fc2(net.act3(net.fc1(flat)))


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


@mistake("Net", "conv1 is called convl, as the slide shows it", "the name ends with the number one")
class LetterForOne(right.Net):
    def __init__(self):
        super().__init__()
        self.convl = self.conv1
        del self.conv1

    def forward(self, x):
        out = self.pool1(self.act1(self.convl(x)))
        out = self.pool2(self.act2(self.conv2(out)))
        return logits_of(self, torch.flatten(out, 1))


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


@mistake(
    "Net",
    "view(-1, 512) takes numbers of several images for one, where images have another size",
    "the dimension that must stay is the first one: torch.flatten(out, 1)",
)
class ViewThatMixesImages(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x).view(-1, 8 * 8 * 8))


@mistake(
    "Net",
    "view is given a tensor whose numbers lie in another order in memory",
    "torch.flatten copies where it has to, view raises an error",
)
class ViewOfChannelsLast(right.Net):
    def forward(self, x):
        return logits_of(self, maps_of(self, x).view(len(x), -1))


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


@mistake("Net", "forward computes the answers and does not return them", "the last line of forward")
class NothingReturned(right.Net):
    def forward(self, x):
        super().forward(x)


@mistake("Net", "a tanh follows fc2 too", "the answers are logits, which may be of any size")
class TanhAtTheEnd(right.Net):
    def forward(self, x):
        return torch.tanh(super().forward(x))


@mistake("Net", "the activations are ReLU", "the table of the layers says nn.Tanh")
class ReluForTanh(right.Net):
    def __init__(self):
        super().__init__()
        self.act1, self.act2, self.act3 = nn.ReLU(), nn.ReLU(), nn.ReLU()


@mistake("Net", "an activation is made in __init__ and left out in forward", "each of the nine layers has its turn")
class ActivationLeftOut(right.Net):
    def forward(self, x):
        return self.fc2(self.fc1(torch.flatten(maps_of(self, x), 1)))


@mistake("Net", "self.train = True hides the method train of nn.Module", "eval() and train() are names of nn.Module")
class TrainHidden(right.Net):
    def __init__(self):
        super().__init__()
        self.train = True


@mistake("LeNet5", "in_channels is ignored", "the first argument of conv1")
class ThreeChannelsAlways(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1 = nn.Conv2d(3, 8, kernel_size=5)


@mistake(
    "LeNet5",
    "conv1 has 6 filters like the LeNet-5 of 1998",
    "the table of the lecture has 8 filters in conv1",
)
class SixFilters(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.conv1, self.conv2 = nn.Conv2d(in_channels, 6, 5), nn.Conv2d(6, 16, 5)


@mistake("LeNet5", "the pools average", "the pools of the lecture take the maximum")
class AveragePools(right.LeNet5):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__(in_channels, n_classes)
        self.pool1, self.pool2 = nn.AvgPool2d(2), nn.AvgPool2d(2)


@mistake("LeNet5", "the table's softmax is put into the network", "the loss takes logits and does the softmax itself")
class SoftmaxOfTheTable(right.LeNet5):
    def forward(self, x):
        return super().forward(x).softmax(1)


@mistake("LeNet5", "a batch of one loses its dimension", "squeeze() removes every side of 1")
class Squeezed(right.LeNet5):
    def forward(self, x):
        return super().forward(x).squeeze()


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
