"""A wrong answer gets a name if exactly one known mistake did the same."""

import contextlib
import math

import pytest
import torch

from kit.course.manifest import find
from kit.course.mistakes import Answer
from kit.learner.call import Account, ChangedInputError, LearnerError, ProbeResult, RecordedCall
from kit.verdict.diagnosis import Diagnosis, agree, agree_in_numbers, alike, diagnose, name_mistake
from kit.verdict.record import Check, Record

EX05 = find("ex05")[0][0]
BANK = """
    import torch
    from types import SimpleNamespace as Space
    def double(x, y=None):
        if y is not None: raise ValueError(f"{x} and {y} are more than {x - 1}")
        return 2 * x
    right = Space(f=double, told=lambda: {"a": 1, "b": 2})
    def complain_of_both(x, y=None): raise ValueError(f"not {x}, {y}")
    def complain_of_one(x, y=None): raise ValueError(f"not {x}")
    def complain(x, y=None): raise ValueError("these do not fit")
    as_of_both, as_of_one, as_of_none = Space(f=complain_of_both), Space(f=complain_of_one), Space(f=complain)
    as_square = Space(f=lambda x, y=None: x * x)
    as_same_square = Space(f=lambda x, y=None: x**2)
    as_cube = Space(f=lambda x, y=None: x**3)
    as_square_or_0 = Space(f=lambda x, y=None: x * x if y is None else x * 0)
    def crash(x, y=None): return x @ torch.ones(7)
    def refuse(x, y=None): raise ValueError("in words of its own")
    def overwrite(x, y=None): return x.add_(1)
    def tell_less(x, y=None):
        if x.numel() > 3: raise ValueError("too many")
        return 2 * x
    as_tells_less = Space(f=tell_less)
    as_float = Space(f=lambda x, y=None: float(2 * x) if type(x) is int else 2 * x)
    as_almost = Space(f=lambda x, y=None: 2 * x + 1e-6)
    as_crash, as_refuse, as_overwrite = Space(f=crash), Space(f=refuse), Space(f=overwrite)
"""


@pytest.fixture
def named(make_learner):
    """A function that says which of some mistakes fits code, after failed calls of it and others that held."""
    oracle = make_learner(BANK, name="ex98_bank")

    def name(code, among, failed, held=(), word="wrong"):
        learner = make_learner(f"import torch\ndef f(x, y=None): {code}", name="ex97_learner")
        checks = [
            check("test_f_fails", word, calls(learner, failed)),
            check("test_f_holds", "done", calls(learner, held)),
        ]
        known = [Answer(EX05, "f", n, "a sentence", "", False, "", "", "") for n in among.split()]
        mistake = name_mistake(Record({EX05: ["f"]}, checks=checks), checks[0], oracle, known)
        return mistake.name if mistake else None

    return name


def check(name, word, recorded):
    return Check(EX05, "f", name, word, calls=tuple(recorded))


def calls(learner, arguments):
    """A recorded call of f."""
    learner.calls = []
    for args in arguments:
        with contextlib.suppress(LearnerError, ChangedInputError):
            learner.f(*args)
    return learner.calls


X, ONES = (torch.arange(4.0),), (torch.ones(3),)


def test_the_one_mistake_that_fits_is_named(named):
    assert named("return x * x", "square cube crash", [ONES, X]) == "square"
    assert named("return torch.stack([a * a for a in x])", "cube square", [X]) == "square"


def test_two_that_fit_have_no_name_unless_another_call_decides(named):
    assert named("return x * x", "square same_square", [X, ONES]) is None
    assert named("return x * x", "square square_or_0", [X]) is None
    assert named("return x * x", "square square_or_0", [X], held=[(*X, 1)]) == "square"


def test_what_fits_none_or_is_not_in_the_bank_has_no_name(named):
    assert named("return x * 5", "square cube crash refuse", [X, ONES]) is None
    assert named("return x * x", "cube", [ONES, X]) is None
    assert named("return x * x", "", [X]) is None
    assert named("return x * x", "cube", [ONES]) == "cube"  # these calls do not tell them apart


def test_what_fits_the_failure_but_not_the_calls_that_held_is_not_named(named):
    assert named("return x * x if x.dim() else x + x", "square", [X]) == "square"
    assert named("return x * x if x.dim() else x + x", "square", [X], held=[(torch.tensor(5.0),)]) is None


def test_a_mistake_that_the_check_cannot_see_is_not_named(named):
    """Such as one in a message, where numbers were compared, and more strictly than known answers are."""
    rounded = "return 2 * x + 1e-6"
    assert named(rounded, "tells_less", [ONES]) is None
    assert named(rounded, "tells_less almost", [ONES]) == "almost"
    assert named("return float(2 * x)", "tells_less float", [(3,)]) == "float"


@pytest.mark.parametrize(
    ("message", "among", "name"),
    [
        ("these do not fit", "of_both of_one of_none", "of_none"),
        ("what of 5?", "of_both of_one", "of_one"),
        ("what of 5 and 7?", "of_both", "of_both"),
        ("what of 7?", "of_both of_one", None),
        ("5 and 7 are more than 4", "of_both", "of_both"),
        ("these do not fit", "refuse", "refuse"),
    ],
)
def test_a_complaint_that_lacks_numbers_has_the_name_of_a_mistake_that_lacks_them(named, message, among, name):
    assert named(f"raise ValueError({message!r})", among, [(5, 7)]) == name


def test_a_crash_has_the_name_of_a_mistake_that_crashes_with_the_same_words_of_torch(named):
    assert named("return x @ torch.ones(7)", "square crash", [X], word="crashed") == "crash"
    assert named("return x @ torch.ones(8)", "square crash", [X], word="crashed") is None
    assert named("raise ValueError('other words')", "crash refuse", [X], word="crashed") == "refuse"
    assert named("raise KeyError('in words of its own')", "crash refuse", [X], word="crashed") is None


def test_a_changed_argument_has_the_name_of_a_mistake_that_changes_it(named):
    assert named("x += 1; return x", "overwrite square", [X]) == "overwrite"
    assert named("return x + 1", "overwrite square", [X]) is None


@pytest.mark.parametrize("word", ["too slow", "not started", "cannot import", "not judged", "wrong"])
def test_without_an_answer_nothing_is_said(word, monkeypatch):
    """Nor is anybody asked: there is no oracle."""
    monkeypatch.setattr(
        "kit.verdict.diagnosis.mistakes", lambda *_: [Answer(EX05, "f", "n", "", "", False, "", "", "")]
    )
    calls = [] if word == "wrong" else [RecordedCall({"function": "f"}, (), {}, 1)]
    failure = check("test_f_fails", word, calls)
    assert diagnose(Record({EX05: ["f"]}, checks=[failure]), failure, None) == Diagnosis()


def same(one, other):
    """Whether values are alike, in both directions."""
    assert alike(one, other) == alike(other, one)
    return alike(one, other)


def test_values_are_alike_up_to_rounding_but_not_beyond_nor_with_other_types():
    x = torch.tensor([0.0, 1000.0, math.nan, math.inf])
    assert same(x, x + torch.tensor([1e-5, 1e-3, 0, 0]))
    assert same(x, x + torch.tensor([0.05, 0, 0, 0]))  # beside a number of 1000
    assert not same(x, x + torch.tensor([1.0, 0, 0, 0]))
    assert not same(x, x.nan_to_num(0, math.inf))
    assert same(x.double(), x.double() * (1 + 1e-12))
    assert not same(x.double(), x.double() * (1 + 1e-6))
    assert not any(same(x, other) for other in (x.double(), x[None], x[:3], x + 0j, x.tolist(), None))
    assert same(torch.empty(0, 2), torch.empty(0, 2))
    assert same(x[:2] + 1j, x[:2] + 1j)
    assert not same(x[:2] + 1j, x[:2] + 2j)
    assert same(math.nan, math.nan)
    assert same([1, (0.1 + 0.2, "a")], [1, (0.3, "a")])
    assert same({"a": x}, {"a": x})
    others = (1.0, True, [1], (1,), {1: 1}, "1", None, 2)
    assert not any(same(1, other) for other in others)
    assert not same({"a": 1, "b": 2}, {"a": 1})
    assert not same([1], [1, 2])


def recorded(value=None, word="", message="", kind="TypeError", changed=""):
    account = Account(word, message, (kind, "Exception")) if word else None
    return RecordedCall({"function": "f"}, (), {}, value, account, changed)


def test_calls_agree_if_they_ended_alike():
    assert agree(recorded(1), recorded(1))
    assert not agree(recorded(1), recorded(2))
    assert not agree(recorded(None), recorded(None, "crashed"))
    assert agree(recorded(word="crashed", message="a"), recorded(word="crashed", message="a"))
    assert not agree(recorded(word="crashed", message="a"), recorded(word="crashed", message="b"))
    assert agree(recorded(word="not allowed", message="a"), recorded(word="not allowed", message="b"))
    assert not agree(recorded(word="not allowed", message="a"), recorded(word="not allowed", message="Tensor.numpy"))
    assert not agree(recorded(word="crashed", message="a"), recorded(word="too slow", message="a"))
    assert agree(recorded(changed="x"), recorded(changed="x"))
    assert not agree(recorded(changed="x"), recorded(None))


def test_numbers_agree_whatever_their_dtype_and_a_complaint_is_no_number():
    x = torch.arange(3)
    assert agree_in_numbers(recorded(x), recorded(x.float()))
    assert agree_in_numbers(recorded(x), recorded(x + 0j))
    assert not agree_in_numbers(recorded(x), recorded(x + 1j))
    assert not agree_in_numbers(recorded(x), recorded(x[None]))
    assert not agree_in_numbers(recorded(x), recorded(x + 1))
    assert agree_in_numbers(recorded(word="crashed"), recorded(word="crashed", message="else"))


def test_of_what_a_probe_tells_that_counts_which_was_looked_at():
    one, other = ProbeResult({"a": 1, "b": 2}), ProbeResult({"a": 1, "b": 3})
    assert not agree(recorded(one), recorded(other))  # nobody looked: everything counts
    assert not agree(recorded(one), recorded(ProbeResult({"a": 1})))
    assert (other["a"], other.looked_at) == (1, {"a"})
    assert agree(recorded(one), recorded(other))
    assert not agree(recorded(ProbeResult({"b": 3})), recorded(other))
    assert other["b"] == 3
    assert not agree(recorded(one), recorded(other))
