"""Every kind of input with tensors that a check may draw, by name; the others stand in plain_strategies.py.

Whole numbers from -3 to 3 in float64, so that sums of products are exact and answers are compared with ==; sides
from 1, height and width apart, as are the two parts of every pair; not much more than 100 numbers, so that a failure
shrinks to something that fits on paper. Larger inputs come from a drawn seed.
"""

import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from kit.given import pair
from kit.learner import devices
from plain_strategies import integers, ints_or_pairs, seeds

SMALL = [0, 1, -1, 2, -2, 3, -3]  # in the order in which a failure shrinks
ODD = [math.inf, -math.inf, math.nan]
ACCELERATORS = [devices.PRETEND, *devices.real_accelerators()]  # each has learner processes of its own
DEVICES = [devices.CPU, *ACCELERATORS]
REALLY_HERE = next(iter(devices.real_accelerators()), devices.CPU)  # for code that may look for a GPU by itself

NUMBERS = 61  # that are drawn for a tensor, however many it has; no side divides it
own_numbers = st.binary(min_size=NUMBERS, max_size=NUMBERS)


@st.composite
def tensors(draw, *shape):
    """A tensor of small whole numbers; each side is a number or a strategy."""
    drawn = tensor(draw, *(draw(side) if isinstance(side, st.SearchStrategy) else side for side in shape))
    return laid_out(draw, drawn) if drawn.dim() > 1 else drawn


@st.composite
def odd_tensors(draw, *shape):
    """The same with numbers among them that are none, or have no end."""
    drawn = draw(tensors(*shape))
    places = drawn_bytes(draw, drawn.numel())
    odd = [(ODD[n % 8] if n % 8 < len(ODD) else number) for n, number in zip(places, drawn.flatten(), strict=True)]
    return torch.tensor(odd, dtype=torch.float64).reshape(drawn.shape)


def tensor(draw, *shape):
    """The same within another strategy, for which no new one need be made."""
    numbers = drawn_bytes(draw, math.prod(shape))
    return torch.tensor([SMALL[n % len(SMALL)] for n in numbers], dtype=torch.float64).reshape(shape)


def drawn_bytes(draw, count):
    """So many bytes that shrink one by one; those of a large tensor repeat.

    Hypothesis makes most examples from earlier ones, a size in them changed. So as many are drawn for each tensor:
    bytes of another length would be no use then and become zeros, which hide mistakes. Nor is anything else drawn
    for a tensor, such as a seed, since most changes would be to that and few to sizes.
    """
    own = draw(own_numbers)
    return (own * (count // NUMBERS + 1))[:count]


LAYOUTS = {  # how the same numbers may lie in memory, the usual way first
    "dense": lambda tensor: tensor,
    "last dimension first": lambda tensor: tensor.movedim(-1, 0).contiguous().movedim(0, -1),
    "channels last": lambda tensor: tensor.movedim(-3, -1).contiguous().movedim(-1, -3) if tensor.dim() > 2 else tensor,
    "every other column of a larger one": lambda tensor: torch.stack([tensor, -tensor], -1).flatten(-2)[..., ::2],
    "behind other numbers": lambda tensor: torch.cat([tensor[:1], tensor])[1:],
}


def laid_out(draw, tensor):
    """The same numbers, as they may come from permute, a slice or a larger tensor."""
    return LAYOUTS[draw(st.sampled_from([*LAYOUTS]))](tensor)


def whole(seed, shape, dtype=torch.float64):
    """A tensor of small whole numbers from a seed, for sizes that are not worth shrinking."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-3, 4, tuple(shape), generator=generator).to(dtype)


def sizes_that_fit(draw, max_kernel, padding=0):
    """(H, W) and (KH, KW) of an image, of 5 x 5 at most, and a kernel that fits into it once it is padded."""
    kh, kw = draw(integers(1, max_kernel)), draw(integers(1, max_kernel))
    ph, pw = pair(padding)
    h, w = draw(integers(max(1, kh - 2 * ph), 5)), draw(integers(max(1, kw - 2 * pw), 5))
    return (h, w), (kh, kw)


@st.composite
def conv2d_calls(draw, max_kernel=3, max_stride=3, max_padding=2, bias=None, as_many_filters_as_columns=False):
    """The arguments of conv2d. The kernel always fits; `bias` True means that there is one, None that there may be."""
    stride, padding = draw(ints_or_pairs(1, max_stride)), draw(ints_or_pairs(0, max_padding))
    (h, w), (kh, kw) = sizes_that_fit(draw, max_kernel, padding)
    n, c_in, c_out = draw(integers(1, 3)), draw(integers(1, 4)), draw(integers(1, 4))
    if as_many_filters_as_columns:
        c_out = (w + 2 * pair(padding)[1] - kw) // pair(stride)[1] + 1
    return SimpleNamespace(
        input=laid_out(draw, tensor(draw, n, c_in, h, w)),
        weight=tensor(draw, c_out, c_in, kh, kw),
        bias=bias_of(draw, c_out) if bias or draw(st.booleans()) else None,
        stride=stride,
        padding=padding,
    )


def bias_of(draw, c_out):
    """A number for each map; of several the sum is often 0, which does not mean that there are none."""
    bias = tensor(draw, c_out)
    if c_out > 1 and draw(st.booleans()):
        bias[-1] -= bias.sum()
    return bias


@st.composite
def conv2d_backward_calls(draw, **about):
    """The arguments of conv2d_backward: those of a convolution, and a gradient of its answer."""
    call = draw(conv2d_calls(**about))
    shape = F.conv2d(**vars(call)).shape
    return SimpleNamespace(
        grad_output=gradient_of(draw, shape),
        input=call.input,
        weight=laid_out(draw, call.weight),
        stride=call.stride,
        padding=call.padding,
    )


@st.composite
def max_pool2d_backward_calls(draw):
    """The arguments of max_pool2d_backward; of whole numbers as small as these several are the largest."""
    call = draw(pool_calls(may_pad=False))
    shape = F.max_pool2d(call.input, call.kernel_size, call.stride).shape
    return SimpleNamespace(
        grad_output=gradient_of(draw, shape), input=call.input, kernel_size=call.kernel_size, stride=call.stride
    )


def gradient_of(draw, shape):
    """A gradient of an answer of this shape, drawn number by number if it is small."""
    return laid_out(draw, tensor(draw, *shape) if shape.numel() <= 120 else whole(draw(seeds), shape))


@st.composite
def correlate2d_calls(draw):
    """The arguments of correlate2d in ex04: a grey image, and a kernel that fits into it once it is padded."""
    stride, padding = draw(ints_or_pairs(1, 3)), draw(ints_or_pairs(0, 2))
    size, kernel_size = sizes_that_fit(draw, 3, padding)
    image, kernel = laid_out(draw, tensor(draw, *size)), tensor(draw, *kernel_size)
    return SimpleNamespace(image=image, kernel=kernel, stride=stride, padding=padding)


@st.composite
def images_with_kernels(draw):
    """A grey image and a kernel that fits into it."""
    size, kernel_size = sizes_that_fit(draw, 3)
    return laid_out(draw, tensor(draw, *size)), laid_out(draw, tensor(draw, *kernel_size))


def conv2d_from_seed(n, c_in, h, w, c_out, kh, kw, stride, padding, seed=0):
    """The arguments of conv2d in sizes that tell many wrong answers apart."""
    image, weight = whole(seed, (n, c_in, h, w)), whole(seed + 1, (c_out, c_in, kh, kw))
    return SimpleNamespace(input=image, weight=weight, bias=whole(seed + 2, (c_out,)), stride=stride, padding=padding)


def net_state(seed):
    """The state of the network in probes/training.py: whole numbers, and exact arithmetic in eval mode."""
    rooted = whole(seed + 1, (2,)) % 2 * 3 + 0.75  # with eps = 0.25 the roots are 1 and 2
    return {
        "norm.weight": whole(seed, (2,)) % 3 + 1,
        "norm.bias": whole(seed + 2, (2,)),
        "norm.running_mean": whole(seed + 3, (2,)),
        "norm.running_var": rooted,
        "norm.num_batches_tracked": torch.tensor(5),
        "fc.weight": whole(seed + 4, (3, 4)),
        "fc.bias": whole(seed + 5, (3,)),
    }


def labelled(seed, n):
    """n images for that network, and labels that it has not learned. Shape: (n, 2, 1, 2), (n,)."""
    return whole(seed, (n, 2, 1, 2)), torch.arange(seed, seed + n) % 3


def divided(labels):
    """Three quarters of each label, and a quarter of the next class. Shape: (n,) -> (n, 3)."""
    return 0.75 * F.one_hot(labels, 3).double() + 0.25 * F.one_hot((labels + 1) % 3, 3).double()


@st.composite
def trainings(draw):
    """A small training from a seed: the last batch may be smaller; small weights, so that no gradient vanishes."""
    seed, n = draw(seeds), draw(integers(2, 5))
    generator = torch.Generator().manual_seed(seed)
    state, (_, labels) = net_state(seed), labelled(seed, n)
    return SimpleNamespace(
        state={**state, "fc.weight": state["fc.weight"] / 8},
        images=torch.randn(n, 2, 1, 2, dtype=torch.float64, generator=generator),
        labels=divided(labels) if draw(st.booleans()) else labels,
        batch_size=draw(integers(1, 4)),
        n_epochs=draw(integers(1, 2)),
        lr=draw(st.sampled_from([0.5, 0.125])),
        as_list=draw(st.booleans()),
        already_there=draw(st.booleans()),
        has_gradients=draw(st.booleans()),
    )


@st.composite
def pool_calls(draw, may_pad=True):
    """The arguments of max_pool2d and avg_pool2d. The window always fits; padding is at most half of it."""
    kernel_size, stride = draw(ints_or_pairs(1, 4)), draw(st.none() | ints_or_pairs(1, 3))
    kh, kw = pair(kernel_size)
    most = (kh // 2, kw // 2) if may_pad else (0, 0)
    padding = draw(integers(0, min(most)) | st.tuples(integers(0, most[0]), integers(0, most[1])))
    ph, pw = pair(padding)
    h, w = draw(integers(max(1, kh - 2 * ph), 6)), draw(integers(max(1, kw - 2 * pw), 6))
    image = laid_out(draw, tensor(draw, draw(integers(1, 3)), draw(integers(1, 3)), h, w))
    return SimpleNamespace(input=image, kernel_size=kernel_size, stride=stride, padding=padding)


def pool_from_seed(n, c, h, w, kernel_size, stride, padding, seed=0):
    """The arguments of max_pool2d and avg_pool2d in sizes that tell many wrong answers apart."""
    image = whole(seed, (n, c, h, w))
    return SimpleNamespace(input=image, kernel_size=kernel_size, stride=stride, padding=padding)


@st.composite
def validations(draw):
    """A network and two labelled sets for it, of different lengths; the last batches may be smaller."""
    seed, n = draw(seeds), draw(integers(1, 7))
    return SimpleNamespace(
        state=net_state(seed),
        train=labelled(seed + 6, n),
        val=labelled(seed + 7, n + draw(integers(1, 4))),
        batch_size=draw(integers(1, 4)),
        as_list=draw(st.booleans()),
        already_there=draw(st.booleans()),
    )


def pictures(n, seed=0, dtype=torch.float32, shape=(3, 1, 2)):
    """A dataset of n small images, each with its number in every pixel, and a label from 0 to 4."""
    labels = torch.randint(0, 5, (n,), generator=torch.Generator().manual_seed(seed)).tolist()
    return [(torch.full(shape, i).to(dtype), label) for i, label in enumerate(labels)]


@st.composite
def selections(draw):
    """A dataset, and some of its classes in any order."""
    dataset = pictures(draw(integers(0, 8)), draw(seeds), shape=(1, 1, 1))
    class_ids = draw(st.permutations(range(5)))[: draw(integers(0, 5))]
    return dataset, draw(st.sampled_from([list, tuple]))(class_ids)


def even_channels(seed, *shape):
    """float32 images of which each channel has one value everywhere, from -1 to 1."""
    values = 2 * torch.rand(shape[1], generator=torch.Generator().manual_seed(seed)) - 1
    return values[:, None, None].expand(shape).clone()


@st.composite
def normalizations(draw, as_many_channels_as_columns=False):
    """The arguments of normalize; deviations are powers of 2, so that quotients are exact."""
    n, c, h, w = (draw(integers(1, 3)) for _ in range(4))
    images = laid_out(draw, tensor(draw, n, w if as_many_channels_as_columns else c, h, w))
    exponents = tensor(draw, images.shape[1])
    return SimpleNamespace(images=images, mean=tensor(draw, images.shape[1]), std=2 ** (8 * exponents))


@st.composite
def batch_norms(draw, as_many_channels_as_columns=False):
    """Arguments and state of a batch norm, and one to three batches; their channels have more than one number each."""
    c, batches = draw(integers(1, 3)), []
    for _ in range(draw(integers(1, 3))):
        n, h = draw(integers(1, 2)), draw(integers(1, 3))
        w = c + 1 if as_many_channels_as_columns else draw(integers(1 if n * h > 1 else 2, 3))
        batches.append(laid_out(draw, tensor(draw, n, c + as_many_channels_as_columns, h, w)))
    c = batches[0].shape[1]
    more = draw(st.sampled_from([{}, {"eps": 0.25}, {"momentum": 0.25}, {"eps": 1e-3, "momentum": 1.0}]))
    state = norm_state(draw(seeds), c)
    return SimpleNamespace(arguments={"num_features": c, **more}, state=state, batches=batches)


def norm_state(seed, c):
    """What a batch norm of c channels may have learned and remembered."""
    return {
        "weight": whole(seed, (c,)) % 3 + 2,
        "bias": whole(seed + 1, (c,)),
        "running_mean": whole(seed + 2, (c,)),
        "running_var": whole(seed + 3, (c,)).abs() + 0.5,
        "num_batches_tracked": torch.tensor(5),
    }


@st.composite
def grouped_calls(draw, dilation=None, groups=None):
    """The arguments of conv2d with dilation and groups. The filter with its holes always fits."""
    stride, padding = draw(ints_or_pairs(1, 3)), draw(ints_or_pairs(0, 2))
    dilation, groups = dilation or draw(ints_or_pairs(1, 3)), groups or draw(integers(1, 3))
    c_group, times, kernel = draw(integers(1, 2)), draw(integers(1, 2)), (draw(integers(1, 3)), draw(integers(1, 3)))
    sides = [
        draw(integers(max(1, d * (k - 1) + 1 - 2 * p), max(1, d * (k - 1) + 1 - 2 * p) + 3))
        for k, p, d in zip(kernel, pair(padding), pair(dilation), strict=True)
    ]
    return SimpleNamespace(
        input=laid_out(draw, tensor(draw, draw(integers(1, 2)), groups * c_group, *sides)),
        weight=tensor(draw, groups * times, c_group, *kernel),
        bias=tensor(draw, groups * times) if draw(st.booleans()) else None,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )


@st.composite
def conv_transpose2d_calls(draw, bias=None):
    """The arguments of conv_transpose2d. Padding leaves something; `bias` None means that there may be one."""
    stride, kernel = draw(ints_or_pairs(1, 3)), (draw(integers(1, 3)), draw(integers(1, 3)))
    sides = draw(integers(1, 4)), draw(integers(1, 4))
    most = [((n - 1) * s + k - 1) // 2 for n, s, k in zip(sides, pair(stride), kernel, strict=True)]
    padding = tuple(draw(integers(0, min(2, m))) for m in most)
    padding = padding[0] if padding[0] == padding[1] and draw(st.booleans()) else padding
    n, c, c_out = draw(integers(1, 2)), draw(integers(1, 3)), draw(integers(1, 3))
    return SimpleNamespace(
        input=laid_out(draw, tensor(draw, n, c, *sides)),
        weight=tensor(draw, c, c_out, *kernel),
        bias=tensor(draw, c_out) if bias or (bias is None and draw(st.booleans())) else None,
        stride=stride,
        padding=padding,
    )
