# about: a byte order mark and white space
# expects: points=0 whole=unreadable
from pathlib import Path


def make(folder: Path) -> None:
    (folder / "vectors.py").write_bytes(b"\xef\xbb\xbf \r\n")
