"""Which network the gallery shows: the one that `nox -s train` left, and one of its own where that cannot be shown."""

import re
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image

from kit.course.manifest import ROOT
from kit.gallery import draw
from kit.gallery.ahead import Ahead
from kit.gallery.exhibits import EXHIBITS, TRAINING
from kit.gallery.trained import train_quickly
from kit.training import session
from kit.training.__main__ import main as train
from kit.training.checkpoint import CHECKPOINT, WEIGHTS

OF_THE_NETWORK = [exhibit for exhibit in EXHIBITS if exhibit.parts is TRAINING]


@pytest.fixture(autouse=True)
def one_thread():
    """Two threads on a busy machine wait for each other most of the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A learner's project in which everything is written and a network has been trained."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "solutions", project / "exercises", ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "ROOT", project)
        options = ["--pictures=60", "--epochs=2", "--batch-size=8", "--device=cpu"]
        assert train([*options, f"--out={project / 'out'}"]) == 0
    return project


@pytest.fixture
def project(trained, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copytree(trained, tmp_path / "project"))


@pytest.fixture
def gallery(project, monkeypatch):
    """The project's gallery; a training of its own takes a moment."""
    monkeypatch.setattr(draw, "train_quickly", lambda parts: train_quickly(parts, n_epochs=1, n_pictures=40))
    return draw.Gallery(project / "exercises", [project / "elsewhere", project / "out"])


def change(project, **changes):
    """Write other settings into the checkpoint, or another state."""
    state = torch.load(project / "out" / CHECKPOINT, weights_only=True)
    for name, value in changes.items():
        (state if name in state else state["settings"])[name] = value
    torch.save(state, project / "out" / CHECKPOINT)


def test_the_network_that_the_learner_trained_is_shown(project, gallery, monkeypatch):
    monkeypatch.setattr(draw, "train_quickly", None)  # there is no other training
    shown = gallery.training()
    weights = torch.load(project / "out" / WEIGHTS, weights_only=True)
    assert torch.equal(shown.filters, weights["conv1.weight"])
    assert len(shown.losses) == 2
    assert len(shown.labels) == 12  # as many as the training validated with
    where = f"This is the network that you have trained: {project / 'out' / CHECKPOINT}, 2 epochs. "
    assert gallery.about_network == f"{where}Its pictures: 60 + 12 drawn pictures, seed 0: not photographs."


def test_its_accuracy_is_the_one_that_the_training_told(project, gallery, monkeypatch, capsys):
    monkeypatch.setattr(session, "ROOT", project)
    assert train(["--resume", f"--out={project / 'out'}", "--device=cpu", "--epochs=3"]) == 0
    told = re.search(r"^ *val +(\S+)", capsys.readouterr().out, re.MULTILINE)[1]
    assert f"{gallery.training().accuracy:.3f}" == told


def test_all_its_pictures_are_drawn_and_the_page_says_once_whose_they_are(gallery):
    wall = [gallery.hang(exhibit) for exhibit in OF_THE_NETWORK]
    assert all(hung.picture for hung in wall)
    text = draw.page(wall, "")
    assert text.count(gallery.about_network) == 1
    assert text.index("A trained network</h2>") < text.index(gallery.about_network) < text.index("<img")


def test_the_pictures_of_a_folder_and_its_classes_are_found_again(project, gallery, monkeypatch):
    for split, number in (("train", 8), ("val", 3)):
        for name, shade in (("cats", 40), ("dogs", 200), ("newts", 90)):
            (project / "pets" / split / name).mkdir(parents=True)
            for i in range(number):
                Image.new("RGB", (32, 32), (shade + i, 9 * i, 7 * i)).save(project / "pets" / split / name / f"{i}.png")
    monkeypatch.setattr(session, "ROOT", project)
    options = [f"--data={project / 'pets'}", "--classes", "newts", "cats", "--epochs=1", f"--out={project / 'out'}"]
    assert train([*options, "--device=cpu"]) == 0
    assert gallery.training().classes == ("newts", "cats")
    assert f"in {project / 'pets'}." in gallery.about_network
    shutil.rmtree(project / "pets")
    again = draw.Gallery(gallery.folder, gallery.runs)
    assert again.training().classes == ("airplane", "bird")
    assert "cannot be read again" in again.about_network


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"solutions": True}, "was trained with the model answers."),
        ({"fingerprint": 1}, "was trained on other pictures than those that are here now."),
        ({"pictures": "many"}, "does not say how it was trained."),
        ({"model": {"conv1.weight": torch.zeros(1)}}, "has other layers than your Net has now."),
        ({"settings": {}}, "does not say how it was trained."),
        ({"settings": 3}, "is no checkpoint of a training, or is damaged."),
    ],
)
def test_a_network_that_cannot_be_shown_is_replaced_and_the_reason_is_said(project, gallery, changes, why):
    change(project, **changes)
    assert len(gallery.training().labels) == 20  # of the training of a moment
    reason, own = gallery.about_network.split(" So the gallery has ")
    assert str(project / "out" / CHECKPOINT) in reason
    assert reason.endswith(why)
    assert own == "trained one of its own: 1 epochs on 40 drawn pictures, tried on 20 others."


def test_where_nothing_was_trained_the_gallery_trains_and_says_so(project, gallery):
    (project / "out" / CHECKPOINT).unlink()
    gallery.training()
    assert gallery.about_network.startswith("There is no network of nox -s train yet. So the gallery has trained one")


def test_a_net_that_is_not_written_any_more_waits_for_its_exercise(project, gallery):
    shutil.copy(ROOT / "exercises/ex08_net.py", project / "exercises")
    assert gallery.hang(OF_THE_NETWORK[0]).sentence == "write ex08 to see this"


def test_the_command_says_which_network_it_shows(project, monkeypatch, capsys):
    monkeypatch.setattr(draw, "ROOT", project)
    (project / "pictures").mkdir()
    assert draw.run(solutions=False, out=project / "pictures") == 0
    network, counted, place = capsys.readouterr().out.splitlines()
    assert network.startswith(f"This is the network that you have trained: {project / 'out' / CHECKPOINT}")
    assert counted == "22 of 22 pictures drawn, 0 greyed out."
    assert place == (project / "pictures/index.html").as_uri()
    assert (project / "pictures/14_learned_filters.svg").exists()


def test_the_network_comes_from_another_process_where_there_are_forks(project, gallery, monkeypatch):
    (project / "out" / CHECKPOINT).unlink()
    monkeypatch.setattr(draw, "can_fork", lambda: True)
    alone = gallery.tried()
    gallery.about_network = ""
    gallery.train_ahead()
    trained = gallery.training()
    assert torch.equal(trained.filters, alone.filters)
    assert gallery.about_network.startswith("There is no network of nox -s train yet. So the gallery has trained one")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("raise ValueError('so')", "ex10's training_loop raised ValueError: so: nox -s exercises -- ex10"),
     ("import os; os._exit(3)", "the training ends its process: nox -s exercises -- ex10")],
)  # fmt: skip
def test_a_training_that_fails_in_another_process_is_said(project, gallery, monkeypatch, source, sentence):
    (project / "out" / CHECKPOINT).unlink()
    monkeypatch.setattr(draw, "can_fork", lambda: True)
    body = f"def training_loop(*args):\n    {source}\ndef pick_device(): pass\n"
    (project / "exercises/ex10_training.py").write_text(body)
    gallery.train_ahead()
    assert [gallery.hang(exhibit).sentence for exhibit in OF_THE_NETWORK] == [sentence] * len(OF_THE_NETWORK)


def test_what_the_other_process_raises_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        Ahead(lambda: 1 / 0).result()
