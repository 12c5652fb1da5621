"""The page of a failure in a real browser: what is drawn is what stands in its data, on a phone and on a desk.

Needs Chromium or Chrome. Without one these tests are skipped, but where CI is set in the environment they fail.
"""

import re

import pytest
import torch
import torch.nn.functional as F

from browser import on_every_screen, with_luminance
from kit.see.page import page, read_scene
from kit.see.values import node
from kit.see.window import window_picture

PAGES = [("ex05", "padding_at_the_end_only"), ("ex06", "padded_with_zeros"), ("ex03", "rounded_up"),
         ("ex03", "kernels_added_up"), ("ex10", "gradients_not_emptied"), ("ex02", "sobel_directions_exchanged"),
         ("ex09", "one_for_each_row"), ("ex07", "channels_ignored"), ("ex08", "PoolLeftOut"),
         ("ex11", "last_batch_only"), ("ex12", "parameters_only_saved"), ("ex02", "gradients_not_cleared"),
         ("ex07", "shared_ones_twice"), ("ex09", "along_the_columns"), ("ex09", "last_batch_dropped"),
         ("ex11", "along_the_samples"), ("ex16", "NormalisedWithNMinusOne"), ("ex16", "NotEnlarged"),
         ("ex18", "same_image_twice")]  # fmt: skip
on_every_page = pytest.mark.parametrize("mistake", PAGES, ids=lambda mistake: mistake[1])
CONTRAST = with_luminance("""
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const wall = light(getComputedStyle(document.body).backgroundColor);
  const words = [...document.querySelectorAll("h1, h2, h3, p, dt, dd, li, figcaption, td, th, button, select, label")]
    .map(e => ratio(light(getComputedStyle(e).color), wall));
  const cells = [...document.querySelectorAll("svg rect[data-at]")]
    .filter(r => r.nextElementSibling?.tagName === "text").filter(r => r.getAttribute("fill") !== "none")
    .map(r => ratio(light(getComputedStyle(r).fill), light(getComputedStyle(r.nextElementSibling).fill)));
  return [...words, ...cells];
""")
WORDS = {"title": "", "finding": "", "check": "", "facts": [], "got": None, "want": None}
GRID = """
(() => { const svg = document.querySelector("svg[data-name^='%s']");
  return Object.fromEntries([...svg.querySelectorAll("rect[data-at]")].map(
    r => [r.dataset.at, r.nextElementSibling?.matches("text:not(.axis)") ? r.nextElementSibling.textContent : ""]));
})()
"""


@on_every_page
@on_every_screen
def test_the_page_opens_without_a_complaint_or_the_network_and_no_wider_than_the_screen(
    browser, page_of_mistake, mistake, width, height, scheme
):
    browser.complaints.clear()
    browser.open(page_of_mistake(*mistake), width, height, scheme)
    assert browser.complaints == []
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert browser.ask("performance.getEntriesByType('resource').every(e => e.name.startsWith('data:'))")
    assert (
        browser.ask(
            "document.querySelectorAll('main svg, main [data-saved], main [data-line], main [data-batch]').length"
        )
        > 0
    )
    assert browser.ask("[...document.querySelectorAll('svg')].every(svg => svg.getAttribute('aria-label').length > 9)")


@on_every_page
@on_every_screen
def test_all_words_and_numbers_stand_out_and_none_are_small(browser, page_of_mistake, mistake, width, height, scheme):
    browser.open(page_of_mistake(*mistake), width, height, scheme)
    assert min(browser.ask(CONTRAST)) >= 4.5
    sizes = browser.ask("[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)")
    assert min(sizes, default=12) >= 12
    widths = "[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width / s.viewBox.baseVal.width)"
    assert min(browser.ask(widths), default=1) > 0.99  # else its text would be smaller
    wall = browser.ask("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", wall))) < 3 * 128) == (scheme == "dark")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A page on which no numbers fit: a padded image of 60 by 60, and an answer that is wrong at its end."""
    image, kernel = (torch.arange(3600.0).reshape(60, 60) % 23) - 11, torch.ones(3, 3)
    want = F.conv2d(image[None, None], kernel[None, None], None, 1, 1)[0, 0]
    got = want.clone()
    got[-1, -2:] += 5
    picture = window_picture("correlate2d", (image, kernel), {"padding": 1}, got, want)
    path = tmp_path_factory.mktemp("large") / "see.html"
    path.write_text(page(WORDS | {"picture": picture}), encoding="utf-8")
    return path


@pytest.mark.parametrize("got", [torch.zeros(1, 1, 0, 0), torch.zeros(1, 2, 1, 1), torch.zeros(3, 3), 1j, {}, [], None])
def test_an_answer_of_another_kind_is_drawn_without_a_complaint(browser, tmp_path, got):
    args = torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2)
    want = F.conv2d(*args)
    picture = window_picture("conv2d", args, {}, got, want)
    sides = {"got": node(got, want, compare=True), "want": node(want, got, compare=True)}
    (tmp_path / "see.html").write_text(page(WORDS | sides | {"picture": picture}), encoding="utf-8")
    browser.complaints.clear()
    browser.open(tmp_path / "see.html", 390, 844, "light")
    assert browser.complaints == []
    assert browser.ask("document.querySelectorAll('svg[data-name=want] [data-at]').length") == 4
    assert browser.ask("document.documentElement.scrollWidth") == 390


@on_every_screen
def test_where_numbers_do_not_fit_there_are_colours(browser, large, width, height, scheme):
    browser.complaints.clear()
    browser.open(large, width, height, scheme)
    assert browser.complaints == []
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert len(browser.ask(GRID % "input")) == 62 * 62
    assert set(browser.ask(GRID % "want").values()) == {""}
    fills = browser.ask(
        "[...document.querySelectorAll('svg[data-name=want] [data-at]')].map(r => r.getAttribute('fill'))"
    )
    assert len(set(fills)) > 10
    assert browser.ask("document.querySelector('svg[data-name=got] [data-first]').dataset.first") == "59,58"
    assert "row 59, column 58" in browser.ask("document.querySelector('svg[data-name=got]').getAttribute('aria-label')")


def plane(tensor, n, o):
    rows, columns = tensor["shape"][2:]
    start = (n * tensor["shape"][1] + o) * rows * columns
    numbers = tensor["numbers"][start : start + rows * columns]
    return {
        f"{i},{j}": str(numbers[i * columns + j]).replace("-", "\N{MINUS SIGN}")
        for i in range(rows)
        for j in range(columns)
    }


def test_what_is_drawn_is_what_stands_in_the_data(browser, page_of_mistake):
    path = page_of_mistake("ex05", "padding_at_the_end_only")
    picture = read_scene(path.read_text(encoding="utf-8"))["picture"]
    browser.open(path, 1280, 900, "light")
    n, o, i, j = picture["first"]["place"]
    for name in ("got", "want"):
        assert browser.ask(GRID % name) == plane(picture[name], n, o)
    (h, w), (ph, pw) = picture["input"]["shape"][2:], picture["padding"]
    cells = browser.ask(GRID % "input")
    assert set(cells) >= {f"{a},{b}" for a in range(-ph, h + ph) for b in range(-pw, w + pw)}
    assert cells[f"{-ph},0"] == "0"  # padding, outside the image
    assert browser.ask("document.querySelector('svg[data-name=got] [data-first]').dataset.first") == f"{i},{j}"
    windows = '[...document.querySelectorAll("svg[data-name^=input] [data-window]")].map(r => r.dataset.window)'
    top, left = picture["yours"]["start"]
    kernel = picture["size"]
    yours = [top + i * picture["yours"]["stride"][0], left + j * picture["yours"]["stride"][1], *kernel]
    assert browser.ask(windows) == [",".join(map(str, picture["first"]["window"])), ",".join(map(str, yours))]


@pytest.mark.parametrize("mistake", PAGES[:2], ids=lambda mistake: mistake[1])
def test_arrow_keys_move_the_window_through_all_places_and_no_further(browser, page_of_mistake, mistake):
    path = page_of_mistake(*mistake)
    picture = read_scene(path.read_text(encoding="utf-8"))["picture"]
    browser.open(path, 1280, 900, "light")
    rows, columns = picture["want"]["shape"][2:]
    for key, code, count in (("ArrowUp", 38, rows), ("ArrowLeft", 37, columns)):
        for _ in range(count):
            browser.press(key, code)
    n, o = picture["first"]["place"][:2]
    want = plane(picture["want"], n, o)
    for i in range(rows):
        for j in range(columns):
            seen = browser.ask("document.querySelector('.sum').textContent")
            assert seen.startswith(f"Number at row {i}, column {j}:")
            assert f"= {want[f'{i},{j}']}." in seen
            window = browser.ask(
                "document.querySelector('svg[data-name^=input] .frame.right[data-window]').dataset.window"
            )
            at = [i * picture["stride"][0] - picture["padding"][0], j * picture["stride"][1] - picture["padding"][1]]
            assert window == ",".join(map(str, [*at, *picture["size"]]))
            browser.press("ArrowRight", 39)
        browser.press("ArrowDown", 40)
        for _ in range(columns):
            browser.press("ArrowLeft", 37)


def test_channels_are_leafed_through_by_keyboard(browser, tmp_path):
    args = torch.arange(24.0).reshape(1, 3, 2, 4) - 9, torch.ones(1, 3, 2, 2)
    want = F.conv2d(*args)
    picture, path = window_picture("conv2d", args, {}, want + 1, want), tmp_path / "see.html"
    path.write_text(page(WORDS | {"picture": picture}), encoding="utf-8")
    browser.open(path, 390, 844, "dark")
    for channel in range(picture["input"]["shape"][1]):
        leaf = f"(s => {{ s.value = {channel}; s.dispatchEvent(new Event('change')); }})"
        browser.ask(f"{leaf}(document.querySelector('[data-leaf=channel]'))")
        assert (
            browser.ask("document.querySelector('svg[data-name^=input]').dataset.name") == f"input, channel {channel}"
        )
        cells = browser.ask(GRID % "input")
        assert {k: v for k, v in cells.items() if k in plane(picture["input"], 0, channel)} == plane(
            picture["input"], 0, channel
        )


def test_places_cone_and_events_are_drawn_each(browser, page_of_mistake):
    path = page_of_mistake("ex03", "rounded_up")
    browser.open(path, 390, 844, "light")
    (line,) = read_scene(path.read_text(encoding="utf-8"))["picture"]["lines"]
    drawn = browser.ask("[...document.querySelectorAll('[data-place]')].map(e => Number(e.dataset.place))")
    assert drawn == line["places"]
    assert browser.ask("[...document.querySelectorAll('[data-left]')].map(e => Number(e.dataset.left))") == line["left"]
    path = page_of_mistake("ex03", "kernels_added_up")
    browser.open(path, 390, 844, "light")
    rows = read_scene(path.read_text(encoding="utf-8"))["picture"]["rows"]
    for row in rows:
        assert browser.ask(f"document.querySelectorAll('[data-row=\"{row['name']}\"]').length") == len(row["at"])
    path = page_of_mistake("ex10", "gradients_not_emptied")
    browser.open(path, 390, 844, "light")
    picture = read_scene(path.read_text(encoding="utf-8"))["picture"]
    for side in ("got", "want"):
        events = browser.ask(f"[...document.querySelectorAll('ol[data-name={side}] li')].map(e => e.textContent)")
        assert [event.removeprefix("▸ ") for event in events] == picture[side]["events"]
        assert events[picture["first"]].startswith("▸ ")
        losses = len(picture[side]["losses"])
        assert browser.ask(f"document.querySelectorAll('[data-loss={side}]').length") == (losses if losses > 1 else 0)


def test_values_that_differ_stand_side_by_side_and_the_same_ones_are_folded(browser, page_of_mistake):
    browser.open(page_of_mistake("ex10", "gradients_not_emptied"), 1280, 900, "light")
    shown = browser.ask("[...document.querySelectorAll('[data-path]')].map(e => e.dataset.path)")
    assert "events" in shown
    assert "modes" not in shown
    browser.ask("document.querySelector('details').open = true")
    browser.ask("new Promise(done => setTimeout(done, 50))")
    browser.ask("document.querySelector('details').dispatchEvent(new Event('toggle'))")
    assert "modes" in browser.ask("[...document.querySelectorAll('details [data-path]')].map(e => e.dataset.path)")


def test_what_a_crash_said_stands_beside_what_is_right(browser, page_of_mistake):
    path = page_of_mistake("ex08", "WithoutSuper")
    browser.open(path, 390, 844, "light")
    assert browser.ask("document.querySelector('h1').textContent").startswith(
        "Net: AttributeError: cannot assign module"
    )
    got, want = browser.ask("[...document.querySelectorAll('[data-path] section')].map(e => e.textContent)")
    assert got.startswith("got▸ AttributeError")
    assert want.startswith("wantconv1.weight▸ 432conv2.weight▸ 1152")


def test_the_same_call_with_other_numbers_can_be_looked_at(browser, page_of_mistake):
    path = page_of_mistake("ex05", "padding_at_the_end_only")
    picture = read_scene(path.read_text(encoding="utf-8"))["picture"]["other"]
    browser.open(path, 1280, 900, "light")
    choose = "(s => { s.value = 1; s.dispatchEvent(new Event('change')); })"
    browser.ask(f"{choose}(document.querySelector('[data-leaf=numbers]'))")
    for name in ("got", "want"):
        assert browser.ask(GRID % name) == plane(picture[name], *picture["first"]["place"][:2])
    seen = browser.ask("document.querySelector('.sum').textContent")
    browser.press("ArrowRight", 39)
    browser.press("ArrowLeft", 37)
    assert browser.ask("document.querySelector('.sum').textContent") == seen
    assert browser.ask("document.querySelectorAll('.sum').length") == 1


def in_data_and_drawn(browser, path, script):
    """The picture's data, and what a script finds on the page."""
    browser.open(path, 390, 844, "light")
    return read_scene(path.read_text(encoding="utf-8"))["picture"], browser.ask(script)


def test_what_a_kernel_answers_is_drawn_three_times(browser, page_of_mistake):
    path = page_of_mistake("ex02", "sobel_directions_exchanged")
    script = """[...document.querySelectorAll('[data-row]')].map(row => [row.dataset.row,
      ...[...row.querySelectorAll('svg')].map(svg => svg.querySelectorAll('[data-at]').length)])"""
    picture, drawn = in_data_and_drawn(browser, path, script)
    assert drawn == [[r["name"], *(len(r[k]["numbers"]) for k in ("image", "got", "want"))] for r in picture["rows"]]


def test_the_pixels_of_a_mean_are_framed(browser, page_of_mistake):
    script = """['right', 'yours'].map(k => document.querySelectorAll(`svg .frame.${k}[data-window]`).length)"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex09", "one_for_each_row"), script)
    assert drawn == [len(picture["right"]), len(picture["yours"])]


def test_a_block_has_as_many_cells_as_its_factor_says(browser, page_of_mistake):
    script = """[...document.querySelectorAll('.blocks svg')].map(s => [s.dataset.name,
      s.querySelectorAll('[data-cell]').length, s.querySelector('.bad') === null])"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex07", "channels_ignored"), script)
    assert drawn == [*([f["name"], f["n"], f["isYours"]] for f in picture["factors"]), ["biases", 7, True]]


def test_each_layer_has_a_row_and_each_gradient_a_bar(browser, page_of_mistake):
    script = """[document.querySelectorAll('[data-layer]').length, document.querySelectorAll('[data-gradient]').length,
      [...document.querySelectorAll('.layer.first')].map(e => Number(e.dataset.layer))]"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex08", "PoolLeftOut"), script)
    both = picture["got"] + picture["want"]
    bars = sum(row["gradient"] is not None for row in both)
    assert drawn == [max(len(picture["got"]), len(picture["want"])), bars, [picture["first"]]]
    assert bars


def test_every_sample_is_drawn_and_the_batches_that_were_counted(browser, page_of_mistake):
    script = """[...document.querySelectorAll('figure svg')].map(s => [s.querySelectorAll('[data-sample]').length,
      [...s.querySelectorAll('[data-counted]')].map(e => Number(e.dataset.counted))])"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex11", "last_batch_only"), script)
    assert drawn == [[sum(map(len, one["batches"])), one["counted"]] for one in picture["sets"]]


def test_names_in_the_file_stand_beside_those_of_the_model(browser, page_of_mistake):
    script = """[...document.querySelectorAll('[data-saved]')].map(e => [e.dataset.saved, e.className === 'wrong'])"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex12", "parameters_only_saved"), script)
    assert drawn == [[row["name"], row["differs"]] for row in picture["rows"]]


def test_each_number_of_a_channel_is_a_stroke(browser, page_of_mistake):
    script = """[...document.querySelectorAll('[data-channel]')].map(row => [...row.querySelectorAll('svg')].map(svg =>
      [svg.dataset.name, [...svg.querySelectorAll('[data-number]')].map(e => Number(e.dataset.number))]))"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex09", "along_the_columns"), script)
    sides = ("before", "right", "yours")
    assert drawn == [[[side, row[side]["numbers"]] for side in sides] for row in picture["rows"]]


def test_each_batch_is_drawn_with_its_samples(browser, page_of_mistake):
    script = """[...document.querySelectorAll('ol[data-side=yours]')].map(list =>
      [...list.querySelectorAll('[data-batch]')].map(e => e.dataset.batch.split(',').map(Number)))"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex09", "last_batch_dropped"), script)
    assert drawn == [epoch["batches"] for epoch in picture["epochs"]]


def test_each_tensor_is_a_block_and_the_wrong_one_is_marked(browser, page_of_mistake):
    script = """[...document.querySelectorAll('.tensor')].map(e => [e.querySelector('svg').dataset.name,
      e.querySelectorAll('[data-cell]').length, e.classList.contains('first')])"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex07", "shared_ones_twice"), script)
    assert drawn == [[t["name"], t["n"], t["isYours"] != t["counts"]] for t in picture["tensors"]]


def test_each_row_of_a_table_is_drawn_and_those_that_differ_are_marked(browser, page_of_mistake):
    script = """[...document.querySelectorAll('[data-line]')].map(e => [[...e.children].map(cell => cell.textContent),
      e.className === 'wrong'])"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex16", "NormalisedWithNMinusOne"), script)
    marked = [
        [(f"▸\u00a0{c}" if r["differs"] and not i else c) for i, c in enumerate(r["cells"])] for r in picture["rows"]
    ]
    assert drawn == [[cells, row["differs"]] for cells, row in zip(marked, picture["rows"], strict=True)]


def test_both_programs_and_the_input_are_drawn(browser, page_of_mistake):
    script = """[...document.querySelectorAll('[data-differs]')].map(row => [row.dataset.differs,
      [...row.querySelectorAll('[data-which] svg')].map(svg => svg.querySelector('[data-at] + text').textContent)])"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex18", "same_image_twice"), script)
    assert drawn == [["false", ["1", "1"]]] * 2
    assert [row["differs"] for row in picture["rows"]] == [False, False]


def test_both_losses_of_a_learned_kernel_are_drawn_from_step_0(browser, page_of_mistake):
    script = """['got', 'want'].map(side => document.querySelectorAll(`[data-loss=${side}]`).length).concat(
      Number(document.querySelector('[data-parts]').dataset.parts))"""
    picture, drawn = in_data_and_drawn(browser, page_of_mistake("ex02", "gradients_not_cleared"), script)
    assert drawn == [len(picture["got"]["losses"]), len(picture["want"]["losses"]), picture["first"]]
