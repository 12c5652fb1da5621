"""The fast loader is DataLoader, but for the time it takes."""

import pytest
import torch
from torch.utils.data import DataLoader

from kit.pictures.fast import FastLoader, lecture_net


def dataset(n):
    images = torch.rand(n, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    return [(image, i % 2) for i, image in enumerate(images)]


def both(n, batch_size, shuffle, seed=5):
    return [
        loader(dataset(n), batch_size, shuffle, generator=torch.Generator().manual_seed(seed))
        for loader in (DataLoader, FastLoader)
    ]


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(("n", "batch_size"), [(10, 4), (8, 4), (3, 5), (1, 1)])
def test_three_epochs_have_the_batches_of_dataloader(n, batch_size, shuffle):
    slow, fast = both(n, batch_size, shuffle)
    assert (len(fast), fast.batch_size, len(fast.dataset)) == (len(slow), slow.batch_size, len(slow.dataset))
    for _ in range(3):
        for (images, labels), (want_images, want_labels) in zip(fast, slow, strict=True):
            assert torch.equal(images, want_images)
            assert torch.equal(labels, want_labels)
            assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)
            assert images.is_contiguous()
    assert torch.equal(slow.generator.get_state(), fast.generator.get_state())


def test_without_a_generator_pytorchs_own_seed_decides_as_for_dataloader():
    orders = []
    for loader in DataLoader(dataset(9), 4, True), FastLoader(dataset(9), 4, True):
        torch.manual_seed(3)
        orders.append([labels for _ in range(2) for _, labels in loader])
    assert all(map(torch.equal, *orders))


def test_training_has_the_same_losses_with_both():
    histories = []
    for loader in both(20, 8, True):
        torch.manual_seed(1)
        model, losses = lecture_net(), []
        for images, labels in [*loader, *loader]:
            loss = torch.nn.functional.cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter -= 0.1 * parameter.grad
            losses.append(loss.item())
        histories.append(losses)
    assert len(histories[0]) == 6
    assert histories[0] == histories[1]


def test_the_pictures_are_where_they_are_asked_for():
    loader = FastLoader(dataset(2), 1, device=torch.device("meta"))
    assert {tensor.device.type for tensor in (loader.images, loader.labels)} == {"meta"}


def test_fast_gives_the_same_run(run, tmp_path):
    arguments = ["--pictures", "100", "--epochs", "2", "--batch-size", "16"]
    slow, fast = run(*arguments)[0], run(*arguments, "--fast", out="fast")[0]
    states = [torch.load(tmp_path / out / "checkpoint.pt", weights_only=True) for out in ("out", "fast")]
    assert slow == fast == 0
    assert states[0]["history"] == states[1]["history"]
    assert all(torch.equal(states[0]["model"][name], states[1]["model"][name]) for name in states[0]["model"])


def test_fast_does_without_the_learners_loader(run, tmp_path):
    path = tmp_path / "exercises/ex09_dataset.py"
    path.write_text(path.read_text().replace("return DataLoader", "raise NotImplementedError  #"))
    assert run("--pictures", "20", "--epochs", "1")[0] == 2
    assert run("--pictures", "20", "--epochs", "1", "--fast")[0] == 0
