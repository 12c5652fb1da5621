import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ex09_dataset
from assertions import assert_close, assert_raises, assert_same, assert_same_type, fail_unless, kind_of
from docstring_examples import assert_keeps_examples, assert_keeps_examples_there
from plain_strategies import seeds
from probes import ex09_dataset as probes
from strategies import even_channels, normalizations, pictures, selections, tensors, whole

sides = st.integers(1, 3)
batches = tensors(sides, sides, sides, sides)
SCALE = 100.0  # sums of squares may be rounded in another order
NO_FIT = [((2, 1, 3, 3), 3, 3), ((2, 3, 2, 2), 1, 1), ((1, 2, 3, 3), 3, 2), ((4, 2, 2), 4, 2)]
NO_FIT += [((2, 3, 2, 2), 1, 3), ((2, 3, 2, 2), 3, 4)]  # one of the two fits
LENGTHS = [(7, 3, 3), (6, 3, 2), (2, 5, 1)]  # samples, batch size, batches


def assert_samples(got, want, because=""):
    """A list of (image, label), compared sample by sample."""
    assert_same_type(got, want, because)
    odd = [kind_of(sample) for sample in got if not (isinstance(sample, tuple) and len(sample) == 2)]
    fail_unless(not odd, f"a sample is {' or '.join(sorted({*odd}))}, want a tuple (image, label)")
    assert_same([label for _, label in got], [label for _, label in want], f"these are the labels: {because}")
    fail_unless(all(type(label) is int for _, label in got), "a label is no int", because)
    for (image, _), (other, _) in zip(got, want, strict=True):
        assert_same(image, other, because)


def statistics_of(images):
    """The learner's mean and std, once they are two."""
    got = ex09_dataset.channel_statistics(images)
    fail_unless(isinstance(got, tuple) and len(got) == 2, f"the answer is a {kind_of(got)}", "want two: mean, std")
    return got


def by_definition(images):
    """Mean and deviation of each channel, from the list of its pixels."""
    pixels = [images[:, c].flatten() for c in range(images.shape[1])]
    mean = torch.stack([p.sum() / len(p) for p in pixels])
    return mean, torch.stack([((p - m) ** 2).sum().div(len(p)).sqrt() for p, m in zip(pixels, mean, strict=True)])


def per_channel(numbers):
    return numbers[:, None, None]


def loaded(dataset, batch_size, shuffle, **options):
    return ex09_dataset.run(probes.epochs, dataset, batch_size, shuffle, **options)


def order(epoch):
    """The numbers of the images of an epoch, in the order in which they came."""
    return [int(image[0, 0, 0]) for images, _ in epoch for image in images]


@given(call=selections())
def test_select_classes_numbers_the_classes_in_the_order_given(call):
    dataset, class_ids = call
    want = [(image, class_ids.index(label)) for image, label in dataset if label in class_ids]
    given_labels = [label for _, label in dataset]
    because = f"the dataset has the labels {given_labels}, and {class_ids} become 0, 1, …"
    assert_samples(ex09_dataset.select_classes(dataset, class_ids), want, because)


@pytest.mark.parametrize(("seed", "n"), [(0, 0), (1, 1), (2, 8)])
def test_select_classes_with_all_classes_gives_the_dataset(seed, n):
    dataset = pictures(n, seed)
    because = "all classes were asked for in their own order: want the dataset as it is"
    assert_samples(ex09_dataset.select_classes(dataset, [0, 1, 2, 3, 4]), dataset, because)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float64])
def test_select_classes_leaves_the_images_as_they_are(dtype):
    dataset = [(image + 200, 1) for image, _ in pictures(3, dtype=dtype)]
    want = [(image, 0) for image, _ in dataset]
    assert_samples(ex09_dataset.select_classes(dataset, [1]), want, "want the images untouched, whatever their dtype")


@pytest.mark.parametrize("class_ids", [[0, 2], [2, 0]])
def test_select_classes_takes_any_dataset(class_ids):
    dataset = pictures(12)
    want = [(image, class_ids.index(label)) for image, label in dataset if label in class_ids]
    got = ex09_dataset.run(probes.selected_by_number, dataset, class_ids)
    assert_samples(got, want, "the dataset has len(dataset) and dataset[i], and is no list")


def test_select_classes_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex09_dataset, "select_classes")


def test_channel_statistics_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex09_dataset, "channel_statistics")


@given(images=batches)
def test_channel_statistics_are_those_of_all_pixels_of_a_channel(images):
    (mean, std), (want_mean, want_std) = statistics_of(images), by_definition(images)
    assert_close(mean, want_mean, SCALE, "this is the mean of each channel, over images, rows and columns")
    because = "this is the std of each channel: the root of the mean of (pixel - mean)², over all its pixels"
    assert_close(std, want_std, SCALE, because)


@given(images=batches)
def test_channel_statistics_stay_when_every_image_comes_twice(images):
    once, twice = statistics_of(images), statistics_of(torch.cat([images, images]))
    for got, want in zip(twice, once, strict=True):
        assert_close(got, want, SCALE, "every image comes twice; divided by n, mean and std stay, by n - 1 they do not")


@given(images=tensors(1, sides, 1, 1))
def test_channel_statistics_of_a_single_pixel_are_itself_and_zero(images):
    mean, std = statistics_of(images)
    assert_same(mean, images.flatten(), "this is the mean of one pixel")
    assert_same(std, torch.zeros_like(std), "one pixel does not differ from its mean; n - 1 would be 0")


@pytest.mark.parametrize(
    "images",
    [*(torch.full((2, 1, 4, 4), value) for value in (0.1, 0.7, 249 / 255)), even_channels(0, 3, 300, 5, 7)],
    ids=["0.1", "0.7", "249/255", "300 values"],  # in float64 rounding goes below 0 for few of them
)
def test_channel_statistics_of_an_even_channel_are_its_value_and_zero(images):
    (mean, std), values = statistics_of(images), images[0, :, 0, 0]
    assert_close(mean, values, because="every pixel of a channel has this value")
    because = "no pixel differs from the mean; mean(x²) - mean² is rounding alone, and may be below 0"
    assert_close(std, torch.zeros_like(values), values.abs().max().item(), because)


@pytest.mark.parametrize("seed", range(3))
def test_channel_statistics_do_not_care_where_a_pixel_is(seed):
    images = whole(seed, (2, 3, 2, 4))
    places = torch.randperm(16, generator=torch.Generator().manual_seed(seed))
    moved = images.transpose(0, 1).flatten(1)[:, places].reshape(3, 2, 2, 4).transpose(0, 1)
    for got, want in zip(statistics_of(moved), statistics_of(images), strict=True):
        assert_close(got, want, SCALE, "within each channel the pixels changed places, over both images")


@pytest.mark.parametrize("seed", range(3))
def test_channel_statistics_keep_float32(seed):
    images = torch.rand(3, 2, 4, 5, generator=torch.Generator().manual_seed(seed))
    for got, want in zip(statistics_of(images), by_definition(images.double()), strict=True):
        assert_close(got, want.float(), because="the images are float32")


def test_normalize_keeps_the_examples_of_its_docstring():
    assert_keeps_examples(ex09_dataset, "normalize")


@given(call=normalizations())
def test_normalize_subtracts_the_mean_and_divides_by_the_std(call):
    want = (call.images - per_channel(call.mean)) / per_channel(call.std)
    assert_same(ex09_dataset.normalize(**vars(call)), want, "want (pixel - mean) / std, with its channel's own two")


@given(call=normalizations(as_many_channels_as_columns=True))
def test_normalize_goes_by_channel_when_there_are_as_many_columns(call):
    want = (call.images - per_channel(call.mean)) / per_channel(call.std)
    because = "there are as many columns as channels: mean and std belong to channels, not to columns"
    assert_same(ex09_dataset.normalize(**vars(call)), want, because)


@given(call=normalizations())
def test_normalize_takes_a_single_image(call):
    batch = ex09_dataset.normalize(**vars(call))
    got = ex09_dataset.normalize(call.images[0], call.mean, call.std)
    assert_same(got, batch[0], "want for one image (C, H, W) what it gets in a batch")


@given(call=normalizations())
def test_normalize_undoes_a_change_of_scale(call):
    scaled = call.images * per_channel(call.std) + per_channel(call.mean)
    because = "want the images from which these were made by pixel * std + mean"
    assert_same(ex09_dataset.normalize(scaled, call.mean, call.std), call.images, because)


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (3, 3, 3, 3), (1, 2, 3, 2)])
def test_normalize_with_its_own_statistics_gives_mean_0_and_std_1(shape):
    images = whole(0, shape)
    images[0, :, 0, 0] = 7  # so that no channel is constant
    mean, std = by_definition(ex09_dataset.normalize(images, *by_definition(images)))
    assert_close(mean, torch.zeros_like(mean), because="this is the mean of each normalised channel")
    assert_close(std, torch.ones_like(std), because="this is the std of each normalised channel")


@pytest.mark.parametrize("seed", range(3))
def test_normalize_keeps_float32(seed):
    images = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(seed))
    mean, std = torch.tensor([0.49, 0.48, 0.45]), torch.tensor([0.25, 0.24, 0.26])
    want = (images - per_channel(mean)) / per_channel(std)
    assert_close(ex09_dataset.normalize(images, mean, std), want, scale=4.0)


@given(call=normalizations(), dtype=st.sampled_from([torch.int64, torch.int32, torch.uint8]))
def test_normalize_takes_whole_numbers(call, dtype):
    images, mean = call.images.abs().to(dtype), call.mean.to(torch.int64)
    want = (images - per_channel(mean)) / per_channel(call.std)
    because = f"the images are {dtype}, the mean torch.int64 and the std torch.float64"
    assert_same(ex09_dataset.normalize(images, mean, call.std), want, because)


@pytest.mark.parametrize(
    ("shape", "std"), [((2, 2, 3, 3), [1.0, 0.0]), ((2, 3, 3), [0.0, 1.0]), ((1, 2, 1, 3), [0.0, 0.0])]
)
def test_normalize_refuses_a_std_of_zero(shape, std):
    mean, std = torch.zeros(2), torch.tensor(std)
    because = "a std of 0 must raise: dividing by it gives inf or nan"
    assert_raises(ValueError, lambda: ex09_dataset.normalize(torch.ones(shape), mean, std), because=because)


@pytest.mark.parametrize(("shape", "means", "stds"), NO_FIT)
def test_normalize_refuses_statistics_of_other_channels(shape, means, stds):
    channels = shape[-3]
    wrong = {number for number in (means, stds) if number != channels}
    call = {"images": torch.ones(shape), "mean": torch.ones(means), "std": torch.ones(stds)}
    assert_raises(ValueError, lambda: ex09_dataset.normalize(**call), channels, *wrong)


def test_make_loader_keeps_the_examples_of_its_docstring():
    assert_keeps_examples_there(ex09_dataset, "make_loader")


@pytest.mark.parametrize(("n", "batch_size", "count"), LENGTHS)
def test_make_loader_makes_a_dataloader_of_all_batches(n, batch_size, count):
    got = ex09_dataset.run(probes.is_loader, pictures(n), batch_size, False)
    fail_unless(got is not False, "the answer is no torch.utils.data.DataLoader")
    assert_same(
        got, (count, n), f"want the numbers of batches and of samples, for {n} samples in batches of {batch_size}"
    )


@given(n=st.integers(1, 9), batch_size=st.integers(1, 4))
def test_make_loader_without_shuffle_keeps_the_order(n, batch_size):
    dataset = pictures(n)
    (epoch,) = loaded(dataset, batch_size, False)
    assert_same(order(epoch), list(range(n)), f"want all {n} images in their order, the last small batch too")
    because = f"want float32 images (N, 3, 1, 2) and int64 labels (N,) in batches of {batch_size}"
    for k, (images, labels) in enumerate(epoch):
        part = dataset[k * batch_size : (k + 1) * batch_size]
        assert_same(images, torch.stack([image for image, _ in part]), because)
        assert_same(labels, torch.tensor([label for _, label in part]), because)


@given(n=st.integers(1, 9), batch_size=st.integers(1, 4), seed=st.none() | seeds)
def test_make_loader_with_shuffle_gives_every_sample_once(n, batch_size, seed):
    dataset = pictures(n)
    (epoch,) = loaded(dataset, batch_size, True, generator_seed=seed)
    assert_same(sorted(order(epoch)), list(range(n)), "these are the images of an epoch, sorted: want each once")
    got = [label for _, labels in epoch for label in labels.tolist()]
    assert_same(got, [dataset[i][1] for i in order(epoch)], "want with each image its own label")
    sizes = [len(images) for images, _ in epoch]
    because = f"these are the sizes of the batches of {n} samples, batch_size={batch_size}"
    assert_same(sizes, [min(batch_size, n - start) for start in range(0, n, batch_size)], because)


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_make_loader_shuffles_anew_in_every_epoch(seed):
    orders = [order(epoch) for epoch in loaded(pictures(20), 4, True, generator_seed=seed, count=2)]
    fail_unless(orders[0] != list(range(20)), "with shuffle=True 20 images came in the order of the dataset")
    fail_unless(orders[0] != orders[1], f"two epochs had the same order {orders[0]}", "want another in each")


@pytest.mark.parametrize("seed", range(3))
def test_make_loader_with_a_generator_depends_on_its_seed_alone(seed):
    options = {"generator_seed": seed, "count": 2}
    first, again = (loaded(pictures(20), 4, True, global_seed=g, **options) for g in (0, 1))
    because = f"two loaders had generators of seed {seed}: want the same order, whatever torch.manual_seed was given"
    assert_same([order(epoch) for epoch in again], [order(epoch) for epoch in first], because)
    other = loaded(pictures(20), 4, True, **{**options, "generator_seed": seed + 1})
    fail_unless(order(other[0]) != order(first[0]), f"generators of seeds {seed} and {seed + 1} gave one order")


def test_make_loader_without_a_generator_depends_on_the_global_seed():
    orders = [[order(e) for e in loaded(pictures(20), 4, True, global_seed=seed)] for seed in (0, 0, 1)]
    fail_unless(orders[0] == orders[1], "after torch.manual_seed(0) two loaders gave two orders")
    fail_unless(orders[0] != orders[2], "after torch.manual_seed(0) and (1) two loaders gave one order")


@given(shuffle=st.booleans(), seed=seeds)
def test_make_loader_with_a_generator_draws_no_global_numbers(shuffle, seed):
    got = ex09_dataset.run(probes.global_numbers_after, pictures(5), 2, shuffle, 3, global_seed=seed)
    because = "these are torch.rand's next numbers: want those that would have come without the loader"
    assert_same(got, torch.rand(3, generator=torch.Generator().manual_seed(seed)), because)


@pytest.mark.parametrize("n", [1, 5])
def test_make_loader_gives_contiguous_batches(n):
    got = ex09_dataset.run(probes.contiguity, whole(0, (n, 2, 4, 3), torch.float32), 2)
    because = "does each batch lie in memory as (N, C, H, W), so that view works? The images were permuted to (C, H, W)"
    assert_same(got, [True] * len(got), because)
