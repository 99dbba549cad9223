# about: five megabytes of comments
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_text("# nothing\n" * 500_000 + "def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n")
