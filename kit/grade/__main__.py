"""Grade one submission, or a class of them.

python -m kit.grade SUBMISSION                       # one record: grades/NAME.json, and a table on the screen
python -m kit.grade CLASS --out grades/              # a record for each submission, and grades.csv
python -m kit.grade --replay grades/NAME.json        # judged once more with the same seed: "same", or what differs
python -m kit.grade --replay grades/                 # the same for all records: what a changed check changes
python -m kit.grade --propose grades/                # what has no name yet, as entries for tests/mistakes/
python -m kit.grade --merge PART PART --out grades/  # the records of several shards
"""

import sys

from kit.grade import stopping

if __name__ == "__main__":
    stopping.listen_early()

import argparse
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a second thread would make forking unsafe

from kit.commands.options import OneSentenceParser, above_zero, at_least, refuse
from kit.grade.shards import address, shard
from kit.grade.views import OF_ONE
from kit.verdict.terminal import on_any_terminal

FEWEST_EXAMPLES = 15  # on fewer, no property counts as judged


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = OneSentenceParser(prog="python -m kit.grade", description=__doc__.partition("\n")[0])
    made.add_argument("submission", nargs="?", type=Path, metavar="SUBMISSION", help="a folder, an archive or a file")
    made.add_argument("--out", type=Path, metavar="FOLDER", help="grade a class: each thing in it is a submission")
    made.add_argument("--record", type=Path, metavar="FILE", help="of a single submission (default: grades/NAME.json)")
    made.add_argument("--seed", type=at_least(0), help="of the examples; without it, drawn once and kept with --out")
    made.add_argument(
        "--examples", type=at_least(FEWEST_EXAMPLES), default=100, help="for each property (default: 100)"
    )
    made.add_argument(
        "--partial", action="store_true", help="points for a share of the checks; without, all or nothing"
    )
    made.add_argument("--seconds", type=above_zero, default=5.0, help="for one call of learner code (default: 5)")
    made.add_argument("--memory", type=above_zero, default=4.0, help="GiB for a learner process (default: 4)")
    made.add_argument("--jobs", type=at_least(1), help="submissions side by side (default: one for each core)")
    made.add_argument(
        "--dask",
        type=address,
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="grade a class on a Dask cluster (tcp://HOST:PORT), or on one that is started on this machine",
    )
    made.add_argument("--no-wall", action="store_true", help="grade a class where the kernel has no wall")
    made.add_argument("--anonymous", action="store_true", help="numbers in place of names in report.html")
    made.add_argument("--shard", type=shard, metavar="I/N", help="grade the I-th of N parts of the class; needs --seed")
    made.add_argument("--merge", type=Path, nargs="+", metavar="FOLDER", help="put the records of shards together")
    made.add_argument(
        "--export", type=Path, metavar="FOLDER", help="grade nothing; lay out a class for a plagiarism tool"
    )
    made.add_argument(
        "--propose", type=Path, metavar="FOLDER", help="of records: write wrong answers without a name for the bank"
    )
    made.add_argument(
        "--replay", type=Path, metavar="RECORD", help="judge once more what a record is about, or a folder of them"
    )
    for name in OF_ONE:
        made.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"of a single submission, write {name}'s format")
    return made


@on_any_terminal
def main(arguments: list[str] | None = None) -> int:
    """Do what is asked; returns the exit status."""
    try:
        stopping.listen()
        options = parser().parse_args(arguments)
        from kit.grade import commands

        if options.merge:
            return commands.merge(options.merge, options.out, options.anonymous)
        if options.propose:
            return commands.propose(options.propose)
        if options.replay:
            return commands.replay(options)
        if options.submission is None:
            refuse(
                "What is to be graded? For example: python -m kit.grade SUBMISSION; --help lists what can be chosen."
            )
        if options.export:
            return commands.export(options.submission, options.export)
        return commands.grade_class(options) if options.out else commands.grade_one(options)
    except ModuleNotFoundError as error:
        refuse(
            f"{error.name} is not installed here: nox -s grade installs it, and so does: pip install -e . --group test"
        )
    except ValueError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.strerror}: {error.filename}." if error.filename else f"{error}.")
    except KeyboardInterrupt:
        print(stopping.SAID, file=sys.stderr)
        return stopping.STATUS


if __name__ == "__main__":
    sys.exit(main())
