"""A headless Chromium that a test drives as a person would: it clicks, types and reads what is on the page."""

from __future__ import annotations

import importlib.resources
import itertools
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import urlopen

import pytest
import websocket

COMMAND = shutil.which("chromium")
_PAGE_GONE = r"navigated|closed|[Cc]ontext"  # in the error of a question to a page that was left before it answered
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    # High enough for a whole notebook: JupyterLab builds no cells outside of the window.
    *("--window-size=1400,4000", "--remote-debugging-port=0", "about:blank"),
)

_SERIOUS = """axe.run({resultTypes: ["violations"]}).then(answer => answer.violations
    .filter(fault => ["serious", "critical"].includes(fault.impact))
    .map(fault => `${fault.id} (${fault.help}): ${fault.nodes[0].html}`))"""


class Browser:
    """One page of a Chromium of its own, through the DevTools protocol."""

    def __init__(self, profile: Path) -> None:
        assert COMMAND is not None
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([COMMAND, f"--user-data-dir={profile}", *_OPTIONS], **quiet)
        self._numbers = itertools.count(1)
        try:
            port = until(lambda: _first_line(profile / "DevToolsActivePort"), "Chromium to start")
            with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
                page = next(target for target in json.load(answer) if target["type"] == "page")
            self._socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=60, suppress_origin=True)
        except BaseException:
            self._process.kill()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(30)

    def open(self, address: str) -> None:
        """Open a page. It may still be loading: `wait_for` what is to be read or clicked."""
        self._send("Page.navigate", url=address)

    def open_file(self, path: Path) -> None:
        """Open a page that is a file, and wait until it is loaded."""
        self.open(path.as_uri())
        loaded = f"document.readyState == 'complete' && location.href == {json.dumps(path.as_uri())}"
        self.wait_for(loaded, "the page to be loaded")

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; none where it fails, or where the page goes away meanwhile."""
        answer = self._answer("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "error" in answer:
            assert re.search(_PAGE_GONE, answer["error"]["message"]), answer
            return None
        return answer["result"]["result"].get("value")

    def wait_for(self, expression: str, what: str) -> Any:
        """Return the value of an expression as soon as it is neither empty nor false; fail after three minutes."""
        try:
            return until(lambda: self.ask(expression), what)
        except TimeoutError as error:
            raise AssertionError(f"{error}; the page says:\n{self.ask('document.body.innerText')}") from None

    def click(self, element: str) -> None:
        """Click the element that a JavaScript expression names, once it is there, where it is on the screen."""
        # What comes into view may grow once it is drawn, and move what stands below it for several frames.
        place = f"""(async () => {{
            const element = {element};
            const middle = () => {{
                const box = element?.getBoundingClientRect();
                return box && box.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
            }};
            element?.scrollIntoView({{block: "center", behavior: "instant"}});
            const before = middle();
            for (let frame = 0; frame < 10; frame++) await new Promise(drawn => requestAnimationFrame(drawn));
            const after = middle();
            return before && after && before.join() === after.join() ? after : null;
        }})()"""
        x, y = self.wait_for(place, f"{element} to be on the page")
        for kind in ("mousePressed", "mouseReleased"):
            self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Replace all text in the field that has the focus."""
        self._key("a", code="KeyA", windowsVirtualKeyCode=65, modifiers=2, commands=["selectAll"])
        self._send("Input.insertText", text=text)

    def leave(self) -> None:
        """Go to the next field with the Tab key."""
        self._key("Tab", code="Tab", windowsVirtualKeyCode=9)

    def _key(self, key: str, **details: Any) -> None:
        for kind in ("keyDown", "keyUp"):
            self._send("Input.dispatchKeyEvent", type=kind, key=key, **details)

    def _send(self, method: str, **parameters: Any) -> Any:
        """Send one command; return its result."""
        answer = self._answer(method, **parameters)
        assert "error" not in answer, answer
        return answer["result"]

    def _answer(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command; return its answer. Events that come before it are of no interest."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv())
            if answer.get("id") == number:
                return answer


def faults(browser: Browser) -> list[str]:
    """Return what axe-core calls serious or critical on the open page, and where it is wider than its window.

    It looks as on a desk and on a phone, in light and in dark.
    """
    axe = importlib.resources.files(pytest.importorskip("axe_core_python")).joinpath("axe.min.js")
    browser.ask(f"{axe.read_text(encoding='utf-8')}; 1")
    found = []
    for width, scheme in itertools.product((1280, 390), ("light", "dark")):
        browser._send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=True)
        browser._send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        faults = browser.ask(_SERIOUS)
        assert faults is not None, "axe-core did not run"
        found += [f"{width} {scheme}: {fault}" for fault in faults]
        if browser.ask("document.documentElement.scrollWidth") > width:
            found.append(f"{width} {scheme}: wider than its window")
    browser._send("Emulation.clearDeviceMetricsOverride")
    browser._send("Emulation.setEmulatedMedia", features=[])
    return found


def until(ask: Any, what: str, seconds: float = 180) -> Any:
    """Return what `ask()` gives as soon as it is neither empty nor false. Raises: `TimeoutError`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.2)
    raise TimeoutError(f"waited {seconds:g} s for {what}")


def _first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0] if path.is_file() else ""
