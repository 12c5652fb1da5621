"""What the pictures of the gallery show: the data in their panels, titles and counts, by the model answers."""

import dataclasses
import functools
import inspect
import re
from types import SimpleNamespace

import pytest
import torch
from matplotlib.colors import to_rgb

from kit import given, pairs
from kit.course.manifest import ROOT, find
from kit.gallery import beyond, canvas, kernels, maps, network, samples
from kit.gallery.exhibits import EXHIBITS, TRAINING
from kit.gallery.parts import UndrawableError
from kit.gallery.trained import train_quickly
from kit.learner.worker import load_module

MINUS = "\N{MINUS SIGN}"


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Two threads on a busy machine wait for each other most of the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@functools.cache
def solution(name):
    ((exercise, function),) = find(name)
    return getattr(load_module(str(ROOT / f"solutions/{exercise.name}.py"), f"gallery_{exercise.name}"), function)


def draw(figure, *names):
    """The panels of a picture that the model answers have drawn, by their names."""
    drawn = figure(*map(solution, names))
    return {axes.get_label(): axes for axes in drawn.axes}


@pytest.fixture(scope="module")
def trained():
    parts = {name.split(".")[1]: solution(name) for name in TRAINING}
    return train_quickly(SimpleNamespace(**parts), n_epochs=2, n_pictures=200)


def title(axes):
    return axes.figure.get_suptitle()


def pixels(axes):
    """The numbers that a panel shows."""
    (image,) = axes.images
    return torch.from_numpy(image.get_array().data.copy())


def texts(axes):
    return [text.get_text() for text in axes.texts]


def close(a, b, atol=1e-5):
    return a.shape == b.shape and torch.allclose(a.double(), b.double(), atol=atol)


def test_the_sliding_window_has_nine_steps_and_the_lectures_sums():
    panels = draw(kernels.sliding_window, "ex01.correlate2d")
    sums = [4, 3, 4, 2, 4, 3, 2, 3, 4]
    assert [panels[str(i)].get_title() for i in range(9)] == [f"step {i + 1}: sum {sums[i]}" for i in range(9)]
    assert pixels(panels["a"]).flatten().tolist() == sums
    corners = [panels[str(i)].patches[0].get_xy() for i in range(9)]
    assert corners == [(column - 0.5, row - 0.5) for row in range(3) for column in range(3)]
    bold = [[text.get_fontweight() for text in panels[str(i)].texts].count("bold") for i in range(9)]
    assert bold == sums  # the products that are 1


def test_one_bright_pixel_prints_the_kernel_turned_and_upright():
    panels = draw(kernels.kernel_print, "ex01.correlate2d", "ex01.convolve2d")
    assert pixels(panels["correlate2d"]).flatten().tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert texts(panels["convolve2d"]) == list("123456789")


def test_the_photograph_is_seen_through_every_kernel():
    names = ("box_blur", "prewitt", "sobel", "scharr", "edge_strength")
    panels = draw(kernels.kernels_on_photograph, *(f"ex02.{name}" for name in names))
    assert len(panels) == 10  # and the legend
    photograph = samples.photograph()
    assert photograph.shape == (188, 160)
    assert photograph.std() > 0.2
    assert close(pixels(panels["0 0"]), photograph)
    assert close(pixels(panels["0 1"]), given.correlate2d(photograph, torch.full((9, 9), 1 / 81)))
    for row, edges in ((1, "vertical"), (2, "horizontal")):
        assert panels[f"{row} 0"].get_ylabel() == f"{edges} edges"
        for column, name in enumerate(("prewitt", "sobel", "scharr")):
            axes = panels[f"{row} {column}"]
            assert axes.get_title() == name.title()
            assert close(pixels(axes), given.correlate2d(photograph, solution(f"ex02.{name}")(edges)))


def test_a_plane_and_a_bird_are_seen_through_each_kernel():
    panels = draw(kernels.kernels_on_drawn_pictures, "ex02.box_blur", "ex02.sobel", "ex02.edge_strength")
    for column, picture in enumerate(samples.plane_and_bird(), start=1):
        image = picture.mean(0)
        assert close(pixels(panels[f"0 {column}"]), picture.permute(1, 2, 0))
        assert close(pixels(panels[f"3 {column}"]), given.correlate2d(image, solution("ex02.sobel")("horizontal")))
        assert close(2 - pixels(panels[f"4 {column}"]), solution("ex02.edge_strength")(image))
    assert texts(panels["1 0"]) == ["1/9"] * 9
    assert texts(panels["2 0"]) == ["1", "0", f"{MINUS}1", "2", "0", f"{MINUS}2", "1", "0", f"{MINUS}1"]


def test_the_learned_kernel_comes_to_sobels():
    panels = draw(kernels.kernel_learned, "ex02.learn_kernel", "ex02.sobel")
    assert not pixels(panels["0"]).any()
    assert close(pixels(panels["1000"]), solution("ex02.sobel")("vertical"), atol=1e-4)
    (line,) = panels["curve"].lines
    errors = list(line.get_ydata())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-6 * errors[0]
    assert f"{MINUS}0.0" not in texts(panels["1"])


def test_sizes_are_drawn_as_large_as_they_are():
    panels = draw(maps.sizes, "ex03.trace_sizes", "ex03.receptive_field")
    assert title(panels["n"]).startswith("39 → 37 → 17 → 7:")
    squares = [patch.get_width() for patch in panels["n"].patches if hasattr(patch, "get_width")]
    assert [squares.count(side) for side in (39, 37, 17, 7)] == [3, 10, 20, 40]
    for side, channels in ((39, 3), (37, 10), (17, 20), (7, 40)):
        assert f"{side} × {side} × {channels}" in texts(panels["n"])
    assert [panels[str(layer)].patches[0].get_width() for layer in (1, 2, 3)] == [3, 7, 15]


def test_padding_lets_corners_count_four_times():
    panels = draw(maps.how_often_used, "ex04.correlate2d")
    assert pixels(panels["bare"])[0].tolist() == [1, 2, 3, 3, 2, 1]
    assert pixels(panels["bare"])[2].tolist() == [3, 6, 9, 9, 6, 3]
    assert pixels(panels["framed"])[0].tolist() == [4, 6, 6, 6, 6, 4]


def test_all_16_feature_maps_are_there_and_differ():
    panels = draw(maps.feature_maps, "ex05.conv2d")
    shown = [axes for axes in panels.values() if axes.get_title().startswith("map")]
    assert [axes.get_title() for axes in shown] == [f"map {i}" for i in range(16)]
    assert len(torch.stack([pixels(axes) for axes in shown]).unique(dim=0)) == 16


def test_two_small_kernels_answer_highest_at_the_large_cross():
    panels = draw(maps.cross_found, "ex05.conv2d", "ex06.max_pool2d")
    first, second = pixels(panels["0 1"]), pixels(panels["1 1"])
    assert (first == first.max()).nonzero().tolist() == [[4, 18], [8, 8]]  # both crosses
    assert (second == second.max()).nonzero().tolist() == [[4, 4]]  # (8, 8), pooled
    assert panels["0 1"].get_xlabel() == "large cross: 5\nsmall cross: 5"
    assert panels["1 1"].get_xlabel() == "large cross: 17\nsmall cross: 11"
    assert panels["0 0"].get_xlabel() == "framed: the pixels\nthat the 17 has seen"
    frame = panels["0 0"].patches[0]
    assert (frame.get_xy(), frame.get_width()) == ((4.5, 4.5), 8)


def test_the_frame_is_what_the_highest_answer_has_seen():
    """Of 60 random pictures, pixels in all rows and columns of the frame change the answer, and none outside."""
    conv2d, max_pool2d, kernel = solution("ex05.conv2d"), solution("ex06.max_pool2d"), maps.CROSS[None, None]
    pictures = torch.rand(60, 1, 24, 24, requires_grad=True)
    answers = conv2d(max_pool2d(conv2d(pictures, kernel, padding=1), 2), kernel, padding=1)[:, 0, 4, 4]
    answers.sum().backward()
    _, rows, columns = pictures.grad[:, 0].nonzero().T
    assert rows.unique().tolist() == columns.unique().tolist() == list(range(5, 13))
    assert solution("ex03.receptive_field")([(3, 1, 1), (2, 2, 0), (3, 1, 1)]) == 8


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_each_picture_gets_the_functions_that_it_asks_for(exhibit):
    asked = list(inspect.signature(exhibit.figure).parameters)
    assert asked == (["trained"] if exhibit.parts is TRAINING else [part.split(".")[1] for part in exhibit.parts])


def test_a_convolution_follows_the_shift_and_a_linear_layer_does_not():
    panels = draw(maps.shifted, "ex05.conv2d")
    before, after = pixels(panels["0 0"]), pixels(panels["0 1"])
    assert close(after[3:, 4:], before[:-3, :-4])
    answer, shifted = pixels(panels["1 0"]), pixels(panels["1 1"])
    assert answer.std() > 0.1
    assert close(shifted[3:, 4:], answer[:-3, :-4])
    assert pixels(panels["1 2"]).abs().max() < 1e-5
    assert panels["1 2"].get_xlabel() == "at most 0.00"
    left, right = pixels(panels["2 0"])[:-3, :-4].flatten(), pixels(panels["2 1"])[3:, 4:].flatten()
    assert torch.corrcoef(torch.stack([left, right]))[0, 1].abs() < 0.2
    assert pixels(panels["2 2"]).std() > pixels(panels["2 0"]).std()


def test_only_max_pooling_keeps_every_star():
    panels = draw(maps.pooled, "ex06.max_pool2d", "ex06.avg_pool2d", "ex06.subsample")
    assert (pixels(panels["0 0"]) == 1).sum() == 9
    labels = [panels[f"0 {column}"].get_xlabel() for column in (1, 2, 3)]
    assert labels == ["9 of 9\nstars bright", "0 of 9\nstars bright", "2 of 9\nstars bright"]
    assert (pixels(panels["0 1"]) == 1).sum() == 9
    plane = samples.plane_and_bird()[0].mean(0)
    assert close(pixels(panels["2 1"]), plane.view(8, 4, 8, 4).amax((1, 3)))
    assert close(pixels(panels["2 2"]), plane.view(8, 4, 8, 4).mean((1, 3)))
    assert close(pixels(panels["2 3"]), plane[::4, ::4])


def test_the_lectures_table_stands_beside_the_right_one():
    panels = draw(maps.lenet_parameters, "ex07.lenet5_table")
    by_colour = {colour: set() for colour in (canvas.ORANGE, canvas.GREEN)}
    for text in panels["table"].texts:
        by_colour.get(text.get_color(), set()).add(text.get_text())
    assert by_colour[canvas.ORANGE] - {""} == {"6 072", "208", "416", "59 758", "the lecture has"}
    assert by_colour[canvas.GREEN] == {"6 272", "608", "3 216", "62 958"}
    assert [bar.get_width() for bar in panels["bars"].patches] == [608, 3216, 48120, 10164, 850]


def test_the_curves_show_every_batch_and_every_epoch(trained):
    panels = {axes.get_label(): axes for axes in network.training_curves(trained).axes}
    batches, means = panels["loss"].lines
    assert len(batches.get_ydata()) == 2 * 4  # 200 pictures in batches of 64
    assert list(means.get_xdata()) == [1, 2]
    assert list(means.get_ydata()) == pytest.approx([sum(batches.get_ydata()[i : i + 4]) / 4 for i in (0, 4)])
    _, val = panels["accuracy"].lines
    assert list(val.get_ydata()) == [accuracies["val"] for accuracies in trained.accuracies]
    assert [axes.get_ylabel() for axes in panels.values()] == ["training loss", "accuracy"]


def test_all_16_learned_filters_are_there_beside_their_maps(trained):
    panels = {axes.get_label(): axes for axes in network.learned_filters(trained).axes}
    for index in range(16):
        colours = pixels(panels[f"filter {index}"])
        assert colours.shape == (3, 3, 3)
        brighter = colours.permute(2, 0, 1) > 0.5
        assert torch.equal(brighter, trained.filters[index] > 0)
        assert close(pixels(panels[f"map {index}"]), trained.maps[index])


def test_wrong_pictures_come_with_their_probabilities_the_surest_first(trained):
    wrong = (trained.predicted != trained.labels).nonzero().flatten()
    assert 12 < len(wrong) < 60  # after so short a training
    figure = network.wrong_pictures(trained)
    assert figure.get_suptitle() == f"{len(wrong)} of 100 wrong;\nhere the 12 that it was surest of"
    sureness = []
    for axes in figure.axes:
        index = next(i for i in wrong.tolist() if close(pixels(axes), trained.images[i].permute(1, 2, 0)))
        plane, bird = trained.probabilities[index].tolist()
        assert axes.get_xlabel() == f"airplane {plane:.2f}\nbird {bird:.2f}"
        assert axes.get_title() == ("airplane" if bird > plane else "bird")
        sureness.append(max(plane, bird))
    assert len(sureness) == 12
    assert sureness == sorted(sureness, reverse=True)


def test_a_network_that_is_always_right_has_no_wrong_pictures(trained):
    right = network.wrong_pictures(SimpleNamespace(**vars(trained) | {"predicted": trained.labels}))
    assert right.get_suptitle() == "0 of 100 wrong"
    assert not any(axes.images for axes in right.axes)


def test_the_confusion_table_counts_every_picture_once(trained):
    (axes,) = network.confusion_table(trained).axes
    counts = [int(text.split("\n")[0]) for text in texts(axes)]  # plane as plane, plane as bird, bird as plane, …
    assert sum(counts) == 100
    assert counts[0] + counts[1] == (trained.labels == 0).sum()
    assert counts[1] == ((trained.labels == 0) & (trained.predicted == 1)).sum()
    assert title(axes) == f"{counts[0] + counts[3]} of 100 right"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("the network says", "the picture shows")


def test_the_steps_of_the_sliding_window_fill_the_sums_one_by_one():
    steps = kernels.sliding_steps(solution("ex01.correlate2d"))
    assert len(steps) == 9
    sums = [4, 3, 4, 2, 4, 3, 2, 3, 4]
    for i, step in enumerate(steps):
        figure = step()
        panels = {axes.get_label(): axes for axes in figure.axes}
        assert figure.get_suptitle() == f"Window {i + 1} of 9"
        assert [text.get_text() for text in panels["sums"].texts] == [f"{x}" for x in sums[: i + 1]]
        words = panels["words"].texts[0].get_text()
        assert words.endswith(f" = {sums[i]}")
        assert sum(int(a) * int(b) for a, b in re.findall(r"(\d)·(\d)", words)) == sums[i]


def test_a_gradient_is_the_kernel_for_the_image_and_the_window_for_the_kernel():
    panels = draw(beyond.gradient_goes_back, "ex13.conv2d_backward")
    image, kernel = pixels(panels["image"]), pixels(panels["kernel"])
    assert close(pixels(panels["to_kernel"]), image[1:4, 1:4])
    assert close(pixels(panels["to_image"])[1:4, 1:4], kernel)
    assert pixels(panels["to_image"]).sum() == kernel.sum()


def test_the_framed_columns_are_the_framed_windows():
    panels = draw(beyond.windows_as_columns, "ex14.im2col")
    image, columns = pixels(panels["image"]), pixels(panels["columns"])
    for window, column in zip(panels["image"].patches, panels["columns"].patches, strict=True):
        j, i, place = *(round(x + 0.5) for x in window.get_xy()), round(column.get_xy()[0] + 0.5)
        assert columns[:, place].tolist() == image[i : i + 2, j : j + 2].flatten().tolist()


def test_holes_grow_with_the_dilation_and_a_transposed_answer_is_larger():
    panels = draw(beyond.kernels_with_holes, "ex15.conv2d", "ex15.conv_transpose2d")
    for dilation in (1, 2, 3):
        rows = (pixels(panels[str(dilation)]) < 1).any(1).nonzero().flatten().tolist()
        assert rows == [4 - dilation, 4, 4 + dilation]
    assert pixels(panels["large"]).tolist() == [[1, 0, 2, 0], [0, 2, 0, 4], [3, 0, 4, 0], [0, 6, 0, 8]]


def test_after_batch_norm_the_channels_lie_on_one_another():
    panels = draw(beyond.channels_normalised, "ex16.BatchNorm2d")
    middles = {}
    for name, axes in panels.items():
        lines = [line.get_data() for line in axes.lines]
        middles[name] = [float((x * y).sum() / y.sum()) for x, y in (map(torch.as_tensor, line) for line in lines)]
    assert max(abs(middle) for middle in middles["after"]) < 0.1
    assert [round(middle) for middle in middles["before"]] == [-4, 0, 5]


def test_gradients_are_level_where_x_is_added():
    panels = draw(beyond.gradients_arrive, "ex17.ResBlock")
    level, steep = (line.get_ydata() for line in panels["curve"].lines)
    assert max(level) / min(level) < 2
    assert 20 < max(steep) / min(steep) < 200


def tick_labels(axis):
    """The labels that are seen: matplotlib makes some beyond the ends of an axis."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def words_of(figure):
    """All that can be read in a figure, each as (text, box)."""
    words = [*figure.texts]
    for axes in figure.axes:
        words += [*axes.texts, axes.title]
        words += [*tick_labels(axes.xaxis), *tick_labels(axes.yaxis)] if axes.axison else []
        words += axes.get_legend().get_texts() if axes.get_legend() else []
        words += [axes.xaxis.label, axes.yaxis.label] if axes.axison else []
    assert all(text.get_fontsize() >= canvas.SMALLEST for text in words if text.get_text())
    return [(text.get_text(), text.get_window_extent()) for text in words if text.get_text()]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_every_picture_has_a_title_and_labels_that_fit_and_do_not_overlap(exhibit, trained):
    figure = exhibit.figure(*([trained] if exhibit.parts is TRAINING else map(solution, exhibit.parts)))
    figure.draw_without_rendering()
    assert figure.get_suptitle()
    assert any(axes.get_xlabel() for axes in figure.axes)
    boxes = words_of(figure)
    paper = figure.bbox.padded(1)
    for i, (text, box) in enumerate(boxes):
        assert paper.contains(box.x0, box.y0), text
        assert paper.contains(box.x1, box.y1), text
        for other, other_box in boxes[:i]:
            assert not box.overlaps(other_box), (text, other)


def needs_a_legend(axes):
    """Whether a panel shows signed numbers, or more than can be read, in colours that nobody knows."""
    signed = [image for image in axes.images if image.get_cmap() is canvas.SIGNED]
    unread = signed and len(axes.texts) < signed[0].get_array().size
    return axes.get_label() != "legend" and any(unread or image.get_array().min() < 0 for image in signed)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_every_picture_with_colours_for_numbers_says_what_they_mean(exhibit, trained):
    figure = exhibit.figure(*([trained] if exhibit.parts is TRAINING else map(solution, exhibit.parts)))
    legends = [axes for axes in figure.axes if axes.get_label() == "legend"]
    if exhibit.figure is kernels.sliding_window:  # its legend is words
        assert ["dark: 1 × 1\npale: 0 × 1\nwhite: × 0"] in [texts(axes) for axes in figure.axes]
    elif any(map(needs_a_legend, figure.axes)):
        (legend,) = legends
        words = [label.get_text() for label in legend.get_xticklabels()]
        assert words in (["orange: below 0", "0", "blue: above 0"], ["white: 0", "dark blue: the highest of a map"])
        if len(words) == 2:
            assert not any(
                image.get_array().min() < 0 for axes in figure.axes for image in axes.images[:1] if axes is not legend
            )
    else:
        assert legends == []


def test_the_legend_shows_the_colours_that_it_names():
    figure, _ = canvas.sheet("title", 3, [["panel"]], canvas.BELOW_AND_ABOVE)
    (bar,) = figure.axes[-1].images
    low, middle, high = (bar.cmap(bar.norm(bar.get_array()[0, i])) for i in (0, 100, -1))
    assert (low[:3], high[:3]) == (to_rgb(canvas.ORANGE), to_rgb(canvas.BLUE))
    assert min(middle) > 0.97


def test_no_colour_is_called_red(trained):
    """What the pictures show is orange."""
    for exhibit in EXHIBITS:
        figure = exhibit.figure(*([trained] if exhibit.parts is TRAINING else map(solution, exhibit.parts)))
        words = [exhibit.caption, exhibit.alt, exhibit.heading, figure.get_suptitle()]
        words += [text for text, _ in words_of(figure)]
        assert not re.search(r"\bred\b", " ".join(words), re.IGNORECASE)


def test_the_learned_filters_are_large_enough_to_see(trained):
    figure = network.learned_filters(trained)
    figure.draw_without_rendering()
    sides = [a.get_window_extent().width / figure.dpi for a in figure.axes if a.get_label().startswith("filter")]
    assert len(sides) == 16
    assert min(sides) > 0.65  # inches, each of the 3 pixels more than 5 mm


@pytest.mark.parametrize(
    ("n_wrong", "title"),
    [
        (0, "0 of 1 000 wrong"),
        (12, "12 of 1 000 wrong, all of them here"),
        (13, "13 of 1 000 wrong;\nhere the 12 that it was surest of"),
    ],
)
def test_it_is_said_how_many_of_the_wrong_pictures_are_shown(n_wrong, title):
    assert network.title_of_wrong(n_wrong, 1000) == title


def test_a_class_of_any_name_can_be_written_on_a_picture(trained):
    odd = dataclasses.replace(trained, classes=("a$b$", "a name that is\nfar too long"))
    for figure in (network.wrong_pictures(odd), network.confusion_table(odd)):
        figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == [r"a\$b\$", "a name that…"]


def test_curves_of_a_network_that_was_found_say_its_accuracy_in_words(trained):
    found = dataclasses.replace(trained, batch_losses=[], accuracies=[])
    panels = {axes.get_label(): axes for axes in network.training_curves(found).axes}
    (means,) = panels["loss"].lines
    assert list(means.get_ydata()) == trained.losses
    right = f"{found.accuracy:.1%} of 100 validation"
    assert right in texts(panels["accuracy"])[0]


def test_colours_are_far_apart_in_lightness_or_hue_for_the_colour_blind():
    """Seen without the red-green difference (deuteranopia, as Viénot and others compute it), they still differ."""
    through = torch.tensor([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]).double()
    colours = (canvas.BLUE, canvas.ORANGE, canvas.AMBER, canvas.GREEN, canvas.SKY)
    seen = [through @ (torch.tensor(to_rgb(colour)).double() ** 2.2) for colour in colours]
    distances = [float((a - b).norm()) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(distances) > 0.15


def test_right_and_wrong_programs_are_drawn_on_the_learners_inputs():
    panels = draw(beyond.slips_exposed, "ex18.expose_6", "ex18.expose_8")
    for number, name in ((6, "expose_6"), (8, "expose_8")):
        image, *others = solution(f"ex18.{name}")()
        for which in ("right", "wrong"):
            want = getattr(pairs, f"{which}_{number}")(image, *others)
            assert torch.equal(pixels(panels[f"{number} {which}"]), want)
        framed = (pixels(panels[f"{number} right"]) != pixels(panels[f"{number} wrong"])).sum()
        assert len(panels[f"{number} wrong"].patches) == len(panels[f"{number} right"].patches) == framed > 0


def test_an_input_that_shows_no_slip_is_counted_as_none():
    figure = beyond.slips_exposed(lambda: (torch.ones(1, 1), 2, 1), lambda: {"image": torch.tensor([[0.0], [1.0]])})
    assert figure.get_suptitle() == "1 of 2 small inputs show a slip"
    with pytest.raises(UndrawableError, match="a large image"):
        beyond.answers_to(6, (torch.ones(7, 7), 2, 1))
