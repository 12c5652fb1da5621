"""Mutants that differ from the right answer for nobody: by answer, a part of the changed lines and the reason."""

EVEN = "0 is refused for being even"
ANOTHER_INPUT = "another input that shows the slip"
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
    "ex18.solution": {
        "torch.tensor([-1.0, 1.0])": ANOTHER_INPUT,
        "torch.tensor([0.0, 2.0])": ANOTHER_INPUT,
        "torch.tensor([[2, 0]]": ANOTHER_INPUT,
        "torch.ones(1, 1), 3, 1)": ANOTHER_INPUT,
        "torch.tensor([[-1.0], [1.0]])": ANOTHER_INPUT,
        "torch.tensor([[0.0], [2.0]])": ANOTHER_INPUT,
    },
    "ex18.views": {"torch.arange(8.0)": ANOTHER_INPUT},
    "ex18.by_trying": {
        "+    tried = ": "it is found among more inputs, or among fewer",
        "right_2(*each) < pairs": "round never rounds down further than // does",
        "differing[-1]": "there is one such input only",
    },
    **{
        f"ex18.{name}": {"+    return ": "a changed number makes another input, and many show the slip"}
        for name in (
            *("by_names", "negative_pixel", "whole_images", "drawn", "booleans", "int8_image"),
            *("kernel_of_3", "calls_by_name", "negative_rows"),
        )
    },
}
