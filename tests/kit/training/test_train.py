"""The lecture's main job, run as a person runs it."""

import re
import shutil
import sys

import pytest
import torch
from PIL import Image

import processes
from kit.course.manifest import ROOT
from kit.training import results
from kit.training.checkpoint import WEIGHTS

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
    assert re.search(rf"^epoch   1 of 2  loss 0\.\d{{3}}  {rate}  0:00:\d\d left$", screen, re.MULTILINE)
    assert re.search(rf"^epoch   2 of 2  loss 0\.\d{{3}}  {rate}$", screen, re.MULTILINE)
    assert re.search(r"^ train +[01]\.\d{3} +[01]\.\d{3} to [01]\.\d{3} +100 $", screen, re.MULTILINE)
    assert re.search(r"^ val +[01]\.\d{3} +[01]\.\d{3} to [01]\.\d{3} +20 $", screen, re.MULTILINE)
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
    ("arguments", "sentence"),
    [
        (["--epochs", "0"], "Argument --epochs: '0' is no whole number from 1 to 999999999"),
        (["--epochs", "x"], "Argument --epochs: 'x' is no whole number from 1 to 999999999"),
        (["--epochs", "9" * 5000], "Argument --epochs: '999"),
        (["--pictures", "1"], "Argument --pictures: '1' is no whole number from 10 to 999999999"),
        (["--seed", "-1"], "Argument --seed: '-1' is no whole number from 0 to 999999999"),
        (["--batch-size", "0"], "Argument --batch-size: '0' is no whole number from 1 to 999999999"),
        (["--lr", "nan"], "Argument --lr: 'nan' is no number above 0"),
        (["--lr", "0"], "Argument --lr: '0' is no number above 0"),
        (["--lr", "inf"], "Argument --lr: 'inf' is no number above 0"),
        (["--lr", "-1e-2"], "Argument --lr: "),
        (["--lr", "fast"], "Argument --lr: 'fast' is no number above 0"),
        (["--device", "foo"], "Argument --device: there is no device 'foo' here; there is cpu"),
        (["--device", "meta"], "Argument --device: there is no device 'meta' here; there is cpu"),
        (["--device", "cuda:99"], "Argument --device: there is no device 'cuda:99' here; there is cpu"),
        (["--device", "cpu:1"], "Argument --device: there is no device 'cpu:1' here; there is cpu"),
        (["--net", "deep"], "Argument --net: invalid choice: 'deep'"),
        (["--x"], "Unrecognized arguments: --x"),
    ],
)
def test_options_that_make_no_sense_get_one_sentence_and_touch_nothing(run, tmp_path, capsys, arguments, sentence):
    run(*SMALL)
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(SystemExit) as caught:
        run(*SMALL, *arguments)
    complaint = capsys.readouterr().err
    assert (caught.value.code, complaint.count("\n")) == (2, 1)
    assert complaint.startswith(sentence)
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_device_can_be_named(run, tmp_path):
    path = tmp_path / "exercises/ex10_training.py"
    path.write_text(path.read_text().replace("if torch.cuda.is_available():", "raise NotImplementedError\n    if 1:"))
    assert run(*SMALL)[0] == 2
    status, screen, _ = run(*SMALL, "--device", "cpu:0")
    assert status == 0
    assert "Training exercises/ on cpu:0: airplane against bird" in screen


def test_a_loss_that_is_no_number_any_more_is_spoken_of(run):
    status, screen, _ = run(*SMALL, "--lr", "3e38")
    assert status == 0
    assert "The loss is no number any more: begin again with a smaller --lr.\n" in screen


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("ex10_training", "return history", "return None", "training_loop returned None for one epoch, and not a list"),
        ("ex10_training", "return history", "return []", "training_loop returned [] for one epoch, and not a list"),
        ("ex11_validate", "return accuracies", "return {}", "validate returned {}, and not two shares"),
        ("ex11_validate", "return correct / total", "return 100.0", "validate returned {'train': 100.0, 'val': 100.0}"),
        (
            "ex11_validate",
            "def validate(",
            "def validated(",
            "Training needs validate, which exercises/ex11_validate.py",
        ),
    ],
)
def test_a_part_that_returns_something_else_is_named(run, tmp_path, name, old, new, sentence):
    path = tmp_path / f"exercises/{name}.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    status, _, complaint = run(*SMALL)
    assert status == 2
    assert complaint.startswith(sentence)


def test_wilsons_interval_is_the_one_of_the_books():
    assert results.wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert results.wilson(0.89, 2000) == pytest.approx((0.8755, 0.9030), abs=1e-4)
    assert results.wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert results.wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_a_place_that_cannot_be_written_is_named_before_training(run, tmp_path):
    (tmp_path / "out").write_text("a file")
    status, screen, complaint = run(*SMALL)
    assert (status, screen) == (2, "")
    assert complaint == f"Nothing can be saved in {tmp_path / 'out'}: File exists.\n"
    status, screen, complaint = run(*SMALL, out="/proc")
    assert (status, screen) == (2, "")
    assert complaint.startswith("Nothing can be saved in /proc: ")


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


def test_what_is_missing_at_the_end_is_said_at_the_beginning(run, tmp_path):
    for name in ("ex11_validate", "ex12_save_load"):
        shutil.copy(ROOT / "exercises" / f"{name}.py", tmp_path / "exercises")
    status, screen, complaint = run("--pictures", "60", "--epochs", "1")
    assert (status, complaint) == (0, "")
    said, trained = screen.split("Training exercises/")
    for sentence in (
        "save_weights is not written yet: the kit saves the weights in its place.",
        "load_weights is not written yet: the weights are not read back.",
        "validate is not written yet: no accuracy is measured.",
    ):
        assert sentence in said
    assert "accuracy" not in trained
    assert "conv1.weight" in torch.load(tmp_path / "out" / WEIGHTS, weights_only=True)


@pytest.mark.parametrize(
    ("module", "arguments", "status"),
    [
        ("kit.train", ["--help"], 0),
        ("kit.train", ["--epochs", "none"], 2),
        ("kit.train", ["--data", "/nowhere"], 2),
        ("kit.speedrun", ["--help"], 0),
        ("kit.speedrun", ["--data", "/nowhere"], 2),
        ("kit.bench", ["--rounds", "0"], 2),
        ("kit.hint", ["--help"], 0),
        ("kit.reset", ["ex99"], 2),
    ],
)
def test_what_can_be_said_without_torch_is_said_without_it(tmp_path, module, arguments, status):
    (tmp_path / "torch.py").write_text("raise SystemExit('torch was imported')")
    done = processes.run(sys.executable, "-m", module, *arguments, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == status, done.stderr
    assert "torch was imported" not in done.stderr
    assert len(done.stderr.splitlines()) == (status == 2)


def test_the_deep_network_of_ex17_is_trained_in_nets_place(run, tmp_path):
    small = ["--pictures", "20", "--epochs", "1", "--batch-size", "10"]
    status, screen, _ = run(*small, "--net=resdeep")
    assert status == 0
    assert "airplane against bird, 159330 parameters." in screen
    weights = torch.load(tmp_path / "out/birds_vs_airplanes.pt", weights_only=True)
    assert "resblocks.9.batch_norm.running_var" in weights
    status, _, complaint = run(*small, "--resume", "--net", "net")
    assert (status, "was made with --net resdeep, not net" in complaint) == (2, True)
    status, screen, _ = run("--resume", "--epochs", "2")
    assert (status, "159330 parameters" in screen) == (0, True)


def test_the_deep_network_must_be_written_and_is_none_of_the_capstones(run, tmp_path):
    shutil.copy(ROOT / "exercises" / "ex17_residual.py", tmp_path / "exercises")
    status, _, complaint = run(*SMALL, "--net=resdeep")
    assert status == 2
    assert "Training needs NetResDeep, which is not written yet: exercises/ex17_residual.py:" in complaint
    assert run(*SMALL)[0] == 0  # Net does not wait for it
    status, _, complaint = run("--mine", "--net=resdeep")
    assert (status, complaint) == (2, "--mine puts your layers into Net; leave out --net.\n")
