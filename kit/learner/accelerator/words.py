"""The name of the pretend accelerator, and the sentences of CUDA with that name in them."""

from kit.learner.devices import PRETEND as NAME

MIXED = f"Expected all tensors to be on the same device, but found at least two devices, {NAME}:0 and cpu!"
FOREIGN_INDEX = "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
NO_NUMPY = (
    f"can't convert {NAME}:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first."
)
ABSENT = f"There is no {NAME} device on this machine: torch.{NAME}.is_available() is False."
NOT_LOADABLE = (
    f"Attempting to deserialize object on an {NAME} device but torch.{NAME}.is_available() is False. "
    "If you are running on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') "
    "to map your storages to the CPU."
)
