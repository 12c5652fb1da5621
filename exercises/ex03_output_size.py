"""ex03: how large an output is, and how much of the image one number of it has seen."""


def conv_output_size(n: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Count the places where a kernel can stand along one side of an image.

    The image has n pixels in this direction and gets `padding` more at both ends. The kernel moves on by
    `stride`; where the last step would lead over the edge it is not made. Neighbours in the kernel lie
    `dilation` pixels apart.

    Raises: ValueError, with the numbers, if the kernel is longer than the padded image, if kernel_size,
        stride or dilation is less than 1, or padding less than 0.
    Lecture: "Instead of moving kernel step-by-step, we can move it further". Its formula gives 4.5 for the
        example below: the quotient is rounded down before 1 is added. Where a later formula subtracts
        n_c, subtract f: with n_c = 10 the side of 39 would become 30, not 37.

    >>> conv_output_size(10, 3, stride=2)
    4
    >>> conv_output_size(39, 3)
    37
    """
    raise NotImplementedError


def same_padding(kernel_size: int) -> int:
    """Say how many pixels to add at each end so that a kernel with stride 1 keeps the size.

    Raises: ValueError, with the number, unless kernel_size is odd and positive: an even kernel would need
        half a pixel at each end.
    Lecture: "You've managed to keep the dimensions our convoluted matrix". A 5×5 image needs a frame that
        makes it 7×7, not 6×6, for a kernel of 3×3 to answer with 5×5.

    >>> same_padding(3)
    1
    """
    raise NotImplementedError


def trace_sizes(n: int, layers: list[tuple[int, int, int]]) -> list[int]:
    """List the sizes of an image on its way through layers, beginning with n itself.

    A layer is (kernel_size, stride, padding).

    Raises: ValueError, with the numbers, if a kernel does not fit into what the layer before it gives.
    Lecture: "Convolutional Neural Network Example", with the sizes 39, 37, 17, 7. The l in brackets is not
        "usually 3", but the number of the layer, and a network may have any number of layers. The second
        one has 20 filters, so n_c = 20 and not 10; sizes do not hang on that.

    >>> trace_sizes(28, [(5, 1, 0), (2, 2, 0)])
    [28, 24, 12]
    """
    raise NotImplementedError


def receptive_field(layers: list[tuple[int, int, int]]) -> int:
    """Say how many pixels of the image, from the first to the last, one number of the last layer has seen.

    Layers are (kernel_size, stride, padding), the first one nearest to the image; pooling counts as a layer
    too. The number lies in the interior, so that it has seen no padding. Without any layer it is a pixel, and
    has seen 1.

    Lecture: "Downsampling", which asks how small kernels find relationships at a larger scale.

    >>> receptive_field([(3, 1, 0), (3, 1, 0)])
    5
    """
    raise NotImplementedError
