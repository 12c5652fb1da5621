"""Sizes and receptive fields as data: where a kernel stands along an image, and which pixels a number depends on."""

NAMES = {
    "conv_output_size": ("n", "kernel_size", "stride", "padding", "dilation"),
    "same_padding": ("kernel_size",),
    "trace_sizes": ("n", "layers"),
    "receptive_field": ("layers",),
}
LONGEST = 60  # pixels that are drawn in one line
MOST_LAYERS = 8


def size_picture(function: str, args: tuple, kwargs: dict, got: object, want: object) -> dict | None:
    """The picture of a call to a function of ex03; None if it would not fit on a page."""
    asked = {**dict(zip(NAMES[function], args, strict=False)), **kwargs}
    if function == "receptive_field":
        return cone(asked["layers"], got, want)
    lines = {"conv_output_size": of_one_layer, "same_padding": with_paddings, "trace_sizes": of_layers}[function]
    found = lines(asked, got, want)
    if not found or any(line["n"] + 2 * line["padding"] > LONGEST for line in found):
        return None
    return {"kind": "lines", "lines": found, "holdsSides": False}


def of_one_layer(asked: dict, got: object, want: int) -> list[dict]:
    """The one line of conv_output_size."""
    return [line(f"{want} places; you count {got}", **asked)]


def with_paddings(asked: dict, got: object, want: int) -> list[dict]:
    """The line with the padding that keeps the size, and the one with the padding that was answered."""
    kernel_size = asked["kernel_size"]
    n = kernel_size + 2
    found = [line(f"padding {want} keeps {n} pixels {n}", n, kernel_size, padding=want)]
    if type(got) is int and 0 <= got < LONGEST:
        yours = line("", n, kernel_size, padding=got)
        found.append({**yours, "name": f"your padding {got} makes {len(yours['places'])} of {n} pixels"})
    return found


def of_layers(asked: dict, got: object, want: list[int]) -> list[dict]:
    """A line for each layer; after each, how large it should be and how large it was said to be."""
    found = []
    for i, (kernel_size, stride, padding) in enumerate(asked["layers"][:MOST_LAYERS]):
        said = got[i + 1] if isinstance(got, list | tuple) and i + 1 < len(got) else "no size"
        remark = "" if said == want[i + 1] else f"; you say {said}"
        name = f"layer {i}: {want[i]} pixels become {want[i + 1]}{remark}"
        found.append(line(name, want[i], kernel_size, stride, padding) | {"differs": bool(remark)})
    return found


def line(name: str, n: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> dict:
    """The places of a kernel, counted from the image's own first pixel, and which pixels are left over."""
    span = dilation * (kernel_size - 1) + 1
    places = list(range(-padding, n + padding - span + 1, stride))
    end = places[-1] + span if places else -padding
    taps = list(range(0, span, dilation))
    left = list(range(end, n + padding))
    return {"name": name, "n": n, "padding": padding, "taps": taps, "places": places, "left": left, "differs": True}


def cone(layers: list, got: object, want: int) -> dict | None:
    """The numbers of each layer that one number of the last layer depends on, the image last.

    Each stands where it lies on the image: a number of a later layer over the middle of what it has seen.
    """
    if not layers or len(layers) > MOST_LAYERS or want > LONGEST:
        return None
    seen, levels = [0], []
    for kernel_size, stride, _ in reversed(layers):
        levels.append(seen)
        seen = sorted({place * stride + tap for place in seen for tap in range(kernel_size)})
    levels.append(seen)  # of the image
    jump, size, scales = 1, 1, [(1, 1)]
    for kernel_size, stride, _ in layers:
        size, jump = size + (kernel_size - 1) * jump, jump * stride
        scales.append((jump, size))
    rows = []
    for depth, (places, (jump, size)) in enumerate(zip(levels, reversed(scales), strict=True)):
        at = [place * jump + (size - 1) / 2 for place in places]
        rows.append({"name": f"layer {len(layers) - 1 - depth}" if depth < len(layers) else "image", "at": at})
    links = [
        [[i, below.index(place * stride + tap)] for i, place in enumerate(above) for tap in range(kernel_size)]
        for (kernel_size, stride, _), above, below in zip(reversed(layers), levels, levels[1:], strict=False)
    ]
    return {"kind": "cone", "rows": rows, "links": links, "got": got if type(got) is int else None, "want": want}
