"""A pattern is said when it is true of every pair of answers, and only then."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.verdict.patterns import signature

DTYPES = [torch.float64, torch.float32, torch.int64, torch.int8, torch.bool, torch.complex64]


def drawn(*shape, seed=0):
    """Whole numbers without order, none of them 0, as an answer has them."""
    numbers = torch.randint(1, 9, shape, generator=torch.Generator().manual_seed(seed + sum(shape)))
    return numbers * (1 - 2 * (torch.arange(numbers.numel()).reshape(shape) % 3 == 1).long())


WANTS = [drawn(2, 3, 5, 6).float(), drawn(3, 2, 4, 7).float(), drawn(2, 2, 3, 4).float()]


def changed(want, where, by=1.0):
    """A copy in which the numbers at one place are others."""
    got = want.clone()
    got[where] += by * (1 + torch.arange(got[where].numel()).reshape(got[where].shape) % 4)
    return got


RING = (..., [0, 0, -1, -1], [0, 1, -1, 1])  # corners and edges, nothing else
OTHER_MAPS = slice(None), slice(1, None)
PATTERNS = {  # with the numbers of the first pair, which is the one that a card shows
    "every number has the wrong sign": lambda want: -want,
    "every number is 0.5 times what it should be": lambda want: want / 2,
    "the numbers of an answer are all off by one factor, here 30": lambda want: want * want[0, 0].numel(),
    "every number is 0": torch.zeros_like,
    "every number is 3 too large": lambda want: want + 3,
    "every number is 0.25 too small": lambda want: want - 0.25,
    "the numbers of an answer are all off by one constant, here -30": lambda want: want - want[0, 0].numel(),
    "right in the interior, wrong at the border": lambda want: changed(want, RING),
    "right for the first sample of a batch, wrong for the others": lambda want: changed(want, slice(1, None)),
    "right for the first channel or map, wrong for the others": lambda want: changed(want, OTHER_MAPS),
    "rows and columns of the answer are exchanged": lambda want: want.mT,
    "height and width of the answer are exchanged": lambda want: changed(want, ...).mT,
    "the answer has 1 row too few": lambda want: changed(want, ...)[..., 1:, :],
    "the answer has 2 rows too few and 1 column too many": lambda want: torch.cat([want, want[..., :1]], 3)[..., 2:, :],
    "the numbers are right, but the dtype is torch.float64, want torch.float32": lambda want: want.double(),
    "the numbers are right, but the dtype is torch.complex64, want torch.float32": lambda want: want + 0j,
    "the answer holds nan or inf: is something divided by 0, or never set?": lambda want: want / (want != want.max()),
    "the answer has a dimension too many: (2, 3, 1, 5, 6) for (2, 3, 5, 6)": lambda want: want[:, :, None],
    "the answer has 2 dimensions too many: (1, 2, 3, 5, 6, 1) for (2, 3, 5, 6)": lambda want: want[None, ..., None],
    "the function gives None: does its last line return the answer?": lambda _: None,
    "a list is no tensor: torch.stack makes one of tensors of equal shape and keeps gradients": torch.Tensor.tolist,
    "a tuple is no tensor: are there two values where one is returned, or a comma too many?": lambda want: (want,),
    "a plain number is no tensor: item, tolist and float() leave PyTorch": lambda want: want.sum().item(),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "wrong"), PATTERNS.items(), ids=PATTERNS)
def test_a_pattern_is_said_if_it_is_true_of_all_pairs_and_not_if_one_contradicts(sentence, wrong):
    pairs = [(wrong(want), want) for want in WANTS]
    assert signature(pairs) == sentence
    for want in WANTS:
        assert signature([*pairs, (changed(want, ..., 0.7).sin(), want)]) == ""
        assert signature([(changed(want, ..., 0.7).sin(), want), *pairs]) == ""


def test_what_is_wrong_in_the_last_column_alone_is_not_called_the_border():
    assert signature([(changed(want, (..., slice(5, None))), want) for want in WANTS]) == ""


def test_what_abs_would_do_to_numbers_below_0_is_not_called_a_wrong_sign():
    below = [-want.abs() for want in WANTS]
    assert signature([(want.abs(), want) for want in below]) == ""
    assert signature([(want, want.abs()) for want in below]) == "every number has the wrong sign"


def test_a_lost_dimension_and_a_cut_off_answer_are_said():
    ones = [(want[:1, 0], want[:1, :1]) for want in WANTS]
    assert signature(ones) == "the answer has lost a dimension: (1, 5, 6) for (1, 1, 5, 6)"
    halves = [((want + 0.5).long(), want + 0.5) for want in WANTS]
    assert signature(halves) == "cut off: the dtype is torch.int64, want torch.float32"


def test_a_constant_is_told_of_whole_numbers_that_no_float_can_hold():
    wants = [want.long() + 2**53 for want in WANTS]
    assert signature([(want + 5, want) for want in wants]) == "every number is 5 too large"


def test_digits_that_a_float_has_no_room_for_are_told():
    wants = [want.long() * (10**9 + 7) for want in WANTS]
    lost = "only the last digits are wrong: float32 keeps 7 digits, float64 keeps 16"
    assert signature([(want.float().long(), want) for want in wants]) == lost
    assert signature([(want.float().long(), want) for want in wants] + [(wants[0] * 2, wants[0])]) == ""


NUMBERS = {
    "every number has the wrong sign": lambda n: -n,
    "every number is 1 too large": lambda n: n + 1,
    "every number is 2 times what it should be": lambda n: 2 * n,
    "the number is right, but it is a float and should be an int": float,
}


@pytest.mark.parametrize(("sentence", "wrong"), NUMBERS.items(), ids=NUMBERS)
def test_plain_numbers_have_patterns_from_three_different_ones_on(sentence, wrong):
    assert signature([(wrong(n), n) for n in (3, 5, 8)]) == sentence
    assert signature([(wrong(n), n) for n in (3, 5, 5, 3)]) == ""
    assert signature([(wrong(n), n) for n in (3, 5, 8)] + [(5, 9)]) == ""


@pytest.mark.parametrize("got", [[9, 25, 64], [math.nan] * 3, [10**400] * 3, [True] * 3, [3.0, 5, 8], [None, 5, 8]])
def test_plain_numbers_without_a_pattern_are_left_alone(got):
    assert signature(list(zip(got, (3, 5, 8), strict=True))) == ""


LITTLE = {
    "one pair": WANTS[:1],
    "two single numbers": [want[:1, :1, :1, :1] for want in WANTS[:2]],
    "two numbers without a dimension": [want[0, 0, 0, 0] for want in WANTS[:2]],
    "zeros": [want[:, :, :3, :3] * 0 for want in WANTS],
    "equal numbers": [want[:, :, :3, :3] * 0 + 4 for want in WANTS],
    "nothing": [want[:, :, :0, :0] for want in WANTS],
    "nan": [want[:, :, :3, :3] * math.nan for want in WANTS],
}


@pytest.mark.parametrize("little", LITTLE)
@pytest.mark.parametrize("wrong", [lambda want: -want, lambda want: want * 2, lambda want: want + 3],
                         ids=["sign", "factor", "constant"])  # fmt: skip
def test_of_answers_that_hold_too_little_no_pattern_is_said(little, wrong):
    assert signature([(wrong(want), want) for want in LITTLE[little]]) == ""


def test_three_single_numbers_have_one_pattern_but_two_numbers_each_none_of_their_own():
    singles = [torch.tensor(number) for number in (3.0, 5.0, -2.0)]
    assert signature([(number + 3, number) for number in singles]) == "every number is 3 too large"
    assert signature([(number * (2 + i), number) for i, number in enumerate(singles)]) == ""
    rows = [want[0, 0, 0, :2] for want in WANTS]
    assert signature([(row * (2 + i), row) for i, row in enumerate(rows)]) == ""
    assert signature([(row + (2 + i), row) for i, row in enumerate(rows)]) == ""


SQUARES = [drawn(5, 5).float(), drawn(4, 4).float()]
CONTRADICTED = {
    "other sides": [(want.flatten(1), want) for want in WANTS],
    "once too many, once too few": [(WANTS[0][None], WANTS[0]), (WANTS[1][:1, 0], WANTS[1][:1, :1])],
    "exchanged once": [
        (SQUARES[0].mT, SQUARES[0]),
        (SQUARES[1].mT, SQUARES[1]),
        (changed(SQUARES[0], ...), SQUARES[0]),
    ],
    "shapes exchanged where one is square": [
        *((want.mT + 1, want) for want in WANTS),
        (SQUARES[0] * 7 % 5, SQUARES[0]),
    ],
    "dtype and numbers": [(WANTS[0].double(), WANTS[0]), (changed(WANTS[1], ...).double(), WANTS[1])],
    "cut off once": [((want + 0.5).long() + i, want + 0.5) for i, want in enumerate(WANTS)],
    "a factor, but not for 0": [((want - 1) * 2 + (want == 1), want - 1) for want in WANTS],
    "a constant, but one is right": [(want + 3 * i, want) for i, want in enumerate(WANTS)],
    "the first sample, and the first row": [(changed(want, slice(1, None)), want) for want in (*WANTS, SQUARES[0])],
    "the real part": [(want, want + 1j) for want in WANTS],
}


@pytest.mark.parametrize("name", CONTRADICTED)
def test_what_is_true_of_some_pairs_only_is_not_said(name):
    assert signature(CONTRADICTED[name]) == ""
    assert signature(CONTRADICTED[name][::-1]) == ""


def test_nothing_is_said_without_pairs_or_of_other_things_or_of_rounding():
    assert signature([]) == ""
    assert signature([("a", "b"), ([1], [2])]) == ""
    assert signature([(WANTS[0], None), (None, WANTS[0])]) == ""
    assert signature([((want.double() / 3).float().double(), want.double() / 3) for want in WANTS]) == ""
    assert signature([(want * 0, want[:, :, :1, :1] * 0) for want in WANTS]) == ""


@settings(deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), kinds=st.lists(st.sampled_from(DTYPES), min_size=2, max_size=4), data=st.data())
def test_of_answers_that_have_nothing_to_do_with_the_right_ones_nothing_is_said(seed, kinds, data):
    """Any dtypes, any shapes of one to four dimensions; numbers are drawn without a look at each other."""
    generator = torch.Generator().manual_seed(seed)
    shapes = data.draw(st.lists(st.lists(st.integers(2, 5), min_size=1, max_size=4), min_size=2, max_size=5))
    pairs = []
    for i, shape in enumerate([*shapes, [3, 4]]):
        got, want = torch.randn(2, *shape, 3, generator=generator) * 20
        pairs.append((got.to(kinds[i % len(kinds)]), want.to(kinds[0])))
    assert signature(pairs) == ""


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data(), dtypes=st.tuples(st.sampled_from(DTYPES), st.sampled_from(DTYPES)))
def test_no_pair_of_tensors_is_too_odd_to_be_looked_at(data, dtypes):
    """Small shapes of all kinds, sides of 0 and 1 too, numbers that are 0, nan or inf: a sentence or none, no error."""
    sides = st.lists(st.integers(0, 3), max_size=4)
    numbers = [0.0, 1.0, -2.0, math.nan, math.inf]
    pairs = []
    for _ in range(data.draw(st.integers(1, 3))):
        filled = [torch.full(data.draw(sides), data.draw(st.sampled_from(numbers))).to(dtype) for dtype in dtypes]
        pairs.append(tuple(filled))
    assert isinstance(signature(pairs), str)
