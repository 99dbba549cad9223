# about: an int literal of a hundred thousand digits
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("x = " + "9" * 100_000 + "\n")
