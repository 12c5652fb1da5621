"""A loading as data: the names in the file beside what the model has under them afterwards."""

import io

from kit.learner.call import RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.see.questions import state
from kit.see.saving import described
from kit.see.values import same
from kit.verdict.harmless import harmless

ABOUT = {"kind": "what is returned", "devices": "where the model stands", "training": "what is in train mode"}


def loading_picture(asked: RecordedCall, right: RecordedCall) -> dict | None:
    """The data of the picture of a file that was loaded or should have been refused; None if all is right."""
    probe = asked.header.get("probe")
    if asked.account or asked.changed or right.account:
        return None
    return refused_picture(asked) if probe == "refused" else loaded_picture(asked, right)


def loaded_picture(asked: RecordedCall, right: RecordedCall) -> dict | None:
    """The file beside the model afterwards, and where the model stands."""
    file, got, want = read(asked.args[2]), asked.value, right.value
    if file is None or not isinstance(got, dict):
        return None
    model = dict.get(got, "state")
    model = model if isinstance(model, dict) else {}
    rows = [row(name, file.get(name), model.get(name)) for name in dict.fromkeys([*file, *model])]
    wrong = [r["cells"][0] for r in rows if r["differs"]]
    said = [f"Not as in the file: {', '.join(wrong)}"] if wrong else []
    for name, words in ABOUT.items():
        one, other = (listed(dict.get(side, name)) for side in (got, want))
        rows.append({"cells": [words, other, one], "differs": one != other})
        said += [f"{words}: {one}, where {other} is right"] if one != other else []
    if not said:
        return None
    heads = ["name", "in the file", "in your model then"]
    text = "; ".join(said)
    return table("What is in the model once the file is loaded", heads, rows, f"{text[:1].upper()}{text[1:]}.")


def refused_picture(asked: RecordedCall) -> dict | None:
    """A file that does not fit beside the model that it was meant for."""
    (file, *_), (types, message) = asked.args, asked.value
    if {"RuntimeError", "ValueError"} & {*types}:
        return None
    model = state()
    rows = []
    for name in dict.fromkeys([*model, *file]):
        one, other = shape(file.get(name)), shape(model.get(name))
        rows.append({"cells": [harmless(str(name)), one, other], "differs": one != other})
    wrong = ", ".join(r["cells"][0] for r in rows if r["differs"])
    raised = f"raises {types[0]}: {message}" if types else "raises nothing"
    said = f"The file does not fit the model in {wrong}, and yours {harmless(raised)}."
    return table("A file that does not fit", ["name", "in the file", "in the model"], rows, said)


def read(data: object) -> dict | None:
    """The tensors of a file, which the kit has written; None if there are none."""
    import torch

    if not is_tensor(data) or data.dtype is not torch.uint8:
        return None
    return torch.load(io.BytesIO(bytes(data.tolist())), weights_only=True, map_location="cpu")


def row(name: str, file: object, model: object) -> dict:
    """One name, with the numbers where they are few."""
    return {"cells": [harmless(str(name)), numbers(file), numbers(model)], "differs": not same(model, file)}


def numbers(tensor: object) -> str:
    """A tensor by its shape and its first numbers."""
    if not is_tensor(tensor) or tensor.is_complex():
        return described(tensor) or "–"
    shown = ", ".join(f"{x:.4g}" for x in tensor.flatten()[:3].tolist())
    return f"{tuple(tensor.shape)}: {shown}{', …' if tensor.numel() > 3 else ''}"


def shape(tensor: object) -> str:
    """A tensor by its shape."""
    return described(tensor) or "–"


def listed(told: object) -> str:
    """Words as they are listed."""
    return harmless((", ".join(map(str, told)) or "none") if isinstance(told, list | tuple) else str(told))


def table(title: str, head: list[str], rows: list[dict], sentence: str, is_finding: bool = True) -> dict:
    """A picture that is a table; its sentence may be the page's finding, and the table then holds got and want."""
    said = {"sentence": sentence, "isFinding": is_finding, "holdsSides": is_finding}
    return {"kind": "table", "title": title, "head": head, "rows": rows, **said}
