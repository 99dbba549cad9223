"""A Dask scheduler and workers, each a process of its own on the loopback interface, with a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE = 300.0  # seconds, on a busy machine


def wait_until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not ready():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@dataclass
class DaskCluster:
    """One scheduler and its workers. `tls`: options of both, for certificates."""

    folder: Path
    tls: tuple[str, ...] = ()
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    address: str = ""
    _scheduler: subprocess.Popen[bytes] | None = None

    def start_scheduler(self) -> None:
        """Start it; once more, it gets the port that it had."""
        self.folder.mkdir(exist_ok=True)
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        port = self.address.rpartition(":")[2] or "0"
        self._scheduler = self._start(
            "scheduler", "distributed.cli.dask_scheduler", "--port", port, "--scheduler-file", str(file)
        )

        def is_written() -> bool:
            with contextlib.suppress(OSError, ValueError):
                self.address = json.loads(file.read_text())["address"]
                return True
            return False

        wait_until(is_written, "the scheduler does not start")

    def start_worker(
        self, name: str, *options: str, preload: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        """Start a worker. `preload`: code that it runs before anything else."""
        own = self.folder / name
        own.mkdir(exist_ok=True)
        words = [self.address, "--name", name, "--nthreads", "1", "--no-nanny", "--local-directory", str(own)]
        words += ["--death-timeout", f"{_PATIENCE:.0f}", *options]
        if preload:
            (own / "preloaded.py").write_text(preload, "utf-8")
            words += ["--preload", str(own / "preloaded.py")]
        temporary = {"TMPDIR": str(own)} | dict(environment or {})
        self.workers[name] = self._start(name, "distributed.cli.dask_worker", *words, environment=temporary)

    def said(self, name: str) -> str:
        """Return what a process has written."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def kill_worker(self, name: str) -> None:
        _kill(self.workers.pop(name))

    def kill_scheduler(self) -> None:
        if self._scheduler is not None:
            _kill(self._scheduler)
            self._scheduler = None

    def close(self) -> None:
        for process in self.workers.values():
            process.send_signal(signal.SIGTERM)  # as a batch system ends a job: graders end with it
        for process in self.workers.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            _kill(process)
        self.workers.clear()
        self.kill_scheduler()

    def _start(
        self, name: str, module: str, *words: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *words, "--host", "127.0.0.1", "--no-dashboard", *self.tls],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
