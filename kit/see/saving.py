"""A saved file as data: its names beside those of the model."""

from kit.learner.lazy_torch import is_tensor
from kit.see.values import same
from kit.verdict.harmless import harmless

MOST = 60  # names


def saving_picture(got: object, want: object) -> dict | None:
    """The data of the picture of the saving that kit.see.questions asks for; None if the files hold the same."""
    model, file = (dict.get(side, "content") if isinstance(side, dict) else None for side in (want, got))
    if not isinstance(model, dict) or same(file, model):
        return None
    names = [*model, *(name for name in file if name not in model)] if isinstance(file, dict) else [*model]
    held = file if isinstance(file, dict) else {}
    rows = [row(name, model.get(name), held.get(name), name in held) for name in names[:MOST]]
    problem = "" if isinstance(file, dict) else harmless(str(file))
    return {"kind": "saving", "rows": rows, "problem": problem, "sentence": sentence(rows, problem), "holdsSides": True}


def row(name: object, model: object, file: object, is_there: bool) -> dict:
    """One name: what the model has under it, and what the file."""
    return {
        "name": harmless(str(name)),
        "model": described(model),
        "file": described(file) if is_there else "",
        "differs": not same(model, file),
    }


def described(value: object) -> str:
    """A tensor by its shape and dtype, anything else by its type."""
    if is_tensor(value):
        return f"{tuple(value.shape)}, {str(value.dtype).removeprefix('torch.')}"
    return "" if value is None else type(value).__name__


def sentence(rows: list[dict], problem: str) -> str:
    """What is the matter with the file."""
    if problem:
        return f"The file holds no named tensors: {problem}."
    missing = [row["name"] for row in rows if row["model"] and not row["file"]]
    extra = [row["name"] for row in rows if row["file"] and not row["model"]]
    others = [row["name"] for row in rows if row["differs"] and row["name"] not in (*missing, *extra)]
    said = [("lacks", missing), ("has besides", extra), ("holds other numbers under", others)]
    parts = [f"{verb} {', '.join(names)}" for verb, names in said if names]
    return f"The file {', and '.join(parts)}."
