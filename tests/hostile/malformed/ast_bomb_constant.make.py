# about: a constant that takes an hour to fold
# expects: points=0 whole=unreadable|graded|cpu_limit|memory_limit
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("x = " + "(" * 90 + "1" + ",) * 30" * 90 + "\n")
