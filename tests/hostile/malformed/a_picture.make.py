# about: bytes of a picture, named as a module
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10)
