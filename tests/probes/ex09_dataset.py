"""Loaders seen from outside, in plain data; `module` is the learner's."""

import torch
from torch.utils.data import DataLoader, Dataset

from probes.examples import docstring_example as docstring_example

# What a learner's file may put others in the place of is taken before it is imported.
draw, seed_all = torch.rand, torch.default_generator.manual_seed


def seeded(seed):
    """A generator, or None for None."""
    return None if seed is None else torch.Generator().manual_seed(seed)


def selected_by_number(module, dataset, class_ids):
    """What select_classes gives for a dataset that has a length and samples by number, as CIFAR-10 does."""

    class Numbered(Dataset):
        def __len__(self):
            return len(dataset)

        def __getitem__(self, index):
            return dataset[index]

    return module.select_classes(Numbered(), class_ids)


def is_loader(module, dataset, batch_size, shuffle, generator_seed=None):
    """Whether the answer is a DataLoader, its length, and that of its dataset."""
    loader = module.make_loader(dataset, batch_size, shuffle, generator=seeded(generator_seed))
    return isinstance(loader, DataLoader) and (len(loader), len(loader.dataset))


def epochs(module, dataset, batch_size, shuffle, generator_seed=None, global_seed=0, count=1):
    """What the loader gives in some epochs: for each one, the list of its batches."""
    torch.manual_seed(global_seed)
    loader = module.make_loader(dataset, batch_size, shuffle, generator=seeded(generator_seed))
    return [[tuple(batch) for batch in loader] for _ in range(count)]


def contiguity(module, pixels, batch_size):
    """Whether each batch is contiguous, for images (H, W, C) that were permuted to (C, H, W)."""
    dataset = [(image.permute(2, 0, 1), 0) for image in pixels]
    return [images.is_contiguous() for images, _ in module.make_loader(dataset, batch_size, False)]


def global_numbers_after(module, dataset, batch_size, shuffle, generator_seed, global_seed):
    """PyTorch's next global random numbers after an epoch."""
    seed_all(global_seed)
    list(module.make_loader(dataset, batch_size, shuffle, generator=seeded(generator_seed)))
    return draw(3)


def paste(dataset, batch_size, shuffle, generator_seed=None, **_):
    """The call with what would fit on no line left out."""
    generator = "" if generator_seed is None else f", torch.Generator().manual_seed({generator_seed})"
    return f"make_loader(dataset, {batch_size}, {shuffle}{generator})  # dataset: {len(dataset)} images"


is_loader.paste = epochs.paste = global_numbers_after.paste = paste
