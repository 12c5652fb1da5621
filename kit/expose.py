"""A mistake of your own comes back, as the ninth of ex18: python -m kit.expose."""

import sys

from kit.commands.ninth import main

if __name__ == "__main__":
    sys.exit(main())
