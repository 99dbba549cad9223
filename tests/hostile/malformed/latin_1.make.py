# about: Latin-1 that says nothing of it
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_bytes("# a\u00f1o\n".encode("latin-1") + "def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n".encode())
