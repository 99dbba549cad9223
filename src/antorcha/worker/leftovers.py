"""The folders in which zygotes keep their caches. Each bears its grader's number: whoever outlives a grader that was
killed can clear them away, since behind bubblewrap the zygote dies with it and cannot. Imports no torch."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def new_folder() -> str:
    """A folder for a zygote of this process."""
    return tempfile.mkdtemp(prefix=_prefix(os.getpid()))


def clear(grader: int) -> None:
    """Take away what the zygotes of a process that has ended left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix(grader)}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(grader: int) -> str:
    return f"antorcha-{grader}-"
