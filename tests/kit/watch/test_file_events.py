"""Saves are noticed with the system's help, and without it where it gives none."""

import contextlib
import json
import subprocess
import sys
import textwrap
import time

import pytest

from processes import start

REFUSALS = {
    "no inotify instance is left": (
        'RuntimeError("Error creating recommended watcher: Too many open files (os error 24)")',
        "all inotify instances of this user are taken",
    ),
    "too many folders": (
        'OSError("OS file watch limit reached. about [...]")',
        "the limit of inotify watches is reached",
    ),
    "anything else": ('OSError("no such luck")', "no such luck"),
}


@contextlib.contextmanager
def watching(folder, **env):
    """The process, and a function that gives its next event."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with start(sys.executable, "-m", "kit.watch.file_events", str(folder), env=env, **pipes) as process:
        yield lambda: json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(60) == 0


def refusing(tmp_path, error):
    """A folder with a watchfiles whose watch is refused by the system."""
    folder = tmp_path / "instead"
    folder.mkdir()
    (folder / "watchfiles.py").write_text(
        textwrap.dedent(f"""
        def watch(*_, **__):
            raise {error}
            yield
        """)
    )
    return str(folder)


def wait_for_a_new_second():
    """So that several saves fall into the same one."""
    time.sleep(1 - time.time() % 1)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "exercises"
    folder.mkdir()
    (folder / "ex05_conv2d.py").write_text("0")
    return folder


@pytest.mark.parametrize(("error", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_where_the_system_reports_no_saves_it_says_so_and_looks_itself(tmp_path, folder, error, reason):
    path = folder / "ex05_conv2d.py"
    with watching(folder, PYTHONPATH=refusing(tmp_path, error)) as event:
        assert event() == {"note": f"The system reports no saves ({reason}), so the files are looked at every 0.2 s."}
        assert event() == {"saved": []}  # from now on none is overlooked
        wait_for_a_new_second()
        for number in range(3):  # as large as before
            path.write_text(str(number))
            assert event() == {"saved": [str(path)]}
        path.unlink()
        assert event() == {"saved": [str(path)]}
        (folder / "package").mkdir()
        (folder / "package" / "notes.txt").write_text("")
        (folder / "package" / "helper.py").write_text("")
        assert event() == {"saved": [str(folder / "package" / "helper.py")]}


def test_whoever_wants_it_so_gets_no_note(tmp_path, folder):
    with watching(folder, WATCHFILES_FORCE_POLLING="1", PYTHONPATH=refusing(tmp_path, "OSError")) as event:
        assert event() == {"saved": []}
        (folder / "ex05_conv2d.py").write_text("12")
        assert event() == {"saved": [str(folder / "ex05_conv2d.py")]}


@pytest.mark.parametrize("polling", ["", "false"])
def test_the_system_reports_saves_in_packages_too(folder, polling):
    (folder / "package").mkdir()
    with watching(folder, WATCHFILES_FORCE_POLLING=polling) as event:
        first = event()
        assert first == {"saved": []} or "note" in first  # the latter where the tests themselves may watch nothing
        helper = folder / "package" / "helper.py"
        helper.write_text("")
        while (saved := event()) == {"saved": []}:
            pass
        assert saved == {"saved": [str(helper)]}
