# about: a hundred thousand lines before one right answer
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("x = 1\n" * 100_000 + "def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n")
