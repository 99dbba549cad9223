"""The asking side of the warm process: requests go out, and answers come in while the terminal stays alive."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE = 2  # seconds for the process to end by itself
_ENDED = -1  # the id of the message that says that the process is gone


@dataclass(frozen=True)
class Answer:
    """The outcome of one request. `problem`: why nothing ran; `lines`: a dict for each exercise."""

    problem: str
    lines: tuple[dict[str, Any], ...]


class WarmProcess:
    """A process with torch loaded, started anew whenever it has ended. Only the latest request is answered."""

    def __init__(self, exercises: Path) -> None:
        self._exercises = exercises
        self._answers: queue.Queue[tuple[subprocess.Popen[bytes], dict[str, Any]]] = queue.Queue()
        self._id = 0
        self._request: bytes | None = None  # what is not answered yet
        self._tries = 0
        self._process = self._started()

    @property
    def busy(self) -> bool:
        """Return whether an answer is still to come."""
        return self._request is not None

    def ask(self, topic: str, exercises: list[str] | None, language: str) -> None:
        """Ask for the checks of these exercises, or of the whole topic; a request that is still open is given up."""
        if self.busy and not hasattr(os, "fork"):
            self.close()  # it answers one request at a time there
            self._process = self._started()
        self._id += 1
        request = {"id": self._id, "topic": topic, "exercises": exercises, "language": language}
        self._request, self._tries = json.dumps(request).encode() + b"\n", 0
        self._send()

    def answer(self, seconds: float) -> Answer | None:
        """Return the answer to the latest request, waiting at most so long for it; `None` where there is none yet."""
        try:
            process, said = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if process is not self._process:
            return None
        if said["id"] == _ENDED:
            return self._after_its_end()
        if said["id"] != self._id or self._request is None:
            return None
        self._request = None
        return Answer(said["problem"], tuple(said["lines"]))

    def close(self) -> None:
        """End the process, and with it what it has started: a check may compute for ever."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # by which it knows that nobody asks any more
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        # -P: a file beside the exercises hides no package.
        command = [sys.executable, "-P", "-m", "antorcha.home.warm_process", str(self._exercises)]
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}  # looking leaves nothing beside the exercises
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        return process

    def _send(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(self._request or b"")
            self._process.stdin.flush()
        except OSError:  # it has ended, which its reader tells
            return

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._answers.put((process, json.loads(line)))
        self._answers.put((process, {"id": _ENDED}))

    def _after_its_end(self) -> Answer | None:
        """Start a new process; ask it what the last one has not answered, unless that has ended two already."""
        self._process.wait()
        self._process = self._started()
        if self._request is None:
            return None
        self._tries += 1
        if self._tries > 1:
            self._request = None
            return Answer("Python itself ended", ())
        self._send()
        return None
