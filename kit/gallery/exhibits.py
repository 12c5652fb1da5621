"""What hangs in the gallery, in order: each picture with the functions it is drawn by, a caption, and words for it."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from kit.gallery import kernels, maps, network


@dataclass(frozen=True)
class Exhibit:
    """A picture of the gallery."""

    room: str
    figure: Callable[..., Figure]
    parts: tuple[str, ...]  # the learner's functions that it is drawn by, in the order of its arguments
    heading: str
    caption: str
    alt: str  # for those who cannot see the picture

    @property
    def name(self) -> str:
        """Names its file and its place on the page."""
        return self.figure.__name__

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
VOLUMES, COUNTED, TRAINED = "Volumes and pooling", "LeNet-5, counted", "A trained network"
EXHIBITS = [
    Exhibit(
        SLIDING,
        kernels.sliding_window,
        ("ex01.correlate2d",),
        "The sliding window",
        "The lecture's example. In each window nine products are added up; the coloured pixels are those that the "
        "kernel multiplies by 1. The nine sums are the answer, 3 × 3 numbers.",
        "Nine panels show a window of 3 × 3 on an image of 5 × 5 ones and zeros, each with its sum; beside them the "
        "kernel and the 3 × 3 sums.",
    ),
    Exhibit(
        SLIDING,
        kernels.kernel_print,
        ("ex01.correlate2d", "ex01.convolve2d"),
        "The print of a kernel",
        "Where a single pixel is bright, the answer is the kernel itself. nn.Conv2d correlates: it leaves the print "
        "turned by 180°. Convolution, as mathematics has it, turns the kernel first, so the print is upright.",
        "An image with one 1 in the middle and a kernel with the numbers 1 to 9; correlation answers 9 to 1, "
        "convolution 1 to 9.",
    ),
    Exhibit(
        EDGES,
        kernels.kernels_on_photograph,
        ("ex02.box_blur", "ex02.prewitt", "ex02.sobel", "ex02.scharr", "ex02.edge_strength"),
        "On a photograph",
        "Rear Admiral Grace Hopper, who wrote one of the first compilers. Blue: brighter on the left, or above. Red: "
        "brighter on the right, or below. Edge strength asks for no direction.",
        "A portrait, blurred, as a drawing of its edges, and through the kernels of Prewitt, Sobel and Scharr for "
        "vertical and for horizontal edges.",
    ),
    Exhibit(
        EDGES,
        kernels.kernels_on_drawn_pictures,
        ("ex02.box_blur", "ex02.sobel", "ex02.edge_strength"),
        "On a plane and a bird",
        "The same kernels, in numbers, on two of the 32 × 32 pictures that the kit draws. What is left of the plane "
        "is its outline, whatever the colour of the sky.",
        "A plane and a bird, blurred and through Sobel's two kernels, and their edge strength; on the left the "
        "kernels as numbers.",
    ),
    Exhibit(
        EDGES,
        kernels.kernel_learned,
        ("ex02.learn_kernel", "ex02.sobel"),
        "A kernel that is learned",
        "It begins with zeros, knows one picture and the answer that is wanted, and goes downhill. After 1000 steps "
        "nobody could tell it from Sobel's.",
        "The learned kernel after 0, 1, 10, 100 and 1000 steps beside Sobel's, and a falling curve of the error.",
    ),
    Exhibit(
        SIZES,
        maps.sizes,
        ("ex03.trace_sizes", "ex03.receptive_field"),
        "Sizes through the lecture's network",
        "Each layer rounds (n + 2p - f) / s down and adds 1. The maps shrink, their number grows, and each number "
        "has seen more of the image than one of the layer before.",
        "Volumes of 39 × 39 × 3, 37 × 37 × 10, 17 × 17 × 20 and 7 × 7 × 40; below, squares of 3, 7 and 15 pixels in "
        "an image of 39.",
    ),
    Exhibit(
        SIZES,
        maps.how_often_used,
        ("ex04.correlate2d",),
        "What padding is good for",
        "How many windows of 3 × 3 each pixel of a 6 × 6 image lies in. With one row of zeros around the image, "
        "corners count 4 times in place of once, and the answer is as large as the image.",
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
        "To the first kernel of 3 × 3 the small cross is as good as the large one. After max pooling the same kernel "
        "sees 8 × 8 pixels (the frame), and answers highest at the large cross.",
        "A picture of a large cross, a small one and two bars; after two kernels with pooling between them the "
        "highest answer is at the centre of the large cross.",
    ),
    Exhibit(
        VOLUMES,
        maps.pooled,
        ("ex06.max_pool2d", "ex06.avg_pool2d", "ex06.subsample"),
        "What pooling keeps",
        "Max pooling keeps each star as bright as it was, and for the same reason loses the dark plane. The average "
        "keeps a little of everything; every n-th pixel is luck.",
        "Stars, a bright bird and a dark plane, made smaller by max pooling, by average pooling and by keeping "
        "every n-th pixel.",
    ),
    Exhibit(
        COUNTED,
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
        "Some seconds of training on 2 000 drawn pictures: the loss of each batch, its mean over each epoch, and how "
        "many pictures are told right, of those it trains on and of those it never sees.",
        "Two charts over the epochs: a falling loss, and rising accuracies in training and validation.",
    ),
    Exhibit(
        TRAINED,
        network.learned_filters,
        TRAINING,
        "The learned filters",
        "The first layer after training. Grey is a weight of 0; a filter of one colour looks for that colour, one "
        "with a light and a dark side for an edge.",
        "16 filters of 3 × 3 coloured squares, each beside the map that it makes of one picture.",
    ),
    Exhibit(
        TRAINED,
        network.wrong_pictures,
        TRAINING,
        "What it got wrong",
        "Above each picture what it shows, below it what the network thinks: the softmax of its two answers. It can "
        "be quite sure, and wrong.",
        "Up to twelve validation pictures that the network got wrong, with its probabilities.",
    ),
    Exhibit(
        TRAINED,
        network.confusion_table,
        TRAINING,
        "Who is taken for whom",
        "Rows are what the pictures show, columns what the network says. One accuracy hides which of the two it "
        "gets wrong more often.",
        "A table of two rows and two columns: how many planes and birds were taken for planes and for birds.",
    ),
]
