"""The environments of nox's sessions: whether one is as it was made, how one is made, and why that failed.

The noxfile asks before anything is installed, maybe with a Python that is too old: there is nothing here but the
standard library of Python 3.10.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import time
from pathlib import Path

STAMP = "convkata.json"  # stands in an environment, and goes with it
GIGABYTE = 1e9
CUDA, CPU = "3.3 GB to download and 5.4 GB on disk", "less than 1 GB on disk"
NOT_REACHED = re.compile("error sending request|dns error|connection broken|network was disabled")
WRONG_PYTHON = re.compile(r"Python version \(([\d.]+)\) does not satisfy Python(\S+)|Python: ([\d.]+) not in '(\S+)'")


def read_stamp(folder: Path) -> dict:
    """What was written into an environment when it was ready; empty if it is not there or not ready."""
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(folder: Path, **about: str) -> None:
    """Write down that an environment is ready: what it was made from, and the names of all that is in it."""
    found = [*folder.glob("bin/python*"), *folder.glob("Scripts/python*")]
    found += [*folder.glob("lib/*/site-packages/*"), *folder.glob("Lib/site-packages/*")]
    names = [str(path.relative_to(folder)) for path in found if path.name != "__pycache__"]
    (folder / STAMP).write_text(json.dumps({**about, "names": names}), encoding="utf-8")


def is_whole(folder: Path, python: str) -> bool:
    """Whether an environment was made to its end, with this Python, and nothing of it is gone since."""
    stamp = read_stamp(folder)
    return stamp.get("python") == python and all((folder / name).exists() for name in stamp["names"])


def is_ready(folder: Path, what: list[str]) -> bool:
    """Whether an environment was made from just this."""
    return read_stamp(folder).get("what") == what


def prepare(folder: Path, what: list[str], requirements: list[str], python: str, uv: str | None) -> str:
    """Install the requirements into an environment, show how it goes, and stamp it; returns why that failed, or "".

    Why is a sentence without its full stop, which nox adds.
    """
    start, free, failure = time.monotonic(), free_space(folder, uv), ""
    ways = ways_to_torch(folder) if uv else [("", False)]
    (folder / STAMP).unlink(missing_ok=True)
    for torch, offline in ways:
        settings = os.environ | ({"UV_TORCH_BACKEND": torch} if torch else {})
        install = [*installer(folder, uv), *(["--offline"] if offline else []), *requirements]
        plan = look_ahead(install, uv, settings)
        if plan.returncode or (offline and to_download(plan.stdout)):
            failure = failure if offline else reason(plan.stdout)
            continue
        if failure and not torch:
            print("PyTorch's own index, which has a build for this machine, cannot be used; asking the registry.")
        print(f"Preparing {folder.name}: {cost(plan.stdout, free, uv)}", flush=True)
        if subprocess.call(install, env=settings) == 0:
            write_stamp(folder, what=what, python=python, torch=torch)
            used = max(free - free_space(folder, uv), 0) / 1e6
            print(f"Ready after {time.monotonic() - start:.0f} s, with about {used:.0f} MB more on disk.", flush=True)
            return ""
        failure = reason_afterwards(install, uv, settings, free_space(folder, uv))
        if not offline:
            break
    return failure


def ways_to_torch(folder: Path) -> list[tuple[str, bool]]:
    """Where torch may come from, in the order to try: uv's name for it, and whether to do without a network.

    "auto" is the build in PyTorch's own index that fits this machine, "" the registry's. What a person has chosen, or
    what the environments beside this one have, is not asked again.
    """
    stamps = [read_stamp(other) for other in sorted(folder.parent.iterdir())]
    known = [stamp["torch"] for stamp in stamps if "torch" in stamp]
    chosen = os.environ.get("UV_TORCH_BACKEND")
    places = [chosen] if chosen else known[:1] or ["auto", ""]
    return [(place, offline) for place in places for offline in (True, False)]


def installer(folder: Path, uv: str | None) -> list[str]:
    """The command that installs into an environment."""
    if uv:
        return [uv, "pip", "install", "--python", str(folder)]
    (python, *_) = [*folder.glob("bin/python"), *folder.glob("Scripts/python.exe")]
    return [str(python), "-m", "pip", "install"]


def look_ahead(install: list[str], uv: str | None, settings: dict[str, str]) -> subprocess.CompletedProcess:
    """Ask the installer what it would do, and keep its words. pip would download all, so it looks at the kit alone."""
    if uv:
        ask = [*install, "--dry-run", "--verbose"]
    else:
        ask = [*install[: install.index("-e.") + 1], "--dry-run", "--no-deps", "--retries=1"]
    quick = {"UV_HTTP_RETRIES": "1", **settings}
    together = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}
    return subprocess.run(ask, env=quick, check=False, **together)


def to_download(plan: str) -> list[str]:
    """The packages that uv does not have in its cache."""
    return re.findall(r"uncached distribution: ([\w.-]+)==", plan)


def cost(plan: str, free: float, uv: str | None) -> str:
    """One sentence about what an installation takes."""
    missing = to_download(plan)
    if not uv:
        return f"without uv each session has a PyTorch of its own, {CUDA} on Linux. Better: pip install 'nox[uv]'"
    if not missing:
        return "nothing needs to be downloaded, the files are shared with uv's cache."
    if "torch" not in missing:
        return f"{len(missing)} packages to download; PyTorch is here already."
    size = CUDA if any(name.startswith("nvidia") for name in missing) else CPU
    short = f" Only {free / GIGABYTE:.1f} GB are free." if free < 6 * GIGABYTE else ""
    return f"PyTorch comes once, {size}.{short}"


def reason(words: str) -> str:
    """Why an installation is not possible, from the installer's words."""
    if wrong := WRONG_PYTHON.search(words):
        return misfit(*reversed([group for group in wrong.groups() if group]))
    if "No space left on device" in words:
        return "The disk is full"
    if NOT_REACHED.search(words):
        return "The package registry cannot be reached. The first time needs a network; later ones do not"
    lines = [line[:200] for line in words.splitlines() if line.strip() and not line.startswith(("DEBUG", "TRACE"))]
    return "\n".join(["The installer says:", *lines[-6:]])


def misfit(wanted: str, version: str = "") -> str:
    """One sentence if a version of Python, or the one that runs this, is older than ">=X.Y" says; else ""."""
    version = version or platform.python_version()
    if [int(part) for part in version.split(".")[:2]] >= [int(part) for part in wanted.lstrip(">=").split(".")[:2]]:
        return ""
    return f"Python {version} is too old: this kit needs Python {wanted}"


def reason_afterwards(install: list[str], uv: str | None, settings: dict[str, str], free: float) -> str:
    """Why an installation stopped on its way: its words went to the screen, so it is asked again."""
    plan = look_ahead(install, uv, settings)
    if plan.returncode:
        return reason(plan.stdout)
    if free < 2 * GIGABYTE:
        return f"The disk is full: {free / GIGABYTE:.1f} GB are free"
    return "The installation stopped for the reason above. The same command goes on from there"


def free_space(folder: Path, uv: str | None) -> float:
    """How many bytes are free where the environment is, and where uv keeps what it has downloaded."""
    places = [folder]
    if uv:
        cache = subprocess.run([uv, "cache", "dir"], capture_output=True, encoding="utf-8", check=False)
        places += [path for path in [Path(cache.stdout.strip())] if path.is_dir()]
    return min(shutil.disk_usage(place).free for place in places)
