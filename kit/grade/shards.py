"""A class in parts, for machines side by side."""

import argparse
import re


def shard(text: str) -> tuple[int, int]:
    """A reader of I/N."""
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no part such as 1/4, the first of four")
    return int(found[1]), int(found[2])
