"""What a check must not import, since each of these costs seconds: in the judge, and in the learners' processes."""

import json
import os
import shutil
import subprocess
import sys

from kit.course import ROOT, exercises

HEAVY = ["torch._dynamo", "torch._inductor", "torch.distributed.tensor", "sympy", "torchvision", "matplotlib"]
WATCHER = f"""
import json, os, sys

def report(who):
    with open(os.environ["HEAVY_FOUND"], "a") as file:
        print(json.dumps([who, [name for name in {HEAVY!r} if name in sys.modules]]), file=file)
"""
AT_THE_END_OF_THE_JUDGE = """
def pytest_unconfigure(): report('judge')
def pytest_runtest_teardown(): report('judge of a check')  # which may be another process
"""
AT_THE_END_OF_A_LEARNER = """
import os, signal, sys
sys.path.append({folder!r})
import watcher
_exit = os._exit
def _report_and_exit(*_):
    watcher.report(__name__)
    _exit(0)
os._exit = _report_and_exit
signal.signal(signal.SIGTERM, _report_and_exit)
"""


def test_a_whole_run_imports_nothing_heavy(tmp_path, monkeypatch):
    """Each solution gets an end that reports; SIGTERM in place of SIGKILL lets it speak."""
    (tmp_path / "watcher.py").write_text(WATCHER)
    (tmp_path / "at_the_end.py").write_text(
        "from watcher import report\nimport signal\nsignal.SIGKILL = signal.SIGTERM\n" + AT_THE_END_OF_THE_JUDGE
    )
    folder = tmp_path / "solutions"
    shutil.copytree(ROOT / "solutions", folder)
    for path in folder.glob("*.py"):
        path.write_text(path.read_text() + AT_THE_END_OF_A_LEARNER.format(folder=str(tmp_path)))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "HEAVY_FOUND": str(tmp_path / "found")}
    command = [sys.executable, "-m", "pytest", f"--folder={folder}", "-p", "at_the_end"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout
    found = [json.loads(line) for line in (tmp_path / "found").read_text().splitlines()]
    assert {who for who, _ in found} == {"judge", "judge of a check", *(exercise.name for exercise in exercises())}
    assert [(who, heavy) for who, heavy in found if heavy] == []
