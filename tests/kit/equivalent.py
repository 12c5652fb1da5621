"""Mutants that differ from the right answer for nobody: by answer, a part of the changed lines and the reason."""

EVEN = "0 is refused for being even"
FROM_0 = "the first pixel that is seen is 0, wherever counting begins"

EQUIVALENT: dict[str, dict[str, str]] = {
    "ex03.solution": {"+    if kernel_size < 0 or kernel_size % 2 == 0:": EVEN},
    "ex02.with_hypot": {
        "+    return torch.hypot(*(correlate2d(image, right.sobel(edges)) for": "whole weights are exact in float32",
    },
    "ex03.pixels_on_one_side": {"+    if kernel_size % 2 != 1 or kernel_size < 1:": EVEN},
    "ex03.by_trying": {
        "range(max(1, kernel_size))": "with a padding of 0 alone no kernel below 1 keeps the size",
        "range(max(kernel_size, 0))": "the larger of two is the same either way round",
    },
    "ex03.set_of_pixels": {
        "{stride * i - a for i": "pixels to the left are as many as those to the right",
        "pixels = {-1}": FROM_0,
        "pixels = {1}": FROM_0,
        "max(pixels) + min(pixels) + 1": FROM_0,
    },
    "ex16.solution": {
        "x[:, -1].numel()": "all channels have as many numbers as the first",
        "torch.rand_like(x) > self.p": "a number drawn by chance is hardly ever p itself",
        "if self.p < 1 else 1": "with p = 1 nothing is kept that could be enlarged",
        "if self.p < 1 else -1": "with p = 1 nothing is kept that could be enlarged",
    },
}
