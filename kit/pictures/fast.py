"""A loader for pictures that fit into memory: what DataLoader gives, by one indexing for each batch.

From your own code: FastLoader(dataset, batch_size, shuffle, generator, device) in place of make_loader(...).
How much faster it is: python -m kit.pictures.fast
"""

import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler

from kit.learner.without_dynamo import without_dynamo
from kit.pictures.drawn import draw_pictures


class FastLoader:
    """The whole dataset as one tensor on the device; batches in the order in which DataLoader gives them.

    DataLoader takes 64 pictures one by one from the dataset and copies them together, and the loop then sends the
    batch to the device. Here all pictures are on the device from the start, and a batch is images[indices].

    Shape: samples (image (C, H, W), int label) -> batches (N, C, H, W), (N,), as DataLoader's, on the device
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int,
        shuffle: bool = False,
        generator: torch.Generator | None = None,
        device: torch.device | str = "cpu",
    ):
        self.dataset, self.batch_size, self.shuffle, self.generator = dataset, batch_size, shuffle, generator
        images, labels = zip(*(dataset[i] for i in range(len(dataset))), strict=True)
        self.images = torch.stack(images).to(device)  # (len(dataset), C, H, W)
        self.labels = torch.tensor(labels, device=device)  # (len(dataset),)

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)  # rounded up: the last small batch counts

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for indices in self.order().to(self.images.device).split(self.batch_size):
            yield self.images[indices], self.labels[indices]

    def order(self) -> Tensor:
        """The next epoch's order. Takes from the generator what DataLoader takes, so that both stay in step."""
        torch.empty((), dtype=torch.int64).random_(generator=self.generator)  # DataLoader's seed for its workers
        if not self.shuffle:
            return torch.arange(len(self.dataset))
        return torch.tensor(list(RandomSampler(self.dataset, generator=self.generator)))


def seconds_of(loader: DataLoader | FastLoader, model: nn.Module | None = None) -> float:
    """How long an epoch takes: of loading alone, or with the lecture's training of a model."""
    start = time.perf_counter()
    optimizer = model and torch.optim.SGD(model.parameters(), lr=1e-2)
    for images, labels in loader:
        if model:
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return time.perf_counter() - start


def lecture_net() -> nn.Sequential:
    """The lecture's 18 090 parameters in a row."""
    conv1, conv2 = nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 8, 3, padding=1)
    maps = conv1, nn.Tanh(), nn.MaxPool2d(2), conv2, nn.Tanh(), nn.MaxPool2d(2)
    return nn.Sequential(*maps, nn.Flatten(), nn.Linear(512, 32), nn.Tanh(), nn.Linear(32, 2))


def main(n_pictures: int = 10_000, n_rounds: int = 5) -> None:
    """Measure both loaders by turns on the CPU, and print the medians."""
    images, labels = draw_pictures(n_pictures, 0)
    dataset = list(zip(images, labels.tolist(), strict=True))
    loaders = DataLoader(dataset, 64, shuffle=True), FastLoader(dataset, 64, shuffle=True)
    print(f"{n_pictures} pictures, batches of 64, median of {n_rounds} epochs of each, by turns, on the CPU")
    for what, model in (("loading alone", None), ("with training Net", lecture_net())):
        with without_dynamo():
            rounds = [[seconds_of(loader, model) for loader in loaders] for _ in range(n_rounds)]
        slow, fast = torch.tensor(rounds).median(0).values.tolist()
        print(f"{what:18}  DataLoader {slow:.3f} s  FastLoader {fast:.3f} s  {slow / fast:.2f} times as fast")


if __name__ == "__main__":
    main()
