"""What a learner prints is sent on up to a limit; what is beyond costs next to nothing."""

from types import SimpleNamespace

import pytest

from kit.learner import printed
from kit.learner.printed import LONGEST, Printed


@pytest.fixture
def streams(monkeypatch):
    """stdout and stderr of a call; what they send, and how many bytes are looked at."""
    sent, seen, write = [], [], printed._Sending.write
    monkeypatch.setattr(printed._Sending, "write", lambda self, data: seen.append(len(data)) or write(self, data))
    both = Printed(SimpleNamespace(send=lambda header: sent.append(header["printed"])))
    return *(both.stream(name, number) for name, number in (("<stdout>", 1), ("<stderr>", 2))), sent, seen


def test_no_more_of_a_text_is_looked_at_than_is_sent(streams):
    stdout, stderr, sent, seen = streams
    assert stdout.write("é" * 10_000_000) == 10_000_000
    assert stderr.write("x" * 1000) == 1000
    stdout.writelines(["y\n"] * 1000)
    assert ("".join(sent), seen) == ("é" * LONGEST, [2 * LONGEST])


def test_no_more_bytes_are_decoded_than_are_sent(streams):
    stdout, _, sent, _ = streams
    assert stdout.buffer.write("é".encode() * 10_000_000) == 20_000_000
    assert stdout.buffer.write(b"x") == 1
    assert "".join(sent) == "é" * LONGEST


def test_several_short_texts_fill_the_limit_together(streams):
    stdout, stderr, sent, _ = streams
    for _ in range(LONGEST):
        print("a", file=stdout)
        print("b", file=stderr)
    assert "".join(sent) == "a\nb\n" * (LONGEST // 4)


def test_what_is_no_text_is_refused_as_by_every_stream(streams):
    stdout, *_ = streams
    stdout.write("x" * LONGEST)
    with pytest.raises(TypeError):
        stdout.write(b"x")
