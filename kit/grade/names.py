"""Whose submission a folder, an archive or a file is, as learning platforms name them.

Moodle       Jürg Müller_123456_assignsubmission_file_          (a folder), or with _ex05_conv2d.py behind it
Canvas       muellerjuerg_LATE_12345_678901_ex05_conv2d-1.py    (flat files)
Blackboard   Kata_jmueller_attempt_2026-11-20-10-11-12_ex05.zip (flat files, and a .txt beside them)
GitHub       convkata-jmueller                                  (a checkout; the assignment is the common beginning)
else         the whole name
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from kit.course.manifest import exercises
from kit.grade.archives import ENDINGS, OTHER_ENDINGS

MOODLE = re.compile(
    r"(?P<person>[^_]+(?:_[^_\d][^_]*)*)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)"
)
CANVAS = re.compile(r"(?P<person>[^_\d][^_]*)_(?P<late>LATE_)?(?P<id>\d+)_(?P<number>\d+)_(?P<rest>.+)")
BLACKBOARD = re.compile(
    r"(?P<task>.+)_(?P<id>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+)|(?P<about>\.txt))"
)
AGAIN = (
    r"(?:[ _-]?\(\d+\)|-\d+|[ _-][Cc]opy(?: ?\d+)?| - Kopie(?: \(\d+\))?)?"  # what is added to a second file of a name
)
EXERCISE = {
    exercise.name: re.compile(rf"(?:.*[^A-Za-z0-9])?{exercise.name}{AGAIN}\.py", re.IGNORECASE)
    for exercise in exercises()
}


@dataclass(frozen=True)
class Named:
    """What a name tells: who, the platform's id, the platform, and what is left of the name for the file itself."""

    person: str
    id: str = ""
    platform: str = ""
    rest: str = ""
    is_late: bool = False
    time: str = ""  # of the attempt, where the name has one
    is_about: bool = False  # a file of the platform about a submission, no part of it


def named(name: str) -> Named:
    """Read one name, without a folder before it."""
    name = unicodedata.normalize("NFC", name)
    if found := MOODLE.fullmatch(name):
        return Named(found["person"], found["id"], "moodle", found["rest"])
    if found := BLACKBOARD.fullmatch(name):
        return Named(
            found["id"], found["id"], "blackboard", found["rest"] or "", False, found["time"], bool(found["about"])
        )
    if found := CANVAS.fullmatch(name):
        return Named(found["person"], found["id"], "canvas", found["rest"], bool(found["late"]))
    return Named(_without_ending(name), rest=name)


def without_common_beginning(names: Iterable[str]) -> dict[str, str]:
    """GitHub Classroom's folders are ASSIGNMENT-USER: each name with its user; as it is where nothing is in common."""
    names = list(names)
    low, high = min(names, default=""), max(names, default="")  # what they have in common all have
    count = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), 0)
    common = low[: low.rfind("-", 0, count) + 1]
    return {name: name[len(common) :] or name for name in names}


def exercise_in(name: str) -> str:
    """The exercise whose file this is, whatever a platform or a browser has added to its name; "" for none."""
    plain = unicodedata.normalize("NFC", name)
    return next((exercise for exercise, pattern in EXERCISE.items() if pattern.fullmatch(plain)), "")


def file_name(text: str) -> str:
    """A name for a file of one's own: no slash, no leading dot, not too long."""
    kept = "".join(c if c.isalnum() or c in " -_.,+@" else "_" for c in unicodedata.normalize("NFC", text))
    return kept.strip(" .")[:80] or "submission"


def _without_ending(name: str) -> str:
    for ending in (*ENDINGS, *OTHER_ENDINGS, ".py"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name
