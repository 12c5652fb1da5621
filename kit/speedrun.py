"""How fast can the lecture's accuracy be reached? python -m kit.speedrun --help."""

import sys

from kit.training.speedrun import main

if __name__ == "__main__":
    sys.exit(main())
