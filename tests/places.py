"""Where a kernel stands and what it sees, pixel by pixel: exercise 3 without a formula, and without torch's seconds."""


def places(n, kernel_size, stride=1, padding=0, dilation=1):
    """For each place of the kernel the pixels under it; the image's own are 0 to n - 1, the others are padding."""
    found, begin = [], -padding
    while begin + dilation * (kernel_size - 1) < n + padding:
        found.append([begin + dilation * i for i in range(kernel_size)])
        begin += stride
    return found


def pixels_seen(layers):
    """The pixels on which the first number of the last layer depends, walked back to the image; nothing is padded."""
    pixels = {0}
    for kernel_size, stride, _ in reversed(layers):
        pixels = {stride * pixel + i for pixel in pixels for i in range(kernel_size)}
    return pixels
