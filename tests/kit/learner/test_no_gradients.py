"""Where autograd is forbidden its engine is out of reach, and gradients that are written out are allowed."""

import pytest
import torch

from kit.learner.call import LearnerError, NoAnswer

BY_ENGINE = {
    "y.sum().backward()": "calling PyTorch's Tensor.backward",
    "torch.autograd.grad(y.sum(), x)": "calling PyTorch's grad",
    "with torch._C.DisableTorchFunction(): torch.autograd.grad(y.sum(), x)": "calling PyTorch's backward",
    "torch._C._ImperativeEngine().run_backward((y,), (y,), False, False, (x,), False, False)": (
        "calling PyTorch's _ImperativeEngine"
    ),
    "y.grad_fn(torch.ones_like(x))": "using PyTorch's grad_fn",
    "with torch._C.DisableTorchFunction(): torch.func.vjp(lambda a: a * a, x)[1](torch.ones_like(x))": (
        "calling PyTorch's backward"
    ),
    "torch.jit.CompilationUnit('def g(x):\\n  return x\\n')": "calling PyTorch's CompilationUnit",
}
CODE = """
import torch, torch.func
def f(x):
    x = x.clone().requires_grad_()
    y = x * 2
    {}
    return x.detach()
"""


@pytest.mark.parametrize("statement", BY_ENGINE)
def test_what_starts_autograd_is_named(make_learner, statement):
    with pytest.raises(NoAnswer) as caught:
        make_learner(CODE.format(statement), forbidden=["gradients"]).f(torch.ones(2))
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", BY_ENGINE[statement])


@pytest.mark.parametrize("statement", [each for each in BY_ENGINE if "jit" not in each])
def test_the_same_runs_where_nothing_is_forbidden(make_learner, statement):
    assert torch.equal(make_learner(CODE.format(statement)).f(torch.ones(2)), torch.ones(2))


def test_forward_gradients_do_not_flow(make_learner):
    code = """
    import torch, torch.autograd.forward_ad as ad
    def f(x):
        with ad.dual_level(), torch._C.DisableTorchFunction():
            return ad.unpack_dual(ad.make_dual(x, torch.ones_like(x)) * 2).tangent
    """
    assert torch.equal(make_learner(code).f(torch.ones(2)), torch.full((2,), 2.0))
    with pytest.raises((NoAnswer, LearnerError)):
        make_learner(code, forbidden=["gradients"]).f(torch.ones(2))


def test_gradients_that_are_written_out_are_allowed(make_learner):
    code = "def f(g, x):\n    repr(x)\n    return torch.einsum('nc,nd->cd', g, x).flip(0)"
    want = make_learner(f"import torch\n{code}").f(torch.ones(2, 3), torch.ones(2, 4))
    got = make_learner(f"import torch\n{code}", forbidden=["gradients"]).f(torch.ones(2, 3), torch.ones(2, 4))
    assert torch.equal(got, want)
