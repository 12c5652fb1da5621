"""Messages that explain themselves once they are known; each is raised here as a learner meets it."""

import pytest

from kit.course.manifest import find
from kit.verdict.complaints import COMPLAINTS, explain
from kit.verdict.record import Check

EX02 = find("ex02")[0][0]
CODE = {
    "import torch\ndef f(): return torch.ones(2) ^ 2": "^ is exclusive or; a power is **",
    "import torch\ndef f(): return torch.ones(1, 1, 2, 2).max((2, 3))": (
        "max goes along one dimension at most; amax takes several"
    ),
    "import torch\ndef f(): return torch.ones(1, 1, 2, 2).max(3).max(2)": (
        "max along a dimension gives a pair: values and indices"
    ),
    "def f(): return 1.5 ^ 2.0": "^ is exclusive or; a power is **",
    "import torch\ndef f(): return torch.ones(2) + None": "bias is None where there is none, and None cannot be added",
    "import torch\ndef f(): return 1 if torch.ones(2) == 1 else 0": (
        "if asks one question, and a tensor of several numbers gives several answers"
    ),
    "import torch\ndef f(): return torch.ones(2, requires_grad=True).numpy()": (
        "the numbers leave PyTorch for NumPy, and their gradients are lost"
    ),
    "import torch\ndef f():\n    p = torch.ones(2, requires_grad=True)\n    p -= 1": (
        "a parameter is changed in place while PyTorch records what is done to it"
    ),
}


@pytest.mark.parametrize("code", CODE)
def test_the_message_of_a_crash_is_explained(make_learner, code):
    from kit.learner.call import LearnerError

    with pytest.raises(LearnerError) as caught:
        make_learner(code).f()
    account = caught.value.account
    failure = Check(EX02, "edge_strength", "test_edge_strength_is", "crashed", f"{account.types[0]}: {account.message}")
    assert explain(failure).sentence == CODE[code]


def test_each_is_met():
    assert {complaint.sentence for complaint in COMPLAINTS} == {*CODE.values()}


def test_only_what_stopped_the_code_is_explained():
    def about(word, account):
        return explain(Check(EX02, "edge_strength", "test_edge_strength_is", word, account))

    assert about("wrong", "bitwise_xor") is None
    assert about("not allowed", "calling PyTorch's torch.conv2d") is None
    assert about("not allowed", "calling PyTorch's Tensor.numpy").sentence.startswith("the numbers leave PyTorch")
