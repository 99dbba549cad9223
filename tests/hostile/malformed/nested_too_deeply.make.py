# about: two hundred blocks in each other
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("".join(" " * d + "if 1:\n" for d in range(200)) + " " * 200 + "pass\n")
