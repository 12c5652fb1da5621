"""The page of a class in a real browser: seventeen people and a thousand, phone to projector, light and dark, by keys.

Needs Chromium or Chrome. Without one these tests are skipped, but where CI is set in the environment they fail.
"""

import itertools

import pytest
from samples import a_failure, record_with

from browser import with_luminance
from kit.course.manifest import exercises
from kit.grade.views.report import MARKS, report

NUMBERS = (17, 1000)
SCREENS = [*itertools.product(NUMBERS, [(390, 844, "light"), (390, 844, "dark"), (1920, 1080, "light")])]
on_every_screen = pytest.mark.parametrize(("number", "screen"), SCREENS)
CONTRAST = with_luminance("""
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (c != "rgba(0, 0, 0, 0)") return light(c); } };
  return [...document.querySelectorAll("h1, h2, h3, p, a, pre, .legend span, .map tr:nth-child(1) > *")].map(e => {
    const [own, wall] = [light(getComputedStyle(e).color), behind(e)];
    return (Math.max(own, wall) + 0.05) / (Math.min(own, wall) + 0.05); });
""")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A page for each number of people; among them are all verdicts, long names and long calls."""
    top, words, made = tmp_path_factory.mktemp("pages"), [*MARKS], {}
    for number in NUMBERS:
        people = []
        for i in range(number):
            failure = a_failure(
                call=f"conv_output_size({'1' * (i % 5) * 40}, 3)", cause=None if i % 2 else a_cause(i % 7)
            )
            verdicts = {"conv_output_size": words[i % len(words)], "trace_sizes": words[i % 3]}
            people.append(record_with(verdicts, name=f"{'Ana Maria ' * (i % 6)}{i}", failure=failure))
        made[number] = top / f"{number}.html"
        made[number].write_text(report(people), encoding="utf-8")
    return made


def a_cause(number):
    return {"name": f"c{number}", "sentence": f"mistake {number} " + "very_long_word" * 10, "look": "look there"}


@on_every_screen
def test_the_page_opens_without_a_complaint_and_has_a_row_for_each(browser, pages, number, screen):
    browser.complaints.clear()
    browser.open(pages[number], *screen)
    assert browser.ask("document.querySelectorAll('.map tbody tr').length") == number
    assert browser.ask("document.querySelectorAll('.map thead .f').length") == sum(len(e.checks) for e in exercises())
    assert browser.complaints == []


@on_every_screen
def test_the_page_is_no_wider_than_the_screen(browser, pages, number, screen):
    browser.open(pages[number], *screen)
    assert browser.ask("document.documentElement.scrollWidth") == screen[0]
    assert (
        browser.ask(
            "Math.max(...[...document.querySelectorAll('article, pre')].map(e => e.scrollWidth - e.clientWidth))"
        )
        <= 2
    )


@on_every_screen
def test_all_words_and_marks_stand_out(browser, pages, number, screen):
    browser.open(pages[number], *screen)
    assert min(browser.ask(CONTRAST)) >= 4.5


def test_the_map_fits_on_a_projector(browser, pages):
    browser.open(pages[17], 1920, 1080, "light")
    assert browser.ask("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.wide'))") == 0


def test_tab_reaches_every_link_and_the_map_which_then_scrolls(browser, pages):
    browser.open(pages[17], 390, 844, "light")
    for wanted in (*browser.ask("[...document.querySelectorAll('a[href], summary')].map(e => e.textContent)"), None):
        browser.press("Tab", 9)
        if wanted:
            assert browser.ask("document.activeElement.textContent") == wanted
        assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.ask("document.activeElement.className") == "wide"
    assert browser.ask("(e => e.scrollWidth > e.clientWidth)(document.activeElement)")


def test_a_thousand_people_are_a_small_page(pages):
    assert pages[1000].stat().st_size < 2_000_000
