# about: a notebook that is a list
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    import json

    (folder / "vectors.ipynb").write_text(json.dumps([1, 2, 3]))
