"""The optional second wall: bubblewrap starts the zygote in a file system that has only what workers may read, and in
namespaces with no network and no System V objects of anybody else. Each worker's own lock stands inside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from antorcha.worker.lockdown import paths

_START_SECONDS = 20
# What a root zygote needs to give each worker a user of its own, to end it, and to read Python wherever it lies.
_KEPT = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL", "CAP_DAC_READ_SEARCH")


def wrapped(command: Sequence[str], scratch: str, devices: Sequence[str] = (), facts: Sequence[str] = ()) -> list[str]:
    """`command` behind the wall; `scratch` is the only folder that it may write to.

    `devices` and `facts`: device files, and what else is to be read, of GPUs that some workers will be granted.

    The process ids stay the machine's: the grader reads a worker's CPU clock by its id.
    """
    program = shutil.which("bwrap")
    if program is None:
        return list(command)
    wall = [program, "--die-with-parent", "--unshare-ipc", "--unshare-net", "--unshare-uts"]
    if os.geteuid() == 0:
        wall += [word for name in _KEPT for word in ("--cap-add", name)]
    for path in [*_shown(), *(one for one in facts if not one.startswith("/proc/"))]:
        wall += ["--ro-bind-try", path, path]
    wall += ["--dev", "/dev"]
    for path in devices:
        wall += ["--dev-bind-try", path, path]
    wall += ["--ro-bind", "/proc", "/proc", "--bind", scratch, scratch, "--chdir", "/"]
    return [*wall, "--", *command]


@cache
def obstacle() -> str:
    """Why the wall cannot be had on this machine; an empty text where it can."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return "not installed"
    command = wrapped([sys.executable, "-S", "-P", "-c", ""], scratch="/proc/self")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_START_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not start: {error}"
    if done.returncode == 0:
        return ""
    return f"does not start: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"


def _shown() -> list[str]:
    """What workers may read, the interpreter's own files, and this package, which may lie in a checkout."""
    interpreter = [sys.executable, os.path.realpath(sys.executable), os.path.join(sys.prefix, "pyvenv.cfg")]
    package = str(Path(__file__).resolve().parents[2])
    links = [one for one in ("/lib", "/lib64", "/usr") if os.path.exists(one)]
    own = [one for one in paths.readable() if not one.startswith(("/dev/", "/proc/"))]
    return list(dict.fromkeys([*links, *own, *interpreter, package, *_search_path()]))


def _search_path() -> list[str]:
    """The folders that `.pth` files name: an editable install is found by them."""
    folders = [os.path.abspath(entry) for entry in sys.path if entry]
    return [one for one in folders if os.path.isdir(one) and os.path.isdir(os.path.join(one, "antorcha"))]
