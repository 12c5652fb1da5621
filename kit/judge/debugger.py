"""`pytest --in-process --pdb`: at a wrong answer the call is made once more, and the debugger stops in it."""

import contextlib
import pdb
from bdb import BdbQuit

import pytest

from kit.learner.in_process import InProcess


def stop_in_the_last_call(learner: InProcess, config: pytest.Config) -> None:
    """Run the learner's last call under pdb: n goes to the next line, s into a call, q ends it."""
    if not learner.calls:
        return
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture:
        capture.suspend_global_capture(in_=True)
    call = learner.calls[-1]
    print("\nThe call with the wrong answer is made once more: n next line, s into a call, q quit.")
    with contextlib.suppress(BdbQuit):
        pdb.Pdb().runcall(learner.function_of(call.header), *call.args, **call.kwargs)
    pytest.exit("the debugger was left", returncode=1)  # before pytest's own looks into the check
