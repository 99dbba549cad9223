# about: a line of a million characters
# expects: points=1|0 whole=graded|unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("x = " + "1 if 0 else " * 50 + "'" + "y" * 900_000 + "'\n" + "def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n")
