"""The files that are saved and submitted while the bench looks at the clock: right answers, and known mistakes."""

import ast

from kit.course.manifest import find
from kit.course.mistakes import Answer, mistakes


def right_answer(name: str) -> str:
    """The solution, with what the known mistakes of its exercise have in common."""
    ((exercise, function),) = find(name)
    return mistakes(exercise, function)[0].before


def with_mistake(answer: Answer) -> str:
    """The solution, and below it a mistake under the name of the function."""
    tree, (wrong,) = ast.parse(answer.before), ast.parse(answer.block).body
    wrong.name = answer.function
    tree.body.append(wrong)
    return ast.unparse(tree)


def touched(source: str, function: str, number: int) -> str:
    """The same program, with one statement more that does nothing."""
    tree = ast.parse(source)
    node = next(n for n in tree.body if getattr(n, "name", "") == function)
    node.body.insert(1, ast.Expr(ast.Constant(number)))
    return ast.unparse(ast.fix_missing_locations(tree))
