"""Kernels as data: what they answer to a step and to a constant, beside what the right one answers."""

from kit.learner.lazy_torch import is_tensor
from kit.see.values import tensor_node

NAMES = ("box_blur", "prewitt", "sobel", "scharr")
LARGEST = 9  # kernels


def kernel_picture(got: object, want: object) -> dict | None:
    """The data of the picture; None if the answer is no kernel that could be laid on an image."""
    if not is_tensor(got) or got.is_complex() or got.dim() != 2 or not 0 < min(got.shape) <= max(got.shape) <= LARGEST:
        return None
    if want.shape[0] > LARGEST or not got.isfinite().all():
        return None
    side = max(*got.shape, *want.shape) + 3
    rows = []
    for name, image in images(side).items():
        answers = [correlated(image, kernel) for kernel in (got, want)]
        rows.append(
            {
                "name": name,
                "image": tensor_node(image),
                "got": tensor_node(answers[0], answers[1]),
                "want": tensor_node(answers[1], answers[0]),
            }
        )
    return {"kind": "kernels", "rows": rows, "holdsSides": False}


def images(side: int) -> dict:
    """Small images on which it shows what a kernel is for."""
    import torch

    step = torch.zeros(side, side, dtype=torch.float64)
    step[:, side // 2 :] = 1
    return {
        "a step from left to right": step,
        "a step from top to bottom": step.T,
        "a constant": torch.ones(side, side, dtype=torch.float64),
    }


def correlated(image: object, kernel: object) -> object:
    """What the kernel answers. Shape: (H, W), (KH, KW) -> (H - KH + 1, W - KW + 1)."""
    from torch.nn.functional import conv2d

    return conv2d(image[None, None], kernel.double()[None, None])[0, 0]
