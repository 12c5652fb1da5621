"""What the tests of the page share: the pages that known mistakes get."""

import functools
import sys

import pytest

import processes
from kit.course.manifest import find
from kit.course.mistakes import answers


@pytest.fixture(scope="session")
def page_of_mistake(tmp_path_factory):
    """The page that a known mistake gets, by the exercise and the mistake's name."""

    @functools.cache
    def see(exercise, name):
        answer = next(a for a in answers(find(exercise)[0][0]) if a.name == name)
        folder = tmp_path_factory.mktemp(name)
        (folder / f"{answer.exercise.name}.py").write_text(answer.source, encoding="utf-8")
        words = [f"{exercise}.{answer.function}", f"--folder={folder}", f"--out={folder / 'out'}"]
        done = processes.run(sys.executable, "-m", "kit.see", *words)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        path = folder / "out" / "see.html"
        assert done.stdout.splitlines()[-1] == path.as_uri()
        return path

    return see
