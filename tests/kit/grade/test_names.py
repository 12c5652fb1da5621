"""Whose submission a name stands for, as the learning platforms write them."""

import pytest

from kit.course.manifest import exercises
from kit.grade.names import exercise_in, file_name, named, without_common_beginning

PLATFORMS = [  # name, person, id, platform, rest
    ("Jürg Müller_123456_assignsubmission_file_", "Jürg Müller", "123456", "moodle", ""),
    ("Jürg Müller_123456_assignsubmission_file", "Jürg Müller", "123456", "moodle", ""),
    ("Ana_Maria Ruiz_7_assignsubmission_file_kata.zip", "Ana_Maria Ruiz", "7", "moodle", "kata.zip"),
    ("O'Neil, Al_9_assignsubmission_file_ex05_conv2d.py", "O'Neil, Al", "9", "moodle", "ex05_conv2d.py"),
    ("muellerjuerg_12345_678901_ex05_conv2d.py", "muellerjuerg", "12345", "canvas", "ex05_conv2d.py"),
    ("muellerjuerg_LATE_12345_678901_ex05_conv2d-1.py", "muellerjuerg", "12345", "canvas", "ex05_conv2d-1.py"),
    ("Kata 1_jm42_attempt_2026-11-20-10-11-12_my work.zip", "jm42", "jm42", "blackboard", "my work.zip"),
    ("Kata_1_jm42_attempt_2026-11-20-10-11-12.txt", "jm42", "jm42", "blackboard", ""),
    ("convkata-jmueller", "convkata-jmueller", "", "", "convkata-jmueller"),
    ("mueller.tar.gz", "mueller", "", "", "mueller.tar.gz"),
    ("ex05_conv2d.py", "ex05_conv2d", "", "", "ex05_conv2d.py"),
]


@pytest.mark.parametrize(("name", "person", "number", "platform", "rest"), PLATFORMS, ids=[row[0] for row in PLATFORMS])
def test_a_name_tells_who_and_what(name, person, number, platform, rest):
    found = named(name)
    assert (found.person, found.id, found.platform, found.rest) == (person, number, platform, rest)


def test_a_name_tells_what_came_late_and_what_is_only_about_a_submission():
    assert named("a_LATE_1_2_ex01_correlate.py").is_late
    assert not named("a_1_2_ex01_correlate.py").is_late
    assert named("K_jm_attempt_2026-11-20-10-11-12.txt").is_about
    assert not named("K_jm_attempt_2026-11-20-10-11-12_a.zip").is_about


ADDED = ["ex05_conv2d (1)", "ex05_conv2d-2", "ex05_conv2d copy", "12_ex05_conv2d", "ex05_conv2d - Kopie", "EX05_Conv2d"]


@pytest.mark.parametrize("stem", ["ex05_conv2d", *ADDED])
def test_an_exercise_file_is_known_under_what_was_added_to_its_name(stem):
    assert exercise_in(f"{stem}.py") == "ex05_conv2d"


@pytest.mark.parametrize("name", ["ex05.py", "conv2d.py", "test_ex05_conv2d.pyc", "ex05_conv2d.txt", "ex05_conv2d2.py"])
def test_another_name_is_not_taken_for_one(name):
    assert exercise_in(name) == ""


def test_each_exercise_is_known_by_its_own_name_and_by_no_other():
    names = [exercise.name for exercise in exercises()]
    assert [exercise_in(f"{name}.py") for name in names] == names


def test_the_assignment_in_front_of_github_names_is_left_out():
    assert [*without_common_beginning(["kata-1-ana", "kata-1-bo-li"]).values()] == ["ana", "bo-li"]
    assert [*without_common_beginning(["kata-anna", "kata-anton"]).values()] == ["anna", "anton"]
    assert [*without_common_beginning(["kata-ana"]).values()] == ["kata-ana"]
    assert [*without_common_beginning(["ana", "bo"]).values()] == ["ana", "bo"]


@pytest.mark.parametrize(
    ("text", "name"), [("../../etc", "_.._etc"), ("a/b", "a_b"), ("", "submission"), ("...", "submission")]
)
def test_the_name_of_a_record_stays_in_its_folder(text, name):
    assert file_name(text) == name


def test_the_name_of_a_record_has_an_end():
    assert len(file_name("x" * 300)) == 80
