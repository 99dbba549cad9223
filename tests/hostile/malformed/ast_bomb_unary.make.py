# about: a chain of signs, deep and short
# expects: points=0 whole=unreadable|graded
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("def squares(n):\n    return " + "-" * 90_000 + "n\n")
