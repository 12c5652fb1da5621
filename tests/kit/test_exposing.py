"""What ex18 says of an input, whatever a learner returns, and that its pairs are what their names say."""

import inspect
import itertools
import sys
from types import SimpleNamespace

import pytest
import torch

import processes
from exposing import MOST_AT_ALL, PAIRS, assert_is_small, assert_tells_apart, calls_of, outcomes
from kit import pairs
from kit.course.manifest import ROOT
from kit.learner.call import WrongAnswerError
from kit.learner.protocol import Foreign
from kit.verdict.values import show_call

PIXEL = torch.ones(1, 1)
IN_A_BORDER = "with a padding of 1 the image lies inside of a border"
FLOATS = "numbers of torch.float32 can be negative, and large"
NOT_BRIGHTER = "in no column the last row is brighter than the first"


def said_of(number, answer, ask=assert_tells_apart):
    """What the card says, and why; nothing if the input is as it should be."""
    learner = SimpleNamespace(last_call=None)
    try:
        ask(PAIRS[number], answer, *([learner] if ask is assert_tells_apart else []))
    except WrongAnswerError as error:
        return error.what, error.because
    return None


@pytest.mark.parametrize(
    ("number", "answer", "what"),
    [
        (1, None, "the answer is NoneType, want a tuple: (image, kernel)"),
        (1, Foreign("generator"), "the answer is generator, want a tuple: (image, kernel)"),
        (1, "ab", "the answer is str, want a tuple: (image, kernel)"),
        (1, PIXEL, "the answer is Tensor, want a tuple: (image, kernel)"),
        (1, (PIXEL,), "the answer has 1 part, want 2: image, kernel"),
        (1, {"image": PIXEL, "weight": PIXEL}, "the answer has the names ['image', 'weight'], want image, kernel"),
        (1, (PIXEL, 1), "kernel is int, want a Tensor"),
        (1, (PIXEL, Foreign("numpy.ndarray")), "kernel is numpy.ndarray, want a Tensor"),
        (1, (PIXEL[0], PIXEL), "the shape of image is (1,), want (H, W)"),
        (1, (PIXEL[:0], PIXEL), "image has no numbers: its shape is (0, 1)"),
        (1, (PIXEL, PIXEL * 1j), "kernel has complex numbers, want real ones"),
        (2, (3, True, 3), "kernel_size is bool, want int"),
        (2, (3, 1.0, 3), "kernel_size is float, want int"),
        (2, (3, 1, 10**5000), "stride is not from -99 to 99"),
        (3, (PIXEL, -100), "padding is not from -99 to 99"),
        (4, PIXEL, "the answer is Tensor, want a tuple: (images,)"),
        (7, PIXEL, "the answer is Tensor, want a list of calls, each a tuple: (image,)"),
        (7, [], "the answer is a list without a call"),
        (7, [(PIXEL,), PIXEL], "call 2 of 2 is Tensor, want a tuple: (image,)"),
        (7, [{}], "call 1 of 1 has the names [], want image"),
    ],
)
def test_what_is_no_input_gets_a_sentence(number, answer, what):
    assert said_of(number, answer) == (what, "")
    assert said_of(number, answer, assert_is_small) == (what, "")
    with pytest.raises(WrongAnswerError):
        calls_of(PAIRS[number], answer)


@pytest.mark.parametrize(
    ("number", "answer", "what"),
    [
        (1, (torch.ones(2, 2), torch.ones(1, 3)), "7 numbers; at most 4 are allowed"),
        (1, {"kernel": torch.ones(1, 2), "image": torch.ones(1, 3)}, "5 numbers; at most 4 are allowed"),
        (2, (4, 1, 2), "n is 4; at most 3 is allowed"),
        (3, (torch.ones(1, 2), 0), "2 numbers; at most 1 is allowed"),
        (7, [(PIXEL,), (2 * PIXEL,), (PIXEL,)], "3 numbers; at most 2 are allowed"),
    ],
)
def test_what_is_too_large_is_counted(number, answer, what):
    assert said_of(number, answer, assert_is_small) == (what, "there is a smaller input that shows the slip")


@pytest.mark.parametrize(
    ("number", "answer", "what", "because"),
    [
        (1, (PIXEL, 3 * PIXEL), "both give [[3]]", "the kernel is 1 x 1, as high as it is wide"),
        (
            1,
            (torch.ones(1, 2), torch.tensor([[1.0, 0.0]])),
            "both give [[1]]",
            "the kernel is wider than it is high, but its last products add up to 0: try other numbers",
        ),
        (2, (3, 1, 2), "both give 2", "(3 - 1) / 2 is 1, a whole number"),
        (2, (3, 2, 2), "both give 1", "(3 - 2) / 2 is 0.5, which both make 0"),
        (3, (-PIXEL, 1), "both give [[0, 0, 0], [0, -1, 0], [0, 0, 0]]", IN_A_BORDER),
        (3, (0 * PIXEL, 0), "both give [[0]]", "the image is zero, and so is what it is laid upon"),
        (4, (PIXEL[None, None],), "both give [[[[0]]]]", "the batch has a single image"),
        (4, (torch.ones(2, 1, 1, 1),), "both give [[[[0]]], [[[0]]]]", "all images have the same mean"),
        (5, (torch.tensor([[0.1, -0.2]]),), "both give [[-0.3]]", FLOATS),
        (5, (torch.tensor([[0, 9]]).byte(),), "both give [[9]]", "each difference is a number that torch.uint8 has"),
        (6, (-PIXEL, 1, 0), "both give [[-1]]", "nothing is padded"),
        (6, (PIXEL, 3, 1), "both give [[1]]", "in each window with padding some pixel is 0 or more"),
        (7, [(PIXEL,)], "both give 1", "there is a single call"),
        (7, [(PIXEL,), (PIXEL,)], "both give 1, then 1", "images of one shape are equally bright"),
        (7, [(PIXEL,), (torch.ones(1, 2),)], "both give 1, then 1", "each image has a shape of its own"),
        (8, (torch.tensor([[1, 0]]),), "both give [[1, 0]]", "the image has a single row"),
        (8, (torch.tensor([[1], [0]]),), "both give [[1], [1]]", NOT_BRIGHTER),
    ],
)  # fmt: skip
def test_where_no_slip_shows_the_card_says_what_both_give_and_what_kind_of_input_it_is(number, answer, what, because):
    assert said_of(number, answer) == (what, f"no slip shows here: {because}")


@pytest.mark.parametrize("number", PAIRS)
def test_nan_and_infinity_count_for_nothing(number):
    for value in (torch.nan, torch.inf, -torch.inf):
        answer = {
            1: (torch.full((1, 2), value), torch.ones(1, 2)),
            2: None,
            3: (PIXEL * value, 0),
            4: (torch.tensor([value, 1.0]).reshape(2, 1, 1, 1),),
            5: (torch.tensor([[value, 1.0]]),),
            6: (PIXEL * value, 2, 1),
            7: [(PIXEL,), (PIXEL * value,)],
            8: (torch.tensor([[value], [0.0]]),),
        }[number]
        if answer:
            what, because = said_of(number, answer)
            assert what.startswith("the right one gives ")
            assert because == "an input that leads to nan or infinity does not count"


@pytest.mark.parametrize(
    ("number", "answer", "what"),
    [
        (1, (PIXEL, torch.ones(1, 2)), "a kernel of 1 x 2 does not fit into an image of 1 x 1"),
        (2, (3, 1, 0), "a kernel of 1 with stride 0 has no place along 3 pixels"),
        (3, (PIXEL, -1), "the padding is -1, want 0 or more"),
        (5, (torch.ones(2, 1),), "an image of 1 column has no neighbours in a row"),
        (6, (-PIXEL, 2, 2), "a kernel of 2 with padding 2 does not fit an image of 1 x 1"),
    ],
)
def test_an_input_that_the_right_one_refuses_is_none(number, answer, what):
    assert said_of(number, answer) == (f"the right one refuses it: {what}", "")


def test_an_exception_of_the_wrong_one_shows_its_slip_and_so_does_another_shape_or_nan(monkeypatch):
    assert said_of(1, (torch.ones(2, 1), torch.ones(2, 1))) is None
    for wrong in (torch.ones(2), PIXEL.double(), torch.full((1, 1), torch.nan), torch.full((1, 1), torch.inf)):
        given = {"right": [(PIXEL, None)], "wrong": [(wrong, None)]}
        monkeypatch.setattr("exposing.outcomes", lambda _, which, __, given=given: given[which])
        assert said_of(3, (PIXEL, 0)) is None


def test_rounding_shows_nothing_but_what_is_more_than_that_does():
    assert said_of(5, (torch.tensor([[0.1, 0.7]]),))[0] == "both give [[0.6]]"
    assert said_of(5, (torch.tensor([[2048.0, 0.5]]).half(),)) is None


def test_a_huge_input_is_refused_before_anything_is_worked_out(monkeypatch):
    monkeypatch.setattr("exposing.outcomes", None)
    side = MOST_AT_ALL + 1
    huge = torch.ones(1, 1).expand(10**6, 10**6)
    assert said_of(1, (huge, huge))[0] == f"{2 * 10**12} numbers; at most 4 are allowed"
    assert said_of(8, (torch.ones(side, 1),))[0] == f"{side} numbers; at most 2 are allowed"
    assert said_of(7, [(PIXEL,)] * side)[0] == f"{side} numbers; at most 2 are allowed"


def test_both_get_copies_and_nothing_is_kept_from_one_input_to_the_next(monkeypatch):
    image = torch.zeros(1, 1, requires_grad=True)
    before, pair = image.detach().clone(), PAIRS[7]
    assert outcomes(pair, "wrong", [{"image": image}])[0][0] == 0
    assert outcomes(pair, "wrong", [{"image": PIXEL}])[0][0] == 1
    assert torch.equal(image, before)
    assert not outcomes(PAIRS[8], "right", [{"image": image}])[0][0].requires_grad
    monkeypatch.setattr(pairs, "wrong_3", pairs.right_3)  # as a learner's code may do with --in-process
    assert said_of(3, (PIXEL, 0)) is None


def test_the_card_has_the_calls_to_paste():
    learner = SimpleNamespace(last_call=None)
    for number, answer in ((7, [(PIXEL,), {"image": PIXEL}]), (6, {"padding": 1, "image": PIXEL, "kernel_size": 2})):
        with pytest.raises(WrongAnswerError):
            assert_tells_apart(PAIRS[number], answer, learner)
        found = eval(show_call(learner.last_call), {"pairs": pairs, "torch": torch})
        assert found == [1, 1] if number == 7 else found.equal(torch.ones(2, 2))


@pytest.mark.parametrize("number", PAIRS)
def test_right_and_wrong_differ_in_few_lines_and_take_the_same_arguments(number):
    right, wrong = (getattr(pairs, f"{which}_{number}") for which in ("right", "wrong"))
    assert [*inspect.signature(right).parameters] == [*PAIRS[number].parameters]
    assert [*inspect.signature(wrong).parameters][: len(PAIRS[number].parameters)] == [*PAIRS[number].parameters]
    lines = [inspect.getsource(function).splitlines() for function in (right, wrong)]
    changed = {*lines[1]} - {*lines[0]}
    assert len(changed) <= 5  # of which two are name and docstring


USUAL = {
    1: [(torch.arange(30.0).reshape(5, 6), torch.arange(9.0).reshape(3, 3) - 2)],
    2: [(28, 5, 1), (32, 3, 1), (32, 2, 2), (39, 3, 1), (37, 5, 2), (17, 5, 2)],
    3: [(torch.arange(30.0).reshape(5, 6), padding) for padding in (1, 2, 3)],
    4: [(torch.arange(30.0).reshape(1, 1, 5, 6),), (torch.arange(90.0).reshape(1, 3, 5, 6),)],
    5: [(torch.arange(30.0).reshape(5, 6) ** 2 % 17,)],
    6: [(torch.arange(30.0).reshape(5, 6) ** 2 % 17, 3, 1), (torch.arange(30.0).reshape(5, 6) - 9, 2, 0)],
    7: [(torch.arange(30.0).reshape(5, 6),)],
    8: [(torch.nn.functional.pad(torch.arange(12.0).reshape(3, 4), (1, 1, 1, 1)),)],
}


@pytest.mark.parametrize("number", PAIRS)
def test_on_the_usual_inputs_both_agree(number):
    for arguments in USUAL[number]:
        call = dict(zip(PAIRS[number].parameters, arguments, strict=True))
        ((right, _),), ((wrong, _),) = (outcomes(PAIRS[number], which, [call]) for which in ("right", "wrong"))
        assert torch.equal(torch.as_tensor(right), torch.as_tensor(wrong))


GRID = [torch.tensor(values) for n in (1, 2, 3) for values in itertools.product((-1.0, 0.0, 2.0), repeat=n)]
SMALLER = {
    1: [
        (image.reshape(h, -1), kernel.reshape(kh, -1))
        for image in GRID for kernel in GRID if image.numel() + kernel.numel() < 4
        for h in (1, image.numel()) for kh in (1, kernel.numel())
    ],
    2: [(n, k, s) for n in (1, 2) for k in range(1, 4) for s in range(1, 20)],
    4: [(image.reshape(1, 1, 1, 1).to(dtype),) for image in GRID[:3] for dtype in (torch.float32, torch.int64)],
    7: [[(image.reshape(1, 1),)] for image in GRID[:3]],
    8: [(image.reshape(1, 1),) for image in GRID[:3]],
}  # fmt: skip


@pytest.mark.parametrize("number", SMALLER)
def test_nothing_smaller_than_what_is_allowed_shows_a_slip(number):
    for answer in SMALLER[number]:
        assert said_of(number, answer)


KEPT = """
kept = []

def expose_1():
    kept.append(1.0)
    return torch.ones(1, 2), torch.tensor([[1.0, len(kept) % 2]])
"""


def test_an_input_that_shows_the_slip_at_times_is_not_enough(tmp_path):
    source = (ROOT / "exercises" / "ex18_expose.py").read_text(encoding="utf-8")
    (tmp_path / "ex18_expose.py").write_text(source + KEPT, encoding="utf-8")
    status, screen = processes.run_pytest("ex18.expose_1", folder=tmp_path)
    assert status == 1
    assert "wrong: ex18_expose, expose 1 tells right from wrong" in screen


SQUARE = "\n\ndef expose_1():\n    return torch.ones(3, 3), 3 * torch.ones(1, 1)\n"


def test_the_page_and_the_card_compare_nothing_with_the_model_answer(tmp_path):
    source = (ROOT / "exercises" / "ex18_expose.py").read_text(encoding="utf-8")
    (tmp_path / "ex18_expose.py").write_text(source + SQUARE, encoding="utf-8")
    _, screen = processes.run_pytest("ex18.expose_1", folder=tmp_path)
    assert "no slip shows here: the kernel is 1 x 1" in screen
    assert "seen:" not in screen
    words = ["expose_1", f"--folder={tmp_path}", f"--out={tmp_path}", "--no-browser"]
    done = processes.run(sys.executable, "-m", "kit.see", *words)
    assert done.stdout.splitlines()[1] == "expose_1 is wrong: both give [[3, 3, 3], [3, 3, 3], [3, 3, 3]]."
