"""Mutants that differ from the right answer for nobody: by answer, a part of the changed lines and the reason."""

EQUIVALENT: dict[str, dict[str, str]] = {}
