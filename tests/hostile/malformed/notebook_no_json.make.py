# about: a notebook that is no JSON
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.ipynb").write_text("{\"cells\": [")
