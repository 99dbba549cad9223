"""A JupyterLab server of a test's own, and a notebook that is open in it: run and read by clicks in a real browser."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from support.browser import Browser, until

Start = Callable[[Sequence[str], IO[str]], "subprocess.Popen[str]"]  # of a command, with the file for what it prints

_RUN_BUTTON = '.jp-NotebookPanel-toolbar [data-command="notebook:run-cell-and-select-next"]'
# The notebook's indicator says idle before it has a kernel too, and what is run then is lost: the server says whether
# the kernel has answered and the page is connected to it.
_KERNEL_READY = """fetch("/api/kernels").then(answer => answer.json()).then(kernels =>
    kernels.some(kernel => kernel.connections > 0 && kernel.execution_state === "idle")
    && document.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status === "idle")"""
_TRACKER = ".jupyter/lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"


@contextmanager
def jupyter_lab(start: Start, home: Path) -> Iterator[str]:
    """Start a server in the folder and with the surroundings of `start`; give its address. `home`: of who starts it."""
    settings = home / _TRACKER
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"windowingMode": "none"}), encoding="utf-8")  # all cells are on the page
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        *("--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="),
        *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    with (home / "server.log").open("w") as log:
        server = start([sys.executable, "-m", "jupyterlab", *options], log)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{address}/api"), "JupyterLab to start")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=10):
            return True
    except OSError:
        return False


@dataclass(frozen=True)
class Notebook:
    """A notebook that is open in JupyterLab."""

    browser: Browser

    @classmethod
    def opened(cls, browser: Browser, address: str) -> Notebook:
        """Open a notebook by its address, and wait until its kernel can be asked.

        In a browser with no other notebook: JupyterLab asks before it leaves one that was changed.
        """
        browser.open(f"{address}?reset")  # without the notebooks that another browser had open
        browser.wait_for(_KERNEL_READY, "the kernel")
        return cls(browser)

    def run(self, words: str, new_text: str = "") -> None:
        """Run the cell with these words by the button of the toolbar, first with another text where one is given.

        It waits for the end: what is started while a cell fails is taken back by Jupyter.
        """
        self.browser.click(f"{self._cell(words)}?.querySelector('.cm-content')")
        if new_text:
            self.browser.type(new_text)
        prompt = f"{self._cell(words)}?.querySelector('.jp-InputPrompt').innerText"
        before = self.browser.ask(prompt)
        self.browser.click(f"document.querySelector('{_RUN_BUTTON}')")
        ended = f"/[0-9]/.test({prompt}) && {prompt} !== {json.dumps(before)}"
        self.browser.wait_for(ended, f"the cell with {words} to end")

    def output(self, words: str) -> str:
        """Return what stands below the cell with these words."""
        return str(self.browser.ask(f"{self._cell(words)}.querySelector('.jp-OutputArea').innerText"))

    def _cell(self, words: str) -> str:
        cells = "[...document.querySelectorAll('.jp-CodeCell')]"
        return f"{cells}.find(cell => cell.querySelector('.cm-content')?.innerText.includes({json.dumps(words)}))"
