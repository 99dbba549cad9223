"""The right to use a GPU now: one holder at a time on a machine, over all graders of one user.

A lock on a file. The kernel takes it back when its holder ends, however that comes about.
"""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from antorcha.accelerator import gpus
from antorcha.accelerator.gpus import Gpu

# Of the GPU's memory, for a worker's tensors. The rest is for the references of the graders, each with a context of its
# own, and for what CUDA takes besides tensors.
SHARE = 0.5
_PAUSE = 0.02
_SIGN_OF_LIFE = 5.0
_PATIENCE = 3600.0


class DeviceGoneError(Exception):
    """A device that was found cannot be used, or not any more. Nobody's code is at fault."""


class Lease:
    """This process's right to the first GPU that it sees (`gpus.pin`)."""

    def __init__(self, still_here: Callable[[], None] = lambda: None, folder: Path | None = None) -> None:
        """`still_here` is called every few seconds of waiting."""
        self.lost = ""  # why nobody need try again
        self._still_here = still_here
        self._folder = folder
        self._file: int | None = None
        self._gpu: Gpu | None = None

    def take(self) -> Gpu:
        """The GPU, once no other process uses it; again, while it is held. Errors: `DeviceGoneError`."""
        if self.lost:
            raise DeviceGoneError(self.lost)
        if self._gpu is None:
            usable = gpus.usable()
            if not usable:
                raise self.lose(gpus.why_not())
            self._file = self._lock(usable[0])
            self._gpu = usable[0]
        return self._gpu

    def lose(self, why: str) -> DeviceGoneError:
        """From now on there is no GPU for this process. The error to raise."""
        self.lost = why
        self.release()
        return DeviceGoneError(why)

    def release(self) -> None:
        """Let the next one have it. Safe to call twice."""
        descriptor, self._file, self._gpu = self._file, None, None
        if descriptor is not None:
            os.close(descriptor)

    def _lock(self, gpu: Gpu) -> int:
        try:
            path = (self._folder or _own_folder()) / f"{gpu.uuid}.lock"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self.lose(f"no lock can be had for it ({error})") from None
        try:
            self._wait(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _wait(self, descriptor: int) -> None:
        import fcntl  # not on every platform

        started = heard = time.monotonic()
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                now = time.monotonic()
            if now - started > _PATIENCE:
                raise self.lose("another process of yours has kept it for an hour")
            if now - heard > _SIGN_OF_LIFE:
                heard = now
                self._still_here()
            time.sleep(_PAUSE)


def _own_folder() -> Path:
    """A folder that no other user can write to. Errors: `OSError`."""
    folder = Path(tempfile.gettempdir()) / f"antorcha-gpu-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder
