# about: as many signs as the compiler takes, in the body of an exercise
# expects: points=0.5 whole=graded
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("def root(x):\n    return (x ** 0.5).where(x == x, " + "-" * 600 + "x)\n")
