# about: a folder called vectors.py
# expects: points=0 whole=missing|unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").mkdir()
    (folder / "readme.txt").write_text("see inside")
