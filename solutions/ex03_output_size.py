"""ex03: how large an output is, and how much of the image one number of it has seen."""


def conv_output_size(n: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Count the places where a kernel can stand along one side of an image.

    The image has n pixels in this direction and gets `padding` more at both ends. The kernel moves on by
    `stride`; where the last step would lead over the edge it is not made. Neighbours in the kernel lie
    `dilation` pixels apart.

    Raises: ValueError, with the numbers, if the kernel is longer than the padded image, if kernel_size,
        stride or dilation is less than 1, or padding less than 0.

    >>> conv_output_size(10, 3, stride=2)
    4
    >>> conv_output_size(39, 3)
    37

    Lecture: "Instead of moving kernel step-by-step, we can move it further". Its formula gives 4.5 for the first
        example; the quotient is rounded down before 1 is added. Where a later formula subtracts n_c, subtract f.
    """
    if min(kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError(
            f"there is no kernel with {kernel_size=}, {stride=}, {padding=}, {dilation=}; want at least 1, 1, 0, 1"
        )
    span = dilation * (kernel_size - 1) + 1  # from the kernel's first pixel to its last
    if span > n + 2 * padding:
        raise ValueError(f"a kernel spanning {span} pixels does not fit into {n} + 2 * {padding}")
    return (n + 2 * padding - span) // stride + 1


def same_padding(kernel_size: int) -> int:
    """Say how many pixels to add at each end so that a kernel with stride 1 keeps the size.

    Raises: ValueError, with the number, unless kernel_size is odd and positive: an even kernel would need
        half a pixel at each end.

    >>> same_padding(3)
    1

    Lecture: "You've managed to keep the dimensions our convoluted matrix". With a 3×3 kernel, 5×5 has to become 7×7
        first, not 6×6.
    """
    if kernel_size < 1 or kernel_size % 2 == 0:
        raise ValueError(f"a kernel of {kernel_size} has no padding, the same at both ends, that keeps the size")
    return kernel_size // 2


def trace_sizes(n: int, layers: list[tuple[int, int, int]]) -> list[int]:
    """List the sizes of an image on its way through layers, beginning with n itself.

    A layer is (kernel_size, stride, padding).

    Raises: ValueError, with the numbers, if a kernel does not fit into what the layer before it gives, if a kernel_size
        or stride is less than 1, or a padding less than 0.

    >>> trace_sizes(28, [(5, 1, 0), (2, 2, 0)])
    [28, 24, 12]

    Lecture: "Convolutional Neural Network Example", with the sizes 39, 37, 17, 7. The l in brackets is the number
        of the layer, not "usually 3".
    """
    sizes = [n]
    for kernel_size, stride, padding in layers:
        sizes.append(conv_output_size(sizes[-1], kernel_size, stride, padding))
    return sizes


def receptive_field(layers: list[tuple[int, int, int]]) -> int:
    """Count the pixels of the image, from the first to the last, that one number of the last layer depends on.

    Layers are (kernel_size, stride, padding), the first one nearest to the image; pooling counts as a layer
    too. The number lies in the interior, so no padding is involved. Without any layer the answer is 1.


    >>> receptive_field([(3, 1, 0), (3, 1, 0)])
    5

    Lecture: "Downsampling", which asks how small kernels find relationships at a larger scale.
    """
    seen, step = 1, 1  # step: how many pixels of the image lie between neighbours of this layer
    for kernel_size, stride, _ in layers:
        seen += (kernel_size - 1) * step
        step *= stride
    return seen
