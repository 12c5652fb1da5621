"""A network, its images, and what it means that two devices give the same, for the tests of the accelerator."""

import torch
import torch.nn.functional as F
from torch import nn


def images():
    return torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def labels():
    return torch.tensor([0, 2, 1, 2])


class Net(nn.Module):
    """Every layer that the exercises or their variants use. Shape: (N, 3, 8, 8) -> (N, 3)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 4, 3, padding=1)
        self.fc1 = nn.Linear(16, 5)
        self.fc2 = nn.Linear(5, 3)

    def forward(self, x):
        out = F.max_pool2d(torch.tanh(self.norm(self.conv1(x))), 2)  # (N, 6, 4, 4)
        out = F.avg_pool2d(F.leaky_relu(self.conv2(out)), 2)  # (N, 4, 2, 2)
        out = F.dropout(out.view(-1, 16), 0.3, self.training)
        return self.fc2(torch.sigmoid(F.relu(self.fc1(out), inplace=True)))


def seeded_net():
    torch.manual_seed(0)
    return Net()


def on_cpu(answer):
    """Take tensors in tuples, lists and dicts to the CPU."""
    if isinstance(answer, torch.Tensor):
        return answer.detach().cpu()
    if isinstance(answer, dict):
        return {key: on_cpu(value) for key, value in answer.items()}
    return [on_cpu(part) for part in answer] if isinstance(answer, (tuple, list)) else answer


def assert_identical(got, want):
    assert type(got) is type(want)
    if isinstance(want, torch.Tensor):
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        assert torch.equal(got, want), f"{got} is not {want}"
    elif isinstance(want, (dict, list)):
        assert len(got) == len(want)
        for key in want if isinstance(want, dict) else range(len(want)):
            assert_identical(got[key], want[key])
    else:
        assert got == want


def assert_equals_cpu(function, device):
    """Run function(device) on both devices from one seed; what comes out must have the same bits."""
    torch.manual_seed(7)
    want = on_cpu(function(torch.device("cpu")))
    torch.manual_seed(7)
    assert_identical(on_cpu(function(device)), want)
