"""How fast can birds and airplanes be told apart in 0.89 of all cases, as the lecture's network does after 100 epochs?

    python -m kit.speedrun                           the quickest recipe, once
    python -m kit.speedrun --table                   every step on the way to it, each with its gain
    python -m kit.speedrun --device cuda --seeds 5   on a GPU, where the whole step is a CUDA graph; goal: 0.25 seconds

The time is that of training alone, from a new network to its last step. Before the clock starts, the pictures are
normalised and on the device, and two batches have gone through another network, so that the device is warm. The
number of epochs of each recipe was chosen by looking at the validation pictures, which flatters all of them alike.
"""

import argparse
from pathlib import Path

from kit.commands.options import OneSentenceParser, at_least
from kit.training.options import complain, device_here
from kit.verdict.terminal import on_any_terminal


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """What can be chosen."""
    parser = OneSentenceParser("python -m kit.speedrun", description="How fast can birds and airplanes be learned?")
    parser.add_argument("--table", action="store_true", help="measure every step; takes minutes")
    parser.add_argument("--seeds", type=at_least(1), default=1, help="how often to train: 1")
    parser.add_argument("--device", type=device_here, help="cpu, cuda …")
    parser.add_argument("--data", type=Path, help="a folder with train/<class>/*.png and val/<class>/*.png")
    parser.add_argument("--pictures", type=at_least(10), default=10_000, help="how many to draw, if none are found")
    return parser.parse_args(arguments)


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; status 2 for what cannot be done as asked."""
    options = parse(arguments)
    if options.data and not options.data.is_dir():
        return complain(f"{options.data} is not a folder.", 2)
    from kit.training.race import run  # torch takes seconds

    return run(options)
