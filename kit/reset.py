"""Put the stub of an exercise back: python -m kit.reset ex05."""

import sys

from kit.commands.reset import main

if __name__ == "__main__":
    sys.exit(main())
