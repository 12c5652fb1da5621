"""What a child process of the tests gets is the same, whoever runs the tests and however."""

import ast
import signal
import sys

import pytest

import processes
import warm_python
from kit.course.manifest import ROOT

FILES = sorted(path for path in (ROOT / "tests" / "kit").rglob("*.py") if path.name != "processes.py")
STARTERS = {"run", "Popen", "call", "check_call", "check_output", "system", "popen", "spawn"}
SAY = "import os, sys; print(sorted(os.environ)); print(sys.flags.optimize, sys.warnoptions)"
TELL = "import json, signal; print(json.dumps([n for n in range(1, 32) if signal.getsignal(n) == signal.SIG_IGN]), "
TELL += "list(signal.pthread_sigmask(signal.SIG_BLOCK, [])))"


def starts(tree):
    """The calls in a file that start a process by themselves."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="subprocess" | "os" | "pexpect"), attr=name)):
                if name in STARTERS:
                    yield node
            case ast.ImportFrom(module="subprocess" | "pexpect" | "multiprocessing"):
                raise AssertionError("import the module, so that this test sees what is started")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_child_process_gets_its_environment_from_one_place(path):
    for call in starts(ast.parse(path.read_text(encoding="utf-8"))):
        assert call.func.value.id == "pexpect", f"{path.name}:{call.lineno}: processes.run and .start do this"
        assert "environment(" in ast.get_source_segment(path.read_text(encoding="utf-8"), enclosing(path, call))


def enclosing(path, call):
    """The function in which a call stands."""
    functions = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
    return max((f for f in functions if f.lineno <= call.lineno <= f.end_lineno), key=lambda f: f.lineno)


def test_what_a_person_has_set_does_not_reach_a_child(monkeypatch):
    before = processes.run(sys.executable, "-c", SAY).stdout
    settings = {"PYTEST_ADDOPTS": "-v", "PYTHONOPTIMIZE": "1", "PYTHONWARNINGS": "error", "FORCE_COLOR": "1", "CI": "1"}
    for name, value in {
        **settings,
        "NOX_CURRENT_SESSION": "x",
        "LANG": "de",
        "LANGUAGE": "de",
        "PYTHONUTF8": "0",
    }.items():
        monkeypatch.setenv(name, value)
    assert processes.run(sys.executable, "-c", SAY).stdout == before


def test_signals_that_the_caller_ignores_or_holds_back_reach_a_child():
    program = f"import signal, sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests/kit')!r}]; "
    program += (
        "[signal.signal(n, signal.SIG_IGN) for n in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)]; "
    )
    program += "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM]); import processes; "
    program += f"processes.handle_signals_by_default(); print(processes.run(sys.executable, '-c', {TELL!r}).stdout)"
    done = processes.run(sys.executable, "-c", program)
    ignored_by_python = sorted({signal.SIGPIPE.value, signal.SIGXFSZ.value})
    assert done.stdout.strip() == f"{ignored_by_python} []", done.stderr


def test_a_module_runs_where_torch_is_loaded_already_and_nothing_of_the_kit(tmp_path):
    (tmp_path / "told.py").write_text("import sys; print(*(name in sys.modules for name in ('torch', 'rich', 'kit')))")
    done = processes.run(sys.executable, "-m", "told", cwd=tmp_path)
    assert done.stdout.split() == [str(warm_python.HAS_FORKS)] * 2 + ["False"], done.stderr
