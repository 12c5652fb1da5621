"""Calls of the C library that Python has no function for; a failure is an OSError."""

import ctypes
import os
import platform
import sys

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

# The architectures whose system calls are known here: what the kernel calls each, and its column in a table of numbers.
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
ARCHITECTURE, COLUMN = ARCHITECTURES.get(platform.machine(), (0, 0))
IS_KNOWN = sys.platform == "linux" and sys.maxsize > 1 << 32 and ARCHITECTURE != 0

NO_NEW_PRIVILEGES, KEEP_CAPABILITIES, GET_SECCOMP = 38, 8, 21  # options of prctl(2)


def call(name: str, *arguments: int | bytes | None) -> int:
    """Call a function of the C library that sets errno."""
    result = getattr(LIBC, name)(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result


def prctl(option: int, *arguments: int) -> int:
    """See prctl(2); the arguments that are left out are zero."""
    return call("prctl", option, *arguments, *[0] * (4 - len(arguments)))
