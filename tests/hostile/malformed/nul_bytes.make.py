# about: NULs in the middle
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_bytes("def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n".encode() + b"x = 1\0\0\n")
