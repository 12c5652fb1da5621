"""It refuses what a GPU refuses: tensors of two devices."""

import pytest
import torch
import torch.nn.functional as F
from accelerating import images

from kit.learner.accelerator.words import FOREIGN_INDEX, MIXED

MIXES = {
    "add": lambda far, near: far + near,
    "in place": lambda far, near: near.add_(far),
    "scalar from the accelerator": lambda far, near: near * far.sum(),
    "total on the CPU": lambda far, near: near.sum().add_(far.sum()),
    "stack": lambda far, near: torch.stack([far.sum(), near.sum()]),
    "cat": lambda far, near: torch.cat([near, far]),
    "equal": lambda far, near: torch.equal(near, far),
    "compare": lambda far, near: (near.argmax(1) == far.argmax(1)).sum(),
    "conv2d": lambda far, near: F.conv2d(near, far),
    "bias": lambda far, near: F.conv2d(far, far, near[:, 0, 0, 0]),
    "linear": lambda far, near: F.linear(far[0, 0], near[0, 0], near[0, 0, 0]),
    "norm": lambda far, near: F.batch_norm(far, near[0, :, 0, 0], near[0, :, 0, 0]),
    "matmul": lambda far, near: near @ far,
    "mean squared error": lambda far, near: F.mse_loss(far, near),
    "cross entropy": lambda far, near: F.cross_entropy(far[:, :, 0, 0], near[:, 0, 0, 0].long().clamp(0, 2)),
    "one picture's label": lambda far, near: F.cross_entropy(far[0, :, 0, 0], near.argmax() * 0),
    "where": lambda far, near: torch.where(far > 0, far, near),
    "values": lambda far, near: far.index_put_((far > 0,), near[near > 0]),
    "output argument": lambda far, near: torch.add(far, far, out=near),
}


@pytest.mark.parametrize("name", MIXES)
def test_mixed_devices_raise_the_sentence_of_cuda(name, device):
    with pytest.raises(RuntimeError) as refusal:
        MIXES[name](images().to(device), images())
    assert str(refusal.value) == MIXED
    assert MIXED == ("Expected all tensors to be on the same device, but found at least two devices, accel:0 and cpu!")


def test_mask_from_the_accelerator_does_not_index_a_cpu_tensor(device):
    mask = torch.tensor([True, False, True, False], device=device)
    with pytest.raises(RuntimeError) as refusal:
        images()[mask]
    assert str(refusal.value) == FOREIGN_INDEX
