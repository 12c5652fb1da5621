"""The gallery's page in a real browser: on a phone and on a desk, light and dark, without a network, by keyboard.

Needs Chromium or Chrome. Without one these tests are skipped, but where CI is set in the environment they fail.
"""

import re

import pytest
import torch

from browser import on_every_screen, with_luminance
from kit.course.manifest import ROOT
from kit.gallery import canvas, draw
from kit.gallery.exhibits import EXHIBITS, TRAINING
from kit.gallery.page import Hung, page

CONTRAST = with_luminance("""
  const wall = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("h1, h2, h3, p, a, figcaption, .made-by")].map(e => {
    const own = light(getComputedStyle(e).color);
    return (Math.max(own, wall) + 0.05) / (Math.min(own, wall) + 0.05); });
""")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The model answers' page without the training, so that some pictures are greyed out; one has a remark."""
    torch.set_num_threads(1)
    gallery = draw.Gallery(ROOT / "solutions")
    wall = [gallery.hang(e) if e.parts is not TRAINING else Hung(e, None, "write ex08 to see this") for e in EXHIBITS]
    wall[1] = Hung(wall[1].exhibit, wall[1].picture, f"ex01 raised {'A' * 200}: nox -s exercises -- ex01")
    path = tmp_path_factory.mktemp("out") / "index.html"
    path.write_text(page(wall, "18 of 22 pictures drawn, 4 greyed out."), encoding="utf-8")
    return path


@on_every_screen
def test_the_page_opens_without_a_complaint_and_every_picture_is_seen(browser, index, width, height, scheme):
    browser.complaints.clear()
    browser.open(index, width, height, scheme)
    assert browser.ask("document.querySelectorAll('figure > img').length") == 18
    assert browser.ask("[...document.images].every(i => i.complete && i.naturalWidth > 0 && i.alt)")
    assert browser.ask("document.querySelectorAll('.empty').length") == 4
    assert browser.complaints == []


@on_every_screen
def test_nothing_is_wider_than_the_screen(browser, index, width, height, scheme):
    browser.open(index, width, height, scheme)
    assert browser.ask("document.documentElement.scrollWidth") == width
    rights = browser.ask("[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right)")
    assert max(rights) <= width


@on_every_screen
def test_all_words_stand_out_from_the_wall(browser, index, width, height, scheme):
    browser.open(index, width, height, scheme)
    assert min(browser.ask(CONTRAST)) >= 4.5
    assert browser.ask("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
    wall = browser.ask("getComputedStyle(document.body).backgroundColor")
    dark = sum(map(int, re.findall(r"\d+", wall))) < 3 * 128
    assert dark == (scheme == "dark")


def test_the_page_and_the_photograph_are_small(index):
    photographs = re.findall(r"src=\"data:image/png;base64,([^\"]+)", index.read_text())
    assert [len(data) * 3 // 4 < 300_000 for data in photographs] == [True]
    assert index.stat().st_size + 300_000 < 1_500_000  # with four pictures of a trained network


@on_every_screen
def test_no_text_in_a_picture_is_smaller_than_9_points(browser, index, width, height, scheme):
    """A picture is never shown narrower than it was drawn, with no text below 9 points."""
    browser.open(index, width, height, scheme)
    widths = browser.ask(
        "[...document.images].filter(i => i.checkVisibility()).map(i => i.getBoundingClientRect().width)"
    )
    assert min(widths) / 96 >= canvas.WIDTH
    assert canvas.SMALLEST >= 9


def test_tab_reaches_every_link_in_order_and_enter_follows_it(browser, index):
    browser.open(index, 1280, 900, "light")
    links = browser.ask("[...document.links].map(a => a.textContent)")
    for link in links:
        browser.press("Tab", 9)
        if browser.ask("document.activeElement.tagName") == "INPUT":  # the steps of the sliding window
            browser.press("Tab", 9)
        assert browser.ask("document.activeElement.textContent") == link
        assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        box = browser.ask("(r => [r.left, r.width])(document.activeElement.getBoundingClientRect())")
        assert min(box) > 0  # seen, the hidden first one too
    browser.open(index, 1280, 900, "light")
    for _ in range(4):  # to the pictures, then the third room
        browser.press("Tab", 9)
    browser.press("Enter", 13)
    assert browser.ask("location.hash") == "#room3"
    assert browser.ask("document.activeElement.id") == "room3"


def test_the_arrow_keys_go_through_the_steps_of_the_sliding_window(browser, index):
    browser.open(index, 390, 844, "light")
    seen = "[...document.querySelectorAll('.frames img')].map(i => i.checkVisibility() ? i.alt : '').filter(alt => alt)"
    assert browser.ask(seen) == ["step 1 of 9"]
    browser.ask("document.getElementById('sliding_window1').focus()")
    for step in range(2, 10):
        browser.press("ArrowRight", 39)
        assert browser.ask(seen) == [f"step {step} of 9"]
        assert browser.ask("document.activeElement.getAttribute('aria-label')") == f"step {step} of 9"
    browser.press("ArrowLeft", 37)
    assert browser.ask(seen) == ["step 8 of 9"]


def test_the_text_in_a_picture_stays_within_it_with_another_font(browser, tmp_path):
    """Text is text and not outlines: a browser that has not the font takes a similar one."""
    gallery = draw.Gallery(ROOT / "solutions")
    for name in ("sizes", "lenet_parameters", "kernels_with_holes"):
        svg = gallery.hang(next(e for e in EXHIBITS if e.name == name)).picture.decode()
        assert "DejaVu Sans, Verdana" in svg
        path = tmp_path / f"{name}.html"
        path.write_text(f"<!doctype html>{svg[svg.index('<svg') :].replace('DejaVu Sans, Verdana, ', '')}")
        browser.open(path, 390, 844, "light")
        script = """(() => { const paper = document.querySelector('svg').getBoundingClientRect();
          return [...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect()).every(
            r => r.left >= paper.left - 1 && r.right <= paper.right + 1); })()"""
        assert browser.ask(script)


def test_the_page_asks_the_network_for_nothing(browser, index):
    browser.seen.clear()
    browser.open(index, 390, 844, "light")
    loaded = browser.ask("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert [name for name in loaded if not name.startswith("data:")] == []


def test_a_page_with_a_fault_is_complained_about(browser, tmp_path):
    """These tests would see an error if there were one."""
    path = tmp_path / "index.html"
    path.write_text("<script>console.error('seen'); nothing.at.all</script><img src='missing.png'>")
    browser.complaints.clear()
    browser.open(path, 390, 844, "light")
    text = "\n".join(browser.complaints)
    assert "seen" in text
    assert "ReferenceError" in text
    assert "missing.png" in text
    assert not browser.ask("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
