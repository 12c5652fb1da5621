"""Groups of wrong answers that have no name yet, as blocks for tests/mistakes/: the bank then knows them next time.

A block holds the shortest of these answers with what it needs of its file. It is a stranger's code: read it, say in the
two sentences what is misunderstood, and paste it at the end of the file of its exercise.
"""

import ast
import builtins
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from kit.course.manifest import ROOT
from kit.grade import record
from kit.grade.merging import record_files
from kit.grade.misunderstandings import Case, grouped

EXPLAINED = ("wrong", "crashed")  # verdicts that a known mistake can have
LONGEST = 90  # characters of a sentence


def propose(folder: Path, files: Path) -> Iterator[str]:
    """The blocks for the records of a folder, with a comment each; `files` has the copies of what was judged."""
    records = [record.load(path) for path in record_files(folder)]
    for (exercise, function), groups in grouped(records).items():
        for cases in sorted(groups.values(), key=len, reverse=True):
            if cases[0].function["verdict"] in EXPLAINED and not cases[0].failure["cause"]:
                sources = sorted({source for case in cases if (source := _source(case, files))}, key=_length)
                blocks = (block(exercise, function, source, cases) for source in sources)
                yield next((each for each in blocks if each), "")


def _source(case: Case, files: Path) -> str:
    """The exercise file of a case; nothing if it is not kept any more."""
    path = files / f"{case.exercise['files'][case.exercise['exercise'] + '.py']}.py"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _length(source: str) -> tuple[int, str]:
    return len(source), source


def block(exercise: str, function: str, source: str, cases: list[Case]) -> str:
    """One answer as an entry of the bank; nothing if it is not written as one."""
    body = ast.parse(source).body
    known = {ast.dump(node) for node in ast.parse((ROOT / "solutions" / f"{exercise}.py").read_text("utf-8")).body}
    own = next((node for node in reversed(body) if getattr(node, "name", "") == function), None)
    if not isinstance(own, ast.FunctionDef | ast.ClassDef) or own.decorator_list:
        return ""
    needed = [node for node in _needed(own, body) if ast.dump(node) not in known]
    name = f"seen_{hashlib.sha256(ast.unparse([*needed, own]).encode()).hexdigest()[:8]}"
    if isinstance(own, ast.ClassDef):
        before = "".join(f"{ast.unparse(node)}\n\n\n" for node in needed)
    else:
        before, own.body = "", _body(own, needed)
    own.name, own.decorator_list = name, [_marker(function, cases)]
    failure = cases[0].failure
    example = " ".join(f"{failure['call']} gives {failure['got'] or failure['account']}".split())
    about = f"# {exercise}.{function}, {len(cases)} of those who handed it in: {_short(example)}\n"
    return f"{about}{before}{ast.unparse(ast.fix_missing_locations(own))}\n"


def _body(own: ast.FunctionDef, needed: list[ast.stmt]) -> list[ast.stmt]:
    """The function's body below what it needs; of one that calls itself, the whole of it and a call."""
    rest = own.body[1:] if ast.get_docstring(own) is not None else own.body
    if own.name not in _names(ast.Module(rest, [])):
        return [*needed, *rest] or [ast.Pass()]
    arguments = [ast.Name(each.arg) for each in (*own.args.posonlyargs, *own.args.args)]
    keywords = [ast.keyword(each.arg, ast.Name(each.arg)) for each in own.args.kwonlyargs]
    inner = ast.FunctionDef(own.name, own.args, rest, [], None, None)
    return [*needed, inner, ast.Return(ast.Call(ast.Name(own.name), arguments, keywords))]


def _needed(own: ast.stmt, body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a file that make the names that a function uses, and that these use, in the file's order."""
    makers: dict[str, list[ast.stmt]] = {}
    for node in body:
        for name in _made(node):
            makers.setdefault(name, []).append(node)
    found, names = {}, [*_names(own)]
    while names:
        for node in makers.get(names.pop(), ()):
            if node is not own and id(node) not in found and getattr(node, "name", "") != own.name:
                found[id(node)] = node
                names += _names(node)
    return [node for node in body if id(node) in found]


def _made(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _names(node: ast.AST) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    return names - {*dir(builtins)}


def _marker(function: str, cases: list[Case]) -> ast.Call:
    """The decorator, with what is seen for the sentences that somebody has to write."""
    failure = cases[0].failure
    sentence = failure["account"] or f"it gives {failure['got']}, want {failure['want']}"
    look = failure["seen"] or failure["when"] or failure["because"] or "say what to look at"
    return ast.Call(
        ast.Name("mistake"), [ast.Constant(each) for each in (function, _short(sentence), _short(look))], []
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def shown(folder: Path, files: Path) -> str:
    """All blocks as one text. Raises ValueError if there is none."""
    if not folder.is_dir():
        raise ValueError(f"There is no folder {json.dumps(str(folder), ensure_ascii=False)} with records.")
    blocks = [each for each in propose(folder, files) if each]
    if not blocks:
        raise ValueError(f"Every wrong answer in {folder} has a name, or its files are not kept.")
    return "\n\n".join(blocks)
