"""The lecture's main job, run as a person runs it."""

import re
import shutil

import pytest
import torch
from PIL import Image

from kit import results
from kit.course import ROOT

SMALL = ["--pictures", "100", "--epochs", "2"]


@pytest.fixture
def pictures(tmp_path):
    """An image folder of three classes, a few pictures each, in colours that differ."""
    for split in ("train", "val"):
        for class_number, name in enumerate(["bee", "cat", "dog"]):
            folder = tmp_path / "pictures" / split / name
            folder.mkdir(parents=True)
            for i in range(6):
                Image.new("RGB", (32, 32), (80 * class_number, 10 * i, 20 * i)).save(folder / f"{i}.png")
    return tmp_path / "pictures"


def test_training_tells_losses_and_accuracies_and_saves_weights_and_a_picture(run, tmp_path):
    status, screen, _ = run(*SMALL)
    assert status == 0
    assert "Data: 100 + 20 drawn pictures, seed 0: not photographs.\n" in screen
    assert "on cpu: airplane against bird, 18090 parameters." in screen or "on cuda" in screen
    rate = r"[\d ]+ pictures/s"
    assert re.search(rf"^epoch   1 of 2  loss 0\.\d{{3}}  {rate}  0:\d\d left$", screen, re.MULTILINE)
    assert re.search(rf"^epoch   2 of 2  loss 0\.\d{{3}}  {rate}$", screen, re.MULTILINE)
    assert re.search(r"^ train +[01]\.\d{3} +± 0\.\d{3} +[01]\.\d{3} +[01]\.\d{3} +100 $", screen, re.MULTILINE)
    assert re.search(r"^ val +[01]\.\d{3} +± 0\.\d{3} +[01]\.\d{3} +[01]\.\d{3} +20 $", screen, re.MULTILINE)
    assert re.search(rf"^200 pictures in \d+\.\d s: {rate}\.$", screen, re.MULTILINE)
    weights = torch.load(tmp_path / "out/birds_vs_airplanes.pt", weights_only=True)
    assert sum(tensor.numel() for tensor in weights.values()) == 18090
    with Image.open(tmp_path / "out/loss.png") as curve:
        assert curve.convert("L").getextrema()[0] < 100


@pytest.mark.parametrize("history", [[0.7, 0.5], [float("nan"), float("inf")], [0.0]])
def test_any_history_can_be_drawn(tmp_path, history):
    results.draw_curve(history, "bird against plane", tmp_path / "loss.png")
    assert (tmp_path / "loss.png").stat().st_size > 5000


def test_training_can_be_repeated_with_its_seed(run, tmp_path):
    screens = [run(*SMALL, *more, out=out)[1] for out, more in (("a", []), ("b", []), ("c", ["--seed", "1"]))]
    first, again, other = (torch.load(tmp_path / out / "checkpoint.pt", weights_only=True) for out in "abc")
    assert first["history"] == again["history"] != other["history"]
    assert all(torch.equal(first["model"][name], again["model"][name]) for name in first["model"])
    tables = [re.findall(r"^ (?:train|val).*", screen, re.MULTILINE) for screen in screens]
    assert tables[0] == tables[1]


def test_two_classes_of_a_folder_are_trained_on(run, pictures):
    status, screen, _ = run("--data", str(pictures), "--classes", "dog", "bee", "--epochs", "1")
    assert status == 0
    assert "dog against bee" in screen


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--data", "{pictures}"],
            "Net tells two classes apart; name them with --classes A B: there are bee, cat, dog.",
        ),
        (["--data", "{pictures}", "--classes", "dog", "cow"], "There is no class cow; there are bee, cat, dog."),
        (["--data", "{pictures}", "--classes", "dog", "dog"], "Two classes are needed, not dog twice."),
        (["--data", "/nowhere"], "/nowhere is not a folder."),
    ],
)
def test_data_that_cannot_be_trained_on_gets_one_sentence(run, pictures, arguments, sentence):
    status, _, complaint = run(*(argument.format(pictures=pictures) for argument in arguments))
    assert (status, complaint) == (2, sentence + "\n")


@pytest.mark.parametrize(
    "arguments", [["--epochs", "0"], ["--epochs", "x"], ["--pictures", "1"], ["--seed", "-1"], ["--x"]]
)
def test_options_that_make_no_sense_get_one_sentence(run, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_place_that_cannot_be_written_is_named_before_training(run, tmp_path):
    (tmp_path / "out").write_text("a file")
    status, screen, complaint = run(*SMALL)
    assert (status, screen) == (2, "")
    assert complaint.startswith(f"Nothing can be saved in {tmp_path / 'out'}")


def test_a_part_that_is_not_written_is_named_with_its_place(run, tmp_path):
    shutil.copy(ROOT / "exercises/ex10_training.py", tmp_path / "exercises")
    status, _, complaint = run(*SMALL)
    assert status == 2
    assert re.match(
        r"Training needs pick_device, which is not written yet: exercises/ex10_training.py:\d+\n", complaint
    )


def test_a_class_that_is_not_written_is_named_as_a_class(run, tmp_path):
    shutil.copy(ROOT / "exercises/ex08_net.py", tmp_path / "exercises")
    assert run(*SMALL)[2].startswith("Training needs Net, which is not written yet: exercises/ex08_net.py:")


def test_a_part_that_fails_is_shown_with_its_line(run, tmp_path):
    path = tmp_path / "exercises/ex11_validate.py"
    path.write_text(path.read_text() + "\n\ndef validate(*args):\n    raise ValueError('no idea')\n")
    status, _, complaint = run(*SMALL)
    assert status == 1
    assert re.fullmatch(
        r"ValueError: no idea\nexercises/ex11_validate.py:\d+  raise ValueError\('no idea'\)\n"
        r"2 epochs are kept in .*out: checkpoint.pt.\nGo on with: nox -s train -- --resume --out .*out\n",
        complaint,
    )
    shutil.copy(ROOT / "solutions/ex11_validate.py", path)
    status, screen, _ = run("--resume")
    assert status == 0
    assert "epoch" not in screen
    assert re.search("^ val ", screen, re.MULTILINE)


def test_a_file_that_cannot_be_imported_is_named(run, tmp_path):
    (tmp_path / "exercises/ex09_dataset.py").write_text("def broken(:\n")
    status, _, complaint = run(*SMALL)
    assert status == 2
    assert complaint.startswith("Training needs exercises/ex09_dataset.py, which cannot be imported: invalid syntax")
