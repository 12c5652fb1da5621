"""The records of a folder, and those of several shards put together."""

from pathlib import Path

from kit.grade import record


def merged(folders: list[Path]) -> dict[str, dict]:
    """The records of several folders by name. Raises ValueError where they do not fit together."""
    found: dict[str, dict] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"There is no folder {str(folder)!r}.")
        for path in record_files(folder):
            new = record.load(path)
            first = next(iter(found.values()), new)
            for name in ("judged_with", "partial"):
                if new[name] != first[name]:
                    raise ValueError(f"{path} was judged in another way than {first['submission']['name']}: {name}.")
            if without_seconds(found.get(path.stem, new)) != without_seconds(new):
                raise ValueError(f"There are two different records of {path.stem}.")
            found.setdefault(path.stem, new)
    if not found:
        raise ValueError(f"There is no record in {', '.join(map(str, folders))}.")
    return dict(sorted(found.items()))


def record_files(folder: Path) -> list[Path]:
    """The records in a folder."""
    return [path for path in sorted(folder.glob("*.json")) if path.name != "class.json"]


def without_seconds(value: object) -> object:
    """A record without what differs from run to run."""
    if isinstance(value, dict):
        return {name: without_seconds(item) for name, item in value.items() if name != "seconds"}
    return [without_seconds(item) for item in value] if isinstance(value, list) else value
