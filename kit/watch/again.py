"""Starts watch again after a change to the kit itself: one that no longer works ends it with a sentence."""

import sys
import traceback


def main() -> int:
    """Run watch, which is imported here, since importing it may fail."""
    try:
        from kit.watch.__main__ import main as watch

        return watch()
    except Exception as error:
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        frame = traceback.extract_tb(error.__traceback__)[-1]
        print(f"The kit has failed since that change: {what} ({frame.filename}:{frame.lineno}).")
        print("Once that is mended, start watch again.")
        return 1


if __name__ == "__main__":
    sys.exit(main())
