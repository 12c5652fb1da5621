"""The example of a misunderstanding: tried on an answer of each group, so that it tells who has it from who has not."""

import pytest
import torch
from made import EX03, RIGHT
from samples import CAUSE, a_failure, record_with

from kit.course.manifest import find
from kit.course.mistakes import mistakes
from kit.grade import record, telling_apart
from kit.grade.misunderstandings import misunderstandings
from kit.grade.pasted import read_call
from kit.grade.telling_apart import tell_apart
from kit.grade.views.report import report
from kit.learner.call import Call
from kit.verdict.values import show_call

CALL = "conv_output_size(10, 3, 2, 1, 2)"  # at which every known mistake fails, or at one like it
SHOWN = [
    Call("f", (1, -2.5, None, True, "a", (1, (2,)), [3], {"k": 4}), (("stride", (2, 1)),)),
    Call("f", (torch.tensor([[1, 2], [3, 4]]), torch.tensor([1.5]), torch.zeros(2, 3), torch.full((2, 3), -1.0))),
    Call("f", (torch.tensor([[1, 2], [3, 4]]).double().mT, torch.ones(5).double(), torch.empty(0, 2))),
    Call("f", (torch.arange(8).reshape(2, 2, 2).permute(2, 0, 1), torch.tensor([float("nan"), float("-inf")]))),
    Call("f", (torch.tensor([1 / 3], dtype=torch.float64), torch.tensor([True, False]))),
]
NO_CALLS = [
    *("", "f(1", "f(1, …", "a model is trained", "f(<tensor of shape (9,), torch.float32>)", "os.remove('x')"),
    *(
        "f(open('x'))",
        "f(torch.load('x'))",
        "f(torch.ones(99999, 99999))",
        "f(__import__('os'))",
        "f(x)",
        "(lambda: 1)()",
    ),
    *("f(torch.tensor([1]).numpy())", "f(torch.tensor([1], device=torch.cuda))", f"f({'(' * 300}{')' * 300})"),
]


def test_a_call_that_is_shown_is_read_back():
    for call in SHOWN:
        name, arguments, keywords = read_call(show_call(call))
        assert (name, show_call(Call(name, tuple(arguments), tuple(keywords.items())))) == ("f", show_call(call))


def test_what_is_no_call_that_a_record_shows_is_not_read():
    assert [text for text in NO_CALLS if read_call(text) is not None] == []


def known(function="conv_output_size"):
    ((exercise, name),) = find(function)
    return [each for each in mistakes(exercise, name) if not each.is_right]


def class_with(files, sources, call=CALL):
    """Two people for each source, whose cause has the source's number; the sources are kept in `files`."""
    people = []
    for number, source in enumerate(sources):
        files.mkdir(exist_ok=True)
        (files / f"{record.sha256(source.encode())}.py").write_text(source, encoding="utf-8")
        failure = a_failure(call=call, cause=CAUSE | {"sentence": f"mistake {number}"})
        words = {"conv_output_size": "wrong"}
        people += [record_with(words, source=source.encode(), failure=failure, name=f"p{number}{i}") for i in "ab"]
    return people


def answers(source, call):
    """What a source answers, asked here: it is the bank's."""
    names = {}
    exec(compile(source, EX03, "exec"), names)
    try:
        return repr(eval(call, names))
    except Exception as error:
        return type(error).__name__


@pytest.mark.slow
def test_the_example_is_answered_wrongly_by_those_who_have_it_and_otherwise_by_all_others(tmp_path):
    sources = list(dict.fromkeys(each.source for each in known()))[:5]
    found = tell_apart(class_with(tmp_path / "files", sources), tmp_path / "files")
    assert len(found) == len(sources)
    for (_, function, key), tried in found.items():
        own = int(key[1].removeprefix("mistake "))
        assert function == "conv_output_size"
        said = [answers(source, tried.call) for source in sources]
        assert said[own] == tried.got != tried.want == answers(RIGHT, tried.call)
        others = said[:own] + said[own + 1 :]
        assert tried.asked == 2 * len(others)
        assert tried.failing == 2 * sum(each != tried.want for each in others)
        assert tried.alike == 2 * others.count(tried.got)
    assert sum(tried.alike == 0 for tried in found.values()) >= 4


BEYOND = (
    RIGHT.replace("def conv_output_size(", "def right(") + "\ndef conv_output_size(*a, **k): return right(*a, **k) "
)
ALWAYS, RARELY = f"{BEYOND}+ 1\n", f"{BEYOND}+ (a[1] == 4)\n"


@pytest.mark.slow
def test_a_call_at_which_only_they_are_wrong_is_found_beside_those_of_the_records(tmp_path):
    people = class_with(tmp_path / "files", [ALWAYS, RARELY], "conv_output_size(10, 4)")
    always, rarely = tell_apart(people, tmp_path / "files").values()
    assert (always.asked, always.failing, always.call) == (2, 0, always.call)
    assert [answers(each, always.call) == always.want for each in (ALWAYS, RARELY)] == [False, True]
    assert (rarely.failing, rarely.alike) == (2, 2)  # whoever fails rarely fails where the others do
    page = report(people, tried={**tell_apart(people, tmp_path / "files")})
    assert "Only they are wrong here; 2 with another mistake in it are right." in page
    assert "2 with another mistake give this answer too." in page
    assert always.call in page


@pytest.mark.slow
def test_nobody_is_asked_twice(tmp_path, monkeypatch):
    people = class_with(tmp_path / "files", [ALWAYS, RARELY])
    first = tell_apart(people, tmp_path / "files")
    monkeypatch.setattr(telling_apart, "CleanForkServer", None)
    assert tell_apart(people, tmp_path / "files") == first


@pytest.mark.slow
def test_who_hangs_or_is_not_kept_leaves_the_example_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(telling_apart, "LIMITS", telling_apart.Limits(call=0.3, exercise=1.0))
    people = class_with(tmp_path / "files", ["while True: pass\n", ALWAYS])
    found = tell_apart(people, tmp_path / "files")
    assert [key[2][1] for key in found] == ["mistake 1"]
    first, second = misunderstandings(people, found)
    assert (first.example.call, first.tried) == (CALL, None)
    assert second.tried.asked == 0
    assert "another mistake" not in report(people, tried=found)
    assert tell_apart(class_with(tmp_path / "files", [RARELY]), tmp_path / "none") == {}


def test_an_answer_that_cannot_be_compared_costs_the_example_and_no_report(tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("can't allocate memory")

    monkeypatch.setattr(telling_apart, "_best", fail)
    made = [record_with({"conv_output_size": "wrong"})]
    assert tell_apart(made, tmp_path) == {}
    assert "conv_output_size" in report(made, False, tell_apart(made, tmp_path))
