# about: a link to a file of the machine
# expects: points=0 whole=missing|unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").symlink_to("/etc/passwd")
