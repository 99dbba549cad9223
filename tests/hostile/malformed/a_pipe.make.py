# about: a named pipe that nobody writes to
# expects: points=0 whole=missing|unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import os

    os.mkfifo(folder / "vectors.py")
