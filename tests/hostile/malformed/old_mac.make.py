# about: line ends of an old Macintosh, and form feeds
# expects: points=1 squares=passed
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_bytes(b"\x0c" + "def squares(n):\n    import torch\n    return torch.arange(n) ** 2\n".replace("\n", "\r").encode())
