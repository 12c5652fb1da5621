import random

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, Subset

from mistakes import mistake, right, right_answer


def refuse_what_does_not_fit(images, mean, std):
    """Raise what the solution raises."""
    right.normalize(images, mean, std)


def collated(dataset, batch_size, shuffle, generator, change):
    """The right loader, where change(images, labels) is done to each batch."""

    def collate(samples):
        images, labels = zip(*samples, strict=True)
        return change(torch.stack(images), torch.tensor(labels))

    return DataLoader(dataset, batch_size, shuffle, collate_fn=collate, generator=generator)


@mistake("select_classes", "the labels stay what they were", "the first of the classes becomes 0, the second 1")
def labels_kept(dataset, class_ids):
    return [(image, label) for image, label in dataset if label in class_ids]


@mistake("select_classes", same_as="labels_kept")
def appended_as_it_is(dataset, class_ids):
    samples = []
    for sample in dataset:
        for c in class_ids:
            if sample[1] == c:
                samples += [(sample[0], sample[1])]
    return samples


@mistake("select_classes", "the classes are numbered by size, not in the order given", "[2, 0] makes a 0 of every 2")
def numbered_by_size(dataset, class_ids):
    return right.select_classes(dataset, sorted(class_ids))


@mistake("select_classes", same_as="numbered_by_size")
def counted_among_the_classes(dataset, class_ids):
    subset = []
    for img, label in dataset:
        if label in class_ids:
            new = sum(1 for c in class_ids if c < label)
            subset.append((img, new))
    return subset


@mistake(
    "select_classes",
    "the classes are numbered as they appear in the dataset",
    "the order of class_ids counts, whichever sample comes first",
)
def numbered_by_appearance(dataset, class_ids):
    new_labels = {}
    kept = [(image, label) for image, label in dataset if label in class_ids]
    return [(image, new_labels.setdefault(label, len(new_labels))) for image, label in kept]


@mistake("select_classes", "the numbers begin with 1", "the first of the classes becomes 0")
def numbered_from_1(dataset, class_ids):
    return [(image, label + 1) for image, label in right.select_classes(dataset, class_ids)]


@mistake(
    "select_classes",
    "a new label is taken for an old one and replaced again",
    "look up each label once, in a dict or with elif",
)
def replaced_again(dataset, class_ids):
    samples = []
    for image, label in dataset:
        if label not in class_ids:
            continue
        for new, old in enumerate(class_ids):
            if label == old:
                label = new
        samples.append((image, label))
    return samples


@mistake("select_classes", "the first class is lost: its new label is 0, which counts as false", "is not None, or in")
def zero_counts_as_false(dataset, class_ids):
    places = {old: new for new, old in enumerate(class_ids)}
    return [(image, places[label]) for image, label in dataset if places.get(label)]


@mistake(
    "select_classes",
    "0 and 2 become 0 and 1 as in the lecture, whatever the classes",
    "class_ids says which classes, and in which order",
)
def as_in_the_lecture(dataset, class_ids):
    label_map = {0: 0, 2: 1}
    return [(image, label_map[label]) for image, label in dataset if label in class_ids]


@mistake("select_classes", "the other classes are kept, with a label of -1", "only samples of the classes asked for")
def others_kept(dataset, class_ids):
    places = {old: new for new, old in enumerate(class_ids)}
    return [(image, places.get(label, -1)) for image, label in dataset]


@mistake("select_classes", "the samples are put together class by class", "they stay in the order of the dataset")
def class_by_class(dataset, class_ids):
    return sorted(right.select_classes(dataset, class_ids), key=lambda sample: sample[1])


@mistake("select_classes", same_as="class_by_class")
def loop_over_the_classes(dataset, class_ids):
    result = []
    for new_label, wanted in enumerate(class_ids):
        for image, label in dataset:
            if label == wanted:
                result.append((image, new_label))
    return result


@mistake(
    "select_classes",
    "the labels are asked for at dataset.targets, which only some datasets have",
    "for image, label in dataset: works with any of them",
)
def targets_of_the_dataset(dataset, class_ids):
    kept = [i for i, label in enumerate(dataset.targets) if label in class_ids]
    return [(dataset[i][0], class_ids.index(dataset.targets[i])) for i in kept]


@mistake("select_classes", "only the images are returned", "a sample is a tuple (image, label)")
def images_only(dataset, class_ids):
    return [image for image, _ in right.select_classes(dataset, class_ids)]


@mistake("select_classes", "the label comes before the image", "a sample is a tuple (image, label)")
def label_first(dataset, class_ids):
    return [(label, image) for image, label in right.select_classes(dataset, class_ids)]


@mistake("select_classes", "a sample is a list of two", "a tuple (image, label), with round brackets")
def samples_as_lists(dataset, class_ids):
    return [[image, label] for image, label in right.select_classes(dataset, class_ids)]


@mistake("select_classes", "images and labels are returned as two lists", "one list of tuples (image, label)")
def two_lists(dataset, class_ids):
    samples = right.select_classes(dataset, class_ids)
    return [image for image, _ in samples], [label for _, label in samples]


@mistake("select_classes", "the labels are tensors", "a label is a plain int")
def labels_as_tensors(dataset, class_ids):
    return [(image, torch.tensor(label)) for image, label in right.select_classes(dataset, class_ids)]


@mistake("select_classes", "the answer can be gone through only once", "a list: [ … ] and not ( … )")
def generator_returned(dataset, class_ids):
    return (sample for sample in right.select_classes(dataset, class_ids))


@mistake("select_classes", "the pixels are scaled from 0…255 to 0…1", "the images stay as they are")
def pixels_scaled(dataset, class_ids):
    return [(image / 255, label) for image, label in right.select_classes(dataset, class_ids)]


@mistake("select_classes", "the images are turned into floats", "the images stay as they are")
def images_as_floats(dataset, class_ids):
    return [(image.float(), label) for image, label in right.select_classes(dataset, class_ids)]


@mistake("channel_statistics", "the squares are divided by n - 1", "torch.std does so unless it is given correction=0")
def divided_by_n_minus_1(images):
    return images.mean((0, 2, 3)), images.std((0, 2, 3))


@mistake("channel_statistics", same_as="divided_by_n_minus_1")
def channel_after_channel(images):
    means, stds = [], []
    for c in range(images.shape[1]):
        pixels = images[:, c, :, :].flatten()
        means.append(pixels.mean())
        stds.append(pixels.std())
    return torch.stack(means), torch.stack(stds)


@mistake("channel_statistics", "the variance is given, without its root", "the standard deviation is its root")
def variance(images):
    mean, std = right.channel_statistics(images)
    return mean, std**2


@mistake("channel_statistics", same_as="variance")
def root_forgotten(images):
    n, c, h, w = images.shape
    mean = images.sum(dim=[0, 2, 3]) / (n * h * w)
    squares = (images - mean.view(1, c, 1, 1)) ** 2
    return mean, squares.sum(dim=[0, 2, 3]) / (n * h * w)


@mistake(
    "channel_statistics",
    "each image's deviation is taken and these are averaged",
    "images also differ from each other: all pixels of a channel belong together",
)
def average_of_deviations(images):
    deviations = [right.channel_statistics(image[None])[1] for image in images]
    return images.mean((0, 2, 3)), torch.stack(deviations).mean(0)


@mistake("channel_statistics", same_as="average_of_deviations")
def running_sums(images):
    mean_sum = torch.zeros(images.size(1), dtype=images.dtype)
    std_sum = torch.zeros(images.size(1), dtype=images.dtype)
    for img in images:
        mean_sum += img.mean(dim=(1, 2))
        std_sum += img.std(dim=(1, 2), unbiased=False)
    return mean_sum / len(images), std_sum / len(images)


@mistake("channel_statistics", "the wrong dimensions are averaged: a number for each column", "(N, C, H, W)")
def one_for_each_column(images):
    return right.channel_statistics(images.transpose(1, 3))


@mistake("channel_statistics", "the wrong dimensions are averaged: a number for each row", "(N, C, H, W)")
def one_for_each_row(images):
    return right.channel_statistics(images.transpose(1, 2))


@mistake("channel_statistics", "the wrong dimensions are averaged: a number for each image", "(N, C, H, W)")
def one_for_each_image(images):
    return right.channel_statistics(images.transpose(0, 1))


@mistake("channel_statistics", "only the images are averaged, which leaves a number for each place", "(N, C, H, W)")
def one_for_each_place(images):
    return images.mean(0), images.std(0, correction=0)


@mistake("channel_statistics", "each image has numbers of its own", "the images are averaged too: dimension 0")
def one_for_each_image_and_channel(images):
    return images.mean((2, 3)), images.std((2, 3), correction=0)


@mistake("channel_statistics", "all channels are averaged together", "a number for each channel: leave out dimension 1")
def one_for_all(images):
    return images.mean(), images.std(correction=0)


@mistake("channel_statistics", "the sides that were averaged stay as sides of 1", "the shape is (C,): no keepdim")
def sides_of_1(images):
    mean = images.mean((0, 2, 3), keepdim=True)
    return mean, (images - mean).square().mean((0, 2, 3), keepdim=True).sqrt()


@mistake(
    "channel_statistics",
    "view or reshape cuts the numbers into C rows, in which channels are mixed",
    "dimension 1 must come first before it can be kept: transpose(0, 1)",
)
def cut_into_rows(images):
    rows = images.reshape(images.shape[1], -1)
    return rows.mean(1), rows.std(1, correction=0)


@mistake("channel_statistics", same_as="cut_into_rows")
def view_as_the_book_does(images):
    rows = images.contiguous().view(images.size(1), -1)
    mean = rows.mean(dim=1)
    return mean, ((rows - mean.unsqueeze(1)) ** 2).mean(dim=1) ** 0.5


@mistake("channel_statistics", "std comes before mean", "two: mean, then std")
def std_first(images):
    mean, std = right.channel_statistics(images)
    return std, mean


@mistake(
    "channel_statistics",
    "the mean of the squares is taken without subtracting the mean first",
    "the distance from the mean is squared",
)
def mean_not_subtracted(images):
    return images.mean((0, 2, 3)), images.square().mean((0, 2, 3)).sqrt()


@mistake("channel_statistics", "the distances are averaged without squares", "the root of the mean squared distance")
def mean_distance(images):
    mean = images.mean((0, 2, 3))
    return mean, (images - mean[:, None, None]).abs().mean((0, 2, 3))


@mistake(
    "channel_statistics",
    "the distance is taken from the mean of all channels together",
    "each channel's distance from its own mean",
)
def distance_from_the_mean_of_all(images):
    return images.mean((0, 2, 3)), (images - images.mean()).square().mean((0, 2, 3)).sqrt()


@mistake(
    "channel_statistics",
    "the sums are divided by the number of images",
    "each image has H · W pixels in a channel: n is their number",
)
def divided_by_images(images):
    mean = images.sum((0, 2, 3)) / len(images)
    return mean, ((images - mean[:, None, None]).square().sum((0, 2, 3)) / len(images)).sqrt()


@mistake("channel_statistics", "the answers are lists", "two tensors: without tolist()")
def lists_returned(images):
    mean, std = right.channel_statistics(images)
    return mean.tolist(), std.tolist()


@mistake("channel_statistics", "mean and std are put into one tensor", "two answers: return mean, std")
def one_tensor(images):
    return torch.stack(right.channel_statistics(images))


@mistake("channel_statistics", "the answers are float32, whatever the images are", "the dtype of the images stays")
def always_float32(images):
    mean, std = right.channel_statistics(images.float())
    return mean, std


@mistake("channel_statistics", "the mean is subtracted from the images of the caller", "-= writes into them: use -")
def mean_subtracted_in_place(images):
    mean = images.mean((0, 2, 3))
    images -= mean[:, None, None]
    return mean, images.square().mean((0, 2, 3)).sqrt()


@mistake(
    "normalize",
    "mean and std go along the columns: images - mean broadcasts over the last dimension",
    "the shape that mean needs so that each number meets one channel",
)
def along_the_columns(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - mean) / std


@mistake("normalize", same_as="along_the_columns")
def columns_in_two_steps(images, mean, std):
    if len(mean) != images.shape[-3] or len(std) != images.shape[-3]:
        raise ValueError(f"{images.shape[-3]} channels, but {len(mean)} means and {len(std)} stds")
    if torch.any(std == 0):
        raise ValueError("std is 0")
    centred = torch.sub(images, mean)
    return centred.div(std)


@mistake(
    "normalize",
    "mean and std go along the rows: one side of 1 is missing",
    "mean[:, None, None] has the shape (C, 1, 1)",
)
def along_the_rows(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - mean[:, None]) / std[:, None]


@mistake(
    "normalize",
    "view moves no channel to the end, it only cuts the numbers anew",
    "permute moves a dimension; or give mean the shape (C, 1, 1)",
)
def view_for_permute(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    *n, c, h, w = images.shape
    return ((images.reshape(*n, h, w, c) - mean) / std).reshape(images.shape)


@mistake(
    "normalize",
    "the channels are moved to the end and stay there",
    "the answer has the shape of the images, channels first",
)
def channels_stay_last(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images.movedim(-3, -1) - mean) / std


@mistake("normalize", "the images are changed in place", "-= and sub_ write into the images of the caller")
def changed_in_place(images, mean, std):
    return images.copy_(right.normalize(images, mean, std))


@mistake("normalize", same_as="changed_in_place")
def minus_equals(images, mean, std):
    if not len(mean) == len(std) == images.size(-3):
        raise ValueError(f"{images.size(-3)} channels, {len(mean)} means, {len(std)} stds")
    if 0 in std:
        raise ValueError(f"0 in {std}")
    images -= mean.view(-1, 1, 1)
    images /= std.view(-1, 1, 1)
    return images


@mistake("normalize", "a single image gets a batch dimension", "the answer has the shape of the images")
def batch_of_one(images, mean, std):
    answer = right.normalize(images, mean, std)
    return answer if answer.dim() == 4 else answer[None]


@mistake("normalize", same_as="batch_of_one")
def four_sides_always(images, mean, std):
    if images.shape[-3] != mean.numel() or images.shape[-3] != std.numel():
        raise ValueError(f"{images.shape[-3]} channels do not fit {mean.numel()} and {std.numel()}")
    if (std == 0).sum() > 0:
        raise ValueError("a standard deviation is 0")
    mean = mean.reshape(1, -1, 1, 1)
    std = std.reshape(1, -1, 1, 1)
    return (images - mean) / std


@mistake(
    "normalize",
    "dimension 1 is taken for the channels, which are the first of a single image",
    "images.shape[-3], counted from the end",
)
def second_dimension_always(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    answer = images.clone()
    for c in range(len(mean)):
        answer[:, c] = (answer[:, c] - mean[c]) / std[c]
    return answer


@mistake("normalize", "std is not divided by", "two steps: subtract the mean, divide by std")
def only_centred(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return images - mean[:, None, None]


@mistake("normalize", "the mean is not subtracted", "two steps: subtract the mean, divide by std")
def only_divided(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return images / std[:, None, None]


@mistake("normalize", "the division comes first: only the mean is divided by std", "brackets around the difference")
def brackets_forgotten(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return images - mean[:, None, None] / std[:, None, None]


@mistake("normalize", "the images are divided by std before the mean is subtracted", "first the mean, then std")
def divided_first(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return images / std[:, None, None] - mean[:, None, None]


@mistake("normalize", "the images are multiplied by std", "divide by the standard deviation")
def multiplied_by_std(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - mean[:, None, None]) * std[:, None, None]


@mistake("normalize", "the mean is added", "subtract the mean")
def mean_added(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images + mean[:, None, None]) / std[:, None, None]


@mistake("normalize", "std is taken for the variance, and its root divides", "divide by std as it is")
def divided_by_the_root(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - mean[:, None, None]) / std[:, None, None].sqrt()


@mistake("normalize", "the variance divides", "divide by std as it is, and not by its square")
def divided_by_the_square(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - mean[:, None, None]) / std[:, None, None] ** 2


@mistake(
    "normalize",
    "the images' own statistics are used in place of those that were given",
    "mean and std are arguments: those of the training set serve for all images",
)
def own_statistics(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    batch = images.view(-1, *images.shape[-3:])
    return right.normalize(images, *right.channel_statistics(batch))


@mistake("normalize", "the pixels are scaled to 0…1", "subtract the mean, divide by std")
def scaled_to_0_1(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - images.min()) / (images.max() - images.min())


@mistake("normalize", "the first channel's mean and std serve for all", "each channel has its own two")
def first_channels_statistics(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return (images - mean[0]) / std[0]


@mistake("normalize", "the answer is float32, whatever the images are", "the dtype of the images stays")
def converted_to_float32(images, mean, std):
    return right.normalize(images, mean, std).float()


@mistake("normalize", "a std of 0 is replaced by a small number", "a ValueError is asked for")
def small_number_for_0(images, mean, std):
    return right.normalize(images, mean, std.clamp(min=1e-8))


@mistake("normalize", "a small number is added to each std", "divide by std as it is; for 0 a ValueError is asked for")
def small_number_added(images, mean, std):
    return right.normalize(images, mean, std + 1e-5)


@mistake("normalize", "a channel whose std is 0 is left undivided", "a ValueError is asked for")
def one_for_0(images, mean, std):
    return right.normalize(images, mean, torch.where(std == 0, 1.0, std))


@mistake("normalize", "nobody looks whether a std is 0", "dividing by 0 gives inf or nan: raise ValueError")
def zero_not_refused(images, mean, std):
    refuse_what_does_not_fit(images, mean, torch.ones_like(std))
    return (images - mean[:, None, None]) / std[:, None, None]


@mistake(
    "normalize",
    "what does not fit is noticed by assert",
    "raise ValueError: an AssertionError is another thing",
)
def asserted(images, mean, std):
    assert len(mean) == len(std) == images.shape[-3], f"{len(mean)}, {len(std)}, {images.shape[-3]}"
    assert std.all(), f"{std}"
    return right.normalize(images, mean, std)


@mistake("normalize", "the message does not say which numbers do not fit", "a ValueError with the numbers")
def message_without_numbers(images, mean, std):
    if not len(mean) == len(std) == images.shape[-3]:
        raise ValueError("mean and std do not fit the images")
    return right.normalize(images, mean, std)


@mistake(
    "normalize",
    "nobody looks whether there are as many numbers as channels",
    "a single number would serve for all channels, without an error: raise ValueError",
)
def channels_not_counted(images, mean, std):
    if (std == 0).any():
        raise ValueError(f"one of {std.tolist()} is 0")
    return (images - mean[:, None, None]) / std[:, None, None]


@mistake("normalize", "only the means are counted", "std must have one number for each channel too")
def only_means_counted(images, mean, std):
    refuse_what_does_not_fit(images, mean, std if (std == 0).any() else torch.ones_like(mean))
    return (images - mean[:, None, None]) / std[:, None, None]


@mistake("normalize", "one mean is taken for all channels", "mean and std must have one number for each channel")
def one_mean_is_enough(images, mean, std):
    channels = images.shape[-3]
    mean, std = (value.expand(channels) if len(value) == 1 else value for value in (mean, std))
    return right.normalize(images, mean, std)


@mistake("make_loader", "the last small batch is dropped where it is shuffled", "every sample is given once, always")
def dropped_where_shuffled(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, drop_last=shuffle, generator=generator)


@mistake("make_loader", "the last small batch is dropped", "every sample is given once, the last ones too")
def last_batch_dropped(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, drop_last=True, generator=generator)


@mistake("make_loader", same_as="last_batch_dropped")
def batch_sampler_that_drops(dataset, batch_size, shuffle, generator=None):
    if shuffle:
        sampler = torch.utils.data.RandomSampler(dataset, generator=generator)
    else:
        sampler = torch.utils.data.SequentialSampler(dataset)
    batches = torch.utils.data.BatchSampler(sampler, batch_size, True)
    return torch.utils.data.DataLoader(dataset, batch_sampler=batches, generator=generator)


@mistake("make_loader", "shuffle is not passed on, so that nothing is shuffled", "shuffle=shuffle")
def never_shuffled(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, False, generator)


@mistake("make_loader", same_as="never_shuffled")
def shuffle_left_out(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset=dataset, batch_size=batch_size, generator=generator, num_workers=0)


@mistake("make_loader", "it is shuffled always", "shuffle=shuffle, and not shuffle=True")
def always_shuffled(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, True, generator)


@mistake("make_loader", "batch_size is not passed on", "DataLoader's own batch_size is 1")
def batches_of_1(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, 1, shuffle, generator)


@mistake("make_loader", "the batches have 64 samples, as in the lecture", "batch_size=batch_size")
def batches_of_64(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, 64, shuffle, generator)


@mistake("make_loader", "other processes are started to load the samples", "num_workers stays 0")
def workers_started(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, num_workers=2, generator=generator)


@mistake("make_loader", "it is shuffled once, not in every epoch", "two epochs have two orders")
def shuffled_once(dataset, batch_size, shuffle, generator=None):
    order = torch.randperm(len(dataset), generator=generator).tolist() if shuffle else range(len(dataset))
    return right.make_loader(Subset(dataset, order), batch_size, False, generator)


@mistake("make_loader", "the generator is not passed on", "the seed of the generator alone decides on the order")
def generator_not_passed_on(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, shuffle)


@mistake("make_loader", same_as="generator_not_passed_on")
def train_loader_of_the_lecture(dataset, batch_size, shuffle, generator=None):
    return torch.utils.data.DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


@mistake(
    "make_loader",
    "the generator is given to the sampler only",
    "the loader itself takes a number each time an epoch begins: from its generator, or from the global ones",
)
def generator_for_the_sampler_only(dataset, batch_size, shuffle, generator=None):
    sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
    return DataLoader(dataset, batch_size, sampler=sampler)


@mistake(
    "make_loader",
    "the generator is passed on only if there is something to shuffle",
    "a loader that does not shuffle takes a number too, each time an epoch begins",
)
def generator_for_shuffling_only(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, shuffle, generator if shuffle else None)


@mistake("make_loader", same_as="generator_for_shuffling_only")
def two_loaders(dataset, batch_size, shuffle, generator=None):
    if shuffle:
        return DataLoader(dataset, batch_size, shuffle=True, generator=generator)
    return DataLoader(dataset, batch_size, shuffle=False)


@mistake(
    "make_loader",
    "the generator stands where DataLoader takes a sampler",
    "DataLoader's fourth argument is sampler: write generator=generator",
)
def generator_by_position(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, generator)


@mistake(
    "make_loader",
    "another generator is made inside, and the one that was given is not used",
    "the caller's generator decides on the order",
)
def generator_made_inside(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, shuffle, torch.Generator().manual_seed(0))


@mistake("make_loader", "the generator's seed is set to 0 inside", "who calls it decides on the seed")
def generator_seeded_anew(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, shuffle, generator and generator.manual_seed(0))


@mistake("make_loader", "the global seed is set to 0 inside", "who calls it decides on the seed")
def global_seed_set(dataset, batch_size, shuffle, generator=None):
    torch.manual_seed(0)
    return right.make_loader(dataset, batch_size, shuffle, generator)


@mistake(
    "make_loader",
    "Python's random numbers shuffle, which neither the generator nor torch.manual_seed decides on",
    "DataLoader shuffles by itself: shuffle=shuffle, generator=generator",
)
def shuffled_by_python(dataset, batch_size, shuffle, generator=None):
    order = random.sample(range(len(dataset)), len(dataset)) if shuffle else range(len(dataset))
    return right.make_loader(Subset(dataset, order), batch_size, False, generator)


@mistake(
    "make_loader",
    "batches are permuted after they were stacked, which leaves them not contiguous",
    "permute changes the order in which numbers are read, not how they lie in memory; view then fails",
)
def permuted_after_stacking(dataset, batch_size, shuffle, generator=None):
    def collate(samples):
        images = torch.stack([image.permute(1, 2, 0) for image, _ in samples])
        return images.permute(0, 3, 1, 2), torch.tensor([label for _, label in samples])

    return DataLoader(dataset, batch_size, shuffle, collate_fn=collate, generator=generator)


@mistake("make_loader", "the labels are made floats", "int64 labels: a class is a whole number")
def labels_as_floats(dataset, batch_size, shuffle, generator=None):
    def change(images, labels):
        return images, labels.float()

    return collated(dataset, batch_size, shuffle, generator, change)


@mistake("make_loader", "the labels get a second dimension", "labels have the shape (N,)")
def labels_as_a_column(dataset, batch_size, shuffle, generator=None):
    def change(images, labels):
        return images, labels[:, None]

    return collated(dataset, batch_size, shuffle, generator, change)


@mistake("make_loader", "the labels come before the images", "batches are images, then labels")
def labels_first(dataset, batch_size, shuffle, generator=None):
    def change(images, labels):
        return labels, images

    return collated(dataset, batch_size, shuffle, generator, change)


@mistake("make_loader", "the images are flattened", "images have the shape (N, C, H, W)")
def images_flattened(dataset, batch_size, shuffle, generator=None):
    def change(images, labels):
        return images.flatten(1), labels

    return collated(dataset, batch_size, shuffle, generator, change)


@mistake("make_loader", "the batches are lists of samples", "DataLoader's own collate_fn stacks them")
def batches_not_stacked(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, collate_fn=list, generator=generator)


@mistake("make_loader", "an iterator is returned, which serves for one epoch", "the DataLoader itself")
def iterator_returned(dataset, batch_size, shuffle, generator=None):
    return iter(right.make_loader(dataset, batch_size, shuffle, generator))


@mistake("make_loader", "the batches of one epoch are returned as a list", "the DataLoader itself, which shuffles anew")
def list_of_batches(dataset, batch_size, shuffle, generator=None):
    return list(right.make_loader(dataset, batch_size, shuffle, generator))


@right_answer("select_classes", "with a loop and the place of the label in the list")
def loop(dataset, class_ids):
    kept, wanted = [], list(class_ids)
    for image, label in dataset:
        if label in wanted:
            kept.append((image, wanted.index(label)))
    return kept


@right_answer("select_classes", "by number, with -1 for a class that is not wanted")
def by_number(dataset, class_ids):
    places = [class_ids.index(label) if label in class_ids else -1 for _, label in dataset]
    return [(dataset[i][0], place) for i, place in enumerate(places) if place >= 0]


@right_answer("channel_statistics", "PyTorch's var_mean over one long row of pixels for each channel")
def long_rows(images):
    var, mean = torch.var_mean(images.transpose(0, 1).flatten(1), 1, correction=0)
    return mean, var.sqrt()


@right_answer("channel_statistics", "the mean of the squares less the square of the mean, in float64")
def squares_less_square(images):
    n = images[:, 0].numel()
    total, squares = images.double().sum((0, 2, 3)), images.double().square().sum((0, 2, 3))
    variance = (squares - total * total / n) / n
    return (total / n).to(images.dtype), variance.clamp(min=0).sqrt().to(images.dtype)


@right_answer("normalize", "channel by channel, written into a copy")
def channel_by_channel(images, mean, std):
    if not images.shape[-3] == mean.numel() == std.numel():
        raise ValueError(f"{images.shape[-3]} channels, {mean.numel()} means, {std.numel()} deviations")
    if not std.all():
        raise ValueError(f"one of {std} is 0")
    dtype = torch.promote_types(torch.result_type(images, mean), std.dtype)
    answer = images.to(dtype, copy=True)
    for c in range(len(mean)):
        answer[..., c, :, :] -= mean[c]
        answer[..., c, :, :] /= std[c]
    return answer


@right_answer("normalize", "with the channels moved to the end and back")
def channels_at_the_end(images, mean, std):
    refuse_what_does_not_fit(images, mean, std)
    return ((images.movedim(-3, -1) - mean) / std).movedim(-1, -3)


@right_answer("make_loader", "with samplers, and batches put together by hand")
def samplers(dataset, batch_size, shuffle, generator=None):
    def collate(batch):
        images, labels = zip(*batch, strict=True)
        return torch.stack(images), torch.tensor(labels)

    order = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
    batches = BatchSampler(order, batch_size, drop_last=False)
    return DataLoader(dataset, batch_sampler=batches, collate_fn=collate, generator=generator)


@right_answer("select_classes", "a generator that looks for the class in the list")
def found_in_the_list(dataset, class_ids):
    def chosen():
        for image, label in dataset:
            for new, old in enumerate(class_ids):
                if label == old:
                    yield image, new

    return list(chosen())


@right_answer("channel_statistics", "channels first, then torch.std without a correction")
def channels_first(images):
    rows = images.transpose(0, 1).flatten(1)
    return rows.mean(dim=1), rows.std(dim=1, correction=0)


@right_answer("normalize", "with a shape that fits by itself")
def shape_that_fits(images, mean, std):
    channels = images.shape[-3]
    for name, numbers in (("mean", mean), ("std", std)):
        if numbers.dim() != 1 or numbers.numel() != channels:
            raise ValueError(f"{name} has {numbers.numel()} numbers for {channels} channels")
    if not bool(std.all()):
        raise ValueError(f"a standard deviation is 0: {std.tolist()}")
    return images.sub(mean.view(-1, 1, 1)).div(std.view(-1, 1, 1))
