"""What a learner's code prints, sent to the judge while it is printed."""

import codecs
import io

from kit.learner.protocol import Channel

LONGEST = 2_000  # characters of what is printed in one call
MOST_BYTES = 4  # of a character in UTF-8


class Printed:
    """Streams for stdout and stderr, which together send on LONGEST characters at most."""

    def __init__(self, channel: Channel):
        self.channel, self.left = channel, LONGEST

    def stream(self, name: str, descriptor: int) -> io.TextIOWrapper:
        """A real text stream, with an encoding, a buffer and a descriptor, as scripts expect it."""
        return _Text(self, _Sending(self, name, descriptor), "utf-8", "backslashreplace", write_through=True)

    def send(self, text: str) -> None:
        """Send on as much of the text as is left to send."""
        part, self.left = text[: self.left], max(0, self.left - len(text))
        if part:
            self.channel.send({"printed": part})


class _Text(io.TextIOWrapper):
    """A text stream that looks at no more of a text than is sent on: who prints gigabytes does not wait for it."""

    def __init__(self, printed: Printed, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self._printed = printed

    def write(self, text: str) -> int:
        """See io."""
        if type(text) is not str or len(text) <= self._printed.left:
            return super().write(text)
        if self._printed.left:
            super().write(text[: self._printed.left])
        return len(text)


class _Sending(io.BufferedIOBase):
    """What lies below a text stream: bytes of characters, in whatever encoding that stream has by now."""

    mode = "wb"

    def __init__(self, printed: Printed, name: str, descriptor: int):
        self.printed, self.name, self.descriptor = printed, name, descriptor
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """See io."""
        return True

    def write(self, data: bytes) -> int:
        """See io."""
        if self.printed.left:
            self.printed.send(self.decoder.decode(bytes(data[: MOST_BYTES * self.printed.left])))
        return len(data)

    def fileno(self) -> int:
        """The descriptor that a stream of this name has; what is written there by other means goes nowhere."""
        return self.descriptor

    def close(self) -> None:
        """Stay open: the next call prints too."""
