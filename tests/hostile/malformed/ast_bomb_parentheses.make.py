# about: a hundred thousand parentheses
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("x = " + "(" * 100_000 + ")" * 100_000 + "\n")
