"""Give the next hint to a function: python -m kit.hint conv2d."""

import sys

from kit.commands.hint import main

if __name__ == "__main__":
    sys.exit(main())
