"""Which files a verdict hangs on."""

import pytest

from kit.learner.imported_files import imported_files, names_in

FILES = {
    "helpers.py": "import torch\nfrom deeper import f\n",
    "deeper.py": "",
    "unused.py": "",
    "package/__init__.py": "from . import inner\n",
    "package/inner.py": "from .other import y\n",
    "package/other.py": "import deeper\n",
    "package/unused.py": "",
    "plain/part.py": "",
    "ex04_padding_stride.py": "import unused\n",
    "circle.py": "import ex05_conv2d\nimport circle\n",
}
PACKAGE = {"package/__init__.py", "package/inner.py", "package/other.py", "deeper.py"}


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("", set()),
        ("import torch, os.path\nfrom kit.given import pair\n", set()),
        ("import helpers\n", {"helpers.py", "deeper.py"}),
        ("def f():\n    from helpers import f as g\n", {"helpers.py", "deeper.py"}),
        ("import deeper as d, unused\n", {"deeper.py", "unused.py"}),
        ("import package\n", PACKAGE),
        ("from package.inner import x\n", PACKAGE),
        ("from package import unused\n", PACKAGE | {"package/unused.py"}),
        ("import plain.part\n", {"plain/part.py"}),
        ("from plain import part\n", {"plain/part.py"}),
        ("from ex04_padding_stride import pad2d\n", {"ex04_padding_stride.py", "unused.py"}),
        ("import circle\n", {"circle.py"}),
        ("import importlib\nm = importlib.import_module('helpers')\n", {"helpers.py", "deeper.py"}),
        ("from nowhere import *\nfrom deeper import *\n", {"deeper.py"}),
        ("import deeper\ndef f(:\n", set()),
        ("x = '../deeper', '\\d', 'deeper or not'\n", set()),
        ("import runpy\nrunpy.run_path('deeper.py')\n", {"deeper.py"}),
    ],
)
def test_what_an_exercise_imports(tmp_path, source, files):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    path = tmp_path / "ex05_conv2d.py"
    path.write_text(source)
    found = imported_files(path)
    assert {file.relative_to(tmp_path).as_posix() for file in found} == files
    assert all(file.read_bytes() == content for file, content in found.items())


def test_a_file_that_is_not_there_imports_nothing(tmp_path):
    assert imported_files(tmp_path / "ex05_conv2d.py") == {}
    assert imported_files(tmp_path / "no_folder" / "ex05_conv2d.py") == {}


def test_relative_names_stand_for_modules_of_the_package():
    assert {"package.sub", "package.sub.a", "package", "package.b"} <= names_in(
        b"from . import a\nfrom .. import b\n", ("package", "sub")
    )
