"""Which operations take tensors of two devices, as on CUDA."""

import torch

from kit.learner.accelerator.words import FOREIGN_INDEX, MIXED

aten = torch.ops.aten
COPIES = {aten.copy_.default, aten._foreach_copy_.default}
INDEXING = {aten.index.Tensor, aten.index_put_.default, aten._index_put_impl_.default}
FILLING = {aten.fill_.Tensor, aten.masked_fill.Tensor, aten.masked_fill_.Tensor}


def refuse_mixed(func, args: tuple, kwargs: dict, on_device: type[torch.Tensor]) -> None:
    """Raise what CUDA raises, unless CUDA too would take these CPU tensors."""
    if func in COPIES:
        return
    if func in INDEXING:
        if not isinstance(args[0], on_device):
            raise RuntimeError(FOREIGN_INDEX)
        args = (args[0], *args[2:])  # the indices may lie on the CPU
    strangers = [each for each in _tensors_in([*args, *kwargs.values()]) if not isinstance(each, on_device)]
    takes_scalars = torch.Tag.pointwise in func.tags or func in INDEXING | FILLING
    targets = [args[0], kwargs.get("out")] if func._schema.is_mutable else []
    if not all(takes_scalars and stranger.dim() == 0 for stranger in strangers) or any(
        target is stranger for target in targets for stranger in strangers
    ):
        raise RuntimeError(MIXED)


def _tensors_in(tree: object) -> list[torch.Tensor]:
    """Every tensor in lists and tuples."""
    if isinstance(tree, torch.Tensor):
        return [tree]
    return [tensor for part in tree for tensor in _tensors_in(part)] if isinstance(tree, (list, tuple)) else []
