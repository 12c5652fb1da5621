"""ex11: how often the network is right, on what it has seen and on what it has not."""

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader


def predict(outputs: Tensor) -> Tensor:
    """Give the class with the largest score of each sample; of equal scores, the first.

    Shape: (N, K) -> (N,), int64, on the device of the outputs

    >>> predict(torch.tensor([[1.25, -2.0], [-0.5, 0.75], [0.5, 0.5]]))
    tensor([0, 1, 0])

    Lecture: "Understanding torch.max". With dim it always gives values and indices; without dim, one value.
    """
    raise NotImplementedError


def validate(
    model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, device: torch.device
) -> dict[str, float]:
    """Measure on the device which share of the samples the model gets right: {"train": ..., "val": ...}.

    A sample's answer must not depend on its neighbours in the batch, nor on chance, so every layer is in eval mode.
    Images, labels and model come from the CPU and belong on the device. Each loader, a DataLoader or a list of
    batches (images, labels), is gone through once, and no graph is built. Afterwards a training can go on as if
    nothing had been: parameters, buffers and gradients are what they were, and the model with all its layers is in
    the mode in which it came. Layers that came in another mode than model.training says may have either one.

    Shape: each batch (N, C, H, W), (N,); the model gives (N, K) -> two plain floats from 0 to 1

    >>> train_loader = [(torch.tensor([[3.0, 1.0], [0.0, 2.0]]), torch.tensor([0, 1]))]
    >>> val_loader = [(torch.tensor([[5.0, 6.0]]), torch.tensor([1])), (torch.tensor([[8.0, 7.0]]), torch.tensor([1]))]
    >>> validate(nn.Identity(), train_loader, val_loader, torch.device("cpu"))
    {'train': 1.0, 'val': 0.5}

    Lecture: "validate". There nobody calls model.eval(), so that dropout and batch norm act as in training.
    """
    raise NotImplementedError
