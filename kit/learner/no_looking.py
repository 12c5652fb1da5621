"""A learner's code does not look into what called it: no frames, no objects found by the garbage collector, no hooks.

There it would find what a probe has drawn and notes. Libraries may look, in whoever's name; this too is no wall.
"""

import os
import sys
import sysconfig
from collections.abc import Callable

from kit.course.manifest import ROOT

EVENTS = {
    **dict.fromkeys(("sys._getframe", "sys._current_frames", "sys._current_exceptions"), "looking into frames"),
    **dict.fromkeys(("sys.settrace", "sys.setprofile", "sys.monitoring.register_callback"), "tracing calls"),
    **dict.fromkeys(("gc.get_objects", "gc.get_referrers", "gc.get_referents"), "looking for objects"),
    "sys.addaudithook": "listening to events",
    "code.__new__": "making code",
}
ATTRIBUTES = dict.fromkeys(("tb_frame", "gi_frame", "cr_frame", "ag_frame"), "looking into frames")
HELPER = os.sep + "inspect.py"  # whose functions hand on what they see


def watcher(refuse: Callable[[str], None], own: str) -> Callable[[str, tuple], None]:
    """What an audit hook does with an event and its arguments, in the process of this file of a learner's."""
    installed = {path for path in sys.path if os.path.isabs(path) and not own.startswith(os.path.join(path, ""))}
    libraries = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")} | installed
    folders = {*libraries, os.path.dirname(os.__file__), str(ROOT / "kit"), str(ROOT / "tests")}
    known = ("<frozen ", *(folder + os.sep for folder in folders))
    events, attributes, helper, frame_of = {**EVENTS}, {**ATTRIBUTES}, HELPER, sys._getframe
    asks = False  # this is what looks
    is_traced = False  # by a library: pdb, which Python may stop on its own in a learner's line

    def look(event: str, args: tuple) -> None:
        nonlocal asks, is_traced
        what = attributes.get(args[1]) if event == "object.__getattr__" else events.get(event)
        pretends = event == "compile" and type(args[1]) is str and args[1].startswith(known)
        if asks or not (what or pretends):
            return
        asks = True
        try:
            frame = frame_of(2)
        finally:
            asks = False
        while frame and frame.f_code.co_filename.endswith(helper):
            frame = frame.f_back
        is_known = not frame or frame.f_code.co_filename.startswith(known)
        is_traced |= is_known and event == "sys.settrace"
        if not is_known and not (event == "sys.settrace" and is_traced):
            refuse(what or "making code")

    return look
