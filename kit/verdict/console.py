"""The one kind of rich Console that the kit prints with."""

from rich.console import Console, ConsoleDimensions

from kit.verdict.terminal import columns


class ScreenConsole(Console):
    """A Console whose width is looked up at each print, so that it follows a terminal that is resized."""

    def __init__(self, width: int | None = None, **options: object):
        super().__init__(width=width, **options)
        self._width = width  # and not what rich reads from COLUMNS, once and for all

    @property
    def size(self) -> ConsoleDimensions:
        """See rich."""
        return ConsoleDimensions(self._width or columns(), super().size.height)


def new_console(**options: object) -> Console:
    """A Console that prints what it is given, without colouring numbers; options as in rich."""
    return ScreenConsole(**{"highlight": False, **options})
