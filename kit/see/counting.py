"""A count of a network's parameters as data: its tensors by name, which of them count, and which you counted."""

import itertools
import math

KINDS = {
    "frozen": "those that are frozen, which training does not change",
    "shared": "shared ones a second time",
    "buffer": "buffers, which are no parameters",
}


def counting_picture(source: str, got: object, want: int, tensors: list[dict]) -> dict | None:
    """The data of the picture of count_parameters; None if the count is right or none."""
    if type(want) is not int or got == want:
        return None
    rows = [row(tensor) for tensor in tensors]
    names, said = explained(rows, got, want)
    return {
        "kind": "counting",
        "source": source,
        "tensors": [{**r, "isYours": None if names is None else r["name"] in names} for r in rows],
        "got": got if type(got) in (int, float) and math.isfinite(got) else None,
        "want": want,
        "sentence": said,
        "holdsSides": True,
    }


def row(tensor: dict) -> dict:
    """A tensor with its number of numbers, and why it counts or does not."""
    why = "shared" if tensor["same as"] and tensor["kind"] != "buffer" else tensor["kind"]
    sides = [*tensor["shape"]]
    return {"name": tensor["name"], "sides": sides, "n": math.prod(sides), "why": why, "counts": why == "parameter"}


def explained(rows: list[dict], got: object, want: int) -> tuple[set[str] | None, str]:
    """The names of the tensors that give just this count, and in words; None where none or several ways do."""
    if type(got) is not int:
        return None, "Your count is no int."
    kinds = sorted({r["why"] for r in rows})
    ways = [{*some} for count in range(1, len(kinds) + 1) for some in itertools.combinations(kinds, count)]
    found = [way for way in ways if sum(r["n"] for r in rows if r["why"] in way) == got]
    found = [way for way in found if "parameter" in way] or found  # it is likelier to count too much
    weights = [r for r in rows if r["counts"] and not r["name"].endswith("bias")]
    if not found and sum(r["n"] for r in weights) == got:
        return {r["name"] for r in weights}, f"Yours leaves out the biases: {want - got} too few."
    if len(found) != 1:
        return None, f"{abs(got - want)} too {'many' if got > want else 'few'}."
    extra = " and ".join(KINDS[kind] for kind in KINDS if kind in found[0])
    said = [f"counts {extra}"] if extra else []
    said += ["leaves out what does count"] if "parameter" not in found[0] else []
    return {
        r["name"] for r in rows if r["why"] in found[0]
    }, f"Yours {' and '.join(said)}: {abs(got - want)} too {'many' if got > want else 'few'}."
