"""The capstone: the learner's layers beside PyTorch's."""

import math
import re

import pytest
import torch
from torch import nn

from kit.training import mine
from kit.training.ladder import DifferenceError, Rung, compare, difference
from kit.training.own import OwnConv2d, OwnMaxPool2d

SMALL = ["--mine", "--pictures", "10", "--epochs", "2", "--batch-size", "5"]
EX14 = "from torch.nn.functional import conv2d as right\n\n\ndef conv2d(*args):\n    return {}\n"


@pytest.fixture
def few_val(monkeypatch):
    """No more validation pictures than training pictures."""
    monkeypatch.setattr(mine, "N_VAL", 10)


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_own_layers_and_pytorchs_have_the_same_losses_and_weights(run, tmp_path, few_val):
    status, screen, _ = run(*SMALL)
    assert status == 0
    rungs = re.findall(r"^ (\w+ \(ex\d\d\)) +[\d.]+ m?s +[\d.]+ m?s +[\d.]+ +(\S+) *$", screen, re.MULTILINE)
    names, differences = zip(*rungs, strict=True)
    layers = ["conv1 (ex05)", "conv1 (ex14)", "pool1 (ex06)", "conv2 (ex05)", "conv2 (ex14)", "pool2 (ex06)"]
    assert [*names] == [*layers, "training (ex10)", "validation (ex11)"]
    assert all(float(number) < 1e-4 for number in differences)
    assert "the same losses in all epochs; they differ by " in screen
    assert re.search(r"Saved .*mine.pt; with these weights PyTorch's layers answer the same to \d", screen)
    weights = torch.load(tmp_path / "out/mine.pt", weights_only=True)
    assert sum(tensor.numel() for tensor in weights.values()) == 18090


def test_the_capstone_calls_the_learners_functions(run, tmp_path, few_val):
    for name, function in (("ex05_conv2d", "conv2d"), ("ex06_pooling", "max_pool2d")):
        with (tmp_path / f"exercises/{name}.py").open("a") as file:
            file.write(f"\n\ndef {function}(*args):\n    raise ValueError('the learner was asked')\n")
        status, _, complaint = run(*SMALL)
        assert status == 1
        assert re.match(rf"ValueError: the learner was asked\nexercises/{name}.py:", complaint)
        (tmp_path / f"exercises/{name}.py").write_text("from torch.nn.functional import conv2d\n")


def test_layers_that_compute_something_else_are_found(run, tmp_path, few_val):
    replace(tmp_path / "exercises/ex05_conv2d.py", "maps + bias[:, None, None]", "maps + 1.01 * bias[:, None, None]")
    status, screen, complaint = run(*SMALL)
    assert status == 1
    assert complaint == "Yours and PyTorch's differ by more than 0.0001: conv1 (ex05), conv2 (ex05).\n"
    assert re.search(r"^ conv1 \(ex05\) .* [1-9]e-0[23] *$", screen, re.MULTILINE)
    assert (tmp_path / "out/mine.pt").exists()


def test_losses_that_differ_are_found(run, tmp_path, few_val):
    """The weights' gradients are right, the images' gradient is not: conv1 learns something else."""
    (tmp_path / "exercises/ex14_im2col.py").unlink()  # it would serve in the place of ex05
    replace(
        tmp_path / "exercises/ex05_conv2d.py", "pad2d(input, padding)", "pad2d(input * 2 - input.detach(), padding)"
    )
    status, _, complaint = run(*SMALL, "--lr", "0.5")
    assert (status, complaint) == (1, "Yours and PyTorch's differ by more than 0.0001: training (ex10).\n")


def test_a_layer_through_which_no_gradient_comes_is_named(run, tmp_path, few_val):
    replace(
        tmp_path / "exercises/ex05_conv2d.py", "return maps[:, :, ::sh, ::sw]", "return maps.detach()[:, :, ::sh, ::sw]"
    )
    status, _, complaint = run(*SMALL)
    sentence = "conv1 (ex05) cuts the way back: no gradient comes through it, so nothing can be learned.\n"
    assert (status, complaint) == (1, sentence)


@pytest.mark.parametrize(
    ("answer", "exercise"), [("right(*args)", "ex14"), ("right(*args) + 1", "ex05"), ("1 / 0", "ex05")]
)
def test_ex14_takes_the_place_of_ex05_once_it_is_right(run, tmp_path, few_val, answer, exercise):
    (tmp_path / "exercises/ex14_im2col.py").write_text(EX14.format(answer))
    replace(tmp_path / "exercises/ex05_conv2d.py", "maps[:, :, ::sh, ::sw]", "maps[:, :, ::sh, ::sw] + 1")
    _, screen, complaint = run(*SMALL)
    assert ("conv1 (ex14)" in screen) is (exercise == "ex14")
    assert ("training (ex10)" in complaint) is (exercise == "ex05")


def test_earlier_weights_are_kept(run, tmp_path, few_val):
    run(*SMALL)
    earlier = (tmp_path / "out/mine.pt").read_bytes()
    screen = run(*SMALL, "--seed", "1")[1]
    assert "The earlier weights are kept in" in screen
    assert next((tmp_path / "out").glob("run-*/mine.pt")).read_bytes() == earlier


def test_layers_that_are_too_slow_for_a_minute_or_two_get_fewer_pictures(run, monkeypatch, few_val):
    monkeypatch.setattr(mine, "TOO_LONG", 1e-6)
    screen = run("--mine", "--epochs", "1")[1]
    assert re.search(r"about \d+ s for 12 pictures, --epochs 1\.", screen)


def test_strides_and_padding_reach_the_function():
    conv, pool = nn.Conv2d(2, 3, (3, 2), stride=(1, 2), padding=(2, 1)), nn.MaxPool2d((3, 2), stride=1, padding=1)
    images = torch.rand(2, 2, 6, 7)
    assert torch.equal(OwnConv2d(conv, nn.functional.conv2d)(images), conv(images))
    assert torch.equal(OwnMaxPool2d(pool, nn.functional.max_pool2d)(images), pool(images))


def test_another_size_is_said():
    with pytest.raises(DifferenceError, match=r"^conv gives \(1, 1, 3, 3\), PyTorch's layer \(1, 1, 2, 2\)\.$"):
        compare("conv", nn.Conv2d(1, 1, 2), nn.Conv2d(1, 1, 3), torch.rand(1, 1, 4, 4))


def test_a_number_that_is_none_is_the_largest_difference():
    layer = nn.Conv2d(1, 1, 3)
    broken = OwnConv2d(layer, lambda *arguments: nn.functional.conv2d(*arguments) * torch.nan)
    assert math.isnan(compare("conv", broken, nn.Conv2d(1, 1, 3), torch.rand(1, 1, 4, 4)).difference)


def test_the_difference_is_a_share_of_the_largest_number():
    assert difference(torch.tensor([0.0, 3.0]), torch.tensor([1.0, -4.0])) == 7 / 4
    assert difference(torch.zeros(2), torch.zeros(2)) == 0
    assert Rung("x", 0.5, 0.001, 0.0).cells() == ("x", "500.0 ms", "1.0 ms", "500", "0")
