"""Records made of what judges found, without judging: points, schema, bytes, differences, merging."""

import argparse
import copy
import json

import jsonschema
import pytest
from samples import ABOUT, record_with

from kit.course.manifest import ROOT, exercises
from kit.grade import record
from kit.grade.merging import merged
from kit.grade.replay import differences, surroundings
from kit.grade.shards import shard

SCHEMA = json.loads((ROOT / "kit/grade/record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def function_of(made, name):
    return next(f for exercise in made["exercises"] for f in exercise["functions"] if f["function"] == name)


def test_a_record_is_as_the_schema_says():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for words in ({}, {"conv_output_size": "wrong"}, {"trace_sizes": "not judged"}):
        assert [error.message for error in VALIDATOR.iter_errors(record_with(words))] == []


def test_the_schema_refuses_what_is_no_record():
    made = record_with({"conv_output_size": "wrong"})
    for change in (
        {"points": -1},
        {"record": 2},
        {"more": 1},
        {"exercises": [made["exercises"][0] | {"key": "x"}]},
    ):
        assert not VALIDATOR.is_valid(made | change)
    function_of(made, "conv_output_size")["verdict"] = "done"  # with a failure
    assert not VALIDATOR.is_valid(made)


def test_points_are_shares_of_an_exercise():
    made = record_with({"conv_output_size": "wrong"})
    assert (made["points"], made["max_points"]) == (1.5, sum(e.points for e in exercises()))
    assert (made["done"], made["functions"], made["not_judged"]) == (3, sum(len(e.checks) for e in exercises()), 0)
    assert function_of(made, "conv_output_size")["points"] == 0
    assert function_of(made, "trace_sizes")["points"] == 0.5


def test_with_partial_a_share_of_the_checks_counts_but_not_for_what_is_forbidden():
    words = {"conv_output_size": "wrong", "trace_sizes": "not allowed"}  # one check of each failed
    made = record_with(words, partial=True)
    checks = next(e for e in exercises() if e.id == "ex03").checks["conv_output_size"]
    assert function_of(made, "conv_output_size")["points"] == round(0.5 * (checks - 1) / checks, 4)
    assert function_of(made, "trace_sizes")["points"] == 0
    assert made["points"] == round(1 + 0.5 * (checks - 1) / checks, 4)


def test_what_could_not_be_judged_is_counted_and_gives_no_points():
    made = record_with({"conv_output_size": "not judged"}, partial=True)
    assert (made["points"], made["not_judged"]) == (1.5, 1)


def test_a_part_that_was_not_handed_in_is_not_started():
    (first, *_) = record_with({})["exercises"]
    assert {f["verdict"] for f in first["functions"]} == {"not started"}
    assert first["functions"][0]["failure"]["account"] == record.NOT_THERE


def test_the_same_gives_the_same_bytes():
    assert record.dumps(record_with({})) == record.dumps(record_with({}))
    assert record.dumps(record_with({})) != record.dumps(record_with({}, source=b"other"))


def test_a_key_hangs_on_files_and_on_how_it_was_judged():
    keys = {
        record_with({}, source=source, about=about)["exercises"][2]["key"]
        for source in (b"a", b"b")
        for about in (ABOUT, ABOUT | {"seed": 8})
    }
    assert len(keys) == 4


def test_a_file_is_written_whole(tmp_path):
    path = tmp_path / "deep" / "ana.json"
    record.write(path, "é\n")
    record.write(path, "ü\n")
    assert path.read_bytes() == "ü\n".encode()
    assert [*path.parent.iterdir()] == [path]


def test_who_is_interrupted_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    record.write(tmp_path / "a.json", "before")
    monkeypatch.setattr(record.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        record.write(tmp_path / "a.json", "after")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.json", "before")]


def test_what_is_no_record_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "x.json"
    for content, sentence in (
        ("{", "it is no JSON"),
        ("[]", "no record of version"),
        ('{"record": 9}', "no record of"),
    ):
        path.write_text(content)
        with pytest.raises(ValueError, match=sentence):
            record.load(path)
    with pytest.raises(ValueError, match="cannot be read"):
        record.load(tmp_path / "none.json")


# A replay.


def test_seconds_are_no_difference():
    before = record_with({"conv_output_size": "wrong"})
    now = copy.deepcopy(before)
    now["seconds"] = now["exercises"][2]["seconds"] = 99
    assert differences(before, now) == []


def test_verdicts_points_and_files_are():
    before = record_with({"conv_output_size": "wrong"})
    assert differences(before, record_with({})) == [
        "ex03_output_size.conv_output_size: wrong before, done now",
        "points: 1.5 before, 2 now",
    ]
    assert differences(record_with({}), record_with({}, source=b"other")) == ["ex03_output_size: the files are others"]


def test_other_words_on_a_card_are_told():
    before = record_with({"conv_output_size": "wrong"})
    now = copy.deepcopy(before)
    function_of(now, "conv_output_size")["failure"]["call"] = "another"
    assert differences(before, now) == [
        "ex03_output_size.conv_output_size: wrong as before; the words on its card differ"
    ]


def test_another_kit_is_a_note_and_no_difference():
    before, now = record_with({}), record_with({}, about=ABOUT | {"kit": {"version": "1", "digest": "1" * 64}})
    assert differences(before, now) == []
    (note,) = surroundings(before, now)
    assert note == "kit: version 1, digest 000000000000 before, version 1, digest 111111111111 now"


# Shards.


def test_a_part_of_a_class_is_a_fraction():
    assert shard("2/3") == (2, 3)
    for text in ("0/3", "4/3", "1", "a/b", "1/0", "1.0/2"):
        with pytest.raises(argparse.ArgumentTypeError, match="is no part such as 1/4"):
            shard(text)


def test_records_of_shards_are_put_together(tmp_path):
    for folder, name in (("a", "ana"), ("b", "bo"), ("b", "ana")):
        record.write(tmp_path / folder / f"{name}.json", record.dumps(record_with({}, name=name)))
    (tmp_path / "a/class.json").write_text('{"seed": 1}')
    assert [*merged([tmp_path / "b", tmp_path / "a"])] == ["ana", "bo"]


def test_records_that_do_not_fit_together_are_refused(tmp_path):
    record.write(tmp_path / "a/ana.json", record.dumps(record_with({}, name="ana")))
    other = record_with({}, name="bo", about=ABOUT | {"seed": 8})
    record.write(tmp_path / "b/bo.json", record.dumps(other))
    with pytest.raises(ValueError, match="was judged in another way than ana: judged_with"):
        merged([tmp_path / "a", tmp_path / "b"])
    record.write(tmp_path / "b/bo.json", record.dumps(record_with({}, name="ana", source=b"other")))
    (tmp_path / "b/bo.json").rename(tmp_path / "b/ana.json")
    with pytest.raises(ValueError, match="two different records of ana"):
        merged([tmp_path / "a", tmp_path / "b"])
    with pytest.raises(ValueError, match="no folder"):
        merged([tmp_path / "none"])
