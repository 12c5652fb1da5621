"""`nox -s see`: the data of the page is the failure as the judge saw it, and each input gets a sentence or a page."""

import itertools
import json
import sys
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

import processes
from kit.course.manifest import ROOT
from kit.see.__main__ import open_in_browser
from kit.see.page import page, read_scene
from kit.see.sizes import cone, line
from kit.see.training import training_picture
from kit.see.values import node
from kit.see.window import window_picture, yours


def see(*words, **options):
    return processes.run(sys.executable, "-m", "kit.see", *words, **options)


@pytest.fixture(scope="session")
def scene_of_mistake(page_of_mistake):
    """The data of the page that a known mistake gets."""
    return lambda *names: read_scene(page_of_mistake(*names).read_text(encoding="utf-8"))


def fact(scene, name):
    return next(row["text"] for row in scene["facts"] if row["name"] == name)


def test_padding_at_the_wrong_end_is_drawn_with_the_right_window_and_yours(scene_of_mistake):
    scene = scene_of_mistake("ex05", "padding_at_the_end_only")
    picture = scene["picture"]
    assert picture["kind"] == "window"
    assert scene["finding"].startswith(f"conv2d: at {picture['first']['place']} it gives ")
    assert picture["first"]["window"][:2] == [-1, -1]
    assert picture["yours"]["start"] == [0, 0]
    assert picture["other"]["first"]["window"][2:] == picture["size"]
    assert 0 not in picture["other"]["input"]["numbers"]
    assert fact(scene, "cause") == "padding is put below and to the right only, twice as much"
    assert fact(scene, "call").startswith("conv2d(")
    assert "ex05_conv2d.py:" in fact(scene, "place")


def test_a_turned_kernel_is_told_from_windows_elsewhere():
    image, kernel = torch.arange(30.0).reshape(5, 6) ** 2 % 17, torch.arange(6.0).reshape(2, 3) + 1
    got = F.conv2d(image[None, None], kernel.flip(0, 1)[None, None])[0, 0]
    found = yours("correlate2d", (image, kernel), {}, got)
    assert (found["start"], found["stride"], found["turn"]) == ([0, 0], [1, 1], "turned by 180 degrees")
    assert yours("convolve2d", (image, kernel), {}, got) is None  # to which it is right
    assert yours("correlate2d", (image, torch.ones(2, 2)), {}, torch.ones(4, 5)) is None  # which no window gives


def test_windows_that_begin_elsewhere_are_told_wherever_they_begin():
    image, kernel = torch.arange(42.0).reshape(6, 7) ** 2 % 23, torch.arange(6.0).reshape(2, 3) + 1
    wide = F.conv2d(F.pad(image, (9, 9, 9, 9))[None, None], kernel[None, None])[0, 0]
    for top, left in ((1, -1), (-2, 0), (0, 2), (-4, -3)):
        got = wide[9 + top : 9 + top + 7, 9 + left : 9 + left + 7]
        found = yours("correlate2d", (image, kernel), {"padding": 1}, got)
        assert (found["start"], found["stride"], found["turn"]) == ([top, left], [1, 1], "")
    assert yours("correlate2d", (image, kernel), {"padding": 1}, wide[8:15, 8:15]) is None  # which is right


ANSWERS = [torch.zeros(1, 1, 0, 0), torch.zeros(1, 2, 1, 1), torch.zeros(3, 3), torch.ones(1, 1, 2, 2) * 1j, None, "no"]


@pytest.mark.parametrize(
    "got", [*ANSWERS, torch.full((1, 1, 2, 2), torch.nan), torch.zeros(1, 1, 2, 2).bool()], ids=str
)
def test_whatever_is_returned_there_is_a_picture_in_json(got):
    args = torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2)
    picture = window_picture("conv2d", args, {}, got, F.conv2d(*args))
    assert json.dumps(picture, allow_nan=False)
    assert json.dumps(node(got, F.conv2d(*args), compare=True), allow_nan=False)
    yours("conv2d", args, {}, got)


@pytest.mark.parametrize("more", [{"dilation": 2}, {"groups": 2}, {"dilation": (1, 2)}])
def test_windows_with_holes_or_in_groups_are_not_drawn_as_others(more):
    args = torch.ones(1, 2, 5, 5), torch.ones(2, 2 // more.get("groups", 1), 2, 2)
    want = F.conv2d(*args, **more)
    assert window_picture("conv2d", args, more, want + 1, want) is None
    assert yours("conv2d", args, more, want + 1) is None


def test_other_strides_are_told_by_the_side_that_differs():
    image, kernel = torch.arange(56.0).reshape(7, 8) ** 2 % 19, torch.ones(1, 1)
    found = yours("correlate2d", (image, kernel), {"stride": (2, 3)}, image[::3, ::2])
    assert found["stride"] == [3, 2]
    assert found["sentence"] == "Your windows move on by 3 rows and not by 2, and move on by 2 columns and not by 3."


@pytest.mark.parametrize("function", ["correlate2d", "convolve2d", "correlate_volume", "stack_filters", "conv2d"])
def test_the_products_at_the_first_difference_add_up_to_what_is_right(function):
    torch.manual_seed(0)
    image, weight = torch.randint(-3, 4, (2, 2, 5, 6)).double(), torch.randint(-3, 4, (3, 2, 2, 3)).double()
    bias = torch.tensor([1.0, 2.0, 3.0]).double()
    grey, kernel = image[:1, :1], weight[:1, :1]
    calls = {
        "correlate2d": ((image[0, 0], weight[0, 0], 2, 1), lambda: F.conv2d(grey, kernel, None, 2, 1)[0, 0]),
        "convolve2d": ((image[0, 0], weight[0, 0]), lambda: F.conv2d(grey, kernel.flip(2, 3))[0, 0]),
        "correlate_volume": ((image[0], weight[0]), lambda: F.conv2d(image[:1], weight[:1])[0, 0]),
        "stack_filters": ((image[0], weight, bias), lambda: F.conv2d(image[:1], weight, bias)[0]),
        "conv2d": ((image, weight, bias, (1, 2), (2, 1)), lambda: F.conv2d(image, weight, bias, (1, 2), (2, 1))),
    }  # fmt: skip
    args, right = calls[function]
    want = right()
    for index in (0, want.numel() // 2, want.numel() - 1):
        got = want.clone()
        got.view(-1)[index] += 1
        picture = window_picture(function, args, {}, got, want)
        assert picture["want"]["differs"] == [index]
        total = sum(x * w for x, w in picture["first"]["terms"])
        total += picture["bias"][picture["first"]["place"][1]] if picture["bias"] else 0
        assert total == want.view(-1)[index].item()


def test_numbers_that_json_has_no_words_for_and_dtypes_that_differ():
    found = node(torch.tensor([torch.nan, torch.inf, -torch.inf, 0.1]), torch.zeros(4), compare=True)
    assert found["numbers"][:3] == ["nan", "∞", "-∞"]
    assert found["differs"] == [0, 1, 2, 3]
    assert "<\\/script>" not in page(SCENE) and read_scene(page(SCENE)) == SCENE  # noqa: PT018


SCENE = {
    "title": "<b>", "finding": "</script><script>alert(1)</script>", "check": "&", "word": "wrong", "picture": None,
    "facts": [{"name": "call", "text": "<i>"}], "got": node("</script>"), "want": node(None),
}  # fmt: skip


def test_what_a_person_wrote_is_text_on_the_page_and_no_markup():
    text = page(SCENE)
    assert "<script>alert" not in text
    assert "<i>" not in text


def test_a_large_tensor_is_cut_where_it_differs():
    want = torch.zeros(3, 2, 200, 200)
    got = want.clone()
    got[1, 1, 3, 4] = 1
    found = node(got, want, compare=True)
    assert found["shape"] == [3, 2, 200, 200]
    assert found["differs"] == [3 * found["shown"][1] + 4]
    assert found["cut"]


def test_a_long_list_is_cut_around_the_first_row_that_differs():
    want = [(f"layer{i}", i) for i in range(500)]
    got = [*want[:300], ("layer300", -1), *want[301:]]
    found = node(got, want, compare=True)
    assert [n for n, bad in zip(found["numbers"], found["differs"], strict=True) if bad] == [300]
    assert found["cut"] == "440 of 500 rows are left out"


def test_a_function_that_is_done_has_nothing_to_see(tmp_path):
    done = see("same_padding", f"--folder={ROOT / 'solutions'}", f"--out={tmp_path}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == ["Everything that was asked for is done, so there is no failure to see."]
    assert not (tmp_path / "see.html").exists()


def test_a_function_that_is_not_started_says_where_to_begin(tmp_path):
    source = (ROOT / "exercises" / "ex03_output_size.py").read_text(encoding="utf-8")
    (tmp_path / "ex03_output_size.py").write_text(source, encoding="utf-8")
    done = see("same_padding", f"--folder={tmp_path}", f"--out={tmp_path}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith(
        "same_padding is not started, so there is nothing to see yet: begin in "
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["conv3d"], "There is no exercise or function called 'conv3d'. Did you mean 'conv2d'?"),
        (["correlate2d"], "There is more than one correlate2d: ex01.correlate2d, ex04.correlate2d."),
        ([], "Which function? For example: python -m kit.see conv2d"),
        (["pad2d", "--folder=/nowhere"], "There is no ex04_padding_stride.py in '/nowhere'."),
    ],
)
def test_what_makes_no_sense_gets_one_sentence_and_status_2(words, sentence):
    done = see(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{sentence}\n")


def test_places_on_a_line_and_pixels_left_over(scene_of_mistake):
    scene = scene_of_mistake("ex03", "rounded_up")
    (line,) = scene["picture"]["lines"]
    assert scene["finding"] == "conv_output_size gives 5, where 4 is right."
    assert fact(scene, "call").startswith("conv_output_size(10, 3, ")
    assert (line["places"], line["taps"], line["left"]) == ([0, 2, 4, 6], [0, 1, 2], [9])


def test_a_line_has_as_many_places_as_pytorch_counts():
    for n, kernel_size, stride, padding, dilation in itertools.product((3, 6, 7), (1, 3), (1, 2, 3), (0, 1, 2), (1, 2)):
        want = F.conv1d(torch.ones(1, 1, n), torch.ones(1, 1, kernel_size), None, stride, padding, dilation) if (
            n + 2 * padding > dilation * (kernel_size - 1)
        ) else torch.ones(1, 1, 0)  # fmt: skip
        found = line("", n, kernel_size, stride, padding, dilation)
        assert len(found["places"]) == want.numel()
        last = found["places"][-1] + found["taps"][-1] if found["places"] else -padding - 1
        assert found["left"] == list(range(last + 1, n + padding))


@pytest.mark.parametrize("layers", [[(3, 1, 0), (3, 1, 0)], [(2, 2, 0), (3, 1, 1), (2, 2, 0)], [(5, 2, 2), (3, 3, 0)]])
def test_the_cone_ends_on_the_pixels_that_have_a_gradient(layers):
    x = torch.zeros(1, 1, 60, requires_grad=True)
    y = x
    for kernel_size, stride, _ in layers:
        y = F.conv1d(y, torch.ones(1, 1, kernel_size), None, stride)
    y[0, 0, 0].backward()
    seen = x.grad[0, 0].nonzero().flatten().tolist()
    found = cone(layers, 3, 1 + seen[-1])
    assert found["rows"][-1]["at"] == seen
    assert len(found["rows"]) == len(layers) + 1
    assert [len(links) for links in found["links"]] == [
        len(row["at"]) * kernel_size for row, (kernel_size, *_) in zip(found["rows"], reversed(layers), strict=False)
    ]


def test_a_training_is_a_strip_of_events_beside_the_right_one(scene_of_mistake):
    scene = scene_of_mistake("ex10", "gradients_not_emptied")
    picture = scene["picture"]
    assert picture["kind"] == "training"
    first = picture["first"]
    assert picture["got"]["events"][:first] == picture["want"]["events"][:first]
    assert picture["got"]["events"][first] == "backward onto old gradients"
    assert picture["sentence"] == f"Event {first + 1} is “backward onto old gradients”, where “backward” is right."


def test_an_error_that_is_missing_is_what_differs(scene_of_mistake):
    scene = scene_of_mistake("ex03", "even_kernels_too")
    assert scene["finding"].startswith(
        "same_padding gives 1, and should raise ValueError: a kernel of 2 has no padding"
    )
    assert scene["got"] == {"kind": "text", "text": "1", "differs": True}
    assert scene["want"]["text"].startswith("ValueError: a kernel of 2")
    assert scene["picture"] is None


def test_parameters_that_did_not_move_are_named():
    state = {"fc.weight": torch.zeros(2), "fc.bias": torch.zeros(1)}
    moved = {"fc.weight": torch.ones(2), "fc.bias": torch.ones(1)}
    got = {"events": ["forward"], "history": [0.5], "after": moved | {"fc.bias": torch.zeros(1)}}
    picture = training_picture(state, got, {"events": ["forward", "step"], "history": [0.5], "after": moved})
    assert picture["still"] == ["fc.bias"]
    assert picture["sentence"] == "Event 2 is nothing more, where “step” is right."


WITHOUT_ANSWER = {
    "def same_padding(kernel_size):\n    return kernel_size //\n": (
        "ex03_output_size.py cannot be imported: SyntaxError: invalid syntax",
        "ex03_output_size.py:",
    ),
    "def same_padding(kernel_size):\n    import os\n    os._exit(3)\n": (
        "same_padding: the process ended itself with exit status 3",
        "ex03_output_size.py:",
    ),
    "same_padding = None\n": ("ex03_output_size.py cannot be imported: same_padding is not", "ex03_output_size.py:1"),
    "def same_padding(kernel_size):\n    return '<b>' * kernel_size\n": (
        "same_padding gives '<b>",
        "ex03_output_size.py:1",
    ),
    "def same_padding(kernel_size):\n    return [print('::error'), {}]\n": (
        "same_padding gives [None, {}], where ",
        "ex03_output_size.py:1",
    ),
}


@pytest.mark.parametrize("source", WITHOUT_ANSWER)
def test_whatever_comes_there_is_a_page_and_no_traceback(tmp_path, source):
    (tmp_path / "ex03_output_size.py").write_text(source, encoding="utf-8")
    done = see("same_padding", f"--folder={tmp_path}", f"--out={tmp_path}")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    scene = read_scene((tmp_path / "see.html").read_text(encoding="utf-8"))
    finding, where = WITHOUT_ANSWER[source]
    assert scene["finding"].startswith(finding)
    assert done.stdout.splitlines()[1] == scene["finding"]
    assert where in fact(scene, "place")


def test_what_is_set_for_other_runs_of_pytest_changes_nothing(tmp_path):
    source = "def same_padding(kernel_size):\n    return -1\n"
    (tmp_path / "ex03_output_size.py").write_text(source, encoding="utf-8")
    env = {"PYTEST_ADDOPTS": "-k nothing --collect-only", "PYTHONPATH": str(ROOT)}
    done = see("same_padding", f"--folder={tmp_path}", f"--out={tmp_path}", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("same_padding gives -1, where ")


def test_a_page_that_cannot_be_saved_is_one_sentence(tmp_path):
    (tmp_path / "out").write_text("in the way")
    done = see("same_padding", f"--out={tmp_path / 'out'}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Nothing can be saved in {tmp_path / 'out'}: File exists.\n"


@pytest.mark.parametrize(
    ("display", "terminal", "ci", "opened"),
    [(":0", True, None, True), (None, True, None, False), (":0", False, None, False), (":0", True, "1", False)],
)
def test_the_page_is_opened_where_a_person_sits_at_a_screen(monkeypatch, display, terminal, ci, opened):
    asked = []
    monkeypatch.setattr("webbrowser.open", asked.append)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: terminal))
    for name, value in (("DISPLAY", display), ("WAYLAND_DISPLAY", None), ("CI", ci)):
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    open_in_browser("file:///see.html")
    assert asked == (["file:///see.html"] if opened else [])
