"""Small changes to code such as a person makes by mistake: one at a time, each meaning once.

An operator, a number, a condition, an order, a forgotten call or statement, rows for columns. Docstrings, hints and the
words of a complaint are left alone.
"""

import ast
from collections.abc import Iterator

LEFT_ALONE = {"annotation", "returns", "decorator_list", "type_params"}
OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.FloorDiv],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div, ast.Mod],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq, ast.Lt, ast.Gt],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
TWINS = ["h w", "kh kw", "sh sw", "ph pw", "i j", "a b", "r c", "top left", "tops lefts", "rows columns", "mean std"]
SYMMETRIC = {"result_type", "maximum", "minimum", "max", "min", "hypot", "transpose", "flip"}
TWIN_OF = {one: other for pair in map(str.split, TWINS) for one, other in (pair, pair[::-1])}


def mutations(source: str, and_itself: bool = False) -> Iterator[str]:
    """The code with one change, for each change; first of all as it is, if that is wanted."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    if and_itself:
        yield from seen
    for container, key, node in _places(tree):
        for other in _instead_of(node):
            container[key] = other
            changed = ast.unparse(tree)
            container[key] = node
            if changed not in seen:
                seen.add(changed)
                yield changed


def _places(node: ast.AST) -> Iterator[tuple[list | dict, int | str, ast.AST]]:
    """Where each node below this one stands: in a list or in the fields of another node."""
    for container, key, child in [*_children(node)]:
        yield container, key, child
        yield from _places(child)


def _children(node: ast.AST) -> Iterator[tuple[list | dict, int | str, ast.AST]]:
    """The same for its own parts; nothing of a raise, since a complaint may be worded in many ways."""
    if isinstance(node, ast.Raise | ast.JoinedStr) or _is_formality(node):
        return
    for field, value in ast.iter_fields(node):
        if field in LEFT_ALONE:
            continue
        if isinstance(value, list):
            yield from ((value, i, child) for i, child in enumerate(value) if isinstance(child, ast.AST))
        elif isinstance(value, ast.AST):
            yield vars(node), field, value


def _instead_of(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    yield from (other() for other in OPERATORS.get(type(node), ()))
    for kind, others in OTHERS.items():
        if isinstance(node, kind):
            yield from others(node)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def _name(node: ast.Name) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load) and node.id in TWIN_OF:
        yield ast.Name(TWIN_OF[node.id], node.ctx)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node.func.value
    if len(node.args) == 2 and getattr(node.func, "attr", getattr(node.func, "id", "")) not in SYMMETRIC:
        yield ast.Call(node.func, node.args[::-1], node.keywords)
    for keyword in node.keywords if not any(map(_is_formality, node.keywords)) else ():
        yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])


def _is_formality(node: ast.AST) -> bool:
    """strict= stands where two lists have been found to be as long as each other."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "math", "F", "nn", "itertools", "right", "functools")


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for name in ("lower", "upper", "step"):
        if getattr(node, name):
            yield ast.Slice(**{**vars(node), name: None})


def _statement(node: ast.stmt) -> Iterator[ast.AST]:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if not is_docstring:
        yield ast.Pass()


def _assignment(node: ast.Assign) -> Iterator[ast.AST]:
    if not isinstance(node.targets[0], ast.Name | ast.Tuple):  # without a name, what follows ends at once
        yield ast.Pass()


def _comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for condition in node.ifs:
        yield ast.comprehension(node.target, node.iter, [c for c in node.ifs if c is not condition], node.is_async)


OTHERS = {
    ast.BinOp: lambda node: iter((node.left, node.right)),
    ast.BoolOp: lambda node: iter(node.values),
    ast.UnaryOp: lambda node: iter((node.operand,)),
    ast.IfExp: lambda node: iter((node.body, node.orelse)),
    ast.If: lambda node: iter((ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse),)),
    ast.Break: lambda _: iter((ast.Continue(),)),
    ast.Continue: lambda _: iter((ast.Break(),)),
    ast.AugAssign: lambda node: iter((ast.Assign([node.target], node.value, lineno=0),)),
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Call: _call,
    ast.Slice: _slice,
    ast.comprehension: _comprehension,
    ast.Expr | ast.AugAssign | ast.If | ast.For | ast.While | ast.With | ast.Raise | ast.Delete: _statement,
    ast.Assign: _assignment,
}
