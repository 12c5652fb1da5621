"""The gallery as a whole: what a learner's functions may do to it, the command, and the page."""

import base64
import io
import itertools
import re
import shutil
import sys
import urllib.parse
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from kit.course.manifest import ROOT
from kit.gallery import __main__ as command
from kit.gallery import draw
from kit.gallery import parts as parts_module
from kit.gallery.exhibits import EXHIBITS, TRAINING
from kit.gallery.page import Hung, page
from kit.gallery.trained import train_quickly
from processes import run as run_process


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
        return draw.Gallery(folder).hang(next(exhibit for exhibit in EXHIBITS if exhibit.name == name))

    return hang


# One picture


def test_what_is_not_written_is_greyed_out_and_named(folder):
    gallery = draw.Gallery(folder)
    sentences = {exhibit.name: (hung := gallery.hang(exhibit)).picture or hung.sentence for exhibit in EXHIBITS}
    assert sentences["sliding_window"] == "write ex01 to see this"
    assert sentences["lenet_parameters"] == "write ex07 to see this"
    assert sentences["cross_found"] == "write ex05 to see this"
    assert {sentences[e.name] for e in EXHIBITS if e.parts is TRAINING} == {"write ex08 to see this"}
    assert all(re.fullmatch(r"write ex\d\d to see this", sentence) for sentence in sentences.values())


def test_a_picture_needs_no_more_than_its_own_exercises(hang):
    assert hang("cross_found", "ex05_conv2d", "").sentence == "write ex06 to see this"
    hung = hang("cross_found", "ex06_pooling", "")
    assert hung.picture
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
    assert hung.picture is None
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
    assert hung.picture
    assert hung.sentence == "ex06 does not answer here as the model answer does: nox -s exercises -- ex06"
    assert re.search(r'<img [^>]*>\s*<p class="remark">ex06 does not answer', page([hung], ""))


def test_a_table_with_names_of_its_own_is_greyed_out(hang):
    code = "_right = lenet5_table\ndef lenet5_table():\n    return [('My ' + name, *row) for name, *row in _right()]"
    sentence = hang("lenet_parameters", "ex07_parameters", code).sentence
    assert sentence == "what ex07 gave cannot be drawn (KeyError): nox -s exercises -- ex07"


def test_a_function_that_changes_its_image_changes_no_picture(hang):
    right = hang("pooled", "ex06_pooling", "").picture
    code = "_max = max_pool2d\ndef max_pool2d(input, *args):\n"
    code += "    answer = _max(input, *args)\n    input.zero_()\n    return answer"
    assert hang("pooled", "ex06_pooling", code).picture == right


def test_what_a_function_prints_or_sets_stays_with_it(hang, capfd):
    code = "print('loud')\ntorch.set_default_dtype(torch.float64)\n_max = max_pool2d\n"
    code += (
        "def max_pool2d(*args):\n    print('loud')\n    torch.set_default_dtype(torch.float64)\n    return _max(*args)"
    )
    try:
        assert hang("pooled", "ex06_pooling", code).picture
        assert torch.get_default_dtype() == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)
    assert "loud" not in "".join(capfd.readouterr())


def test_the_kits_own_errors_are_not_blamed_on_the_model_answers(monkeypatch):
    monkeypatch.setattr("kit.gallery.maps.draw_table", lambda *_: [][0])
    exhibit = next(exhibit for exhibit in EXHIBITS if exhibit.name == "lenet_parameters")
    with pytest.raises(IndexError):
        draw.Gallery(ROOT / "solutions").hang(exhibit)


# The trained network


@pytest.fixture
def quick(monkeypatch, folder):
    """Everything written, and a training of a moment."""
    monkeypatch.setattr(draw, "train_quickly", lambda parts: train_quickly(parts, n_epochs=1, n_pictures=100))
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, folder)


@pytest.mark.usefixtures("quick")
def test_the_network_is_trained_once_for_all_its_pictures(folder, monkeypatch):
    trainings = []
    train = draw.train_quickly
    monkeypatch.setattr(draw, "train_quickly", lambda parts: trainings.append(1) or train(parts))
    gallery = draw.Gallery(folder)
    assert all(gallery.hang(exhibit).picture for exhibit in EXHIBITS if exhibit.parts is TRAINING)
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
    assert hung.picture is None
    assert hung.sentence.startswith(sentence)


# The command


@pytest.fixture
def run(folder, monkeypatch, capsys):
    monkeypatch.setattr(command, "ROOT", folder.parent)
    monkeypatch.setattr(draw, "ROOT", folder.parent)

    def run(*arguments):
        status = command.main([*map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_the_command_tells_how_many_pictures_there_are_and_where(run, folder):
    shutil.copy(ROOT / "solutions/ex06_pooling.py", folder)
    status, screen, _ = run()
    out = folder.parent / "out"
    first, *lines = screen.splitlines()
    assert first.startswith("Drawing pictures with your functions in exercises/")
    assert (status, lines) == (0, ["1 of 22 pictures drawn, 21 greyed out.", (out / "index.html").as_uri()])
    assert sorted(path.name for path in out.iterdir()) == ["11_pooled.svg", "index.html"]
    assert 'viewBox="0 0 259.2 ' in (out / "11_pooled.svg").read_text()  # 3.6 inches wide


def test_a_picture_that_is_greyed_out_now_does_not_lie_there_from_before(run, folder):
    shutil.copy(ROOT / "solutions/ex06_pooling.py", folder)
    run()
    (folder.parent / "out/loss.png").write_bytes(b"not the gallery's")
    (folder.parent / "out/11_pooled.png").write_bytes(b"drawn by an earlier gallery")
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
    assert len(screen.splitlines()) == (place == "taken")  # it had begun to draw
    assert re.fullmatch(rf"Nothing can be saved in {tmp_path / place}: (File exists|Is a directory)\.\n", complaint)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("arguments", [["--pictures", "3"], ["ex05"], ["--out"]])
def test_options_that_make_no_sense_get_one_sentence(run, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


WITHOUT_TORCH = """
import atexit, sys
atexit.register(lambda: print("imported:", sorted({"torch", "matplotlib", "numpy", "PIL"} & set(sys.modules))))
from kit.gallery.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--help"], 0), (["--pictures", "3"], 2), (["--out"], 2), (["--out", "noxfile.py"], 2)]
)
def test_what_can_be_said_without_torch_is_said_without_it(arguments, status):
    done = run_process(sys.executable, "-c", WITHOUT_TORCH, *arguments)
    assert done.returncode == status
    *said, imported = done.stdout.splitlines()
    assert imported == "imported: []"
    assert len(done.stderr.splitlines()) == (status == 2)
    assert bool(said) == (status == 0)


def test_it_says_what_it_does_before_torch_is_there(tmp_path):
    """In a place where torch cannot be imported, the first line has been said."""
    (tmp_path / "torch.py").write_text("raise KeyboardInterrupt")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from kit.gallery.__main__ import main; "
    code += f"sys.exit(main(['--out', {str(tmp_path)!r}]))"
    done = run_process(sys.executable, "-c", code, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path)
    assert (
        done.stdout
        == "Drawing pictures with your functions in exercises/, and a page for them: about 10 seconds on two cores.\n"
    )
    assert (done.returncode, done.stderr) == (130, "Stopped; nothing was saved.\n")


# The page


class Reader(HTMLParser):
    """Collects a page's elements as (tag, attributes), in order, and whether they are closed as they are opened."""

    EMPTY = ("meta", "link", "img", "input")

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
    """A small picture for some exhibits, the photograph too; a hostile sentence for the others."""
    figure = Figure(figsize=(3.6, 2.4))
    figure.suptitle('50 % of "it" & <that> #1')
    sentence = "ex06's f raised E: <script>alert(1)</script> $links"
    pictures = [draw.as_file(e, figure) if i % 2 or e.photograph else None for i, e in enumerate(EXHIBITS)]
    return [Hung(exhibit, picture, sentence) for exhibit, picture in zip(EXHIBITS, pictures, strict=True)]


@pytest.fixture(scope="module")
def reader(wall):
    return Reader(page(wall, "An introduction."))


def test_the_page_says_its_language_its_title_and_fits_a_phone(reader):
    assert reader.all("html") == [{"lang": "en"}]
    assert "What the network sees" in reader.words
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in reader.all("meta")
    assert any(attributes.get("charset") == "utf-8" for attributes in reader.all("meta"))


def test_every_picture_stands_in_the_page_itself_with_words_and_size(reader, wall):
    drawn = [hung for hung in wall if hung.picture]
    images = reader.all("img")
    assert len(images) == len(drawn) == 12
    assert [image["alt"] for image in images] == [hung.exhibit.alt for hung in drawn]
    for image, hung in zip(images, drawn, strict=True):
        kind, data = image["src"].split(",", 1)
        assert kind == ("data:image/png;base64" if hung.exhibit.photograph else "data:image/svg+xml")
        assert (int(image["width"]), int(image["height"])) == size_of(data, hung.exhibit.photograph)


def size_of(data, photograph):
    """The size of a picture from its address in the page."""
    if photograph:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as picture:
            return picture.size
    svg = ElementTree.fromstring(urllib.parse.unquote(data))
    return tuple(round(float(number)) for number in svg.get("viewBox").split()[2:])


def test_the_page_needs_no_other_file_and_no_network(reader, wall):
    text = page(wall, "")
    named = [item for _, attributes in reader.elements for item in attributes.items()]
    addresses = [value for name, value in named if name in ("src", "href")]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not re.search(r"https?:|//\w|@import|url\(|<script", re.sub(r"data:image/[^\"]*", "", text))


def test_steps_are_pictures_of_which_one_is_chosen(wall):
    exhibit, picture = EXHIBITS[0], wall[1].picture
    reader = Reader(page([Hung(exhibit, picture, steps=(picture,) * 9)], ""))
    buttons = reader.all("input")
    assert [button["type"] for button in buttons] == ["radio"] * 9
    assert [("checked" in button) for button in buttons] == [True, *[False] * 8]
    assert len({button["id"] for button in buttons}) == 9
    assert {button["name"] for button in buttons} == {exhibit.name}
    assert [image["alt"] for image in reader.all("img")[1:]] == [f"step {i} of 9" for i in range(1, 10)]


def test_what_is_rounded_looks_the_same():
    svg = b'<path d="M 1.23456 -0.5 L 10.009 2"/><g transform="translate(3.14159 2) scale(0.09375 -0.123456)"/>'
    assert (
        draw.smaller(svg)
        == b'<path d="M 1.23 -0.5 L 10.00 2"/><g transform="translate(3.14 2) scale(0.0937 -0.1234)"/>'
    )


def test_a_class_is_asked_through_what_is_made_of_it(hang):
    hung = hang("channels_normalised", "ex16_batchnorm", "BatchNorm2d.forward = lambda self, x: x")
    assert hung.picture
    assert hung.sentence == "ex16 does not answer here as the model answer does: nox -s exercises -- ex16"
    hung = hang("gradients_arrive", "ex17_residual", "ResBlock.forward = lambda self, x: 1 / 0")
    assert hung.sentence == "ex17's <lambda> raised ZeroDivisionError: division by zero: nox -s exercises -- ex17"
    assert hang("gradients_arrive", "ex17_residual", "").sentence == ""


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
