"""Pictures to train on, planes and birds, from the first source that there is.

A folder that the user names · CIFAR-10 in data/, downloaded on request · pictures drawn on the spot.
Only CIFAR-10 needs torchvision, whose import takes 5 seconds.
"""

import http.client
import socket
import tarfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from kit.course.manifest import ROOT
from kit.pictures.drawn import SIDE, draw_pictures

DATA = ROOT / "data"
CIFAR10_FOLDER = "cifar-10-batches-py"  # torchvision's name for it
CIFAR10_CLASSES = {0: "airplane", 2: "bird"}  # CIFAR-10's own labels of the two, in the order of ours
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm", ".tif", ".tiff", ".webp"}
DEEP_MODES = {"I", "I;16", "I;16B", "I;16L", "F"}  # brought to 8 bits, Pillow would cut off all above 255
SECONDS = 30  # without a word from the network
FAILURES = (ImportError, OSError, RuntimeError, EOFError, http.client.HTTPException, tarfile.TarError)


class PicturesError(ValueError):
    """The named folder cannot be trained on; the sentence names what is wrong with it."""


class PictureSet(Dataset):
    """Pictures in memory; an item is (float32 image (3, 32, 32) in 0..1, int label)."""

    def __init__(self, images: Tensor, labels: Tensor):
        self.images, self.labels = images, labels  # (N, 3, 32, 32), (N,)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.images[index], int(self.labels[index])


@dataclass(frozen=True)
class Pictures:
    """Both sets, the classes' names in the order of the labels, and in a sentence what is seen here."""

    train: PictureSet
    val: PictureSet
    classes: tuple[str, ...]
    source: str
    notes: tuple[str, ...] = ()  # sentences to print: why a better source was passed over


def validation_size(n: int) -> int:
    """How many pictures are kept apart beside n to train with."""
    return max(1, n // 5)


def load_pictures(
    folder: Path | None = None,
    download: bool = False,
    seed: int = 0,
    n_train: int = 10_000,
    n_val: int = 2_000,
) -> Pictures:
    """Take the user's folder, else CIFAR-10 if it lies there or is asked for, else draw n_train + n_val.

    Raises PicturesError for a folder that does not fit; anything wrong with CIFAR-10 becomes a note.
    """
    if folder is not None:
        return pictures_in(Path(folder).expanduser())
    notes = ()
    if download or (DATA / CIFAR10_FOLDER).is_dir():
        try:
            return cifar10(download)
        except FAILURES as error:
            notes = (f"{why_no_cifar10(error, download)}; drawn pictures take its place.",)
    train = draw_pictures(n_train, 2 * seed)
    val = draw_pictures(n_val, 2 * seed + 1)  # so that no two seeds share a picture
    source = f"{spaced(n_train)} + {spaced(n_val)} drawn pictures, seed {seed}: not photographs"
    return Pictures(PictureSet(*train), PictureSet(*val), tuple(CIFAR10_CLASSES.values()), source, notes)


def spaced(n: int) -> str:
    """Write 10000 as 10 000."""
    return f"{n:,}".replace(",", " ")


def cifar10(download: bool) -> Pictures:
    """CIFAR-10's planes and birds, 10 000 + 2 000."""
    from torchvision.datasets import CIFAR10  # here, for its 5 seconds

    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", np.exceptions.VisibleDeprecationWarning)  # the files are old
            train, val = (plane_or_bird(CIFAR10(DATA, train=first, download=download)) for first in (True, False))
    finally:
        socket.setdefaulttimeout(patience)
    source = f"{spaced(len(train))} + {spaced(len(val))} photographs, the planes and birds of CIFAR-10"
    return Pictures(train, val, tuple(CIFAR10_CLASSES.values()), source)


def plane_or_bird(dataset: Dataset) -> PictureSet:
    """Keep two of CIFAR-10's classes and count them from 0."""
    targets = torch.tensor(dataset.targets)
    kept = torch.isin(targets, torch.tensor(list(CIFAR10_CLASSES)))
    labels = sum((targets[kept] == old).long() * new for new, old in enumerate(CIFAR10_CLASSES))
    return PictureSet(as_images(dataset.data[kept.numpy()]), labels)


def as_images(pixels: np.ndarray) -> Tensor:
    """Bytes to numbers in 0..1. Shape: (N, H, W, 3) -> (N, 3, H, W)."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous().float().div_(255)


def why_no_cifar10(error: Exception, download: bool) -> str:
    """The first half of the sentence that tells the user."""
    if isinstance(error, ImportError):
        return "CIFAR-10 is read by torchvision, which cannot be imported here"
    if download:
        return f"CIFAR-10 could not be downloaded ({getattr(error, 'reason', error)})"
    return f"CIFAR-10 in {DATA / CIFAR10_FOLDER} is damaged or incomplete (download it again)"


def pictures_in(folder: Path) -> Pictures:
    """The user's pictures: train/<class>/*.png and val/<class>/*.png, two classes or more."""
    if not folder.is_dir():
        raise PicturesError(f"{folder} is not a folder.")
    listed, listed_val = listing(folder / "train"), listing(folder / "val")
    if odd := sorted(listed.keys() ^ listed_val.keys()):
        here, there = ("train", "val") if odd[0] in listed else ("val", "train")
        raise PicturesError(f"{folder / here} has a class {odd[0]}, {folder / there} has not.")
    train, val = read(listed), read(listed_val)
    source = f"{spaced(len(train))} + {spaced(len(val))} pictures of {len(listed)} classes in {folder}"
    return Pictures(train, val, tuple(listed), source)


def listing(split: Path) -> dict[str, list[Path]]:
    """The pictures of each class, both in the order of their names."""
    if not split.is_dir():
        raise PicturesError(f"There is no folder {split}; pictures lie in train/<class>/ and val/<class>/.")
    folders = sorted(path for path in split.iterdir() if path.is_dir() and not path.name.startswith("."))
    if len(folders) < 2:
        found = f"only the class {folders[0].name}" if folders else "no class"
        raise PicturesError(f"{split} holds {found}; it takes two folders or more, one for each class.")
    listed = {f.name: sorted(p for p in f.rglob("*") if p.suffix.lower() in SUFFIXES) for f in folders}
    for name, paths in listed.items():
        if not paths:
            raise PicturesError(f"{split / name} holds no picture ({' '.join(sorted(SUFFIXES))}).")
    return listed


def read(listed: dict[str, list[Path]]) -> PictureSet:
    """Read all pictures; a class's label is its place in the list."""
    pixels = np.stack([pixels_of(path) for paths in listed.values() for path in paths])  # (N, 32, 32, 3)
    counts = torch.tensor([len(paths) for paths in listed.values()])
    return PictureSet(as_images(pixels), torch.arange(len(counts)).repeat_interleave(counts))


def pixels_of(path: Path) -> np.ndarray:
    """One picture in RGB, a grey one too. Shape: (32, 32, 3), bytes."""
    from PIL import Image  # comes with torchvision

    try:
        with Image.open(path) as image:
            size, mode = image.size, image.mode
            pixels = np.asarray(image.convert("RGB")) if size == (SIDE, SIDE) else None
    except Exception as error:  # what a decoder raises on broken bytes is anybody's guess
        raise PicturesError(f"{path} cannot be read as a picture ({type(error).__name__}).") from error
    if pixels is None:
        width, height = size
        wanted = f"every picture must be {SIDE} x {SIDE}, the size that the lecture's Net takes"
        raise PicturesError(f"{path} is {width} x {height} pixels; {wanted}.")
    if mode in DEEP_MODES:
        raise PicturesError(f"{path} has more than 8 bits a colour; save it with 8.")
    return pixels
