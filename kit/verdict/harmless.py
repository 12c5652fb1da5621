"""Text from a learner's code, made safe for a terminal and a CI runner."""

import re

COMMANDS = [  # of CI runners, and how to make them plain text
    (re.compile(r"^(\s*)::", re.MULTILINE), r"\1: :"),  # GitHub
    (re.compile(r"##(?=\w*\[)"), "## "),  # GitHub and Azure: ##[group], ##vso[…]; TeamCity: ##teamcity[…]
    (re.compile(r"\b(travis_\w+|section_(?:start|end)):"), r"\1 :"),  # Travis, GitLab
    (re.compile(r"^(?=(---|\+\+\+|~~~|\^\^\^) )", re.MULTILINE), " "),  # Buildkite
]


def harmless(text: str) -> str:
    """Text from a learner's code with its control characters made visible, and no command for a CI runner in it."""
    visible = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    for pattern, instead in COMMANDS:
        visible = pattern.sub(instead, visible)
    return visible
