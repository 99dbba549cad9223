"""The start of a zygote's process, for whoever has not imported torch yet: both may import it side by side."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from antorcha import threads
from antorcha.accelerator import gpus
from antorcha.surroundings import library_folders
from antorcha.worker import leftovers
from antorcha.worker.lockdown import Settings, bubblewrap, landlock

HASH_SEED, ANOTHER_HASH_SEED = "0", "1"
# The folders of packages go behind Python's own modules; `PYTHONPATH` would put them in front.
_START = """
import json, os, sys
folders = json.loads(sys.argv.pop(1))
here = [n for n, entry in enumerate(sys.path) if os.path.basename(entry) in ("site-packages", "dist-packages")]
here = here[0] if here else len(sys.path)
sys.path[here:here] = [folder for folder in folders if folder not in sys.path[:here]]
from antorcha.worker.zygote import main
main()
"""


@dataclass(frozen=True)
class ZygoteProcess:
    """A zygote's process, which may still be importing torch.

    `control`: our end of its socket. `scratch`: the one folder that it may write to. `preload`: the modules that it
    imports beside torch.
    """

    process: subprocess.Popen[bytes]
    control: socket.socket
    scratch: str
    settings: Settings
    preload: tuple[str, ...]

    @classmethod
    def start(
        cls, settings: Settings | None = None, preload: Sequence[str] = (), *, hash_seed: str = HASH_SEED
    ) -> Self:
        """Start a process, behind bubblewrap where the settings ask for it and the machine has it."""
        settings = settings or Settings()
        scratch = leftovers.new_folder()
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folders = library_folders(preload)
        # -s and -P: packages of the user and the current folder are found by way of these folders only.
        command = [sys.executable, "-s", "-P", "-c", _START, json.dumps(folders)]
        command += [str(theirs.fileno()), json.dumps(asdict(settings)), *preload]
        if settings.use_bubblewrap and not bubblewrap.obstacle():
            granted = gpus.usable() if settings.use_gpu else []
            devices = [path for gpu in granted for path in gpu.devices]
            facts = [*folders, *(path for gpu in granted for path in gpu.readable)]
            command = bubblewrap.wrapped(command, scratch, devices, facts)
        process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env=_environment(scratch, hash_seed),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
        )
        theirs.close()
        return cls(process, control, scratch, settings, tuple(preload))

    @property
    def alive(self) -> bool:
        return self.process.poll() is None and not hung_up(self.control)

    def last_words(self) -> str:
        """Return the last line that an ended process wrote to stderr; "" where there is none, or it has not ended."""
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            return ""
        text = self.process.stderr.read()[-2000:] if self.process.stderr is not None else b""
        return next(reversed(text.decode("utf-8", "replace").strip().splitlines()), "")

    def close(self) -> None:
        """End the process with its workers, by hanging up, and remove its folder."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()
        leftovers.remove(self.scratch)


def hung_up(connection: socket.socket) -> bool:
    """Return whether the other end of a connection has gone; at once, where a large process takes a while to end."""
    poller = select.poll()
    poller.register(connection, select.POLLHUP)
    return bool(poller.poll(0))


def _environment(cache: str, hash_seed: str) -> dict[str, str]:
    """Return all the variables of a worker's process. The hash seed is fixed so that sets have one order for all."""
    passed_on = {name: os.environ[name] for name in (landlock.ABI_VARIABLE,) if name in os.environ}
    return passed_on | {
        "PATH": "/usr/bin:/bin",
        "HOME": "/",
        # torch names its cache after the user, and a user of no account has no name.
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        **threads.ENVIRONMENT,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONDONTWRITEBYTECODE": "1",
        # Otherwise `torch.cuda.is_available()` starts CUDA, and no process that is forked afterwards can use it.
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
        # Without a workspace of fixed size cuBLAS does not give the same numbers each time.
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
        # Importing torch._dynamo makes a folder, and importing Matplotlib another.
        "TORCHINDUCTOR_CACHE_DIR": cache,
        "MPLCONFIGDIR": cache,
        "MPLBACKEND": "Agg",
        "TMPDIR": cache,
    }
