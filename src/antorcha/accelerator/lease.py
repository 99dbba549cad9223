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
GPU_MEMORY_SHARE = 0.5
_PAUSE = 0.02  # seconds between two tries
_SIGN_OF_LIFE = 5.0  # seconds; the pool takes a grader that says nothing for long for one that is stuck
_PATIENCE = 3600.0  # seconds


class DeviceGoneError(Exception):
    """A device that was found and cannot be used, or not any more. Nobody's code is at fault."""


class Lease:
    """This process's right to the first GPU that it sees (`gpus.pin`)."""

    def __init__(self, still_here: Callable[[], None] = lambda: None, folder: Path | None = None) -> None:
        """Hold nothing yet. `still_here`: called every few seconds of waiting. `folder`: of the lock's file."""
        self.lost = ""  # why nobody need try again
        self._still_here = still_here
        self._folder = folder
        self._file: int | None = None
        self._gpu: Gpu | None = None

    def take(self) -> Gpu:
        """Return the GPU, once no other process uses it, and at once while it is held.

        Raises: `DeviceGoneError` when there is none, or none to be had within an hour.
        """
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
        """Give the GPU up for good, as far as this process goes, and return the error to raise."""
        self.lost = why
        self.release()
        return DeviceGoneError(why)

    def release(self) -> None:
        """Let the next process have the GPU. Safe to call twice."""
        descriptor, self._file, self._gpu = self._file, None, None
        if descriptor is not None:
            os.close(descriptor)

    def _lock(self, gpu: Gpu) -> int:
        """Return the descriptor of the GPU's lock file, which holds the lock as long as it is open."""
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
        while True:  # not one call that blocks: while somebody waits, the pool has to hear of it
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
    """Return a folder that no other user can write to. Raises: `OSError`."""
    folder = Path(tempfile.gettempdir()) / f"antorcha-gpu-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    # The temporary folder is open to all: somebody may have made one of this name, or a link, before us.
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder
