"""Hostile and clumsy code: the judge lives, says the right word, and the next call is not affected."""

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest
import torch

import processes
from kit.learner import stand_in
from kit.learner.call import ChangedInputError, LearnerError, NoAnswer, WrongAnswerError
from kit.learner.protocol import Foreign
from kit.learner.workers import Limits

SHORT = Limits(call=0.5, grace=0.3)


def account_of(work):
    with pytest.raises((LearnerError, NoAnswer)) as caught:
        work()
    return caught.value.account


@pytest.mark.parametrize("starter", ["forked", "clean", "fresh"])
def test_values_cross_and_come_back_the_same(make_learner, starter):
    learner = make_learner("def f(*args, **kwargs): return args, kwargs", starter=starter)
    value = [1, 2.5, True, None, "ä", (1, [2]), {"a": torch.tensor([[1, 2]]), "b": torch.ones(2, 0)}]
    (got,), kwargs = learner.f(value, last=torch.tensor(3.0))
    assert str(got) == str(value)
    assert got[6]["a"].dtype == torch.int64
    assert got[6]["b"].shape == (2, 0)
    assert kwargs["last"] == torch.tensor(3.0)


@pytest.mark.parametrize("starter", ["forked", "clean", "fresh"])
def test_an_error_comes_with_its_type_message_and_line(make_learner, starter):
    learner = make_learner("def f(x):\n    y = x + 1\n    raise KeyError(f'no {y}')", starter=starter)
    account = account_of(lambda: learner.f(1))
    assert (account.word, account.types[0], account.message) == ("crashed", "KeyError", "'no 2'")
    assert account.lines == ((3, "raise KeyError(f'no {y}')"),)


@pytest.mark.parametrize("starter", ["forked", "clean", "fresh"])
def test_an_endless_loop_is_too_slow_with_its_line_and_not_called_again(make_learner, starter):
    learner = make_learner(
        "def f():\n    print('round')\n    while True: pass\ndef g(): return 1", starter=starter, limits=SHORT
    )
    account = account_of(learner.f)
    assert (account.word, account.lines, account.printed) == ("too slow", ((3, "while True: pass"),), "round\n")
    assert account_of(learner.g).word == "too slow"
    assert learner.workers.process is None  # nobody was started for the second call


def test_calls_that_are_quick_enough_one_by_one_are_too_slow_together(make_learner):
    learner = make_learner("import time\ndef f(): time.sleep(0.1)", limits=Limits(exercise=0.5))
    learner.f()
    account = account_of(lambda: [learner.f() for _ in range(10)])
    assert (account.word, account.message) == ("too slow", "its calls took more than 0.5 s together")
    assert learner.workers.process is None


def test_starts_count_where_each_call_needs_a_new_process(make_learner):
    code = """
    import threading, time
    time.sleep(0.2)
    def f(): threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
    """
    learner = make_learner(code, limits=Limits(exercise=0.5))
    account = account_of(lambda: [learner.f() for _ in range(10)])
    assert (account.word, account.message) == ("too slow", "its calls took more than 0.5 s together")


def test_starts_count_though_no_call_takes_long(make_learner, monkeypatch):
    monkeypatch.setattr(stand_in, "SECONDS_OF_A_START", 40.0)
    code = "import os\ndef f(): os._exit(0)\ndef g(): os._exit(0)"
    learner = make_learner(code, limits=Limits(exercise=140.0))
    accounts = [account_of(function) for function in (learner.f, learner.g) * 3]
    assert [account.word for account in accounts] == ["crashed"] * 3 + ["too slow"] * 3


def test_large_answers_are_let_go_of_and_the_first_and_the_last_are_kept(make_learner, monkeypatch):
    monkeypatch.setattr(stand_in, "MOST_BYTES", 1 << 20)
    learner = make_learner("import torch\ndef f(n): return {'a': [torch.full((1 << 16,), float(n))]}")
    for n in range(10):
        learner.f(n)
    assert [call.args[0] for call in learner.calls] == [0, 1, 8, 9]


def test_a_loop_that_swallows_everything_is_killed(make_learner):
    learner = make_learner(
        """
        def f():
            while True:
                try:
                    while True: pass
                except BaseException: pass
    """,
        limits=SHORT,
    )
    assert account_of(learner.f).word == "too slow"
    assert learner.workers.process is None


ENDINGS = {
    "os._exit(0)": "exit status 0",
    "os.close(3) or os.closerange(3, 99)": "SIGKILL",
    "ctypes.string_at(0)": "SIGSEGV",
    "signal.raise_signal(9)": "SIGKILL",
}


@pytest.mark.parametrize("code", ENDINGS)
def test_a_process_that_ends_is_crashed_and_the_next_function_is_judged(make_learner, code):
    learner = make_learner(f"import ctypes, os, signal\ndef f(): {code}\ndef g(): return 1")
    account = account_of(learner.f)
    assert account.word == "crashed"
    assert ENDINGS[code] in account.message
    assert learner.g() == 1


def test_a_process_without_its_channel_ends_in_the_same_words_whoever_is_quicker(make_learner, monkeypatch):
    learner = make_learner("import os\ndef f(): os.closerange(3, 99)")
    end = learner.workers.end

    def end_late():
        while processes.is_running(learner.workers.process.pid):
            time.sleep(0.01)
        return end()

    at_once = account_of(learner.f)
    monkeypatch.setattr(learner.workers, "end", end_late)
    assert account_of(learner.f) == at_once


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("import sys; sys.exit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise type('Own', (BaseException,), {})", "Own"),
        ("import pytest; pytest.skip('no')", "Skipped"),
        ("import pytest; pytest.exit('no', returncode=0)", "Exit"),
        ("import unittest; raise unittest.SkipTest", "SkipTest"),
        ("f = lambda: f(); f()", "RecursionError"),
        ("bytearray(8 << 30)", "MemoryError"),
        ("import os; [os.open(os.devnull, 0) for _ in range(1000)]", "OSError"),
        ("import torch; torch.ones(1 << 30, dtype=torch.float64)", "RuntimeError"),
    ],
)
def test_whatever_is_raised_is_crashed(make_learner, statement, kind):
    learner = make_learner(f"def f():\n    {statement}\ndef g(): return 1")
    account = account_of(learner.f)
    assert (account.word, account.types[0]) == ("crashed", kind)
    assert learner.g() == 1


def test_only_the_learners_own_raise_is_not_started(make_learner):
    learner = make_learner("""
        import torch
        def f(): raise NotImplementedError
        def g(): return torch.nn.Module()(1)
    """)
    assert account_of(learner.f).word == "not started"
    assert account_of(learner.g).word == "crashed"


@pytest.mark.parametrize(
    ("code", "message", "line"),
    [
        (None, "No such file", None),
        ("def f(:\n    pass", "invalid syntax", 1),
        (b"x = 1\nname = '\xff\xfe'\n", "utf-8", None),
        ("import torch\nraise ValueError('at import')", "at import", 2),
        ("import os\nos._exit(0)", "exit status 0", None),
        ("import sys\nsys.exit(0)", "", 2),
        ("from kit.given import nothing", "cannot import name", 1),
    ],
)
def test_a_file_that_cannot_be_imported_says_so_with_the_line(make_learner, code, message, line):
    learner = make_learner(code)
    account = account_of(lambda: learner.f(1))
    assert (account.word, message in account.message) == ("cannot import", True), account
    assert line is None or account.lines[-1][0] == line
    assert account_of(lambda: learner.g(1)).word == "cannot import"


def test_a_renamed_function_cannot_be_imported_and_the_nearest_is_named(make_learner):
    learner = make_learner("x = 1\ndef conv2D(x): return x\ndef g(): return 1")
    account = account_of(lambda: learner.conv2d(1))
    assert (account.word, account.message) == ("cannot import", "conv2d is not defined here; there is conv2D")
    assert account.lines == ((2, "def conv2D(x): return x"),)
    assert learner.g() == 1


@pytest.mark.parametrize("change", ["x += 1", "x[0] = 5", "x.zero_()", "x.resize_(1)", "x.t_()"])
def test_changing_the_callers_tensor_is_named(make_learner, change):
    learner = make_learner(f"def f(y, x):\n    {change}\n    return y")
    with pytest.raises(ChangedInputError, match="changed its x"):
        learner.f(torch.ones(2, 3), x=torch.ones(2, 3))


@pytest.mark.parametrize("change", ["x.append(1)", "x.append(x)", "x[0][0] += 1", "x[1]['a'] = 2", "x[2] = object()"])
def test_changing_the_callers_list_is_named(make_learner, change):
    learner = make_learner(f"def f(x):\n    {change}")
    with pytest.raises(ChangedInputError, match="changed its argument 1"):
        learner.f([torch.ones(2), {"a": 1}, None])


def test_arguments_that_are_nan_are_not_changed_by_being_nan(make_learner):
    learner = make_learner("def f(x, y): return None")
    assert learner.f(float("nan"), y=[torch.tensor(float("nan"))]) is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("type('Equal', (), {'__eq__': lambda *_: True})()", "ex99_sample.Equal"),
        ("torch.ones(2).as_subclass(type('Own', (torch.Tensor,), {}))", "ex99_sample.Own"),
        ("torch.ones(2).numpy()", "numpy.ndarray"),
        ("torch.ones(2).to_sparse()", "torch.Tensor"),
        ("f", "function"),
        ("10**5000", "int of 16610 bits"),  # more digits than Python writes
    ],
)
def test_what_is_no_plain_value_arrives_as_its_types_name(make_learner, value, kind):
    assert make_learner(f"import torch\ndef f(): return {value}").f() == Foreign(kind)


def test_a_number_with_more_digits_than_python_writes_is_a_wrong_answer(make_learner):
    from assertions import assert_same

    learner = make_learner("""
        import sys
        sys.set_int_max_str_digits(640)
        def f(x): x.append(10**5000)
        def g(): return [1, {-10**640: 10**600}]
    """)
    with pytest.raises(ChangedInputError, match="changed its argument 1"):
        learner.f([1])
    assert learner.g() == [1, {Foreign("int of 2127 bits"): 10**600}]
    with pytest.raises(WrongAnswerError, match="the answer is int of 2127 bits, want int"):
        assert_same(next(iter(learner.g()[1])), 3)


def test_an_answer_that_is_too_large_is_not_taken(make_learner):
    learner = make_learner("import torch\ndef f(): return torch.zeros(1 << 27, dtype=torch.uint8)\ndef g(): return 1")
    assert "too large" in account_of(learner.f).message
    assert learner.g() == 1


def test_noise_on_the_channel_is_not_an_answer(make_learner):
    learner = make_learner("""
        import os, socket
        def f():
            for fd in range(3, 64):
                try: os.write(fd, b"\\0\\0\\0\\x02\\0\\0\\0\\0{}" * 3)
                except OSError: pass
        def g(): return 1
    """)
    assert account_of(learner.f).word == "crashed"
    assert learner.g() == 1


@pytest.mark.parametrize("word", ["done", "passed", "", ["done"], None])
def test_a_verdict_made_up_by_the_learners_process_is_no_verdict(make_learner, word):
    learner = make_learner(f"""
        import json, os, struct
        def f():
            reply = json.dumps({{"word": {word!r}, "message": "", "lines": []}}).encode()
            for fd in range(3, 64):
                try: os.write(fd, struct.pack(">II", len(reply), 0) + reply)
                except OSError: pass
    """)
    account = account_of(learner.f)
    assert account.word == "crashed"
    assert "unreadable" in account.message


def test_prints_reach_the_learner_up_to_a_limit(make_learner):
    learner = make_learner("def f():\n    for _ in range(1_000_000): print('x' * 50)\n    return 1")
    assert learner.f() == 1
    assert (len(learner.printed), learner.printed[:52]) == (2000, "x" * 50 + "\nx")


def test_what_a_learners_process_sends_as_printed_is_cut_by_the_judge_too(make_learner):
    learner = make_learner("import sys\ndef f():\n    sys.stdout.left = 10**9\n    print('x' * 9999)\n    return 1")
    assert learner.f() == 1
    assert learner.printed == "x" * 2000


def test_what_a_call_leaves_behind_does_not_reach_the_next(make_learner):
    learner = make_learner("""
        import os, random, sys, torch
        def f():
            print("x" * 9999); sys.stdout.close(); os.close(1); os.chdir("/"); random.seed(); torch.seed()
            torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False); torch.set_default_device("meta")
        def g():
            print("recorded")
            return os.getcwd(), torch.ones(1), torch.is_grad_enabled(), torch.rand(1), random.random()
    """)
    before = learner.g()
    learner.f()
    assert learner.g() == before
    assert learner.printed == "recorded\n"
    assert before[0] == os.getcwd()


def test_a_thread_left_running_does_not_reach_the_next_call(make_learner):
    learner = make_learner("""
        import threading, time
        def run():
            while True: print("noise"); time.sleep(0.001)
        def f(): threading.Thread(target=run, daemon=True).start()
        def g(): time.sleep(0.05); return threading.active_count()
    """)
    learner.f()
    assert learner.g() == 1
    assert learner.printed == ""


def test_one_learner_does_not_reach_another(make_learner):
    hostile = make_learner("import torch\ntorch.conv2d = torch.equal = None\ndef f(): return 1", name="ex98_hostile")
    assert hostile.f() == 1
    assert make_learner("import torch\ndef f(): return torch.equal(torch.ones(1), torch.ones(1))").f() is True


@pytest.mark.parametrize("starter", ["forked", "fresh"])
def test_processes_that_left_the_group_are_killed_with_it(make_learner, tmp_path, starter):
    """A double fork through the C library, with a session of its own, is no child and not in the group.

    No wall stands around it, since that lets nobody fork.
    """
    code = f"""
        import ctypes, os, time
        def f():
            if ctypes.CDLL(None).fork() == 0:
                os.setsid()
                if ctypes.CDLL(None).fork() == 0:
                    open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
                    time.sleep(60)
                os._exit(0)
            while not os.path.exists({str(tmp_path / "pid")!r}): time.sleep(0.01)
            return 1
    """
    learner = make_learner(code, limits=Limits(wall=()), starter=starter)
    assert learner.f() == 1
    time.sleep(0.1)
    pid = (tmp_path / "pid").read_text()
    assert Path(f"/proc/{pid}").exists()
    learner.end()
    assert not Path(f"/proc/{pid}").exists()


def test_the_process_that_forks_has_one_thread_and_so_has_the_forked_one(make_learner):
    learner = make_learner("import os, threading\ndef f(): return os.getppid(), len(os.listdir('/proc/self/task'))")
    fork_server, threads = learner.f()
    assert fork_server == learner.workers.starter.pid
    assert len(os.listdir(f"/proc/{fork_server}/task")) == threads == 1


GONE = """
    import json, os, signal, socket, sys
    from dataclasses import asdict
    from kit.learner.worker import Job
    from kit.learner import messages
    from kit.learner.fork_server import ForkServer
    fork_server, (ours, theirs) = ForkServer(), socket.socketpair()
    os.kill(fork_server.pid, signal.SIGSTOP)
    job = Job(sys.argv[1], "no_probes.py", [], [], seconds=9.0, import_seconds=9.0, memory=1 << 30, accelerator="cpu")
    messages.send(fork_server.sock, {"job": asdict(job)}, (theirs.fileno(),))
    theirs.close()
    fork_server.sock.close()
    os.kill(fork_server.pid, signal.SIGCONT)
    ours.settimeout(5)
    print(ours.recv(1))
"""


def test_a_judge_that_goes_before_it_is_answered_leaves_no_process_behind(tmp_path):
    """The channel to the learner's process is closed at its end, which would otherwise come after 9 seconds."""
    (tmp_path / "ex99_sample.py").write_text("while True: pass\n")
    command = [sys.executable, "-c", textwrap.dedent(GONE), str(tmp_path / "ex99_sample.py")]
    done = processes.run(*command, timeout=60)
    assert done.stdout == "b''\n", done.stderr


def test_secrets_of_ci_are_not_in_the_learners_environment(make_learner, monkeypatch):
    learner = make_learner(
        "import os\ndef f(): return sorted(k for k in os.environ if k.startswith('GITHUB_'))", starter="fresh"
    )
    monkeypatch.setenv("GITHUB_OUTPUT", "/tmp/output")
    assert learner.f() == []
