"""What the README files say can be done: each command, link, name and picture is there, and works as printed."""

import html
import re
import shutil
import sys

import pytest

from kit.commands import picture
from kit.course.manifest import ROOT, exercises, find
from processes import run, run_pytest

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *(f"{name}/README.md" for name in ("exercises", "solutions", "tests", "data", "kit")),
]
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
ALL = "\n".join(TEXTS.values())
LINKS = [(page, link) for page in PAGES for link in re.findall(r"(?:\]\(|src=\")([^)\"\s]+)", TEXTS[page])]


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_what_a_page_links_to_is_there(page, link):
    path, _, heading = link.partition("#")
    target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
    assert target.exists()
    if heading:
        titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        assert heading in [title.lower().replace(" ", "-") for title in titles]


@pytest.mark.parametrize("session", sorted({*re.findall(r"nox -s (\w+)", ALL)}))
def test_each_session_of_nox_is_one(session):
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert re.search(rf'^def {session}\(|^    "{session}": ', text, re.MULTILINE)


@pytest.mark.parametrize("module", sorted({*re.findall(r"python -m (kit[\w.]*)", ALL)}))
def test_each_module_that_is_typed_starts(module):
    done = run(sys.executable, "-c", f"import runpy; runpy.run_module({module!r}, run_name='looked at')")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "path", sorted({*re.findall(r"`((?:kit|tests|solutions|exercises|data|\.\w+)/[\w./]*)`", ALL)})
)
def test_each_path_is_there(path):
    written_later = (".nox", "data/cifar")
    assert path.startswith(written_later) or (ROOT / path).exists()


@pytest.mark.parametrize("path", sorted({*re.findall(r"`((?:\w+/)?\w+\.py)`", TEXTS["kit/README.md"])}))
def test_each_step_through_the_rooms_is_there(path):
    assert list((ROOT / "kit").rglob(path)) or (ROOT / path).exists()


ASKED = {*re.findall(r"(?:nox -s \w+ --|pytest) ((?:ex\d\d)?\.?\w+)", ALL)} - {
    "does",
    "takes",
    "plugin",
    "hypothesis",
    "CLASS",
    "SUBMISSION",
}


@pytest.mark.parametrize("word", sorted(word for word in ASKED if not word.startswith("exercises")))
def test_each_exercise_or_function_that_is_asked_for_is_one(word):
    assert find(word)


def test_the_table_has_every_exercise_with_its_functions_and_minutes():
    rows = [f"| {e.name} | {', '.join(e.checks)} | {e.minutes} |" for e in exercises()]
    assert re.findall(r"^\| ex\d\d.*$", TEXTS["README.md"], re.MULTILINE) == rows


def test_the_readme_fits_on_a_screen_or_two():
    assert len(TEXTS["README.md"].splitlines()) <= 95


def words_of(svg):
    return [
        " ".join(html.unescape(re.sub("<[^>]+>", "", text)).split()) for text in re.findall(r"<text.*?</text>", svg)
    ]


def test_the_picture_shows_what_a_run_shows():
    assert words_of(picture.PICTURE.read_text(encoding="utf-8")) == words_of(picture.record())


def test_the_first_ten_minutes_are_as_told(tmp_path):
    stub = (ROOT / "exercises" / "ex01_correlate.py").read_text(encoding="utf-8")
    (wrong,) = re.findall(r"```python\n(.*?)```", TEXTS["README.md"], re.DOTALL)
    path = tmp_path / "ex01_correlate.py"
    path.write_text(stub.replace("    raise NotImplementedError\n", wrong, 1), encoding="utf-8")
    _, screen = run_pytest("ex01", folder=tmp_path)
    assert "cause: the last window in each direction is missing" in screen
    path.write_text(path.read_text().replace("h - kh", "h - kh + 1").replace("w - kw", "w - kw + 1"), encoding="utf-8")
    _, screen = run_pytest("ex01.correlate2d", folder=tmp_path)
    assert "want ValueError" in screen
    shutil.copy(ROOT / "solutions" / path.name, path)
    assert run_pytest("ex01.correlate2d", folder=tmp_path)[0] == 0


def test_a_call_can_be_pasted_behind_a_file_of_an_exercise():
    lines = "print(conv_output_size(10, 3, stride=2))\n"
    done = run(sys.executable, "-i", "solutions/ex03_output_size.py", input=lines)
    assert done.stdout == "4\n"


def test_the_debugger_stops_in_the_call_with_the_wrong_answer(tmp_path):
    source = (ROOT / "solutions" / "ex05_conv2d.py").read_text(encoding="utf-8")
    turned = "\n\ndef conv2d(input, weight, *rest, **named):\n    marked = weight.flip(2, 3)\n"
    turned += "    return right(input, marked, *rest, **named)\n"
    (tmp_path / "ex05_conv2d.py").write_text(f"{source}\n\nright = conv2d{turned}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", f"--folder={tmp_path}", "ex05.conv2d", "--in-process", "--pdb"]
    done = run(*command, input="n\np marked.shape\nq\n")
    assert done.returncode == 1
    assert "marked = weight.flip(2, 3)" in done.stdout
    assert "(Pdb) torch.Size(" in done.stdout
