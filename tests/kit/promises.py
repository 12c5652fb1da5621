"""Which checks fail when a sentence of a docstring is broken.

    python tests/kit/promises.py            # the table: each sentence with its checks
    python tests/kit/promises.py --write    # put new sentences into tests/promises/, and take old ones out

Who writes a sentence names its checks in tests/promises/; a test fails as long as a sentence has none.
"""

import argparse
import ast
import json
import sys
import tomllib

from bank import ROOT
from kit.course.docstrings import sentences
from kit.course.manifest import Exercise, exercises

FOLDER = ROOT / "tests" / "promises"
EXAMPLES = "keeps_the_examples_of_its_docstring"  # which hold for the whole docstring


def promises(exercise: Exercise) -> dict[str, dict[str, list[str]]]:
    """Of each function the sentences that are known, each with its checks: their names without test_ and function."""
    path = FOLDER / f"{exercise.name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def checks_of(exercise: Exercise, function: str) -> list[str]:
    """The checks of a function, named as in tests/promises/."""
    body = ast.parse(exercise.test_file.read_text(encoding="utf-8")).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [n.removeprefix(f"test_{function.lower()}_") for n in names if exercise.function_of(n) == function]


def faults(exercise: Exercise) -> list[str]:
    """What is wrong with the table of an exercise."""
    known, found = promises(exercise), []
    for function in exercise.checks:
        table, checks = known.get(function, {}), checks_of(exercise, function)
        promised = sentences(exercise, function)
        found += [f"{function}: no check is named for {s!r}" for s in promised if not table.get(s)]
        found += [f"{function}: the docstring does not say {s!r}" for s in table if s not in promised]
        found += [f"{function}: there is no check {c!r}" for named in table.values() for c in named if c not in checks]
        named = {check for checks in table.values() for check in checks}
        found += [f"{function}: nothing promises what {c!r} asks for" for c in checks if c not in {*named, EXAMPLES}]
    return found + [f"{exercise.name} has no {function!r}" for function in known if function not in exercise.checks]


def text_of(exercise: Exercise) -> str:
    """The table as it should stand in tests/promises/: every sentence, with the checks that are known for it."""
    known, lines = promises(exercise), []
    for function in exercise.checks:
        lines += [f"[{function}]"]
        for sentence in sentences(exercise, function):
            checks = known.get(function, {}).get(sentence, [])
            named = "".join(f"    {json.dumps(check)},\n" for check in checks)
            lines += [f"{json.dumps(sentence, ensure_ascii=False)} = [\n{named}]"]
        lines += [""]
    return "\n".join(lines)


def main() -> int:
    """Print the table, or write it; status 1 if a promise has no check."""
    parser = argparse.ArgumentParser(description="Which checks hold which promise.")
    parser.add_argument("--write", action="store_true", help="bring tests/promises/ up to the docstrings")
    wants_to_write, found = parser.parse_args().write, []
    for exercise in exercises():
        if wants_to_write:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{exercise.name}.toml").write_text(text_of(exercise), encoding="utf-8")
        found += faults(exercise)
        for function, table in promises(exercise).items():
            print(f"\n{exercise.id}.{function}")
            for sentence, checks in table.items():
                print(f"  {sentence}\n    " + "\n    ".join(checks or ["NO CHECK"]))
    print("\n".join(["", *found]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
