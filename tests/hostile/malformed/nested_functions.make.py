# about: ninety functions in each other
# expects: points=0
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("".join(" " * d + f"def f{d}():\n" for d in range(90)) + " " * 90 + "pass\n")
