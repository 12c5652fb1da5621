"""Reads a call as a record shows it back into its function and arguments; nothing of the text is executed."""

import ast
from collections.abc import Callable

MAKERS = ("tensor", "ones", "zeros", "full", "empty")  # of torch
METHODS = ("double", "long", "permute")  # of a tensor
LARGEST = 10_000  # numbers in a tensor that is made of its shape


def read_call(text: str) -> tuple[str, list, dict] | None:
    """The function's name and its arguments; None for what was shortened, or says in words what was done."""
    try:
        node = ast.parse(text, mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return None
        return node.func.id, [*map(_value, node.args)], {each.arg: _value(each.value) for each in node.keywords}
    except (SyntaxError, ValueError, TypeError, RuntimeError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr) -> object:
    """What an expression stands for; raises ValueError for one that no record shows."""
    if isinstance(node, ast.List | ast.Tuple):
        items = [*map(_value, node.elts)]
        return items if isinstance(node, ast.List) else tuple(items)
    if isinstance(node, ast.Dict):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Attribute) and node.attr == "mT":
        return _value(node.value).mT
    if isinstance(node, ast.Call):
        return _function(node.func)(*map(_value, node.args), **{each.arg: _dtype(each) for each in node.keywords})
    return ast.literal_eval(node)


def _function(node: ast.expr) -> Callable:
    if isinstance(node, ast.Name) and node.id == "float":
        return float
    if not isinstance(node, ast.Attribute):
        raise ValueError(ast.dump(node))
    if isinstance(node.value, ast.Name) and node.value.id == "torch" and node.attr in MAKERS:
        import torch

        return torch.tensor if node.attr == "tensor" else _small(getattr(torch, node.attr))
    if node.attr in METHODS:
        return getattr(_value(node.value), node.attr)
    raise ValueError(ast.dump(node))


def _small(make: Callable) -> Callable:
    """A maker of tensors, of which no text asks for large ones."""

    def made(*arguments: object, **keywords: object) -> object:
        tensor = make(*arguments, **keywords, device="meta")
        if tensor.numel() > LARGEST:
            raise ValueError(f"{tensor.numel()} numbers")
        return make(*arguments, **keywords)

    return made


def _dtype(keyword: ast.keyword) -> object:
    import torch

    if keyword.arg != "dtype" or not isinstance(keyword.value, ast.Attribute):
        raise ValueError(ast.dump(keyword))
    return getattr(torch, keyword.value.attr)
