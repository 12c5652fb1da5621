"""The gallery as a whole: what a learner's functions may do to it, the command, and the page."""

import base64
import io
import itertools
import re
import shutil
from html.parser import HTMLParser

import pytest
import torch
from PIL import Image

from kit.course.manifest import ROOT
from kit.gallery import __main__ as command
from kit.gallery import parts as parts_module
from kit.gallery.exhibits import EXHIBITS, TRAINING
from kit.gallery.network import train_quickly
from kit.gallery.page import Hung, page


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Two threads on a busy machine wait for each other most of the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path):
    """A learner's folder in which nothing is written yet."""
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "exercises"


@pytest.fixture
def hang(folder):
    """A function that hangs one exhibit after code has been added to one of the learner's files."""

    def hang(name, file=None, code=None):
        if code is not None:
            path = folder / f"{file}.py"
            path.write_text(f"{(ROOT / 'solutions' / path.name).read_text()}\n\n{code}\n")
        return command.Gallery(folder).hang(next(exhibit for exhibit in EXHIBITS if exhibit.name == name))

    return hang


# One picture


def test_what_is_not_written_is_greyed_out_and_named(folder):
    gallery = command.Gallery(folder)
    sentences = {exhibit.name: (hung := gallery.hang(exhibit)).png or hung.sentence for exhibit in EXHIBITS}
    assert sentences["sliding_window"] == "write ex01 to see this"
    assert sentences["lenet_parameters"] == "write ex07 to see this"
    assert sentences["cross_found"] == "write ex05 to see this"
    assert {sentences[e.name] for e in EXHIBITS if e.parts is TRAINING} == {"write ex08 to see this"}
    assert all(re.fullmatch(r"write ex\d\d to see this", sentence) for sentence in sentences.values())


def test_a_picture_needs_no_more_than_its_own_exercises(hang):
    assert hang("cross_found", "ex05_conv2d", "").sentence == "write ex06 to see this"
    hung = hang("cross_found", "ex06_pooling", "")
    assert hung.png
    assert hung.sentence == ""


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise ValueError('no\\nidea')", "ex06's max_pool2d raised ValueError: no"),
        ("raise ValueError('\\x1b[31m')", "ex06's max_pool2d raised ValueError:  [31m"),
        ("raise SystemExit", "ex06's max_pool2d raised SystemExit"),
        ("return input", "ex06's max_pool2d gives shape (1, 1, 16, 16), not shape (1, 1, 8, 8)"),
        ("return None", "ex06's max_pool2d gives NoneType, not shape (1, 1, 8, 8)"),
        ("return avg_pool2d(input, 2) / 0", "ex06's max_pool2d gives numbers that are not finite"),
    ],
)
def test_what_a_function_does_wrong_is_said_in_place_of_its_pictures(hang, code, sentence):
    hung = hang("pooled", "ex06_pooling", f"def max_pool2d(input, *args):\n    {code}")
    assert hung.png is None
    assert hung.sentence == f"{sentence}: nox -s exercises -- ex06"


def test_a_function_that_does_not_end_is_stopped(hang, monkeypatch):
    monkeypatch.setattr(parts_module.guarded.__wrapped__, "__defaults__", (0.3,))
    hung = hang("pooled", "ex06_pooling", "def max_pool2d(*_):\n    while True:\n        pass")
    assert hung.sentence == "ex06's max_pool2d takes more than 0.3 seconds: nox -s exercises -- ex06"


def test_a_helper_that_fails_is_told_by_the_function_that_called_it(hang):
    code = "def _windows(*_):\n    return [][0]"
    assert hang("pooled", "ex06_pooling", code).sentence.startswith("ex06's max_pool2d raised IndexError: list index")


def test_a_file_that_cannot_be_imported_is_named(folder, hang):
    (folder / "ex06_pooling.py").write_text("def broken(:\n")
    assert hang("pooled").sentence.startswith("ex06's file raised SyntaxError: invalid syntax")
    (folder / "ex06_pooling.py").write_text("")
    assert hang("pooled").sentence == "ex06 defines no max_pool2d: nox -s exercises -- ex06"


def test_a_wrong_answer_is_drawn_with_a_remark(hang):
    hung = hang("pooled", "ex06_pooling", "def max_pool2d(input, *args):\n    return avg_pool2d(input, *args)")
    assert hung.png
    assert hung.sentence == "ex06 does not answer here as the model answer does: nox -s exercises -- ex06"
    assert re.search(r'<img [^>]*>\s*<p class="remark">ex06 does not answer', page([hung], ""))


def test_a_table_with_names_of_its_own_is_greyed_out(hang):
    code = "_right = lenet5_table\ndef lenet5_table():\n    return [('My ' + name, *row) for name, *row in _right()]"
    sentence = hang("lenet_parameters", "ex07_parameters", code).sentence
    assert sentence == "what ex07 gave cannot be drawn (KeyError): nox -s exercises -- ex07"


def test_a_function_that_changes_its_image_changes_no_picture(hang):
    right = hang("pooled", "ex06_pooling", "").png
    code = "_max = max_pool2d\ndef max_pool2d(input, *args):\n"
    code += "    answer = _max(input, *args)\n    input.zero_()\n    return answer"
    assert hang("pooled", "ex06_pooling", code).png == right


def test_what_a_function_prints_or_sets_stays_with_it(hang, capfd):
    code = "print('loud')\ntorch.set_default_dtype(torch.float64)\n_max = max_pool2d\n"
    code += (
        "def max_pool2d(*args):\n    print('loud')\n    torch.set_default_dtype(torch.float64)\n    return _max(*args)"
    )
    try:
        assert hang("pooled", "ex06_pooling", code).png
        assert torch.get_default_dtype() == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)
    assert "loud" not in "".join(capfd.readouterr())


def test_the_kits_own_errors_are_not_blamed_on_the_model_answers(monkeypatch):
    monkeypatch.setattr("kit.gallery.maps.draw_table", lambda *_: [][0])
    exhibit = next(exhibit for exhibit in EXHIBITS if exhibit.name == "lenet_parameters")
    with pytest.raises(IndexError):
        command.Gallery(ROOT / "solutions").hang(exhibit)


# The trained network


@pytest.fixture
def quick(monkeypatch, folder):
    """Everything written, and a training of a moment."""
    monkeypatch.setattr(command, "train_quickly", lambda parts: train_quickly(parts, n_epochs=1, n_pictures=100))
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, folder)


@pytest.mark.usefixtures("quick")
def test_the_network_is_trained_once_for_all_its_pictures(folder, monkeypatch):
    trainings = []
    train = command.train_quickly
    monkeypatch.setattr(command, "train_quickly", lambda parts: trainings.append(1) or train(parts))
    gallery = command.Gallery(folder)
    assert all(gallery.hang(exhibit).png for exhibit in EXHIBITS if exhibit.parts is TRAINING)
    assert trainings == [1]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("file", "code", "sentence"),
    [
        (
            "ex08_net",
            "def forward(self, x):\n    return [][0]\n\nNet.forward = forward",
            "ex08's forward raised IndexError: list index out of range",
        ),
        ("ex10_training", "def training_loop(*_):\n    raise NotImplementedError", "write ex10 to see this"),
        ("ex11_validate", "def validate(*_):\n    return 1 / 0", "ex11's validate raised ZeroDivisionError"),
        ("ex11_validate", "def predict(outputs):\n    return 7", "ex11's predict gives int, not shape (50,)"),
        (
            "ex08_net",
            "def Net():\n    return nn.Sequential(nn.Flatten(), nn.Linear(3072, 2))",
            "ex08's Net raised AttributeError: 'Sequential' object has no attribute 'conv1'",
        ),
    ],
)
def test_a_part_of_the_training_that_fails_is_named(hang, file, code, sentence):
    hung = hang("wrong_pictures", file, code)
    assert hung.png is None
    assert hung.sentence.startswith(sentence)


# The command


@pytest.fixture
def run(folder, monkeypatch, capsys):
    monkeypatch.setattr(command, "ROOT", folder.parent)

    def run(*arguments):
        status = command.main([*map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_the_command_tells_how_many_pictures_there_are_and_where(run, folder):
    shutil.copy(ROOT / "solutions/ex06_pooling.py", folder)
    status, screen, _ = run()
    out = folder.parent / "out"
    assert (status, screen) == (0, f"1 of 16 pictures drawn, 15 greyed out.\n{out / 'index.html'}\n")
    assert sorted(path.name for path in out.iterdir()) == ["11_pooled.png", "index.html"]
    with Image.open(out / "11_pooled.png") as picture:
        assert picture.width == 840


def test_a_picture_that_is_greyed_out_now_does_not_lie_there_from_before(run, folder):
    shutil.copy(ROOT / "solutions/ex06_pooling.py", folder)
    run()
    (folder.parent / "out/loss.png").write_bytes(b"not the gallery's")
    shutil.copy(ROOT / "exercises/ex06_pooling.py", folder)
    run()
    assert sorted(path.name for path in (folder.parent / "out").iterdir()) == ["index.html", "loss.png"]


@pytest.mark.parametrize("place", ["file", "taken"])
def test_a_place_that_cannot_be_written_gets_one_sentence(run, tmp_path, capsys, place):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "taken/index.html").mkdir(parents=True)
    with pytest.raises(SystemExit) as caught:
        run("--out", tmp_path / place)
    assert caught.value.code == 2
    screen, complaint = capsys.readouterr()
    assert screen == ""
    assert re.fullmatch(rf"Nothing can be saved in {tmp_path / place}: (File exists|Is a directory)\.\n", complaint)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("arguments", [["--pictures", "3"], ["ex05"], ["--out"]])
def test_options_that_make_no_sense_get_one_sentence(run, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# The page


class Reader(HTMLParser):
    """Collects a page's elements as (tag, attributes), in order, and whether they are closed as they are opened."""

    EMPTY = ("meta", "link", "img")

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open += [tag] if tag not in self.EMPTY else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def wall():
    """A small picture for every second exhibit, a hostile sentence for the others."""
    buffer = io.BytesIO()
    Image.new("RGB", (84, 60), "white").save(buffer, "png")
    sentence = "ex06's f raised E: <script>alert(1)</script> $links"
    return [Hung(e, buffer.getvalue() if i % 2 else None, sentence) for i, e in enumerate(EXHIBITS)]


@pytest.fixture(scope="module")
def reader(wall):
    return Reader(page(wall, "An introduction."))


def test_the_page_says_its_language_its_title_and_fits_a_phone(reader):
    assert reader.all("html") == [{"lang": "en"}]
    assert "What the network sees" in reader.words
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in reader.all("meta")
    assert any(attributes.get("charset") == "utf-8" for attributes in reader.all("meta"))


def test_every_picture_stands_in_the_page_itself_with_words_and_size(reader, wall):
    images = reader.all("img")
    assert len(images) == 8
    assert [image["alt"] for image in images] == [hung.exhibit.alt for hung in wall[1::2]]
    for image in images:
        kind, data = image["src"].split(",")
        assert kind == "data:image/png;base64"
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as picture:
            assert (picture.width, picture.height) == (int(image["width"]), int(image["height"]))


def test_the_page_needs_no_other_file_and_no_network(reader, wall):
    text = page(wall, "")
    named = [item for _, attributes in reader.elements for item in attributes.items()]
    addresses = [value for name, value in named if name in ("src", "href")]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not re.search(r"https?:|//\w|@import|url\(|<script", re.sub(r"base64,[^\"]*", "", text))


def test_headings_go_down_one_step_at_a_time(reader):
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(3) == len(EXHIBITS)
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_every_link_leads_to_a_place_on_the_page(reader):
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"].removeprefix("#") for attributes in reader.all("a")]
    assert len(links) == 8  # six rooms, to the pictures, back to the top
    assert set(links) <= {*ids, "top"}


def test_a_sentence_of_a_learners_code_is_text_and_nothing_else(reader):
    assert not reader.all("script")
    assert any("<script>alert(1)</script> $links" in words for words in reader.words)


def test_captions_and_alternative_texts_are_sentences_of_their_own():
    assert len({exhibit.alt for exhibit in EXHIBITS}) == len({exhibit.caption for exhibit in EXHIBITS}) == len(EXHIBITS)
    for exhibit in EXHIBITS:
        assert exhibit.caption.endswith(".")
        assert exhibit.alt.endswith(".")
        assert exhibit.alt != exhibit.caption
