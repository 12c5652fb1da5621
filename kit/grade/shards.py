"""A class on machines side by side: which part of it, or which cluster."""

import argparse
import re


def shard(text: str) -> tuple[int, int]:
    """A reader of I/N."""
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no part such as 1/4, the first of four")
    return int(found[1]), int(found[2])


def address(text: str) -> str:
    """A reader of the address of a scheduler; none stands for this machine."""
    if text and not re.fullmatch(r"([a-z]+://)?[^/\s]+:\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address such as tcp://host:8786; write --dask last")
    return text
