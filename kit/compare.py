"""Show a function that is done beside the model answer: python -m kit.compare conv2d."""

import sys

from kit.commands.compare import main

if __name__ == "__main__":
    sys.exit(main())
