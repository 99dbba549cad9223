# about: a function under ten thousand decorators
# expects: points=0
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("def same(f):\n    return f\n" + "@same\n" * 10_000 + "def squares(n):\n    return None\n")
