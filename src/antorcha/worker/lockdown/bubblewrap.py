"""The optional second wall: bubblewrap, in which the zygote is started.

Its file system has only what workers may read, and its namespaces have no network and no System V objects of anybody
else. Each worker's own lock stands inside it.
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

_START_SECONDS = 20  # for a trial that takes some 12 ms on a quiet machine
# What a root zygote needs to give each worker a user of its own, to end it, and to read Python wherever it lies.
_KEPT_CAPABILITIES = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL", "CAP_DAC_READ_SEARCH")


def wrapped(command: Sequence[str], scratch: str, devices: Sequence[str] = (), facts: Sequence[str] = ()) -> list[str]:
    """Return `command` behind the wall; `scratch` is the only folder that it may write to.

    `devices` and `facts`: device files, and what else is to be read, of GPUs that some workers will be granted.
    """
    program = shutil.which("bwrap")
    if program is None:
        return list(command)
    # The process ids stay the machine's: the grader reads a worker's CPU clock by its id.
    wall = [program, "--die-with-parent", "--unshare-ipc", "--unshare-net", "--unshare-uts"]
    if os.geteuid() == 0:
        wall += [word for name in _KEPT_CAPABILITIES for word in ("--cap-add", name)]
    for path in [*_shown(), *(path for path in facts if not path.startswith("/proc/"))]:
        wall += ["--ro-bind-try", path, path]
    wall += ["--dev", "/dev"]  # before the device files: bwrap goes from left to right, and this would cover them
    for path in devices:
        wall += ["--dev-bind-try", path, path]
    wall += ["--ro-bind", "/proc", "/proc", "--bind", scratch, scratch, "--chdir", "/"]
    return [*wall, "--", *command]


@cache
def obstacle() -> str:
    """Return the reason why the wall cannot be had on this machine; an empty text where it can."""
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
    """Return all that workers may read, the interpreter, and this package, which may lie in a checkout."""
    interpreter = [sys.executable, os.path.realpath(sys.executable), os.path.join(sys.prefix, "pyvenv.cfg")]
    package = str(Path(__file__).resolve().parents[2])
    links = [path for path in ("/lib", "/lib64", "/usr") if os.path.exists(path)]
    own = [path for path in paths.readable() if not path.startswith(("/dev/", "/proc/"))]
    # The folders that hold this package, as `.pth` files of editable installs name them.
    search_path = [os.path.abspath(entry) for entry in sys.path if entry]
    checkouts = [folder for folder in search_path if os.path.isdir(os.path.join(folder, "antorcha"))]
    return list(dict.fromkeys([*links, *own, *interpreter, package, *checkouts]))
