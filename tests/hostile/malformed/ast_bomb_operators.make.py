# about: an expression of fifty thousand operators
# expects: points=0 whole=unreadable|graded
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("x = 1" + " + 1" * 50_000 + "\n")
