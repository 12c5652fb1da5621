"""No sentence of a docstring without a check, and no check of what no docstring says."""

import pytest

import promises
from kit.course.docstrings import sentences
from kit.course.manifest import exercises, find
from promises import FOLDER, faults, text_of

EX03 = find("ex03")[0][0]


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_every_promise_has_a_check(exercise):
    assert faults(exercise) == []


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_the_table_stands_in_the_order_of_the_docstrings(exercise):
    assert (FOLDER / f"{exercise.name}.toml").read_text(encoding="utf-8") == text_of(exercise)


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A function that changes the table of ex03, and says what is wrong with it then."""

    def changed(before, after):
        text = (FOLDER / f"{EX03.name}.toml").read_text(encoding="utf-8")
        assert before in text
        (tmp_path / f"{EX03.name}.toml").write_text(text.replace(before, after), encoding="utf-8")
        monkeypatch.setattr(promises, "FOLDER", tmp_path)
        return faults(EX03)

    return changed


def test_a_promise_without_a_check_is_found(table):
    assert table('[\n    "keeps_the_size_with_stride_1",\n]', "[]") == [
        "same_padding: no check is named for "
        "'Say how many pixels to add at each end so that a kernel with stride 1 keeps the size.'",
        "same_padding: nothing promises what 'keeps_the_size_with_stride_1' asks for",
    ]


def test_a_check_that_does_not_exist_is_found(table):
    assert "same_padding: there is no check 'keeps_it'" in table("keeps_the_size_with_stride_1", "keeps_it")


def test_a_sentence_that_was_changed_is_found(table):
    found = table("Say how many pixels", "Say how many rows")
    assert [line.partition(" 'Say")[0] for line in found] == [
        "same_padding: no check is named for",
        "same_padding: the docstring does not say",
    ]


def test_sentences_are_those_outside_of_examples_and_slides():
    assert sentences(EX03, "same_padding") == [
        "Say how many pixels to add at each end so that a kernel with stride 1 keeps the size.",
        "Raises: ValueError, with the number, unless kernel_size is odd and positive: "
        "an even kernel would need half a pixel at each end.",
    ]
