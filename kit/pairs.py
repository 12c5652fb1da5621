"""Eight pairs for ex18. right_N is right; wrong_N has one slip, and agrees with right_N on the usual inputs."""

import math

import torch
from torch import Tensor


def right_1(image: Tensor, kernel: Tensor) -> Tensor:
    """Correlate an image with a kernel. Shape: (H, W), (KH, KW) -> (H - KH + 1, W - KW + 1)."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError(f"a kernel of {kh} x {kw} does not fit into an image of {h} x {w}")
    answer = torch.zeros(h - kh + 1, w - kw + 1)
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            for a in range(kh):
                for b in range(kw):
                    answer[i, j] += image[i + a, j + b] * kernel[a, b]
    return answer


def wrong_1(image: Tensor, kernel: Tensor) -> Tensor:
    """As right_1, but for one slip."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError(f"a kernel of {kh} x {kw} does not fit into an image of {h} x {w}")
    answer = torch.zeros(h - kh + 1, w - kw + 1)
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            for a in range(kh):
                for b in range(kh):
                    answer[i, j] += image[i + a, j + b] * kernel[a, b]
    return answer


def right_2(n: int, kernel_size: int, stride: int) -> int:
    """Count the places of a kernel along n pixels, without padding."""
    if not 1 <= kernel_size <= n or stride < 1:
        raise ValueError(f"a kernel of {kernel_size} with stride {stride} has no place along {n} pixels")
    return (n - kernel_size) // stride + 1


def wrong_2(n: int, kernel_size: int, stride: int) -> int:
    """As right_2, but for one slip."""
    if not 1 <= kernel_size <= n or stride < 1:
        raise ValueError(f"a kernel of {kernel_size} with stride {stride} has no place along {n} pixels")
    return round((n - kernel_size) / stride) + 1


def right_3(image: Tensor, padding: int) -> Tensor:
    """Put rows and columns of zeros around an image. Shape: (H, W) -> (H + 2 padding, W + 2 padding)."""
    h, w = image.shape
    if padding < 0:
        raise ValueError(f"the padding is {padding}, want 0 or more")
    padded = torch.zeros(h + 2 * padding, w + 2 * padding)
    padded[padding : padding + h, padding : padding + w] = image
    return padded


def wrong_3(image: Tensor, padding: int) -> Tensor:
    """As right_3, but for one slip."""
    h, w = image.shape
    if padding < 0:
        raise ValueError(f"the padding is {padding}, want 0 or more")
    padded = torch.zeros(h + 2 * padding, w + 2 * padding)
    padded[padding:-padding, padding:-padding] = image
    return padded


def right_4(images: Tensor) -> Tensor:
    """Take from each image of a batch its mean. Shape: (N, C, H, W) -> the same."""
    images = images.double()
    return images - images.mean((1, 2, 3), keepdim=True)


def wrong_4(images: Tensor) -> Tensor:
    """As right_4, but for one slip."""
    images = images.double()
    return images - images.mean()


def right_5(image: Tensor) -> Tensor:
    """Take from each pixel the one to its left. Shape: (H, W) -> (H, W - 1), in float64."""
    if image.shape[1] < 2:
        raise ValueError(f"an image of {image.shape[1]} column has no neighbours in a row")
    image = image.double()
    return image[:, 1:] - image[:, :-1]


def wrong_5(image: Tensor) -> Tensor:
    """As right_5, but for one slip."""
    if image.shape[1] < 2:
        raise ValueError(f"an image of {image.shape[1]} column has no neighbours in a row")
    differences = image[:, 1:] - image[:, :-1]
    return differences.double()


def right_6(image: Tensor, kernel_size: int, padding: int) -> Tensor:
    """Take the largest number of each window, with stride 1; padding never wins. Shape: (H, W) -> (H_out, W_out)."""
    h, w = image.shape
    if not 0 <= padding <= kernel_size // 2 or not 1 <= kernel_size <= min(h, w) + 2 * padding:
        raise ValueError(f"a kernel of {kernel_size} with padding {padding} does not fit an image of {h} x {w}")
    padded = torch.full((h + 2 * padding, w + 2 * padding), -math.inf)
    padded[padding : padding + h, padding : padding + w] = image
    windows = padded.unfold(0, kernel_size, 1).unfold(1, kernel_size, 1)  # (H_out, W_out, kernel_size, kernel_size)
    return windows.amax((2, 3))


def wrong_6(image: Tensor, kernel_size: int, padding: int) -> Tensor:
    """As right_6, but for one slip."""
    h, w = image.shape
    if not 0 <= padding <= kernel_size // 2 or not 1 <= kernel_size <= min(h, w) + 2 * padding:
        raise ValueError(f"a kernel of {kernel_size} with padding {padding} does not fit an image of {h} x {w}")
    padded = torch.zeros(h + 2 * padding, w + 2 * padding)
    padded[padding : padding + h, padding : padding + w] = image
    windows = padded.unfold(0, kernel_size, 1).unfold(1, kernel_size, 1)  # (H_out, W_out, kernel_size, kernel_size)
    return windows.amax((2, 3))


def right_7(image: Tensor) -> Tensor:
    """Say how bright an image is: the mean of its pixels. Shape: (H, W) -> ()."""
    return image.double().mean()


def wrong_7(image: Tensor, known: dict = {}) -> Tensor:  # noqa: B006 - this is what it is about
    """As right_7, but for one slip: it wants to work out nothing twice."""
    if image.shape not in known:
        known[image.shape] = image.double().mean()
    return known[image.shape]


def right_8(image: Tensor) -> Tensor:
    """Let bright pixels run down: each becomes the larger of itself and the one above it. Shape: (H, W) -> the same."""
    h, w = image.shape
    answer = image.clone()
    for i in range(1, h):
        for j in range(w):
            answer[i, j] = max(image[i, j], image[i - 1, j])
    return answer


def wrong_8(image: Tensor) -> Tensor:
    """As right_8, but for one slip."""
    h, w = image.shape
    answer = image.clone()
    for i in range(h):
        for j in range(w):
            answer[i, j] = max(image[i, j], image[i - 1, j])
    return answer
