"""Text from a learner's code, made safe for a terminal and a CI runner."""

import re


def harmless(text: str) -> str:
    """Text from a learner's code with its control characters made visible, and no command for a CI runner in it."""
    visible = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    return re.sub(r"^(\s*)::", r"\1: :", visible.replace("##[", "## ["), flags=re.MULTILINE)
