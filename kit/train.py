"""Train the learner's network: python -m kit.train --help."""

import sys

from kit.training.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
