"""A pretend accelerator: training code is checked for its device handling on a machine without a GPU.

Its tensors keep real values in host memory, so losses and gradients equal a CPU run bit for bit; mixing them
with CPU tensors raises CUDA's sentence. It uses what PyTorch offers to makers of backends: a wrapper subclass
below autograd, kernels for the spare backend, a package for torch.load. There is no TorchFunctionMode, which
could get in the way of another one, and no TorchDispatchMode, which would import torch._dynamo.
One thing must not be done on it: a tensor hook that raises during backward() aborts the process.
"""

from kit.learner.accelerator.machine import accelerator

__all__ = ["accelerator"]
