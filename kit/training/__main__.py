"""Train the learner's network on birds and airplanes, or the model answers: python -m kit.train --help.

What can be said without torch is said before it is imported, which takes seconds.
"""

import argparse
import sys
from pathlib import Path

from kit.commands.options import OneSentenceParser, above_zero, at_least, find_function
from kit.course.manifest import ROOT
from kit.training.options import complain, device_here
from kit.verdict.terminal import on_any_terminal


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """What can be chosen; None is what was not."""
    parser = OneSentenceParser("nox -s train --", description="Train your network on birds and airplanes.")
    add = parser.add_argument
    add("--solutions", action="store_true", default=None, help="train the model answers instead of your parts")
    add("--mine", action="store_true", help="the capstone: your own layers too, beside PyTorch's; about a minute")
    add("--with-my", metavar="FUNCTION", help="what a mistake costs: train with your wrong conv2d and a right one")
    add("--resume", action="store_true", help="go on with the run in --out, up to --epochs in all, as it was begun")
    add("--net", choices=["net", "resdeep"], help="ex08's Net or ex17's NetResDeep: net")
    add("--epochs", type=at_least(1), help="10; --mine: 5")
    add("--batch-size", type=at_least(1), help="64; --mine: 16")
    add("--lr", type=above_zero, help="how far a step goes: 0.01; --mine: 0.02, with momentum 0.9")
    add("--seed", type=at_least(0), help="0; the same seed gives the same run")
    add("--device", type=device_here, help="cpu, cuda …; what your pick_device picks, --mine: cpu")
    add(
        "--fast",
        action="store_true",
        help="the kit's FastLoader in place of your make_loader: same run, less waiting",
    )
    add("--data", type=absolute, help="a folder with train/<class>/*.png and val/<class>/*.png")
    add("--classes", nargs=2, metavar=("A", "B"), help="which two classes of --data, 0 and 1")
    add("--download", action="store_true", help="download CIFAR-10 into data/ (170 MB)")
    add("--pictures", type=at_least(10), help="how many to draw, if none are found: 10000; --mine: how many to take")
    add("--out", type=Path, default=ROOT / "out", help="where weights, curve and checkpoint go; an earlier run is kept")
    return parser.parse_args(arguments)


def absolute(path: str) -> str:
    """A path that means the same from any folder."""
    return str(Path(path).expanduser().absolute())


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; status 2 for what cannot be done as asked, 1 if a learner's part fails."""
    options = parse(arguments)
    if options.data and not Path(options.data).is_dir():
        return complain(f"{options.data} is not a folder.", 2)
    if options.with_my:
        options.exercise, options.function = find_function(options.with_my)
    from kit.training.session import run

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
