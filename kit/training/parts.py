"""What a training is made of: the learner's functions, and the pictures behind a loader."""

from pathlib import Path
from types import ModuleType, SimpleNamespace

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from kit.course.stubs import unwritten
from kit.learner.worker import load_module
from kit.pictures.fast import FastLoader
from kit.pictures.images import Pictures, PicturesError, PictureSet

PARTS = {
    "ex08_net": ("Net",),
    "ex09_dataset": ("select_classes", "channel_statistics", "normalize", "make_loader"),
    "ex10_training": ("pick_device", "training_loop"),
    "ex11_validate": ("validate",),
    "ex12_save_load": ("save_weights", "load_weights"),
}


DEEPER = {"resdeep": ("ex17_residual", "NetResDeep")}  # other networks that can be trained in Net's place


class PartError(Exception):
    """Something that training is made of is not there."""


def load_parts(folder: Path, net: str = "net") -> SimpleNamespace:
    """The functions of PARTS from the files of a folder, and a network as Net; raises PartError if one is missing."""
    parts = SimpleNamespace(unwritten=set())
    for name, functions in PARTS.items():
        module = load_exercise(folder, name)
        vars(parts).update({function: part(module, function) for function in functions})
        parts.unwritten |= unwritten((folder / f"{name}.py").read_text(encoding="utf-8")) & {*functions}
    if net in DEEPER:
        exercise, name = DEEPER[net]
        parts.Net = part(load_exercise(folder, exercise), name)
    return parts


def load_exercise(folder: Path, name: str) -> ModuleType:
    """One file of the folder; raises PartError if it cannot be imported."""
    try:
        return load_module(str(folder / f"{name}.py"), name)
    except Exception as error:
        raise PartError(f"Training needs {folder.name}/{name}.py, which cannot be imported: {error}") from error


def part(module: ModuleType, name: str) -> object:
    """One function of an exercise; raises PartError if there is none of that name."""
    if not hasattr(module, name):
        path = Path(module.__file__)
        raise PartError(f"Training needs {name}, which {path.parent.name}/{path.name} does not have.")
    return getattr(module, name)


def choose(parts: SimpleNamespace, pictures: Pictures, classes: list[str] | None) -> Pictures:
    """The two classes that Net is to tell apart; raises PicturesError if it is not clear which."""
    if classes is None and len(pictures.classes) == 2:
        return pictures
    known = f"there are {', '.join(pictures.classes)}"
    if classes is None:
        raise PicturesError(f"Net tells two classes apart; name them with --classes A B: {known}.")
    if unknown := [name for name in classes if name not in pictures.classes]:
        raise PicturesError(f"There is no class {unknown[0]}; {known}.")
    if classes[0] == classes[1]:
        raise PicturesError(f"Two classes are needed, not {classes[0]} twice.")
    ids = [pictures.classes.index(name) for name in classes]

    def select(pictures: PictureSet) -> PictureSet:
        images, labels = zip(*parts.select_classes(pictures, ids), strict=True)
        return PictureSet(torch.stack(images), torch.tensor(labels))

    return Pictures(select(pictures.train), select(pictures.val), tuple(classes), pictures.source, pictures.notes)


def normalized(
    parts: SimpleNamespace, pictures: Pictures, dtype: torch.dtype = torch.float32
) -> tuple[list[tuple[Tensor, int]], list[tuple[Tensor, int]]]:
    """Both sets as lists of samples, normalised by the training pictures."""
    mean, std = parts.channel_statistics(pictures.train.images)

    def samples(pictures: PictureSet) -> list[tuple[Tensor, int]]:
        images = parts.normalize(pictures.images, mean, std).to(dtype)
        return list(zip(images, pictures.labels.tolist(), strict=True))

    return samples(pictures.train), samples(pictures.val)


def loaders(
    parts: SimpleNamespace, sets: tuple[list, list], batch_size: int, seed: int, fast_on: torch.device | None
) -> tuple[DataLoader | FastLoader, DataLoader | FastLoader, torch.Generator]:
    """Both sets behind the learner's loader, or the fast one on a device, and what decides on the order."""
    generator, for_val = torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    if fast_on:
        train = FastLoader(sets[0], batch_size, True, generator, fast_on)
        return train, FastLoader(sets[1], batch_size, False, for_val, fast_on), generator
    train = parts.make_loader(sets[0], batch_size, True, generator)
    return train, parts.make_loader(sets[1], batch_size, False, for_val), generator
