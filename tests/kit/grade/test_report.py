"""The page of a class: what it counts, what it leaves out, and how a browser shows it."""

import html.parser
import re

from samples import CAUSE, EX03, a_failure, record_with

from kit.course.manifest import exercises
from kit.grade.misunderstandings import misunderstandings
from kit.grade.views.report import report

OTHER = {"name": "floats", "sentence": "/ gives a float", "look": "//"}


def person(name, words=(), **failure):
    return record_with(dict(words), name=name, failure=a_failure(**failure))


def a_class(number=12):
    """A few have one cause, fewer another, some the same nameless answer, the others are right."""
    wrong = {"conv_output_size": "wrong"}
    people = [person(f"p{i:03}", wrong, call=f"conv_output_size({10 + i % 3}, 3)") for i in range(number // 2)]
    people += [person(f"q{i:03}", wrong, cause=OTHER, call="conv_output_size(10, 3)") for i in range(number // 4)]
    people += [person(f"r{i:03}", wrong, cause=None, call="conv_output_size(1, 1)", got="7") for i in range(2)]
    return people + [person(f"s{i:03}") for i in range(number - len(people))]


class Reader(html.parser.HTMLParser):
    """Keeps tags that are open, and all attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.attributes, self.cells = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.attributes += attributes
        self.cells += tag == "td"
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_people_with_one_cause_are_counted_together_the_most_first():
    found = misunderstandings(a_class())
    assert [(each.number, each.sentence, each.is_named) for each in found] == [
        (6, CAUSE["sentence"], True),
        (3, OTHER["sentence"], True),
        (2, "the number differs", False),
    ]
    assert {each.function for each in found} == {"conv_output_size"}


def test_the_example_is_one_that_tells_them_from_others():
    first, second, nameless = misunderstandings(a_class())
    assert first.example.call == "conv_output_size(11, 3)"  # at (10, 3) others fail too
    assert second.example.call == "conv_output_size(10, 3)"
    assert (nameless.example.got, nameless.example.want) == ("7", "8")


def test_what_was_not_handed_in_or_not_judged_is_no_misunderstanding():
    assert (
        misunderstandings(
            [person("a", {"conv_output_size": "not judged"}), person("b", {"trace_sizes": "not started"})]
        )
        == []
    )


def test_a_file_that_cannot_be_imported_is_told_once_and_last():
    whole = dict.fromkeys(EX03.checks, "cannot import")
    people = [person(f"w{i}", whole, cause=None, call="", account="SyntaxError: invalid syntax") for i in range(20)]
    found = misunderstandings([*people, *a_class()])
    assert [(each.function, each.number) for each in found[-2:]] == [("conv_output_size", 2), ("the whole file", 20)]
    page = report([*people, *a_class()])
    assert page.count("SyntaxError") == 1
    assert page.index("SyntaxError") > page.index(CAUSE["sentence"].split()[0])


def test_exercises_come_as_in_the_course_whoever_handed_in_what():
    first, second = a_class(4)[:1], a_class(4)[:1]
    for made in first:  # has handed in a later exercise alone
        made["exercises"][4]["found"], made["exercises"][2]["found"] = "ex05_conv2d.py", ""
        made["exercises"][4]["functions"][0] |= {"verdict": "wrong", "failure": a_failure()}
    assert [each.exercise for each in misunderstandings([*first, *second])] == ["ex03_output_size", "ex05_conv2d"]


def test_the_page_is_whole_and_asks_for_nothing():
    text = report(a_class())
    read = Reader(text)
    assert read.open == []
    assert not [
        value for name, value in read.attributes if name in ("src", "href") and not value.startswith(("#", "data:"))
    ]
    assert "http" not in text.replace("http-equiv", "")
    assert read.cells == 12 * (1 + sum(len(e["functions"]) for e in record_with({})["exercises"]))
    assert "6 of 12" in text


def test_strangers_write_no_html_on_it():
    text = report([person("<script>", {"conv_output_size": "wrong"}, call="<img src=x>", got="<b>", cause=None)])
    assert not re.search("<script|<img|<b>", text)


def test_without_names_there_are_none():
    assert "p003" in report(a_class())
    assert not re.search(r"[pqrs]00\d", report(a_class(), anonymous=True))


def test_a_class_of_nobody_has_a_page():
    assert "No submission is graded yet." in report([])


def test_points_are_counted_in_bars():
    text = report([record_with({}), record_with({"trace_sizes": "wrong"})])
    tenth = sum(exercise.points for exercise in exercises()) / 10
    assert f'<span>0 to {tenth:g}</span><span class="number">2</span>' in text


def test_the_mistakes_of_few_are_a_list_below_those_of_many():
    people = []
    for number in range(40):
        failure = a_failure(call=f"conv_output_size({number % 20}, 1)", cause=None)
        people.append(record_with({"conv_output_size": "wrong"}, name=f"p{number}", failure=failure))
    page = report(people)
    assert page.count('<article class="card">') == 9
    assert "<summary>11 more, each of at most 2</summary>" in page
    assert page.count("<li>2: <code>conv_output_size</code>") == 11


def test_hints_are_counted_where_folders_tell_and_else_nothing_is_said():
    people = a_class()
    assert "hints" not in report(people)
    people[0]["hints"] = {"ex03.conv_output_size": 1}
    people[1]["hints"] = {"ex03.conv_output_size": 3, "ex03.same_padding": 1, "ex01.correlate2d": 1}
    page = report(people)
    assert (
        "Asked for hints, of 2 people whose folders tell: <code>conv_output_size</code> 2, <code>same_padding</code> 1"
        in page
    )
    assert "correlate2d</code> 1" not in page  # nobody has an exercise ex01 on this page
