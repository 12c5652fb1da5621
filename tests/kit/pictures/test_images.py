import hashlib
import pickle
import socket
import sys
import types
import urllib.error

import numpy as np
import pytest
import torch
from PIL import Image

import processes
from kit.pictures import images
from kit.pictures.drawn import Dice, birds, planes, posed
from kit.pictures.images import PicturesError, draw_pictures, load_pictures


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """An empty data/ instead of the user's."""
    monkeypatch.setattr(images, "DATA", tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Two threads on a busy machine wait for each other most of the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path):
    """Two classes, two pictures of each for training, one for validation; a picture is one colour."""
    for split, count in (("train", 2), ("val", 1)):
        for value, name in ((40, "airplane"), (200, "bird")):
            for i in range(count):
                save(tmp_path / "mine" / split / name / f"{i}.png", np.full((32, 32, 3), value + i, np.uint8))
    return tmp_path / "mine"


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def complaint(folder):
    """What load_pictures says about a folder: one sentence that names the path."""
    with pytest.raises(PicturesError) as caught:
        load_pictures(folder)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


# Drawn pictures


@pytest.fixture(scope="module")
def drawn():
    """2000 pictures and their labels."""
    return draw_pictures(2000, 0)


def test_the_same_seed_draws_the_same_pictures():
    first, second = draw_pictures(300, 7), draw_pictures(300, 7)
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])


def test_another_seed_draws_other_pictures():
    assert not torch.equal(draw_pictures(10, 7)[0], draw_pictures(10, 8)[0])


def test_drawing_leaves_the_global_random_numbers_alone():
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    draw_pictures(10, 0)
    assert torch.equal(torch.rand(1), wanted)


def test_drawn_pictures_are_float32_in_0_to_1(drawn):
    pictures, labels = drawn
    assert (pictures.shape, pictures.dtype) == ((2000, 3, 32, 32), torch.float32)
    assert (labels.shape, labels.dtype) == ((2000,), torch.int64)
    assert 0 <= pictures.min() < 0.1
    assert 0.9 < pictures.max() <= 1


@pytest.mark.parametrize(("n", "counts"), [(256, [128, 128]), (129, [65, 64])])
def test_half_of_the_drawn_pictures_are_birds(n, counts):
    assert draw_pictures(n, 0)[1].bincount().tolist() == counts


def test_birds_and_planes_come_mixed(drawn):
    assert 400 < drawn[1][:1000].sum() < 600
    assert 400 < drawn[1][::2].sum() < 600


def test_planes_and_birds_stand_at_random_places():
    dice = Dice(500, torch.Generator().manual_seed(0))
    for things in (planes(dice), birds(dice)):
        middles = posed(things, dice)[..., :2].mean((1, 2))  # (500, x y)
        assert 14 < middles.mean() < 17
        assert middles.std(0).min() > 1.5


def test_no_drawn_picture_comes_twice():
    pictures = load_pictures(n_train=300, n_val=300)
    seen = torch.cat([pictures.train.images, pictures.val.images]).flatten(1)
    assert len(seen.unique(dim=0)) == 600


@pytest.mark.parametrize("channel", [0, 1, 2, slice(None)])
def test_mean_colour_does_not_tell_a_plane_from_a_bird(drawn, channel):
    pictures, labels = drawn
    mean = pictures[:, channel].reshape(2000, -1).mean(1)
    birds = labels[mean.argsort()].cumsum(0)  # birds among the k darkest, for every threshold
    planes = torch.arange(1, 2001) - birds
    right = birds + 1000 - planes  # "bird" below the threshold, "plane" above it; or the other way round
    assert torch.maximum(right, 2000 - right).max() < 0.6 * 2000


def test_the_average_picture_does_not_tell_a_plane_from_a_bird(drawn):
    pictures, labels = drawn
    (known, asked), (known_labels, asked_labels) = pictures.split(1000), labels.split(1000)
    plane, bird = (known[known_labels == label].mean(0) for label in (0, 1))
    nearer_bird = (asked - bird).square().sum((1, 2, 3)) < (asked - plane).square().sum((1, 2, 3))
    assert (nearer_bird.long() == asked_labels).float().mean() < 0.65


def test_drawn_sets_say_what_they_are():
    pictures = load_pictures(seed=3, n_train=1200, n_val=50)
    assert pictures.source == "1 200 + 50 drawn pictures, seed 3: not photographs"
    assert pictures.classes == ("airplane", "bird")
    assert pictures.notes == ()
    assert (len(pictures.train), len(pictures.val)) == (1200, 50)


def test_an_item_is_a_picture_and_an_int():
    train = load_pictures(n_train=10, n_val=2).train
    picture, label = train[4]
    assert (picture.shape, picture.dtype) == ((3, 32, 32), torch.float32)
    assert type(label) is int
    assert label == train.labels[4]
    assert len(list(train)) == 10


def test_drawing_imports_neither_torchvision_nor_matplotlib():
    code = (
        "import sys; from kit.pictures.images import load_pictures; load_pictures(n_train=2, n_val=2);"
        "print([m for m in ('torchvision', 'matplotlib', 'PIL', 'torch._dynamo') if m in sys.modules])"
    )
    result = processes.run(sys.executable, "-c", code, check=True)
    assert result.stdout.strip() == "[]"


# The user's folder


def test_a_folder_gives_its_classes_in_the_order_of_their_names(folder):
    pictures = load_pictures(folder)
    assert pictures.classes == ("airplane", "bird")
    assert pictures.source == f"4 + 2 pictures of 2 classes in {folder}"
    assert [label for _, label in pictures.train] == [0, 0, 1, 1]
    assert [round(float(p.mean()) * 255) for p, _ in pictures.train] == [40, 41, 200, 201]
    assert [label for _, label in pictures.val] == [0, 1]


def test_a_folder_may_hold_three_classes(folder):
    for split in ("train", "val"):
        save(folder / split / "boat" / "0.png", np.zeros((32, 32, 3), np.uint8))
    pictures = load_pictures(folder)
    assert pictures.classes == ("airplane", "bird", "boat")
    assert pictures.train.labels.tolist() == [0, 0, 1, 1, 2]


def test_the_channels_of_a_picture_come_first(folder):
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[3, 5, 2] = 255
    save(folder / "train" / "airplane" / "0.png", pixels)
    picture, _ = load_pictures(folder).train[0]
    assert picture.nonzero().tolist() == [[2, 3, 5]]
    assert picture.max() == 1


def test_a_grey_picture_gets_three_equal_channels(folder):
    grey = np.arange(1024, dtype=np.uint16).reshape(32, 32) // 4
    save(folder / "train" / "airplane" / "0.png", grey.astype(np.uint8))
    picture, _ = load_pictures(folder).train[0]
    assert torch.equal((picture * 255).round(), torch.from_numpy(grey.astype(np.float32)).expand(3, 32, 32))


def test_hidden_folders_and_other_files_are_no_classes_and_no_pictures(folder):
    (folder / "train" / ".cache").mkdir()
    (folder / "train" / "notes.txt").write_text("mine")
    (folder / "train" / "bird" / "notes.txt").write_text("mine")
    assert len(load_pictures(folder).train) == 4


def test_a_missing_folder_is_named(tmp_path):
    assert complaint(tmp_path / "nowhere") == f"{tmp_path / 'nowhere'} is not a folder."


@pytest.mark.parametrize("split", ["train", "val"])
def test_a_missing_split_is_named(folder, split):
    (folder / split).rename(folder / "other")
    assert str(folder / split) in complaint(folder)


def test_a_single_class_is_named(folder):
    (folder / "train" / "bird").rename(folder / "bird")
    text = complaint(folder)
    assert str(folder / "train") in text
    assert "only the class airplane" in text


def test_a_split_without_classes_is_named(folder):
    for name in ("airplane", "bird"):
        (folder / "val" / name).rename(folder / name)
    assert f"{folder / 'val'} holds no class" in complaint(folder)


def test_a_class_without_pictures_is_named(folder):
    (folder / "val" / "bird" / "0.png").rename(folder / "val" / "bird" / "0.txt")
    assert f"{folder / 'val' / 'bird'} holds no picture" in complaint(folder)


@pytest.mark.parametrize(("has", "lacks"), [("train", "val"), ("val", "train")])
def test_a_class_in_one_split_only_is_named(folder, has, lacks):
    save(folder / has / "boat" / "0.png", np.zeros((32, 32, 3), np.uint8))
    assert complaint(folder) == f"{folder / has} has a class boat, {folder / lacks} has not."


@pytest.mark.parametrize("keep", [0, 60], ids=["empty", "cut short"])
def test_an_unreadable_picture_is_named(folder, keep):
    path = folder / "val" / "bird" / "0.png"
    path.write_bytes(path.read_bytes()[:keep])
    assert f"{path} cannot be read" in complaint(folder)


def test_a_picture_of_another_size_is_named_with_its_size(folder):
    path = folder / "train" / "bird" / "1.png"
    save(path, np.zeros((48, 40, 3), np.uint8))
    assert f"{path} is 40 x 48 pixels; every picture must be 32 x 32" in complaint(folder)


def test_a_16_bit_picture_is_refused_rather_than_cut_off(folder):
    path = folder / "train" / "bird" / "1.png"
    save(path, np.full((32, 32), 30000, np.uint16))
    assert f"{path} has more than 8 bits" in complaint(folder)


# CIFAR-10


@pytest.fixture
def cifar10_on_disk(data, monkeypatch):
    """A tiny CIFAR-10 in torchvision's layout, with the check sums that torchvision then expects."""
    from torchvision import datasets  # 5 s, paid by this test alone

    folder = data / images.CIFAR10_FOLDER
    folder.mkdir(parents=True)

    def written(name, content):
        (folder / name).write_bytes(old_pickle(content))
        return [name, hashlib.md5((folder / name).read_bytes()).hexdigest()]

    def batch(name, labels):
        return written(name, {"data": np.arange(len(labels) * 3072).reshape(-1, 3072) % 251, "labels": labels})

    monkeypatch.setattr(datasets.CIFAR10, "train_list", [batch("one", [2, 1, 0]), batch("two", [9, 0])])
    monkeypatch.setattr(datasets.CIFAR10, "test_list", [batch("test", [0, 2, 2])])
    meta = written("batches.meta", {"label_names": ["airplane", "automobile", "bird"]})
    monkeypatch.setattr(datasets.CIFAR10, "meta", {"filename": meta[0], "key": "label_names", "md5": meta[1]})
    return folder


def old_pickle(content):
    """As the real files are: bytes, and a dtype with 0 for False, of which numpy 2.4 warns."""
    if "data" in content:
        content = content | {"data": content["data"].astype(np.uint8)}
    return pickle.dumps(content, protocol=2).replace(b"\x89\x88\x87", b"K\x00K\x00\x87")


def test_cifar10_in_data_is_used_without_asking(cifar10_on_disk):
    pictures = load_pictures()
    assert pictures.train.labels.tolist() == [1, 0, 0]  # of 2 1 0 9 0: classes 0 and 2, as 0 and 1
    assert pictures.val.labels.tolist() == [0, 1, 1]
    assert pictures.source == "3 + 3 photographs, the planes and birds of CIFAR-10"
    assert pictures.classes == ("airplane", "bird")
    second = torch.arange(2 * 3072, 3 * 3072) % 251  # the third of the first batch, channels first
    assert torch.equal(pictures.train[1][0], second.view(3, 32, 32) / 255)
    (cifar10_on_disk / "two").write_bytes(b"half")  # the same test, since torchvision is imported now
    assert "damaged or incomplete" in load_pictures(n_train=4, n_val=2).notes[0]


@pytest.fixture
def torchvision(monkeypatch):
    """A stand-in for torchvision; put what its CIFAR10 shall do into .CIFAR10."""
    datasets = types.ModuleType("torchvision.datasets")
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.datasets", datasets)
    return datasets


def test_without_a_network_one_sentence_and_drawn_pictures(torchvision):
    def no_network(*_, **__):
        raise urllib.error.URLError("Name or service not known")

    torchvision.CIFAR10 = no_network
    pictures = load_pictures(download=True, n_train=6, n_val=2)
    wanted = "CIFAR-10 could not be downloaded (Name or service not known); drawn pictures take its place."
    assert pictures.notes == (wanted,)
    assert socket.getdefaulttimeout() is None
    assert pictures.source == "6 + 2 drawn pictures, seed 0: not photographs"


def test_cifar10_is_downloaded_only_on_request(torchvision, data):
    asked = []

    def cifar10(root, train, download):
        asked.append((root, train, download))
        return types.SimpleNamespace(data=np.zeros((3, 32, 32, 3), np.uint8), targets=[0, 2, 5])

    torchvision.CIFAR10 = cifar10
    assert "drawn" in load_pictures(n_train=2, n_val=2).source
    assert asked == []
    assert "2 + 2 photographs" in load_pictures(download=True).source
    assert asked == [(data, True, True), (data, False, True)]
    (data / images.CIFAR10_FOLDER).mkdir(parents=True)
    assert "2 + 2 photographs" in load_pictures().source
    assert asked[2:] == [(data, True, False), (data, False, False)]


@pytest.mark.usefixtures("torchvision")
def test_the_users_folder_comes_before_cifar10(folder):
    assert str(folder) in load_pictures(folder, download=True).source


def test_without_torchvision_one_sentence_and_drawn_pictures(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision.datasets", None)
    pictures = load_pictures(download=True, n_train=2, n_val=2)
    assert pictures.notes == (
        "CIFAR-10 is read by torchvision, which cannot be imported here; drawn pictures take its place.",
    )
