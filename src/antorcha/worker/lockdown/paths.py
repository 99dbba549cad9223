"""The files that a worker may read: the interpreter, its packages, the system's libraries, some facts of the machine.

Nothing of the course, of other submissions, of anybody's home, and nothing of /proc but the processor's name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec

_SYSTEM = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
    "/proc/cpuinfo",  # without it torch prints an error in every worker
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")
# `open(os.devnull, "w")` is how one silences a stream.
WRITABLE = ("/dev/null",)


def readable() -> tuple[str, ...]:
    """Return the files and folders that this interpreter needs, each once. They may be missing on this machine."""
    return tuple(dict.fromkeys([*_interpreter(), *_packages(), *_SYSTEM]))


def landmarks() -> tuple[str, ...]:
    """Return files whose readability stands for that of the interpreter's and torch's folders."""
    torch = find_spec("torch")
    files = [os.__file__, torch.origin if torch is not None else None]
    return tuple(path for path in files if path)


def open_to_others(path: str) -> bool:
    """Return whether strangers to a file's owner and group can reach and read it, by the modes on the way."""
    try:
        if not os.stat(path).st_mode & 0o004:
            return False
        folder = os.path.dirname(os.path.realpath(path))
        while True:
            if not os.stat(folder).st_mode & 0o001:
                return False
            if folder == os.path.dirname(folder):
                return True
            folder = os.path.dirname(folder)
    except OSError:
        return False


def _interpreter() -> Iterator[str]:
    """Yield the folders of Python's library: a virtual environment has its own beside that which it was made from."""
    for prefix in (sys.base_prefix, sys.prefix):
        yield os.path.join(prefix, "lib")
        yield os.path.join(prefix, "lib64")
    yield os.path.dirname(os.__file__)


def _packages() -> Iterator[str]:
    """Yield the folders of installed packages on sys.path; the course's own are none of a worker's business."""
    for entry in map(os.path.abspath, sys.path):
        # `pip install --target` fills a folder of any name.
        if os.path.basename(entry) in _PACKAGE_FOLDERS or os.path.isdir(os.path.join(entry, "torch")):
            yield entry
