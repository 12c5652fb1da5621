"""What a mistake costs: the small network, trained with a wrong function and with the right one."""

import sys
from types import SimpleNamespace

import pytest
import torch

import processes
from kit.course.manifest import ROOT, find
from kit.course.mistakes import answers
from kit.judge.one_function import AllDone
from kit.pictures.images import Pictures, PictureSet
from kit.training import with_my
from kit.training.compared import Learned, flipped
from kit.training.parts import load_parts
from kit.training.swaps import LAYERS, SWAPPED, WITHOUT_PLACE, swap
from kit.verdict.record import Check

FEW = ["--pictures", "20", "--epochs", "2"]
START = "import sys; from pathlib import Path; from kit.training import session; session.ROOT = Path(sys.argv[1]); {}"
TRAIN = START.format("from kit.train import main; sys.exit(main(sys.argv[2:]))")


@pytest.fixture
def train(run, tmp_path, monkeypatch):
    """A function that trains with a known mistake; the judge is asked in one test only, since that takes seconds."""
    monkeypatch.setattr(with_my, "N_VAL", 20)

    def train(exercise, name, *words, word="wrong"):
        answer = next(a for a in answers(find(exercise)[0][0]) if a.name == name)
        (tmp_path / f"exercises/{answer.exercise.name}.py").write_text(answer.source)
        check = Check(answer.exercise, answer.function, "test_f", word)
        monkeypatch.setattr(with_my, "judge_one", lambda *_: with_my.Failure(check, answer.sentence))
        function = f"{exercise}.{answer.function}"
        return run("--with-my", function, *FEW, *words)

    return train


def test_a_mistake_is_judged_trained_with_and_named_in_the_last_line(tmp_path):
    answer = next(a for a in answers(find("ex10")[0][0]) if a.name == "gradients_not_emptied")
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/ex10_training.py").write_text(answer.source)
    words = ["--with-my", "training_loop", "--pictures", "100", "--out", str(tmp_path / "out")]
    done = processes.run(sys.executable, "-c", TRAIN, str(tmp_path), *words)
    assert (done.returncode, done.stderr) == (0, "")
    last, share = done.stdout.splitlines()[-1].rsplit(": ", 1)
    assert last.lower() == answer.sentence
    right, yours = map(float, share.split(" → "))
    assert right > yours
    rows = [line.split()[:-4] for line in done.stdout.splitlines() if " to " in line and line.split()[-1] == "400"]
    assert [row[:2] for row in rows] == [["with", "the"], ["with", "your"]]
    assert (tmp_path / "out/with-my.png").read_bytes().startswith(b"\x89PNG")


def test_a_mistake_that_the_network_never_asks_for_costs_nothing(train):
    status, screen, _ = train("ex06", "window_over_the_edge")
    assert status == 0
    assert "this network never asks for: both learned the same.\n" in screen


@pytest.mark.parametrize(
    ("exercise", "name"),
    [("ex05", "padding_at_the_end_only"), ("ex06", "divided_by_one_side"), ("ex09", "multiplied_by_std"),
     ("ex13", "kernel_turned"), ("ex16", "StatisticsDetached"), ("ex17", "OneBlockForAll"), ("ex08", "NoActivations"),
     ("ex17", "NoSkip"), ("ex16", "DropsInEvalMode"), ("ex11", "smallest_score"), ("ex11", "mean_of_batches")],
)  # fmt: skip
def test_the_learners_function_takes_its_place(train, exercise, name):
    status, screen, complaint = train(exercise, name)
    assert (status, complaint) == (0, "")
    assert "never asks for" not in screen


@pytest.mark.parametrize(
    ("name", "reason"),
    [("padding_ignored", "conv1 gives (2, 16, 30, 30), PyTorch's layer (2, 16, 32, 32)."), ("", "KeyError: 'no'.")],
)
def test_an_answer_with_which_nothing_can_be_trained_gets_one_sentence(train, tmp_path, monkeypatch, name, reason):
    if name:
        status, _, complaint = train("ex05", name)
    else:
        broken, real = SimpleNamespace(conv2d=lambda *_: {}["no"]), with_my.load_exercise
        monkeypatch.setattr(with_my, "load_exercise", lambda *at: broken if at[1] == "ex05_conv2d" else real(*at))
        status, _, complaint = train("ex05", "padding_ignored")
    assert (status, complaint) == (1, f"No network can be trained with your conv2d: {reason}\n")


def test_a_function_that_ends_its_process_is_not_called(train):
    status, _, complaint = train("ex05", "padding_ignored", word="crashed")
    assert status == 1
    assert complaint.startswith("No network can be trained with a conv2d that ends its process")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("learn_kernel", "has no place for learn_kernel; it has one for conv2d, "),
        ("pick_device", "has no place for pick_device: it decides where a network learns, not what."),
    ],
)
def test_other_functions_get_a_sentence(run, word, said):
    status, _, complaint = run("--with-my", word)
    assert (status, complaint.count("\n")) == (2, 1)
    assert said in complaint


def test_other_words_and_options_get_a_sentence(run, capsys):
    with pytest.raises(SystemExit) as end:
        run("--with-my", "con2d")
    assert end.value.code == 2
    assert capsys.readouterr().err == "There is no exercise or function called 'con2d'. Did you mean 'conv2d'?\n"
    assert run("--with-my", "conv2d", "--mine")[::2] == (
        2, "--with-my trains a small network of its own; leave out --mine.\n"
    )  # fmt: skip


def test_what_is_right_or_not_begun_is_not_trained_with(run, monkeypatch):
    monkeypatch.setattr(with_my, "judge_one", lambda *_: AllDone())
    assert run("--with-my", "conv2d")[0] == 0
    check = Check(find("ex05")[0][0], "conv2d", "conv2d", "not started")
    monkeypatch.setattr(with_my, "judge_one", lambda *_: with_my.Failure(check, ""))
    assert run("--with-my", "conv2d")[::2] == (
        2, "conv2d is not started, so no network can be trained with it yet.\n"
    )  # fmt: skip


def test_every_function_with_a_place_or_a_reason_is_one_of_the_course():
    assert all(find(name)[0][1] == name for name in (*SWAPPED, *WITHOUT_PLACE))
    assert not {*SWAPPED} & {*WITHOUT_PLACE}


def test_a_right_residual_block_learns_what_the_model_answer_learns():
    given = with_my.load_exercise(ROOT / "solutions", "ex17_residual").ResBlock
    yours = with_my.load_exercise(ROOT / "solutions", "ex17_residual").ResBlock
    right, own = swap(load_parts(ROOT / "solutions"), "ResBlock", yours, given)
    states = []
    for world in (right, own):
        torch.manual_seed(0)
        states.append(world.Net().state_dict())
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert given.__init__.__globals__["ResBlock"] is given
    torch.manual_seed(0)
    assert type(own.Net().resblocks[0]) is yours


@pytest.mark.parametrize("said", [{"val": 7.2}, {"val": float("nan")}, None, {}])
def test_what_is_no_share_is_not_taken_for_one(said):
    with pytest.raises(with_my.DifferenceError, match="which is no share from 0 to 1"):
        with_my.share_in(said)


def test_classes_of_another_shape_are_said(train):
    status, _, complaint = train("ex11", "along_the_samples")
    assert status == 1
    assert "predict gives the shape (2,) for the scores of 20 pictures." in complaint


@pytest.mark.parametrize("function", LAYERS)
def test_the_model_answer_learns_what_pytorchs_layer_learns(function):
    exercise = find(function)[0][0]
    given = getattr(with_my.load_exercise(ROOT / "solutions", exercise.name), function)
    right, own = swap(load_parts(ROOT / "solutions"), function, given, given)
    images = torch.rand(3, 3, 32, 32, dtype=torch.float64)
    grads = []
    for world in (right, own):
        torch.manual_seed(0)
        net = world.Net().double().train(function != "Dropout")  # of which chance decides, otherwise in each
        net(images).square().sum().backward()
        grads.append([parameter.grad for parameter in net.parameters()])
    assert all(torch.allclose(a, b) for a, b in zip(*grads, strict=True))
    assert any(grad.abs().sum() > 0 for grad in grads[0])


def test_pictures_flip_to_both_sides():
    labels = torch.tensor([0, 0, 1, 1])
    right, yours = Learned([], torch.tensor([0, 1, 1, 0]), labels), Learned([], torch.tensor([0, 0, 0, 0]), labels)
    assert flipped(right, yours) == [2, 1]
    assert (right.accuracy, with_my.by_chance(0, 5), with_my.by_chance(3, 3)) == (0.5, 1 / 16, 1.0)


def test_a_picture_of_another_size_is_said():
    images, labels = torch.rand(4, 3, 32, 32), torch.tensor([0, 1, 0, 1])
    some = Pictures(PictureSet(images, labels), PictureSet(images, labels), ("a", "b"), "")
    own = SimpleNamespace(channel_statistics=lambda _: (0, 1), normalize=lambda images, *_: images.permute(0, 2, 3, 1))
    with pytest.raises(with_my.DifferenceError, match=r"takes pictures of \(3, 32, 32\), and .* \(32, 32, 3\)\.$"):
        with_my.learn(own, None, some, None, None)
