"""What arrives from a learner's process is checked before it is used."""

import collections
import contextlib
import json
import socket

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kit.learner.budget import Budget
from kit.learner.protocol import LENGTHS, Channel, Foreign, MalformedError, pack, unpack
from kit.learner.tensors import DTYPES

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


@given(value=values)
def test_plain_values_come_back_the_same(value):
    tree, body = pack(value)
    assert repr(unpack(json.loads(json.dumps(tree)), body)) == repr(value)


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3), (2, 0, 3)])
def test_tensors_come_back_the_same(dtype, shape):
    tensor = torch.arange(torch.Size(shape).numel()).reshape(shape).to(dtype)
    got, also = unpack(*pack([tensor, tensor.t() if len(shape) == 2 else tensor]))
    assert (got.dtype, got.shape) == (dtype, shape)
    assert torch.equal(got, tensor)
    assert torch.equal(also, tensor.t() if len(shape) == 2 else tensor)


def test_what_is_a_dict_comes_back_as_one():
    counted = collections.defaultdict(int, a=1)
    for value in (collections.OrderedDict(a=1), collections.Counter("a"), counted):
        assert unpack(*pack(value)) == {"a": 1}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.0])
def test_odd_numbers_come_back_the_same(value):
    tree, body = pack((value, torch.tensor(value)))
    number, tensor = unpack(json.loads(json.dumps(tree)), body)
    assert repr(number) == repr(value)
    assert tensor.numpy().tobytes() == torch.tensor(value).numpy().tobytes()


def test_a_view_with_gaps_crosses_as_what_it_shows():
    base = torch.arange(12.0).reshape(3, 4)
    assert torch.equal(unpack(*pack(base[::2, 1::2])), base[::2, 1::2])
    assert torch.equal(unpack(*pack(base.expand(2, 3, 4))), base.expand(2, 3, 4))
    turned = torch.tensor([1 + 2j, 3 - 4j]).conj()  # a mark on the tensor, as is the sign of its imaginary part
    assert torch.equal(unpack(*pack(turned)), turned)
    assert torch.equal(unpack(*pack(turned[:1].imag)), turned[:1].imag)


@pytest.mark.parametrize("value", [object(), {1, 2}, torch.ones(2).to_sparse(), torch.float32, bytes(2)])
def test_what_is_not_plain_is_foreign(value):
    assert isinstance(unpack(*pack(value)), Foreign)


@pytest.mark.parametrize(
    ("tree", "body"),
    [
        ({"tensor": ["float32", [2]]}, b"1234"),
        ({"tensor": ["float32", [1]]}, b"12345678"),
        ({"tensor": ["float32", [-1]]}, b""),
        ({"tensor": ["float32", [True]]}, b"1234"),
        ({"tensor": ["float32", [1 << 62, 1 << 62]]}, b"1234"),
        ({"tensor": ["object", [1]]}, b"12345678"),
        ({"tensor": ["float32", [0] * 5000]}, b""),
        ({"tensor": "float32"}, b""),
        ({"list": 5}, b""),
        ({"unknown": []}, b""),
        ({}, b""),
        ({"list": [], "tuple": []}, b""),
        ({"dict": [[1]]}, b""),
        ({"dict": [[{"list": []}, 1]]}, b""),
        ([1, 2], b""),
        (1, b"x"),
    ],
)
def test_what_is_no_value_is_refused(tree, body):
    with pytest.raises(MalformedError):
        unpack(tree, body)


@given(data=st.binary(max_size=60), tree=st.recursive(scalars, lambda t: st.lists(t) | st.dictionaries(st.text(), t)))
def test_no_bytes_bring_the_reader_down(data, tree):
    with contextlib.suppress(MalformedError):
        unpack(tree, data)


@given(data=st.binary(min_size=1, max_size=60))
def test_no_frame_brings_the_channel_down(data):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises((MalformedError, EOFError)):
            Channel(ours).receive(Budget(5))


@pytest.mark.parametrize("lengths", [((1 << 20) + 1, 0), (2, (1 << 26) + 1), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_a_frame_that_is_too_large_is_not_read(lengths):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(LENGTHS.pack(*lengths))
        with pytest.raises(MalformedError, match="too large"):
            Channel(ours).receive(Budget(5))


def test_half_a_frame_ends_with_the_budget():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(LENGTHS.pack(100, 0) + b"{")
        with pytest.raises(TimeoutError):
            Channel(ours).receive(Budget(0.05))


LAYOUTS = {
    "transposed": lambda x: x.mT,
    "channels last": lambda x: x.permute(2, 0, 1),
    "every other column": lambda x: x[..., ::2],
    "expanded": lambda x: x[:, :1].expand(3, 5, 4),
    "from the middle": lambda x: x[1:, 2:],
    "a column": lambda x: x[:, :, 1],
    "one number of many": lambda x: x[2, 3, 1],
    "nothing of many": lambda x: x[3:],
    "dense": lambda x: x,
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.uint8, torch.bfloat16, torch.complex64])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_tensor_arrives_as_it_lies(layout, dtype):
    sent = LAYOUTS[layout](torch.arange(60).reshape(3, 5, 4).to(dtype))
    got = unpack(*pack(sent))
    assert torch.equal(got, sent)
    assert (got.dtype, got.shape) == (sent.dtype, sent.shape)
    if sent.numel():
        assert got.stride() == sent.stride()
        assert got.storage_offset() == min(sent.storage_offset(), 7)


@pytest.mark.parametrize(
    "layout",
    [
        ["float64", [2, 2], [1, 9], 0, 32],
        ["float64", [2, 2], [2, 1], 1, 32],
        ["float64", [2, 2], [2, -1], 0, 32],
        ["float64", [2, 2], [2], 0, 32],
        ["float64", [2, 2], [2, 1], 0, 99],
        ["float64", [2, 2], [2, 1], -1, 32],
        ["float64", [10**9, 10**9], [0, 1], 0, 32],
        ["float64", [10**5, 10**5], [0, 0], 0, 32],
        ["object", [2, 2], [2, 1], 0, 32],
    ],
)
def test_a_layout_that_reaches_beyond_its_bytes_is_no_value(layout):
    with pytest.raises(MalformedError):
        unpack({"laid out": layout}, bytes(32))
