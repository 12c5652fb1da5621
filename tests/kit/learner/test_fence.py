"""What is not allowed is caught however it is spelled, and honest work is left alone."""

import pytest
import torch

from kit.course.manifest import ROOT
from kit.learner.call import NoAnswer

NOT_ALLOWED = {
    "F.conv2d(x, w)": "conv2d",
    "torch.conv2d(x, w)": "conv2d",
    "getattr(torch, 'conv' + '2d')(x, w)": "conv2d",
    "alias(x, w)": "conv2d",
    "torch.nn.Conv2d(1, 1, 2)(x)": "conv2d",
    "torch.ops.aten.conv2d(x, w)": "conv2d",
    "torch.ops.aten.convolution.default(x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)": "convolution",
    "F.conv3d(x[None], w[None])": "conv3d",
    "F.conv_transpose2d(x, w)": "conv_transpose2d",
    "F.unfold(x, 2)": "unfold",
    "torch.fft.fft2(x)": "fft_fft2",
    "x.numpy()": "Tensor.numpy",
    "F.max_pool2d(x, 2)": "max_pool2d",
    "torch.nn.MaxPool2d(2)(x)": "max_pool2d",
    "F.max_pool2d(x, 2, return_indices=True)": "max_pool2d_with_indices",
    "F.avg_pool2d(x, 2)": "avg_pool2d",
    "F.adaptive_avg_pool2d(x, 2)": "adaptive_avg_pool2d",
    "F.pad(x, (1, 1))": "pad",
    "torch.nn.ZeroPad2d(1)(x)": "pad",
    "torch.constant_pad_nd(x, (1, 1))": "constant_pad_nd",
    "swallow(lambda: F.conv2d(x, w))": "conv2d",
}
HONEST = [
    "sum(x[..., i:3 + i, :3] for i in range(2))",
    "x.unfold(2, 2, 1).unfold(3, 2, 1).mul(w).sum((-1, -2))",
    "torch.einsum('nchw,oc->nohw', x, w[:, :, 0, 0])",
    "x.as_strided((3, 3, 2, 2), (4, 1, 4, 1)).amax((-1, -2))",
    "torch.tensordot(x, x, 4)",
    "torch.tensor(x.tolist())",
    "torch.nn.Linear(4, 4)(x)",
]
CODE = """
import torch, torch.nn.functional as F
alias = F.conv2d
def swallow(work):
    try: work()
    except BaseException: pass
def f(x, w): return {expression}
"""


@pytest.mark.parametrize("expression", NOT_ALLOWED)
def test_every_spelling_of_what_is_forbidden_is_named(make_learner, expression):
    learner = make_learner(CODE.format(expression=expression), forbidden=["convolution", "pooling", "padding", "numpy"])
    with pytest.raises(NoAnswer) as caught:
        learner.f(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2))
    account = caught.value.account
    assert (account.word, account.message) == ("not allowed", f"calling PyTorch's {NOT_ALLOWED[expression]}")


@pytest.mark.parametrize("expression", HONEST)
def test_honest_spellings_are_allowed(make_learner, expression):
    learner = make_learner(CODE.format(expression=expression), forbidden=["convolution", "pooling", "padding", "numpy"])
    assert torch.is_tensor(learner.f(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)))


@pytest.mark.parametrize(
    "expression", ["ctypes.CDLL(None)", "ctypes.pythonapi.Py_DecRef", "ctypes.pythonapi['PyOS_getsig']"]
)
def test_operators_are_not_reached_by_the_functions_of_c(make_learner, expression):
    code = f"import ctypes, torch\ndef f(): return bool({expression})"
    with pytest.raises(NoAnswer) as caught:
        make_learner(code, forbidden=["pooling"]).f()
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", "calling C's functions")
    assert make_learner(code).f() is True


def test_a_package_that_calls_the_functions_of_c_is_named(make_learner):
    with pytest.raises(NoAnswer) as caught:
        make_learner("import torchvision.transforms\ndef f(): return 1", forbidden=["pooling"]).f()
    message = "calling C's functions, as importing torchvision does"
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", message)


def test_an_exercise_that_forbids_nothing_allows_all(make_learner):
    learner = make_learner(CODE.format(expression="F.conv2d(x, w)"))
    assert learner.f(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)).shape == (1, 1, 3, 3)


TWO_FACES = """
class TwoFaces:
    asked = 0
    def __fspath__(self):
        self.asked += 1
        return root + '/solutions/ex05_conv2d.py' if self.asked == 1 else __file__
"""


@pytest.mark.parametrize(
    "code",
    [
        "open(root + '/solutions/ex05_conv2d.py').read()",
        "open(root + '/kit/../solutions/ex05_conv2d.py').read()",
        "os.listdir(root + '/solutions')",
        "os.open(root + '/tests/test_ex05_conv2d.py', 0)",
        "sys.path.insert(0, root + '/solutions') or __import__('ex05_conv2d')",
        "sys.path.insert(0, root) or __import__('solutions.ex05_conv2d')",
        "exec(open(root + '/solutions/ex05_conv2d.py').read())",
        "os.rename(root + '/solutions', root + '/elsewhere')",
        "os.rename('nothing', root + '/tests/test_ex05_conv2d.py')",
        "os.link(root + '/solutions/ex05_conv2d.py', 'mine.py')",
        "os.symlink(root + '/solutions', 'mine')",
        "os.remove(root + '/tests/assertions.py')",
        "os.truncate(root + '/tests/assertions.py', 0)",
        "shutil.copy(root + '/solutions/ex05_conv2d.py', '.')",
        "setattr(os.path, 'realpath', lambda path: '') or open(root + '/solutions/ex05_conv2d.py')",
        "setattr(os, 'fsdecode', lambda path: '') or open(root + '/solutions/ex05_conv2d.py')",
        "fence.PROCESS_EVENTS.clear() or os.system('true')",
        "setattr(fence, 'PATH_EVENTS', {}) or setattr(fence, 'CLOSED', ()) or os.listdir(root + '/solutions')",
        "open(TwoFaces())",
        "open(root + '/kit/given.py').read()",
        "os.listdir(root + '/kit/__pycache__')",
        "os.system('true')",
        "subprocess.run(['true'])",
        "os.fork()",
        "os.kill(os.getppid(), 0)",
    ],
)
def test_answers_and_processes_are_out_of_reach(make_learner, code):
    learner = make_learner(
        "import os, shutil, subprocess, sys\nfrom kit.learner import fence\n"
        + TWO_FACES
        + f"root = {str(ROOT)!r}\ndef f(): return {code}\ndef g(): return 1"
    )
    with pytest.raises(NoAnswer) as caught:
        learner.f()
    assert caught.value.account.word == "not allowed"
    assert learner.g() == 1


def test_a_file_that_imports_the_answers_is_not_allowed(make_learner):
    learner = make_learner(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'solutions')!r})\nfrom ex05_conv2d import conv2d as f"
    )
    with pytest.raises(NoAnswer) as caught:
        learner.f()
    assert caught.value.account.word == "not allowed"


def test_seeding_and_showing_the_stack_are_allowed(make_learner):
    learner = make_learner("""
        import torch, traceback
        def f():
            torch.manual_seed(1)
            return len(traceback.format_stack()) > 0
    """)
    assert learner.f() is True


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("F.batch_norm(x, None, None, training=True)", "batch_norm"),
        ("torch.nn.BatchNorm2d(1)(x)", "batch_norm"),
        ("F.instance_norm(x)", "instance_norm"),
        ("torch.nn.GroupNorm(1, 1)(x)", "group_norm"),
        ("F.layer_norm(x, x.shape)", "layer_norm"),
        ("torch.ops.aten.native_batch_norm(x, None, None, None, None, True, 0.1, 1e-5)", "native_batch_norm"),
        ("F.dropout(x)", "dropout"),
        ("torch.nn.Dropout()(x)", "dropout"),
        ("F.dropout2d(x)", "dropout2d"),
        ("torch.ops.aten.native_dropout(x, 0.5, True)", "native_dropout"),
    ],
)
def test_norms_and_dropout_are_named_in_every_spelling(make_learner, expression, name):
    learner = make_learner(CODE.format(expression=expression), forbidden=["normalization", "dropout"])
    with pytest.raises(NoAnswer) as caught:
        learner.f(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2))
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", f"calling PyTorch's {name}")


@pytest.mark.parametrize("expression", ["x * torch.bernoulli(x / 2)", "x.var((0, 2, 3))", "torch.rsqrt(x).norm()"])
def test_the_arithmetic_of_norms_and_dropout_is_allowed(make_learner, expression):
    learner = make_learner(CODE.format(expression=expression), forbidden=["normalization", "dropout"])
    assert torch.is_tensor(learner.f(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)))
