"""The data of the pictures of functions beyond windows and networks, and what is drawn of them in words."""

import json

import pytest
import torch

from kit.learner.call import Account, RecordedCall
from kit.see import (
    counting,
    dropping,
    edges,
    exposing,
    learning,
    loader,
    loading,
    machines,
    norm,
    normalizing,
    predicting,
)
from kit.see.page import read_scene
from kit.see.panels import panels_of
from kit.see.questions import state
from kit.see.scene import named


@pytest.fixture
def scene_of(page_of_mistake):
    return lambda *names: read_scene(page_of_mistake(*names).read_text(encoding="utf-8"))


PICTURES = {  # of one mistake each: what kind of picture, and what it says
    ("ex02", "gradients_not_cleared"): ("learning", "Your kernel is right up to 1 step, and another after 2 steps: "),
    ("ex07", "shared_ones_twice"): ("counting", "Yours counts shared ones a second time: 9 too many."),
    ("ex09", "along_the_columns"): ("strips", "Channel 0 of yours has mean -1 and std 0; right is mean 0 and std 1."),
    ("ex09", "last_batch_dropped"): ("batches", "Epoch 1 lacks sample 6."),
    ("ex10", "without_mps"): ("table", "On a machine with MPS yours gives cpu, where mps is right."),
    ("ex11", "along_the_samples"): ("grids", "Yours looks for the largest of each column: "),
    ("ex12", "not_strict"): ("table", "The file does not fit the model in fc.bias, and yours raises nothing."),
    ("ex16", "NormalisedWithNMinusOne"): ("table", "Batch 1, in train mode: std of what comes out 0.866, 0.866, where"),
    ("ex16", "NotEnlarged"): ("grids", "What is kept should become 2, 1 / (1 - 0.5), so that the mean stays; yours"),
    ("ex18", "same_image_twice"): ("exposing", "right_7 and wrong_7 give the same: this input does not show the slip."),
}


@pytest.mark.parametrize("mistake", PICTURES, ids=lambda mistake: mistake[1])
def test_a_known_mistake_gets_its_picture_and_its_words(scene_of, mistake):
    scene, (kind, words) = scene_of(*mistake), PICTURES[mistake]
    assert scene["picture"]["kind"] == kind
    assert scene["picture"]["sentence"].startswith(words)
    grids, lines = panels_of(scene)
    assert lines[0] == f"▸ {scene['picture']['sentence']}"
    assert len(grids) + len(lines) > 2


def test_both_losses_are_those_of_the_recorded_call_step_by_step(scene_of):
    picture = scene_of("ex02", "gradients_not_cleared")["picture"]
    assert picture["want"]["losses"] == [4, 1, 0.25, 0.0625, 0.015625]  # a kernel of 2 that is half reached each time
    assert picture["got"]["losses"][:3] == picture["want"]["losses"][:3]
    assert picture["first"] == 2  # 2.5 has the loss of 1.5
    assert [grid["node"]["numbers"] for grid in picture["rows"][0]["grids"]] == [[2.5], [1.5]]


IMAGE, TARGET = torch.ones(2, 2), torch.full((2, 2), 3.0)


def learned(*kernels):
    calls = [RecordedCall({}, (), {"image": IMAGE, "target": TARGET}, value=k) for k in kernels]
    right = [RecordedCall({}, (), {}, value=torch.full((1, 1), float(k))) for k in range(len(kernels))]
    return learning.learning_picture([*zip(calls, right, strict=True)])


@pytest.mark.parametrize("kernel", [None, 1.0, torch.ones(2, 2), torch.ones(1), torch.ones(1, 1) * 1j])
def test_what_is_no_kernel_has_no_loss(kernel):
    assert learned(torch.zeros(1, 1), kernel) is None
    assert learned(torch.zeros(1, 1), torch.ones(1, 1)) is None  # which is right


def test_a_kernel_that_grows_beyond_all_bounds_is_drawn():
    picture = learned(torch.zeros(1, 1), torch.full((1, 1), torch.inf))
    assert picture["got"]["losses"] == [9, "inf"]
    assert json.dumps(picture, allow_nan=False)


EPOCH = [[0, 1, 2], [3, 4, 5], [6]]
DATASET = [(torch.full((1, 1, 1), float(i)), i % 2) for i in range(7)]


def batches(*epochs):
    """What a loader gives: tuples of images and labels."""
    return [[(torch.stack([DATASET[i][0] for i in b]), torch.tensor([0])) for b in epoch] for epoch in epochs]


@pytest.mark.parametrize(
    ("shuffle", "epochs", "words"),
    [
        (False, [EPOCH, [[0, 1, 2], [3, 4, 5]]], "Epoch 2 lacks sample 6."),
        (False, [[[0, 1, 2], [3, 4, 4], [6]]], "Epoch 1 lacks sample 5 and has more than once sample 4."),
        (False, [[[0, 1], [2, 3], [4, 5], [6]]], "Epoch 1 has batches of 2, 2, 2, 1, where 3, 3, 1 are right."),
        (False, [[[1, 0, 2], [3, 4, 5], [6]]], "Epoch 1 is in another order than the dataset, and shuffle is False."),
        (True, [EPOCH, EPOCH], "Epoch 1 is in the order of the dataset, and shuffle is True."),
        (True, [[[1, 0, 2], [3, 4, 5], [6]]] * 2, "Both epochs have the same order: it should be shuffled anew in"),
    ],
)
def test_what_a_loader_gives_is_told_by_the_numbers_of_its_samples(shuffle, epochs, words):
    picture = loader.loader_picture(DATASET, 3, shuffle, batches(*epochs), batches(EPOCH, EPOCH))
    assert picture["sentence"].startswith(words)
    assert [epoch["batches"] for epoch in picture["epochs"]] == epochs
    assert picture["right"] == [EPOCH, EPOCH]


@pytest.mark.parametrize("got", [None, [], 3, [3], [[3]], [[(3, 4)]], batches(EPOCH)])
def test_what_is_no_epoch_or_a_right_one_has_no_picture(got):
    assert loader.loader_picture(DATASET, 3, False, got, batches(EPOCH)) is None


SCORES = torch.tensor([[1.0, 5.0, 2.0], [7.0, 0.0, 3.0]])
BEST = SCORES.max(1).indices


@pytest.mark.parametrize(
    ("got", "places", "words"),
    [
        (torch.tensor([1, 2]), [[0, 1, 1, 1], [1, 2, 1, 1]], "In row 1 the largest score is in column 0; yours says 2"),
        (SCORES.max(0).indices, [[1, 0, 1, 1], [0, 1, 1, 1], [1, 2, 1, 1]], "Yours looks for the largest of each colu"),
        (torch.tensor([5.0, 7.0]), [], "In row 0 the largest score is in column 1; yours says 5."),
        (BEST[:, None], [], "Your answer has the shape (2, 1); one class for each row is (2,)."),
        (BEST.int(), [[0, 1, 1, 1], [1, 0, 1, 1]], "The classes are right, but their dtype is torch.int32."),
        ([1, 0], [], "Your answer is no tensor but of type list."),
        (torch.tensor([1, 9]), [], "In row 1 the largest score is in column 0; yours says 9."),
    ],
    ids=str,
)
def test_the_winner_of_each_row_is_marked_and_what_was_taken_for_it(got, places, words):
    picture = predicting.predicting_picture(SCORES, got, BEST)
    frames = picture["rows"][0]["grids"][0]["frames"]
    assert [f["at"] for f in frames if f["kind"] == "right"] == [[0, 1, 1, 1], [1, 0, 1, 1]]
    assert [f["at"] for f in frames if f["kind"] == "yours"] == places
    assert picture["sentence"].startswith(words)
    assert json.dumps(picture, allow_nan=False)


IMAGES = torch.arange(24.0).reshape(2, 2, 2, 3)


def test_a_channel_that_is_normalised_otherwise_is_told_by_its_mean_and_std():
    want = (IMAGES - IMAGES.mean((0, 2, 3))[:, None, None]) / 2
    got = want.clone()
    got[:, 1] += 3
    picture = normalizing.normalizing_picture(IMAGES, got, want)
    assert [row["differs"] for row in picture["rows"]] == [False, True]
    assert [row["first"] for row in picture["rows"]] == [None, 0]
    assert picture["rows"][1]["yours"]["mean"] == pytest.approx(3)
    assert picture["rows"][1]["before"]["numbers"] == IMAGES[:, 1].flatten().tolist()
    assert picture["sentence"].startswith("Channel 1 of yours has mean 3 and std ")
    for other in (want, None, want[0], want * torch.nan, want * 1j):
        assert normalizing.normalizing_picture(IMAGES, other, want) is None


ROWS = [{"name": "w", "shape": (2, 3), "kind": "parameter", "same as": ""},
        {"name": "v", "shape": (2, 3), "kind": "parameter", "same as": "w"},
        {"name": "b", "shape": (4,), "kind": "frozen", "same as": ""},
        {"name": "m", "shape": (), "kind": "buffer", "same as": ""}]  # fmt: skip


@pytest.mark.parametrize(
    ("got", "yours", "words"),
    [
        (12, [True, True, False, False], "Yours counts shared ones a second time: 6 too many."),
        (10, [True, False, True, False], "Yours counts those that are frozen, which training does not change: 4 too m"),
        (7, [True, False, False, True], "Yours counts buffers, which are no parameters: 1 too many."),
        (5, [False, False, True, True], "Yours counts those that are frozen, which training does not change and buff"),
        (99, [None] * 4, "93 too many."),
        (None, [None] * 4, "Your count is no int."),
    ],
)
def test_what_was_counted_is_found_from_the_count(got, yours, words):
    picture = counting.counting_picture("", got, 6, ROWS)
    assert [tensor["isYours"] for tensor in picture["tensors"]] == yours
    assert [tensor["counts"] for tensor in picture["tensors"]] == [True, False, False, False]
    assert picture["sentence"].startswith(words)
    assert counting.counting_picture("", 6, 6, ROWS) is None


def test_biases_that_are_left_out_are_told():
    rows = [{**ROWS[0], "name": f"0.{name}", "shape": shape} for name, shape in (("weight", (2, 3)), ("bias", (2,)))]
    picture = counting.counting_picture("", 6, 8, rows)
    assert picture["sentence"] == "Yours leaves out the biases: 2 too few."
    assert [tensor["isYours"] for tensor in picture["tensors"]] == [True, False]


def test_a_machine_on_which_there_is_no_answer_is_in_the_table():
    crash = Account("crashed", "no CUDA", types=("RuntimeError",))
    asked = [
        RecordedCall({}, (True, False), {}, ("device", "cuda")),
        RecordedCall({}, (False, False), {}, account=crash),
    ]
    right = [RecordedCall({}, (), {}, ("device", "cuda")), RecordedCall({}, (), {}, ("device", "cpu"))]
    picture = machines.machines_picture([*zip(asked, right, strict=True)])
    assert picture["sentence"] == "On a machine with neither yours gives RuntimeError: no CUDA, where cpu is right."
    assert [row["differs"] for row in picture["rows"]] == [False, True]
    text = RecordedCall({}, (True, False), {}, ("str", "cuda"))
    assert "yours gives cuda, a str" in machines.machines_picture([(text, right[0])])["sentence"]


def test_a_loaded_model_is_laid_beside_the_file(scene_of):
    picture = scene_of("ex12", "put_into_train_mode")["picture"]
    assert picture["sentence"].startswith("What is in train mode: the model, ")
    assert picture["sentence"].endswith(", where none is right.")
    assert [row["cells"][0] for row in picture["rows"]][:7] == list(state())


def test_a_file_that_is_refused_as_it_should_be_has_no_picture():
    asked = RecordedCall({"probe": "refused"}, ({},), {}, value=(["RuntimeError", "Exception"], "fc.bias"))
    assert loading.loading_picture(asked, asked) is None


def normed(answer, mean):
    remembered = {"running_mean": mean, "running_var": torch.ones(1), "num_batches_tracked": torch.tensor(1)}
    return {"answers": [answer], "remembered": remembered}


def test_what_batch_norm_remembers_is_told_batch_by_batch():
    batch = torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1)
    want = normed(batch - 2, torch.tensor([0.2]))
    args = {}, None, [batch], ["train"]
    for got, words in (
        (normed(batch - 2, torch.tensor([1.8])), "Batch 1, in train mode: running_mean 1.8, where 0.2 is right."),
        (normed(batch - 1, torch.tensor([0.2])), "Batch 1, in train mode: mean of what comes out 1, where 0 is right."),
        (normed(None, torch.tensor([0.2])), "Batch 1, in train mode: mean of what comes out –, where 0 is right."),
    ):
        pair = RecordedCall({}, args, {}, got), RecordedCall({}, args, {}, want)
        assert norm.norm_picture([pair])["sentence"] == words
    pair = RecordedCall({}, args, {}, normed(batch - 2 + 1e-9, torch.tensor([0.2]))), RecordedCall({}, args, {}, want)
    assert norm.norm_picture([pair]) is None  # but for rounding it is the same


KEPT = [torch.tensor([[0.0, 2.0], [2.0, 0.0]]), torch.tensor([[2.0, 0.0], [0.0, 0.0]])]


@pytest.mark.parametrize(
    ("mode", "answers", "words"),
    [
        ("train", [a / 2 for a in KEPT], "What is kept should become 2, 1 / (1 - 0.5), so that the mean stays; yours "),
        ("train", [a * torch.nan for a in KEPT], "What is kept should become 2, 1 / (1 - 0.5), so that the mean stays"),
        ("train", [KEPT[0], KEPT[0]], "All three calls dropped the same numbers"),
        ("train", [torch.tensor([[0.0, 2.0]] * 2), torch.tensor([[2.0, 0.0]] * 2)], "In each column all fare alike"),
        ("eval", KEPT, "In eval mode all should stay 1; yours gives 2 and 5 zeros."),
    ],
)
def test_what_no_dropout_does_is_told(mode, answers, words):
    picture = dropping.dropping_picture(0.5, (2, 2), mode, answers, KEPT)
    assert picture["sentence"].startswith(words)
    assert [len(row["grids"]) for row in picture["rows"]] == [2, 2]
    assert dropping.dropping_picture(0.5, (2, 2), mode, [None], KEPT) is None
    assert dropping.dropping_picture(0.5, (2, 2), "train", KEPT, KEPT) is None  # which chance may have made


@pytest.mark.parametrize(
    ("function", "answer", "words", "differs"),
    [
        ("expose_2", (4, 2, 1), "right_2 and wrong_2 give the same: this input does not show the slip.", [False]),
        ("expose_2", (7, 2, 4), "right_2 and wrong_2 give the same: this input does not show the slip.", [False]),
        ("expose_2", (8, 2, 4), "right_2 and wrong_2 differ on this input.", [True]),
        ("expose_2", (1, 2, 4), "right_2 does not take this input.", [False]),
        ("expose_6", (torch.full((1, 1), -torch.inf), 2, 1), "right_6 gives numbers that are not finite: ", [True]),
        ("expose_7", [(torch.zeros(1, 1),), (torch.ones(1, 1),)], "right_7 and wrong_7 differ on ", [False, True]),
        ("expose_8", {"image": torch.tensor([[0.0], [5.0]])}, "right_8 and wrong_8 differ on this input.", [True]),
    ],
    ids=str,
)  # fmt: skip
def test_both_programs_answer_the_learners_input(function, answer, words, differs):
    picture = exposing.exposing_picture(function, answer)
    assert picture["sentence"].startswith(words)
    assert [row["differs"] for row in picture["rows"]] == differs
    assert json.dumps(picture, allow_nan=False)


@pytest.mark.parametrize(
    "answer", [None, 3, (), [], {}, ("a",), (torch.ones(200),), (10**9, 2, 1), (1.5, 1, 1), [None]]
)
def test_what_is_no_small_input_is_not_tried(answer):
    assert exposing.exposing_picture("expose_2", answer) is None
    assert exposing.exposing_picture("expose_7", answer) is None


def test_what_a_wrong_program_remembers_ends_with_the_picture():
    for first in (0.0, 5.0):
        images = [(torch.full((1, 1), first),), (torch.full((1, 1), first + 1),)]
        assert [row["differs"] for row in exposing.exposing_picture("expose_7", images)["rows"]] == [False, True]


def test_both_directions_of_an_edge_are_told():
    image = torch.tensor([[0.0, 3.0, 6.0], [4.0, 7.0, 10.0], [8.0, 11.0, 14.0]])
    picture = edges.edges_picture(image, torch.tensor([[28.0]]), torch.tensor([[40.0]]))
    assert picture["sentence"] == "At [0, 0] √((-24)² + (-32)²) = 40; yours is 28."
    grids = {grid["name"]: grid["node"]["numbers"] for grid in picture["rows"][0]["grids"]}
    assert (grids["gx"], grids["gy"], grids["yours"], grids["right"]) == ([-24], [-32], [28], [40])
    assert edges.edges_picture(image, torch.ones(2, 2), torch.tensor([[40.0]])) is None


@pytest.mark.parametrize(
    ("where", "words"),
    [("", "f"), ("[5][3]", "f: [5][3]"), ("['answer']['train']", "f: train"), ("['C3']", "f: C3"),
     ("['answer']", "f"), ("[0][0:]", "f: [0][0:]"), ("['norm.weight']", "f: norm.weight")],
)  # fmt: skip
def test_where_a_value_is_can_be_read(where, words):
    assert named("f", where) == words


def test_the_parts_of_an_answer_have_their_names(scene_of):
    scene = scene_of("ex13", "kernel_turned")
    assert scene["finding"].startswith("conv2d_backward: grad_input: at [0, 0, 0, 0] it gives 100, where 10 is right;")
    assert [row["name"] for row in scene["got"]["rows"]] == ["grad_input", "grad_weight", "grad_bias"]
