"""What is taken of a submission: exercise files wherever they lie, what they import, and nothing else."""

import json
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from made import EX03, RIGHT, STUB, write

from kit.grade import reading
from kit.grade.cohort import entries, folder_of, several
from kit.grade.reading import read_submission


def parts(submission):
    return {part.exercise.id: {*part.files} for part in submission.parts if part.is_there}


def test_a_file_is_found_wherever_it_lies_and_other_files_are_left(tmp_path):
    write(tmp_path, a__b__ex03_output_size=RIGHT, conftest="", a__b__conftest="", a__notes="x")
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "a/b/results.json").touch()
    found = read_submission(tmp_path)
    assert parts(found) == {"ex03": {EX03}}
    assert found.found == {"ex03_output_size": f"a/b/{EX03}"}
    assert found.problems == []


def test_what_an_exercise_imports_from_its_folder_comes_with_it(tmp_path):
    source = "import helpers\nfrom pack import more\nimport conftest\n"
    write(tmp_path, x__ex03_output_size=source, x__helpers="import deep", x__deep="", other="")
    write(tmp_path, x__pack__more="", x__unused="", x__conftest="")
    (tmp_path / "x/pack/__init__.py").touch()
    (files,) = parts(read_submission(tmp_path)).values()
    assert files == {EX03, "helpers.py", "deep.py", "pack/__init__.py", "pack/more.py"}


@pytest.mark.parametrize("folder", ["solutions", "tests", ".git", "__pycache__", "venv", "__MACOSX"])
def test_folders_of_tools_and_of_the_kit_are_passed_by(tmp_path, folder):
    write(tmp_path / folder, ex01_correlate=RIGHT)
    write(tmp_path, deep__exercises__ex03_output_size=STUB)
    assert read_submission(tmp_path).found == {"ex03_output_size": f"deep/exercises/{EX03}"}


def test_of_two_files_the_one_in_exercises_is_judged_and_the_other_is_told(tmp_path):
    write(tmp_path, ex03_output_size="a = 1", deep__exercises__ex03_output_size="a = 2")
    found = read_submission(tmp_path)
    assert found.parts[2].files == {EX03: b"a = 2"}
    assert found.problems == [f"'deep/exercises/{EX03}' is judged, and not '{EX03}'."]


def test_an_archive_is_read_and_so_is_one_in_a_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "abgabe.zip", "w") as archive:
        archive.writestr(f"work/{EX03}", RIGHT)
        archive.writestr("work/solutions/ex01_correlate.py", "")
        archive.writestr(f"__MACOSX/work/._{EX03}", "")
    for place in (tmp_path, tmp_path / "abgabe.zip"):
        found = read_submission(place)
        assert parts(found) == {"ex03": {EX03}}
        assert found.found["ex03_output_size"] == f"abgabe.zip/work/{EX03}"


def test_links_pipes_and_large_files_are_told_and_not_read(tmp_path):
    (tmp_path / "secret.py").write_text(RIGHT)
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / EX03).symlink_to(tmp_path / "secret.py")
    os.mkfifo(folder / "ex01_correlate.py")
    (folder / "ex02_kernels.py").write_bytes(bytes((1 << 20) + 1))
    (folder / "loop").symlink_to(folder)
    found = read_submission(folder)
    assert parts(found) == {}
    assert found.problems[:3] == [
        "'ex01_correlate.py' is no file.",
        "'ex02_kernels.py' is larger than 1 MiB.",
        f"'{EX03}' is a link, which is not followed.",
    ]


def test_too_much_is_told(tmp_path, monkeypatch):
    write(tmp_path, ex03_output_size=RIGHT, zzz="")
    monkeypatch.setattr(reading, "MOST_ENTRIES", 1)
    assert read_submission(tmp_path).problems == ["It holds more than 1 files; the rest is left out."]
    monkeypatch.setattr(reading, "MOST_ENTRIES", 9)
    monkeypatch.setattr(reading, "MOST_PYTHON", 5)
    assert parts(read_submission(tmp_path)) == {}


def test_where_nothing_is_found_what_there_is_is_told(tmp_path):
    write(tmp_path, ex03="")
    (problem,) = read_submission(tmp_path).problems
    assert problem == "There is no exercise file in it, such as ex01_correlate.py. It holds 'ex03.py'."


def test_a_notebook_alone_is_told_wherever_it_lies(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/ex03_output_size.ipynb").touch()
    with zipfile.ZipFile(tmp_path / "a/work.zip", "w") as archive:
        archive.writestr("deep/ex03.txt", "")
        archive.writestr("__MACOSX/._ex03.txt", "")
    (problem,) = read_submission(tmp_path / "a").problems
    assert problem.endswith("It holds 'ex03.txt', 'ex03_output_size.ipynb'.")


def test_a_file_in_utf_16_is_told(tmp_path):
    (tmp_path / EX03).write_bytes(RIGHT.encode("utf-16"))
    assert read_submission(tmp_path).problems == [
        f"'{EX03}' is saved as UTF-16, and Python reads UTF-8: save it as UTF-8."
    ]


def test_hints_are_read_where_a_folder_tells_and_nothing_else_of_out(tmp_path):
    told = {
        "ex03.same_padding": 2,
        "ex03.trace_sizes": 99,
        "ex05.conv2d": "1",
        "ex03.nothing": 1,
        "ex01.correlate2d": 0,
    }
    work = write(tmp_path / "work", ex03_output_size=RIGHT, out__ex05_conv2d="")
    (work / "out/hints.json").write_text(json.dumps(told))
    shutil.make_archive(str(tmp_path / "packed/work"), "zip", tmp_path, "work")
    for place in (work, tmp_path / "packed"):
        found = read_submission(place)
        assert found.hints == {"ex03.same_padding": 2, "ex03.trace_sizes": 3}
        assert (parts(found), found.problems) == ({"ex03": {EX03}}, [])


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 99999, b"{" + b" " * (2 << 20)])
def test_hints_that_make_no_sense_are_none(tmp_path, content):
    work = write(tmp_path, ex03_output_size=RIGHT, out__x="")
    (work / "out/hints.json").write_bytes(content)
    assert read_submission(tmp_path).hints == {}


def test_a_rar_is_told(tmp_path):
    (tmp_path / "work.rar").touch()
    assert read_submission(tmp_path).problems[0].startswith("'work.rar' cannot be read: what can be is .zip")


# A class.


def test_folders_archives_and_flat_files_are_submissions(tmp_path):
    write(tmp_path / "Ana Ruiz_1_assignsubmission_file_", ex03_output_size=RIGHT)
    (tmp_path / "Bo Li_2_assignsubmission_file_work.zip").touch()
    (tmp_path / "cykim_3_10_ex03_output_size.py").write_text(RIGHT)
    (tmp_path / "cykim_3_11_helpers.py").touch()
    (tmp_path / "cykim_LATE_3_12_ex01_correlate-1.py").touch()
    write(tmp_path / "plain", ex03_output_size=RIGHT)
    (tmp_path / "README.md").touch()
    (tmp_path / ".hidden").mkdir()
    found = {entry.name: entry for entry in entries(tmp_path)}
    assert [*found] == ["Ana Ruiz_1", "Bo Li_2", "cykim_3", "plain"]
    assert [name for name, _ in found["cykim_3"].files] == [EX03, "helpers.py", "ex01_correlate-1.py"]
    assert found["cykim_3"].who()["late"]
    assert parts(found["cykim_3"].read()) == {"ex01": {"ex01_correlate.py"}, "ex03": {EX03}}


def test_of_several_attempts_the_last_counts(tmp_path):
    for day, source in (("19", "a = 1"), ("21", "a = 3"), ("20", "a = 2")):
        (tmp_path / f"Kata_jm_attempt_2026-11-{day}-10-11-12_{EX03}").write_text(source)
        (tmp_path / f"Kata_jm_attempt_2026-11-{day}-10-11-12.txt").touch()
    (tmp_path / "Kata_jm_attempt_2026-11-19-10-11-12_ex01_correlate.py").touch()
    (entry,) = entries(tmp_path)
    assert parts(entry.read()) == {"ex03": {EX03}}
    assert entry.read().parts[2].files == {EX03: b"a = 3"}


def test_two_with_one_name_get_records_of_their_own(tmp_path):
    (tmp_path / "ana").mkdir()
    (tmp_path / "Ana.zip").touch()
    assert sorted(entry.name for entry in entries(tmp_path)) == ["Ana", "ana-2"]


def test_no_record_takes_the_place_of_what_holds_for_the_class(tmp_path):
    (tmp_path / "class").mkdir()
    assert [entry.name for entry in entries(tmp_path)] == ["class-2"]


def test_checkouts_are_named_by_what_tells_them_apart(tmp_path):
    for name in ("kata-ana", "kata-bo"):
        (tmp_path / name).mkdir()
    assert [entry.who()["person"] for entry in entries(tmp_path)] == ["ana", "bo"]


def test_a_class_may_be_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr(f"all/Ana_1_assignsubmission_file_/{EX03}", RIGHT)
        archive.writestr(f"all/Bo_2_assignsubmission_file_/{EX03}", RIGHT)
    with folder_of(tmp_path / "class.zip") as folder:
        assert [entry.name for entry in entries(folder)] == ["Ana_1", "Bo_2"]
    assert not folder.exists()


def test_whoever_handed_in_something_is_in_the_class_also_in_an_archive(tmp_path):
    folder = tmp_path / "class"
    (folder / "Ana_1_assignsubmission_file_").mkdir(parents=True)
    for name in ("cykim_3_10_ex03.ipynb", "Kata_jm_attempt_2026-11-19-10-11-12.txt", "emil.rar", "notes.txt"):
        (folder / name).touch()
    write(folder / "Bo_2_assignsubmission_file_", ex03_output_size=RIGHT)
    (folder / "Di_4_assignsubmission_onlinetext_").mkdir()
    (folder / "Di_4_assignsubmission_onlinetext_/onlinetext.html").touch()
    expected = ["Ana_1", "Bo_2", "Di_4", "cykim_3", "emil", "jm"]
    assert sorted(entry.name for entry in entries(folder)) == expected
    for kind in ("zip", "gztar"):
        with folder_of(Path(shutil.make_archive(str(tmp_path / "all"), kind, folder))) as opened:
            found = {entry.name: entry for entry in entries(opened)}
            assert sorted(found) == expected
            assert parts(found["Bo_2"].read()) == {"ex03": {EX03}}
            assert found["cykim_3"].read().problems[0].endswith("It holds 'ex03.ipynb'.")


def test_in_the_archive_of_a_class_what_one_handed_in_costs_nobody_else_a_grade(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"Ana_1_assignsubmission_file_/{EX03}", RIGHT)
        archive.writestr(f"Bo_2_assignsubmission_file_/{EX03}", "#" * (2 << 20))
        archive.writestr("Bo_2_assignsubmission_file_/data.bin", bytes(300 << 20))
        link = zipfile.ZipInfo(f"Cy_3_assignsubmission_file_/{EX03}")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with folder_of(tmp_path / "class.zip") as folder:
        found = {entry.name: entry.read() for entry in entries(folder)}
        assert {name: parts(each) for name, each in found.items()} == {
            "Ana_1": {"ex03": {EX03}},
            "Bo_2": {},
            "Cy_3": {},
        }
        assert found["Bo_2"].problems[0] == f"'{EX03}' is larger than 1 MiB."


def test_a_class_without_submissions_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There is no submission"):
        entries(tmp_path)


def test_a_class_is_not_taken_for_a_submission(tmp_path):
    for name in ("Ana_1_assignsubmission_file_", "Bo_2_assignsubmission_file_"):
        (tmp_path / name).mkdir()
    assert len(several(tmp_path)) == 2
    write(tmp_path, ex03_output_size=RIGHT)
    assert several(tmp_path) == []
