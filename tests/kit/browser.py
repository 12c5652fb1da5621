"""A real browser without a window, spoken to through a pipe in Chromium's own protocol; nothing needs installing."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import processes

NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# The browser reads commands from descriptor 3 and writes what happens to 4; this puts the pipes there.
TRAMPOLINE = "import os, sys; r, w, *command = sys.argv[1:]; os.dup2(int(r), 13); os.dup2(int(w), 14); "
TRAMPOLINE += "os.dup2(13, 3); os.dup2(14, 4); os.execv(command[0], command)"

on_every_screen = pytest.mark.parametrize(
    ("width", "height", "scheme"), [(390, 844, "light"), (390, 844, "dark"), (1280, 900, "light"), (1280, 900, "dark")]
)
LUMINANCE = """
const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(
  v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
"""


def started(profile: Path) -> Iterator["Browser"]:
    """A browser, and its end; without one a test is skipped, but where CI is set in the environment it fails."""
    path = find_browser()
    if path is None:
        sentence = "neither Chromium nor Chrome is here, so nobody has looked at the page"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    browser = Browser(path, profile)
    yield browser
    browser.close()


def with_luminance(body: str) -> str:
    """A script that may ask for the luminance of a colour of CSS, as defined for the contrast of text on the web."""
    return f"(() => {{ {LUMINANCE} {body} }})()"


def find_browser() -> str | None:
    """Where Chromium or Chrome is, if it is here."""
    found = (shutil.which(name) for name in NAMES)
    return next(filter(None, found), str(MACOS) if MACOS.exists() else None)


class Browser:
    """A browser with one page open; `complaints` collects all errors and warnings of that page."""

    def __init__(self, path: str, profile: Path):
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe"]
        command = [path, *options, "--disable-dev-shm-usage", f"--user-data-dir={profile}", "about:blank"]
        (theirs_in, self.to), (self.fro, theirs_out) = os.pipe(), os.pipe()
        start = [sys.executable, "-c", TRAMPOLINE, str(theirs_in), str(theirs_out), *command]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = processes.start(*start, pass_fds=(theirs_in, theirs_out), **quiet)
        os.close(theirs_in)
        os.close(theirs_out)
        self.buffer, self.number, self.session = b"", 0, None
        self.complaints: list[str] = []
        self.seen: list[str] = []
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attach = {"targetId": page["targetId"], "flatten": True}
        self.session = self.call("Target.attachToTarget", **attach)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> dict:
        """Send a command and wait for its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self.read()).get("id") != self.number:
            self.note(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def read(self) -> dict:
        """The next message."""
        while b"\0" not in self.buffer:
            part = os.read(self.fro, 1 << 20)
            assert part, "the browser has ended"
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def note(self, event: dict) -> None:
        """Keep what the page complains about, and what it loads."""
        method, params = event.get("method", ""), event.get("params", {})
        self.seen.append(method)
        if method in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            self.complaints.append(json.dumps(params)[:5000])

    def open(self, path: Path, width: int, height: int, scheme: str) -> None:
        """Show a file on a screen of this size, in light or dark, without a network."""
        self.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **screen)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.seen.clear()
        self.call("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self.seen:
            self.note(self.read())

    def ask(self, script: str) -> object:
        """The value of a line of JavaScript in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go."""
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def photograph(self, path: Path, whole: bool = False) -> None:
        """Save what is seen as a PNG."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        """End the browser."""
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.fro)
