"""What hangs in the gallery, in order: each picture with the functions it is drawn by, a caption, and words for it."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from kit.gallery import beyond, kernels, maps, network


@dataclass(frozen=True)
class Exhibit:
    """A picture of the gallery."""

    room: str
    figure: Callable[..., Figure]
    parts: tuple[str, ...]  # the learner's functions that it is drawn by, in the order of its arguments
    heading: str
    caption: str
    alt: str  # for those who cannot see the picture
    steps: Callable[..., list[Callable[[], Figure]]] | None = (
        None  # the same step by step, to be gone through one by one
    )
    photograph: bool = False  # a PNG; what is made of cells and text is an SVG

    @property
    def name(self) -> str:
        """Names its file and its place on the page."""
        return self.figure.__name__

    @property
    def suffix(self) -> str:
        """The kind of its file."""
        return "png" if self.photograph else "svg"

    @property
    def exercises(self) -> str:
        """The exercises that it needs: "ex05 and ex06", "ex08 to ex11"."""
        ids = sorted({part.split(".")[0] for part in self.parts})
        return " and ".join(ids) if len(ids) < 3 else f"{ids[0]} to {ids[-1]}"


TRAINING = (
    "ex08.Net",
    "ex09.channel_statistics",
    "ex09.normalize",
    "ex09.make_loader",
    "ex10.training_loop",
    "ex11.predict",
    "ex11.validate",
)
SLIDING, EDGES, SIZES = "A kernel slides", "Blur, edges, and a kernel that is learned", "Sizes and padding"
VOLUMES, TRAINED = "Volumes, pooling, and what there is to learn", "A trained network"
BEYOND = "Beyond the lecture"
EXHIBITS = [
    Exhibit(
        SLIDING,
        kernels.sliding_window,
        ("ex01.correlate2d",),
        "The sliding window",
        "The lecture's example. In each window nine products are added up; the coloured pixels are those that the "
        "kernel multiplies by 1. The nine sums, in 3 rows and 3 columns, are the answer.",
        "Nine panels show a window of 3 × 3 on an image of 5 × 5 ones and zeros, each with its sum; beside them the "
        "kernel and the 3 × 3 sums.",
        steps=kernels.sliding_steps,
    ),
    Exhibit(
        SLIDING,
        kernels.kernel_print,
        ("ex01.correlate2d", "ex01.convolve2d"),
        "One bright pixel",
        "Where only one pixel is bright, the answer is the kernel itself. Correlation, which is what nn.Conv2d does, "
        "answers with the kernel turned by 180°. Convolution, as mathematics has it, turns the kernel first, so that "
        "it comes out upright.",
        "An image with one 1 in the middle and a kernel with the numbers 1 to 9; correlation answers 9 to 1, "
        "convolution 1 to 9.",
    ),
    Exhibit(
        EDGES,
        kernels.kernels_on_photograph,
        ("ex02.box_blur", "ex02.prewitt", "ex02.sobel", "ex02.scharr", "ex02.edge_strength"),
        "On a photograph",
        "Rear Admiral Grace Hopper, who wrote one of the first compilers. Blue: it is brighter on the left of the "
        "edge, or above it. Orange: brighter on the right, or below. Edge strength is the same in all directions: the "
        "stronger, the darker.",
        "A portrait, blurred, as a drawing of its edges, and through the kernels of Prewitt, Sobel and Scharr for "
        "vertical and for horizontal edges.",
        photograph=True,
    ),
    Exhibit(
        EDGES,
        kernels.kernels_on_drawn_pictures,
        ("ex02.box_blur", "ex02.sobel", "ex02.edge_strength"),
        "On a plane and a bird",
        "The same kernels, with their numbers, on two of the 32 × 32 pictures that the kit draws. The edge kernels "
        "leave the outlines, whatever the colour of the sky.",
        "A plane and a bird, blurred and through Sobel's two kernels, and their edge strength; on the left the "
        "kernels as numbers.",
    ),
    Exhibit(
        EDGES,
        kernels.kernel_learned,
        ("ex02.learn_kernel", "ex02.sobel"),
        "A kernel that is learned",
        "Gradient descent begins with a kernel of zeros, and has one picture and Sobel's answer to it. Each step makes "
        "the error a little smaller. After 1000 steps the kernel is Sobel's.",
        "The learned kernel after 0, 1, 10, 100 and 1000 steps beside Sobel's, and a falling curve of the error.",
    ),
    Exhibit(
        SIZES,
        maps.sizes,
        ("ex03.trace_sizes", "ex03.receptive_field"),
        "Sizes through the lecture's network",
        "The size after each layer is (n + 2p - f) / s, rounded down, plus 1. The maps become smaller, and there are "
        "more of them. On the right: how many pixels of the image one number of a layer depends on.",
        "Volumes of 39 × 39 × 3, 37 × 37 × 10, 17 × 17 × 20 and 7 × 7 × 40; beside them, squares of 3, 7 and 15 pixels "
        "in an image of 39.",
    ),
    Exhibit(
        SIZES,
        maps.how_often_used,
        ("ex04.correlate2d",),
        "What padding is good for",
        "For each pixel of a 6 × 6 image, the number of 3 × 3 windows that it lies in. With a frame of zeros around "
        "the image, a corner is used 4 times, not once, and the answer is as large as the image.",
        "Two tables of 6 × 6 counts: from 1 in the corners to 9 in the middle without padding, from 4 to 9 with it.",
    ),
    Exhibit(
        VOLUMES,
        maps.feature_maps,
        ("ex05.conv2d",),
        "All 16 feature maps",
        "What nn.Conv2d(3, 16, 3) makes of a picture before it has learned anything: 16 random filters, 16 maps, "
        "numbered from 0 to 15. The lecture's range(0, 15) leaves out the last.",
        "A drawn bird and 16 maps of it, in each of which other edges stand out.",
    ),
    Exhibit(
        VOLUMES,
        maps.shifted,
        ("ex05.conv2d",),
        "Shift the picture",
        "Where the plane is shifted, a convolution's answer is shifted, and nothing else: that is equivariance. A "
        "linear layer, with random weights here, answers something unrelated: it would have to learn every place anew.",
        "A plane and the same plane shifted, through a convolution and through a linear layer. Shifted back, the "
        "convolution's answers are equal, the linear layer's are not.",
    ),
    Exhibit(
        VOLUMES,
        maps.cross_found,
        ("ex05.conv2d", "ex06.max_pool2d"),
        "Small kernels find a large cross",
        "The first 3 × 3 kernel answers 5 at the middle of both crosses, so it cannot tell them apart. After max "
        "pooling, the same kernel depends on the 8 × 8 pixels in the frame, and answers higher at the large cross.",
        "A picture of a large cross, a small one and two bars; after two kernels with pooling between them the "
        "highest answer is at the centre of the large cross.",
    ),
    Exhibit(
        VOLUMES,
        maps.pooled,
        ("ex06.max_pool2d", "ex06.avg_pool2d", "ex06.subsample"),
        "What pooling keeps",
        "Max pooling keeps each star as bright as it was, and loses the dark plane for the same reason. The average "
        "keeps a little of everything. Taking every n-th pixel keeps a star only by luck.",
        "Stars, a bright bird and a dark plane, made smaller by max pooling, by average pooling and by keeping "
        "every n-th pixel.",
    ),
    Exhibit(
        VOLUMES,
        maps.lenet_parameters,
        ("ex07.lenet5_table",),
        "The lecture's table, and the right one",
        "A filter of Conv1 is 5 × 5 × 3, one of Conv2 5 × 5 × 8: the lecture counts their depth as 1. Three quarters "
        "of all parameters lie in the first linear layer.",
        "A table of LeNet-5's layers with the lecture's numbers beside the right ones, and bars for the parameters: "
        "608, 3 216, 48 120, 10 164, 850.",
    ),
    Exhibit(
        TRAINED,
        network.training_curves,
        TRAINING,
        "The curves",
        "Above: how wrong the network was, on average, in each epoch of its training. Below: the share of pictures "
        "that it tells right; val are pictures that it was not trained on.",
        "The loss by epoch, and the share of pictures that the network tells right.",
    ),
    Exhibit(
        TRAINED,
        network.learned_filters,
        TRAINING,
        "The learned filters",
        "The first layer after training. A filter of one colour answers to that colour, one with a light and a dark "
        "side to an edge.",
        "16 filters of 3 × 3 coloured squares, each beside the map that it makes of one picture.",
    ),
    Exhibit(
        TRAINED,
        network.wrong_pictures,
        TRAINING,
        "What it got wrong",
        "Above each picture what it shows, below it how sure the network is of each class: the softmax of its two "
        "answers. It can be quite sure, and wrong.",
        "Up to twelve validation pictures that the network got wrong, with its probabilities.",
    ),
    Exhibit(
        TRAINED,
        network.confusion_table,
        TRAINING,
        "Who is taken for whom",
        "Each row is what the pictures show, each column what the network says. The accuracy alone does not say which "
        "of the two it gets wrong more often.",
        "A table of two rows and two columns: how many planes and birds were taken for planes and for birds.",
    ),
    Exhibit(
        BEYOND,
        beyond.gradient_goes_back,
        ("ex13.conv2d_backward",),
        "A gradient on its way back",
        "An answer is a sum of products of pixels and weights. So each pixel of its window gets the weight that it "
        "was multiplied with, and each weight gets its pixel. With more answers than this one, all are added up.",
        "An image of 5 × 5 with one window framed, and a kernel with the numbers 1 to 9; the image's gradient is the "
        "kernel in that place, the kernel's gradient is the window.",
    ),
    Exhibit(
        BEYOND,
        beyond.windows_as_columns,
        ("ex14.im2col",),
        "Windows as columns",
        "Each window of 2 × 2 is written as a column of a matrix. A convolution is then one product of two matrices, "
        "which computers are very good at.",
        "An image with the numbers 1 to 16, and a matrix of 4 rows and 9 columns; the first and the sixth window are "
        "framed in both.",
    ),
    Exhibit(
        BEYOND,
        beyond.kernels_with_holes,
        ("ex15.conv2d", "ex15.conv_transpose2d"),
        "Holes, and a larger answer",
        "Above: with a larger dilation the same nine weights reach further, with holes between them. Below: a "
        "transposed convolution puts the kernel, times each number, into a larger answer.",
        "Nine pixels close together, then with one hole and with two holes between them; below, 2 × 2 numbers that "
        "become 4 × 4.",
    ),
    Exhibit(
        BEYOND,
        beyond.channels_normalised,
        ("ex16.BatchNorm2d",),
        "What batch norm does",
        "Three channels with numbers of different sizes. After batch norm, as in training, each has the mean 0 and "
        "the deviation 1, so that the next layer finds them all alike.",
        "Three curves far apart and of different widths, which lie on one another after batch norm.",
    ),
    Exhibit(
        BEYOND,
        beyond.gradients_arrive,
        ("ex17.ResBlock",),
        "Why deep networks add x",
        "How large the gradient is before each of 24 blocks, compared with the last. Where x is added to what a block "
        "gives, it is about the same everywhere. Without, it is up to a hundred times as large in the first blocks, "
        "and no step is right for all of them.",
        "Two curves over 24 blocks: the one with x added is almost level, the one without grows towards the first "
        "blocks to nearly a hundredfold.",
    ),
    Exhibit(
        BEYOND,
        beyond.slips_exposed,
        ("ex18.expose_6", "ex18.expose_8"),
        "The input that tells",
        "Two programs can agree on most pictures. Above: who pads with zeros before looking for the largest number is "
        "right until all pixels are negative. Below: in Python the row before the first one is the last one. The "
        "frames are where the wrong program gives something else.",
        "Two inputs of one and of two pixels; beside each what the right and what the wrong program gives, with frames "
        "where the two differ.",
    ),
]
