"""The one kind of rich Console that the kit prints with."""

from rich.console import Console, ConsoleDimensions

from kit.verdict.terminal import columns


class ScreenConsole(Console):
    """A Console whose width is looked up at each print, so that it follows a terminal that is resized."""

    @property
    def size(self) -> ConsoleDimensions:
        """See rich."""
        return ConsoleDimensions(self._width or columns(), super().size.height)


def new_console(**options: object) -> Console:
    """A Console that prints what it is given, without colouring numbers; options as in rich."""
    return ScreenConsole(**{"highlight": False, **options})
