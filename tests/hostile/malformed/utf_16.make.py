# about: UTF-16, as some editors save
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n", encoding="utf-16")
