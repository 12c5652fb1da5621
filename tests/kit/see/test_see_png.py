"""The still picture: what it shows stands in the data, and every kind of failure gets one."""

import sys

import pytest
import torch
import torch.nn.functional as F

import processes
from kit.see.page import read_scene
from kit.see.panels import panels_of, plane
from kit.see.png import reach, save_png
from kit.see.values import node
from kit.see.window import window_picture

SCENE = {"title": "", "finding": "f: $x$ is wrong", "check": "", "facts": [{"name": "call", "text": "f($1, 2$)"}]}
SIGNATURE = b"\x89PNG\r\n"


@pytest.fixture
def scene_of(page_of_mistake):
    return lambda *names: read_scene(page_of_mistake(*names).read_text(encoding="utf-8"))


def test_the_windows_of_the_first_difference_are_on_the_image(scene_of):
    scene = scene_of("ex05", "padding_at_the_end_only")
    grids, lines = panels_of(scene)
    image, kernel, got, want = grids
    assert [kind for kind, _ in image.frames] == ["right", "yours"]
    assert image.frames[0][1] == scene["picture"]["first"]["window"]
    assert image.frames[1][1][:2] == scene["picture"]["yours"]["start"]
    assert reach(image)[0] == (-1, -1)
    assert (kernel.name, got.name, want.name) == ("kernel", "got", "want")
    assert got.numbers != want.numbers
    assert lines == [f"▸ {scene['picture']['yours']['sentence']}"]


def test_your_window_lies_where_your_stride_and_your_start_put_it():
    image, kernel = torch.arange(49.0).reshape(7, 7), torch.ones(2, 2)
    want = F.conv2d(image[None, None], kernel[None, None], None, 2)[0, 0]
    got = want.clone()
    got[2, 1] = -1
    picture = window_picture("correlate2d", (image, kernel), {"stride": 2}, got, want)
    picture["yours"] = {"start": [-1, 1], "stride": [3, 2], "sentence": "So."}
    frames = panels_of({"picture": picture, "got": None})[0][0].frames
    assert frames == [("right", [4, 2, 2, 2]), ("yours", [5, 3, 2, 2])]


WORDS = {
    ("ex08", "PoolLeftOut"): "▸ fc1 no answer",
    ("ex10", "gradients_not_emptied"): "backward onto old gradients",
    ("ex07", "channels_ignored"): "▸ Your count leaves out the factor of the channels.",
    ("ex11", "last_batch_only"): "It is the share of batch 3 alone.",
    ("ex12", "parameters_only_saved"): "▸ norm.running_mean: –",
    ("ex03", "rounded_up"): "at 0, 2, 4, 6",
    ("ex03", "kernels_added_up"): "has seen ",
}


@pytest.mark.parametrize("mistake", WORDS, ids=lambda mistake: mistake[1])
def test_what_is_no_grid_is_said_in_lines(scene_of, tmp_path, mistake):
    scene = scene_of(*mistake)
    assert any(WORDS[mistake] in line for line in panels_of(scene)[1])
    save_png(scene, tmp_path / "see.png")
    assert (tmp_path / "see.png").read_bytes().startswith(SIGNATURE)


@pytest.mark.parametrize("mistake", [("ex02", "sobel_directions_exchanged"), ("ex09", "one_for_each_row")])
def test_grids_are_those_of_the_data(scene_of, tmp_path, mistake):
    scene = scene_of(*mistake)
    grids, _ = panels_of(scene)
    count = {"kernels": 9, "statistics": 4}[scene["picture"]["kind"]]
    assert len(grids) == count
    save_png(scene, tmp_path / "see.png")
    assert (tmp_path / "see.png").read_bytes().startswith(SIGNATURE)


SIDES = [
    (torch.zeros(2, 3), torch.ones(2, 3)), (torch.zeros(0), torch.ones(2)), (None, {"a": [1, 2]}),
    (torch.ones(90, 70), 3),
    ({"a": torch.ones(2, 2, 2)}, {"a": torch.zeros(2, 2, 2)}), ([(1, 2), (3, 4)], [(1, 2), (3, 5)]),
    (torch.tensor(1j), 5),
    (torch.tensor([torch.nan, torch.inf]), torch.zeros(2)), ("$\\frac", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("got", "want"), SIDES, ids=str)
def test_whatever_was_returned_there_is_a_picture(tmp_path, got, want):
    scene = SCENE | {"picture": None, "got": node(got, want, compare=True), "want": node(want, got, compare=True)}
    save_png(scene, tmp_path / "see.png")
    assert (tmp_path / "see.png").read_bytes().startswith(SIGNATURE)
    save_png(SCENE | {"picture": None, "got": None, "want": None}, tmp_path / "see.png")


def test_a_plane_is_the_one_at_its_place():
    tensor = torch.arange(24.0).reshape(2, 3, 2, 2)
    assert plane(node(tensor), [1, 2])[0] == tensor[1, 2].int().tolist()


def test_a_png_is_made_when_it_is_asked_for(tmp_path):
    (tmp_path / "ex03_output_size.py").write_text("def same_padding(kernel_size):\n    return -1\n")
    done = processes.run(
        sys.executable, "-m", "kit.see", "same_padding", "--png", f"--folder={tmp_path}", f"--out={tmp_path}"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[2:] == [(tmp_path / f"see.{kind}").as_uri() for kind in ("png", "html")]
    assert (tmp_path / "see.png").read_bytes().startswith(SIGNATURE)
