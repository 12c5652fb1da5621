"""A learner process is as good a place as any other: what an ordinary script does there works."""

import pytest
import torch

from kit.learner.call import LearnerError, NoAnswer
from kit.learner.workers import Limits

ORDINARY = {
    "reconfigure": "sys.stdout.reconfigure(encoding='utf-8', errors='replace'); sys.stderr.reconfigure()",
    "file descriptor": "assert sys.stdout.fileno() == 1 and sys.stderr.fileno() == 2",
    "encoding": "assert sys.stdout.encoding == 'utf-8' and sys.stdout.errors and sys.stdout.name == '<stdout>'",
    "no terminal": "assert not sys.stdout.isatty() and sys.stdout.writable() and not sys.stdout.readable()",
    "bytes": "sys.stdout.buffer.write(b'bytes\\n'); sys.stdout.buffer.flush(); sys.stdout.flush()",
    "lines": "sys.stdout.writelines(['a\\n', 'b\\n']); print('c', end='', file=sys.stderr, flush=True)",
    "wrapped anew": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8'); print('é')",
    "other encoding": "sys.stdout.reconfigure(encoding='ascii', errors='replace'); print('é')",
    "redirected": "with contextlib.redirect_stdout(io.StringIO()) as text: print('x')",
    "closed": "sys.stdout.close()",
    "faulthandler": "faulthandler.enable(); faulthandler.dump_traceback_later(999); faulthandler.disable()",
    "logging": "logging.basicConfig(level=logging.DEBUG); logging.info('x')",
    "warnings": "warnings.simplefilter('error'); warnings.resetwarnings()",
    "signal": "signal.signal(signal.SIGUSR1, lambda *_: None); signal.getsignal(signal.SIGINT)",
    "recursion": "sys.setrecursionlimit(5000)",
    "environment": "os.environ['OMP_NUM_THREADS'] = '2'; os.environ.setdefault('X', 'y')",
    "at the end": "atexit.register(print, 'bye')",
    "thread": "t = threading.Thread(target=print, args=('x',)); t.start(); t.join()",
    "torch's settings": "torch.set_printoptions(precision=3); torch.manual_seed(1); torch.set_num_threads(2)",
    "deterministic": "torch.use_deterministic_algorithms(True); torch.backends.cudnn.benchmark = False",
    "temporary file": "tempfile.TemporaryDirectory().cleanup()",
    "locale": "import locale; locale.setlocale(locale.LC_ALL, 'C')",
}
IMPORTS = (
    "import atexit, contextlib, faulthandler, io, logging, os, signal, sys, tempfile, threading, torch, warnings\n"
)


@pytest.mark.parametrize("what", ORDINARY)
@pytest.mark.parametrize("where", ["at the top of the file", "in a call"])
def test_what_an_ordinary_script_does_to_its_surroundings_works(make_learner, what, where):
    body = ORDINARY[what]
    if where == "in a call":
        learner = make_learner(f"{IMPORTS}def f(x):\n    {body}\n    return x + 1")
    else:
        learner = make_learner(f"{IMPORTS}{body}\ndef f(x): return x + 1")
    assert [learner.f(1), learner.f(2)] == [2, 3]


def test_what_is_printed_arrives_in_order_whatever_way_it_takes(make_learner):
    prints = "print('one'); sys.stdout.buffer.write(b'two\\n'); print('drei é', file=sys.stderr)"
    learner = make_learner(f"import sys\ndef f(): {prints}")
    learner.f()
    assert learner.printed == "one\ntwo\ndrei é\n"


@pytest.mark.parametrize("starter", ["forked", "fresh"])
def test_memory_that_nobody_has_set_holds_the_same_at_every_call(make_learner, starter):
    code = """
    import torch
    def f():
        unset = torch.empty(2, 3), torch.ones(1).new_empty(2), torch.empty_like(torch.ones(2, dtype=torch.int64))
        torch.use_deterministic_algorithms(False)
        return unset
    """
    learner = make_learner(code, starter=starter)
    for floats, others, whole in (learner.f(), learner.f()):
        assert floats.isnan().all()
        assert others.isnan().all()
        assert (whole == torch.iinfo(torch.int64).max).all()


def test_an_operation_that_torch_does_not_have_is_a_crash_and_no_stub(make_learner):
    learner = make_learner("import torch\ndef f(): return torch.ones(2) ^ torch.ones(2)")
    with pytest.raises(LearnerError) as caught:
        learner.f()
    assert caught.value.account.word == "crashed"


@pytest.mark.parametrize(
    "line", ["raise NotImplementedError", "raise NotImplementedError  # later", "raise NotImplementedError('x')"]
)
def test_the_line_of_a_stub_is_not_started(make_learner, line):
    learner = make_learner(f"def g(): {line}\ndef f():\n    return g()")
    with pytest.raises(NoAnswer, match="not started"):
        learner.f()


SLOW_TO_LOAD = {
    "torch.func": "from torch.func import grad\ndef f(x): return grad(lambda y: (y * y).sum())(x)",
    "vmap": "import torch\ndef f(x): return 2 * torch.vmap(lambda y: y)(x)",
    "deterministic": "import torch\ntorch.use_deterministic_algorithms(True)\ndef f(x): return 2 * x",
}


@pytest.mark.parametrize("what", SLOW_TO_LOAD)
def test_what_takes_torch_seconds_to_load_is_not_the_learners_time(make_learner, what):
    learner = make_learner(SLOW_TO_LOAD[what], limits=Limits(call=1.5))
    assert torch.equal(learner.f(torch.ones(2)), 2 * torch.ones(2))
