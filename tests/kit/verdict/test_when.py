"""The line "when:" is true, or there is none."""

import json
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import processes
from kit.course.manifest import ROOT, exercises, find
from kit.learner.call import RecordedCall
from kit.verdict.conditions import Evidence
from kit.verdict.features import facts
from kit.verdict.inputs import inputs_of, signature
from kit.verdict.variations import Variations
from unlisted import MISTAKES, source

EX04, EX05, EX06, EX15 = (find(word)[0][0] for word in ("ex04", "ex05", "ex06", "ex15"))
LINES = {  # mistake: what its card says, or "" for nothing
    "rows_of_a_tall_kernel": "KH is larger than KW",
    "third_row_of_the_kernel_lost": "KH is 3 or more",
    "wide_images_turned": "W is larger than H",
    "stride_beyond_the_kernel": "stride is larger than kernel_size",
    "fourth_layer_forgotten": "len(layers) is 4 or more",
    "even_kernels_as_odd": "a kernel_size is even",
    "deep_padding": "PH is H or more",
    "third_channel_lost": "C is 3 or more",
    "two_samples_only": "N is 3 or more",
    "left_over_columns_pooled": "columns are left over",
    "two_channels_exchanged": "C is 2",
    "five_more_without_bias": "bias is False",
    "upright_scharr_heavier_on_the_left": 'edges is "vertical"',
    "half_a_kernel_refused": "PH is half of KH, or PW is half of KW",
    "fourth_class_unknown": "K is 4 or more",
    "black_pixels_left_alone": "images holds a 0",
    "single_window_refused": "H_out is 1",
    "probabilities_in_eval_mode": "in eval mode",
    "nothing_subtracted_in_train_mode": "in train mode",
}
NOTHING = {
    "fails in both modes": (
        "ex17_residual",
        "class ResBlock(right.ResBlock):\n    def forward(self, x):\n        return super().forward(x) + 1",
    ),
    "fails always": (
        "ex05_conv2d",
        "def stack_filters(*args, **kwargs): return right.stack_filters(*args, **kwargs) + 7",
    ),
    "is listed": ("ex06_pooling", MISTAKES["zeros_beat_dark_pixels"][1]),
    "is too slow": (
        "ex02_kernels",
        "def box_blur(size):\n    while size > 3: pass\n    return right.box_blur(size)",
    ),
}
PLUGIN = """
import json

def pytest_sessionfinish(session):
    judge = session.config.pluginmanager.get_plugin("convkata")
    failures = [s.failure for s in judge.record.standings() if s.failure and s.failure.word != "not started"]
    found = {{f"{{f.exercise.name}}.{{f.function}}": judge.diagnosis(f).when for f in failures}}
    open({found!r}, "w").write(json.dumps(found))
"""


def function_in(code):
    return [line for line in code.splitlines() if line.startswith(("def ", "class "))][-1].split()[1].partition("(")[0]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What is said of each mistake, from one run of the judge; no two of them are about one function."""
    folder, plugins = tmp_path_factory.mktemp("exercises"), tmp_path_factory.mktemp("plugins")
    wrong = {name: MISTAKES[name] for name in LINES} | NOTHING
    where = {name: f"{exercise}.{function_in(code)}" for name, (exercise, code) in wrong.items()}
    assert len({*where.values()}) == len(where)
    for exercise in {exercise for exercise, _ in wrong.values()}:
        codes = [code for each, code in wrong.values() if each == exercise]
        solution = (ROOT / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")
        (folder / f"{exercise}.py").write_text(source(solution, "\n\n".join(codes)), encoding="utf-8")
    (plugins / "when_of_all.py").write_text(PLUGIN.format(found=str(plugins / "found.json")))
    command = [sys.executable, "-m", "pytest", f"--folder={folder}", "-p", "when_of_all", *where.values()]
    done = processes.run(*command, env={"PYTHONPATH": str(plugins)})
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads((plugins / "found.json").read_text())
    return {name: found[place] for name, place in where.items()}


@pytest.mark.parametrize("mistake", LINES)
def test_the_condition_of_a_mistake_that_fails_sometimes_is_found(said, mistake):
    line = said[mistake].removeprefix("only ")
    assert line.startswith(f"when: {LINES[mistake]} ("), said[mistake]
    assert " calls failed" in line


@pytest.mark.parametrize("mistake", NOTHING)
def test_nothing_is_said_where_no_condition_is_the_cause(said, mistake):
    assert said[mistake] == ""


NAMES = ("a", "b", "c")


def evidence(*groups):
    """Calls in groups: how many, whether they failed, and which of the features a, b and c they have."""
    found = Evidence()
    for count, failed, features in groups:
        for _ in range(count):
            found.add({(name, f"not {name}"): name in features for name in NAMES}, failed, is_new=True)
    return found


def test_the_condition_that_fits_exactly_is_the_first():
    found = evidence((9, True, "a"), (9, True, "ac"), (9, False, "c"), (9, False, "b"))
    best = found.conditions()[0]
    assert (str(best), best.also, found.is_enough_for(best)) == ("a", 0, True)


def test_what_is_not_the_case_is_a_condition_too():
    assert str(evidence((9, True, "b"), (9, False, "ab"), (9, True, ""), (9, False, "a")).conditions()[0]) == "not a"


def test_two_features_are_said_where_one_does_not_suffice():
    found = evidence((9, True, "ab"), (9, True, "abc"), (9, False, "a"), (9, False, "b"), (9, False, "c"))
    best = found.conditions()[0]
    assert (str(best), best.also, found.is_enough_for(best)) == ("a and b", 0, True)


def test_a_condition_for_few_others_is_found_where_none_is_exact():
    found = evidence(
        (20, True, "a"), (20, True, "abc"), (5, False, "a"), (5, False, "abc"), (40, False, "b"), (40, False, "c")
    )
    best = found.conditions()[0]
    assert (str(best), best.also, found.is_enough_for(best)) == ("a", 10, True)


def test_a_condition_that_most_calls_meet_is_none():
    assert evidence((9, True, "ab"), (18, False, "ab"), (9, False, "a"), (2, False, "c")).conditions() == []


@pytest.mark.parametrize(("failed", "held", "enough"), [(2, 40, False), (40, 2, False), (3, 3, False), (9, 9, True)])
def test_a_few_calls_are_not_enough(failed, held, enough):
    found = evidence((failed, True, "a"), (held, False, ""))
    assert found.is_enough_for(found.conditions()[0]) == enough


def test_a_second_feature_needs_calls_of_its_own():
    """That b is needed shows in one call only, which may be right by accident."""
    found = evidence((9, True, "ab"), (1, False, "a"), (30, False, "b"), (30, False, ""))
    both, alone = found.conditions()[:2]
    assert (str(both), str(alone)) == ("a and b", "a")
    assert [found.is_enough_for(both), found.is_enough_for(alone)] == [False, True]


def test_calls_on_the_way_to_a_smaller_one_are_no_evidence():
    found = Evidence()
    for failed in (True, False):
        for _ in range(20):
            found.add({("a", "not a"): failed}, failed, is_new=False)
    assert not found.is_enough_for(found.conditions()[0])


def conv2d_call(*args, **kwargs):
    return inputs_of(EX05, RecordedCall({"function": "conv2d"}, args, kwargs))


def told(inputs):
    return {yes if truth else no for (yes, no), truth in facts(inputs).items()}


def test_features_are_told_by_the_letters_of_the_docstrings():
    image, weight = torch.ones(2, 3, 4, 7).mT, torch.ones(1, 3, 2, 2)
    found = told(conv2d_call(image, weight, stride=(1, 3), padding=1))
    assert {"N is 2", "C is 3", "C_out is 1", "H is 5 or more", "W is 4 or more", "KH is KW"} <= found
    assert {"SW is larger than KW", "SH is at most KH", "H is larger than W"} <= found
    assert {"H is odd", "W is even", "H_out is 5 or more", "W_out is 2", "columns are left over"} <= found
    assert {"no rows are left over", "stride is a pair", "padding is no pair", "bias is None"} <= found
    assert {"stride is given", "bias is not given", "there is padding", "input is not contiguous in memory"} <= found
    assert {"weight is contiguous in memory", "input and weight have one dtype", "input holds no nan"} <= found


def test_what_has_no_end_is_told():
    call = RecordedCall({"function": "pad2d"}, (torch.tensor([[torch.inf, 1.0]]), 1), {})
    assert {"image holds inf", "image holds no nan"} <= told(inputs_of(EX04, call))


@pytest.mark.parametrize(
    ("numbers", "holds"),
    [
        ([1.0, 2.0], {"image holds no 0", "all numbers of image differ"}),
        ([0.0, 2.0], {"image holds a 0", "all numbers of image differ"}),
        ([2.0, 2.0], {"image holds no 0", "image holds a number twice"}),
        ([-2.0, 2.0], {"image holds a number below 0", "all numbers of image differ"}),
    ],
)
def test_zeros_and_equal_numbers_are_told(numbers, holds):
    call = RecordedCall({"function": "pad2d"}, (torch.tensor([numbers]), 1), {})
    assert holds <= told(inputs_of(EX04, call))


def test_new_numbers_have_a_zero_or_a_number_twice_at_times():
    call = RecordedCall({"function": "pad2d"}, (torch.tensor([[1.0, 2.0, 3.0]]), 1), {})
    variations = Variations(EX04, "pad2d")
    found = [told(inputs_of(EX04, variations.same_shapes(inputs_of(EX04, call)))) for _ in range(60)]
    with_zero, twice = (
        sum(name in each for each in found) for name in ("image holds a 0", "image holds a number twice")
    )
    assert 1 <= with_zero <= 20
    assert 1 <= twice <= 20


def test_a_stride_that_is_none_is_the_kernels_size():
    call = RecordedCall({"function": "max_pool2d"}, (torch.ones(1, 1, 6, 6), (2, 3)), {})
    assert {"SH is 2", "SW is 3", "stride is None"} <= told(inputs_of(EX06, call))


def test_where_no_kernel_has_to_fit_nothing_is_said_of_how_it_fits():
    call = RecordedCall({"function": "subsample"}, (torch.ones(1, 1, 5, 6), (2, 3)), {})
    assert {"H is no multiple of SH", "W is a multiple of SW"} <= told(inputs_of(EX06, call))


def test_the_weight_of_a_transposed_convolution_begins_with_the_channels_of_the_input():
    call = RecordedCall({"function": "conv_transpose2d"}, (torch.ones(1, 2, 2, 4), torch.ones(2, 3, 3, 1)), {})
    inputs = inputs_of(EX15, call)
    assert {"C is 2", "C_out is 3", "KH is 3", "H is 2", "C and C_out differ"} <= told(inputs)
    assert not any("_out" in fact or "left over" in fact for fact in told(inputs) if "C_out" not in fact)
    variations = Variations(EX15, "conv_transpose2d")
    args = variations.call(variations.genes(inputs)).args
    assert [tuple(tensor.shape) for tensor in args] == [(1, 2, 2, 4), (2, 3, 3, 1)]


VALUES = st.sampled_from(
    [
        None,
        0,
        -1,
        3,
        2.5,
        True,
        "vertical",
        (1, 2),
        (0, 0),
        [1],
        [(3, 1, 0)],
        [()],
        (1, "a"),
        {},
        torch.ones(()),
        torch.ones(0, 3),
    ]
) | st.builds(
    lambda sides, dtype: torch.ones(sides, dtype=dtype),
    st.lists(st.integers(0, 3), max_size=5),
    st.sampled_from([torch.float32, torch.int64, torch.uint8, torch.bool, torch.complex64, torch.bfloat16]),
)
FUNCTIONS = [(e, f) for e in exercises() for f in e.functions if signature(e, f)]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(where=st.sampled_from(FUNCTIONS), args=st.lists(VALUES, max_size=6), data=st.data())
def test_features_and_variations_are_total(where, args, data):
    exercise, function = where
    inputs = inputs_of(exercise, RecordedCall({"function": function}, tuple(args), {}))
    if inputs is None:
        return
    assert all(isinstance(truth, bool) for truth in facts(inputs).values())
    variations = Variations(exercise, function)
    assert variations.same_shapes(inputs).header == {"function": function}
    if genes := variations.genes(inputs):
        for _ in range(5):
            genes = variations.between(genes, genes)
            call = variations.call(genes)
            assert call is None or isinstance(facts(inputs_of(exercise, call)), dict)


@pytest.mark.parametrize(
    "layout",
    [
        lambda x: x,
        lambda x: x.mT.contiguous().mT,
        lambda x: torch.stack([x, x], -1)[..., 0],
        lambda x: torch.cat([x, x])[2:],
        lambda x: x.to(memory_format=torch.channels_last),
    ],
)
def test_a_call_between_two_keeps_dtype_and_layout(layout):
    image = layout(torch.arange(120.0).reshape(2, 3, 4, 5))
    variations = Variations(EX05, "conv2d")
    genes = variations.genes(conv2d_call(image, torch.ones(2, 3, 2, 2)))
    (got, weight), _ = variations.call(genes).args, None
    assert (got.shape, got.dtype, got.stride()) == (image.shape, image.dtype, image.stride())
    assert bool(got.storage_offset()) == bool(image.storage_offset())
    assert 30 < got.mean() < 90
    assert len(weight.unique()) == weight.numel()
    larger = variations.call(type(genes)(genes.sizes | {"N": 4}, genes.plain, genes.models, genes.by_place)).args[0]
    assert larger.shape == (4, 3, 4, 5)
    assert larger.is_contiguous() == image.is_contiguous()


def test_what_is_not_finite_stays():
    image = torch.tensor([[torch.nan, 1.0], [torch.inf, 2.0]])
    call = RecordedCall({"function": "pad2d"}, (image, 1), {})
    got = Variations(EX04, "pad2d").same_shapes(inputs_of(EX04, call)).args[0]
    assert torch.equal(got.isfinite(), image.isfinite())
