"""Memory is laid into huge pages where the kernel can do that, and stays what it was where it cannot."""

import sys
from pathlib import Path

import pytest

import processes
from kit.judge import warm
from kit.learner import huge_pages

SIZE = 64 << 20
WHAT_THE_KERNEL_CAN = f"""
import ctypes
area = bytearray([1]) * (8 << 20)
start = -(-ctypes.addressof(ctypes.c_char.from_buffer(area)) // (2 << 20)) * (2 << 20)
madvise = getattr(ctypes.CDLL(None), "madvise", None)
can = bool(madvise) and madvise(ctypes.c_void_p(start), ctypes.c_size_t(2 << 20), {huge_pages.COLLAPSE}) == 0
def in_huge_pages():
    try:
        lines = open("/proc/self/smaps_rollup").read().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("AnonHugePages"))
"""


def test_what_was_allocated_is_laid_into_huge_pages_where_the_kernel_can_and_stays_as_it_was():
    program = f"""{WHAT_THE_KERNEL_CAN}
from kit.learner.huge_pages import use_huge_pages
content = bytearray(range(256)) * ({SIZE} >> 8)
before = in_huge_pages()
use_huge_pages()
print(can, in_huge_pages() - before > {SIZE} // 2, content == bytes(range(256)) * ({SIZE} >> 8))
"""
    done = processes.run(sys.executable, "-c", program)
    can, is_laid_out, is_the_same = done.stdout.split()
    assert (can, is_the_same) == (is_laid_out, "True"), done.stderr


def test_without_proc_nothing_happens(monkeypatch):
    monkeypatch.setattr(huge_pages, "MAPS", Path("/nowhere/maps"))
    with pytest.raises(FileNotFoundError):
        list(huge_pages._allocated())
    huge_pages.use_huge_pages()


def test_a_warm_judge_is_laid_out_so_before_it_is_forked(monkeypatch):
    asked = []
    monkeypatch.setattr(warm, "use_huge_pages", lambda: asked.append("all"))
    warm.draw_examples([], judge=None)
    assert asked == ["all"]
