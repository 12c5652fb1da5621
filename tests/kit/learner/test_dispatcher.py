"""What is forbidden is out of reach for code that has switched off, or gone round, what watches Python's calls."""

import pytest
import torch

from kit.learner.call import LearnerError, NoAnswer
from kit.learner.dispatcher import OPERATORS, operators
from kit.learner.forbidden import FORBIDDEN
from probes.ex12_save_load import saved_tied
from probes.ex14_im2col import speed as probe_of_speed

UNSEEN = {
    "with torch._C.DisableTorchFunction(): out = F.conv2d(x, w)": "conv2d",
    "with torch._C.DisableTorchFunctionSubclass(): out = F.max_pool2d(x, 2)": "max_pool2d",
    "torch.ones(1).apply_(lambda _: float(F.conv2d(x, w).sum()))": "conv2d",
    "torch.ones(1).map_(torch.ones(1), lambda a, b: float(F.avg_pool2d(x, 2).sum()))": "avg_pool2d",
    "while torch.overrides._get_current_function_mode_stack(): torch._C._pop_torch_function_stack()\n"
    "    out = F.conv2d(x, w)": "conv2d",
    "with torch._C.DisableTorchFunction(): out = F.conv2d(x.bfloat16(), w.bfloat16())": "conv2d",
    "with torch._C.DisableTorchFunction(), torch.inference_mode(): out = F.unfold(x + 1, 2)": "im2col",
    "with torch._C.DisableTorchFunction(): out = torch.fft.rfft2(x)": "fft_rfft2",
    "with torch._C.DisableTorchFunction(): out = torch._fft_r2c(x, [2, 3], 0, True)": "_fft_r2c",
    "with torch._C.DisableTorchFunction(): out = F.conv2d(x.to_mkldnn(), w.to_mkldnn())": "to_mkldnn",
    "with torch._C.DisableTorchFunction(): out = F.pad(x, (1, 1, 1, 1), mode='circular')": "pad",
    "out = F.interpolate(x, (2, 2), mode='area')": "adaptive_avg_pool2d",
    "out = torch.nn.utils.rnn.pad_sequence([x[0, 0], x[0, 0, :2]])": "pad_sequence",
    "with torch._C.DisableTorchFunction(): out = torch._C._VariableFunctions._pad_packed_sequence("
    "x[0, 0], torch.tensor([4]), False, 0.0, 9)": "_pad_packed_sequence",
    "with torch._C.DisableTorchFunction(): out = torch.ops.mkldnn._convolution_pointwise("
    "x, w, None, [0, 0], [1, 1], [1, 1], 1, 'none', [], '')": "_convolution_pointwise",
    "out = torch.ops.onednn.qconv_prepack(w.char(), torch.ones(1), 1.0, 0, [1, 1], [0, 0], [1, 1], 1, [1, 1, 4, 4])": (
        "qconv_prepack"
    ),
    "with torch._C.DisableTorchFunction(): out = F.max_pool2d("
    "torch._make_per_tensor_quantized_tensor(x.byte(), 1.0, 0), 2).dequantize()": "_make_per_tensor_quantized_tensor",
    "with torch._C.DisableTorchFunction(): out = torch.ops.aten.mkldnn_convolution.default.redispatch("
    "torch._C.DispatchKeySet(torch._C.DispatchKey.Lazy), x, w, None, [0, 0], [1, 1], [1, 1], 1)": "mkldnn_convolution",
    "out = torch._refs.constant_pad_nd(x, (1, 1))": "constant_pad_nd",
    "out = torch._decomp.decompositions._reflection_pad(x, (1, 1, 1, 1))": "_reflection_pad",
    "with torch._C.DisableTorchFunction(): out = torch._decomp.decomposition_table[torch.ops.aten.im2col.default]("
    "x, [2, 2], [1, 1], [0, 0], [1, 1])": "im2col",
}
HONEST = [
    "x.unfold(2, 2, 1).unfold(3, 2, 1).mul(w).sum((-1, -2))",
    "torch.nn.functional.linear(x, w[0, 0].repeat(2, 2)).relu().softmax(-1)",
    "torch.nn.functional.interpolate(x, (2, 2))",
    "x.flip((2, 3)).roll(1, 2).cumsum(3).amax((2, 3))",
]
CODE = "import torch, torch.nn.functional as F\ndef f(x, w):\n    out = None\n    {}\n    return out\n"
IMAGE, WEIGHT = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)


@pytest.mark.parametrize(
    ("statement", "starter"), [*((statement, "forked") for statement in UNSEEN), (next(iter(UNSEEN)), "fresh")]
)
def test_what_is_forbidden_is_out_of_reach(make_learner, statement, starter):
    learner = make_learner(CODE.format(statement), forbidden=["convolution", "pooling", "padding"], starter=starter)
    with pytest.raises(NoAnswer) as caught:
        learner.f(IMAGE, WEIGHT)
    assert caught.value.account.word == "not allowed"
    assert caught.value.account.message == f"calling PyTorch's {UNSEEN[statement]}"


@pytest.mark.parametrize("statement", UNSEEN)
def test_the_same_runs_where_nothing_is_forbidden(make_learner, statement):
    make_learner(CODE.format(statement)).f(IMAGE, WEIGHT)


@pytest.mark.parametrize("expression", HONEST)
def test_honest_work_finds_its_operators(make_learner, expression):
    code = CODE.format(f"out = {expression}")
    want = make_learner(code).f(IMAGE, WEIGHT)
    got = make_learner(code, forbidden=["convolution", "pooling", "padding"]).f(IMAGE, WEIGHT)
    assert torch.equal(got, want)


UNDOING = {
    "what keeps it": "for each in found(lambda e: type(e).__name__ == 'Library'): each._destroy()",
    "what is remembered": "for each in found(lambda e: type(e).__name__ == 'Fence'): vars(each).clear()",
    "what is called": "for each in found(lambda e: getattr(e, '__name__', '') == 'refuse'): "
    "each.__code__ = (lambda self, sentence: None).__code__",
    "another in its place": "torch.library.Library('aten', 'IMPL').impl("
    "'convolution', lambda *_: None, 'CPU', allow_override=True)",
}
FINDING = """
import gc, torch, weakref, torch.nn.functional as F
def found(condition):
    gc.unfreeze()
    objects = weakref.finalize(found, gc.get_objects)()  # in the name of a library, which may look
    return [each for each in objects if condition(each)]
def f(x, w):
    try: F.conv2d(x, w)
    except Exception: pass
    {}
    with torch._C.DisableTorchFunction(): return F.conv2d(x, w)
"""


@pytest.mark.parametrize("what", UNDOING)
def test_nothing_in_the_process_undoes_it_or_makes_it_forgotten(make_learner, what):
    learner = make_learner(FINDING.format(UNDOING[what]), forbidden=["convolution"])
    with pytest.raises(NoAnswer) as caught:
        learner.f(IMAGE, WEIGHT)
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", "calling PyTorch's conv2d")


def test_each_kind_has_operators():
    assert OPERATORS.keys() <= FORBIDDEN.keys()
    assert all(len(operators()[kind]) > 20 for kind in OPERATORS)


def test_the_version_that_is_given_to_later_exercises_is_no_answer_to_this_one(make_learner):
    code = "from kit import given\ndef pad2d(x): return given.pad2d(x, 1)\ndef f(x): return given.pad2d(x, 1)"
    with pytest.raises(NoAnswer) as caught:
        make_learner(code, function="pad2d").pad2d(torch.ones(2, 2))
    message = "calling kit.given's pad2d, which is asked for here"
    assert (caught.value.account.word, caught.value.account.message) == ("not allowed", message)
    assert make_learner(code, function="f").f(torch.ones(2, 2)).shape == (4, 4)


def test_the_probes_cannot_be_looked_up(make_learner):
    code = """
    import sys
    def save_weights(model, path): raise ValueError([name for name in sys.modules if name.startswith("probes")])
    """
    with pytest.raises(LearnerError, match=r"ValueError: \[\]"):
        make_learner(code, name="ex12_save_load").run(saved_tied)


def test_a_probe_that_allows_all_does_so_in_a_process_of_its_own(make_learner):
    code = """
    import torch, torch.nn.functional as F
    def im2col(input): return F.unfold(input, 2)
    def speed(input, *rest): return F.conv2d(input, *rest)
    """
    learner = make_learner(code, name="ex14_im2col", forbidden=["convolution"], function="speed")
    assert learner.run(probe_of_speed, "speed")["ratio"] > 0
    with pytest.raises(NoAnswer, match="calling PyTorch's unfold"):
        learner.im2col(IMAGE)
    with pytest.raises(NoAnswer, match="calling PyTorch's conv2d"):
        learner.speed(IMAGE, WEIGHT)
