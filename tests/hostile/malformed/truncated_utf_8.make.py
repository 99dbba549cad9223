# about: a character cut in half at the end
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_bytes("def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n".encode() + b"# \xe2\x82")
