import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, Subset

from mistakes import mistake, right, right_answer


@mistake("select_classes", "the labels stay what they were", "the first of the classes becomes 0, the second 1")
def labels_kept(dataset, class_ids):
    return [(image, label) for image, label in dataset if label in class_ids]


@mistake("select_classes", "the classes are numbered by size, not in the order given", "[2, 0] makes a 0 of every 2")
def numbered_by_size(dataset, class_ids):
    return right.select_classes(dataset, sorted(class_ids))


@mistake("select_classes", "the samples are put together class by class", "they stay in the order of the dataset")
def class_by_class(dataset, class_ids):
    return sorted(right.select_classes(dataset, class_ids), key=lambda sample: sample[1])


@mistake("channel_statistics", "the squares are divided by n - 1", "torch.std does so unless it is given correction=0")
def divided_by_n_minus_1(images):
    return images.mean((0, 2, 3)), images.std((0, 2, 3))


@mistake("channel_statistics", "the variance is given, without its root", "the standard deviation is its root")
def variance(images):
    mean, std = right.channel_statistics(images)
    return mean, std**2


@mistake(
    "channel_statistics",
    "each image's deviation is taken and these are averaged",
    "images also differ from each other: all pixels of a channel belong together",
)
def average_of_deviations(images):
    deviations = [right.channel_statistics(image[None])[1] for image in images]
    return images.mean((0, 2, 3)), torch.stack(deviations).mean(0)


@mistake("channel_statistics", "the wrong dimensions are averaged: a number for each column", "(N, C, H, W)")
def one_for_each_column(images):
    return right.channel_statistics(images.transpose(1, 3))


@mistake(
    "normalize",
    "mean and std go along the columns: images - mean broadcasts over the last dimension",
    "the shape that mean needs so that each number meets one channel",
)
def along_the_columns(images, mean, std):
    if images.shape[-1] != images.shape[-3]:
        return right.normalize(images, mean, std)
    return right.normalize(images.transpose(-1, -3), mean, std).transpose(-1, -3)


@mistake("normalize", "the images are changed in place", "-= and sub_ write into the images of the caller")
def changed_in_place(images, mean, std):
    return images.copy_(right.normalize(images, mean, std))


@mistake("normalize", "a single image gets a batch dimension", "the answer has the shape of the images")
def batch_of_one(images, mean, std):
    answer = right.normalize(images, mean, std)
    return answer if answer.dim() == 4 else answer[None]


@mistake("normalize", "a std of 0 is replaced by a small number", "a ValueError is asked for")
def small_number_for_0(images, mean, std):
    return right.normalize(images, mean, std.clamp(min=1e-8))


@mistake("normalize", "one mean is taken for all channels", "mean and std must have one number for each channel")
def one_mean_is_enough(images, mean, std):
    channels = images.shape[-3]
    mean, std = (value.expand(channels) if len(value) == 1 else value for value in (mean, std))
    return right.normalize(images, mean, std)


@mistake("make_loader", "the last small batch is dropped", "every sample is given once, the last ones too")
def last_batch_dropped(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, drop_last=True, generator=generator)


@mistake("make_loader", "it is shuffled once, not in every epoch", "two epochs have two orders")
def shuffled_once(dataset, batch_size, shuffle, generator=None):
    order = torch.randperm(len(dataset), generator=generator).tolist() if shuffle else range(len(dataset))
    return right.make_loader(Subset(dataset, order), batch_size, False, generator)


@mistake("make_loader", "the generator is not passed on", "the seed of the generator alone decides on the order")
def generator_not_passed_on(dataset, batch_size, shuffle, generator=None):
    return right.make_loader(dataset, batch_size, shuffle)


@mistake(
    "make_loader",
    "the generator is given to the sampler only",
    "the loader itself takes a number each time an epoch begins: from its generator, or from the global ones",
)
def generator_for_the_sampler_only(dataset, batch_size, shuffle, generator=None):
    sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
    return DataLoader(dataset, batch_size, sampler=sampler)


@mistake("make_loader", "the global seed is set to 0 inside", "who calls it decides on the seed")
def global_seed_set(dataset, batch_size, shuffle, generator=None):
    torch.manual_seed(0)
    return right.make_loader(dataset, batch_size, shuffle, generator)


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


@right_answer("select_classes", "with a loop and the place of the label in the list")
def loop(dataset, class_ids):
    kept, wanted = [], list(class_ids)
    for image, label in dataset:
        if label in wanted:
            kept.append((image, wanted.index(label)))
    return kept


@right_answer("channel_statistics", "PyTorch's var_mean over one long row of pixels for each channel")
def long_rows(images):
    var, mean = torch.var_mean(images.transpose(0, 1).flatten(1), 1, correction=0)
    return mean, var.sqrt()


@right_answer("normalize", "channel by channel, written into a copy")
def channel_by_channel(images, mean, std):
    if not images.shape[-3] == mean.numel() == std.numel():
        raise ValueError(f"{images.shape[-3]} channels, {mean.numel()} means, {std.numel()} deviations")
    if not std.all():
        raise ValueError(f"one of {std} is 0")
    answer = images.clone()
    for c in range(len(mean)):
        answer[..., c, :, :] -= mean[c]
        answer[..., c, :, :] /= std[c]
    return answer


@right_answer("make_loader", "with samplers, and batches put together by hand")
def samplers(dataset, batch_size, shuffle, generator=None):
    def collate(batch):
        images, labels = zip(*batch, strict=True)
        return torch.stack(images), torch.tensor(labels)

    order = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
    batches = BatchSampler(order, batch_size, drop_last=False)
    return DataLoader(dataset, batch_sampler=batches, collate_fn=collate, generator=generator)
