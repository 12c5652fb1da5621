"""The data of the pictures that are no windows: each is true of calls whose answers are known."""

import json

import pytest
import torch

from kit.see import kernels, network, parameters, saving, statistics, validation
from kit.see.page import read_scene


@pytest.fixture
def picture_of(page_of_mistake):
    """The data of the picture that a known mistake gets."""
    return lambda *names: read_scene(page_of_mistake(*names).read_text(encoding="utf-8"))["picture"]


def test_a_kernel_is_laid_on_a_step_and_a_constant():
    want = torch.tensor([[1.0, 0.0, -1.0]] * 3)
    picture = kernels.kernel_picture(want.T, want)
    across, down, constant = picture["rows"]
    assert across["want"]["numbers"][:4] == [0, -3, -3, 0]
    assert set(across["got"]["numbers"]) == {0}
    assert down["got"]["numbers"][::4] == [0, -3, -3, 0]
    assert set(constant["got"]["numbers"] + constant["want"]["numbers"]) == {0}
    assert not constant["want"]["differs"]


@pytest.mark.parametrize(
    "got", [None, 3, torch.ones(3), torch.ones(3, 0), torch.ones(40, 40), torch.full((2, 2), torch.nan)]
)
def test_what_is_no_kernel_is_not_laid_on_anything(got):
    assert kernels.kernel_picture(got, torch.ones(3, 3)) is None


IMAGES = torch.arange(24.0).reshape(2, 2, 2, 3) ** 2


@pytest.mark.parametrize(
    ("dims", "words"),
    [
        ((0, 1, 3), "one row"),
        ((1, 2, 3), "one image"),
        ((2, 3), "one image and one channel"),
        ((0, 1, 2, 3), "all pixels"),
    ],
)
def test_the_pixels_that_were_averaged_are_found(dims, words):
    got = IMAGES.mean(dims).reshape(-1), IMAGES.std(dims, correction=0).reshape(-1)
    want = IMAGES.mean((0, 2, 3)), IMAGES.std((0, 2, 3), correction=0)
    picture = statistics.statistics_picture(IMAGES, got, want)
    assert picture["sentence"] == f"Each of your numbers is the mean of {words}."
    flat = IMAGES.flatten()
    assert flat[picture["yours"]].mean().item() == pytest.approx(got[0][0].item())
    assert flat[picture["right"]].mean().item() == pytest.approx(want[0][0].item())
    assert json.dumps(picture, allow_nan=False)


def test_a_deviation_that_divides_by_n_minus_1_took_the_right_pixels():
    want = IMAGES.mean((0, 2, 3)), IMAGES.std((0, 2, 3), correction=0)
    picture = statistics.statistics_picture(IMAGES, (want[0], IMAGES.std((0, 2, 3))), want)
    assert picture["sentence"] == "You took the right 12 pixels, and divided by 11, not by 12."
    assert picture["right"] == picture["yours"]


@pytest.mark.parametrize("got", [None, 1, (), (1, 2), (torch.ones(0), torch.ones(0)), (torch.ones(2) * torch.nan,) * 2])
def test_no_statistics_make_no_picture_or_one_in_json(got):
    want = IMAGES.mean((0, 2, 3)), IMAGES.std((0, 2, 3), correction=0)
    assert json.dumps(statistics.statistics_picture(IMAGES, got, want), allow_nan=False)


@pytest.mark.parametrize(
    ("got", "words"),
    [(7 * 2 * 3 + 7, "leaves out the factor of the channels"), (7 * 5 * 6, "adds 0 biases and not 7"),
     (7 * 5 * 6 + 1, "adds 1 bias and not 7"), (5 * 6 + 7, "leaves out the factor of the filters"), (999, None),
     (None, None), ("217", None), (True, None)],
)  # fmt: skip
def test_a_factor_that_is_missing_is_named(got, words):
    picture = parameters.parameters_picture("conv2d_parameters", (5, 7, (2, 3)), {}, got, 217)
    assert picture["sentence"] == (f"Your count {words}." if words else "")
    product = 1
    for factor in picture["factors"]:
        product *= factor["n"]
    assert product + picture["bias"] == 217


def row(name, shape, size=1.0, kind="Conv2d"):
    return {"name": name, "kind": kind, "shape": shape, "size": size, "gradient": None}


RIGHT = [row("a", (1, 2)), row("b", (1, 3))]


@pytest.mark.parametrize(
    ("rows", "first", "sentence"),
    [
        ([row("a", (1, 2))], 1, "b is not called, which should come next. The error: E"),
        ([row("a", (1, 4)), row("b", (1, 3))], 0, "a gives (1, 4), where a gives (1, 2)."),
        ([row("a", None), row("b", (1, 3))], 0, "a raises the error, and gives nothing: E"),
        ([*RIGHT, row("c", (1, 3))], 2, "c is called too much: the right network has ended there."),
        ([row("b", (1, 2))], 0, "b is called, where a should be."),
        ([row("a", (1, 2), 2.0, "ReLU"), row("b", (1, 3))], 0, "a is a ReLU, where a Conv2d is right."),
        ([RIGHT[0], row("answer", (1, 3))], 1, "b is not called, which should come next."),
        (RIGHT, None, "All layers give what is right; then there is an error: E"),
        ([7, None], 0, " is called, where a should be."),
    ],
)
def test_the_first_layer_that_differs_is_named(rows, first, sentence):
    picture = network.network_picture({"rows": rows, "error": "E"}, {"rows": RIGHT, "error": ""})
    assert (picture["first"], picture["sentence"]) == (first, sentence)


def test_an_answer_that_differs_after_the_last_layer_is_told_from_a_layer():
    right = [*RIGHT, row("answer", (1, 3))]
    for rows, sentence in (
        (
            [*RIGHT, row("answer", (1, 3), 2.0)],
            "All layers give what is right, and the answer is another: look at what",
        ),
        ([*RIGHT, row("answer", (3,))], "answer gives (3,), where answer gives (1, 3)."),
        ([*RIGHT, row("c", (1, 3))], "c is called too much: the right network has ended there."),
    ):
        picture = network.network_picture({"rows": rows, "error": ""}, {"rows": right, "error": ""})
        assert picture["first"] == 2
        assert picture["sentence"].startswith(sentence)


def test_a_network_whose_layers_give_what_is_right_has_no_picture():
    assert network.network_picture({"rows": RIGHT, "error": ""}, {"rows": RIGHT, "error": ""}) is None
    assert network.network_picture(None, {"rows": RIGHT, "error": ""}) is None


WANT = {"answer": {"train": 2 / 7, "val": 6 / 8}}


@pytest.mark.parametrize(
    ("got", "counted", "words"),
    [
        (1 / 2, [2], "It is the share of batch 3 alone."),
        (5 / 6, [0, 1], "It is the share of batches 1 to 2 alone."),
        (2.0, [0, 1, 2], "All 8 samples are counted, but divided by the 3 batches."),
        (75.0, [0, 1, 2], "All samples are counted; it is in percent."),
        (0.123, None, "Which samples it is the share of cannot be told from it."),
        (float("nan"), None, "There is no share of this name."),
    ],
)
def test_the_samples_that_a_share_is_of_are_found(got, counted, words):
    picture = validation.validation_picture({"answer": {"train": 2 / 7, "val": got}}, WANT)
    train, val = picture["sets"]
    assert (train["counted"], train["sentence"]) == ([0, 1, 2], "")
    assert (val["counted"], val["sentence"]) == (counted, words)
    assert json.dumps(picture, allow_nan=False)


def test_the_shares_that_are_drawn_are_those_of_the_model_answer(picture_of):
    for one in picture_of("ex11", "last_batch_only")["sets"]:
        samples = [x for batch in one["batches"] for x in batch]
        assert one["want"] == pytest.approx(sum(samples) / len(samples))


def test_names_that_the_file_lacks_or_has_besides_are_told():
    model = {"a": torch.ones(2), "b": torch.zeros(1)}
    picture = saving.saving_picture({"content": {"a": torch.zeros(2), "c": 3}}, {"content": model})
    assert picture["sentence"] == "The file lacks b, and has besides c, and holds other numbers under a."
    assert [row["differs"] for row in picture["rows"]] == [True, True, True]
    assert saving.saving_picture({"content": model}, {"content": model}) is None
    assert "it holds a list" in saving.saving_picture({"content": "it holds a list"}, {"content": model})["sentence"]


def test_a_network_in_which_a_layer_is_left_out_is_drawn_up_to_the_error(picture_of):
    picture = picture_of("ex08", "PoolLeftOut")
    assert picture["sentence"] == "fc1 is called, where pool2 should be."
    assert picture["got"][-1]["shape"] is None
    assert [row["name"] for row in picture["want"]][-2:] == ["fc2", "answer"]
    assert [row["name"] for row in picture["want"] if row["gradient"]] == ["conv1", "conv2", "fc1", "fc2"]
