"""ex10: the training loop, on whatever device the machine has."""

import torch
from torch import nn
from torch.utils.data import DataLoader


def pick_device() -> torch.device:
    """Pick the fastest device of this machine: CUDA before MPS before the CPU.

    Ask torch.cuda and torch.backends.mps each time: the answer belongs to the machine on which the code runs.

    Shape: () -> torch.device

    >>> pick_device().type in ("cuda", "mps", "cpu")
    True

    Lecture: "Activating GPU".
    """
    raise NotImplementedError


def training_loop(
    n_epochs: int,
    optimizer: torch.optim.Optimizer,
    model: nn.Module,
    loss_fn: nn.Module,
    train_loader: DataLoader,
    device: torch.device,
) -> list[float]:
    """Train the model for n_epochs on the device, and return the mean loss of each epoch.

    Each batch is used for one step, from its own gradients alone. Images, labels and model come from the CPU and
    belong on the device. Every epoch runs in train mode: the model may arrive in eval mode, and whoever looks on
    between two epochs may leave it in eval mode. train_loader is a DataLoader or a list of batches (images, labels).
    Labels reach loss_fn as they are, be they classes or numbers with a fraction.

    Shape: each batch (N, C, H, W), (N,) or what loss_fn takes; the model gives (N, K) -> list of n_epochs plain floats
        An epoch's loss is the mean of what loss_fn gave for each of its batches.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.ones_(model.weight)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> batches = [(torch.tensor([[1.0]]), torch.tensor([[2.0]])), (torch.tensor([[3.0]]), torch.tensor([[6.0]]))]
    >>> training_loop(1, optimizer, model, nn.MSELoss(), batches, torch.device("cpu"))  # w is 1, then 1.5
    [1.625]

    Lecture: "Activating GPU". There nobody calls model.train(). The type of an optimizer is torch.optim.Optimizer. The
        mean of the batches' means, in which samples of a small last batch count for more, is kept as it is.
    """
    raise NotImplementedError
