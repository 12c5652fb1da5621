"""Values beside each other, and calls that can be pasted."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.learner.call import Call, ProbeResult
from kit.learner.protocol import Foreign
from kit.verdict import tensor_values as show_tensors
from kit.verdict import values as show
from kit.verdict.tensor_values import NEGATIVE, POSITIVE
from kit.verdict.values import beside, first_difference, show_call, show_value

TABLE = [("Input", (3, 32, 32), 3072, 0), ("Conv1", (8, 28, 28), 6272, 608), ("Pool1", (8, 14, 14), 1568, 0)]
DTYPES = [torch.float64, torch.float32, torch.float16, torch.int64, torch.uint8, torch.bool]
FLOATS = st.sampled_from([0.0, -0.0, 1.0, 0.1, 2.0**24 + 2, 2.0**60, 1e-45, math.nan, math.inf, -math.inf])
TENSORS = st.builds(
    lambda numbers, dtype, shape: (
        torch.tensor(numbers[: math.prod(shape)], dtype=torch.float64).to(dtype).reshape(shape)
    ),
    st.lists(FLOATS | st.integers(0, 9), min_size=6, max_size=6),
    st.sampled_from(DTYPES),
    st.sampled_from([(), (1,), (2, 3), (6,), (0,), (2, 0)]),
)
PLAIN = st.none() | st.booleans() | st.integers() | FLOATS | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN | TENSORS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)


def text(got, want, width=100):
    return [line.plain.rstrip() for line in beside(got, want, width)]


def test_of_matrices_the_rows_around_the_first_difference_are_shown():
    want = torch.arange(24.0).reshape(2, 3, 4)
    got = want.clone()
    got[1, 1, 2:] = -0.5
    assert text(got, want) == [
        "got                        want   in brackets: [1, 1, 2]   * differs too",
        "   12    13    14    15       12    13    14    15",
        "   16    17 [-0.5] -0.5*      16    17   [18]   19",
        "   20    21    22    23       20    21    22    23",
    ]


def styles_of(line):
    """The style of each cell of a line, by its text."""
    return {line.plain[span.start : span.end].strip(): str(span.style) for span in line.spans}


def test_a_number_has_the_background_of_its_value_and_what_differs_is_bold():
    got, want = torch.tensor([[0.0, 6, -6, 1]]), torch.tensor([[0.0, 5, -6, 2]])
    line = beside(got, want)[1]
    styles = styles_of(line)
    assert "0" not in styles
    assert styles["[6]"] == f"bold black on {POSITIVE[-1]}"
    assert styles["-6"] == f"black on {NEGATIVE[-1]}"
    assert styles["1*"] == f"bold black on {POSITIVE[0]}"
    assert styles["2"] == f"bold black on {POSITIVE[1]}"


def test_whoever_sees_no_colour_sees_every_cell_that_differs():
    got, want = torch.tensor([[0.0, 6, -6, 1]]), torch.tensor([[0.0, 5, -6, 2]])
    assert text(got, want)[1].split() == ["0", "[6]", "-6", "1*", "0", "[5]", "-6", "2"]


@pytest.mark.parametrize(
    "numbers", [[math.inf, -math.inf, math.nan], [1e308, -1e308, 0.0], [True, False, True], [2**62, 1, 0]]
)
def test_numbers_of_any_kind_get_a_style(numbers):
    got = torch.tensor([numbers])
    assert len(beside(got, got.flip(1))) == 2


def test_of_large_matrices_a_window_is_shown():
    want = torch.zeros(50, 60)
    got = want.clone()
    got[30, 40] = 7
    lines = text(got, want, 50)
    assert lines[0] == "got                     want [30, 40]"  # in 50 columns there is no room for more words
    assert lines[1:] == [
        " 0  0  0  0  0  0  0     0  0  0  0  0  0  0",
        " 0 [7] 0  0  0  0  0     0 [0] 0  0  0  0  0",
        " 0  0  0  0  0  0  0     0  0  0  0  0  0  0",
    ]


@pytest.mark.parametrize(
    ("got", "want", "lines"),
    [
        (torch.tensor(3), torch.tensor(5), ["got   want", "[3]   [5]"]),
        (torch.tensor([1, 2]), torch.tensor([1, 3]), ["got      want   in brackets: [1]", " 1 [2]    1 [3]"]),
        (torch.tensor(True), torch.tensor(False), ["got       want", " [True]   [False]"]),
        (torch.tensor([math.nan, 1]), torch.tensor([math.nan, 2]),
         ["got          want   in brackets: [1]", " nan   [1]    nan   [2]"]),
        (torch.tensor(0.1), torch.tensor(0.1 + 1e-8), ["got             want", "[0.100000001]   [0.100000009]"]),
        (torch.ones(2), torch.ones(1, 2), ["got  torch.tensor([1., 1.])   want torch.tensor([[1., 1.]])"]),
        (None, 3, ["got  None   want 3"]),
        ("a\x1b[1m\n", "b", ["got  'a\\x1b[1m\\n'   want 'b'"]),
        (Foreign("numpy.\x07"), 1, ["got  Foreign(type_name='numpy.\\x07')   want 1"]),
        (math.nan, 1.0, ["got  float('nan')   want 1.0"]),
        ([1, 2], [1, 3], ["got  [1, 2]   want [1, 3]"]),
        ({"a": torch.tensor([math.nan]), "b": [1, {"c": 5}]}, {"a": torch.tensor([math.nan]), "b": [1, {"c": 6}]},
         ["at ['b'][1]['c']:", "got  5   want 6"]),
        (list(range(99)), [*range(98), 5], ["at [98]:", "got  98   want 5"]),
        ([*TABLE[:1], ("Conv1", (8, 28, 28), 6072, 608)], TABLE[:2], ["at [1][2]:", "got  6072   want 6272"]),
        (TABLE[:2], TABLE, ["at [2:]:", "got  []   want [('Pool1', (8, 14, 14), 1568, 0)]"]),
        ([(1, (2.0, 3))], [(1, (2, 4))], ["at [0][1]:", "got  (2.0, 3)   want (2, 4)"]),
    ],
)  # fmt: skip
def test_the_first_difference_of_all_kinds_of_values(got, want, lines):
    assert text(got, want) == lines


@settings(deadline=None, derandomize=True)
@given(got=VALUES, want=VALUES, width=st.integers(40, 100))
def test_no_line_is_too_long_nor_are_there_many(got, want, width):
    lines = beside(got, want, width)
    assert 1 <= len(lines) <= 4
    assert all(line.cell_len <= width and line.plain.isprintable() for line in lines)


@settings(deadline=None, derandomize=True)
@given(value=VALUES, other=VALUES)
def test_what_is_called_the_first_difference_is_one(value, other):
    left, right = [value, other], [value, [other, 1]]
    where, got, want = first_difference(left, right)
    assert where == "" or where.startswith("[1]")
    assert same(eval(f"left{where}"), got)
    assert same(eval(f"right{where}"), want)
    assert show_value(got) != show_value(want)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("shape", [(200, 300), (1, 2000), (3, 1, 70, 1), (2, 3, 4)])
def test_of_tensors_of_any_size_both_numbers_are_in_brackets_and_no_line_is_too_long(shape, width, rows):
    for scale in (1, 1e-9, 1e30):
        got, want = torch.randn(2, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * scale
        got.flatten()[: got.numel() // 2] = want.flatten()[: got.numel() // 2]
        for other in (got, want.float().double()):
            lines = beside(other, want, width, rows)
            assert len(lines) <= rows + 1
            assert max(line.cell_len for line in lines) <= width
            assert sum(line.plain.count("[") for line in lines[1:]) == 2


def same(one, other):
    if isinstance(other, torch.Tensor):
        bits = torch.equal(one.signbit(), other.signbit()) or bool(other.isnan().any())
        return one.dtype == other.dtype and torch.allclose(one, other, 0, 0, equal_nan=True) and bits
    if isinstance(other, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in other)
    return type(one) is type(other) and (repr(one) == repr(other))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(value=VALUES)
def test_a_value_can_be_pasted_unless_it_is_said_that_it_is_cut(value):
    shown = show_value(value)
    if shown.count("…") > repr(value).count("…") or "<tensor of shape" in shown:
        assert len(repr(value)) > 100
    else:
        assert same(eval(shown, {"torch": torch}), value), shown


def test_a_call_can_be_pasted():
    args, kwargs = (torch.tensor([[0.1]]).double(), [torch.tensor(True), math.inf]), {"bias": None, "stride": (1, 2)}
    pasted = show_call(Call("f", args, tuple(kwargs.items())))
    got_args, got_kwargs = eval(pasted, {"torch": torch, "f": lambda *a, **k: (a, k)})
    assert same(got_args, args)
    assert same(got_kwargs, kwargs)
    assert show_call(Call("", (1,))) == ""
    assert show_call(Call("", (1,), (("x", 2),), lambda a, x: f"two({a}, {x})")) == "two(1, 2)"


def test_what_is_large_is_named_without_being_written_out(monkeypatch):
    asked, plain = [], show._show_plain
    monkeypatch.setattr(show, "_show_plain", lambda value: asked.append(value) or plain(value))
    assert len(show_value([0.5] * 10**5)) == 161
    assert len(asked) < 200
    monkeypatch.setattr(show_tensors, "_pasted", None)
    assert show_value(torch.zeros(1000, 1000)) == "<tensor of shape (1000, 1000), torch.float32>"


def test_what_a_probe_tells_is_shown_as_a_dict():
    assert show_value(ProbeResult({"a": torch.ones(1)})) == "{'a': torch.tensor([1.])}"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (0, 2, 1), (1, 0, 2), (2, 1, 0)])
def test_a_permuted_tensor_is_pasted_as_it_lies(order):
    tensor = torch.arange(24).reshape(2, 3, 4).permute(order)
    pasted = eval(show_value(tensor), {"torch": torch})
    assert torch.equal(pasted, tensor)
    assert pasted.stride() == tensor.stride()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64])
@pytest.mark.parametrize("number", [0, 1, -1, 3, 2.5, 0.1])
def test_numbers_that_are_all_alike_come_back(number, dtype):
    tensor = torch.full((5, 6), number, dtype=torch.float64).to(dtype)
    pasted = eval(show_value(tensor), {"torch": torch})
    assert pasted.dtype == tensor.dtype
    assert torch.equal(pasted, tensor)


def test_ones_and_zeros_are_called_so():
    assert show_value(torch.ones(5, 6)) == "torch.ones(5, 6)"
    assert show_value(torch.zeros(2, 3).double()) == "torch.zeros(2, 3).double()"
    assert show_value(torch.full((2, 3), -0.0)) != "torch.zeros(2, 3)"


def test_what_a_star_means_is_never_cut_off_at_80_columns():
    got = torch.arange(200.0).reshape(10, 20)
    heading = beside(got, 2 * got, 78)[0].plain
    assert heading.startswith("got ")
    assert heading.endswith("want [0, 1]   * differs too")
