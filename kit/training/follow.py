"""Follows a recipe: trains a new network, looks at the clock, and counts what the network gets right."""

import itertools
import time

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from kit.pictures.fast import FastLoader
from kit.pictures.images import Pictures
from kit.training.graphed import train_graphed
from kit.training.recipes import Recipe, Sets, rate_at


def prepare(pictures: Pictures, device: torch.device) -> Sets:
    """Normalise by the training pictures, and send all to the device."""
    images = pictures.train.images
    mean, std = images.mean((0, 2, 3), keepdim=True), images.std((0, 2, 3), keepdim=True)  # (1, 3, 1, 1)
    tensors = (images - mean) / std, pictures.train.labels, (pictures.val.images - mean) / std, pictures.val.labels
    return Sets(*(tensor.to(device) for tensor in tensors))


def train(recipe: Recipe, sets: Sets, seed: int, n_batches: int | None = None) -> tuple[nn.Module, float]:
    """Train a new network; returns it and the seconds that took. n_batches ends it early."""
    device = sets.images.device
    loader = None if recipe.graphed else loader_of(recipe, sets, torch.Generator().manual_seed(seed))
    torch.manual_seed(seed)
    wait_for(device)
    start = time.perf_counter()
    net, optimizer = begin(recipe, device)
    if recipe.graphed:
        train_graphed(net, recipe, sets, seed, n_batches)
    else:
        train_by_steps(net, optimizer, recipe, loader, n_batches)
    wait_for(device)
    return net, time.perf_counter() - start


def train_by_steps(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    recipe: Recipe,
    loader: DataLoader | FastLoader,
    n_batches: int | None,
) -> None:
    """Train batch by batch."""
    device, n_steps = next(net.parameters()).device, recipe.epochs * len(loader)
    epochs = itertools.chain.from_iterable(itertools.repeat(loader, recipe.epochs))
    for step, (images, labels) in enumerate(itertools.islice(epochs, n_batches)):
        optimizer.param_groups[0]["lr"] = rate_at(step / n_steps, recipe)
        learn(net, optimizer, recipe, images.to(device), labels.to(device))


def loader_of(recipe: Recipe, sets: Sets, generator: torch.Generator) -> DataLoader | FastLoader:
    """The training pictures, shuffled."""
    if not recipe.fast:
        dataset = list(zip(sets.images.cpu(), sets.labels.tolist(), strict=True))
        return DataLoader(dataset, recipe.batch_size, shuffle=True, generator=generator)
    loader = FastLoader(
        list(zip(sets.images, sets.labels.tolist(), strict=True)),
        recipe.batch_size,
        True,
        generator,
        sets.images.device,
    )
    if recipe.channels_last:
        loader.images = loader.images.contiguous(memory_format=torch.channels_last)
    return loader


def begin(recipe: Recipe, device: torch.device) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A new network and its optimizer."""
    memory = torch.channels_last if recipe.channels_last else torch.contiguous_format
    net = recipe.net().to(device, memory_format=memory)
    decay = {"weight_decay": recipe.weight_decay, "nesterov": recipe.momentum > 0}
    return net, torch.optim.SGD(net.parameters(), recipe.lr, recipe.momentum, **decay)


def learn(net: nn.Module, optimizer: torch.optim.Optimizer, recipe: Recipe, images: Tensor, labels: Tensor) -> None:
    """One step."""
    with torch.autocast(images.device.type, torch.bfloat16, enabled=recipe.bf16):
        loss = F.cross_entropy(net(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if not recipe.fast:
        loss.item()  # the lecture's loop adds the losses up, and so waits for the device after each batch


def wait_for(device: torch.device) -> None:
    """Let the device end what it was given, so that the clock tells the truth."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


@torch.no_grad()
def evaluate(recipe: Recipe, net: nn.Module, sets: Sets) -> float:
    """The share of validation pictures that the network gets right."""
    net.eval()
    right = 0
    for images, labels in zip(sets.val_images.split(500), sets.val_labels.split(500), strict=True):
        scores = net(images)  # (500, 2)
        if recipe.both_ways:
            scores = scores + net(images.flip(3))
        right += int((scores.argmax(1) == labels).sum())
    return right / len(sets.val_labels)
