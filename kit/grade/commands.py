"""What `python -m kit.grade` does: one submission, a class, a replay, a merge. Each returns the exit status."""

import argparse
import importlib.util
import json
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kit.course.manifest import ROOT
from kit.grade import cohort, record
from kit.grade.forks import ThreadsError
from kit.grade.grading import FILES, Options, grade
from kit.grade.merging import merged, record_files
from kit.grade.proposing import shown
from kit.grade.replay import Kept, differences, surroundings
from kit.grade.screen import Progress, tell
from kit.grade.telling_apart import tell_apart
from kit.grade.views import OF_A_CLASS, OF_ONE
from kit.grade.views.report import report
from kit.judge.own_loop import ChecksError
from kit.judge.starters import cores
from kit.learner import wall

CLASS = "class.json"  # what holds for all records of a folder
GRADES = Path("grades")
MOST_NAMES = 5  # in a line
MOST_SEED = 10**9  # what --seed takes, so that a seed that was drawn can be typed


def grade_one(options: argparse.Namespace) -> int:
    """Grade a submission that stands for itself."""
    path = options.submission
    if options.dask is not None:
        raise ValueError("--dask grades a class: add --out FOLDER.")
    if not path.exists():
        raise ValueError(f"There is no {str(path)!r}.")
    if looks := cohort.several(path):
        raise ValueError(f"{path} holds several submissions, such as {looks[0]!r}: add --out FOLDER to grade a class.")
    entry, found = cohort.single(path), []
    place = options.record or GRADES / f"{entry.name}.json"
    entry.name = place.stem
    run([entry], place.parent, how(options, options.seed), {}, keep=found.append)
    (made,) = found
    for name, view in OF_ONE.items():
        if file := getattr(options, name):
            record.write(file, view(made))
    tell(made, place)
    return 1 if made["not_judged"] else 0


def grade_class(options: argparse.Namespace) -> int:
    """Grade all submissions of a class, and write its tables."""
    if given := [name for name in OF_ONE if getattr(options, name)]:
        raise ValueError(f"--{given[0]} is a format of a single submission, not of a class.")
    if not options.submission.exists():
        raise ValueError(f"There is no {str(options.submission)!r}.")
    if (gap := wall.what_is_missing()) and not options.no_wall:
        raise ValueError(f"{gap} To grade strangers' code all the same, in a container at best: --no-wall.")
    out = options.out
    if out.resolve() in (options.submission.resolve(), *_folders_in(options.submission)):
        raise ValueError(f"{out} lies among the submissions: choose another folder for --out.")
    if options.dask is not None and importlib.util.find_spec("distributed") is None:
        raise ValueError(
            "distributed is not installed here: nox -s grade installs it, and so does: "
            "pip install -e . --group test --group cluster"
        )
    if options.shard and options.seed is None and not (out / CLASS).exists():
        raise ValueError("All shards need the same --seed.")
    with cohort.folder_of(options.submission) as folder:
        entries = cohort.entries(folder)
        names = [entry.name for entry in entries]
        if options.shard:
            number, count = options.shard
            entries = entries[number - 1 :: count]
        out.mkdir(parents=True, exist_ok=True)
        settings = how(options, _seed_of_the_class(out, options.seed))
        run(entries, out, settings, known_parts(out))
    records = [record.load(path) for path in record_files(out) if path.stem in names]
    return finish(records, out, options.anonymous)


def _folders_in(folder: Path) -> list[Path]:
    return [path.resolve() for path in folder.iterdir()] if folder.is_dir() else []


def _seed_of_the_class(out: Path, asked: int | None) -> int:
    """The seed that is kept with the records, or else the one that is asked for, or one that is drawn."""
    kept = None
    if (out / CLASS).exists():
        try:
            kept = int(json.loads((out / CLASS).read_text(encoding="utf-8"))["seed"])
        except (ValueError, LookupError, TypeError):
            raise ValueError(f"{out / CLASS} is damaged: it should hold the seed of the class.") from None
    seed = next((each for each in (asked, kept) if each is not None), None)
    if seed is None:
        seed = secrets.randbelow(MOST_SEED)
    if seed != kept:
        record.write(out / CLASS, json.dumps({"seed": seed}) + "\n")
    return seed


def known_parts(out: Path) -> dict[str, dict]:
    """What records have found before, by the keys of parts; what could not be judged is tried again."""
    known = {}
    for path in record_files(out):
        try:
            exercises = record.load(path)["exercises"]
        except ValueError:  # it is written anew
            continue
        for exercise in exercises:
            functions = [
                {k: v for k, v in function.items() if k not in ("points", "max_points")}
                for function in exercise["functions"]
            ]
            if all(function["verdict"] != "not judged" for function in functions):
                known[exercise["key"]] = {"functions": functions, "seconds": exercise["seconds"]}
    return known


def finish(records: list[dict], out: Path, anonymous: bool) -> int:
    """Write the tables of a class, and say how it went."""
    for name, view in OF_A_CLASS.items():
        if text := view(records):
            record.write(out / name, text)
        else:  # nobody comes from there
            (out / name).unlink(missing_ok=True)
    record.write(out / "report.html", report(records, anonymous, tell_apart(records, out / FILES)))
    lost = [each for each in records if each["not_judged"]]
    print(f"{len(records)} submissions graded: {out / 'grades.csv'} and report.html")
    empty = [each["submission"]["name"] for each in records if not any(e["found"] for e in each["exercises"])]
    if empty:
        names = ", ".join(empty[:MOST_NAMES]) + " …" * (len(empty) > MOST_NAMES)
        print(f"no exercise file in {len(empty)} of them (grades.csv says why): {names}")
    for each in lost[:MOST_NAMES]:
        print(
            f"not judged: {each['not_judged']} functions of {each['submission']['name']}; the same command tries again"
        )
    return 1 if lost else 0


def merge(folders: list[Path], out: Path | None, anonymous: bool) -> int:
    """Put the records of several folders into one."""
    if out is None:
        raise ValueError("Where are the records to go? Add --out FOLDER.")
    found = merged(folders)
    for name, each in found.items():
        record.write(out / f"{name}.json", record.dumps(each))
    for file in [file for folder in folders for file in sorted((folder / FILES).glob("*.py"))]:
        if not (out / FILES / file.name).exists():
            record.write_bytes(out / FILES / file.name, file.read_bytes())
    record.write(out / CLASS, json.dumps({"seed": next(iter(found.values()))["judged_with"]["seed"]}) + "\n")
    return finish([*found.values()], out, anonymous)


def propose(folder: Path) -> int:
    """Write blocks for the bank of what has no name yet."""
    print(shown(folder, folder / FILES), end="")
    return 0


def replay(options: argparse.Namespace) -> int:
    """Judge what a record is about once more, as it was judged then; of a folder, what all of its records are about."""
    path = options.replay
    if path.is_dir():
        return replay_all(path, options)
    before = record.load(path)
    if options.submission and not options.submission.exists():
        raise ValueError(f"There is no {str(options.submission)!r}.")
    entry = cohort.single(options.submission) if options.submission else Kept(path, before, path.parent / FILES)
    (now,) = judged_again([entry], before, options).values()
    different = differences(before, now)
    for each in surroundings(before, now):
        print(f"note: {each}")
    print("\n".join(different) if different else f"same: {before['points']:g} of {before['max_points']:g} points")
    return 1 if different else 0


def replay_all(folder: Path, options: argparse.Namespace) -> int:
    """Say what differs for whom, which shows what a changed check changes for a class."""
    if options.submission:
        raise ValueError(f"{options.submission} is one submission, and {folder} holds many records: name one of them.")
    records = {path.stem: record.load(path) for path in record_files(folder)}
    if not records:
        raise ValueError(f"There is no record in {folder}.")
    now, notes, changed = {}, {}, 0
    for own in _judged_alike(records):
        kept = [Kept(folder / f"{name}.json", records[name], folder / FILES) for name in own]
        now |= judged_again(kept, records[own[0]], options)
    for name, before in records.items():
        different = differences(before, now[name])
        notes |= dict.fromkeys(surroundings(before, now[name]))
        changed += bool(different)
        for each in different:
            print(f"{name}: {each}")
    for each in notes:
        print(f"note: {each}")
    print(f"{len(records) - changed} of {len(records)} records are the same")
    return 1 if changed else 0


def _judged_alike(records: dict[str, dict]) -> Iterator[list[str]]:
    """The names of records that were judged with the same options."""
    groups: dict[str, list[str]] = {}
    for name, made in records.items():
        about = [made["judged_with"][key] for key in ("seed", "examples", "limits")]
        groups.setdefault(json.dumps([*about, made["partial"]]), []).append(name)
    yield from groups.values()


def judged_again(entries: list, before: dict, options: argparse.Namespace) -> dict[str, dict]:
    """The records of entries, judged as this record was, by their names."""
    about = before["judged_with"]
    settings = Options(
        seed=about["seed"],
        examples=about["examples"],
        seconds=about["limits"]["call_seconds"],
        memory=about["limits"]["memory_gib"],
        partial=before["partial"],
        jobs=options.jobs or cores(),
    )
    with tempfile.TemporaryDirectory(prefix="convkata-") as out:
        run(entries, Path(out), settings, {})
        return {entry.name: record.load(Path(out, f"{entry.name}.json")) for entry in entries}


def export(folder: Path, place: Path) -> int:
    """Lay the exercise files of a class out for a plagiarism tool: submissions/, and the stubs as base/."""
    with cohort.folder_of(folder) as opened:
        entries = cohort.entries(opened)
        for entry in entries:
            for part in entry.read().parts:
                for name, content in part.files.items():
                    record.write_bytes(place / "submissions" / entry.name / name, content)
    for stub in sorted((ROOT / "exercises").glob("ex*.py")):
        record.write_bytes(place / "base" / stub.name, stub.read_bytes())
    print(f"{len(entries)} submissions in {place / 'submissions'}, the stubs in {place / 'base'}")
    return 0


def how(options: argparse.Namespace, seed: int | None) -> Options:
    """How to grade, by the options."""
    seed = secrets.randbelow(MOST_SEED) if seed is None else seed
    rest = {name: getattr(options, name) for name in ("examples", "seconds", "memory", "partial", "dask")}
    return Options(seed=seed, jobs=options.jobs or cores(), **rest)


def run(entries: list, out: Path, settings: Options, known: dict, keep=lambda _: None) -> None:
    """Grade, with progress on the screen; what the kit cannot do becomes a ValueError with a sentence."""
    progress = Progress()
    try:
        grade(entries, out.absolute(), settings, known, progress, keep)
    except (ChecksError, ThreadsError) as error:
        raise ValueError(str(error)) from None
    finally:
        progress.end()
