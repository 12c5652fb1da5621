"""The strength of an edge as data: what both of Sobel's kernels answer, and the root of their squares."""

from kit.learner.lazy_torch import is_tensor
from kit.see.grids import grid
from kit.see.kernels import correlated

MOST = 40  # rows and columns
SOBEL = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]  # for vertical edges


def edges_picture(image: object, got: object, want: object) -> dict | None:
    """The data of the picture of edge_strength; None if the answers cannot be laid side by side."""
    import torch

    if not is_tensor(got) or got.shape != want.shape or got.is_complex() or not want.numel():
        return None
    if max(image.shape) > MOST:
        return None
    sobel = torch.tensor(SOBEL)
    gx, gy = (correlated(image.double(), kernel) for kernel in (sobel, sobel.T))
    mine = grid("yours", got, want)
    i, j = mine["first"] or (0, 0)
    parts = [grid("gx", gx), grid("gy", gy), mine, grid("right", want, got)]
    frames = [{"kind": "right", "at": [i, j, 3, 3]}]
    x, y, one, other = (float(side[i, j]) for side in (gx, gy, got, want))
    return {
        "kind": "grids",
        "title": "Both directions, and the edge that they make",
        "note": "gx is the answer of Sobel's kernel for vertical edges, gy that for horizontal ones.",
        "keys": [["right", "the nine pixels of the first number that differs"]],
        "rows": [{"name": "", "grids": [grid("image", image, None, frames, "the image"), *parts]}],
        "sentence": f"At [{i}, {j}] √(({x:.4g})² + ({y:.4g})²) = {other:.4g}; yours is {one:.4g}.",
        "holdsSides": True,
    }
