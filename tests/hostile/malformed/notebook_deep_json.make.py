# about: JSON nested a hundred thousand deep
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.ipynb").write_text("[" * 100_000 + "]" * 100_000)
